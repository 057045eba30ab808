"""The console's pages over a large fleet in PostgreSQL: from the request to the whole page.

The fleet is made by fleet_pages.sql, for it would take tills a year: shops with three tills each, four weeks of
takings by the hour, shifts, stock, and so many facts. Two people look around, one with all shops and
one with a region; their clock runs on between pages, so that nothing kept for a moment makes the
pages look faster than they are.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fleet import postgres
from fleet.console.guest import NOW_MS, Clock, Guest, Host, console_over, person

from appliance.fleet.console.access.roles import Role
from appliance.fleet.store import Store, open_store
from appliance.fleet.store.postgres import PostgresStore
from bench.row import Row, percentile

MADE = Path(__file__).with_suffix(".sql")
LIMIT_MS = 300.0
TILLS_A_SHOP = 3
DAYS = 28
BETWEEN_S = 0.9
TILL = f"01J{6:023}"
PAGES = (
    "/", "/shops", "/shops?sort=-gross", "/shops/shop-7", "/tills", "/tills?sort=-owed&page=20",
    "/tills?find=каса 2", f"/tills/{TILL}", f"/tills/{TILL}/story", f"/tills/{TILL}/story?kind=machine",
    "/lag", "/versions", "/sales", "/sales?shop=shop-7", "/shifts", "/shifts?only=difference",
    "/shifts?only=open", "/stock?shop=shop-7", "/stock?only=negative", "/stock?find=товар 77",
    "/items/77?shop=shop-7", "/transit", "/alerts", "/certificates",
)  # fmt: skip
NAMES = {"boss": (Role.ADMINISTRATOR, "*"), "west": (Role.ADMINISTRATOR, "region:region 7")}


@dataclass(frozen=True, slots=True)
class Size:
    """facts: of all tills together. rounds: how often each person opens each page."""

    tills: int = 10_000
    facts: int = 10_000_000
    rounds: int = 25


def rows(size: Size) -> list[Row]:
    with postgres.cluster({"shared_buffers": "512MB", "max_wal_size": "4GB"}) as cluster:
        store = open_store(cluster.url(cluster.database(postgres.migrated(cluster))))
        assert isinstance(store, PostgresStore)
        try:
            _fill(store, size)
            with _visitors(store) as visitors:
                took = {page: _timed(visitors, page, size.rounds) for page in PAGES}
        finally:
            store.close()
    every = [ms for each in took.values() for ms in each]
    slowest = max(took, key=lambda page: percentile(took[page], 99))
    return [
        _row(size, f"{len(PAGES)} console pages", every),
        _row(size, f"the slowest of them, {slowest}", took[slowest]),
    ]


def _row(size: Size, what: str, ms: list[float]) -> Row:
    fleet = f"{size.tills:,} tills and {size.facts:,} facts in PostgreSQL"
    return Row(
        f"{what}, {fleet}, p99",
        percentile(ms, 99),
        "ms",
        "limit",
        LIMIT_MS,
        "at most 300 ms",
        samples=tuple(ms),
    )


def _timed(visitors: list[tuple[Guest, Clock]], page: str, rounds: int) -> list[float]:
    """After one that is not measured: templates are compiled when a server shows them first."""
    took = []
    visitors[0][0].client.get(page)
    for number in range(rounds * len(visitors)):
        guest, clock = visitors[number % len(visitors)]
        clock.pass_s(BETWEEN_S)
        began = time.perf_counter()
        answer = guest.client.get(page)
        took.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, (page, answer.status_code)
    return took


@contextmanager
def _visitors(store: Store) -> Iterator[list[tuple[Guest, Clock]]]:
    clock = Clock()
    console = console_over(store, clock)
    host = Host()
    host.show(console)
    visitors = []
    for login, (role, scope) in NAMES.items():
        person(console, login, role, scope)
        guest = Guest(host.address)
        assert guest.log_in(login).status_code == 303
        visitors.append((guest, clock))
    try:
        yield visitors
    finally:
        for guest, _ in visitors:
            guest.client.close()
        host.close()


def _fill(store: PostgresStore, size: Size) -> None:
    known = {
        "shops": -(-size.tills // TILLS_A_SHOP),
        "tills": size.tills,
        "each": size.facts // size.tills,
        "now": NOW_MS,
        "days": DAYS,
    }
    for statement in MADE.read_text().split(";\n"):
        given = {name: it for name, it in known.items() if f":{name}" in statement}
        with store.transaction() as tx:
            tx.run(statement, **given)
    # What PostgreSQL does by itself while rows come in over weeks.
    with store.connect() as con:
        con.execute("VACUUM ANALYZE")
