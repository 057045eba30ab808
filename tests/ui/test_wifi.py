"""Joining Wi-Fi at the screen: by the list, by typing, by the till's own scanner."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from appliance.core.devices import HealthChanged, Scanned
from appliance.qr.wifi import Wifi
from appliance.ui.machine_port import NetworkLook, WifiEnd
from tests.ui.appliance import AIR, Air, Lender
from tests.ui.rig import Rig
from tests.ui.scenes.appliance import machine

CODE = r"WIFI:T:WPA;S:Крамниця-2.4G;P:kava\;taina-1;;"
SECRET = "kava;taina-1"


@pytest.fixture
def rig(opened: Callable[..., Rig]) -> Rig:
    return opened(language="en")


def at_wifi(rig: Rig) -> Air:
    air = machine(rig)
    rig.desk.go("wifi")
    rig.until(lambda: rig.screen.network is not None)
    return air


def said(rig: Rig) -> str:
    rig.until(lambda: rig.desk.toast.parent is not None)
    return str(rig.desk.toast.text)


def scan(rig: Rig, code: str) -> bool:
    """The till's own scanner reads it, on its driver's thread."""
    lender: Any = rig.desk.lend
    taken: list[bool] = []
    thread = threading.Thread(target=lambda: taken.append(lender.hears(Scanned("scanner", code))))
    thread.start()
    thread.join()
    rig.pump()
    return taken[0]


def test_an_open_network_is_joined_at_a_touch(rig: Rig) -> None:
    air = at_wifi(rig)
    rig.screen.chosen = 2
    rig.tap("Join")
    assert said(rig) == "Connected to “Аптека гостьова”."
    assert air.joined == [Wifi("Аптека гостьова")]


def test_a_guarded_network_asks_for_its_password_and_forgets_it(rig: Rig) -> None:
    air = at_wifi(rig)
    rig.tap("Join")
    assert rig.desk.name == "wifi_password"
    page = rig.screen
    for letter in "short":
        page.typed(letter)
    rig.tap("Join")
    assert rig.desk.name == "wifi_password"
    for letter in "er-then-before":
        page.typed(letter)
    rig.tap("Join")
    assert said(rig) == "Connected to “Крамниця-2.4G”."
    assert air.joined == [Wifi("Крамниця-2.4G", "shorter-then-before")]
    assert page.text == page.field.text == ""


def test_a_hidden_network_is_named_by_hand(rig: Rig) -> None:
    air = at_wifi(rig)
    rig.tap("Hidden network")
    for letter in "Back room":
        rig.screen.typed(letter)
    rig.tap("Next")
    for letter in "12345678":
        rig.screen.typed(letter)
    rig.tap("Join")
    said(rig)
    assert air.joined == [Wifi("Back room", "12345678", hidden=True)]


@pytest.mark.parametrize("wire", ["driver", "window"])
def test_the_network_s_code_is_enough(rig: Rig, wire: str) -> None:
    air = at_wifi(rig)
    if wire == "driver":
        assert scan(rig, CODE)
    else:
        rig.desk.scanned_by_window(CODE)
    assert said(rig) == "Connected to “Крамниця-2.4G”."
    assert air.joined == [Wifi("Крамниця-2.4G", SECRET)]


def test_goods_scanned_here_are_not_sold_and_wep_is_refused(rig: Rig) -> None:
    air = at_wifi(rig)
    assert scan(rig, "4820024700016")
    assert said(rig).startswith("This is no Wi-Fi code.")
    assert scan(rig, "WIFI:T:WEP;S:Old;P:12345;;")
    assert "WEP" in said(rig)
    assert air.joined == []
    lender: Any = rig.desk.lend
    assert not lender.hears(HealthChanged(None))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        (WifiEnd.WRONG_PASSWORD, "does not take this password"),
        (WifiEnd.NOT_IN_RANGE, "is not in range"),
        (WifiEnd.NO_ADDRESS, "gives it no address"),
        (WifiEnd.FAILED, "It did not work."),
    ],
)
def test_what_came_of_it_is_told_in_plain_words(rig: Rig, end: WifiEnd, sentence: str) -> None:
    air = at_wifi(rig)
    air.ends["Крамниця-2.4G"] = end
    scan(rig, CODE)
    text = said(rig)
    assert sentence in text
    assert SECRET not in text


def test_while_it_joins_it_can_be_left_and_the_scanner_sells_again(rig: Rig) -> None:
    air = at_wifi(rig)
    air.waits = threading.Event()
    scan(rig, CODE)
    assert not rig.key("Join").face.enabled
    rig.tap("Back")
    assert rig.desk.name == "settings"
    assert isinstance(rig.desk.lend, Lender)
    assert rig.desk.lend.hears is None
    air.waits.set()
    assert said(rig) == "Connected to “Крамниця-2.4G”."


def test_a_till_without_a_radio_says_so(rig: Rig) -> None:
    air = machine(rig)
    air.look = NetworkLook(cable=True)
    rig.desk.go("wifi")
    rig.until(lambda: rig.screen.network is not None)
    assert rig.screen.nothing == "This till has no Wi-Fi. Plug in a network cable."
    assert not rig.key("Join").face.enabled
    assert len(AIR) == 4
