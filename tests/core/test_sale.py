"""What a cashier can do with a basket, and what the till refuses."""

from __future__ import annotations

import gc
from dataclasses import replace
from decimal import Decimal

import pytest

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.decide.phases import REFUSED, Phase, phase_of
from appliance.core.devices import Outcome
from appliance.core.look import Names, look
from appliance.core.policy import AutoPrint
from appliance.core.refusal import Reason, Refusal
from appliance.core.state import Line, PrintJob, ReceiptStatus
from appliance.core.totals import price_sale
from appliance.core.undo import undo_of

from .builders import APPLES, BAG, BREAD, MILK, POLICY, SERVICE, Bench, add, opened

NAMES = Names("На розі", "Каса 1")


def reason(answer: object) -> Reason:
    assert isinstance(answer, Refusal), f"was accepted: {answer}"
    return answer.reason


def basket(bench: Bench) -> list[tuple[str, Decimal]]:
    assert bench.state.sale is not None
    return [(line.item, line.quantity) for line in bench.state.sale.live_lines]


def test_nothing_is_sold_before_the_shift_is_open() -> None:
    assert reason(Bench().tries(add(MILK))) is Reason.NO_SHIFT


def test_scanning_the_same_thing_twice_counts_two_on_one_line() -> None:
    bench = opened()
    bench.does(add(MILK), add(BREAD), add(MILK))
    assert basket(bench) == [("milk", Decimal(2)), ("bread", Decimal(1))]


def test_a_typed_two_between_two_scans_never_becomes_twenty_two() -> None:
    bench = opened()
    bench.does(add(MILK), c.ChangeQuantity(f.LineId(1), Decimal(2)), add(MILK))
    bench.does(c.ChangeQuantity(f.LineId(1), Decimal(2)))
    assert basket(bench) == [("milk", Decimal(2))]


def test_a_line_touched_by_hand_is_left_alone_by_the_next_scan() -> None:
    bench = opened()
    bench.does(add(MILK), c.DiscountLine(f.LineId(1), f.Discount(percent=Decimal(10))), add(MILK))
    assert basket(bench) == [("milk", Decimal(1)), ("milk", Decimal(1))]


@pytest.mark.parametrize(
    ("quantity", "why"),
    [
        ("0", Reason.QUANTITY_NOT_POSITIVE),
        ("-1", Reason.QUANTITY_NOT_POSITIVE),
        ("1.5", Reason.QUANTITY_NOT_WHOLE),
        ("1.234", Reason.QUANTITY_NOT_WHOLE),
        ("4820000000017", Reason.QUANTITY_TOO_LARGE),
        ("NaN", Reason.QUANTITY_NOT_POSITIVE),
        ("1E+30", Reason.QUANTITY_TOO_LARGE),
    ],
)
def test_a_quantity_that_cannot_be_is_refused(quantity: str, why: Reason) -> None:
    bench = opened()
    assert reason(bench.tries(add(MILK, quantity))) is why
    bench.does(add(MILK))
    assert reason(bench.tries(c.ChangeQuantity(f.LineId(1), Decimal(quantity)))) is why


def test_weighed_goods_need_a_weight_with_grams_at_the_finest() -> None:
    bench = opened()
    assert reason(bench.tries(add(APPLES))) is Reason.WEIGHT_NEEDED
    assert reason(bench.tries(add(APPLES, "0.4361"))) is Reason.QUANTITY_TOO_FINE
    bench.does(add(APPLES, "0.436"), add(APPLES, "0.500"))
    assert basket(bench) == [("apples", Decimal("0.436")), ("apples", Decimal("0.5"))]


def test_a_price_label_costs_what_it_says() -> None:
    bench = opened()
    bench.does(add(APPLES, "1.376", amount_minor=5490))
    assert bench.state.sale is not None
    assert price_sale(bench.state.sale, POLICY).total_minor == 5490


def test_an_open_price_item_asks_for_its_price() -> None:
    bench = opened()
    assert reason(bench.tries(add(SERVICE))) is Reason.PRICE_NEEDED
    bench.does(add(SERVICE, unit_price_minor=15000))


def test_exact_cash_completes_in_one_command_and_rounds_to_the_coin() -> None:
    bench = opened()
    bench.does(add(MILK))
    tendered, completed, opened_drawer, printed = bench.does(c.TenderCash())
    assert isinstance(tendered, f.Tendered)
    assert tendered.amount_minor == 4700
    assert isinstance(completed, f.SaleCompleted)
    assert (completed.total_minor, completed.rounding_minor) == (4690, 10)
    assert (completed.receipt, completed.change_minor) == (1, 0)
    assert isinstance(opened_drawer, f.DrawerOpened)
    assert isinstance(printed, f.PrintRequested)
    assert opened_drawer.effect != printed.effect


