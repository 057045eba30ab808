"""A fleet whose tills are all well, at noon on a Friday."""

from __future__ import annotations

import datetime as dt

import pytest

from appliance.fleet.alerts.engine import Engine
from appliance.fleet.alerts.settings import Settings
from appliance.fleet.store import Insert
from tests.fleet import seeded

NOON = int(dt.datetime.fromisoformat("2026-11-27T12:00:00+02:00").timestamp() * 1000)
MINUTE_MS = 60_000


class Watched:
    """now_ms goes on by `wait`, with the engine asking every ten seconds as it does."""

    def __init__(self, store) -> None:
        self.store = store
        self.now_ms = NOON
        self.settings = Settings()
        self.engine = Engine(store, lambda: self.settings)

    def run(self, sql: str, **params) -> None:
        with self.store.transaction() as tx:
            tx.run(sql, **params)

    def insert(self, table: str, **row) -> None:
        with self.store.transaction() as tx:
            tx.insert(Insert(table, tuple(row), [tuple(row.values())]))

    def wait(self, seconds: int, *, heard: bool = True) -> None:
        """heard: every till that is not lost goes on sending."""
        step_s = 10 if seconds <= 130 else 50
        end_ms = self.now_ms + seconds * 1000
        while self.now_ms < end_ms:
            self.now_ms = min(end_ms, self.now_ms + step_s * 1000)
            if heard:
                self.run("UPDATE till SET seen_ms = :now WHERE state <> 'lost'", now=self.now_ms)
            assert self.engine.round(self.now_ms)

    def open(self) -> list[tuple[str, str, str]]:
        """Rule, shop and cause of what is open."""
        return [(it["rule"], it["shop"], it["cause"]) for it in self.rows("cleared_ms IS NULL")]

    def rows(self, where: str = "1 = 1"):
        return self.store.rows(
            f"SELECT * FROM alert WHERE {where} ORDER BY rule, shop, till, cause"
        )

    def lose(self, *tills: str, ago_ms: int = 0) -> None:
        for uid in tills:
            at = self.now_ms - ago_ms
            self.run(
                "UPDATE till SET state = 'lost', state_ms = :at WHERE uid = :uid", at=at, uid=uid
            )

    def back(self, *tills: str) -> None:
        for uid in tills:
            self.run("UPDATE till SET state = 'ready', seen_ms = :now WHERE uid = :uid",
                     now=self.now_ms, uid=uid)  # fmt: skip

    def tills(self, shop: str) -> list[str]:
        found = self.store.rows("SELECT uid FROM till WHERE shop = :shop ORDER BY uid", shop=shop)
        return [it["uid"] for it in found]


@pytest.fixture
def watched(store):
    seeded.fleet(store, NOON, sales_an_hour=1)
    it = Watched(store)
    for statement in (
        "DELETE FROM alert",
        "UPDATE till SET state = 'ready', seen_ms = :now, max_seq = 0",
        "UPDATE shadow SET reported_version = desired_version",
        "UPDATE shift SET difference_minor = 0",
        "UPDATE stock SET quantity = 400",
    ):
        it.run(statement, now=NOON)
    it.wait(10)
    assert it.open() == []
    return it
