"""Sticks as people bring them: unformatted, locked, full, pulled too early, without an update."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hw_sim.patience import slowness
from hw_sim.pi_board import LOOK_S

from .asking import Asker
from .stand import Stand
from .sticks import blank, formatted, mtools

BIG, NAME = "/run/big", "report.bin"
BIG_MB = 12
SLOW_BYTES_S = 1_000_000
WRITTEN_MIN = 500_000
"""Bytes that are on the stick when it is pulled."""
SMALL, USUAL = 4 << 20, 64 << 20
OUT = "/run/kram-stick-out"
ANSWER = "/run/stick-answer"
WRITING_S = 60.0


@contextmanager
def plugged(stand: Stand, image: Path, **how: Any) -> Iterator[Path]:
    """The guest sees it; it is pulled at the end."""
    stand.board.plug_stick(image, **how)
    stand.run("for i in $(seq 60); do [ -b /dev/sda ] && break; sleep 1; done; udevadm settle", 120)
    try:
        yield image
    finally:
        stand.board.pull_stick()
        stand.run("for i in $(seq 60); do [ -b /dev/sda ] || break; sleep 1; done; udevadm settle")
        image.unlink()


def proven(stand: Stand, asker: Asker) -> None:
    stand.run(f"head -c {BIG_MB}M /dev/urandom >{BIG}; chmod 644 {BIG}")
    without(stand, asker)
    for what, why, image, locked in (
        ("that nobody formatted", "stick_unreadable", blank(_image(stand), USUAL), False),
        ("that is locked", "stick_read_only", formatted(_image(stand, "locked"), USUAL), True),
    ):
        with plugged(stand, image, locked=locked):
            answer = asker.ask("to_stick", BIG, name=NAME)
        stand.tally.check(f"a stick {what} is said to be so", answer.get("why") == why, answer)
    full(stand, asker)
    pulled(stand, asker)
    stand.run(f"rm {BIG}")


def without(stand: Stand, asker: Asker) -> None:
    answer = asker.ask("to_stick", BIG, name=NAME)
    stand.tally.check("without a stick it asks for one", answer.get("why") == "no_stick", answer)


def full(stand: Stand, asker: Asker) -> None:
    with plugged(stand, formatted(_image(stand), SMALL), locked=False) as image:
        answer = asker.ask("to_stick", BIG, name=NAME)
        left = mtools("mdir", "-b", "-i", image, "::")
    stand.tally.check("a full stick is said to be full", answer.get("why") == "stick_full", answer)
    stand.tally.check("and nothing of the file is left on it", left.strip() == "", left)


def pulled(stand: Stand, asker: Asker) -> None:
    """While it is written to; then the helper is asked again, and another stick is taken."""
    image = formatted(_image(stand), USUAL)
    with plugged(stand, image, locked=False, write_bytes_s=SLOW_BYTES_S):
        order = asker.command("to_stick", BIG, name=NAME)
        stand.run(f"({order} >{ANSWER}.new 2>&1; mv {ANSWER}.new {ANSWER}) &")
        for _ in range(round(WRITING_S * slowness() / LOOK_S)):
            if stand.board.stick_written() > WRITTEN_MIN:
                break
            stand.run(f"sleep {LOOK_S}")
    answer = asker.heard(
        stand.run(
            f"for i in $(seq 90); do [ -e {ANSWER} ] && break; sleep 1; done; cat {ANSWER}", 180
        )
    )
    stand.tally.check(
        "a stick that is pulled while it is written to is said to have failed",
        answer.get("why") == "stick_failed",
        answer,
    )
    told = stand.run(f"grep -c {OUT} /proc/self/mountinfo; true")
    stand.tally.check("and nothing of it stays mounted", told == "0", told)
    with plugged(stand, formatted(_image(stand), USUAL), locked=False) as image:
        code, said = stand.board.shell.tried("till update now", 120)
        without_update = code != 0 and "0 bundles" in said
        stand.tally.check("a stick without an update says so", without_update, said)
        answer = asker.ask("to_stick", "/etc/os-release", name=NAME)
        file = image.with_suffix(".file")
        mtools("mcopy", "-n", "-i", image, f"::{NAME}", file)
        whole = answer.get("bytes") == file.stat().st_size > 0
        file.unlink()
    stand.tally.check("and is written to all the same", bool(answer.get("ok")) and whole, answer)


def _image(stand: Stand, name: str = "stick") -> Path:
    return stand.folder / f"{name}.img"
