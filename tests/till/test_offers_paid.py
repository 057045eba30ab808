"""Offers over days, tills' restarts and power cuts: what was used stays used, what was paid comes back."""

from __future__ import annotations

import os
import signal
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.codes.coupons import Coupon, sign_coupon
from appliance.config import load
from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.barcode.own import OwnCode, OwnKind
from appliance.core.refusal import Reason, Refusal
from appliance.terms import Terms
from tests.core.builders import POLICY
from tests.till.builders import Clock, Running, open_shift, running
from tests.till.returning import completed, take
from tests.till.test_killed import in_child, ring_until_killed
from tests.till.test_offers import COUPON, KEYS, THREE_FOR_TWO, coupon, rewrite, terms, total

TWICE_EACH = """
[[offers]]
id = "regulars"
name = "Для своїх"
type = "percent"
percent = 10
skus = ["milk"]
most_per_customer = 2
"""
BUNDLE = """
[[offers]]
id = "breakfast"
type = "bundle"
price = 59.99
items = [{ skus = ["milk"], qty = 1 }, { skus = ["bread"], qty = 1 }]
"""
FULL, LESS = 46_90, 42_21


def refusal(it: Running, request: c.Request) -> Reason:
    answer = it.tries(request)
    assert isinstance(answer, Refusal), answer
    return answer.reason


# Limits


def test_a_customer_has_a_limited_offer_so_often_across_restarts(tmp_path: Path) -> None:
    def buys(it: Running, customer: str) -> int:
        it.sells("milk")
        if customer:
            it.does(c.SetCustomer(customer))
        paid = total(it)
        it.does(c.TenderCash())
        return paid

    with running(tmp_path, terms=terms(tmp_path, TWICE_EACH)) as it:
        open_shift(it)
        assert [buys(it, who) for who in ("", "C-1", "C-2")] == [FULL, LESS, LESS]
    with running(tmp_path, terms=terms(tmp_path, TWICE_EACH)) as it:
        assert [buys(it, "C-1"), buys(it, "C-1"), buys(it, "C-2")] == [LESS, FULL, LESS]
    with running(tmp_path, terms=terms(tmp_path, TWICE_EACH)) as it:
        assert [buys(it, "C-1"), buys(it, "C-2"), buys(it, "C-3")] == [FULL, FULL, LESS]


def test_the_limit_holds_for_a_customer_who_is_named_first_and_changed_later(
    tmp_path: Path,
) -> None:
    with running(tmp_path, terms=terms(tmp_path, TWICE_EACH.replace("= 2", "= 1"))) as it:
        open_shift(it)
        it.does(c.SetCustomer("C-1"))
        it.sells("milk")
        it.does(c.TenderCash())
        it.sells("milk")
        it.does(c.SetCustomer("C-1"))
        assert total(it) == FULL
        it.does(c.SetCustomer("C-2"))
        assert total(it) == LESS
        it.does(c.SetCustomer(""))
        assert total(it) == FULL


def test_most_per_sale_counts_a_basket_whole_however_it_was_rung(tmp_path: Path) -> None:
    with running(tmp_path, terms=terms(tmp_path, THREE_FOR_TWO)) as it:
        open_shift(it)
        it.does(c.SellItem("milk", Decimal(4)))  # type: ignore[arg-type]
        it.does(c.SuspendSale("x"))
        it.does(c.RecallSale(f.SaleId(1)))
        it.sells("milk", "milk")
        assert total(it) == 5 * FULL


# Coupons


def test_a_used_coupon_stays_used_after_a_restart_and_a_lost_projection(tmp_path: Path) -> None:
    with running(tmp_path, terms=terms(tmp_path, COUPON)) as it:
        open_shift(it)
        it.sells("milk")
        it.does(c.EnterCoupon(coupon(7)))
        it.does(c.TenderCash())
    with running(tmp_path, terms=terms(tmp_path, COUPON)) as it:
        assert refusal(it, c.EnterCoupon(coupon(7))) is Reason.COUPON_USED
        it.till.journal.rebuild()  # type: ignore[attr-defined]
        assert refusal(it, c.EnterCoupon(coupon(7))) is Reason.COUPON_USED
        it.does(c.EnterCoupon(coupon(8)))


