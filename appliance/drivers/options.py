"""A device's settings, read with care: each mistake names the key and says what was meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class ConfigError(ValueError):
    """A device's settings cannot work. problems: (key, sentence) pairs, all of them at once."""

    def __init__(self, device: str, problems: Sequence[tuple[str, str]]) -> None:
        self.device = device
        self.problems = tuple(problems)
        said = "; ".join(f"`{key}`: {sentence}" for key, sentence in self.problems)
        super().__init__(f"device {device}: {said}")


def did_you_mean(word: str, known: Sequence[str]) -> str:
    import difflib

    near = difflib.get_close_matches(word, known, n=1)
    return f", did you mean `{near[0]}`?" if near else f", known are {', '.join(sorted(known))}"


class Options:
    """Reads values one by one and keeps every mistake until `finish`, which raises them all.

    A reader with a mistake still returns something of the right type, so that a driver's factory
    is a plain list of readings; it must call `finish` before it uses them.
    """

    def __init__(self, device: str, values: Mapping[str, object]) -> None:
        self.device = device
        self._values = values
        self._known: list[str] = []
        self._problems: list[tuple[str, str]] = []

    def wrong(self, key: str, sentence: str) -> None:
        """Note a mistake that only the driver can see."""
        self._problems.append((key, sentence))

    def text(self, key: str, default: str | None = None) -> str:
        """A string; without a default it must be given and not be empty."""
        value = self._take(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or (default is None and not value):
            example = "must be given, a text in quotes" if value is None else "must be a text"
            self.wrong(key, example)
            return default or ""
        return value

    def integer(self, key: str, default: int, low: int, high: int) -> int:
        value = self._take(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.wrong(key, f"must be a whole number from {low} to {high}, not {value!r}")
            return default
        return value

    def optional_integer(self, key: str, low: int, high: int) -> int | None:
        """A number that may be missing."""
        self._known.append(key)
        return None if self._values.get(key) is None else self.integer(key, low, low, high)

    def seconds(self, key: str, default: float, low: float, high: float) -> float:
        value = self._take(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.wrong(key, f"must be a number of seconds, not {value!r}")
            return default
        if not low <= value <= high:
            self.wrong(key, f"must be between {low:g} and {high:g} seconds, not {value:g}")
            return default
        return float(value)

    def flag(self, key: str, *, default: bool) -> bool:
        value = self._take(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.wrong(key, f"must be true or false, not {value!r}")
            return default
        return value

    def choice(self, key: str, default: str, allowed: Sequence[str]) -> str:
        value = self._take(key)
        if value is None:
            return default
        if value not in allowed:
            self.wrong(key, f"{value!r} is not possible{did_you_mean(str(value), allowed)}")
            return default
        return str(value)

    def finish(self) -> None:
        """Raise every mistake so far, unknown keys among them."""
        for key in self._values:
            if key not in self._known:
                self.wrong(key, f"unknown key{did_you_mean(key, self._known)}")
        self.check()

    def check(self) -> None:
        """Raise the mistakes so far, without judging keys that nobody has read yet."""
        if self._problems:
            raise ConfigError(self.device, self._problems)

    def _take(self, key: str) -> object:
        self._known.append(key)
        return self._values.get(key)
