"""What a part of the proof counts, checks and measures."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from hw_sim.pi_board import Ended, PiBoard

DETAIL_MAX = 2000


@dataclass(frozen=True, slots=True)
class Check:
    """A sentence that held or did not; detail: what was seen when it did not."""

    sentence: str
    held: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """limit: what it must reach, in words; empty: only told."""

    name: str
    value: str
    limit: str = ""
    reached: bool = True


@dataclass
class Tally:
    """boots: runs of a board, whatever became of them. cuts: pulled plugs. updates: committed.
    returns: trials that ended with the old system. losses: sales or boots that are gone."""

    part: str
    say: Callable[[str], None] = field(default=print, repr=False)
    day: str = field(default_factory=lambda: date.today().isoformat())
    boots: int = 0
    cuts: int = 0
    updates: int = 0
    returns: int = 0
    seconds: float = 0.0
    losses: list[str] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)

    def check(self, sentence: str, held: bool, detail: object = "") -> bool:
        self.checks.append(Check(sentence, held, "" if held else str(detail)[-DETAIL_MAX:]))
        self.say(f"{'ok' if held else 'NOT'}: {sentence}{'' if held else f': {detail}'}")
        return held

    def figure(self, name: str, value: str, limit: str = "", *, reached: bool = True) -> None:
        self.figures.append(Figure(name, value, limit, reached))
        told = f" (must be {limit}{'' if reached else ': MISSED'})" if limit else ""
        self.say(f"figure: {name}: {value}{told}")

    def lost(self, what: str) -> None:
        self.losses.append(what)
        self.say(f"LOST: {what}")

    def saw(self, board: PiBoard) -> None:
        """Adds a board's life, once it is over."""
        self.boots += len(board.runs)
        self.cuts += sum(it.ended is Ended.CUT for it in board.runs)

    def run(self, part: Callable[[], None]) -> None:
        """A part that breaks is a check that does not hold; the others go on."""
        began = time.monotonic()
        try:
            part()
        except Exception as error:  # noqa: BLE001  whatever it is, the sum must tell it
            self.check("the part came to its end", held=False, detail=repr(error))
        self.seconds = time.monotonic() - began

    @property
    def broken(self) -> list[Check]:
        return [it for it in self.checks if not it.held]

    @property
    def missed(self) -> list[Figure]:
        return [it for it in self.figures if not it.reached]

    @property
    def good(self) -> bool:
        return not (self.losses or self.broken or self.missed)

    def line(self) -> str:
        return (
            f"{self.part}: {self.boots} boots, {self.cuts} power cuts, {self.updates} updates,"
            f" {self.returns} returns, {len(self.losses)} losses; {len(self.checks)} checks,"
            f" {len(self.broken)} broken; {len(self.figures)} figures, {len(self.missed)} missed;"
            f" {self.seconds / 60:.1f} min"
        )


def to_json(tally: Tally) -> dict[str, Any]:
    tally.say = print  # a callable has no JSON
    kept = asdict(tally)
    del kept["say"]
    return kept


def from_json(kept: dict[str, Any]) -> Tally:
    checks = [Check(**it) for it in kept.pop("checks")]
    figures = [Figure(**it) for it in kept.pop("figures")]
    return Tally(**kept, checks=checks, figures=figures)


def added(tallies: Iterable[Tally]) -> Tally:
    total = Tally("image")
    for it in tallies:
        for name in (
            "boots",
            "cuts",
            "updates",
            "returns",
            "seconds",
            "losses",
            "checks",
            "figures",
        ):
            setattr(total, name, getattr(total, name) + getattr(it, name))
    return total
