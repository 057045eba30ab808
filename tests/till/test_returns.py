"""Returns through a running till: taken back once, exact across restarts, by who may."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.item import ItemId, Tracking
from appliance.core.policy import Policy, ReturnRules
from appliance.core.refusal import Reason, Refusal
from appliance.journal import Journal
from appliance.journal.reports import reading, x_report
from appliance.journal.verify import verify
from appliance.pole import pole_lines
from tests.core.builders import ITEMS, MILK, POLICY
from tests.till import builders
from tests.till.builders import open_shift, running
from tests.till.returning import bought, completed, manager, opened, refused, take

STAFFED = replace(POLICY, returns=ReturnRules(days=14))


# Taking back


def test_a_part_then_the_rest_gives_back_what_was_paid(tmp_path: Path) -> None:
    with running(tmp_path) as it:
        open_shift(it)
        it.sells("milk", "milk", "milk")
        it.does(c.DiscountBasket(f.Discount(amount_minor=100)))
        paid = completed(it.does(c.TenderCash()))
        sale = f.SaleRef(1, 1, paid.sale)
        gave = []
        for _ in range(3):
            it.does(take(sale, (1, 1)))
            gave.append(completed(it.does(c.TenderCash())).total_minor)
        assert sum(gave) == -paid.total_minor
        assert refused(it, take(sale, (1, 1))) is Reason.ALREADY_RETURNED
        assert opened(it, "1").lines[0].never == "already_returned"


def test_the_same_piece_is_refused_twice_across_a_restart(tmp_path: Path) -> None:
    with running(tmp_path) as it:
        open_shift(it)
        sale = bought(it, "milk", "milk")
        it.does(take(sale, (1, 1)))
        it.does(c.SuspendSale("Повернення"))
    with running(tmp_path) as it:
        assert refused(it, take(sale, (1, 1))) is Reason.RETURN_ELSEWHERE
        it.does(c.RecallSale(f.SaleId(2)))
        assert refused(it, take(sale, (1, 2))) is Reason.MORE_THAN_SOLD
        it.does(c.TenderCash())
    with running(tmp_path) as it:
        assert refused(it, take(sale, (1, 2))) is Reason.MORE_THAN_SOLD
        it.does(take(sale, (1, 1)))
        it.does(c.TenderCash())
        assert refused(it, take(sale, (1, 1))) is Reason.ALREADY_RETURNED


def test_what_came_back_is_the_same_after_a_rebuild(tmp_path: Path) -> None:
    with running(tmp_path) as it:
        manager(it)
        sale = bought(it, "wine", "wine", "milk")
        it.does(take(sale, (1, 1), (2, 1)))
        it.does(c.TenderCash())
        it.does(c.ReturnWithoutReceipt("bread", Decimal(1), "x"))  # type: ignore[arg-type]
        it.does(c.TenderCash())
    verdict = verify(tmp_path / "journal.db", deep=True)
    assert verdict.ok, verdict
    with Journal.open(tmp_path / "journal.db", "till-1") as journal:
        before = journal.sales.back_of(sale)
        journal.rebuild()
        assert journal.sales.back_of(sale) == before
        assert before[f.LineId(1)].quantity == 1


def test_an_exchange_of_two_receipts_is_one_sale(tmp_path: Path) -> None:
    with running(tmp_path) as it:
        open_shift(it)
        one, two = bought(it, "milk"), bought(it, "bread")
        it.does(take(one, (1, 1)))
        it.does(take(two, (1, 1)))
        it.sells("wine")
        done = completed(it.does(c.TenderCash()))
        wine = done.lines[-1].gross_minor
        assert done.total_minor == wine - 4690 - 2450
        with reading(tmp_path / "journal.db") as con:
            report = x_report(con)
        assert report is not None
        assert report.totals == it.till.journal.state.shift.totals  # type: ignore[union-attr]
        assert (report.totals.returns, report.totals.returns_minor) == (1, 7140)


def test_a_return_puts_the_found_receipt_away(tmp_path: Path) -> None:
    with running(tmp_path) as it:
        open_shift(it)
        sale = bought(it, "milk")
        opened(it, "1")
        it.does(take(sale, (1, 1)))
        assert it.till.look.receipts is None
        basket = it.till.look.basket
        assert basket is not None
        assert [refund.type for refund in basket.refunds] == ["cash"]
        assert basket.lines[0].returns == "1-000001"


# Who may


def test_after_its_time_a_return_needs_somebody_who_may(tmp_path: Path) -> None:
    with running(tmp_path, policy=STAFFED) as it:
        open_shift(it)
        sale = bought(it, "milk")
        it.clock.now += timedelta(days=15)
        assert opened(it, "1").late_days == 1
        assert refused(it, take(sale, (1, 1)), actor="olena") is Reason.PERMISSION_NEEDED
        it.does(take(sale, (1, 1)), actor="ivan")


def test_without_a_receipt_only_who_may_and_at_the_lowest_price(tmp_path: Path) -> None:
    with running(tmp_path, policy=STAFFED) as it:
        open_shift(it)
        it.sells("milk")
        it.does(c.DiscountLine(f.LineId(1), f.Discount(amount_minor=690)), actor="ivan")
        it.does(c.TenderCash())
        request = c.ReturnWithoutReceipt("milk", Decimal(1), "Без чека")  # type: ignore[arg-type]
        assert refused(it, request, actor="olena") is Reason.PERMISSION_NEEDED
        it.does(request, actor="ivan")
        basket = it.till.look.basket
        assert basket is not None
        assert basket.total_minor == -4000
        dear = replace(request, unit_price_minor=4690)
        assert refused(it, dear, actor="ivan") is Reason.RETURN_PRICE_TOO_HIGH


def test_a_piece_without_receipt_tells_by_its_number_that_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = replace(MILK, id=ItemId("phone"), gtins=(), tracking=Tracking.SERIAL)
    monkeypatch.setattr(builders, "ITEMS", (*ITEMS, phone))
    with running(tmp_path) as it:
        manager(it)
        in_stock = f.StockDelta(phone.id, Decimal(1), serial="SN-1")
        it.does(c.MoveStock(f.StockCause.RECEIVED, (in_stock,)))
        back = c.ReturnWithoutReceipt(phone.id, Decimal(1), "x")
        assert refused(it, back) is Reason.RETURN_SERIAL_NEEDED
        assert refused(it, replace(back, serial="SN-1")) is Reason.SERIAL_IN_STOCK
        assert refused(it, replace(back, serial="SN-9", quantity=Decimal(2))) is Reason.SERIAL_ONE
        it.does(c.SellTraced(phone.id, "SN-1"))
        it.does(c.TenderCash())
        assert refused(it, replace(back, serial="SN-1")) is Reason.SERIAL_HAS_RECEIPT
        it.does(replace(back, serial="SN-9"))
        assert refused(it, replace(back, serial="SN-9")) is Reason.SERIAL_TWICE
        it.does(c.TenderCash())
        it.does(c.SellTraced(phone.id, "SN-9"))


def test_two_who_take_the_same_back_at_once_get_it_once(tmp_path: Path) -> None:
    with running(tmp_path) as it:
        manager(it)
        sale = bought(it, "milk", "bread", "bread")
        answers: list[object] = []

        def asks() -> None:
            answers.append(it.till.ask(take(sale, (2, 2)), actor="ivan"))

        threads = [threading.Thread(target=asks) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        refusals = [answer for answer in answers if isinstance(answer, Refusal)]
        assert {it.reason for it in refusals} == {Reason.ALREADY_RETURNED}
        assert (len(answers), len(refusals)) == (8, 7)


# Undoing a sale


def test_a_sale_is_voided_once_within_its_shift(tmp_path: Path) -> None:
    with running(tmp_path) as it:
        manager(it)
        sale = bought(it, "milk", "wine")
        assert opened(it, "1").may_void
        first = it.till.journal.state.done
        assert first is not None
        it.does(c.VoidCompleted("Помилка"))
        assert it.till.look.basket is not None
        assert it.till.look.basket.voids == "1-000001"
        undone = completed(it.does(c.TenderCash()))
        assert undone.voids == sale
        assert undone.total_minor == -first.total_minor
        assert undone.rounding_minor == -first.rounding_minor
        assert refused(it, c.VoidCompleted("Ще раз", sale)) is Reason.ALREADY_VOIDED
        assert refused(it, c.VoidCompleted("Ще раз")) is Reason.VOID_OF_RETURN
        assert not opened(it, "1").may_void


def test_a_sale_of_yesterdays_shift_comes_back_as_a_return(tmp_path: Path) -> None:
    with running(tmp_path) as it:
        manager(it)
        sale = bought(it, "milk")
        it.does(c.CountDrawer(()))
        it.does(c.CountDrawer(()))
        it.does(c.CloseShift("перевірка"))
        it.does(c.OpenShift(100_00))
        assert refused(it, c.VoidCompleted("x", sale)) is Reason.VOID_OTHER_SHIFT
        it.does(take(sale, (1, 1)))


def test_strange_requests_never_stop_the_till(tmp_path: Path) -> None:
    with running(tmp_path) as it:
        manager(it)
        sale = bought(it, "milk")
        for quantity in ("1E9", "-1", "0", "NaN", "sNaN", "Infinity", "1E-9", "1E999"):
            assert isinstance(it.tries(take(sale, (1, quantity))), Refusal)
            request = c.ReturnWithoutReceipt("milk", Decimal(quantity), "x")  # type: ignore[arg-type]
            assert isinstance(it.tries(request), Refusal)
        assert isinstance(it.tries(take(sale, (10**18, 1))), Refusal)
        assert isinstance(it.tries(c.FindReceipt(amount_minor=2**62)), tuple)
        it.sells("bread")
        it.does(c.TenderCash())


def policy_of(**rules: int) -> Policy:
    return replace(POLICY, returns=ReturnRules(**rules))


def test_the_day_limit_counts_what_one_person_gave_back(tmp_path: Path) -> None:
    with running(tmp_path, policy=policy_of(without_receipt_day_minor=100_00)) as it:
        manager(it)
        request = c.ReturnWithoutReceipt("milk", Decimal(1), "x")  # type: ignore[arg-type]
        for _ in range(2):
            it.does(request)
            it.does(c.TenderCash())
        assert refused(it, request) is Reason.RETURN_DAY_LIMIT
        it.clock.move(days=1)
        it.does(request)


def test_the_pole_says_which_way_the_money_goes(tmp_path: Path) -> None:
    with running(tmp_path) as it:
        open_shift(it)
        sale = bought(it, "milk")
        it.does(take(sale, (1, 1)))
        assert pole_lines(it.till.look, "uk", "На розі")[1] == "До видачі      46,90"
        it.does(c.TenderCash())
        assert pole_lines(it.till.look, "uk", "На розі")[1] == "Видано         47,00"
