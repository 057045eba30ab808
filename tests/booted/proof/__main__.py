"""The released image, proven on simulated boards; the last line sums it up.

.venv/bin/python -m tests.booted.proof [--quick] [--cuts 100] [--cut-seconds 900] [--write] [PART ...]
"""

from __future__ import annotations

import argparse
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from . import boots, cut_updates, cuts, fleet_updates, image_files, orders, security, updates, wear
from .page import PARTS, keep
from .stand import Started, fresh
from .tally import Tally, added

ROOT = Path(__file__).parents[3]
OUTPUTS = ROOT / "out" / "image"
FOLDER = ROOT / "out" / "image-test"
FIRST = PARTS[0]
TIMED = (FIRST, "second-boot")
"""Nothing runs beside those that measure a start."""
ALONE = frozenset({"wear", "files", "fleet-update", "raspi3b"})
"""Parts with a till of their own: one after the other they run beside those that go on from the first
boot, whose printer only one till at a time can have."""
UPDATED = frozenset({"update", "return", "cut-update", "fleet-update", "raspi3b"})
"""They want more built than the image."""
QUICK = (FIRST, "security", "cut-selling")
"""What fits ten minutes of a machine with two processors."""


class Proof:
    """The parts, by their names."""

    def __init__(self, how: argparse.Namespace) -> None:
        self.image: Path = how.image
        self.folder = FOLDER if how.go_on else fresh(FOLDER)
        self.log = self.folder / "steps.log"
        self.log.unlink(missing_ok=True)
        self._how = how
        self._began = time.monotonic()
        self._page = threading.Lock()
        self._bundles: updates.Bundles | None = None
        self._started = Started.kept(FOLDER / FIRST) if how.go_on else None
        image = how.image
        self.parts: dict[str, Callable[[Tally, Path], None]] = {
            FIRST: self._first,
            "second-boot": lambda tally, at: boots.second(tally, self.started, at),
            "security": lambda tally, at: security.proven(tally, self.started, at),
            "orders": lambda tally, at: orders.proven(tally, self.started, at, self.folder),
            "files": lambda tally, at: image_files.searched(tally, image, at),
            "update": lambda tally, at: updates.taken(tally, self.started, at, self.bundles()),
            "return": lambda tally, at: updates.returned(tally, self.started, at, self.bundles()),
            "fleet-update": lambda tally, at: fleet_updates.taken(
                tally, self.mbr(), at, self.bundles()
            ),
            "cut-update": lambda tally, at: cut_updates.cut_off(
                tally, self.started, at, self.bundles(), seed=how.seed
            ),
            "cut-selling": lambda tally, at: cuts.while_selling(
                *(tally, self.started, at),
                cuts=how.cuts,
                until=time.monotonic() + how.cut_seconds,
                seed=how.seed,
            ),
            "wear": lambda tally, at: wear.wear(tally, image, at, idle_s=how.idle, sales=how.sales),
            "raspi3b": lambda tally, at: boots.raspi_3b(tally, self.mbr(), at),
        }

    def _first(self, tally: Tally, at: Path) -> None:
        self._started = boots.first(tally, self.image, at, self.folder)

    @property
    def started(self) -> Started:
        if self._started is None:
            raise RuntimeError("there is no first boot to go on from")
        return self._started

    def bundles(self) -> updates.Bundles:
        if self._bundles is None:
            self._bundles = updates.bundles(self._how.bundles)
        return self._bundles

    def mbr(self) -> Path:
        """The same image with the table that a Pi 3 can read."""
        made = self._how.bundles / "mbr" / "kram.img"
        if not made.exists():
            updates.build("build", made.parent, "--layout", "mbr")
        return made

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    def say(self, part: str) -> Callable[[str], None]:
        def say(what: str) -> None:
            line = f"{self.seconds:7.1f} {part}: {what}"
            print(line, flush=True)
            with self.log.open("a", encoding="utf-8") as log:
                log.write(line + "\n")

        return say

    def run(self, names: list[str]) -> list[Tally]:
        tallies = [Tally(name, self.say(name)) for name in names]
        if UPDATED & set(names):
            self.bundles()
            self.mbr()
        timed = [it for it in tallies if it.part in TIMED]
        alone = [it for it in tallies if it.part in ALONE]
        self._run(timed)
        beside = threading.Thread(target=self._run, args=(alone,))
        beside.start()
        self._run([it for it in tallies if it not in (*timed, *alone)])
        beside.join()
        return tallies

    def _run(self, tallies: list[Tally]) -> None:
        for it in tallies:
            it.run(partial(self.parts[it.part], it, self.folder / it.part))
            print(it.line(), flush=True)
            if self._how.write:
                with self._page:
                    keep(it, self.log)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", help="of all by default")
    parser.add_argument("--quick", action="store_true", help=f"only {', '.join(QUICK)}")
    parser.add_argument("--image", type=Path, default=OUTPUTS / "kram.img")
    parser.add_argument("--cut-seconds", type=float, default=900, help="then no new cut begins")
    parser.add_argument("--bundles", type=Path, default=FOLDER / "bundles", help="made before")
    parser.add_argument("--cuts", type=int, default=100, help="at random moments of selling")
    parser.add_argument("--idle", type=int, default=600, help="seconds to measure what is written")
    parser.add_argument("--sales", type=int, default=60, help="to measure what is written")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--go-on", action="store_true", help="from the last run's first boot")
    parser.add_argument("--write", action="store_true", help="the figures into the proof's page")
    how = parser.parse_args()
    proof = Proof(how)
    names = how.parts or list(QUICK if how.quick else PARTS)
    if FIRST not in names and set(names) - ALONE and not how.go_on:
        names.insert(0, FIRST)
    tallies = proof.run(names)
    total = added(tallies)
    total.seconds = proof.seconds
    print(total.line())
    return 1 if total.losses or total.broken else 0


if __name__ == "__main__":
    sys.exit(main())
