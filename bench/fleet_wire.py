"""A till's wire to its fleet: bytes for a sale, a week that goes up while the till sells on."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from pathlib import Path

from appliance.core import commands as c
from appliance.core.facts import Fact
from appliance.core.view import Look
from appliance.journal import Journal
from appliance.telemetry import papers
from appliance.telemetry.agent import Agent
from appliance.telemetry.home import Home
from appliance.till import Till
from appliance.wire import batch
from bench import shop
from bench.row import Row, percentile
from bench.till import codes, till_on
from hw_sim.cut_proxy import CutProxy
from hw_sim.fleet_member import Member, collector, enrolled, served
from hw_sim.small_collector import Collector

SALE_BYTES_MAX = 1_500.0
WEEK_S_MAX = 60.0
SCAN_MS_MAX = 2.0
SCAN_EVERY_S = 0.02
"""A quick cashier scans two a second; more makes more samples, and disturbs more."""

FLEET_NICE = 10
"""It shares this machine's cores, and would be measured as if it ran on the till."""


@dataclass(frozen=True, slots=True)
class Fleet:
    """A fleet in a process of its own, as it is on a machine of its own, and a till enrolled there."""

    port: int
    member: Member
    _pipe: Connection

    def agent(self, journal: Journal, port: int = 0) -> Agent:
        home = Home(
            self.member.place,
            (f"mqtts://127.0.0.1:{port or self.port}",),
            self.member.folder,
            journal.path,
            lambda: (journal.epoch, journal.durable_seq),
            partial(papers.of_member, self.member.folder),
            first_s=0.01,
        )
        return Agent(home)

    def wait(self, upto: int) -> None:
        """Until it has every fact up to this one of the first epoch."""
        self._pipe.send(upto)
        self._pipe.recv()

    def ratio(self) -> float:
        """How much shorter its batches of backfill were for their compression."""
        self._pipe.send(0)
        return float(self._pipe.recv())


@contextmanager
def fleet_in(folder: Path) -> Iterator[Fleet]:
    ours, theirs = Pipe()
    child = get_context("spawn").Process(target=_fleet, args=(folder, theirs), daemon=True)
    child.start()
    try:
        port, member = ours.recv()
        yield Fleet(port, member, ours)
        ours.send(None)
    finally:
        child.join(10)
        child.kill()


def _fleet(folder: Path, pipe: Connection) -> None:
    os.nice(FLEET_NICE)
    with served(folder / "fleet") as site, collector(site) as rows:
        member = enrolled(site, folder / "papers")
        pipe.send((site.options.broker_port, member))
        while (upto := pipe.recv()) is not None:
            if upto:
                rows.wait(lambda: (member.place.till, 1, upto) in rows.rows, 120.0)
                rows.wait(lambda: rows.upto(member.place.till, 1) >= upto, 120.0)
            pipe.send(_ratio(rows))


def _ratio(rows: Collector) -> float:
    large = [batch.encode(it) for it in rows.batches if len(it.facts) > 50]
    return sum(map(len, large)) / max(1, sum(len(batch.packed(it)[0]) for it in large))


def sell(journal: Journal, at_s: int, lines: int = 3) -> None:
    """A whole sale, fact by fact, as the till would append it."""

    def append(facts: Sequence[Fact]) -> None:
        journal.append(facts, actor="olena", at=shop.later(at_s), cause=f"c{at_s}")

    for facts in shop.drafts(journal.state, lines):
        append(facts)
    append(shop.payment(journal.state, 0))
    for facts in shop.effects(journal.state):
        append(facts)


def bytes_for_a_sale(folder: Path, sales: int = 50) -> Row:
    """Counted between till and broker, both ways: TLS, MQTT, the batch, its answer."""
    with (
        fleet_in(folder) as fleet,
        Journal.open(folder / "journal.db", "till-1") as journal,
        CutProxy(fleet.port) as proxy,
    ):
        journal.append((shop.shift_opened(journal.state),), actor="olena", at=shop.later(0))
        agent = fleet.agent(journal, proxy.port)
        agent.start()
        fleet.wait(journal.durable_seq)
        before = sum(proxy.passed.values())
        for at in range(sales):
            sell(journal, at)
            agent.nudge()
            fleet.wait(journal.durable_seq)
        each = (sum(proxy.passed.values()) - before) / sales
        agent.close()
    return Row(
        "bytes on the wire for a sale of 3 lines, live, all included",
        each,
        "B",
        "limit",
        SALE_BYTES_MAX,
        "at most 1.5 kB",
    )


def backfill_while_selling(folder: Path, shelf: Path, items: int, sales: int) -> list[Row]:
    """A week's sales go up while scans are timed; the same scans without it before and after."""
    with Journal.open(folder / "journal.db", "till-1") as journal:
        journal.append((shop.shift_opened(journal.state),), actor="olena", at=shop.later(0))
        for at in range(sales):
            sell(journal, at)
        journal.append((shop.shift_closed(journal.state),), actor="olena", at=shop.later(sales))
    with till_on(folder, shelf) as till, fleet_in(folder) as fleet:
        quiet = scans(till, codes(400, items), threading.Event())
        agent = fleet.agent(till.journal)
        done = threading.Event()
        took: list[float] = []
        upto = till.journal.durable_seq

        def watch() -> None:
            began = time.perf_counter()
            fleet.wait(upto)
            took.append(time.perf_counter() - began)
            done.set()

        threading.Thread(target=watch).start()
        agent.start()
        busy = scans(till, codes(4000, items), done)
        done.wait()
        agent.close()
        ratio = fleet.ratio()
        quiet += scans(till, codes(400, items), threading.Event())
    return [
        Row(
            f"backfill of {sales:,} sales while selling ({ratio:.1f} times compressed)",
            took[0],
            "s",
            "limit",
            WEEK_S_MAX,
            "at most 60 s",
        ),
        Row(
            "added to a scan by the backfill, p99",
            max(0.0, percentile(busy, 99) - percentile(quiet, 99)),
            "ms",
            "limit",
            SCAN_MS_MAX,
            "at most 2 ms",
            samples=tuple(busy),
        ),
    ]


def scans(till: Till, goods: list[str], stop: threading.Event) -> list[float]:
    """Milliseconds from each scan to the view that shows it; all of them, or until told to stop."""
    seen = threading.Event()
    wanted = [0]

    def on_look(look: Look) -> None:
        basket = look.basket
        if basket is not None and sum(int(it.quantity) for it in basket.lines) >= wanted[0]:
            seen.set()

    samples = []
    end = till.subscribe(on_look)
    for at, code in enumerate(goods):
        if at % 10 == 0:
            till.ask(c.VoidSale())
            wanted[0] = 0
        wanted[0] += 1
        seen.clear()
        began = time.perf_counter()
        till.submit(c.Scan(code))
        if not seen.wait(5):
            raise RuntimeError("a scan was lost")
        samples.append((time.perf_counter() - began) * 1000)
        if stop.wait(SCAN_EVERY_S):
            break
    till.ask(c.VoidSale())
    end()
    return samples
