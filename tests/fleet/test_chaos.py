"""The judge of chaos sees what is lost, doubled, reordered and out of balance; else its zeros mean nothing."""

from __future__ import annotations

import pytest

from appliance.core.facts import CommandEnd, FleetCommandEnded, FleetCommandReceived
from appliance.fleet.store import migrate, open_store
from fleet import seeded
from fleet.chaos import checker
from fleet.chaos.checker import Verdict

NOW_MS = 1_780_300_800_000


@pytest.fixture
def fleet(tmp_path):
    store = open_store(f"sqlite:///{tmp_path / 'fleet.db'}")
    migrate(store)
    yield seeded.fleet(store, NOW_MS, sales_an_hour=1)
    store.close()


def judged(fleet) -> Verdict:
    tills = {it.uid: {1: it.facts} for it in fleet.tills}
    return checker.judge(fleet.store, tills, [it[0] for it in seeded.SHOPS])


def changed(fleet, sql: str) -> None:
    with fleet.store.transaction() as tx:
        assert tx.run(sql)


def test_a_fleet_that_has_everything_is_well(fleet):
    verdict = judged(fleet)
    assert verdict.well, verdict.wrong
    assert verdict.sold == verdict.rows > 50


def test_a_receipt_that_never_came_is_lost(fleet):
    fleet.tills[0].sell(NOW_MS)
    assert judged(fleet).lost > 1


def test_a_row_that_no_till_knows_is_doubled(fleet):
    book = fleet.tills[0]
    book.sell(NOW_MS)
    book.send(NOW_MS)
    del book.facts[-4:]
    assert judged(fleet).doubled > 1


def test_a_fact_in_the_place_of_another_is_reordered(fleet):
    changed(fleet, "UPDATE fact SET hash = x'00' WHERE seq = 20")
    assert judged(fleet).reordered == len(fleet.tills)


@pytest.mark.parametrize(
    ("sql", "word"),
    [
        ("UPDATE hour_total SET gross_minor = gross_minor + 1 WHERE hour = 12", "hours"),
        ("UPDATE payment SET amount_minor = amount_minor - 1 WHERE sale = 3", "payments"),
        ("UPDATE stock SET quantity = quantity + 1 WHERE sku = '1000'", "stock"),
        ("UPDATE sale_line SET quantity = quantity + 1 WHERE sale = 2", "shelves"),
    ],
)
def test_money_and_stock_that_do_not_balance_are_named(fleet, sql, word):
    changed(fleet, sql)
    assert any(word in it for it in judged(fleet).wrong)


@pytest.mark.parametrize(
    ("id_", "times", "word"),
    [("once", 1, ""), ("twice", 2, "2 times"), ("false", 1, "false"), ("late", 1, "expired")],
)
def test_a_command_that_is_done_twice_false_or_too_late_is_named(fleet, id_, times, word):
    book = fleet.tills[0]
    for _ in range(times):
        book.happens(NOW_MS, FleetCommandReceived(id_, "message", "{}", "olena"))
        book.happens(NOW_MS, FleetCommandEnded(id_, CommandEnd.SUCCEEDED))
    verdict = Verdict()
    checker.commands(verdict, {book.uid: {1: book.facts}}, {"false"}, {"late"})
    assert word in "".join(verdict.wrong)
    assert bool(verdict.wrong) is bool(word)
