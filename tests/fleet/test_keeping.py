"""Months, old facts, backups older than the tills, and tables made again."""

from __future__ import annotations

import os

import pytest

from appliance.fleet.hearing import Hearing, Message
from appliance.fleet.store import backup, open_store, partitions, rebuild
from appliance.fleet.store.ingest import Ingest, Outcome
from appliance.fleet.store.retention import DAY_MS, Policy, tidy
from appliance.wire import ack, batch, hello
from tests.fleet import postgres, tills
from tests.fleet.agree import agree
from tests.fleet.tills import SITE
from tests.journal.till import Ringing

DAY = partitions.start_ms((2026, 3)) + 13 * DAY_MS
"""About when the bench's shop sells."""


@pytest.fixture(scope="module")
def rung(tmp_path_factory):
    path = tmp_path_factory.mktemp("till") / "j.db"
    till = Ringing(path)
    till.day(6)
    till.open_shift()
    till.sell(2)
    till.journal.close()
    return path


def fed(store, rung, upto: int | None = None):
    tills.register(store, SITE)
    ingest = Ingest(store)
    for it in list(tills.batches(rung, 10))[:upto]:
        ingest.take(it, SITE)
    return ingest


def dump(store) -> dict[str, list[str]]:
    tables = (
        "sale",
        "sale_line",
        "payment",
        "movement",
        "stock",
        "shift",
        "hour_total",
        "cashier_day",
    )
    return {it: sorted(map(repr, store.rows(f"SELECT * FROM {it}"))) for it in tables}


@pytest.fixture
def own_store(cluster, migrated):
    """Its partitions are changed, so no other test may have it."""
    name = cluster.database(migrated)
    store = open_store(cluster.url(name))
    yield store
    store.close()
    cluster.drop(name)


def test_history_that_came_before_its_month_was_made_finds_its_place(own_store, rung):
    fed(own_store, rung)
    before = own_store.rows("SELECT * FROM fact ORDER BY seq")
    assert {it["part"] for it in own_store.rows(_WHERE)} == {"fact_default"}
    done = tidy(own_store, Policy(), DAY)
    assert done.moved == len(before)
    assert {it["part"] for it in own_store.rows(_WHERE)} == {"fact_2026_03"}
    assert own_store.rows("SELECT * FROM fact ORDER BY seq") == before
    assert tidy(own_store, Policy(), DAY).moved == 0


_WHERE = "SELECT DISTINCT tableoid::regclass::text AS part FROM fact"


def test_months_that_are_over_go_and_what_was_made_of_them_stays(own_store, rung):
    fed(own_store, rung)
    tidy(own_store, Policy(), DAY)
    later = DAY + 200 * DAY_MS
    assert "fact_2026_03" in tidy(own_store, Policy(facts_months=3), later).dropped
    assert own_store.rows("SELECT * FROM fact") == []
    agree(own_store, rung, SITE.till, SITE.shop)
    # A till that sends again what was acknowledged long ago is answered, not refused.
    first = next(tills.batches(rung, 10))
    assert Ingest(own_store).take(first, SITE).outcome is Outcome.KNOWN


def test_facts_that_still_wait_for_their_turn_are_kept(own_store, rung):
    tills.register(own_store, SITE)
    _, second, *_ = tills.batches(rung, 10)
    Ingest(own_store).take(second, SITE)
    tidy(own_store, Policy(), DAY)
    done = tidy(own_store, Policy(facts_months=1), DAY + 200 * DAY_MS)
    assert "fact_2026_02" in done.dropped
    assert "fact_2026_03" not in done.dropped
    for it in tills.batches(rung, 10):
        Ingest(own_store).take(it, SITE)
    agree(own_store, rung, SITE.till, SITE.shop)


def test_old_facts_go_from_sqlite_too(tmp_path, rung):
    store = open_store(f"sqlite:///{tmp_path / 'f.db'}")
    postgres.migrate(store)
    fed(store, rung)
    tidy(store, Policy(facts_months=3), DAY + 200 * DAY_MS)
    assert store.rows("SELECT * FROM fact") == []
    agree(store, rung, SITE.till, SITE.shop)
    store.close()


