"""Batches arrive as networks deliver: twice, late, out of order, from a clone, from a newer till."""

from __future__ import annotations

import json
import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.core import codec
from appliance.fleet.store.bodies import AMOUNT_MAX
from appliance.fleet.store.ingest import Ingest, Outcome
from appliance.fleet.store.rebuild import rebuild
from appliance.journal import record
from appliance.journal.scale import QUANTITY_SCALE
from appliance.wire.batch import Batch, WireFact
from tests.fleet import seeded, tills
from tests.fleet.agree import agree
from tests.fleet.tills import SITE
from tests.journal.till import Ringing

TABLES = ("fact", "sale", "sale_line", "payment", "movement", "stock", "shift", "day_total")
CASHIERS = "cashier_day"
NOW_MS = 1_780_300_800_000


@pytest.fixture(scope="module")
def rung(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("till") / "j.db"
    till = Ringing(path)
    till.day(8)
    till.open_shift()
    till.sell(2)
    till.basket(3)
    till.journal.close()
    return path


def dump(store) -> dict[str, list[tuple[object, ...]]]:
    """All that was made of facts, but for when it came."""
    found = {}
    for table in (*TABLES, CASHIERS, "cursor", "ahead", "unread"):
        rows = [
            {k: v for k, v in row.items() if k != "recv_ms"}
            for row in store.rows(f"SELECT * FROM {table}")
        ]
        found[table] = sorted(map(repr, rows))
    return found


def fed(store, batches, site=SITE) -> list[Outcome]:
    tills.register(store, site)
    ingest = Ingest(store)
    return [ingest.take(batch, site).outcome for batch in batches]


def test_a_batch_that_comes_again_changes_nothing(store, rung):
    batches = list(tills.batches(rung, 20))
    assert set(fed(store, batches)) == {Outcome.STORED}
    before = dump(store)
    assert set(fed(store, batches)) == {Outcome.KNOWN}
    assert dump(store) == before
    agree(store, rung, SITE.till, SITE.shop)


@pytest.mark.parametrize("seed", range(4))
def test_any_order_repetition_and_cut_of_batches_makes_the_same_tables(store, rung, seed):
    chance = random.Random(seed)
    sizes = [chance.choice((3, 9, 14)) for _ in range(3)]
    pieces = [batch for size in sizes for batch in tills.batches(rung, size)]
    chance.shuffle(pieces)
    ingest = Ingest(store)
    tills.register(store, SITE)
    for batch in pieces:
        ingest.take(batch, SITE)
    # What found no place among too many islands comes again, as a till sends it.
    for batch in tills.batches(rung, 50):
        ingest.take(batch, SITE)
    agree(store, rung, SITE.till, SITE.shop)
    assert store.rows("SELECT * FROM ahead") == []
    people = store.one("SELECT sum(sales) AS sales, sum(voided_lines) AS voided FROM cashier_day")
    assert (people["sales"], people["voided"]) == (9, 0)


def test_nothing_is_acknowledged_beyond_a_gap_though_it_is_kept(store, rung):
    first, second, third, *_ = tills.batches(rung, 20)
    tills.register(store, SITE)
    ingest = Ingest(store)
    ahead = ingest.take(third, SITE)
    assert (ahead.upto, ahead.got) == (0, (41, 60))
    assert ingest.take(first, SITE).upto == 20
    assert ingest.take(second, SITE).upto == 60


def test_todays_sales_are_seen_while_last_weeks_still_travel(store, rung):
    facts = tills.journal_facts(rung)[1][1][1]
    live = next(n for n, fact in enumerate(facts) if n > 30 and fact.type == "SaleStarted")
    done = next(n for n in range(live, len(facts)) if facts[n].type == "SaleCompleted")
    batch = Batch(SITE.till, "T1", 1, live + 1, facts[live - 1].hash, tuple(facts[live : done + 1]))
    fed(store, [batch])
    assert store.one("SELECT sales FROM day_total")["sales"] == 1
    assert store.one("SELECT count(*) AS n FROM sale")["n"] == 1
    fed(store, tills.batches(rung, 20))
    agree(store, rung, SITE.till, SITE.shop)


def changed(batch: Batch, at: int, **other) -> Batch:
    """The same batch with another fact in one place, and true hashes from there on."""
    facts, prev = list(batch.facts), batch.prev
    facts[at] = replace(facts[at], **other)
    for n, it in enumerate(facts):
        row = (batch.epoch * record.EPOCH_STEP + batch.first + n, it.at_ms, it.offset_min, it.actor)
        rest = (it.cause, it.type, it.version, b"", b"")
        prev = record.chain(prev, batch.name, (*row, *rest), it.body)
        facts[n] = replace(it, hash=prev)
    return replace(batch, facts=tuple(facts))


def bursting(fact: WireFact) -> WireFact:
    """Each of its amounts may be; their sum fits no column."""
    body = json.loads(fact.body)
    tax = {"code": "A", "net_minor": 0, "tax_minor": AMOUNT_MAX, "gross_minor": AMOUNT_MAX}
    return replace(fact, body=codec.canonical({**body, "taxes": [tax] * 10_000}))


@pytest.mark.parametrize("beyond_a_gap", [False, True])
def test_a_fact_whose_sums_fit_no_column_is_kept_and_holds_nobody_up(store, rung, beyond_a_gap):
    whole = next(tills.batches(rung, 10_000))
    paid = [at for at, it in enumerate(whole.facts) if it.type == "SaleCompleted"]
    huge = changed(whole, paid[1], body=bursting(whole.facts[paid[1]]).body)
    begin = next(at for at, it in enumerate(whole.facts) if it.type == "SaleStarted")
    early = replace(huge, facts=huge.facts[:begin])
    late = replace(
        huge, first=huge.first + begin, prev=early.head, facts=huge.facts[begin : begin + 400]
    )
    rest = replace(huge, first=late.last + 1, prev=late.head, facts=huge.facts[begin + 400 :])
    tills.register(store, SITE)
    ingest = Ingest(store)
    if beyond_a_gap:
        assert ingest.take(late, SITE).got == (late.first, late.last)
    for batch in (early, late, rest):
        taken = ingest.take(batch, SITE)
    assert taken.upto == len(whole.facts)
    assert store.one("SELECT count(*) AS n FROM fact")["n"] == len(whole.facts)
    assert [it["seq"] for it in store.rows("SELECT seq FROM unread")] == [paid[1] + 1]
    assert store.one("SELECT sales FROM day_total")["sales"] == len(paid) - 1
    said = []
    assert rebuild(store, said.append) == 0
    assert "fits no column" in said[0]
    assert store.one("SELECT sales FROM day_total")["sales"] == len(paid) - 1


@pytest.mark.parametrize("at", [0, 9, 19])
def test_another_fact_in_a_known_place_is_refused_whole(store, rung, at):
    first, second, *_ = tills.batches(rung, 20)
    fed(store, [first, second])
    before = dump(store)
    ingest = Ingest(store)
    taken = ingest.take(changed(first, at, actor="clone"), SITE)
    assert taken.outcome is Outcome.CONFLICT
    assert taken.upto == 40
    assert dump(store) == before


def test_a_batch_that_continues_another_chain_is_refused(store, rung):
    first, second, third, *_ = tills.batches(rung, 20)
    fed(store, [first])
    strange = changed(replace(second, prev=b"\1" * 32), 0)
    ingest = Ingest(store)
    assert ingest.take(strange, SITE).outcome is Outcome.CONFLICT
    assert ingest.take(third, SITE).got == (41, 60)
    other = changed(second, 19, actor="clone")
    assert ingest.take(other, SITE).outcome is Outcome.CONFLICT
    assert ingest.take(second, SITE).upto == 60


@pytest.mark.parametrize(
    ("table", "column"),
    [("hour_total", "gross_minor"), ("cashier_day", "sales"), ("stock", "quantity")],
)
def test_a_sum_that_no_column_holds_is_refused_and_never_a_fraction(store, table, column):
    fleet = seeded.fleet(store, NOW_MS, sales_an_hour=1)
    till = fleet.tills[0]
    till.sell(NOW_MS, "olena")
    till.send(NOW_MS)
    edge = 2**63 - 1 if table != "stock" else -(2**63)
    with store.transaction() as tx:
        tx.run(f"UPDATE {table} SET {column} = :edge WHERE shop = :shop", edge=edge, shop="lviv")
    till.sell(NOW_MS, "olena")
    completed = till.seq
    till.sell(NOW_MS + 1, "olena")
    assert till.send(NOW_MS).upto == till.seq
    rows = store.rows(f"SELECT {column} AS n FROM {table} WHERE shop = 'lviv'")
    assert {it["n"] for it in rows} >= {edge}
    assert all(isinstance(it["n"], int) for it in rows)
    unread = [it["seq"] for it in store.rows("SELECT seq FROM unread WHERE till = :t", t=till.uid)]
    assert completed in unread


def test_two_collectors_may_get_batches_of_one_till_at_once(store, rung):
    tills.register(store, SITE)
    ingests = [Ingest(store) for _ in range(3)]
    batches = [batch for batch in tills.batches(rung, 10) for _ in range(3)]
    with ThreadPoolExecutor(6) as many:
        list(many.map(lambda it: ingests[it[0] % 3].take(it[1], SITE), enumerate(batches)))
    agree(store, rung, SITE.till, SITE.shop)


def test_facts_of_a_newer_till_are_kept_and_passed_over(store, rung):
    first, *_ = tills.batches(rung, 20)
    facts = list(first.facts)
    newer = WireFact("DroneSent", facts[3].at_ms, 120, "olena", "", 7, b'{"to":"moon"}', b"")
    batch = changed(replace(first, facts=(*facts[:3], newer, *facts[3:])), 3)
    assert fed(store, [batch]) == [Outcome.STORED]
    assert store.one("SELECT type, body FROM fact WHERE seq = 4") == {
        "type": "DroneSent",
        "body": '{"to":"moon"}',
    }
    assert [(row["seq"], row["type"]) for row in store.rows("SELECT * FROM unread")] == [
        (4, "DroneSent")
    ]
    assert store.one("SELECT count(*) AS n FROM sale_line")["n"] > 0


def test_a_newer_tills_fields_are_passed_over(store, rung):
    batch, *_ = tills.batches(rung, 50)
    at = next(n for n, it in enumerate(batch.facts) if it.type == "LineAdded")
    body = batch.facts[at].body[:-1] + b',"drone":{"height_m":3}}'
    fed(store, [changed(batch, at, body=body)])
    assert store.rows("SELECT * FROM unread") == []


BAD_BODIES = (
    b"{}",
    b'{"sale":"x"}',
    b'{"item":7,"line":1,"name":"","quantity":"1","sale":1,"unit":"H87","unit_price_minor":1}',
    b'{"item":"a","line":1,"name":"","quantity":"1E9999999","sale":1,"unit":"","unit_price_minor":1}',
    b'{"item":"a","line":-1,"name":"","quantity":"1","sale":1,"unit":"","unit_price_minor":1}',
    b'{"item":"a","line":1,"name":"","quantity":"1","sale":1,"unit":"","unit_price_minor":9223372036854775807}',
    b'{"item":"a","components":[7],"line":1,"name":"","quantity":"1","sale":1,"unit":"","unit_price_minor":1}',
    b'{"item":"a","taxes":[[]],"line":1,"name":"","quantity":"1","sale":1,"unit":"","unit_price_minor":1}',
)


@pytest.mark.parametrize("body", BAD_BODIES)
def test_a_body_that_is_not_what_its_type_promises_stops_nothing(store, rung, body):
    batch, *_ = tills.batches(rung, 60)
    at = next(n for n, it in enumerate(batch.facts) if it.type == "LineAdded")
    assert fed(store, [changed(batch, at, body=body)]) == [Outcome.STORED]
    assert [row["seq"] for row in store.rows("SELECT seq FROM unread")] == [at + 1]


def test_texts_that_postgresql_cannot_hold_are_shown_with_a_sign(store, rung):
    batch, *_ = tills.batches(rung, 60)
    at = next(n for n, it in enumerate(batch.facts) if it.type == "LineAdded")
    body = batch.facts[at].body.replace(b'"item":"1002"', b'"item":"a\\u0000b"')
    assert body != batch.facts[at].body
    fed(store, [changed(batch, at, body=body, actor="o\0lena", cause="\0")])
    assert store.one("SELECT actor FROM fact WHERE seq = :seq", seq=at + 1)["actor"] == "o␀lena"
    assert store.one("SELECT sku FROM stock WHERE sku LIKE 'a%'") == {"sku": "a␀b"}


def test_a_wild_clock_breaks_nothing(store, rung):
    batch, *_ = tills.batches(rung, 60)
    wild = changed(batch, 5, at_ms=253_402_300_799_999)
    assert fed(store, [changed(wild, 6, at_ms=0)]) == [Outcome.STORED]


def test_what_was_sold_is_off_the_shelf_of_the_shop(store, rung):
    fed(store, tills.batches(rung, 50))
    sold = store.one("SELECT sum(quantity) AS many FROM sale_line WHERE sku = '1002'")["many"]
    left = store.one("SELECT quantity FROM stock WHERE sku = '1002'")["quantity"]
    assert left == -sold
    assert left % QUANTITY_SCALE == 0
