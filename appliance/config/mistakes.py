"""Mistakes in a settings file, said so that whoever wrote the line can mend it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Key = tuple[str | int, ...]
"""Where something stands in a file: names of tables and keys, indices inside lists."""

_WANTED = {
    "bool_parsing": "must be true or false, without quotes",
    "bool_type": "must be true or false, without quotes",
    "dataclass_type": "must be a section of its own",
    "dict_type": "must be a section of its own",
    "int_from_float": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number, without quotes",
    "missing": "must be given",
    "string_type": 'must be a text in quotes ("...")',
    "tuple_type": "must be a list in brackets ([...])",
}
"""What is said for pydantic's kinds of mistake; the rest say it themselves or carry a limit."""

_LIMITS = {
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
}


class ConfigError(ValueError):
    """The settings cannot be used. Its text has one line for each mistake, all of them."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(self.mistakes))


@dataclass(frozen=True, slots=True)
class Source:
    """Where settings came from. file: as people call it. lines: of its keys."""

    file: str
    lines: Mapping[Key, int]

    def say(self, path: Key, sentence: str) -> str:
        """'config/shop.toml:14: [cash] `rounding_step`: must be at least 0'."""
        where = self._line(path)
        place = f"{self.file}:{where}: " if where else f"{self.file}: "
        *sections, key = path or ("",)
        section = ".".join(str(part) for part in sections if isinstance(part, str))
        # The third banknote of a list is counted as people count.
        ordinal = next((f" no. {p + 1}" for p in path if isinstance(p, int)), "")
        name = f"`{key}`: " if isinstance(key, str) and key else ""
        head = f"[{section}]{ordinal} " if section else ""
        return f"{place}{head}{name}{sentence}"

    def order(self, path: Key) -> int:
        return self._line(path)

    def _line(self, path: Key) -> int:
        """The key's line; of something missing, the line of what it is missing from."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 0)


def did_you_mean(word: str, known: Sequence[str]) -> str:
    import difflib

    near = difflib.get_close_matches(word.lower(), known, n=1)
    return f", did you mean `{near[0]}`?" if near else f"; there are: {', '.join(known)}"


def sentence(error: Mapping[str, Any], known: Sequence[str], elsewhere: Sequence[str]) -> str:
    """A pydantic error in plain words.

    known: the keys that its section has. elsewhere: the sections that do have an unknown key.
    """
    import difflib

    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    if kind == "unexpected_keyword_argument":
        what = "unknown section" if isinstance(value, Mapping) and len(error["loc"]) == 1 else ""
        if elsewhere and not difflib.get_close_matches(str(error["loc"][-1]), known, n=1):
            return f"does not belong here, it belongs to [{elsewhere[0]}]"
        return f"{what or 'unknown key'}{did_you_mean(str(error['loc'][-1]), known)}"
    if kind in ("enum", "literal_error"):
        expected = context["expected"].replace(" or ", ", ").replace("'", "")
        return f"{_shown(value)} is not possible{did_you_mean(str(value), expected.split(', '))}"
    if kind == "value_error":
        return str(context["error"])
    if kind in _LIMITS:
        return f"{_LIMITS[kind].format(**context)}, not {_shown(value)}"
    wanted = _WANTED.get(kind, error["msg"])
    return wanted if kind == "missing" else f"{wanted}, not {_shown(value)}"


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, Mapping):
        return "a section"
    return "a list" if isinstance(value, list | tuple) else str(value)