def test_tables_made_again_are_the_same(store, rung):
    fed(store, rung)
    before = dump(store)
    with store.transaction() as tx:
        tx.run("UPDATE sale SET total_minor = 1")
        tx.run("DELETE FROM stock")
    said: list[str] = []
    assert rebuild.rebuild(store, said.append) == 1
    assert dump(store) == before
    # The till goes on as if nothing had been.
    agree(store, rung, SITE.till, SITE.shop)


def test_a_shop_whose_facts_are_gone_is_not_made_again(store, rung):
    fed(store, rung)
    before = dump(store)
    with store.transaction() as tx:
        tx.run("DELETE FROM fact WHERE seq < 5")
    said: list[str] = []
    assert rebuild.rebuild(store, said.append) == 0
    assert "no longer all here" in said[0]
    assert dump(store) == before


def test_after_an_older_backup_the_tills_send_again_what_came_since(
    store, rung, tmp_path, monkeypatch
):
    monkeypatch.setenv("PATH", f"{postgres.programs()}:{os.environ['PATH']}")
    batches = list(tills.batches(rung, 10))
    fed(store, rung, upto=2)
    backup.backup(store, tmp_path / "monday")
    fed(store, rung)
    backup.restore(store, tmp_path / "monday")
    hearing = Hearing(store, signed=False)
    topic = f"pos/v1/kram/shop-1/{SITE.till}/up/"
    # The till was connected all the while: its next batch tells it.
    last = hearing.hear(Message(topic + "ev", batch.encode(batches[-1])))
    assert ack.decode(last.payload).replay_from == 21
    # Or it connects anew.
    said = hello.Hello("h", SITE.till, "T1", 1, 1, batches[-1].last, batches[-1].last)
    told = ack.decode(hearing.hear(Message(topic + "hello", hello.encode(said))).payload)
    assert (told.upto, told.hello) == (20, "h")
    for it in batches[2:]:
        told = ack.decode(hearing.hear(Message(topic + "ev", batch.encode(it))).payload)
    assert told.upto == batches[-1].last
    agree(store, rung, SITE.till, SITE.shop)


def test_two_tenants_share_a_database_and_one_comes_back_from_its_backup(
    cluster, rung, tmp_path, monkeypatch
):
    monkeypatch.setenv("PATH", f"{postgres.programs()}:{os.environ['PATH']}")
    name = cluster.database()
    stores = []
    for tenant in ("a", "b"):
        with open_store(cluster.url(name)).transaction() as tx:
            tx.run(f"CREATE SCHEMA {tenant}")
        stores.append(open_store(f"{cluster.url(name)}?options=-csearch_path%3D{tenant}"))
        postgres.migrate(stores[-1])
    one, other = stores
    fed(one, rung, upto=2)
    backup.backup(one, tmp_path / "monday")
    fed(one, rung)
    fed(other, rung)
    backup.restore(one, tmp_path / "monday")
    assert one.one("SELECT next FROM cursor")["next"] == 21
    agree(other, rung, SITE.till, SITE.shop)
    for it in stores:
        it.close()
    cluster.drop(name)


def test_a_file_that_is_no_backup_is_refused(tmp_path):
    store = open_store(f"sqlite:///{tmp_path / 'f.db'}")
    postgres.migrate(store)
    (tmp_path / "x").write_bytes(b"no database at all" * 100)
    with pytest.raises(backup.BackupFailed, match="no copy of a fleet"):
        backup.restore(store, tmp_path / "x")
    assert store.rows("SELECT * FROM shop") == []
    store.close()


def test_a_backup_is_for_its_owner_alone(store, tmp_path):
    (tmp_path / "monday.copy.part").write_bytes(b"of a backup that was cut off")
    backup.backup(store, tmp_path / "monday.copy")
    assert (tmp_path / "monday.copy").stat().st_mode & 0o777 == 0o600
