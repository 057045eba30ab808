"""Laws of goods that come back: exact to the last kopeck, never more than was sold."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.decide import decide
from appliance.core.item import Item, ItemId, Unit
from appliance.core.occasion import Occasion
from appliance.core.policy import Policy, ReturnRules, TaxRule
from appliance.core.refusal import Reason, Refusal
from appliance.core.returns import (
    Back,
    came_back,
    money_paid,
    not_yet_back,
    refund_plan,
    share_back,
)

from .builders import APPLES, BAG, BREAD, ITEMS, MILK, POLICY, WINE, Bench, add, opened

TILL = 1


def earlier(bench: Bench, past: list[f.Fact] | None = None) -> c.EarlierSale:
    """The sale just done, as the shell would hand it over; past: the facts of later returns."""
    done = bench.state.done
    assert done is not None
    completed = next(it for it in reversed(bench.facts) if isinstance(it, f.SaleCompleted))
    ref = f.SaleRef(TILL, 1, done.sale.sale)
    rung = {line.line: line for line in done.sale.lines}
    lines = tuple(
        c.SoldEarlier(
            line=sold.line,
            item=rung[sold.line].item,
            name=rung[sold.line].name,
            unit=rung[sold.line].unit,
            quantity=rung[sold.line].quantity,
            unit_price_minor=rung[sold.line].unit_price_minor,
            taxes=rung[sold.line].taxes,
            sold=sold,
            kind=rung[sold.line].kind,
        )
        for sold in completed.lines
    )
    paid = money_paid(done.sale, completed.total_minor)
    return c.EarlierSale(
        ref, "1-000001", "2026-11-23T14:32", completed.shift, completed.total_minor, lines, paid
    )


def with_back(
    sale: c.EarlierSale, completed: list[tuple[f.LineAdded, f.LineSold]]
) -> c.EarlierSale:
    """The same sale after returns were completed."""
    back: dict[f.LineId, Back] = {}
    for added, sold in completed:
        assert added.returns is not None
        held = back.get(added.returns.line, Back())
        back[added.returns.line] = held.and_also(-added.quantity, sold)
    lines = tuple(
        replace(
            line,
            back=back.get(line.line, Back()).quantity,
            given_back=back.get(line.line, Back()).sold,
        )
        for line in sale.lines
    )
    return replace(sale, lines=lines)


def returns_of(bench: Bench) -> list[tuple[f.LineAdded, f.LineSold]]:
    """All return lines of completed sales, with what they came to."""
    found, added = [], {}
    for fact in bench.facts:
        if isinstance(fact, f.LineAdded) and fact.sold is not None:
            added[(fact.sale, fact.line)] = fact
        elif isinstance(fact, f.LineVoided):
            added.pop((fact.sale, fact.line), None)
        elif isinstance(fact, f.SaleCompleted):
            keys = {sold: (fact.sale, sold.line) for sold in fact.lines}
            found += [(added[key], sold) for sold, key in keys.items() if key in added]
    return found


def take(sale: c.EarlierSale, *picks: tuple[int, str], reason: str = "Не підійшло") -> c.TakeBack:
    chosen = tuple(c.Pick(f.LineId(line), Decimal(quantity)) for line, quantity in picks)
    return c.TakeBack(sale, chosen, reason)


def sold(*commands: c.Command, policy: Policy = POLICY) -> tuple[Bench, c.EarlierSale]:
    bench = opened(100_000_00, policy)
    bench.does(*commands, c.TenderCash())
    return bench, earlier(bench)


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
    assert answer.reason is Reason.ALREADY_RETURNED


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


def void(sale: c.EarlierSale, reason: str = "Помилка") -> c.UndoSale:
    return c.UndoSale(sale, reason)


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
        f.TaxTotal(tax.code, -tax.net_minor, -tax.tax_minor, -tax.gross_minor)
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


def test_a_void_of_a_partly_returned_sale_takes_the_rest() -> None:
    bench, sale = sold(add(MILK, "3"))
    bench.does(take(sale, (1, "1")), c.TenderCash())
    sale = with_back(sale, returns_of(bench))
    bench.does(void(sale))
    assert bench.state.sale is not None
    assert [line.quantity for line in bench.state.sale.lines] == [Decimal(-2)]
    bench.does(c.TenderCash())
    answer = bench.tries(void(with_back(sale, returns_of(bench))))
    assert isinstance(answer, Refusal)
    assert answer.reason is Reason.ALREADY_VOIDED


def test_a_sale_of_another_shift_and_a_return_are_not_voided() -> None:
    bench, sale = sold(add(MILK))
    other = bench.tries(void(replace(sale, shift=f.ShiftNumber(99))))
    assert isinstance(other, Refusal)
    assert other.reason is Reason.VOID_OTHER_SHIFT
    bench.does(take(sale, (1, "1")), c.TenderCash())
    back = bench.tries(void(earlier(bench)))
    assert isinstance(back, Refusal)
    assert back.reason is Reason.VOID_OF_RETURN


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


# Laws

LAW_ITEMS = tuple(
    replace(item, price_minor=max(item.price_minor, 7)) for item in ITEMS if not item.open_price
)
LAW_POLICIES = tuple(
    replace(
        POLICY,
        tax_rounding=rounding,
        taxes={code: replace(rule, included=included) for code, rule in POLICY.taxes.items()},
    )
    for rounding in ("line", "total")
    for included in (True, False)
)


@st.composite
def baskets(draw: st.DrawFn) -> list[c.Command]:
    commands: list[c.Command] = []
    for at in range(draw(st.integers(1, 5))):
        item = draw(st.sampled_from(LAW_ITEMS))
        quantity = (
            Decimal(draw(st.integers(1, 9)))
            if item.unit is Unit.PIECE
            else Decimal(draw(st.integers(1, 3000))).scaleb(-3)
        )
        # Another price each: lines of one item stay apart.
        price = draw(st.integers(1, 30_000)) * 10 + at
        commands.append(c.AddItem(item, quantity, unit_price_minor=price))
        if item.discountable and draw(st.booleans()):
            percent = Decimal(draw(st.integers(0, 1000))).scaleb(-1)
            commands.append(c.DiscountLine(f.LineId(at + 1), f.Discount(percent=percent)))
    if draw(st.booleans()):
        amount = draw(st.integers(0, 5000))
        commands.append(c.DiscountBasket(f.Discount(amount_minor=amount)))
    return commands


@given(st.sampled_from(LAW_POLICIES), baskets(), st.data())
@settings(max_examples=150, deadline=None)
def test_any_returns_add_up_to_the_sale_and_never_beyond(
    policy: Policy, commands: list[c.Command], data: st.DataObject
) -> None:
    bench = opened(1_000_00, policy)
    bench.does(*commands, c.TenderCash())
    sale = earlier(bench)
    for _ in range(30):
        now = with_back(sale, returns_of(bench))
        gone = {it.line: came_back(it, bench.state, sale.ref).quantity for it in now.lines}
        left = [line for line in now.lines if gone[line.line] < line.quantity]
        if not left:
            break
        line = data.draw(st.sampled_from(left))
        rest = line.quantity - gone[line.line]
        part = rest
        if data.draw(st.booleans()):
            step = Decimal(1) if line.unit is Unit.PIECE else Decimal("0.001")
            part = step * data.draw(st.integers(1, int(rest / step)))
        bench.does(take(now, (line.line, str(part))))
        held = bench.state.sale.lines[-1]  # type: ignore[union-attr]
        if data.draw(st.integers(0, 4)) == 0:
            bench.does(c.VoidLine(held.line))
        if bench.state.sale.live_lines and data.draw(st.booleans()):  # type: ignore[union-attr]
            bench.does(c.TenderCash())
    if bench.state.sale is not None and bench.state.sale.live_lines:
        bench.does(c.TenderCash())
    for line in with_back(sale, returns_of(bench)).lines:
        assert line.back <= line.quantity
        gave = line.given_back
        if gave is None:
            continue
        assert -gave.gross_minor <= line.sold.gross_minor
        assert gave.net_minor + gave.tax_minor == gave.gross_minor
        if line.back == line.quantity:
            assert -gave.gross_minor == line.sold.gross_minor
            assert -gave.net_minor == line.sold.net_minor
            assert tuple(-tax for tax in gave.taxes) == line.sold.taxes
            assert -gave.tax_minor == line.sold.tax_minor
            assert -gave.discount_minor == line.sold.discount_minor


@given(
    st.integers(0, 10**9),
    st.lists(st.integers(0, 10**8), max_size=3),
    st.integers(1, 40),
    st.data(),
)
@settings(max_examples=150, deadline=None)
def test_shares_never_turn_round_whatever_was_taken_out_in_between(
    gross: int, taxes: list[int], pieces: int, data: st.DataObject
) -> None:
    whole = f.LineSold(
        f.LineId(1),
        gross - sum(taxes),
        sum(taxes),
        gross,
        0,
        tuple(taxes) if len(taxes) > 1 else (),
        promotions=(f.PromotionShare("p", gross // 3, "Акція"),),
        cost_minor=gross // 2,
    )
    line = c.SoldEarlier(f.LineId(1), BAG.id, "x", Unit.PIECE, Decimal(pieces), 1, (), whole)
    kept: list[tuple[Decimal, f.LineSold]] = []
    for _ in range(60):
        back = Back()
        for quantity, share in kept:
            back = back.and_also(quantity, share)
        left = line.quantity - back.quantity
        if not left:
            break
        more = Decimal(data.draw(st.integers(1, int(left))))
        share = share_back(line, more, back, f.LineId(2))
        assert share.gross_minor <= 0
        kept.append((more, share))
        if len(kept) > 1 and data.draw(st.integers(0, 3)) == 0:
            kept.pop(data.draw(st.integers(0, len(kept) - 1)))
    back = Back()
    for quantity, share in kept:
        back = back.and_also(quantity, share)
    if back.quantity == line.quantity and back.sold is not None:
        assert -back.sold.gross_minor == gross
        assert -back.sold.tax_minor == sum(taxes)
        assert -back.sold.promotions[0].amount_minor == gross // 3
        assert -(back.sold.cost_minor or 0) == gross // 2
