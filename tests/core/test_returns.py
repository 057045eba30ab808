"""Goods come back: for what was really paid, never more than was sold, with and without a receipt."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.item import Item, ItemId
from appliance.core.policy import ReturnRules, TaxRule
from appliance.core.refusal import Reason, Refusal
from appliance.core.returns import refund_plan
from appliance.core.stock import leaves

from .builders import BREAD, MILK, POLICY, WINE, add, opened
from .returning import earlier, sold, take

# What was really paid


def test_a_piece_gives_back_its_part_of_the_basket_discount() -> None:
    ten_percent = c.DiscountBasket(f.Discount(percent=Decimal(10)))
    bench, sale = sold(add(BREAD, "2"), ten_percent)
    bench.does(take(sale, (1, "1")))
    line = bench.state.sale.lines[0]  # type: ignore[union-attr]
    assert line.sold is not None
    assert (line.quantity, line.sold.gross_minor) == (Decimal(-1), -2205)


def test_three_pieces_of_ten_kopecks_in_all_give_back_three_four_three() -> None:
    sweet = Item(ItemId("sweet"), "Цукерка", 10, taxes=("VAT20",))
    bench, sale = sold(add(sweet, "3"), c.DiscountLine(f.LineId(1), f.Discount(amount_minor=20)))
    for _ in range(3):
        bench.does(take(sale, (1, "1")))
    gross = [line.sold.gross_minor for line in bench.state.sale.lines]  # type: ignore[union-attr]
    assert gross == [-3, -4, -3]


def test_what_a_customer_gets_back_knows_nothing_of_todays_price() -> None:
    bench, sale = sold(add(MILK))
    dearer = replace(MILK, price_minor=9999)
    bench.does(add(dearer), take(sale, (1, "1")))
    amounts = [line.sold.gross_minor if line.sold else None for line in bench.state.sale.lines]  # type: ignore[union-attr]
    assert amounts == [None, -4690]


def test_a_rate_that_changed_since_leaves_the_receipts_tax_alone() -> None:
    bench, sale = sold(add(MILK))
    changed = {**POLICY.taxes, "VAT20": TaxRule("VAT20", "ПДВ", "А", rate=Decimal(14))}
    bench.policy = replace(POLICY, taxes=changed)
    bench.does(take(sale, (1, "1")), c.TenderCash())
    completed = next(it for it in reversed(bench.facts) if isinstance(it, f.SaleCompleted))
    assert completed.taxes == (f.TaxTotal("VAT20", -3908, -782, -4690),)


# Never more than was sold


def test_a_piece_comes_back_once() -> None:
    bench, sale = sold(add(MILK))
    bench.does(take(sale, (1, "1")))
    answer = bench.tries(take(sale, (1, "1")))
    assert isinstance(answer, Refusal)
    assert answer.reason is Reason.ALREADY_RETURNED


def test_two_picks_of_one_line_count_together() -> None:
    bench, sale = sold(add(MILK, "3"))
    answer = bench.tries(take(sale, (1, "2"), (1, "2")))
    assert isinstance(answer, Refusal)
    assert (answer.reason, answer.params["left"]) == (Reason.MORE_THAN_SOLD, "1")


def test_what_waits_in_a_suspended_basket_cannot_come_back_again() -> None:
    bench, sale = sold(add(MILK))
    bench.does(take(sale, (1, "1")), c.SuspendSale("Пані Марія"))
    answer = bench.tries(take(sale, (1, "1")))
    assert isinstance(answer, Refusal)
    assert (answer.reason, answer.params["basket"]) == (Reason.RETURN_ELSEWHERE, "Пані Марія")


def test_a_receipt_comes_back_in_one_basket_at_a_time_so_its_card_is_paid_back_once() -> None:
    bench, sale = sold(add(MILK, "2"))
    paid = (f.PaidBy(f.TenderType.CARD, 4690), f.PaidBy(f.TenderType.CASH, 4690))
    sale = replace(sale, paid=paid)
    bench.does(take(sale, (1, "1")), c.SuspendSale("Пані Марія"))
    answer = bench.tries(take(sale, (1, "1")))
    assert isinstance(answer, Refusal)
    assert answer.reason is Reason.RETURN_ELSEWHERE
    bench.does(c.RecallSale(bench.state.suspended[0].sale), c.VoidSale(), take(sale, (1, "1")))
    assert bench.state.sale is not None
    assert refund_plan(bench.state.sale, -4690) == paid[:1]


def test_a_voided_return_line_does_not_come_back_by_undo() -> None:
    bench, sale = sold(add(MILK))
    bench.does(take(sale, (1, "1")), c.VoidLine(f.LineId(1)), take(sale, (1, "1")))
    answer = bench.tries(c.RestoreLine(f.LineId(1)))
    assert isinstance(answer, Refusal)
    assert answer.reason is Reason.RETURN_AGAIN


def test_a_voided_basket_of_returns_is_not_recalled() -> None:
    bench, sale = sold(add(MILK))
    bench.does(take(sale, (1, "1")), c.VoidSale())
    number = bench.state.voided.sale  # type: ignore[union-attr]
    answer = bench.tries(c.RecallSale(number))
    assert isinstance(answer, Refusal)
    assert answer.reason is Reason.RETURN_AGAIN


@pytest.mark.parametrize("quantity", ["1E9", "1000000000", "-1", "0", "NaN", "Infinity", "0.5"])
def test_strange_quantities_are_refused(quantity: str) -> None:
    bench, sale = sold(add(MILK, "2"))
    assert isinstance(bench.tries(take(sale, (1, quantity))), Refusal)
    assert bench.state.sale is None


def test_a_return_of_a_return_is_refused() -> None:
    bench, sale = sold(add(MILK))
    bench.does(take(sale, (1, "1")), c.TenderCash())
    answer = bench.tries(take(earlier(bench), (1, "1")))
    assert isinstance(answer, Refusal)
    assert answer.reason is Reason.RETURN_OF_RETURN


def test_goods_scanned_after_a_return_do_not_join_its_line() -> None:
    bench, sale = sold(add(MILK))
    bench.does(take(sale, (1, "1")), add(MILK))
    quantities = [line.quantity for line in bench.state.sale.lines]  # type: ignore[union-attr]
    assert quantities == [Decimal(-1), Decimal(1)]


def test_a_returned_line_is_not_changed_by_hand() -> None:
    bench, sale = sold(add(MILK, "2"))
    bench.does(take(sale, (1, "1")))
    line = f.LineId(1)
    for command in (
        c.ChangeQuantity(line, Decimal(5)),
        c.OverridePrice(line, 1, "x"),
        c.DiscountLine(line, f.Discount(percent=Decimal(50))),
    ):
        answer = bench.tries(command)
        assert isinstance(answer, Refusal)
        assert answer.reason is Reason.RETURN_LINE_FIXED


def test_a_return_needs_a_reason_and_a_choice() -> None:
    bench, sale = sold(add(MILK))
    for command, reason in (
        (take(sale, (1, "1"), reason=" "), Reason.REASON_NEEDED),
        (take(sale), Reason.NOTHING_TO_RETURN),
        (take(sale, (7, "1")), Reason.NO_SUCH_LINE),
    ):
        answer = bench.tries(command)
        assert isinstance(answer, Refusal)
        assert answer.reason is reason


def test_a_piece_with_a_number_comes_back_by_that_number() -> None:
    bench, sale = sold(add(MILK), add(BREAD))
    lines = (replace(sale.lines[0], serial="SN-1"), sale.lines[1])
    sale = replace(sale, lines=lines)
    for serial, reason in (
        ("", Reason.RETURN_SERIAL_NEEDED),
        ("SN-2", Reason.RETURN_SERIAL_OTHER),
    ):
        pick = c.Pick(f.LineId(1), Decimal(1), serial=serial)
        answer = bench.tries(c.TakeBack(sale, (pick,), "x"))
        assert isinstance(answer, Refusal)
        assert answer.reason is reason
    bench.does(c.TakeBack(sale, (c.Pick(f.LineId(1), Decimal(1), serial="SN-1"),), "x"))
    assert bench.state.sale is not None
    assert bench.state.sale.lines[0].serial == "SN-1"


def test_a_deposit_that_goes_back_moves_no_goods() -> None:
    bench, sale = sold(add(MILK), add(BREAD))
    deposit = replace(sale.lines[1], kind=f.LineKind.DEPOSIT)
    sale = replace(sale, lines=(sale.lines[0], deposit))
    bench.does(take(sale, (1, "1"), (2, "1")))
    assert bench.state.sale is not None
    goods, money = bench.state.sale.lines
    assert (leaves(goods), leaves(money)) == ((f.StockMove(MILK.id, Decimal(-1)),), ())


# Without a receipt


def unproven(item: Item, price: int, quantity: str = "1", **more: int) -> c.TakeBackUnproven:
    return c.TakeBackUnproven(item, Decimal(quantity), "Без чека", price, item.price_minor, **more)


def test_without_a_receipt_a_piece_brings_its_lowest_price_and_todays_tax() -> None:
    bench = opened()
    bench.does(unproven(WINE, 20000))
    assert bench.state.sale is not None
    line = bench.state.sale.lines[0].sold
    assert line is not None
    bought = opened()
    bought.does(add(replace(WINE, price_minor=20000)), c.TenderCash())
    mirror = next(it for it in bought.facts if isinstance(it, f.SaleCompleted)).lines[0]
    assert (line.net_minor, line.tax_minor, line.taxes) == (
        -mirror.net_minor,
        -mirror.tax_minor,
        tuple(-tax for tax in mirror.taxes),
    )


def test_returns_without_a_receipt_have_limits() -> None:
    rules = ReturnRules(without_receipt_minor=100_00, without_receipt_day_minor=150_00)
    bench = opened(policy=replace(POLICY, returns=rules))
    assert isinstance(bench.tries(unproven(MILK, 4691)), Refusal)
    bench.does(unproven(MILK, 4690, "2"))
    once = bench.tries(unproven(MILK, 4690))
    assert isinstance(once, Refusal)
    assert once.reason is Reason.RETURN_LIMIT
    bench.does(c.VoidSale())
    day = bench.tries(unproven(MILK, 4690, day_minor=110_00))
    assert isinstance(day, Refusal)
    assert day.reason is Reason.RETURN_DAY_LIMIT
