"""The provisioning file: what is written is read again, and every mistake is told with its place."""

from __future__ import annotations

import json
from datetime import UTC
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.i18n import translator
from appliance.provision import document, json_lines, values
from appliance.provision.document import Fleet, Provision, Shop, Till, Wifi
from appliance.provision.mistakes import WORDS, Kind, Mistake
from appliance.qr.wifi import is_ssid
from appliance.wire.enrolment import ALPHABET
from provision.files import SSH_KEY, TOKEN, WHOLE


def mistakes(content: bytes | dict[str, Any]) -> tuple[Mistake, ...]:
    if isinstance(content, dict):
        content = json.dumps({"v": 1, **content}, indent=1, ensure_ascii=False).encode()
    found = document.read(content)
    assert not isinstance(found, Provision), "it was taken"
    return found


def test_what_is_written_is_read_again() -> None:
    assert document.read(document.write(WHOLE)) == WHOLE


def test_a_file_that_says_nothing_is_a_file() -> None:
    assert document.read(document.write(Provision())) == Provision()
    assert json.loads(document.write(Provision())) == {"v": 1}


words = st.text("абвгґдеєжз ABC-1'ʼ\"\\{}[],:", min_size=1, max_size=20).filter(str.strip)
word = words.map(str.strip)
ssids = words.filter(is_ssid)
provisions = st.builds(
    Provision,
    card=st.just("") | st.text(ALPHABET, min_size=8, max_size=8),
    made=st.none() | st.datetimes(timezones=st.just(UTC)).map(lambda it: it.replace(microsecond=0)),
    by=st.just("") | word,
    shop=st.builds(
        Shop,
        name=st.just("") | word,
        receipt_header=st.lists(word, max_size=3).map(tuple),
        currency=st.sampled_from(["", "UAH", "EUR"]),
    ),
    till=st.builds(Till, number=st.integers(0, 999), name=st.just("") | word),
    wifi=st.just(Wifi()) | st.builds(Wifi, name=ssids, hidden=st.booleans()),
    fleet=st.just(Fleet()) | st.just(WHOLE.fleet),
    ssh=st.just(()) | st.just((SSH_KEY,)),
    serial=st.just("") | st.just("10000000a1b2c3d4"),
)


@settings(deadline=None)
@given(provisions)
def test_whatever_is_written_is_read_again(it: Provision) -> None:
    assert document.read(document.write(it)) == it


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_are_more_than_a_mistake(content: bytes) -> None:
    found = document.read(content)
    assert isinstance(found, Provision) or all(it.say(translator("uk")) for it in found)


@settings(deadline=None)
@given(provisions, st.data())
def test_a_file_that_was_cut_is_never_taken_for_a_whole_one(it: Provision, data) -> None:
    content = document.write(it)
    assert mistakes(content[: data.draw(st.integers(0, len(content) - 3))])


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(json_values, st.sampled_from([None, 0, 1, 4]))
def test_each_field_s_line_is_where_it_stands(value: Any, indent: int | None) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    lines = text.split("\n")
    for path, line in json_lines.lines_of(text).items():
        if path and isinstance(path[-1], str):
            assert json.dumps(path[-1], ensure_ascii=False) in lines[line - 1]


@settings(deadline=None)
@given(st.sampled_from(sorted(values.SECTIONS)), json_values)
def test_nonsense_in_a_section_is_a_mistake_in_that_section(name: str, value: Any) -> None:
    found = document.read(json.dumps({"v": 1, name: value}).encode())
    assert isinstance(found, Provision) or all(it.place.split(".")[0] == name for it in found)


def test_all_mistakes_are_told_at_once_each_with_its_line() -> None:
    found = mistakes(
        {
            "shop": {"name": "Каса", "currency": "GRN", "colour": "red"},
            "till": {"number": 0},
            "wifi": {"password": "short"},
        }
    )
    assert {(it.kind, it.place, it.line) for it in found} == {
        (Kind.UNKNOWN, "shop.colour", 6),
        (Kind.CURRENCY, "shop.currency", 5),
        (Kind.NOT_A_NUMBER, "till.number", 9),
        (Kind.MISSING, "wifi.name", 11),
        (Kind.WIFI_PASSWORD, "wifi.password", 12),
    }


