"""What the root helper answers, as the screen takes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from appliance.machine import HelpedMachine
from appliance.qr.wifi import Wifi
from appliance.system import NoSystem
from appliance.ui.machine_port import Network, NetworkLook, WifiEnd

ANSWER = {
    "ok": True,
    "links": [
        {"name": "eth0", "kind": "cable", "up": False, "addresses": []},
        {"name": "wlan0", "kind": "wifi", "up": True, "addresses": ["192.168.1.5"]},
    ],
    "wifi": {
        "joined": "Shop",
        "networks": [
            {"ssid": "Far", "signal_percent": 12, "secured": False},
            {"ssid": "Shop", "signal_percent": 71, "secured": True},
            {"ssid": "", "signal_percent": 90, "secured": True},
        ],
    },
}


def answering(answer: dict[str, Any]) -> tuple[HelpedMachine, list[dict[str, Any]]]:
    orders: list[dict[str, Any]] = []

    def ask(order: dict[str, Any]) -> dict[str, Any]:
        orders.append(order)
        return answer

    return HelpedMachine(ask), orders


def test_the_strongest_network_comes_first_and_one_without_a_name_never() -> None:
    machine, orders = answering(ANSWER)
    assert machine.network() == NetworkLook(
        cable=False,
        wifi=True,
        joined="Shop",
        networks=(Network("Shop", 71, secured=True), Network("Far", 12, secured=False)),
    )
    assert orders == [{"do": "network"}]


def test_an_order_holds_a_passphrase_a_key_or_nothing() -> None:
    machine, orders = answering({"ok": True})
    key = "0a" * 32
    for wifi in (Wifi("A", "12345678"), Wifi("B", key, hidden=True), Wifi("C")):
        assert machine.join(wifi) is WifiEnd.JOINED
    assert orders == [
        {"do": "wifi", "ssid": "A", "hidden": False, "password": "12345678"},
        {"do": "wifi", "ssid": "B", "hidden": True, "psk": key},
        {"do": "wifi", "ssid": "C", "hidden": False},
    ]


def test_every_no_has_its_word_and_an_unknown_one_is_a_failure() -> None:
    def end(answer: dict[str, Any]) -> WifiEnd:
        return answering(answer)[0].join(Wifi("A", "12345678"))

    assert end({"ok": False, "why": "wrong_password"}) is WifiEnd.WRONG_PASSWORD
    assert end({"ok": False, "why": "not_in_range", "remedy": "…"}) is WifiEnd.NOT_IN_RANGE
    assert end({"ok": False, "why": "the radio burns"}) is WifiEnd.FAILED


def test_a_helper_that_is_gone_is_a_till_without_networks() -> None:
    def gone(_order: dict[str, Any]) -> dict[str, Any]:
        raise NoSystem("no answer")

    ask: Callable[[dict[str, Any]], dict[str, Any]] = gone
    machine = HelpedMachine(ask)
    assert machine.network() == NetworkLook()
    assert machine.join(Wifi("A")) is WifiEnd.FAILED
