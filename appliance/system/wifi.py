"""Joining a Wi-Fi network and looking which there are, through wpa_supplicant."""

from __future__ import annotations

import contextlib
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance import whole_files
from appliance.provision.wifi import supplicant_conf
from appliance.system import network
from appliance.system.machine import Machine
from appliance.system.order import Refused, Values
from appliance.system.supplicant import Supplicant, scanned, unescaped

OWN = "/run/kram-helper"
SCAN_S = 8.0
JOIN_S = 25.0
SEEN_MAX = 30
_LOOK_S = 0.2
REMEDIES = {
    "wrong_password": "Check the password of the Wi-Fi network.",
    "not_in_range": "See that the network is on and near, and that its name is right.",
    "no_address": "The router gave no address: switch it off and on.",
    "no_wifi": "This machine has no Wi-Fi: use a cable.",
}


@dataclass(frozen=True, slots=True)
class Wifi:
    machine: Machine
    link: str = "wlan0"
    join_s: float = JOIN_S
    scan_s: float = SCAN_S

    def there(self) -> bool:
        return self.machine.path(f"/sys/class/net/{self.link}").exists()

    def look(self) -> dict[str, Any] | None:
        """Which network it is in, and which are in the air; None without the hardware."""
        if not self.there():
            return None
        try:
            with self._supplicant() as daemon:
                status = dict(
                    line.partition("=")[::2] for line in daemon.ask("STATUS").splitlines()
                )
                if daemon.ask("SCAN").strip() in ("OK", "FAIL-BUSY"):
                    for event in daemon.events(time.monotonic() + self.scan_s):
                        if "CTRL-EVENT-SCAN-RESULTS" in event:
                            break
                seen = scanned(daemon.ask("SCAN_RESULTS"))[:SEEN_MAX]
        except OSError:
            return {"joined": "", "networks": []}
        joined = status.get("wpa_state") == "COMPLETED"
        return {
            "joined": unescaped(status.get("ssid", "")) if joined else "",
            "networks": [
                {
                    "ssid": it.ssid,
                    "signal_percent": network.percent(it.signal_dbm),
                    "secured": it.secured,
                }
                for it in seen
            ],
        }

    def join(self, values: Values) -> Values:
        """Returns once the link has an address. A network that was in use before comes back when this
        one cannot be joined: a wrong code must not take a till off the air."""
        if not self.there():
            raise self._refused("no_wifi")
        path = self.machine.path(f"/data/network/wpa_supplicant-{self.link}.conf")
        before = path.read_bytes() if path.exists() else b""
        conf = supplicant_conf(
            values["ssid"],
            psk=values.get("psk", ""),
            password=values.get("password", ""),
            hidden=values.get("hidden", False),
            country=_country(before),
        )
        try:
            self._restart(path, conf.encode())
            self._wait()
        except Refused:
            if b"network=" in before:
                self._restart(path, before)
            raise
        return {}

    def _restart(self, path: Path, conf: bytes) -> None:
        whole_files.write(path, conf, whole_files.ONLY_OWNER)
        self.machine.run("start_wifi")

    def _wait(self) -> None:
        until = time.monotonic() + self.join_s
        try:
            with self._supplicant(until) as daemon:
                if "wpa_state=COMPLETED" not in daemon.ask("STATUS"):
                    self._connected(daemon, until)
        except OSError as error:
            raise Refused("system_failed", str(error)) from error
        while not any(network.addresses(self.link, self.machine.root)):
            if time.monotonic() > until:
                raise self._refused("no_address")
            time.sleep(_LOOK_S)

    def _connected(self, daemon: Supplicant, until: float) -> None:
        for event in daemon.events(until):
            if "CTRL-EVENT-CONNECTED" in event:
                return
            if "CTRL-EVENT-SSID-TEMP-DISABLED" in event and "WRONG_KEY" in event:
                raise self._refused("wrong_password")
        raise self._refused("not_in_range")

    def _supplicant(self, until: float = 0.0) -> Supplicant:
        """The daemon; one that has just been started is waited for."""
        control, own = self.machine.path(f"/run/wpa_supplicant/{self.link}"), self.machine.path(OWN)
        own.mkdir(mode=0o700, parents=True, exist_ok=True)
        while time.monotonic() < until:
            with contextlib.suppress(OSError):
                return Supplicant(control, own)
            time.sleep(_LOOK_S)
        return Supplicant(control, own)

    def _refused(self, why: str) -> Refused:
        return Refused(why, REMEDIES[why])


def _country(conf: bytes) -> str:
    """As it was provisioned: the radio's rules do not change with the network."""
    found = re.search(rb"^country=([A-Z]{2})$", conf, re.MULTILINE)
    return found[1].decode() if found else ""
