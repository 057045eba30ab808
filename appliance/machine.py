"""The computer around the till as its screen knows it: the root helper's answers in the screen's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from appliance.qr.wifi import Wifi
from appliance.system import NoSystem
from appliance.ui.machine_port import Network, NetworkLook, WifiEnd

NETWORKS_MAX = 30
"""A market hall has a hundred; nobody looks for his own further down."""

Ask = Callable[[dict[str, Any]], Mapping[str, Any]]
"""One order to the root helper, and its answer. Raises NoSystem."""


class HelpedMachine:
    """A machine whose networks the root helper minds. A password goes to it and nowhere else."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def network(self) -> NetworkLook:
        try:
            told = self._ask({"do": "network"})
        except NoSystem:
            return NetworkLook()
        links = told.get("links") or ()
        radio = told.get("wifi")
        return NetworkLook(
            cable=any(it["kind"] == "cable" and it["up"] for it in links),
            wifi=radio is not None,
            joined="" if radio is None else radio.get("joined", ""),
            networks=() if radio is None else tuple(map(_network, _strongest(radio))),
        )

    def join(self, wifi: Wifi) -> WifiEnd:
        order: dict[str, Any] = {"do": "wifi", "ssid": wifi.ssid, "hidden": wifi.hidden}
        if wifi.password:
            order["psk" if wifi.is_key else "password"] = wifi.password
        try:
            told = self._ask(order)
        except NoSystem:
            return WifiEnd.FAILED
        if told.get("ok"):
            return WifiEnd.JOINED
        try:
            return WifiEnd(told.get("why", ""))
        except ValueError:
            return WifiEnd.FAILED


def _strongest(radio: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = sorted(radio.get("networks", ()), key=lambda it: -int(it["signal_percent"]))
    return [it for it in found if it["ssid"]][:NETWORKS_MAX]


def _network(told: Mapping[str, Any]) -> Network:
    return Network(str(told["ssid"]), int(told["signal_percent"]), bool(told["secured"]))
