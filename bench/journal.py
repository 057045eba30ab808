"""The journal: what a paid sale costs on the disk, and how long the past takes to read."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from appliance.core import codec
from appliance.core import facts as f
from appliance.core.evolve import evolve
from appliance.core.state import EMPTY, State
from appliance.journal import Journal, projections, record, reports, schema, snapshots
from appliance.journal.store import SNAPSHOT_FACTS
from appliance.journal.verify import verify
from bench import shop
from bench.row import Row, median

TILL = "till-1"


class _Till:
    """Rings sales into a journal; a second passes with each append."""

    def __init__(self, path: Path) -> None:
        self.journal = Journal.open(path, TILL)
        self._second = 0
        self.append([shop.shift_opened(self.journal.state)])

    def append(self, facts: list[f.Fact]) -> None:
        self._second += 1
        at = shop.later(self._second)
        self.journal.append(facts, actor="olena", at=at, cause=f"c{self._second}")

    def basket(self, lines: int) -> None:
        for facts in shop.drafts(self.journal.state, lines):
            self.append(facts)

    def finish(self) -> None:
        for facts in shop.effects(self.journal.state):
            self.append(facts)


def durable_commit(folder: Path, sales: int) -> Row:
    """A payment's append against one insert of the same bytes, taken in turns on the same disk."""
    till = _Till(folder / "durable.db")
    raw = sqlite3.connect(folder / "raw.db", isolation_level=None)
    raw.execute("PRAGMA journal_mode=WAL")
    raw.execute("PRAGMA synchronous=FULL")
    raw.execute("CREATE TABLE fact (id INTEGER PRIMARY KEY, body BLOB)")
    ours, theirs = [], []
    for _ in range(sales):
        till.basket(3)
        payment = shop.payment(till.journal.state)
        size = sum(len(codec.canonical(codec.to_json(fact))) for fact in payment)
        ours.append(_seconds(partial(till.append, payment)))
        till.finish()
        till.journal.idle()
        body = os.urandom(size)
        insert = "INSERT INTO fact (body) VALUES (?)"
        theirs.append(_seconds(partial(raw.execute, insert, (body,))))
    till.journal.close()
    raw.close()
    return Row(
        "durable commit of a paid 3-line sale, median",
        median(ours) * 1e6,
        "us",
        "one raw SQLite FULL-sync insert of the same bytes, same disk",
        median(theirs) * 1e6,
        "at most 1.5 times",
        times=1.5,
        samples=tuple(seconds * 1e6 for seconds in ours),
    )


def bytes_per_sale(folder: Path, sales: int) -> list[Row]:
    """Drafts, payment, effects and the checkpoints that they cause, over many sales."""
    till = _Till(folder / "bytes.db")
    for _ in range(100):
        _ring_ten(till)
    till.journal.checkpoint()
    before = _written()
    for _ in range(sales):
        _ring_ten(till)
        till.journal.idle()
    till.journal.checkpoint()
    after = _written()
    till.journal.close()
    per_sale = [(after[name] - before[name]) / sales / 1024 for name in ("wchar", "write")]
    names = (
        "bytes of one sale of 10 lines, as written",
        "bytes of one sale of 10 lines, in whole disk pages",
    )
    return [
        Row(name, value, "kB", "limit", 32.0, "at most 32 kB")
        for name, value in zip(names, per_sale, strict=True)
    ]


def _ring_ten(till: _Till) -> None:
    till.basket(10)
    till.append(shop.payment(till.journal.state))
    till.finish()


def _written() -> dict[str, int]:
    lines = Path("/proc/self/io").read_text(encoding="ascii").splitlines()
    counts = dict(line.split(": ") for line in lines)
    return {"wchar": int(counts["wchar"]), "write": int(counts["write_bytes"])}


def open_time(path: Path, facts: int) -> Row:
    """As after a power cut just before the next snapshot: the longest tail to prove and fold."""
    times = []
    for _ in range(5):
        start = time.perf_counter()
        journal = Journal.open(path, TILL)
        times.append(time.perf_counter() - start)
        tail = journal.epoch * record.EPOCH_STEP + journal.last_seq
        journal.close()
        # Closing kept a snapshot of the end; the next round is to find none.
        con = schema.connect(path)
        con.execute("DELETE FROM snapshot WHERE id=?", (tail,))
        con.close()
    return Row(
        f"opening a journal of {facts:,} facts",
        median(times) * 1e3,
        "ms",
        "limit",
        300.0,
        "at most 300 ms",
    )


def verify_speed(path: Path) -> Row:
    start = time.perf_counter()
    verdict = verify(path)
    speed = verdict.records / (time.perf_counter() - start)
    assert verdict.ok
    return Row(
        "verifying the chain",
        speed,
        "facts/s",
        "limit",
        100_000.0,
        "at least 100,000 facts/s",
        at_least=True,
    )


def z_report_time(path: Path, sales: int) -> Row:
    times = []
    with reports.reading(path) as con:
        for _ in range(7):
            start = time.perf_counter()
            report = reports.x_report(con)
            times.append(time.perf_counter() - start)
            assert report is not None
            assert report.totals.sales == sales
    return Row(
        f"Z report of a shift with {sales:,} sales, median",
        median(times) * 1e3,
        "ms",
        "limit",
        100.0,
        "at most 100 ms",
    )


def _seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def grow(path: Path, facts: int, *, sales_of_last_shift: int) -> None:
    """A journal of so many true facts, chained and projected, written in one transaction."""
    Journal.open(path, TILL).close()
    con = schema.connect(path)
    con.execute("PRAGMA synchronous=OFF")
    con.execute("BEGIN")
    projector = projections.Projector(con)
    state, seq = EMPTY, 0
    digest = record.genesis(TILL, 1, 0, b"")
    at_ms, offset_min = record.times(shop.NOON)

    def put(fact: f.Fact) -> None:
        nonlocal state, seq, digest
        seq += 1
        body = codec.canonical(codec.to_json(fact))
        where = (record.EPOCH_STEP + seq, at_ms + seq, offset_min, "olena", "")
        row: record.Row = (*where, type(fact).__name__, 1, record.pack(body), b"")
        digest = record.chain(digest, TILL, row, body)
        con.execute(record.INSERT_ROW, (*row[:-1], digest))
        at = record.moment(at_ms + seq, offset_min)
        made = record.Record(TILL, 1, seq, at, "olena", "", row[5], 1, body, digest, fact)
        after = evolve(state, fact)
        projector.apply(made, state, after)
        state = after

    last_shift = sales_of_last_shift * _FACTS_PER_SALE
    put(shop.shift_opened(state))
    while seq < facts - last_shift - 3:
        _sell(lambda: state, put)
        projector.flush()
    put(shop.shift_closed(state))
    put(shop.shift_opened(state))
    for number in range(sales_of_last_shift, 0, -1):
        if number == SNAPSHOT_FACTS // _FACTS_PER_SALE:
            snapshots.save(con, snapshots.Snapshot(record.EPOCH_STEP + seq, digest, state))
        _sell(lambda: state, put)
        projector.flush()
    con.execute("COMMIT")
    con.close()


_LINES = 3
_FACTS_PER_SALE = 1 + _LINES + 4 + 3


def _sell(state: Callable[[], State], put: Callable[[f.Fact], None]) -> None:
    for facts in shop.drafts(state(), _LINES):
        for fact in facts:
            put(fact)
    for fact in shop.payment(state()):
        put(fact)
    for facts in shop.effects(state()):
        for fact in facts:
            put(fact)
