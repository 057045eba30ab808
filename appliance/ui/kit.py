"""What every widget is drawn with: palette, measures, words and numbers of the language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Protocol

from appliance import i18n
from appliance.core.item import Unit
from appliance.core.money import exponent
from appliance.ui.theme import Measures, Palette

_amount = lru_cache(maxsize=4096)(i18n.amount)
_money = lru_cache(maxsize=1024)(i18n.money)
_number = lru_cache(maxsize=4096)(i18n.number)


class Words(Protocol):
    """(singular, plural, n) to the language's form for n."""

    def __call__(self, singular: str, plural: str, n: int, /) -> str: ...


@dataclass(frozen=True, slots=True)
class Kit:
    palette: Palette
    measures: Measures
    language: str
    currency: str = "UAH"

    def t(self, message: str) -> str:
        return i18n.translator(self.language)(message)

    def n(self, singular: str, plural: str, count: int) -> str:
        form = i18n.plural_translator(self.language)(singular, plural, count)
        return form.format(count=self.number(count))

    def amount(self, minor: int) -> str:
        """An amount without its sign: "1 234,50"."""
        return _amount(minor, self.currency, self.language)

    def money(self, minor: int) -> str:
        """An amount with its sign: "1 234,50 ₴"."""
        return _money(minor, self.currency, self.language)

    def short(self, minor: int) -> str:
        """A note's or coin's value without needless decimals: "500", "0,50"."""
        whole, rest = divmod(minor, 10 ** exponent(self.currency))
        return str(whole) if rest == 0 else self.amount(minor)

    def whole(self, minor: int) -> str:
        """An amount without needless decimals: "1 000", "0,50"."""
        whole, rest = divmod(minor, 10 ** exponent(self.currency))
        return self.number(whole) if rest == 0 else self.amount(minor)

    def number(self, value: Decimal | int) -> str:
        return _number(value, self.language)

    def percent(self, value: Decimal) -> str:
        return i18n.percent(value, self.language)

    @property
    def symbol(self) -> str:
        return i18n.symbol(self.currency)

    @property
    def point(self) -> str:
        """The decimal mark as people write it here."""
        return "." if self.language == "en" else ","

    def unit(self, unit: Unit) -> str:
        return self.t(_UNITS[unit])

    def quantity(self, value: Decimal, unit: Unit) -> str:
        """ "0,436 кг"; a piece's unit goes without saying."""
        if unit is Unit.PIECE:
            return self.number(value)
        return f"{self.number(value)} {self.unit(unit)}"

    def price(self, minor: int, unit: Unit) -> str:
        """A shelf price: "24,50", "39,90 / кг"."""
        if unit is Unit.PIECE:
            return self.amount(minor)
        return f"{self.amount(minor)} / {self.unit(unit)}"


def day(kit: Kit, text: str) -> str:
    """An ISO date, or date-time, as people write it: "01.12.2026", "01.12.2026 14:32"."""
    if not text:
        return ""
    at = datetime.fromisoformat(text)
    return i18n.date_time(at, kit.language) if "T" in text else i18n.date(at, kit.language)


_UNITS = {Unit.PIECE: "pcs", Unit.KILOGRAM: "kg", Unit.LITRE: "l", Unit.METRE: "m"}
