"""Which of the four PCI questionnaires this installation looks like; the acquirer decides."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path

ROUTES = Path("/proc/net/route")
_NET, _MASK = 1, 7

APART = frozenset({"manual", "qr", "mono", "closed_loop"})
"""Drivers that no scheme's card reaches: the cashier types there, a bank is asked, or the shop's own
cards pay."""
ENCRYPTED = frozenset({"nexo"})
PLAIN = frozenset({"privat", "zvt", "caisse_ap", "ecr17"})


class Saq(StrEnum):
    """From the least work to the most."""

    B_IP = "B-IP"
    P2PE = "P2PE"
    C = "C"
    D = "D"


SAYS: Mapping[Saq, tuple[str, str]] = {
    Saq.B_IP: ("Card terminals stand apart from the till's network: like SAQ B-IP.", ""),
    Saq.P2PE: (
        "The terminal encrypts what it tells the till: SAQ P2PE if its maker's solution is listed.",
        "Ask the acquirer for the listing; see docs/pci.md.",
    ),
    Saq.C: (
        "A terminal speaks plainly in the till's own network: like SAQ C.",
        "Give it a cable or a network of its own; see docs/pci.md.",
    ),
    Saq.D: (
        "A terminal's driver is not Kram's own, so nobody knows what it passes on: SAQ D.",
        "Ask its maker whether card numbers reach the till; see docs/pci.md.",
    ),
}


def looks_like(tables: Iterable[Mapping[str, object]], routes: str) -> Saq:
    """Of several terminals the one that asks for most. routes: as /proc/net/route has them."""
    found = [_of(table, routes) for table in tables]
    order = list(Saq)
    return max(found, key=order.index, default=Saq.B_IP)


def _of(table: Mapping[str, object], routes: str) -> Saq:
    driver, host = table.get("driver"), str(table.get("host", ""))
    if driver in APART:
        return Saq.B_IP
    if driver in ENCRYPTED:
        return Saq.P2PE
    if driver not in PLAIN:
        return Saq.D
    return Saq.C if host and _shares(host, routes) else Saq.B_IP


def _shares(host: str, routes: str) -> bool:
    """Whether the way to the host is the one to everywhere; a name is looked up nowhere, so yes."""
    try:
        address = ipaddress.IPv4Address(host)
    except ValueError:
        return True
    best, default = ("", -1), ""
    for line in routes.splitlines()[1:]:
        cells = line.split()
        if len(cells) <= _MASK:
            continue
        net = ipaddress.IPv4Network((_word(cells[_NET]), _word(cells[_MASK])), strict=False)
        if not net.prefixlen:
            default = default or cells[0]
        if address in net and net.prefixlen > best[1]:
            best = (cells[0], net.prefixlen)
    return best[0] == default or not default


def _word(cell: str) -> str:
    """An address as the kernel writes it, its last byte first."""
    return str(ipaddress.IPv4Address(bytes.fromhex(cell)[::-1]))
