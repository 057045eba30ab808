"""Pages of the till's screen, reached by a finger, and kept as pictures.

Where the keys are is taken from the pictures of the screens' own tests (tests/golden/screens, English,
1024x600).
"""

from __future__ import annotations

import time
from pathlib import Path

from PIL import Image

from appliance.ui.theme import Colour

from .stand import Stand

WIDTH, HEIGHT = 1024, 600
BAR = 40
"""Height of the status line, whose clock changes by itself."""
NEXT = (850, 547)
"""After a sale; where no goods are in the basket, it does nothing."""
MORE = (949, 467)
THIS_TILL, SETTINGS = (915, 71), (385, 300)
BACK, HELP, WIFI = (136, 547), (641, 547), (890, 547)
BACK_OF_REPORT = (657, 547)
DRAWN_S, NOTHING_S, LOOK_S = 30.0, 5.0, 0.4
"""A page is drawn by an emulated processor, without a graphics card."""


def opened(stand: Stand, *keys: tuple[int, int]) -> None:
    """From selling to a page of the settings."""
    tap(stand, NEXT, seconds=NOTHING_S)
    for key in (MORE, THIS_TILL, SETTINGS, *keys):
        tap(stand, key)


def home(stand: Stand, back: tuple[int, int] = BACK) -> None:
    """From there, over the settings, to selling. back: that page's own key."""
    tap(stand, back)
    tap(stand, BACK)


def tap(stand: Stand, key: tuple[int, int], seconds: float = DRAWN_S) -> bool:
    """A touch, and whether the screen is another one thereafter."""
    before = shown(stand)
    stand.board.touch(key[0] / WIDTH, key[1] / HEIGHT)
    return changes(stand, before, seconds)


def changes(stand: Stand, before: bytes, seconds: float = DRAWN_S) -> bool:
    until = time.monotonic() + seconds
    while (now := shown(stand)) == before and time.monotonic() < until:
        time.sleep(LOOK_S)
    return now != before


def shown(stand: Stand) -> bytes:
    """All below the status line."""
    picture = stand.folder / "screen.png"
    kept(stand, picture)
    with Image.open(picture) as image:
        return image.convert("RGB").crop((0, BAR, WIDTH, HEIGHT)).tobytes()


def kept(stand: Stand, picture: Path) -> None:
    picture.parent.mkdir(parents=True, exist_ok=True)
    stand.board.screenshot(picture)


def comes(
    stand: Stand, picture: Path, colour: Colour, pixels: int, seconds: float = DRAWN_S
) -> bool:
    """Whether so much of a colour comes up; the picture is of it then."""
    wanted = tuple(round(255 * part) for part in colour[:3])
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        kept(stand, picture)
        with Image.open(picture) as image:
            colours = image.convert("RGB").getcolors(WIDTH * HEIGHT) or []
        if sum(count for count, one in colours if one == wanted) >= pixels:
            return True
        time.sleep(LOOK_S)
    return False
