"""Facts of the list of card terminals that PCI DSS 9.5.1 asks for: what stands where, and who looked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class TerminalListed:
    """A card terminal stands in the shop. photo: a file's name, photo_sha256 of what was in it.
    by: who looked; on: which day; due: when the next look is due, every interval_days."""

    DURABLE: ClassVar[bool] = True
    serial: str
    make: str
    model: str
    place: str
    by: str
    on: str
    due: str
    interval_days: int = 30
    photo: str = ""
    photo_sha256: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class TerminalInspected:
    """Somebody looked at seals, cables, overlays and the number. seen: what looked wrong; it stays
    tampered with until a later look finds it fine."""

    DURABLE: ClassVar[bool] = True
    serial: str
    by: str
    on: str
    due: str
    tampered: bool = False
    seen: str = ""


@dataclass(frozen=True, slots=True)
class TerminalRetired:
    """A terminal is no longer in the shop: given back, exchanged, stolen."""

    DURABLE: ClassVar[bool] = True
    serial: str
    by: str
    reason: str
