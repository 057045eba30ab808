"""The options of a [[payments]] table, read one by one; what is wrong says what to write."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from appliance.payments.registry import PortError


class Options:
    """name: of the port. Every reader raises PortError; `done` does, for a key that nobody read."""

    def __init__(self, name: str, table: Mapping[str, object]) -> None:
        self._name = name
        self._table = dict(table)
        self._known: list[str] = []

    def wrong(self, said: str) -> PortError:
        return PortError(f'[[payments]] "{self._name}": {said}')

    def text(self, key: str, default: str | None = None) -> str:
        """Not empty, unless the default is."""
        value = self._take(key, default)
        if not isinstance(value, str) or not (value or default == ""):
            raise self.wrong(f'{key} = "..." is needed')
        return value

    def like(self, key: str, pattern: str, said: str, default: str | None = None) -> str:
        """A text that the pattern fits whole, or the default. said: what it must be."""
        value = self.text(key, default)
        if value != default and not re.fullmatch(pattern, value):
            raise self.wrong(said)
        return value

    def one_of(self, key: str, allowed: Sequence[str]) -> str:
        """The first, when none is given."""
        value = self._take(key, allowed[0])
        if value not in allowed:
            raise self.wrong(f"{key} must be one of {', '.join(allowed)}")
        return str(value)

    def whole(self, key: str, default: int, *, least: int = 1, most: int = 65535) -> int:
        value = self._take(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise self.wrong(f"{key} is a whole number from {least} to {most}")
        return value

    def seconds(self, key: str, default: float) -> float:
        value = self._number(key, default)
        if value is None:
            raise self.wrong(f"{key} is a number of seconds, like {default:g}")
        return value

    def minutes(self, key: str, default: float, *, most: float) -> float:
        value = self._number(key, default)
        if not value or value > most:
            raise self.wrong(f"{key} is a number of minutes, above 0 and up to {most:g}")
        return value

    def yes(self, key: str, *, default: bool) -> bool:
        value = self._take(key, default)
        if not isinstance(value, bool):
            raise self.wrong(f"{key} is true or false")
        return value

    def done(self) -> None:
        unknown = self._table.keys() - set(self._known)
        if unknown:
            raise self.wrong(f"{min(unknown)} is not known; known: {', '.join(self._known)}")

    def _number(self, key: str, default: float) -> float | None:
        value = self._take(key, default)
        if not isinstance(value, int | float | Decimal) or isinstance(value, bool) or value < 0:
            return None
        return float(value)

    def _take(self, key: str, default: object) -> object:
        self._known.append(key)
        value = self._table.get(key, default)
        if value is None:
            raise self.wrong(f'{key} = "..." is missing')
        return value
