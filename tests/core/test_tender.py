"""Money for the open basket: every way in, every way back, and what goes on top of the goods."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.decide.tender import left_to_pay, new_tender, take
from appliance.core.evolve import replay
from appliance.core.occasion import ANY
from appliance.core.refusal import Reason, Refusal

from .builders import BREAD, MILK, POLICY, add
from .paying import (
    APPROVED,
    CARD,
    QR,
    SHOP,
    completed,
    open_sale,
    refunding,
    refused,
    selling,
)


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