def test_a_coupon_in_a_basket_is_there_after_a_restart_and_in_no_other(tmp_path: Path) -> None:
    with running(tmp_path, terms=terms(tmp_path, COUPON)) as it:
        open_shift(it)
        it.sells("milk")
        it.does(c.EnterCoupon(coupon(7)))
        it.does(c.SuspendSale("Пані Марія"))
    with running(tmp_path, terms=terms(tmp_path, COUPON)) as it:
        it.sells("milk")
        assert refusal(it, c.EnterCoupon(coupon(7))) is Reason.COUPON_HELD
        it.does(c.VoidSale())
        it.does(c.RecallSale(f.SaleId(1)))
        assert total(it) == LESS
        it.does(c.EnterCoupon(coupon(7)))  # scanned twice: it is there already
        assert total(it) == LESS


@pytest.mark.parametrize("after_write", [False, True], ids=["before", "after"])
def test_a_coupon_lowers_one_sale_wherever_the_power_is_cut(
    tmp_path: Path, after_write: bool
) -> None:
    steps: tuple[c.Request, ...] = (
        c.SignIn("olena"),
        c.OpenShift(100_00),
        c.SellItem("milk"),  # type: ignore[arg-type]
        c.EnterCoupon(coupon(7)),
        c.TenderCash(),
    )
    cut, killed = 0, True
    while killed:
        cut += 1
        folder = tmp_path / str(cut)
        folder.mkdir()
        held = terms(folder, COUPON)
        told = os.open(os.devnull, os.O_WRONLY)
        ring = partial(ring_until_killed, folder, cut, after_write, told, steps, terms=held)
        killed = in_child(ring) == signal.SIGKILL
        os.close(told)
        with running(folder, terms=held, policy=held.over(POLICY, date(2026, 11, 23))) as it:
            if it.till.look.shift is None:
                it.does(c.SignIn("olena"))
                it.does(c.OpenShift(100_00))
            if it.till.look.basket is not None and it.till.look.basket.lines:
                it.does(c.TenderCash())
            lowered = [
                fact.total_minor == LESS
                for fact in (record.fact for record in it.till.journal.records())
                if isinstance(fact, f.SaleCompleted)
            ]
            it.sells("milk")
            free = it.tries(c.EnterCoupon(coupon(7)))
            assert any(lowered) is isinstance(free, Refusal)
    assert cut > len(steps)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(at=st.integers(0, 43), to=st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_a_coupon_changed_by_one_sign_is_never_taken(tmp_path: Path, at: int, to: str) -> None:
    good = sign_coupon(Coupon("AUTUMN", 118, date(2026, 11, 30)), KEYS)
    body = list(good.body)
    at %= len(body)
    body[at] = to if to != body[at] else ("0" if to != "0" else "1")
    changed = OwnCode(OwnKind.COUPON, "".join(body)).text
    with running(tmp_path, terms=terms(tmp_path, COUPON)) as it:
        if it.till.look.shift is None:
            open_shift(it)
        assert refusal(it, c.EnterCoupon(changed)) in (
            Reason.COUPON_FORGED,
            Reason.COUPON_MALFORMED,
        )


def test_a_coupon_of_one_customer_is_no_good_to_another(tmp_path: Path) -> None:
    own = coupon(3, customer="C-9")
    with running(tmp_path, terms=terms(tmp_path, COUPON)) as it:
        open_shift(it)
        it.sells("milk")
        assert refusal(it, c.EnterCoupon(own)) is Reason.COUPON_NOT_YOURS
        it.does(c.SetCustomer("C-8"))
        assert refusal(it, c.EnterCoupon(own)) is Reason.COUPON_NOT_YOURS
        it.does(c.SetCustomer("C-9"))
        it.does(c.EnterCoupon(own))
        assert total(it) == LESS


# Start and end, offline

LAST_MINUTE = """
[[offers]]
id = "evening"
type = "percent"
percent = 10
skus = ["milk"]
from = 2026-11-23T17:00:00
until = 2026-11-23T18:00:00
"""


@pytest.mark.parametrize(
    ("begun", "price"),
    [("16:59:59", FULL), ("17:00:00", LESS), ("17:59:59", LESS), ("18:00:00", FULL)],
)
def test_an_offer_starts_and_ends_on_its_second(tmp_path: Path, begun: str, price: int) -> None:
    clock = Clock(datetime.fromisoformat(f"2026-11-23T{begun}").replace(tzinfo=UTC))
    with running(tmp_path, terms=terms(tmp_path, LAST_MINUTE), clock=clock) as it:
        open_shift(it)
        it.sells("milk")
        assert total(it) == price
        clock.move(hours=1)  # while the basket is open the offer begins, or ends
        it.sells("milk")
        assert total(it) == 2 * price
    held = terms(tmp_path, LAST_MINUTE)
    policy = held.over(POLICY, clock().date())
    with running(tmp_path, terms=held, policy=policy, clock=clock) as it:
        assert total(it) == 2 * price


def test_a_basket_keeps_its_offers_over_a_power_cut_after_which_the_file_is_another(
    tmp_path: Path,
) -> None:
    with running(tmp_path, terms=terms(tmp_path, THREE_FOR_TWO)) as it:
        open_shift(it)
        it.sells("milk", "milk", "milk")
        version = it.till.journal.state.offers_version
    rewrite(tmp_path, LAST_MINUTE)
    held = Terms(load(tmp_path / "shop.toml"), KEYS, version)
    policy = held.over(POLICY, date(2026, 11, 23))
    with running(tmp_path, terms=held, policy=policy) as it:
        assert total(it) == 2 * FULL
        it.does(c.TenderCash())
        it.sells("milk", "milk", "milk")
        assert total(it) == 3 * FULL
        assert it.till.journal.state.offers_version not in ("", version)


def test_an_offer_taken_out_of_the_file_ends_with_the_basket_in_hand(tmp_path: Path) -> None:
    with running(tmp_path, terms=terms(tmp_path, THREE_FOR_TWO)) as it:
        open_shift(it)
        it.sells("milk", "milk", "milk")
        rewrite(tmp_path, "")
        it.sells("bread")
        assert total(it) == 2 * FULL + 24_50
        it.does(c.TenderCash())
        it.sells("milk", "milk", "milk")
        assert total(it) == 3 * FULL


# What was really paid comes back


def gave_back(it: Running, sale: f.SaleRef, *picks: tuple[int, int | str]) -> int:
    it.does(take(sale, *picks))
    return -completed(it.does(c.TenderCash())).total_minor


def test_each_unit_of_a_three_for_two_comes_back_at_what_it_really_cost(tmp_path: Path) -> None:
    with running(tmp_path, terms=terms(tmp_path, THREE_FOR_TWO)) as it:
        open_shift(it)
        it.sells("milk", "milk", "milk")
        paid = completed(it.does(c.TenderCash()))
        assert paid.total_minor == 93_80
        sale = f.SaleRef(1, 1, paid.sale)
        rewrite(tmp_path, "")  # whether the offer still runs does not matter
        gave = [gave_back(it, sale, (1, 1)) for _ in range(3)]
        assert gave == [31_27, 31_26, 31_27]
        assert sum(gave) == paid.total_minor


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    counts=st.tuples(*[st.integers(1, 5)] * 3),
    order=st.permutations(range(15)),
    offers=st.sets(st.sampled_from((THREE_FOR_TWO, BUNDLE, COUPON)), min_size=1),
)
def test_whatever_comes_back_one_by_one_adds_up_to_what_was_paid(
    tmp_path_factory: pytest.TempPathFactory,
    counts: tuple[int, int, int],
    order: list[int],
    offers: set[str],
) -> None:
    folder = tmp_path_factory.mktemp("returns")
    with running(folder, terms=terms(folder, "".join(sorted(offers)))) as it:
        it.does(c.SignIn("ivan"))
        it.does(c.OpenShift(1000_00))
        for sku, count in zip(("milk", "bread", "milk"), counts, strict=True):
            it.does(c.SellItem(sku, Decimal(count)))  # type: ignore[arg-type]
        if COUPON in offers:
            it.does(c.EnterCoupon(coupon(1)))
        paid = completed(it.does(c.TenderCash()))
        lines = [it.line for it in paid.lines]
        sale = f.SaleRef(1, 1, paid.sale)
        sold = {1: counts[0] + counts[2], 2: counts[1]}
        pieces = [line for line in lines for _ in range(sold[line])]
        turn = sorted(range(len(pieces)), key=lambda at: order[at % 15])
        gave = [gave_back(it, sale, (pieces[at], 1)) for at in turn]
        assert sum(gave) == paid.total_minor
        assert all(each >= 0 for each in gave)
        assert refusal(it, take(sale, (lines[0], 1))) is Reason.ALREADY_RETURNED
