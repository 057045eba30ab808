"""The table of orders: what may be asked of the system, and by whom."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict

from appliance import whole_files
from appliance.qr.wifi import is_passphrase, is_psk, is_ssid
from appliance.system import network, stick
from appliance.system.machine import Machine
from appliance.system.order import TILL, UPDATER, Order, Refused, Values, flag, shape, text
from appliance.system.wifi import Wifi

ZONE_FILE = "/data/state/timezone"
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9+_-]*(/[A-Za-z0-9+_-]+){0,2}")


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
            shape({"ssid": _ssid}, psk=_psk, password=_passphrase, hidden=flag),
            wifi.join,
        ),
        "time_zone": Order(till, shape({"zone": _zone}), set_zone),
        "stick": Order(both, nothing, lambda _: stick.take(machine)),
        "stick_off": Order(both, nothing, lambda _: stick.let_go(machine)),
        "to_stick": Order(
            till, shape({"name": stick.name}), lambda it: stick.write(machine, it), takes_file=True
        ),
    }


_zone = text(lambda it: _ZONE.fullmatch(it) is not None, "must be a time zone")
_ssid = text(is_ssid, "must have 1 to 32 bytes")
_psk = text(is_psk, "must be 64 hexadecimal digits")
_passphrase = text(is_passphrase, "must have 8 to 63 printable signs of ASCII")
