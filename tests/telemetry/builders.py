"""A till's agent on a real journal, as the tests of the wire need it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from appliance.journal import Journal
from appliance.telemetry.agent import Agent
from appliance.telemetry.home import Ear, Home
from appliance.wire.topics import Place
from tests.journal.till import Ringing

UID = "01JD0000000000000000000001"
PLACE = Place("kram", "shop-1", UID)


def home(journal: Journal, *brokers: str, **how: Any) -> Home:
    folder = journal.path.parent / "fleet"
    folder.mkdir(exist_ok=True)
    usual: dict[str, Any] = {"first_s": 0.05, "software": "1.2.3"}
    return Home(
        PLACE,
        brokers,
        folder,
        journal.path,
        lambda: (journal.epoch, journal.durable_seq),
        **{**usual, **how},
    )


@contextmanager
def agent_of(
    journal: Journal, *brokers: str, ears: tuple[Ear, ...] = (), **how: Any
) -> Iterator[Agent]:
    it = Agent(home(journal, *brokers, **how), ears=ears)
    it.start()
    try:
        yield it
    finally:
        it.close()


def hashes(journal: Journal) -> dict[tuple[str, int, int], bytes]:
    """What the fleet must have of a journal's present epoch."""
    return {(UID, it.epoch, it.seq): it.hash for it in journal.records(limit=10**6)}


def opened(folder: Path) -> Ringing:
    """A till whose shift is open."""
    till = Ringing(folder / "journal.db")
    till.open_shift()
    return till
