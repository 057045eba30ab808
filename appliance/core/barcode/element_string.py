"""GS1 element strings: application identifiers with their values, plain or in brackets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from appliance.core.barcode.dictionary import dictionary

GS = "\x1d"

_BRACKETED = re.compile(r"\(([0-9]{2,4})\)([^(]*)")

_NOT_TOGETHER = (
    ("01", "02"),
    ("01", "37"),
    ("01", "255"),
    ("01", "8006"),
    ("21", "235"),
    ("8017", "8018"),
)
_ONE_OF_FAMILY = ("31", "32", "33", "35", "36", "39")
"""Of the four-digit identifiers that begin so, the last digit only places the decimal point. The
34 family is not among them."""


def parse_plain(text: str, today: date) -> dict[str, str] | None:
    """The identifiers and values of an element string with GS separators; None if unreadable."""
    entries = dictionary()
    found: dict[str, str] = {}
    at = len(GS) if text.startswith(GS) else 0
    if at == len(text):
        return None
    while at < len(text):
        entry = next((entries[ai] for n in (2, 3, 4) if (ai := text[at : at + n]) in entries), None)
        if entry is None:
            return None
        at += len(entry.ai)
        if entry.predefined:
            end = at + entry.length_max
        else:
            separator = text.find(GS, at)
            end = len(text) if separator < 0 else separator
        if not add(found, entry.ai, text[at:end], today):
            return None
        at = end
        if text.startswith(GS, at):  # one separator is tolerated after every value
            at += len(GS)
    return found if may_stand_together(found) else None


def parse_bracketed(text: str, today: date) -> dict[str, str] | None:
    """The same as people write it: (01)04012345678901(17)261031; no bracket opens in a value."""
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        match = _BRACKETED.match(text, at)
        if match is None or not add(found, match[1], match[2], today):
            return None
        at = match.end()
    return found if may_stand_together(found) else None


def add(found: dict[str, str], ai: str, value: str, today: date) -> bool:
    """Take one value in; False when it is wrong, or says something else than the one before it."""
    entry = dictionary().get(ai)
    if entry is None or found.get(ai, value) != value:
        return False
    if ai not in found:
        if not entry.is_valid(value, today):
            return False
        found[ai] = value
    return True


def may_stand_together(ais: Iterable[str]) -> bool:
    """Whether no two of these contradict each other. Companions are not demanded."""
    present = set(ais)
    if any(one in present and other in present for one, other in _NOT_TOGETHER):
        return False
    families = [ai[:3] for ai in present if len(ai) == 4 and ai.startswith(_ONE_OF_FAMILY)]
    return len(families) == len(set(families)) and not {"392", "393"} <= set(families)
