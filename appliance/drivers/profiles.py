"""Guesses what was plugged in, from what its USB side says and the profiles in config/devices.

A profile's keys: `id`, `name` for people, `category` and `driver` as in the registry, `usb`:
"vendor:product" in hexadecimal, "*" for any; `on`: the kernel's subsystem of the node to open
(tty, input, usbmisc; usb for a device that is found by its ids); `words`: of the device's own name, which make the guess surer, or, with
`words_needed`, are asked for; `confidence`: percent for a whole id; `settings`: keys of the
driver, copied into the device's configuration.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

VENDOR_ONLY_LESS = 15
"""A new model of a known maker is nearly as good as a known one."""

WORD_MORE = 15
CONFIDENCE_MAX = 99

NODE_KEY = {"input": "device", "tty": "port", "usbmisc": "port"}
"""The driver's setting that takes the node's path; a device found by its ids needs none."""


@dataclass(frozen=True, slots=True)
class UsbFacts:
    """vendor, product: four hexadecimal digits, lower case. subsystem: of the node. node: the
    most lasting path of it (a by-id link where there is one). words: what the device calls
    itself. keyboard: it has the keys of one."""

    vendor: str
    product: str
    subsystem: str
    node: str
    words: str = ""
    keyboard: bool = False


@dataclass(frozen=True, slots=True)
class Profile:
    id: str
    name: str
    category: str
    driver: str
    usb: tuple[str, ...]
    on: str
    confidence: int
    words: tuple[str, ...] = ()
    words_needed: bool = False
    settings: Mapping[str, object] = field(default_factory=dict)

    def device(self, name: str, facts: UsbFacts) -> dict[str, object]:
        """The `[[devices]]` table that would make the till use it."""
        head: dict[str, object] = {"name": name, "category": self.category, "driver": self.driver}
        key = NODE_KEY.get(self.on)
        node = {} if key is None else {key: facts.node}
        return head | node | dict(self.settings)


def load(folder: Path) -> tuple[Profile, ...]:
    """Every profile of a folder. Raises ValueError that names the file and the profile."""
    found: list[Profile] = []
    for path in sorted(folder.glob("*.toml")):
        for table in tomllib.loads(path.read_text(encoding="utf-8")).get("profile", []):
            try:
                words = tuple(table.pop("words", ()))
                found.append(Profile(**{**table, "usb": tuple(table["usb"]), "words": words}))
            except (KeyError, TypeError) as error:
                raise ValueError(f"{path}: profile {table.get('id', '?')}: {error}") from error
    return tuple(found)


def guess(facts: UsbFacts, profiles: Iterable[Profile]) -> list[tuple[Profile, int]]:
    """What it may be, the likeliest first, with percents; empty when nothing fits."""
    scored = [(profile, _confidence(facts, profile)) for profile in profiles]
    return sorted(
        ((profile, score) for profile, score in scored if score > 0),
        key=lambda pair: (-pair[1], pair[0].id),
    )


def _confidence(facts: UsbFacts, profile: Profile) -> int:
    if profile.on != facts.subsystem or (profile.on == "input" and not facts.keyboard):
        return 0
    named = any(word.lower() in facts.words.lower() for word in profile.words)
    if profile.words_needed and not named:
        return 0
    if f"{facts.vendor}:{facts.product}" in profile.usb:
        score = profile.confidence
    elif f"{facts.vendor}:*" in profile.usb:
        score = profile.confidence - VENDOR_ONLY_LESS
    elif "*:*" in profile.usb:
        return profile.confidence
    else:
        return 0
    return min(score + (WORD_MORE if named else 0), CONFIDENCE_MAX)
