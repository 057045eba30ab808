"""Money that a card paid goes back the way it came, with its basket and after it."""

from __future__ import annotations

from dataclasses import replace

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.decide.phases import Phase, phase_of
from appliance.core.open_matters import MONEY, MatterKind
from appliance.core.refusal import Reason
from appliance.core.state import TakenBack
from appliance.core.terminals import jobs

from .builders import BREAD, Bench, add
from .giving import of_terminals, paid_in_part
from .paying import APPROVED, CARD, DECLINED, UNKNOWN, completed, open_sale, refused
from .paying import selling as basket


def test_the_customer_left_and_the_card_s_money_goes_back_while_the_next_one_pays() -> None:
    bench, sale = paid_in_part("terminal")
    facts = bench.does(c.GiveUpSale("пішов"))
    asked = next(it for it in facts if isinstance(it, f.TenderAsked))
    assert (asked.amount_minor, asked.port, asked.reference) == (-10_00, "terminal", "R1")
    assert phase_of(bench.state) is Phase.READY
    assert of_terminals(bench)[0].kind is MatterKind.REVERSAL
    assert refused(bench, c.RecallSale(sale)) is Reason.NO_SUCH_SALE
    bench.does(add(BREAD), c.TenderCash())
    bench.does(c.AnswerTender(sale, asked.tender, APPROVED, -10_00, "R2"))
    assert not bench.state.reversals
    assert not [it for it in of_terminals(bench) if it.kind in MONEY]


def test_two_terminals_give_back_at_once_and_one_terminal_one_after_the_other() -> None:
    bench, sale = paid_in_part("terminal", "mono", "terminal")
    facts = bench.does(c.GiveUpSale())
    asked = [it for it in facts if isinstance(it, f.TenderAsked)]
    assert [(it.port, it.reverses) for it in asked] == [("terminal", 1), ("mono", 2)]
    more = bench.does(c.AnswerTender(sale, asked[0].tender, APPROVED, -10_00))
    assert [it.reverses for it in more if isinstance(it, f.TenderAsked)] == [3]


def test_a_reversal_that_the_terminal_refused_waits_and_a_person_tries_again() -> None:
    bench, sale = paid_in_part("terminal")
    bench.does(c.GiveUpSale(), c.AnswerTender(sale, 1001, DECLINED, detail="лінія"))
    assert [it.tender for _, it in jobs(bench.state)] == [1]
    (again,) = bench.does(c.GiveBack(sale, 1))
    assert isinstance(again, f.TenderAsked)
    assert (again.tender, again.amount_minor) == (1002, -10_00)
    assert refused(bench, c.GiveBack(sale, 1)) is Reason.TENDER_PENDING
    bench.does(c.AnswerTender(sale, 1002, APPROVED, -10_00))
    assert refused(bench, c.GiveBack(sale, 1)) is Reason.NO_SUCH_TENDER


def test_a_reversal_that_nobody_knows_of_is_asked_about_never_made_again() -> None:
    bench, sale = paid_in_part("terminal")
    bench.does(c.GiveUpSale(), c.AnswerTender(sale, 1001, UNKNOWN))
    assert refused(bench, c.GiveBack(sale, 1)) is Reason.TENDER_UNKNOWN
    assert refused(bench, c.CloseReversal(sale, 1, "x")) is Reason.TENDER_UNKNOWN
    assert bench.does(c.InquireTender(1001, sale)) == (f.TenderInquired(sale, 1001),)
    bench.does(c.AnswerTender(sale, 1001, UNKNOWN))
    bench.does(c.ResolveTender(sale, 1001, DECLINED, "слип"), c.CloseReversal(sale, 1, "готівкою"))
    assert not bench.state.reversals


def test_a_part_that_came_back_leaves_the_rest_to_go_back() -> None:
    bench, sale = paid_in_part("terminal")
    bench.does(c.GiveUpSale(), c.AnswerTender(sale, 1001, APPROVED, -4_00))
    (again,) = bench.does(c.GiveBack(sale, 1))
    assert isinstance(again, f.TenderAsked)
    assert again.amount_minor == -6_00


def test_cash_on_the_counter_is_handed_back_before_a_basket_is_given_up() -> None:
    bench, _ = paid_in_part("terminal")
    bench.does(c.TenderCash(5_00))
    assert refused(bench, c.GiveUpSale()) is Reason.SALE_HAS_TENDERS
    bench.does(c.VoidTender(2), c.GiveUpSale())


