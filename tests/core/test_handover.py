"""A basket goes from till to till and is at exactly one of them, whatever is said twice."""

from __future__ import annotations

import dataclasses
import json

import pytest

from appliance.core import codec
from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.facts import SaleId
from appliance.core.open_matters import MatterKind, open_matters
from appliance.core.refusal import Reason, Refusal
from appliance.ui.sentences.shift import MATTERS
from tests.core.builders import BREAD, MILK, POLICY, Bench, add, opened


def basket_of(bench: Bench, key: str) -> str:
    """What the till sends of a basket under way."""
    handed = next(it for it in bench.state.handed_over if it.key == key)
    return codec.canonical(codec.to_json(handed.sale)).decode()


def parked() -> Bench:
    bench = opened()
    bench.does(add(MILK, "2"), add(BREAD), c.VoidLine(f.LineId(2)), c.SuspendSale("Стіл 4"))
    return bench


def why(bench: Bench, command: c.Command) -> Reason:
    answer = bench.tries(command)
    assert isinstance(answer, Refusal)
    return answer.reason


def test_a_basket_leaves_one_till_and_is_open_at_the_other() -> None:
    here, there = parked(), opened()
    there.does(add(BREAD), c.TenderCash())
    here.does(c.HandOverSale(SaleId(1), "till-2", "k1"))
    assert here.state.suspended == ()
    there.does(c.TakeOverSale("till-1", "k1", basket_of(here, "k1")))
    here.does(c.EndHandover("k1"))
    assert here.state.handed_over == ()
    sale = there.state.sale
    assert sale is not None
    assert (sale.sale, sale.name) == (2, "Стіл 4")
    assert [(it.item, it.quantity) for it in sale.live_lines] == [("milk", 2)]
    there.does(c.TenderCash())
    assert there.state.done is not None
    assert there.state.done.total_minor == 2 * 46_90


def test_what_is_said_twice_happens_once() -> None:
    here, there = parked(), opened()
    ask = c.HandOverSale(SaleId(1), "till-2", "k1")
    here.does(ask)
    assert here.does(ask) == ()
    take = c.TakeOverSale("till-1", "k1", basket_of(here, "k1"))
    there.does(take, c.TenderCash())
    assert there.does(take) == ()
    assert there.state.sale is None
    here.does(c.EndHandover("k1"))
    assert here.does(c.EndHandover("k1")) == ()


def test_a_basket_that_is_gone_cannot_be_asked_for_again() -> None:
    here = parked()
    here.does(c.HandOverSale(SaleId(1), "till-2", "k1"))
    assert why(here, c.HandOverSale(SaleId(1), "till-3", "k2")) is Reason.NO_SUCH_SALE
    assert why(here, c.RecallSale(SaleId(1))) is Reason.NO_SUCH_SALE


def test_a_person_takes_back_what_a_dead_till_asked_for() -> None:
    here = parked()
    here.does(c.HandOverSale(SaleId(1), "till-2", "k1"), c.TakeBackHandover("k1"))
    here.does(c.RecallSale(SaleId(1)))
    assert here.state.sale is not None
    assert why(here, c.TakeBackHandover("k1")) is Reason.HANDOVER_UNKNOWN


def test_a_till_in_the_middle_of_a_basket_takes_none() -> None:
    here, there = parked(), opened()
    here.does(c.HandOverSale(SaleId(1), "till-2", "k1"))
    there.does(add(BREAD))
    take = c.TakeOverSale("till-1", "k1", basket_of(here, "k1"))
    assert why(there, take) is Reason.BASKET_OPEN
    there.does(c.VoidSale("x"), take)


@pytest.mark.parametrize("basket", ["", "{", "[]", '{"sale":1}', '{"sale":1,"shift":1,"new":2}'])
def test_a_basket_that_this_program_cannot_read_is_left_where_it_is(basket: str) -> None:
    assert why(opened(), c.TakeOverSale("till-1", "k1", basket)) is Reason.HANDOVER_UNREADABLE


def test_money_on_the_counter_stays_at_its_till() -> None:
    policy = dataclasses.replace(POLICY, terminals=()) if hasattr(POLICY, "terminals") else POLICY
    bench = opened(policy=policy)
    bench.does(add(MILK), c.SuspendSale("x"))
    sale = bench.state.suspended[0]
    held = dataclasses.replace(sale, voids=f.SaleRef(1, 1, 1))
    bench.state = dataclasses.replace(bench.state, suspended=(held,))
    assert why(bench, c.HandOverSale(sale.sale, "till-2", "k1")) is Reason.HANDOVER_NOT


def test_the_facts_of_a_basket_that_came_tell_all_of_it() -> None:
    here, there = parked(), opened()
    here.does(c.HandOverSale(SaleId(1), "till-2", "k1"))
    before = len(there.facts)
    there.does(c.TakeOverSale("till-1", "k1", basket_of(here, "k1")))
    came = there.facts[before:]
    again = [
        codec.from_json(type(it), json.loads(codec.canonical(codec.to_json(it)))) for it in came
    ]
    assert again == came


def test_a_day_that_ends_with_a_basket_on_its_way_says_so() -> None:
    here = parked()
    here.does(c.HandOverSale(SaleId(1), "till-2", "k1"))
    assert [(it.kind, it.name) for it in open_matters(here.state)] == [
        (MatterKind.UNDER_WAY, "Стіл 4")
    ]
    assert MatterKind.UNDER_WAY in MATTERS
