"""What the screen asks of the computer that it runs on: its networks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from appliance.core.devices import DeviceMessage
from appliance.qr.wifi import Wifi

Lend = Callable[[Callable[[DeviceMessage], bool]], Callable[[], None]]
"""Hears what devices say before the till does, until what it returns is called; True: taken."""


class WifiEnd(StrEnum):
    """What came of joining a network."""

    JOINED = "joined"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - an outcome, no password
    NOT_IN_RANGE = "not_in_range"
    NO_ADDRESS = "no_address"
    NO_WIFI = "no_wifi"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Network:
    """A Wi-Fi network in reach."""

    ssid: str
    signal_percent: int
    secured: bool


@dataclass(frozen=True, slots=True)
class NetworkLook:
    """cable: it carries something. wifi: there is a radio. joined: the network it is in, or ""."""

    cable: bool = False
    wifi: bool = False
    joined: str = ""
    networks: tuple[Network, ...] = ()


class Machine(Protocol):
    """Every verb may take many seconds: a worker calls it."""

    def network(self) -> NetworkLook: ...

    def join(self, wifi: Wifi) -> WifiEnd: ...
