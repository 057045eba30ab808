"""A number being typed: pure text in, exact number out; what a numpad and digit keys share.

The first digit replaces what stood there; a second number can only begin after the first was
applied or cleared, so a 2 never becomes 22 by accident.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from appliance.core.money import exponent

DIGITS = "0123456789"
MONEY_DIGITS = 9
"""Of an amount, its decimals included: what a till ever sees, and it still fits a field."""


@dataclass(frozen=True, slots=True)
class Entry:
    """text: as typed, with "." as its decimal mark. whole_max: digits before the mark."""

    text: str = ""
    decimals: int = 0
    whole_max: int = 6

    def typed(self, key: str) -> Entry:
        """After one key: a digit, "00", "." or "," or "back" or "clear". Others change nothing."""
        if key == "clear":
            return replace(self, text="")
        if key == "back":
            return replace(self, text=self.text[:-1])
        if key in (".", ","):
            if self.decimals and "." not in self.text:
                return replace(self, text=(self.text or "0") + ".")
            return self
        if key and all(digit in DIGITS for digit in key):
            typed = self
            for digit in key:
                typed = typed._digit(digit)
            return typed
        return self

    def _digit(self, digit: str) -> Entry:
        whole, mark, rest = self.text.partition(".")
        if mark:
            return self if len(rest) >= self.decimals else replace(self, text=self.text + digit)
        if whole == "0":
            return replace(self, text=digit)
        return self if len(whole) >= self.whole_max else replace(self, text=whole + digit)

    @property
    def value(self) -> Decimal | None:
        """What the text means; None while nothing is typed."""
        return Decimal(self.text.rstrip(".") or "0") if self.text else None

    def minor(self, decimals: int) -> int | None:
        """The value in minor units of a currency with so many decimals."""
        value = self.value
        return None if value is None else int(value.scaleb(decimals))

    def holding(self, amount_minor: int) -> Entry:
        """The same with an amount in it, as if that had been typed."""
        whole, rest = divmod(amount_minor, 10**self.decimals)
        return replace(self, text=f"{whole}.{rest:0{self.decimals}d}" if rest else str(whole))

    def shown(self, point: str) -> str:
        return self.text.replace(".", point)

    @property
    def corner(self) -> str:
        """What the pad's spare key is good for: the decimal mark, or two zeros at once."""
        return "." if self.decimals else "00"


def money_entry(currency: str) -> Entry:
    """For an amount, to its currency's smallest coin: none after the mark in yen, three in dinars."""
    decimals = exponent(currency)
    return Entry(decimals=decimals, whole_max=MONEY_DIGITS - decimals)