def test_cash_in_two_parts_gives_change_from_the_whole() -> None:
    bench = opened()
    bench.does(add(MILK), c.TenderCash(2000))
    assert phase_of(bench.state) is Phase.PAYING
    bench.does(c.TenderCash(5000))
    assert bench.state.done is not None
    assert bench.state.done.change_minor == 2300


def test_a_barcode_typed_into_the_amount_is_refused() -> None:
    bench = opened()
    bench.does(add(MILK))
    assert reason(bench.tries(c.TenderCash(4820000000017))) is Reason.TENDER_TOO_LARGE
    assert reason(bench.tries(c.TenderCash(0))) is Reason.AMOUNT_NOT_POSITIVE
    assert reason(bench.tries(c.TenderCash(-100))) is Reason.AMOUNT_NOT_POSITIVE


def test_what_is_being_paid_for_cannot_shrink_until_the_money_is_back() -> None:
    bench = opened()
    bench.does(add(MILK), add(BREAD), c.TenderCash(2000))
    assert reason(bench.tries(c.VoidLine(f.LineId(1)))) is Reason.SALE_HAS_TENDERS
    assert reason(bench.tries(c.VoidSale())) is Reason.SALE_HAS_TENDERS
    bench.does(c.VoidTender(1), c.VoidLine(f.LineId(1)))
    assert basket(bench) == [("bread", Decimal(1))]


def test_a_voided_line_comes_back_by_its_undo() -> None:
    bench = opened()
    bench.does(add(MILK), add(BREAD))
    before = bench.state
    facts = bench.does(c.VoidLine(f.LineId(1)))
    undo = undo_of(before, facts)
    assert undo is not None
    bench.does(undo)
    assert bench.state.sale == before.sale


def test_a_voided_sale_comes_back_by_its_undo_until_the_next_begins() -> None:
    bench = opened()
    bench.does(add(MILK))
    before = bench.state
    undo = undo_of(before, bench.does(c.VoidSale("покупець пішов")))
    assert undo is not None
    bench.does(undo)
    assert bench.state.sale == before.sale
    bench.does(c.VoidSale(), add(BREAD), c.VoidSale())
    assert reason(bench.tries(c.RecallSale(f.SaleId(1)))) is Reason.NO_SUCH_SALE


def test_a_suspended_basket_waits_while_the_next_customer_pays() -> None:
    bench = opened()
    bench.does(add(MILK), c.SuspendSale("Жінка з собакою"), add(BREAD), c.TenderCash())
    parked = bench.state.suspended[0].sale
    bench.does(c.RecallSale(parked), c.TenderCash())
    assert bench.state.done is not None
    assert bench.state.done.receipt == 2
    assert bench.state.suspended == ()


def test_a_basket_of_voided_lines_is_left_without_a_word() -> None:
    bench = opened()
    bench.does(add(MILK), c.SuspendSale("перший"), add(BREAD), c.VoidLine(f.LineId(1)))
    bench.does(c.RecallSale(f.SaleId(1)))
    assert basket(bench) == [("milk", Decimal(1))]
    assert bench.state.shift is not None
    assert bench.state.shift.totals.voided_sales == 0


def test_discounts_never_touch_what_is_not_discountable() -> None:
    bench = opened()
    bench.does(add(BAG), add(MILK))
    wrong = bench.tries(c.DiscountLine(f.LineId(1), f.Discount(percent=Decimal(10))))
    assert reason(wrong) is Reason.NOT_DISCOUNTABLE
    bench.does(c.DiscountBasket(f.Discount(percent=Decimal(50))))
    assert bench.state.sale is not None
    assert price_sale(bench.state.sale, POLICY).total_minor == 300 + 2345


@pytest.mark.parametrize(
    "discount",
    [
        f.Discount(),
        f.Discount(percent=Decimal(101)),
        f.Discount(percent=Decimal(-1)),
        f.Discount(amount_minor=-5),
        f.Discount(percent=Decimal(5), amount_minor=5),
    ],
)
def test_a_discount_that_makes_no_sense_is_refused(discount: f.Discount) -> None:
    bench = opened()
    bench.does(add(MILK))
    assert reason(bench.tries(c.DiscountLine(f.LineId(1), discount))) is Reason.DISCOUNT_WRONG
    assert reason(bench.tries(c.DiscountBasket(discount))) is Reason.DISCOUNT_WRONG


def test_a_basket_given_away_completes_without_money_or_drawer() -> None:
    bench = opened()
    bench.does(add(MILK), c.DiscountBasket(f.Discount(percent=Decimal(100))))
    kinds = [type(fact) for fact in bench.does(c.TenderCash())]
    assert kinds == [f.SaleCompleted, f.PrintRequested]


def test_the_original_is_printed_once_and_everything_after_is_a_copy() -> None:
    bench = opened()
    bench.does(add(MILK), c.TenderCash())
    job = next(e for e in bench.state.effects if isinstance(e, PrintJob))
    assert reason(bench.tries(c.PrintReceipt())) is Reason.BUSY
    bench.does(c.StartEffect(job.effect))
    assert reason(bench.tries(c.StartEffect(job.effect))) is Reason.NO_SUCH_EFFECT
    bench.does(c.EndEffect(job.effect, Outcome.DONE))
    (copy,) = bench.does(c.PrintReceipt())
    assert isinstance(copy, f.PrintRequested)
    assert copy.copy == 1


