"""Typed reading of one JSON object: a field has its type and range, or BasketError says where."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

_DECIMAL = re.compile(r"-?[0-9]+(?:\.([0-9]+))?")
_DECIMAL_LENGTH_MAX = 10_000
"""Far beyond money; without a bound one number could keep the till busy for minutes."""

_MOMENT = re.compile(
    # The extended form of ISO 8601, or the basic one without hyphens and colons; never mixed.
    r"[0-9]{4}-(?:[0-9]{2}-[0-9]{2}|W[0-9]{2}-[0-9])"
    r"(?:T[0-9]{2}(?::[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?)?)?"
    r"|[0-9]{4}(?:[0-9]{4}|W[0-9]{3})"
    r"(?:T[0-9]{2}(?:[0-9]{2}(?:[0-9]{2}(?:[.,][0-9]+)?)?)?)?"
)
"""What `fromisoformat` reads besides (a week without a day, any letter for T) is no date-time."""

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")

_TEXT = frozenset({str})


class BasketError(ValueError):
    """The basket cannot be priced; the text says which field and why."""


class Fields:
    """A JSON object that knows where it stands. A field that is null is absent.

    decimals: those of the basket's currency.
    """

    def __init__(self, values: Mapping[str, object], path: str, decimals: int) -> None:
        self._values = values
        self.path = path
        self.decimals = decimals

    @classmethod
    def of(cls, value: object, path: str, decimals: int) -> Fields:
        if not isinstance(value, dict):
            raise BasketError(f"{path}: must be an object")
        return cls(value, path, decimals)

    def names(self) -> list[str]:
        return [name for name, value in self._values.items() if value is not None]

    def has(self, name: str) -> bool:
        return self._values.get(name) is not None

    def names_none_of(self, names: frozenset[str]) -> bool:
        """Whether none of these stands here, not even as null."""
        return names.isdisjoint(self._values)

    def _at(self, name: str) -> str:
        return name if self.path == "the basket" else f"{self.path}.{name[:40]}"

    def _wrong(self, name: str, what: str) -> BasketError:
        return BasketError(f"{self._at(name)}: {what if self.has(name) else 'missing'}")

    def object(self, name: str) -> Fields:
        return Fields.of(self._values.get(name), self._at(name), self.decimals)

    def optional_object(self, name: str) -> Fields | None:
        return self.object(name) if self.has(name) else None

    def _list(self, name: str) -> Sequence[Any]:
        value = self._values.get(name)
        if value is None:
            return ()
        if not isinstance(value, list):
            raise self._wrong(name, "must be a list")
        return value

    def objects(self, name: str) -> list[Fields]:
        at = self._at(name)
        return [
            Fields.of(value, f"{at}[{i}]", self.decimals)
            for i, value in enumerate(self._list(name))
        ]

    def text(self, name: str, default: str | None = None) -> str:
        value = self._values.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str):
            raise self._wrong(name, "must be a string")
        return value

    def texts(self, name: str) -> tuple[str, ...] | None:
        """A list of strings; None when absent."""
        if not self.has(name):
            return None
        values = tuple(self._list(name))
        if not _TEXT.issuperset(map(type, values)):
            raise self._wrong(name, "must be a list of strings")
        return values

    def one_of(self, name: str, allowed: Iterable[str], default: str | None = None) -> str:
        value = self.text(name, default)
        if value not in allowed:
            raise self._wrong(name, f"must be one of {', '.join(allowed)}")
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        value = self._values.get(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise self._wrong(name, "must be true or false")
        return value

    def integer(self, name: str) -> int:
        value = self._values.get(name)
        if type(value) is not int:  # true and false are integers to isinstance
            raise self._wrong(name, "must be an integer")
        return value

    def integers(self, name: str) -> tuple[int, ...] | None:
        """A list of integers; None when absent."""
        if not self.has(name):
            return None
        values = tuple(self._list(name))
        if not all(type(value) is int for value in values):
            raise self._wrong(name, "must be a list of integers")
        return values

    def _decimal(self, name: str) -> tuple[Decimal, int]:
        """A decimal string's value, and how many decimals it is written with."""
        value = self._values.get(name)
        if not isinstance(value, str):
            raise self._wrong(name, "must be a decimal number in a string")
        if len(value) > _DECIMAL_LENGTH_MAX:
            raise self._wrong(name, f"is longer than {_DECIMAL_LENGTH_MAX} digits")
        match = _DECIMAL.fullmatch(value)
        if match is None:
            raise self._wrong(name, f"{value[:40]!r} is not a decimal number")
        return Decimal(value), len(match[1] or "")

    def decimal(self, name: str) -> Decimal:
        return self._decimal(name)[0]

    def decimal_not_below_zero(self, name: str) -> Decimal:
        value = self.decimal(name)
        if value < 0:
            raise self._wrong(name, "must not be below 0")
        return value

    def percent(self, name: str) -> Decimal:
        value = self.decimal(name)
        if not 0 <= value <= 100:
            raise self._wrong(name, "must be from 0 to 100")
        return value

    def exact_minor(self, name: str) -> tuple[int | Fraction, bool]:
        """An amount of at least 0 in minor units, exact, and whether it is written with more
        decimals than the currency has."""
        value, decimals = self._decimal(name)
        if value < 0:
            raise self._wrong(name, "must not be below 0")
        numerator, denominator = value.as_integer_ratio()
        minor, rest = divmod(numerator * 10**self.decimals, denominator)
        exact = minor + Fraction(rest, denominator) if rest else minor
        return exact, decimals > self.decimals

    def money(self, name: str) -> int:
        """Whole minor units: no more decimals than the currency has."""
        value, decimals = self._decimal(name)
        if decimals > self.decimals:
            raise self._wrong(name, f"more than the {self.decimals} decimals of the currency")
        numerator, denominator = value.as_integer_ratio()
        unit: int = 10**self.decimals
        return numerator * unit // denominator

    def money_not_below_zero(self, name: str) -> int:
        value = self.money(name)
        if value < 0:
            raise self._wrong(name, "must not be below 0")
        return value

    def moment(self, name: str) -> datetime | None:
        """An ISO 8601 local date-time, or a date for its midnight; None when absent."""
        if not self.has(name):
            return None
        value = self.text(name)
        if _MOMENT.fullmatch(value):
            try:
                return datetime.fromisoformat(value)
            except ValueError:
                pass
        raise self._wrong(name, f"{value[:40]!r} is not a local date-time (2026-11-23T17:30:00)")

    def hours(self, name: str) -> tuple[int, int] | None:
        """Two times of day HH:MM, the first before the second, as minutes; None when absent."""
        texts = self.texts(name)
        if texts is None:
            return None
        clocks = [_CLOCK.fullmatch(text) for text in texts]
        minutes = [60 * int(clock[1]) + int(clock[2]) for clock in clocks if clock]
        if len(texts) != 2 or len(minutes) != 2:
            raise self._wrong(name, "must be two times HH:MM")
        if minutes[0] >= minutes[1]:
            raise self._wrong(name, "must start before it ends")
        return minutes[0], minutes[1]
