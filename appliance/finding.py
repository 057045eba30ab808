"""A line of `till doctor`: what was looked at, how it is, and the way out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from appliance.core.devices import DeviceState

COMPOSED = (
    "network {name}",
    "battery {name}",
    "device {name} is gone",
    "log of {module}",
    "terminal {name}",
    "since {at}",
    "{count} facts",
    "{count} facts wait",
    "the oldest of {at}",
    "certificate until {day}",
    "{name}: last heard {at}",
    "{count} messages not opened",
    "{count} listed",
    "{free} GB free of {all} GB at {folder}",
    "{count} GB",
    "{count} GB written",
    "{count} MB/h",
    "{count} errors",
    "{count} dBm",
    "{count} s",
    "The chain is broken: {bad}",
    (
        "It looks like {profile} ({percent} %): add it as a [[devices]] table"
        ' with category "{category}" and driver "{driver}".'
    ),
)
"""What a finding is put together of, where it is no sentence of its own. Whoever reads it, a fleet
too, which has it as a text alone, tells it in another language by these."""

_ONE = r"(?P<{}>(?:(?!, |; ).)+?)"
_NUMBERS = {"count": r"(?P<count>-?[\d.]+)"}
_PLACE = re.compile(r"\\\{(\w+)\\\}")


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. subject and sentences are English message ids or plain text.

    state: ready, attention, missing or fault, as a device's. remedy: "" when all is well. detail:
    parts with commas between, and semicolons where a part has commas itself.
    """

    subject: str
    state: DeviceState
    says: str
    remedy: str = ""
    detail: str = ""

    @property
    def ok(self) -> bool:
        return self.state is DeviceState.READY


def told(translate: Callable[[str], str], text: str) -> str:
    """Any text of a finding in another language; parts that nobody knows stay as they are."""
    return _told(translate, text, ("; ", ", "))


def _told(translate: Callable[[str], str], text: str, between: tuple[str, ...]) -> str:
    if not text:
        return ""
    whole = translate(text)
    if whole != text:
        return whole
    for pattern, words in _PATTERNS:
        if found := words.fullmatch(text):
            return translate(pattern).format(**found.groupdict())
    if not between:
        return text
    first, *rest = between
    return first.join(_told(translate, it, tuple(rest)) for it in text.split(first))


def _words(pattern: str) -> re.Pattern[str]:
    def place(found: re.Match[str]) -> str:
        return _NUMBERS.get(found[1]) or _ONE.format(found[1])

    return re.compile(_PLACE.sub(place, re.escape(pattern)))


_PATTERNS = tuple((it, _words(it)) for it in COMPOSED)