def test_a_mistake_is_said_with_place_value_and_way_out() -> None:
    (found,) = mistakes({"shop": {"currency": "GRN"}})
    assert found.say(translator("en")) == (
        "line 4, shop.currency: is no currency (GRN). Write three letters such as UAH."
    )
    assert found.say(translator("uk")).startswith("рядок 4, shop.currency: ")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", Kind.NOT_JSON),
        (b'{"v": 1', Kind.NOT_JSON),
        (b"[1]", Kind.NOT_JSON),
        (b"\xff\xfe{", Kind.NOT_UTF8),
        (b'{"v": 2}', Kind.VERSION),
        (b'{"v": true}', Kind.VERSION),
        (b" " * 70_000, Kind.TOO_LARGE),
        (b'{"v": 1, "till": {"number": 1, "number": 2}}', Kind.TWICE),
        (b'{"v": 1, "till": 7}', Kind.NOT_A_SECTION),
        (b"[" * 5000, Kind.NOT_JSON),
        (b'{"v": 1, "till": ' + b"[" * 700 + b"]" * 700 + b"}", Kind.NOT_JSON),
        (b'{"v": 1, "till": {"name": "\\ud800"}}', Kind.NOT_JSON),
        (b'{"v": 1, "\\ud800": 1}', Kind.NOT_JSON),
    ],
)
def test_what_is_no_such_file_is_told(content: bytes, kind: Kind) -> None:
    assert mistakes(content)[0].kind is kind


def test_a_secret_is_never_quoted() -> None:
    secret = "hunter2"
    found = mistakes(
        {
            "wifi": {"name": "x", "password": secret, "psk": secret},
            "fleet": {"server": "https://a", "token": secret},
        }
    )
    assert len(found) == 3
    assert not any(secret in it.say(translator("en")) for it in found)
    assert "solovei" not in repr(WHOLE)
    assert TOKEN not in repr(WHOLE)


@pytest.mark.parametrize(
    ("section", "field", "value"),
    [
        ("wifi", "psk", "ab" * 31),
        ("wifi", "name", "я" * 17),
        ("fleet", "server", "http://fleet.example"),
        ("fleet", "server", "https://fleet.example/path"),
        ("fleet", "server", "https://fleet.example:99999"),
        ("fleet", "server", "https://fleet\n.example"),
        ("fleet", "token", TOKEN[:-1]),
        ("ssh", "keys", ["ssh-ed25519 nonsense"]),
        ("ssh", "keys", ['command="x" ' + SSH_KEY]),
        ("shop", "timezone", "Kyiv"),
        ("shop", "timezone", "../../etc/passwd"),
        ("shop", "id", "київ"),
        ("shop", "name", "a\nb"),
        ("shop", "receipt_header", "one line"),
        ("machine", "serial", "xyz"),
    ],
)
def test_a_value_that_would_do_harm_later_is_refused_now(section: str, field: str, value) -> None:
    needed = {"wifi": {"name": "x"}, "fleet": {"server": "https://a", "token": TOKEN}}
    found = mistakes({section: {**needed.get(section, {}), field: value}})
    assert [it.place for it in found] == [f"{section}.{field}"]


def test_a_wrong_settings_text_is_told_with_its_own_line() -> None:
    (found,) = mistakes({"settings": "[shop]\nnaem = 'x'\n"})
    assert found.kind is Kind.SETTINGS
    assert "settings:2" in found.shown


def test_every_mistake_has_its_ukrainian_words() -> None:
    uk = translator("uk")
    lacking = [text for pair in WORDS.values() for text in pair if uk(text) == text]
    assert lacking == []
