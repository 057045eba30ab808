"""Payments that a terminal or a bank answers: pending, declined, unknown, late."""

from __future__ import annotations

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.decide.phases import Phase, phase_of
from appliance.core.decide.tender import left_to_pay
from appliance.core.refusal import Reason
from appliance.core.state import TenderStatus

from .builders import BREAD, add
from .paying import (
    APPROVED,
    CARD,
    DECLINED,
    QR,
    SHOP,
    UNKNOWN,
    completed,
    open_sale,
    refused,
    selling,
)


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
    assert open_sale(bench).tenders[0].reference == "1111"
