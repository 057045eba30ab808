"""The table of orders: what may be asked of the system, and by whom."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from appliance import whole_files
from appliance.system import network, stick
from appliance.system.machine import Machine
from appliance.system.order import TILL, UPDATER, Order, Refused, Values, flag, shape, text
from appliance.system.wifi import Wifi

ZONE_FILE = "/data/state/timezone"
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9+_-]*(/[A-Za-z0-9+_-]+){0,2}")
_KEY = re.compile(r"[0-9a-fA-F]{64}")


def orders(machine: Machine, wifi: Wifi) -> Mapping[str, Order]:
    till, both = frozenset({TILL}), frozenset({TILL, UPDATER})
    nothing = shape()

    def run(program: str) -> Values:
        machine.run(program)
        return {}

    def set_zone(values: Values) -> Values:
        zone = values["zone"]
        if not machine.path(f"/usr/share/zoneinfo/{zone}").is_file():
            raise Refused("no_such_zone", "Write it like Europe/Kyiv.")
        whole_files.write(machine.path(ZONE_FILE), f"{zone}\n".encode())
        machine.run("time_zone", zone)
        return {}

    def look(_values: Values) -> Values:
        return {"links": [asdict(it) for it in network.links(machine.root)], "wifi": wifi.look()}

    return {
        "power_off": Order(till, nothing, lambda _: run("power_off")),
        "reboot": Order(both, nothing, lambda _: run("reboot")),
        "network": Order(till, nothing, look),
        "wifi": Order(
            till,
            shape(
                {"ssid": text(1, 32, printable=False)}, psk=_psk, password=_password, hidden=flag
            ),
            wifi.join,
        ),
        "time_zone": Order(till, shape({"zone": _zone}), set_zone),
        "stick": Order(both, nothing, lambda _: stick.take(machine)),
        "stick_off": Order(both, nothing, lambda _: stick.let_go(machine)),
        "to_stick": Order(
            till, shape({"name": stick.name}), lambda it: stick.write(machine, it), takes_file=True
        ),
    }


def _zone(value: Any) -> None:
    if not isinstance(value, str) or not _ZONE.fullmatch(value):
        raise ValueError("must be a time zone")


def _psk(value: Any) -> None:
    if not isinstance(value, str) or not _KEY.fullmatch(value):
        raise ValueError("must be 64 hexadecimal digits")


def _password(value: Any) -> None:
    """IEEE 802.11, J.4: 8 to 63 printable ASCII characters."""
    text(8, 63)(value)
    if not value.isascii():
        raise ValueError("must be ASCII")
