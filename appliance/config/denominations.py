"""The notes and coins of a currency, as a drawer is counted by them, where a shop names no others."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from appliance.core.money import exponent, from_minor


class Known(NamedTuple):
    value: Decimal
    is_note: bool
    colour: str = ""


_MONEY: dict[str, tuple[str, str]] = {
    "UAH": (
        "1000:6E9BC8 500:9C7A54 200:B56B96 100:8A8F4B 50:7C6BAE 20:5E9E6E",
        "10:C9B26A 5:C9B26A 2:B9BDC2 1:B9BDC2 0.50:C9A45A",
    ),
    "CHF": ("1000 200 100 50 20 10", "5 2 1 0.50 0.20 0.10 0.05"),
    "CZK": ("5000 2000 1000 500 200 100", "50 20 10 5 2 1"),
    "EUR": ("200 100 50 20 10 5", "2 1 0.50 0.20 0.10 0.05 0.02 0.01"),
    "GBP": ("50 20 10 5", "2 1 0.50 0.20 0.10 0.05 0.02 0.01"),
    "JPY": ("10000 5000 1000", "500 100 50 10 5 1"),
    "KWD": ("20 10 5 1 0.500 0.250", "0.100 0.050 0.020 0.010 0.005"),
    "PLN": ("500 200 100 50 20 10", "5 2 1 0.50 0.20 0.10 0.05 0.02 0.01"),
    "SEK": ("1000 500 200 100 50 20", "10 5 2 1"),
    "USD": ("100 50 20 10 5 1", "0.25 0.10 0.05 0.01"),
}
"""Notes, then coins, the largest first; of some the colour that people know a note by."""

_NOTE_LEAST = 1000
"""Minor units from which on a currency that is not listed is taken to have notes."""


def known(currency: str) -> tuple[Known, ...]:
    """Of a currency that is not listed: ones and fives, by which any sum can be counted."""
    if currency not in _MONEY:
        values = sorted((n * 10**power for n in (1, 5) for power in range(6)), reverse=True)
        return tuple(Known(from_minor(it, currency), it >= _NOTE_LEAST) for it in values)
    notes, coins = _MONEY[currency]
    return tuple(
        Known(_value(value, currency), is_note, colour)
        for words, is_note in ((notes, True), (coins, False))
        for value, _, colour in (word.partition(":") for word in words.split())
    )


def _value(text: str, currency: str) -> Decimal:
    value = Decimal(text)
    assert value == round(value, exponent(currency)), (text, currency)
    return value
