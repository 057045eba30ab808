"""What the green light says when a card's file is not taken: one long flash, then some short ones.

The Raspberry Pi's own firmware blinks without a long flash, or with two and more of them, so its
codes and these are never taken for each other.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path

LED = Path("/sys/class/leds/ACT")
LONG_MS, SHORT_MS, GAP_MS, PAUSE_MS = 1200, 200, 300, 2000
FLASHES_MAX = 9
LIGHT_S, LOOK_S = 120.0, 0.5
"""udev comes to the lights late: after all that a till waits for."""

Pattern = tuple[tuple[bool, int], ...]
"""Whether it shines, and for how many milliseconds; from the beginning again at the end."""


def pattern(flashes: int) -> Pattern:
    """One long flash, so many short ones, and a pause."""
    assert 1 <= flashes <= FLASHES_MAX
    short = ((True, SHORT_MS), (False, GAP_MS)) * (flashes - 1)
    return ((True, LONG_MS), (False, GAP_MS), *short, (True, SHORT_MS), (False, PAUSE_MS))


def blink(
    flashes: int, led: Path = LED, sleep: Callable[[float], None] = time.sleep, rounds: int = 0
) -> None:
    """Until it is ended, or so many rounds. Raises OSError where there is no such light.

    The kernel's own pattern trigger goes on without this process, where there is one.
    """
    for _ in range(round(LIGHT_S / LOOK_S)):
        if (led / "trigger").exists():
            break
        sleep(LOOK_S)
    if _by_the_kernel(flashes, led):
        return
    (led / "trigger").write_text("none")
    for on, ms in _steps(flashes, rounds):
        (led / "brightness").write_text(_brightness(led) if on else "0")
        sleep(ms / 1000)


def _steps(flashes: int, rounds: int) -> Iterator[tuple[bool, int]]:
    once = pattern(flashes)
    return cycle(once) if not rounds else (step for _ in range(rounds) for step in once)


def _by_the_kernel(flashes: int, led: Path) -> bool:
    """`ledtrig-pattern`: brightness and milliseconds, each twice, since it fades between them."""
    if "pattern" not in (led / "trigger").read_text().replace("[", "").replace("]", "").split():
        return False
    (led / "trigger").write_text("pattern")
    on = _brightness(led)
    said = (
        f"{on if shines else 0} {ms} {on if shines else 0} 0" for shines, ms in pattern(flashes)
    )
    (led / "pattern").write_text(" ".join(said))
    return True


def _brightness(led: Path) -> str:
    return (led / "max_brightness").read_text().strip()
