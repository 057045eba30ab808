"""Wi-Fi codes of telephones, routers and stickers, and those that the till cannot join."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.qr.wifi import PASSWORD_MAX, SSID_BYTES_MAX, Wifi, WifiTrouble, is_wifi, parse

_letters = st.characters(codec="utf-8", exclude_categories=("C", "Z"))
names = st.text(_letters, min_size=1, max_size=40).filter(
    lambda it: len(it.encode()) <= SSID_BYTES_MAX
)
_signs = st.characters(min_codepoint=0x20, max_codepoint=0x7E)
passwords = st.just("") | st.text(_signs, min_size=8, max_size=PASSWORD_MAX)


def escaped(text: str) -> str:
    return re.sub(r'([\\;,:"])', r"\\\1", text)


def code_of(wifi: Wifi) -> str:
    kind = "WPA" if wifi.password else "nopass"
    hidden = "H:true;" if wifi.hidden else ""
    return f"WIFI:T:{kind};S:{escaped(wifi.ssid)};P:{escaped(wifi.password)};{hidden};"


@given(st.builds(Wifi, names, passwords, st.booleans()))
def test_whatever_a_telephone_escapes_is_read_back(wifi: Wifi) -> None:
    assert is_wifi(code_of(wifi))
    assert parse(code_of(wifi)) == wifi


@given(st.text(max_size=200))
def test_any_text_behind_the_start_is_a_network_or_a_trouble(text: str) -> None:
    found = parse(f"WIFI:{text}")
    assert isinstance(found, WifiTrouble) or 0 < len(found.ssid.encode()) <= SSID_BYTES_MAX


@pytest.mark.parametrize(
    ("code", "wifi"),
    [
        ("WIFI:T:WPA;S:Крамниця;P:very secret;;", Wifi("Крамниця", "very secret")),
        ("WIFI:S:Guest;;", Wifi("Guest")),
        ("WIFI:T:nopass;S:Guest;P:leftover-from-before;;", Wifi("Guest")),
        ("WIFI:S:Shop;T:SAE;P:long enough;H:true", Wifi("Shop", "long enough", hidden=True)),
        ("WIFI:P:no kind told;S:Shop;;", Wifi("Shop", "no kind told")),
        (r"WIFI:T:WPA;S:a\;b\:c\\d\,e;P:q\"12345678;;", Wifi(r"a;b:c\d,e", 'q"12345678')),
        ('WIFI:T:WPA;S:"C0FFEE";P:"12345678";;', Wifi("C0FFEE", "12345678")),
        ("]Q1wifi:t:wpa;s:Shop;p:12345678;;\r\n", Wifi("Shop", "12345678")),
        (f"WIFI:T:WPA;S:Shop;P:{'0a' * 32};;", Wifi("Shop", "0a" * 32)),
        ("WIFI:T:WPA;S:Shop;P:12345678;S:Other;;", Wifi("Shop", "12345678")),
    ],
)
def test_codes_of_the_field(code: str, wifi: Wifi) -> None:
    assert parse(code) == wifi


@pytest.mark.parametrize(
    ("code", "trouble"),
    [
        ("WIFI:T:WEP;S:Old;P:12345;;", WifiTrouble.WEP),
        ("WIFI:T:WPA2-EAP;S:Office;E:PEAP;I:me;P:12345678;;", WifiTrouble.ENTERPRISE),
        ("WIFI:T:WPA;S:Shop;P:short;;", WifiTrouble.PASSWORD_WRONG),
        ("WIFI:T:WPA;S:Shop;P:дужетаємно;;", WifiTrouble.PASSWORD_WRONG),
        ("WIFI:T:WPA;S:Shop;;", WifiTrouble.PASSWORD_WRONG),
        (f"WIFI:T:WPA;S:Shop;P:{'x' * 64};;", WifiTrouble.PASSWORD_WRONG),
        ("WIFI:T:WPA;P:12345678;;", WifiTrouble.NO_NAME),
        (f"WIFI:S:{'ї' * 17};;", WifiTrouble.NAME_LONG),
    ],
)
def test_what_the_till_cannot_join_has_its_reason(code: str, trouble: WifiTrouble) -> None:
    assert parse(code) is trouble


def test_goods_and_other_codes_are_no_wifi_codes() -> None:
    assert not any(map(is_wifi, ("4820024700016", "", "https://wifi.example/WIFI:", "]E04820024")))


def test_a_password_stays_out_of_what_a_log_would_write() -> None:
    assert "12345678" not in repr(Wifi("Shop", "12345678"))


@pytest.mark.parametrize("filling", ["A" * 100_000, "S:" * 50_000 + "\\"])
def test_a_hundred_thousand_signs_are_read_in_a_moment(filling: str) -> None:
    began = time.process_time()
    parse("WIFI:" + filling)
    assert time.process_time() - began < 1
