"""Codes that the shop prints itself: receipts, gift cards, vouchers, coupons and badges.

Two letters that say the kind, a body, two check symbols: letters and digits only, so that every
scanner reads them as Code 128 or Code 39, a phone as a small QR code, and a person can type them.
They begin with a letter, so `decode` takes none of them for goods: to it they are unknown texts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from appliance.core.barcode.crockford import (
    CHECK_LENGTH,
    check_symbols,
    is_symbols,
    number_of_symbols,
    symbols_of_number,
    tidy,
)
from appliance.core.numbers import receipt_number

LENGTH_MAX = 256
"""Far more than the longest coupon; what is longer is not looked at."""

_AIM = re.compile(r"\][A-Za-z][A-Za-z0-9]")
_GROUP = 6
"""A card's 18 symbols are three such groups."""


class OwnKind(StrEnum):
    """What the two letters say. They have no I, L or O, which typing hands mix up with digits."""

    RECEIPT = "RC"
    GIFT_CARD = "GC"
    VOUCHER = "VC"
    COUPON = "CP"
    BADGE = "BG"


_KINDS = frozenset(OwnKind)


@dataclass(frozen=True, slots=True)
class OwnCode:
    """body: of Crockford's 32 symbols, without the check symbols."""

    kind: OwnKind
    body: str

    @property
    def text(self) -> str:
        """As it is printed in a barcode: GC7K3M9Q2X4D8APZ5RMY."""
        head = self.kind.value + self.body
        return head + check_symbols(head)

    @property
    def grouped(self) -> str:
        """As people read it: GC-7K3M9Q-2X4D8A-PZ5RMY."""
        rest = self.text[2:]
        groups = [rest[at : at + _GROUP] for at in range(0, len(rest), _GROUP)]
        return "-".join((self.kind.value, *groups))


def read_own(text: str) -> OwnCode | None:
    """A scanned or typed code of the shop's own; None when it is none, or misread.

    Small letters, blanks, hyphens, O for 0, I or L for 1 and an AIM identifier are all understood.
    """
    if len(text) > LENGTH_MAX or not text.isascii():  # some letters are two in capitals
        return None
    text = text.strip(" \t\r\n")
    if _AIM.match(text):
        text = text[3:]
    meant = tidy(text)
    kind, symbols = meant[:2], meant[2:]
    if kind not in _KINDS or len(symbols) <= CHECK_LENGTH or not is_symbols(symbols):
        return None
    body, check = symbols[:-CHECK_LENGTH], symbols[-CHECK_LENGTH:]
    if check_symbols(kind + body) != check:
        return None
    return OwnCode(OwnKind(kind), body)


@dataclass(frozen=True, slots=True)
class ReceiptCode:
    """Which sale a receipt belongs to, for any till of the shop."""

    till: int
    epoch: int
    receipt: int

    @property
    def number(self) -> str:
        """As the receipt shows it to people: 1-000118."""
        return receipt_number(self.till, self.epoch, self.receipt)

    @property
    def text(self) -> str:
        """As it is printed in a barcode: a symbol for the lengths, then the three numbers."""
        till, epoch = symbols_of_number(self.till), symbols_of_number(self.epoch)
        lengths = symbols_of_number((len(till) - 1) * _EPOCH_SYMBOLS_MAX + len(epoch) - 1)
        body = f"{lengths}{till}{epoch}{symbols_of_number(self.receipt)}"
        return OwnCode(OwnKind.RECEIPT, body).text


_TILL_SYMBOLS_MAX = 4
_EPOCH_SYMBOLS_MAX = 8
TILL_MAX = 32**_TILL_SYMBOLS_MAX - 1
EPOCH_MAX = 32**_EPOCH_SYMBOLS_MAX - 1
"""What the symbol for the lengths has room for; a till counts neither so far."""

_NUMBER = re.compile(r"([1-9][0-9]{0,6})(?:/([1-9][0-9]{0,12}))?-([0-9]{1,15})", re.ASCII)
_NUMBER_IN_QR = "kram:receipt:"
"""What receipts said in their QR code before they had a code of this kind."""


def read_receipt(text: str) -> ReceiptCode | None:
    """The receipt that was scanned, or whose number was typed (1-000118, 1-118, 1/2-000118)."""
    own = read_own(text)
    if own is not None:
        return _receipt(own) if own.kind is OwnKind.RECEIPT else None
    number = _NUMBER.fullmatch(text.strip(" \t\r\n").removeprefix(_NUMBER_IN_QR))
    if number is None:
        return None
    till, epoch, receipt = number.groups()
    return _within(ReceiptCode(int(till), int(epoch or 1), int(receipt)))


def _receipt(own: OwnCode) -> ReceiptCode | None:
    till_more, epoch_more = divmod(number_of_symbols(own.body[:1]), _EPOCH_SYMBOLS_MAX)
    till_end = 1 + till_more + 1
    epoch_end = till_end + epoch_more + 1
    fields = (own.body[1:till_end], own.body[till_end:epoch_end], own.body[epoch_end:])
    if not all(fields):
        return None
    till, epoch, receipt = map(number_of_symbols, fields)
    found = _within(ReceiptCode(till, epoch, receipt))
    # One sale has one code: leading zeros inside would make others.
    return found if found is not None and found.text == own.text else None


def _within(code: ReceiptCode) -> ReceiptCode | None:
    right = 1 <= code.till <= TILL_MAX and 1 <= code.epoch <= EPOCH_MAX and code.receipt >= 1
    return code if right else None
