"""A running Till on a real journal and a real catalogue, with devices that only remember."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from appliance.catalogue.store import Catalogue
from appliance.core import commands as c
from appliance.core.look import Names
from appliance.core.policy import Policy
from appliance.core.state import DrawerPulse, PrintJob
from appliance.core.view import Look
from appliance.journal import Journal, Record
from appliance.mailbox import Answer
from appliance.till import Till
from tests.core.builders import ITEMS, POLICY

NAMES = Names("На розі", "Каса 1")


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: datetime = datetime(2026, 11, 23, 14, 32, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Hands:
    """Effects that are noted, in the order they were handed out, and never answered."""

    printed: list[PrintJob] = field(default_factory=list)
    kicked: list[DrawerPulse] = field(default_factory=list)
    weighed: list[str] = field(default_factory=list)
    has_drawer: bool = True
    durable_when_handed_out: list[bool] = field(default_factory=list)

    def print(self, job: PrintJob, journal: Journal) -> None:
        self.durable_when_handed_out.append(journal.durable_seq == journal.last_seq)
        self.printed.append(job)

    def kick(self, pulse: DrawerPulse) -> bool:
        self.kicked.append(pulse)
        return self.has_drawer

    def weigh(self, tag: str) -> bool:
        self.weighed.append(tag)
        return True

    def display(self, look: Look) -> None:
        pass


def shelf(folder: Path, clock: Clock | None = None) -> Catalogue:
    """The builders' items in a catalogue file."""
    path = folder / "catalogue.db"
    fresh = not path.exists()
    catalogue = Catalogue(path, clock=clock or Clock())
    if fresh:
        with catalogue.write() as writer:
            writer.put(ITEMS)
        catalogue.refresh()
    return catalogue


@dataclass
class Running:
    till: Till
    hands: Hands
    clock: Clock

    def does(self, request: c.Request, **how: Any) -> tuple[Record, ...]:
        answer = self.till.ask(request, **how)
        assert isinstance(answer, tuple), f"{request} was refused: {answer}"
        self.till.ask(c.NeverMind(), spoken=False)  # the view follows an answer: now it is there
        return answer

    def tries(self, request: c.Request, **how: Any) -> Answer:
        return self.till.ask(request, **how)

    def sells(self, *skus: str) -> None:
        for sku in skus:
            self.does(c.SellItem(sku))  # type: ignore[arg-type]


@contextmanager
def running(
    folder: Path,
    *,
    policy: Policy = POLICY,
    clock: Clock | None = None,
    name: str = "till-1",
    **parts: Any,
) -> Iterator[Running]:
    """A Till that is stopped cleanly at the end."""
    clock, hands = clock or Clock(), Hands()
    with (
        shelf(folder, clock) as catalogue,
        Journal.open(folder / "journal.db", name) as journal,
    ):
        till = Till(journal, catalogue, policy, NAMES, hands, clock=clock, **parts)  # type: ignore[arg-type]
        till.start()
        it = Running(till, hands, clock)
        # The till's thread owns the journal, and a test looks into it: not before that thread is idle.
        it.tries(c.NeverMind(), spoken=False)
        try:
            yield it
        finally:
            till.stop()


def open_shift(it: Running) -> None:
    it.does(c.SignIn("olena"))
    it.does(c.OpenShift(100_00))
