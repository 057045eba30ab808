"""What a proof counts, driver by driver."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from .cases import Case, Fault
from .ledgers import Wrong


@dataclass
class Tally:
    """cuts, kills, restarts: of the wire, the till, the terminal. unreached: cases whose story ended
    before its message. unknown: payments that nobody knew of for a while; resolved by the terminal's
    own word, or shown until a manager decides. wrong: what must be none, said; told: each that
    stayed unknown. stuck: after these the next customer could not pay."""

    driver: str = ""
    day: str = ""
    cases: int = 0
    messages: int = 0
    cuts: int = 0
    kills: int = 0
    restarts: int = 0
    charges: int = 0
    unknown: int = 0
    resolved: int = 0
    shown: int = 0
    seconds: float = 0.0
    unreached: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    wrong: list[tuple[Wrong, str]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def struck(self, case: Case) -> None:
        self.cuts += case.fault is Fault.WIRE
        self.kills += case.fault is Fault.TILL
        self.restarts += case.fault is Fault.TERMINAL

    def count(self, kind: Wrong) -> int:
        return sum(it is kind for it, _ in self.wrong)

    def line(self) -> str:
        wrong = ", ".join(f"{self.count(kind)} {kind}" for kind in Wrong)
        return (
            f"{self.driver}: {self.cases} cases, {self.cuts} cuts, {self.kills} kills,"
            f" {self.restarts} restarts, {len(self.unreached)} not reached; {self.charges} charges,"
            f" {self.unknown} unknown: {self.resolved} resolved, {self.shown} shown; {wrong};"
            f" {self.seconds / 60:.1f} min"
        )


def to_json(tally: Tally) -> dict[str, object]:
    return asdict(tally)


def from_json(kept: dict[str, Any]) -> Tally:
    wrong = [(Wrong(kind), said) for kind, said in kept.pop("wrong")]
    return Tally(**kept, wrong=wrong)


def added(tallies: Iterable[Tally]) -> Tally:
    total = Tally("all")
    for it in tallies:
        for one in fields(Tally):
            if one.name not in ("driver", "day"):
                setattr(total, one.name, getattr(total, one.name) + getattr(it, one.name))
    return total
