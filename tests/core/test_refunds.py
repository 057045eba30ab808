"""Money of what came back: the way it came; exchanges that net out; whole sales undone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.decide import decide
from appliance.core.item import Item, ItemId
from appliance.core.occasion import Occasion
from appliance.core.refusal import Reason, Refusal
from appliance.core.returns import not_yet_back, refund_plan
from appliance.core.settlement import balance
from appliance.core.state import Tender

from .builders import APPLES, BREAD, MILK, POLICY, WINE, Bench, add
from .returning import earlier, returns_of, sold, take, void, with_back

# Exchange


def test_an_exchange_nets_out_in_one_sale() -> None:
    bench, sale = sold(add(MILK))
    bench.does(take(sale, (1, "1")), add(BREAD), add(BREAD), c.TenderCash())
    completed = next(it for it in reversed(bench.facts) if isinstance(it, f.SaleCompleted))
    assert completed.total_minor == 2 * 2450 - 4690
    assert completed.taxes[0].gross_minor == completed.total_minor
    totals = bench.state.shift.totals  # type: ignore[union-attr]
    assert (totals.returns, totals.returns_minor) == (1, 4690)


def test_the_refund_is_rounded_to_coins_as_the_sale_was() -> None:
    bench, sale = sold(add(MILK))
    paid = bench.state.done
    bench.does(take(sale, (1, "1")), c.TenderCash())
    back = bench.state.done
    assert paid is not None
    assert back is not None
    assert (back.total_minor, back.rounding_minor) == (-paid.total_minor, -paid.rounding_minor)
    totals = bench.state.shift.totals  # type: ignore[union-attr]
    assert totals.cash_minor == 100_000_00


# In which money


def reason_of(bench: Bench, command: c.Command) -> Reason:
    answer = bench.tries(command)
    assert isinstance(answer, Refusal)
    return answer.reason


def done_tenders(bench: Bench) -> tuple[Tender, ...]:
    assert bench.state.done is not None
    return bench.state.done.sale.taken_tenders


def by(kind: f.TenderType, amount: int, **more: str) -> f.PaidBy:
    return f.PaidBy(kind, amount, **more)


def test_the_card_is_paid_back_first_and_only_what_it_paid() -> None:
    card, cash = by(f.TenderType.CARD, 3000, reference="A1"), by(f.TenderType.CASH, 1690)
    bench, sale = sold(add(MILK))
    bench.does(take(replace(sale, paid=(card, cash)), (1, "1")))
    assert bench.state.sale is not None
    assert refund_plan(bench.state.sale, -4690) == (card, cash)
    assert refund_plan(bench.state.sale, -2000) == (by(f.TenderType.CARD, 2000, reference="A1"),)
    assert refund_plan(bench.state.sale, 100) == ()


def test_what_went_back_before_is_not_planned_again() -> None:
    money = (by(f.TenderType.CARD, 3000), by(f.TenderType.CASH, 1690))
    assert not_yet_back(money, 3500) == (by(f.TenderType.CASH, 1190),)


def gift_card_sale(*more: f.PaidBy) -> tuple[Bench, c.EarlierSale]:
    bench, sale = sold(add(MILK))
    gift = by(f.TenderType.GIFT_CARD, 3000, account="gc:1")
    return bench, replace(sale, paid=(gift, *more))


def test_what_a_gift_card_paid_goes_back_onto_it_and_the_rest_in_cash() -> None:
    bench, sale = gift_card_sale(by(f.TenderType.CASH, 1690))
    bench.does(take(sale, (1, "1")))
    wrong = bench.tries(c.RefundToOrigin("gc:other"))
    assert isinstance(wrong, Refusal)
    assert wrong.reason is Reason.NOT_PAID_FROM_THERE
    too_much = bench.tries(c.RefundToOrigin("gc:1", 3001))
    assert isinstance(too_much, Refusal)
    assert too_much.reason is Reason.REFUND_TOO_LARGE
    facts = bench.does(c.RefundToOrigin("gc:1"))
    moved = next(it for it in facts if isinstance(it, f.AccountMoved))
    assert (moved.account, moved.delta) == ("gc:1", 3000)
    again = bench.tries(c.RefundToOrigin("gc:1"))
    assert isinstance(again, Refusal)
    bench.does(c.TenderCash())
    done = bench.state.done
    assert done is not None
    assert (done.total_minor, done.rounding_minor, done.paid_minor) == (-4690, -10, -4700)


def test_goods_added_after_a_refund_was_paid_out_are_paid_for() -> None:
    bench, sale = sold(*[add(MILK)] * 5)
    bench.does(take(sale, (1, "5")), c.TenderCash(-200_00), *[add(MILK)] * 3)
    assert bench.state.sale is not None
    owed = balance(bench.state.sale, -2 * 46_90, POLICY)
    assert (owed.left_minor, owed.cash_due_minor) == (200_00 - 93_80, 200_00 - 94_00)
    assert reason_of(bench, c.Settle()) is Reason.STILL_TO_PAY
    assert reason_of(bench, c.TenderCash(-10_00)) is Reason.AMOUNT_NOT_POSITIVE
    bench.does(c.TenderCash())
    done = next(it for it in reversed(bench.facts) if isinstance(it, f.SaleCompleted))
    assert (done.total_minor, done.rounding_minor, done.paid_minor) == (-93_80, -20, -94_00)


def test_change_for_goods_added_after_a_refund_is_given_in_cash() -> None:
    bench, sale = sold(*[add(MILK)] * 5)
    bench.does(take(sale, (1, "5")), c.TenderCash(-200_00), *[add(MILK)] * 3, c.TenderCash(200_00))
    done = next(it for it in reversed(bench.facts) if isinstance(it, f.SaleCompleted))
    assert (done.paid_minor, done.change_minor) == (0, 94_00)
    assert bench.state.shift is not None
    drawer = sum(it.amount_minor for it in done_tenders(bench)) - done.change_minor
    assert drawer == done.total_minor + done.rounding_minor


def test_a_void_is_paid_out_as_it_was_paid() -> None:
    bench, sale = gift_card_sale(by(f.TenderType.CASH, 1690))
    bench.does(void(sale))
    answer = bench.tries(c.TenderCash())
    assert isinstance(answer, Refusal)
    assert answer.reason is Reason.VOID_AS_PAID
    bench.does(c.RefundToOrigin("gc:1"), c.TenderCash())
    assert bench.state.sale is None


def test_a_card_sale_becomes_cash_only_with_permission() -> None:
    bench, sale = sold(add(MILK))
    bench.does(take(replace(sale, paid=(by(f.TenderType.CARD, 4690),)), (1, "1")))
    at = Occasion(datetime(2026, 11, 23, 14, 32), "olena")
    answer = decide(bench.state, c.TenderCash(), bench.policy, at)
    assert isinstance(answer, Refusal)
    assert answer.reason is Reason.PERMISSION_NEEDED
    assert answer.params["permission"] == "refund_other_way"
    approved = replace(at, approver="ivan")
    assert not isinstance(decide(bench.state, c.TenderCash(), bench.policy, approved), Refusal)


def test_money_of_an_exchange_stays_what_it_was() -> None:
    """Bought by card, exchanged for something dearer, returned: the card gets its part back."""
    bench, sale = sold(add(BREAD))
    bench.does(take(replace(sale, paid=(by(f.TenderType.CARD, 2450),)), (1, "1")), add(MILK))
    bench.does(c.TenderCash())
    paid = earlier(bench).paid
    assert paid == (by(f.TenderType.CARD, 2450), by(f.TenderType.CASH, 4690 - 2450))


# A whole sale undone


def test_a_void_is_a_counter_sale_that_mirrors_every_amount() -> None:
    bench, sale = sold(add(MILK), add(WINE), add(APPLES, "0.436"))
    first = next(it for it in reversed(bench.facts) if isinstance(it, f.SaleCompleted))
    bench.does(void(sale), c.TenderCash())
    second = next(it for it in reversed(bench.facts) if isinstance(it, f.SaleCompleted))
    assert second.voids == sale.ref
    assert second.total_minor == -first.total_minor
    assert second.rounding_minor == -first.rounding_minor
    assert second.paid_minor - second.change_minor == first.change_minor - first.paid_minor
    mirrored = [
        f.TaxTotal(tax.code, -tax.net_minor, -tax.tax_minor, -tax.gross_minor, tax.rate)
        for tax in first.taxes
    ]
    assert list(second.taxes) == mirrored


def test_a_void_takes_nothing_else_into_its_basket() -> None:
    bench, sale = sold(add(MILK))
    bench.does(void(sale))
    for command in (add(BREAD), c.VoidLine(f.LineId(1)), c.SuspendSale("x"), take(sale, (1, "1"))):
        answer = bench.tries(command)
        assert isinstance(answer, Refusal)
        assert answer.reason is Reason.VOID_IN_HAND
    bench.does(c.VoidSale())
    assert bench.state.sale is None


def test_a_sale_that_came_back_in_part_is_not_voided_any_more() -> None:
    bench, sale = sold(add(MILK, "3"))
    bench.does(take(sale, (1, "1")), c.SuspendSale("Пані Марія"))
    waiting = bench.tries(void(sale))
    assert isinstance(waiting, Refusal)
    assert waiting.reason is Reason.VOID_AFTER_RETURN
    bench.does(c.RecallSale(bench.state.suspended[0].sale), c.TenderCash())
    answer = bench.tries(void(with_back(sale, returns_of(bench))))
    assert isinstance(answer, Refusal)
    assert answer.reason is Reason.VOID_AFTER_RETURN
    bench.does(take(with_back(sale, returns_of(bench)), (1, "2")), c.TenderCash())
    nothing = bench.tries(void(with_back(sale, returns_of(bench))))
    assert isinstance(nothing, Refusal)
    assert nothing.reason is Reason.ALREADY_VOIDED


def test_a_sale_of_another_shift_and_a_return_are_not_voided() -> None:
    bench, sale = sold(add(MILK))
    other = bench.tries(void(replace(sale, shift=f.ShiftNumber(99))))
    assert isinstance(other, Refusal)
    assert other.reason is Reason.VOID_OTHER_SHIFT
    bench.does(take(sale, (1, "1")), c.TenderCash())
    back = bench.tries(void(earlier(bench)))
    assert isinstance(back, Refusal)
    assert back.reason is Reason.VOID_OF_RETURN


def test_a_void_gives_empty_bottles_back_to_the_customer_too() -> None:
    bottle = Item(ItemId("bottle"), "Застава", 300, discountable=False)
    bench, sale = sold(add(MILK), c.TakeBackContainers(bottle, Decimal(2), f.LineSource.KEY))
    assert sale.total_minor == 4690 - 600
    bench.does(void(sale), c.TenderCash())
    second = next(it for it in reversed(bench.facts) if isinstance(it, f.SaleCompleted))
    assert [line.gross_minor for line in second.lines] == [-4690, 600]
    assert second.total_minor == -sale.total_minor
    answer = bench.tries(void(with_back(sale, returns_of(bench))))
    assert isinstance(answer, Refusal)
    assert answer.reason is Reason.ALREADY_VOIDED
