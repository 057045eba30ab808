"""The GS1 application identifiers, read from gs1_dictionary.txt when the first one is needed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from appliance.core.barcode.character_sets import SET_39, SET_64, SET_82
from appliance.core.barcode.check_digits import is_digits
from appliance.core.barcode.checks import CHECKS, Check

_COMPONENT = re.compile(r"(\[?)([NXYZ])(\.\.)?(\d+)\]?((?:,\w+)*)")
_SETS = {"X": frozenset(SET_82), "Y": frozenset(SET_39)}
_SET_64 = frozenset(SET_64)


@dataclass(frozen=True, slots=True)
class Component:
    """One part of a value. charset: N, X, Y or Z."""

    charset: str
    length_min: int
    length_max: int
    optional: bool
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """What the dictionary says of one identifier. predefined: needs no separator after it."""

    ai: str
    title: str
    predefined: bool
    components: tuple[Component, ...]

    @property
    def length_max(self) -> int:
        return sum(component.length_max for component in self.components)

    def is_valid(self, value: str, today: date) -> bool:
        """Whether the components take the whole value, its characters and checks being right."""
        at = 0
        for component in self.components:
            piece = value[at : at + component.length_max]
            if component.optional and not piece:
                continue
            if len(piece) < component.length_min or not _in_set(piece, component.charset):
                return False
            if not all(check(piece, today) for check in component.checks):
                return False
            at += len(piece)
        return at == len(value) and at > 0


def _in_set(piece: str, charset: str) -> bool:
    if charset == "N":
        return is_digits(piece)
    if charset == "Z":
        return _is_base64url(piece)
    return _SETS[charset].issuperset(piece)


def _is_base64url(piece: str) -> bool:
    """Padding may be left out; where it stands, the reference wants a length divisible by 3."""
    body = piece.rstrip("=")
    padding = len(piece) - len(body)
    if padding > 2 or (padding and len(piece) % 3):
        return False
    return _SET_64.issuperset(body)


@lru_cache(maxsize=1)
def dictionary() -> dict[str, Entry]:
    """Every application identifier by its 2 to 4 digits; no one is the beginning of another."""
    from importlib.resources import files  # a dozen modules that no start shall wait for

    text = files("appliance.core.barcode").joinpath("gs1_dictionary.txt").read_text("utf-8")
    return {
        entry.ai: entry
        for line in text.splitlines()
        if line and not line.startswith("#")
        for entry in _entries(line)
    }


def _entries(line: str) -> Iterator[Entry]:
    specification, _, title = line.partition(" # ")
    ais, *words = specification.split()
    predefined = words[0] == "*"
    components = tuple(_component(word) for word in words[predefined:])
    first, _, last = ais.partition("-")
    for number in range(int(first), int(last or first) + 1):
        yield Entry(f"{number:0{len(first)}}", title.strip(), predefined, components)


@lru_cache(maxsize=128)
def _component(word: str) -> Component:
    match = _COMPONENT.fullmatch(word)
    assert match is not None, f"gs1_dictionary.txt: {word}"
    optional, charset, up_to, length, checks = match.groups()
    return Component(
        charset=charset,
        length_min=1 if up_to else int(length),
        length_max=int(length),
        optional=bool(optional),
        checks=tuple(CHECKS[name] for name in checks.split(",")[1:]),
    )