def test_a_terminal_without_a_wire_gives_back_by_hand() -> None:
    bench = basket()
    bench.does(c.AskTender(CARD, 10_00), c.ConfirmTender(1, APPROVED))
    sale = open_sale(bench).sale
    facts = bench.does(c.GiveUpSale())
    assert not any(isinstance(it, f.TenderAsked) for it in facts)
    assert refused(bench, c.GiveBack(sale, 1)) is Reason.GIVE_BACK_BY_HAND
    bench.does(c.CloseReversal(sale, 1, "на терміналі"))
    assert not [it for it in of_terminals(bench) if it.kind in MONEY]


def test_money_astray_goes_back_through_the_terminal_that_took_it() -> None:
    bench, sale = paid_in_part()
    bench.does(c.AskTender(CARD, None, "second"), c.AnswerTender(sale, 1, DECLINED))
    bench.does(c.TenderCash(), c.AnswerTender(sale, 1, APPROVED, 46_90, "LATE", port="second"))
    asked = bench.does(c.GiveBack(sale, 1))[-1]
    assert isinstance(asked, f.TenderAsked)
    assert (asked.port, asked.amount_minor, asked.reference) == ("second", -46_90, "LATE")
    assert not bench.state.strays
    late = c.AnswerTender(sale, 1, APPROVED, 46_90, "LATE", port="second")
    assert refused(bench, late) is Reason.TENDER_ANSWERED
    bench.does(c.AnswerTender(sale, asked.tender, APPROVED, -46_90))
    assert not [it for it in of_terminals(bench) if it.kind in MONEY]


def test_approved_in_spite_of_a_cancel_waits_for_the_cashier_s_word() -> None:
    for ends in (c.Settle(), c.GiveUpSale()):
        bench, sale = paid_in_part()
        bench.does(c.AskTender(CARD), c.CancelTender(1), c.AnswerTender(sale, 1, APPROVED))
        assert phase_of(bench.state) is Phase.PAYING
        bench.does(ends)
        assert bench.state.sale is None


def bringing_back(bench: Bench, sale: f.SaleId, *paid: f.PaidBy) -> None:
    """A basket in which all goods of that sale come back."""
    bench.does(add(BREAD))
    refund = open_sale(bench)
    gross = -sum(it.amount_minor for it in paid)
    ref = f.SaleRef(1, 1, sale)
    line = replace(
        *refund.lines,
        kind=f.LineKind.RETURN,
        sold=f.LineSold(f.LineId(1), gross, 0, gross, 0),
        taxes=(),
        returns=f.LineRef(ref, f.LineId(1)),
    )
    taken = TakenBack(ref, "дефект", paid=paid)
    bench.state = replace(bench.state, sale=replace(refund, lines=(line,), taken_back=(taken,)))


def test_what_comes_back_in_a_later_basket_goes_to_the_terminal_that_took_it() -> None:
    bench, sale = paid_in_part()
    bench.does(c.AskTender(CARD, None, "second"))
    done = completed(bench.does(c.AnswerTender(sale, 1, APPROVED, 46_90, "RRN7")))
    assert done.paid_minor == 46_90
    bringing_back(bench, sale, f.PaidBy(CARD, 46_90, reference="RRN7", port="second"))
    (asked,) = bench.does(c.AskTender(CARD))
    assert isinstance(asked, f.TenderAsked)
    assert (asked.amount_minor, asked.port, asked.reference) == (-46_90, "second", "RRN7")


def test_two_cards_get_back_what_each_of_them_paid() -> None:
    bench, sale = paid_in_part()
    bench.does(c.TenderCash())
    bringing_back(
        bench,
        sale,
        f.PaidBy(CARD, 20_00, reference="RRN1", port="terminal"),
        f.PaidBy(CARD, 26_90, reference="RRN2", port="second"),
    )
    (asked,) = bench.does(c.AskTender(CARD, -26_90, origin="RRN2"))
    assert isinstance(asked, f.TenderAsked)
    assert (asked.amount_minor, asked.port, asked.reference) == (-26_90, "second", "RRN2")
    bench.does(c.AnswerTender(open_sale(bench).sale, 1, APPROVED, -26_90, "RRN3"))
    (rest,) = bench.does(c.AskTender(CARD))
    assert isinstance(rest, f.TenderAsked)
    assert (rest.amount_minor, rest.port, rest.reference) == (-20_00, "terminal", "RRN1")