def test_a_receipt_nobody_decided_on_is_still_an_original() -> None:
    bench = opened(policy=replace(POLICY, auto_print=AutoPrint.ASK))
    bench.does(add(MILK), c.TenderCash())
    assert bench.state.done is not None
    assert bench.state.done.receipt_status is ReceiptStatus.OPEN
    (printed,) = bench.does(c.PrintReceipt())
    assert isinstance(printed, f.PrintRequested)
    assert printed.copy == 0


def test_a_print_of_unknown_end_stays_open_until_a_person_settles_it() -> None:
    bench = opened()
    bench.does(add(MILK), c.TenderCash())
    job = next(e for e in bench.state.effects if isinstance(e, PrintJob))
    bench.does(c.StartEffect(job.effect), c.EndEffect(job.effect, Outcome.UNKNOWN, "cut"))
    shown = look(bench.state, POLICY, NAMES)
    assert [m.number for m in shown.matters] == ["1-000001"]
    bench.does(c.SettleMatter(job.effect, "чек у покупця"))
    assert look(bench.state, POLICY, NAMES).matters == ()


def test_a_skipped_receipt_is_not_printed_later() -> None:
    bench = opened()
    bench.does(add(MILK), c.TenderCash())
    job = next(e for e in bench.state.effects if isinstance(e, PrintJob))
    bench.does(c.SkipReceipt())
    assert reason(bench.tries(c.StartEffect(job.effect))) is Reason.NO_SUCH_EFFECT


def test_the_phase_table_names_only_commands_and_never_all_phases_at_once() -> None:
    for command, phases in REFUSED.items():
        assert 0 < len(phases) < len(Phase), command


def test_the_view_of_a_blind_count_hides_what_is_expected() -> None:
    bench = opened(50_000)
    shown = look(bench.state, POLICY, NAMES)
    assert shown.shift is not None
    assert shown.shift.expected_minor is None
    bench.does(c.CountDrawer((f.DenominationCount(50000, 1),)))
    shown = look(bench.state, POLICY, NAMES)
    assert shown.shift is not None
    assert shown.shift.expected_minor == 50_000


def test_a_printer_that_is_away_all_day_does_not_print_all_day_afterwards() -> None:
    bench = opened()
    for _ in range(POLICY.waiting_prints_max + 5):
        bench.does(add(MILK), c.TenderCash())
    waiting = [e for e in bench.state.effects if isinstance(e, PrintJob)]
    assert len(waiting) == POLICY.waiting_prints_max
    (asked,) = bench.does(c.PrintReceipt())
    assert isinstance(asked, f.PrintRequested)
    assert asked.copy == 0


def test_a_printed_receipt_cannot_be_skipped_into_a_second_original() -> None:
    bench = opened()
    bench.does(add(MILK), c.TenderCash())
    job = next(e for e in bench.state.effects if isinstance(e, PrintJob))
    bench.does(c.StartEffect(job.effect), c.EndEffect(job.effect, Outcome.DONE))
    assert bench.does(c.SkipReceipt()) == ()
    (copy,) = bench.does(c.PrintReceipt())
    assert isinstance(copy, f.PrintRequested)
    assert copy.copy == 1


def test_only_the_last_sale_or_a_waiting_receipt_can_be_skipped() -> None:
    bench = opened()
    bench.does(add(MILK), c.TenderCash())
    assert reason(bench.tries(c.SkipReceipt(f.SaleId(77)))) is Reason.NO_SUCH_SALE


def test_prints_that_nobody_fetches_are_bounded() -> None:
    bench = opened()
    bench.does(c.PrintXReport())
    assert reason(bench.tries(c.PrintXReport())) is Reason.BUSY
    never = replace(bench.policy, auto_print=AutoPrint.NEVER)
    bench = Bench(never, bench.state)
    for _ in range(99):
        bench.does(add(MILK), c.TenderCash(), c.PrintReceipt())
    bench.does(add(MILK), c.TenderCash())
    assert reason(bench.tries(c.PrintReceipt())) is Reason.BUSY


def test_lines_of_baskets_long_gone_are_not_remembered() -> None:
    def lines_in_memory() -> int:
        gc.collect()
        return sum(isinstance(it, Line) for it in gc.get_objects())

    bench = opened()
    before = lines_in_memory()
    for _ in range(60):
        for item in (MILK, BREAD, APPLES):
            for _ in range(10):
                bench.does(add(item, quantity="0.1" if item is APPLES else "1"))
                look(bench.state, POLICY, NAMES)
        bench.does(c.VoidSale())
    assert lines_in_memory() - before < 1_500
