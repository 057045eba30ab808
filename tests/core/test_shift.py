"""The shift and the drawer's cash: float, pay-in and pay-out, blind count, Z report."""

from __future__ import annotations

from dataclasses import replace

import pytest

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.refusal import Reason

from .builders import MILK, POLICY, Bench, add, opened
from .test_sale import reason


def count(*pairs: tuple[int, int]) -> c.CountDrawer:
    return c.CountDrawer(tuple(f.DenominationCount(value, n) for value, n in pairs))


def test_a_day_without_sales_closes_and_the_float_is_no_difference() -> None:
    bench = opened(200_00)
    bench.does(count((20000, 1)))
    closed, *_ = bench.does(c.CloseShift())
    assert isinstance(closed, f.ShiftClosed)
    assert (closed.z_number, closed.difference_minor) == (1, 0)
    assert bench.state.shift is None


def test_change_given_does_not_count_as_takings() -> None:
    bench = opened(0)
    bench.does(add(MILK), c.TenderCash(10000))
    assert bench.state.shift is not None
    assert bench.state.shift.totals.cash_minor == 4700


def test_a_difference_is_told_with_its_sign() -> None:
    bench = opened(200_00)
    bench.does(count((10000, 1)))
    closed, *_ = bench.does(c.CloseShift("пошкоджена купюра"))
    assert isinstance(closed, f.ShiftClosed)
    assert closed.difference_minor == -100_00


def test_a_blind_count_may_be_repeated_once() -> None:
    bench = opened(200_00)
    bench.does(count((10000, 1)), count((10000, 2)))
    assert reason(bench.tries(count((10000, 3)))) is Reason.ALREADY_RECOUNTED
    seeing = opened(200_00, replace(POLICY, blind_count=False))
    seeing.does(count((10000, 1)), count((10000, 2)), count((20000, 1)))


def test_cash_that_moved_after_the_count_asks_for_a_new_one() -> None:
    bench = opened(200_00)
    bench.does(count((20000, 1)), c.MoveCash(f.CashDirection.PAY_IN, 5000, "розмін"))
    assert reason(bench.tries(c.CloseShift())) is Reason.NOT_COUNTED


def test_more_cash_cannot_be_taken_out_than_there_is() -> None:
    bench = opened(100_00)
    out = c.MoveCash(f.CashDirection.PAY_OUT, 100_01, "пекар")
    assert reason(bench.tries(out)) is Reason.NOT_ENOUGH_CASH


@pytest.mark.parametrize("command", [c.NoSale(" "), c.MoveCash(f.CashDirection.PAY_IN, 5, "")])
def test_the_drawer_never_opens_without_a_reason(command: c.Command) -> None:
    assert reason(opened().tries(command)) is Reason.REASON_NEEDED


def test_a_shift_does_not_close_over_an_open_basket() -> None:
    bench = opened()
    bench.does(add(MILK))
    assert reason(bench.tries(count((5000, 1)))) is Reason.BASKET_OPEN
    assert reason(bench.tries(c.CloseShift())) is Reason.BASKET_OPEN


def test_a_suspended_basket_outlives_the_shift() -> None:
    bench = opened()
    bench.does(add(MILK), c.SuspendSale("завтра"), count((10000, 1)), c.CloseShift())
    bench.does(c.OpenShift(100_00), c.RecallSale(f.SaleId(1)), c.TenderCash())
    assert bench.state.done is not None


def test_z_numbers_have_no_holes() -> None:
    bench = Bench()
    for expected in (1, 2, 3):
        bench.does(c.OpenShift(0), count())
        closed, *_ = bench.does(c.CloseShift())
        assert isinstance(closed, f.ShiftClosed)
        assert closed.z_number == expected


@pytest.mark.parametrize("row", [(12345, 1), (5000, -1), (5000, 10**9)])
def test_a_count_of_what_is_no_money_is_refused(row: tuple[int, int]) -> None:
    assert reason(opened().tries(count(row))) is Reason.COUNT_WRONG


def test_an_unknown_person_cannot_sign_in() -> None:
    assert reason(Bench().tries(c.SignIn("mallory"))) is Reason.STAFF_UNKNOWN
