"""A card with a file that this till does not take: the light's code, and the same words on the screen."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from appliance.provision.blink import LIGHT_S, LONG_MS, PAUSE_MS, SHORT_MS
from appliance.provision.trouble import FLASHES, WORDS, Trouble
from appliance.ui.theme import LIGHT

from . import screens
from .stand import Stand

MADE = datetime(2027, 1, 1, tzinfo=UTC)
"""Another file than the one it was set up with: that one again would be wiped without a word."""
TROUBLE = Trouble.SET_UP
"""It sells already, and nobody signed the file."""
LOOK_S = 0.02
FILM_S = 16.0
CHIP = (779, 23)
"""The word of the trouble, at the top of the screen."""
CHIP_PIXELS, SENTENCE_PIXELS = 3000, 1000
"""Of the word's ground, and of the sentence's ink."""
FIRST_S = 120.0
"""A till's first picture: its shaders are compiled on an emulated processor."""


def proven(stand: Stand, pictures: Path) -> None:
    stand.ready()
    told = stand.run(
        "cat /run/kram-first-boot/notice.json; systemctl is-active 'kram-blink@*'; true"
    )
    words = [it for it in WORDS[TROUBLE] if it not in told]
    stand.tally.check("a file that is not taken is told with its reason", not words, told)
    flashes = film(stand)
    short = FLASHES[TROUBLE]
    right = code(flashes) == f"L{'s' * short}"
    stand.tally.check(f"the light says so: one long flash, {short} short", right, flashes)
    picture, why = pictures / "image-card-file.png", pictures / "image-card-file-why.png"
    said = screens.comes(stand, picture, LIGHT.warn_ground, CHIP_PIXELS, FIRST_S)
    screens.tap(stand, CHIP)
    said &= screens.comes(stand, why, LIGHT.bad, SENTENCE_PIXELS)
    stand.tally.check("the screen says so at its top, and behind it what to do", said)
    screens.tap(stand, screens.BACK)


def film(stand: Stand) -> list[tuple[bool, float]]:
    """Whether it shone, and for how many seconds, one after the other, from its first flash on."""
    seen: list[tuple[bool, float]] = []
    late = time.monotonic() + LIGHT_S
    while not stand.board.light() and time.monotonic() < late:
        time.sleep(LOOK_S)
    until = time.monotonic() + FILM_S
    while time.monotonic() < until:
        seen.append((stand.board.light(), time.monotonic()))
        time.sleep(LOOK_S)
    runs = [(on, list(group)) for on, group in groupby(seen, key=lambda it: it[0])]
    ends = [group[0][1] for _, group in runs[1:]]
    begins = [group[0][1] for _, group in runs]
    return [(on, end - begin) for (on, _), begin, end in zip(runs, begins, ends, strict=False)]


def code(flashes: list[tuple[bool, float]]) -> str:
    """What stands between two pauses: L for a long flash, s for a short one."""
    middle = (LONG_MS + SHORT_MS) / 2000
    words = "".join(
        ("L" if seconds > middle else "s") if on else ("|" if seconds > PAUSE_MS / 1500 else "")
        for on, seconds in flashes
    )
    whole = words.split("|")[1:-1]
    return whole[0] if whole else ""
