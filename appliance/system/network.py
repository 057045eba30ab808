"""The links of this machine as the kernel tells them: which is up, its addresses, how strong its Wi-Fi is."""

from __future__ import annotations

import fcntl
import ipaddress
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from appliance.board.files import ROOT, text

_ETHERNET = "1"
"""ARPHRD_ETHER"""
_ADDRESS_OF = 0x8915
"""SIOCGIFADDR"""
_GLOBAL = "00"
"""Scope of an IPv6 address, /proc/net/if_inet6."""


@dataclass(frozen=True, slots=True)
class Link:
    """kind: "cable" or "wifi". addresses: without those that mean nothing beyond the cable."""

    name: str
    kind: str
    up: bool
    addresses: tuple[str, ...] = ()


def links(root: Path = ROOT) -> list[Link]:
    """Network cards, cables first; neither the machine's own loop nor bridges and tunnels."""
    found = []
    for folder in sorted((root / "sys/class/net").glob("*")):
        if text(folder / "type") != _ETHERNET or folder.name == "lo":
            continue
        wifi = (folder / "phy80211").exists() or (folder / "wireless").exists()
        if not wifi and not (folder / "device").exists():
            continue
        up = text(folder / "operstate") == "up"
        found.append(
            Link(
                folder.name,
                "wifi" if wifi else "cable",
                up,
                tuple(addresses(folder.name, root)) if up else (),
            )
        )
    return sorted(found, key=lambda it: (it.kind != "cable", it.name))


def addresses(link: str, root: Path = ROOT) -> Iterator[str]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        try:
            told = fcntl.ioctl(any_socket, _ADDRESS_OF, struct.pack("256s", link.encode()[:15]))
            yield socket.inet_ntoa(told[20:24])
        except OSError:
            pass
    for line in text(root / "proc/self/net/if_inet6").splitlines():
        words = line.split()
        if len(words) == 6 and words[5] == link and words[3] == _GLOBAL:
            yield str(ipaddress.IPv6Address(bytes.fromhex(words[0])))


def wifi_signal(link: str, root: Path = ROOT) -> int | None:
    """In dBm: -50 is next to the router, -80 hardly enough; None without a connection."""
    for line in text(root / "proc/self/net/wireless").splitlines():
        name, _, rest = line.strip().partition(":")
        words = rest.split()
        if name == link and len(words) > 2:
            try:
                return int(float(words[2])) or None
            except ValueError:
                return None
    return None


def percent(dbm: int) -> int:
    """As people read a signal: 100 at -50 dBm, 0 at -100."""
    return max(0, min(100, 2 * (dbm + 100)))
