"""Money for the open basket: every way in, every way back, and what nobody knows yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.decide import decide
from appliance.core.decide.phases import Phase, phase_of
from appliance.core.decide.tender import left_to_pay, new_tender, take
from appliance.core.evolve import replay
from appliance.core.foreign import converted
from appliance.core.occasion import ANY, Occasion
from appliance.core.policy import ForeignCurrency, PortRule, ServiceCharge
from appliance.core.refusal import Reason, Refusal
from appliance.core.state import Sale, TenderStatus

from .builders import BREAD, MILK, POLICY, WINE, Bench, add, opened

CARD, QR = f.TenderType.CARD, f.TenderType.QR
APPROVED, DECLINED = f.TenderOutcome.APPROVED, f.TenderOutcome.DECLINED
UNKNOWN = f.TenderOutcome.UNKNOWN
SHOP = replace(
    POLICY,
    ports=(PortRule("terminal", CARD), PortRule("mono", QR, by_hand=False)),
    foreign=(
        ForeignCurrency("USD", Decimal("41.2"), step_minor=100),
        ForeignCurrency("EUR", Decimal("48.2"), day="2026-11-24"),
        ForeignCurrency("JPY", Decimal("0.2765")),
        ForeignCurrency("KWD", Decimal("134.5")),
        ForeignCurrency("PLN"),
    ),
    tip_percents=(Decimal(5), Decimal(10)),
    service_charge=ServiceCharge("Обслуговування", Decimal(10), ("VAT20",)),
)
"""Cash ends in .00 or .50."""


def selling(*items: c.AddItem) -> Bench:
    bench = opened(policy=SHOP)
    bench.does(*(items or (add(MILK),)))
    return bench


def refunding(amount: int = 120_40, cash: int = 1000_00) -> Bench:
    """A basket in which goods for so much come back."""
    bench = opened(cash, SHOP)
    bench.does(add(MILK))
    sale = bench.state.sale
    assert sale is not None
    sold = f.LineSold(f.LineId(1), -amount, 0, -amount, 0)
    line = replace(sale.lines[0], quantity=Decimal(-1), taxes=(), kind=f.LineKind.RETURN, sold=sold)
    bench.state = replace(bench.state, sale=replace(sale, lines=(line,)))
    return bench


def refused(bench: Bench, command: c.Command) -> Reason:
    answer = bench.tries(command)
    assert isinstance(answer, Refusal), answer
    return answer.reason


def completed(facts: tuple[f.Fact, ...]) -> f.SaleCompleted:
    return next(fact for fact in facts if isinstance(fact, f.SaleCompleted))


def open_sale(bench: Bench) -> Sale:
    assert bench.state.sale is not None
    return bench.state.sale


def test_only_the_part_paid_in_cash_is_rounded_whichever_comes_first() -> None:
    card_first, cash_first = selling(), selling()
    card_first.does(c.AskTender(CARD, 20_20), c.ConfirmTender(1, APPROVED))
    done = completed(card_first.does(c.TenderCash()))
    cash_first.does(c.TenderCash(26_50), c.AskTender(CARD, 20_20))
    other = completed(cash_first.does(c.ConfirmTender(2, APPROVED)))
    assert done.total_minor == other.total_minor == 46_90
    assert done.rounding_minor == other.rounding_minor == -20
    assert done.paid_minor == other.paid_minor == 46_70


def test_a_card_pays_to_the_kopeck_and_leaves_the_drawer_shut() -> None:
    bench = selling()
    facts = bench.does(c.AskTender(CARD), c.ConfirmTender(1, APPROVED, reference="004821"))
    assert completed(facts).rounding_minor == 0
    assert completed(facts).paid_minor == 46_90
    assert not any(isinstance(fact, f.DrawerOpened) for fact in facts)
    assert bench.state.shift is not None
    assert bench.state.shift.totals.cash_sales_minor == 0
    assert bench.state.shift.totals.tenders == (f.TenderTotal(CARD, 46_90, 1),)


def test_only_cash_may_be_more_than_what_is_left() -> None:
    bench = selling()
    assert refused(bench, c.AskTender(CARD, 46_91)) is Reason.TENDER_BEYOND_TOTAL
    assert completed(bench.does(c.TenderCash(100_00))).change_minor == 53_00


def test_the_whole_in_coins_that_still_go_is_enough() -> None:
    bench = selling()
    done = completed(bench.does(c.TenderCash(46_90)))
    assert (done.rounding_minor, done.change_minor) == (0, 0)


def test_what_no_coin_covers_is_written_off_as_rounding() -> None:
    bench = selling()
    bench.does(c.AskTender(CARD, 46_70), c.ConfirmTender(1, APPROVED))
    done = completed(bench.does(c.TenderCash()))
    assert (done.rounding_minor, done.paid_minor) == (-20, 46_70)


def test_a_basket_that_comes_to_nothing_is_settled() -> None:
    bench = selling()
    bench.does(c.DiscountBasket(f.Discount(percent=Decimal(100))))
    done = completed(bench.does(c.Settle()))
    assert (done.total_minor, done.paid_minor) == (0, 0)
    assert refused(selling(), c.Settle()) is Reason.STILL_TO_PAY


def test_a_refund_is_paid_out_and_mirrors_a_sale() -> None:
    bench = refunding(120_40)
    done = completed(bench.does(c.TenderCash()))
    assert (done.total_minor, done.rounding_minor, done.paid_minor) == (-120_40, -10, -120_50)
    assert bench.state.shift is not None
    totals = bench.state.shift.totals
    assert totals.cash_minor == 1000_00 - 120_50
    assert (totals.returns, totals.returns_minor) == (1, 120_40)


def test_a_refund_goes_out_in_parts_and_never_beyond_what_is_due() -> None:
    bench = refunding(120_40)
    assert refused(bench, c.TenderCash(50_00)) is Reason.MONEY_GOES_BACK
    assert refused(bench, c.AskTender(CARD, -120_41)) is Reason.REFUND_TOO_LARGE
    assert refused(bench, c.TenderCash(-121_00)) is Reason.REFUND_TOO_LARGE
    assert refused(bench, c.TenderForeignCash("USD", 100)) is Reason.MONEY_GOES_BACK
    bench.does(c.AskTender(CARD, -100_00), c.ConfirmTender(1, APPROVED))
    assert completed(bench.does(c.TenderCash())).paid_minor == -120_50


def test_cash_that_the_drawer_does_not_hold_is_not_given_back() -> None:
    assert refused(refunding(120_40, cash=100_00), c.TenderCash()) is Reason.NOT_ENOUGH_CASH


def test_a_refund_in_cash_reckons_with_what_a_handover_found_missing() -> None:
    bench = refunding(120_40, cash=200_00)
    shift = bench.state.shift
    assert shift is not None
    bench.state = replace(bench.state, shift=replace(shift, found_minor=-100_00))
    assert refused(bench, c.TenderCash()) is Reason.NOT_ENOUGH_CASH


def test_a_basket_that_shrank_below_what_the_card_paid_gives_the_rest_back() -> None:
    bench = selling(add(MILK), add(BREAD))
    bench.does(c.AskTender(CARD, 60_00), c.ConfirmTender(1, APPROVED))
    sale = open_sale(bench)
    lines = (*sale.lines[:1], replace(sale.lines[1], voided=True))
    bench.state = replace(bench.state, sale=replace(sale, lines=lines))
    left = left_to_pay(open_sale(bench), SHOP)
    assert (left.left_minor, left.cash_due_minor) == (-13_10, -13_00)
    done = completed(bench.does(c.TenderCash()))
    assert done.paid_minor - done.change_minor == done.total_minor + done.rounding_minor


def test_another_subject_brings_its_own_money_with_its_own_facts() -> None:
    bench = selling()
    sale = open_sale(bench)
    moved = f.AccountMoved("a1", f.AccountKind.GIFT_CARD, -46_90, sale.sale)
    tender = replace(new_tender(sale, f.TenderType.GIFT_CARD, 46_90), account="a1")
    facts = take(bench.state, sale, tender, SHOP, ANY, along=(moved,))
    assert not isinstance(facts, Refusal)
    assert isinstance(facts[0], f.Tendered)
    assert moved in facts
    assert completed(facts).paid_minor == 46_90
    after = replay(bench.state, facts)
    assert after.done is not None
    assert after.done.sale.tenders[0].account == "a1"


def test_what_the_shop_does_not_take_is_refused() -> None:
    bench = selling()
    bench.policy = replace(SHOP, tenders=frozenset({CARD}))
    assert refused(bench, c.TenderCash()) is Reason.TENDER_NOT_TAKEN
    assert refused(bench, c.AskTender(QR, port="nobody")) is Reason.NO_PAYMENT_PORT


# Foreign cash


def test_foreign_cash_is_converted_once_and_its_change_is_ours() -> None:
    bench = selling(add(WINE))
    facts = bench.does(c.TenderForeignCash("usd", 10_00))
    done = completed(facts)
    assert done.paid_minor == 412_00
    assert done.change_minor == 160_00
    tendered = next(fact for fact in facts if isinstance(fact, f.Tendered))
    assert (tendered.currency, tendered.foreign_minor, tendered.rate) == (
        "USD",
        10_00,
        Decimal("41.2"),
    )
    assert bench.state.shift is not None
    totals = bench.state.shift.totals
    assert totals.cash_minor == 100_00 - 160_00
    foreign = next(it for it in totals.tenders if it.currency)
    assert (foreign.currency, foreign.foreign_minor, foreign.amount_minor) == (
        "USD",
        10_00,
        412_00,
    )


def test_the_change_for_foreign_cash_is_given_in_coins_that_exist() -> None:
    bench = selling()
    done = completed(bench.does(c.TenderForeignCash("USD", 2_00)))
    assert done.paid_minor == 82_40
    assert done.change_minor % 50 == 0
    assert done.paid_minor - done.change_minor == done.total_minor + done.rounding_minor
    assert abs(done.rounding_minor) <= 25


def test_foreign_cash_needs_a_known_currency_a_rate_of_today_and_whole_notes() -> None:
    bench = selling()
    assert refused(bench, c.TenderForeignCash("GBP", 100)) is Reason.CURRENCY_UNKNOWN
    assert refused(bench, c.TenderForeignCash("PLN", 100)) is Reason.RATE_MISSING
    assert refused(bench, c.TenderForeignCash("EUR", 100)) is Reason.RATE_MISSING
    assert refused(bench, c.TenderForeignCash("USD", 1_50)) is Reason.FOREIGN_STEP
    assert refused(bench, c.TenderForeignCash("USD", 0)) is Reason.AMOUNT_NOT_POSITIVE
    assert refused(bench, c.TenderForeignCash("USD", 10**12)) is Reason.TENDER_TOO_LARGE
    today = Occasion(datetime(2026, 11, 24, 12, 0))
    taken = decide(bench.state, c.TenderForeignCash("EUR", 1_00), SHOP, today)
    assert not isinstance(taken, Refusal)


def test_currencies_without_and_with_three_decimals_are_converted_exactly() -> None:
    assert converted(1000, "JPY", Decimal("0.2765"), "UAH") == 276_50
    assert converted(1_500, "KWD", Decimal("134.5"), "UAH") == 201_75
    assert converted(10_00, "USD", Decimal("150.123"), "JPY") == 1501
    assert converted(1, "USD", Decimal("0.5"), "KWD") == 5
    assert converted(1, "UAH", Decimal("0.5"), "UAH") == 1  # halves away from zero


def test_foreign_notes_are_counted_at_the_close() -> None:
    bench = selling(add(WINE))
    bench.does(c.TenderForeignCash("USD", 10_00), c.CountForeign("USD", 9_00))
    assert bench.state.shift is not None
    counted = bench.state.shift.foreign[0]
    assert (counted.counted_minor, counted.expected_minor) == (9_00, 10_00)
    assert refused(bench, c.CountForeign("GBP", 1)) is Reason.CURRENCY_UNKNOWN
    assert refused(bench, c.CountForeign("USD", -1)) is Reason.COUNT_WRONG


# Terminals


def test_nothing_touches_a_basket_whose_payment_is_on_its_way() -> None:
    bench = selling()
    bench.does(c.AskTender(CARD))
    assert phase_of(bench.state) is Phase.WAITING
    for command in (
        *(add(BREAD), c.TenderCash(), c.VoidSale(), c.SuspendSale("x"), c.VoidTender(1)),
        *(c.Settle(), c.AskTender(QR), c.TenderForeignCash("USD", 100), c.AddTip(100)),
    ):
        assert refused(bench, command) is Reason.TENDER_PENDING


def test_a_declined_card_leaves_the_basket_as_it_was() -> None:
    bench = selling()
    bench.does(c.AskTender(CARD), c.ConfirmTender(1, DECLINED))
    assert phase_of(bench.state) is Phase.SELLING
    assert completed(bench.does(c.TenderCash())).paid_minor == 47_00


def test_a_partial_approval_leaves_the_rest_open() -> None:
    bench = selling()
    bench.does(c.AskTender(QR))
    sale = open_sale(bench).sale
    bench.does(c.AnswerTender(sale, 1, APPROVED, 20_00))
    assert left_to_pay(open_sale(bench), SHOP).left_minor == 26_90


def test_more_than_was_left_is_a_tip_given_at_the_terminal() -> None:
    bench = selling()
    bench.does(c.AskTender(QR))
    done = completed(bench.does(c.AnswerTender(open_sale(bench).sale, 1, APPROVED, 50_00)))
    assert (done.total_minor, done.tip_minor, done.paid_minor) == (50_00, 3_10, 50_00)
    assert bench.state.shift is not None
    assert bench.state.shift.totals.tips_minor == 3_10
    assert bench.state.shift.totals.gross_minor == 46_90


def test_an_unknown_payment_is_set_aside_and_the_next_customer_is_served() -> None:
    bench = selling()
    bench.does(c.AskTender(QR))
    sale = open_sale(bench).sale
    bench.does(c.AnswerTender(sale, 1, UNKNOWN, detail="no answer"))
    assert phase_of(bench.state) is Phase.UNSURE
    assert refused(bench, c.TenderCash()) is Reason.TENDER_UNKNOWN
    assert refused(bench, c.VoidSale()) is Reason.TENDER_UNKNOWN
    bench.does(c.SuspendSale("Оплата невідома"), add(BREAD), c.AskTender(CARD))
    bench.does(c.ConfirmTender(1, APPROVED))
    bench.does(c.AnswerTender(sale, 1, APPROVED))
    held = bench.state.suspended[0].tenders[0]
    assert held.status is TenderStatus.TAKEN
    bench.does(c.RecallSale(sale))
    assert completed(bench.does(c.Settle())).paid_minor == 46_90


def test_an_unknown_payment_is_asked_about_never_asked_for_again() -> None:
    bench = selling()
    bench.does(c.AskTender(QR))
    sale = open_sale(bench).sale
    bench.does(c.AnswerTender(sale, 1, UNKNOWN))
    facts = bench.does(c.InquireTender(1))
    assert facts == (f.TenderInquired(sale, 1),)
    assert open_sale(bench).tenders[0].inquired == 1
    assert refused(bench, c.AskTender(QR)) is Reason.TENDER_PENDING


def test_a_manager_decides_with_a_reason_and_the_fact_says_by_hand() -> None:
    bench = selling()
    bench.does(c.AskTender(QR))
    sale = open_sale(bench).sale
    assert refused(bench, c.ConfirmTender(1, APPROVED)) is Reason.TENDER_ANSWERS_ITSELF
    bench.does(c.AnswerTender(sale, 1, UNKNOWN))
    assert refused(bench, c.ResolveTender(sale, 1, DECLINED, " ")) is Reason.REASON_NEEDED
    facts = bench.does(c.ResolveTender(sale, 1, APPROVED, "чек термінала"))
    answered = next(fact for fact in facts if isinstance(fact, f.TenderAnswered))
    assert answered.by_hand
    assert answered.reason == "чек термінала"
    assert completed(facts).paid_minor == 46_90


def test_money_that_moved_after_all_is_not_swallowed() -> None:
    bench = selling()
    bench.does(c.AskTender(QR))
    sale = open_sale(bench).sale
    bench.does(c.AnswerTender(sale, 1, UNKNOWN), c.ResolveTender(sale, 1, DECLINED, "немає"))
    bench.does(c.TenderCash())
    late = c.AnswerTender(sale, 1, APPROVED, 46_90, "RRN1")
    bench.does(late)
    assert bench.state.strays[0].amount_minor == 46_90
    assert refused(bench, late) is Reason.TENDER_ANSWERED
    bench.does(c.CloseStray(sale, 1, "повернули на картку"))
    assert not bench.state.strays


def test_a_card_payment_is_reversed_at_its_terminal_not_voided() -> None:
    bench = selling()
    bench.does(c.AskTender(CARD, 20_00), c.ConfirmTender(1, APPROVED, reference="4821"))
    asked = bench.does(c.VoidTender(1))[0]
    assert isinstance(asked, f.TenderAsked)
    assert (asked.amount_minor, asked.reverses, asked.reference) == (-20_00, 1, "4821")
    bench.does(c.ConfirmTender(2, APPROVED))
    assert left_to_pay(open_sale(bench), SHOP).left_minor == 46_90
    assert refused(bench, c.VoidTender(1)) is Reason.TENDER_ANSWERED
    assert completed(bench.does(c.TenderCash())).paid_minor == 47_00


def test_a_terminal_answers_one_question_at_a_time() -> None:
    bench = selling()
    bench.does(c.AskTender(QR))
    sale = open_sale(bench).sale
    bench.does(c.AnswerTender(sale, 1, UNKNOWN), c.SuspendSale("x"), c.InquireTender(1, sale))
    bench.does(add(BREAD))
    assert refused(bench, c.AskTender(QR)) is Reason.PAYMENT_PORT_BUSY
    bench.does(c.AskTender(CARD))


def test_a_card_number_never_fits_a_reference() -> None:
    bench = selling()
    bench.does(
        c.AskTender(CARD, 1_00), c.ConfirmTender(1, APPROVED, reference="4111 1111 1111 1111")
    )
    assert open_sale(bench).tenders[0].reference == "111111111111"


# On top of the goods


def test_a_tip_has_no_tax_no_discount_and_no_part_in_takings() -> None:
    bench = selling()
    bench.does(c.AddTip(5_00), c.AddTip(7_10), c.DiscountBasket(f.Discount(percent=Decimal(10))))
    done = completed(bench.does(c.TenderCash()))
    assert done.tip_minor == 7_10
    assert done.total_minor == 46_90 - 4_69 + 7_10
    assert sum(tax.gross_minor for tax in done.taxes) == 46_90 - 4_69
    assert bench.state.shift is not None
    assert bench.state.shift.totals.gross_minor == 46_90 - 4_69


def test_a_service_charge_follows_the_goods_as_they_are_paid() -> None:
    bench = selling(add(MILK), add(BREAD))
    bench.does(c.AddServiceCharge())
    assert left_to_pay(open_sale(bench), SHOP).left_minor == 71_40 + 7_14
    bench.does(c.DiscountBasket(f.Discount(percent=Decimal(50))))
    assert left_to_pay(open_sale(bench), SHOP).left_minor == 35_70 + 3_57
    facts = bench.does(c.AskTender(CARD), c.ConfirmTender(1, APPROVED))
    done = completed(facts)
    assert done.lines[-1].gross_minor == 3_57
    assert sum(line.gross_minor for line in done.lines) == done.total_minor
    assert sum(tax.gross_minor for tax in done.taxes) == done.total_minor


def test_tips_and_charges_are_refused_where_the_shop_has_none() -> None:
    bench = selling()
    bench.policy = POLICY
    assert refused(bench, c.AddTip(1)) is Reason.TIPS_OFF
    assert refused(bench, c.AddServiceCharge()) is Reason.SERVICE_CHARGE_OFF
