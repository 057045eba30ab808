"""Wallet passes: a gift card's or voucher's code in the wallet of a telephone, beside the paper or in its place.

A pass is a skin: the till scans the same code and knows nothing of passes. It carries no balance,
because nobody tells the telephone when the card has paid.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


class PassError(Exception):
    """No pass can be made; its text says what to mend."""


@dataclass(frozen=True, slots=True)
class CardPass:
    """What a pass says. code: for the scanner, shown: the same for people; whoever has it has the
    money, so no repr tells it. serial: of the account; the same card makes the same pass again.
    kind: a name without spaces, title: what people call it. expires: its last moment."""

    code: str = field(repr=False)
    shown: str = field(repr=False)
    hint: str
    serial: str
    kind: str
    title: str
    shop: str
    language: str
    expires: datetime | None = None
