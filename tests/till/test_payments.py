"""Terminals behind the running Till: asked once, heard early or late, never asked twice."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from appliance import terminal_slips
from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.facts import SaleId
from appliance.core.intents import IntentState
from appliance.core.payment_answer import PaymentAnswered, Printout, Totals, Whose
from appliance.core.policy import PortRule
from appliance.core.refusal import Reason, Refusal
from appliance.core.state import TenderStatus
from appliance.core.view import Look
from appliance.i18n import translator
from appliance.journal import Journal, past_payments, reports
from appliance.journal.errors import StorageFull
from appliance.payments import registry
from appliance.payments.cashdesk import CashDesk
from appliance.payments.port import Intent
from appliance.requests import FROM_OUTSIDE
from appliance.ui import words
from hw_sim.payment import SimulatedPort, approve, decline, lose, silent
from tests.core.builders import POLICY

from .builders import Running, open_shift, running
from .test_killed import in_child

CARD = f.TenderType.CARD
SHOP = replace(POLICY, ports=(PortRule("terminal", CARD, by_hand=False),))


def until(it: Running, holds: Callable[[Look], bool]) -> Look:
    """The first view in which it holds."""
    seen = threading.Event()
    end = it.till.subscribe(lambda look: seen.set() if holds(look) else None)
    try:
        if not holds(it.till.look):
            assert seen.wait(10)
    finally:
        end()
    return it.till.look


def paying(it: Running) -> None:
    open_shift(it)
    it.sells("milk")
    it.does(c.AskTender(CARD))


def answered(it: Running) -> None:
    """Waits until no payment is on its way."""

    def none_pending(_look: Look) -> bool:
        sale = it.till.journal.state.sale
        return sale is None or all(t.status is not TenderStatus.PENDING for t in sale.tenders)

    until(it, none_pending)


def test_an_approval_completes_the_sale_with_its_reference(tmp_path: Path) -> None:
    port = SimulatedPort()
    with running(tmp_path, policy=SHOP, payments=CashDesk([port])) as it:
        paying(it)
        until(it, lambda look: look.done is not None)
        done = it.till.journal.state.done
        assert done is not None
        assert done.sale.tenders[0].reference == "RRN1"
        assert port.seen == [("ask", "1-1")]
        sold = [r for r in it.till.journal.records() if isinstance(r.fact, f.SaleCompleted)]
        assert sold[0].actor == "olena"


def test_a_card_number_in_an_answer_is_starred_and_raises_the_alarm(tmp_path: Path) -> None:
    def answer(intent: Intent) -> PaymentAnswered:
        said = (intent.sale, intent.tender, f.TenderOutcome.APPROVED)
        return PaymentAnswered(*said, reference="RRN1 4761739001010119")

    port = SimulatedPort(on_ask=answer)
    with running(tmp_path, policy=SHOP, payments=CashDesk([port])) as it:
        paying(it)
        until(it, lambda look: look.done is not None)
        done = it.till.journal.state.done
        assert done is not None
        assert done.sale.tenders[0].reference == "RRN1 ************0119"
        assert [leak.module for leak in it.till.journal.state.leaks] == ["payments terminal"]


def test_the_question_is_on_the_disk_before_the_terminal_hears_it(tmp_path: Path) -> None:
    durable: list[bool] = []
    with running(tmp_path, policy=SHOP, payments=CashDesk([port := SimulatedPort()])) as it:
        journal = it.till.journal

        def ask(intent: object) -> PaymentAnswered | None:
            durable.append(journal.durable_seq == journal.last_seq)
            return None

        port.on_ask = ask
        paying(it)
        until(it, lambda look: look.pay.asked is not None)
        it.does(c.CancelTender(1))
        assert durable == [True]


def test_declined_lost_and_late_answers_reach_the_basket(tmp_path: Path) -> None:
    port = SimulatedPort(on_ask=decline())
    with running(tmp_path, policy=SHOP, payments=CashDesk([port])) as it:
        paying(it)
        answered(it)
        port.on_ask = lose()
        it.does(c.AskTender(CARD))
        look = until(it, lambda look: look.pay.asked is not None and look.pay.asked.unsure)
        assert look.basket is not None
        it.does(c.SuspendSale("Оплата невідома"))
        it.sells("bread")
        it.does(c.TenderCash())
        port.late(PaymentAnswered(look.basket.sale, 2, f.TenderOutcome.APPROVED))
        until(it, lambda look: not look.pay.open)
        it.does(c.RecallSale(look.basket.sale))
        it.does(c.Settle())


def test_cancel_is_a_request_and_the_terminal_has_the_last_word(tmp_path: Path) -> None:
    port = SimulatedPort(on_ask=silent, on_cancel=approve())
    with running(tmp_path, policy=SHOP, payments=CashDesk([port])) as it:
        paying(it)
        it.does(c.CancelTender(1))
        until(it, lambda look: look.pay.asked is None)
        assert [verb for verb, _ in port.seen] == ["ask", "cancel"]
        assert it.till.look.basket is not None
        assert it.till.look.basket.left_minor == 0
        it.does(c.Settle())


def test_the_customer_left_and_the_next_one_is_served_while_the_money_goes_back(
    tmp_path: Path,
) -> None:
    port = SimulatedPort()
    with running(tmp_path, policy=SHOP, payments=CashDesk([port])) as it:
        open_shift(it)
        it.sells("milk")
        it.does(c.AskTender(CARD, 20_00))
        answered(it)
        port.on_ask = silent
        it.does(c.GiveUpSale("left"))
        assert [look.reversal for look in it.till.look.pay.open] == [True]
        it.sells("bread")
        it.does(c.TenderCash())
        port.late(PaymentAnswered(f.SaleId(1), 1001, f.TenderOutcome.APPROVED, reference="RRN2"))
        until(it, lambda look: not look.pay.open)
        assert port.seen == [("ask", "1-1"), ("ask", "1-1001")]


def test_a_terminal_s_day_is_compared_with_the_journal_s(tmp_path: Path) -> None:
    port = SimulatedPort(on_totals=Totals(2, 60_00))
    with running(tmp_path, policy=SHOP, payments=CashDesk([port])) as it:
        paying(it)
        until(it, lambda look: look.done is not None)
        it.does(c.AskTotals("terminal", close=True))
        look = until(it, lambda look: bool(look.pay.terminals[0].difference_minor))
        (terminal,) = look.pay.terminals
        assert (terminal.difference_minor, terminal.closed) == (13_10, True)
        answer = it.tries(c.AcceptTotals("terminal", "slip"), actor="olena")
        assert isinstance(answer, Refusal)
        assert answer.reason is Reason.PERMISSION_NEEDED
        it.does(c.AcceptTotals("terminal", "slip"), actor="ivan")
        (row,) = it.till.journal.shifts.terminals(1)
        assert (row.difference_minor, row.accepted_by, row.reason) == (13_10, "ivan", "slip")
        with reports.reading(it.till.journal.path) as con:
            (intent,) = past_payments.intents(con)
        assert intent.intent.state is IntentState.SETTLED


def test_a_restart_while_a_terminal_counts_leaves_it_to_be_compared_by_hand(tmp_path: Path) -> None:
    port = SimulatedPort()
    with running(tmp_path, policy=SHOP, payments=CashDesk([port])) as it:
        paying(it)
        until(it, lambda look: look.done is not None)
        it.till.journal.append((f.TotalsAsked("terminal", close=True),), actor="t", at=it.clock())
    again = SimulatedPort()
    with running(tmp_path, policy=SHOP, payments=CashDesk([again])) as it:
        until(it, lambda look: not look.pay.terminals[0].told)
        assert not again.seen


def test_asking_again_inquires_and_takes_no_money(tmp_path: Path) -> None:
    port = SimulatedPort(on_ask=lose(), on_inquire=approve())
    with running(tmp_path, policy=SHOP, payments=CashDesk([port])) as it:
        paying(it)
        until(it, lambda look: look.pay.asked is not None and look.pay.asked.unsure)
        it.does(c.InquireTender(1))
        until(it, lambda look: look.done is not None)
        assert [verb for verb, _ in port.seen] == ["ask", "inquire"]


def test_a_port_that_breaks_leaves_the_payment_unknown_and_the_till_alive(tmp_path: Path) -> None:
    def breaks(_intent: object) -> None:
        raise OSError("cable")

    port = SimulatedPort(on_ask=breaks)
    with running(tmp_path, policy=SHOP, payments=CashDesk([port])) as it:
        paying(it)
        look = until(it, lambda look: look.pay.asked is not None and look.pay.asked.unsure)
        assert look.pay.asked is not None
        assert "cable" in look.pay.asked.detail


def test_a_port_that_is_set_up_no_more_takes_nothing(tmp_path: Path) -> None:
    with running(tmp_path, policy=SHOP, payments=CashDesk()) as it:
        paying(it)
        answered(it)
        assert it.till.journal.state.sale is not None
        assert it.till.journal.state.sale.tenders[0].status is TenderStatus.DECLINED
        notice = it.till.look.notice
        assert notice is not None
        assert words.sentence(translator("uk"), notice.key, notice.params, "uk") == (
            "Не сплачено: такого термінала немає"
        )


def test_an_answer_that_a_full_disk_did_not_take_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = SimulatedPort(on_ask=silent)
    with running(tmp_path, policy=SHOP, payments=CashDesk([port])) as it:
        paying(it)
        append = Journal.append
        full = [True]

        def may_append(self: Journal, facts: tuple[f.Fact, ...], **how: object) -> object:
            if full and any(isinstance(fact, f.TenderAnswered) for fact in facts):
                full.clear()
                raise StorageFull("no room")
            return append(self, facts, **how)  # type: ignore[arg-type]

        monkeypatch.setattr(Journal, "append", may_append)
        port.late(PaymentAnswered(f.SaleId(1), 1, f.TenderOutcome.APPROVED))
        until(it, lambda look: look.done is not None)
        assert not full


def test_an_answer_comes_from_a_port_alone(tmp_path: Path) -> None:
    assert "answer_tender" not in FROM_OUTSIDE
    with running(tmp_path, policy=SHOP, payments=CashDesk([SimulatedPort(on_ask=silent)])) as it:
        paying(it)
        answer = it.tries(c.ConfirmTender(1, f.TenderOutcome.APPROVED))
        assert isinstance(answer, Refusal)
        assert answer.reason is Reason.TENDER_ANSWERS_ITSELF


def ask_and_die(folder: Path, log: Path) -> None:
    """The terminal hears the question; then the process is gone before any answer."""

    def dies(_intent: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    port = SimulatedPort(on_ask=dies, log=log)
    with running(folder, policy=SHOP, payments=CashDesk([port])) as it:
        paying(it)
        threading.Event().wait(10)


def test_a_kill_between_question_and_answer_never_asks_for_the_money_again(tmp_path: Path) -> None:
    log = tmp_path / "terminal.log"
    assert in_child(lambda: ask_and_die(tmp_path, log)) == signal.SIGKILL
    port = SimulatedPort(on_inquire=approve(), log=log)
    with running(tmp_path, policy=SHOP, payments=CashDesk([port])) as it:
        until(it, lambda look: look.done is not None)
    assert log.read_text().split("\n") == ["ask 1-1", "inquire 1-1", ""]


def test_a_kill_leaves_an_unknown_payment_that_survives_further_restarts(tmp_path: Path) -> None:
    log = tmp_path / "terminal.log"
    assert in_child(lambda: ask_and_die(tmp_path, log)) == signal.SIGKILL
    for _ in range(2):
        port = SimulatedPort(on_inquire=lose(), log=log)
        with running(tmp_path, policy=SHOP, payments=CashDesk([port])) as it:
            until(it, lambda look: look.pay.asked is not None and look.pay.asked.unsure)
    assert log.read_text().count("ask 1-1") == 1
    assert log.read_text().count("inquire") == 2


def test_a_wish_to_call_it_off_is_handed_over_to_the_next_process(tmp_path: Path) -> None:
    """The terminal still waits for a card, and its key on the screen was touched already."""
    with running(tmp_path, policy=SHOP, payments=CashDesk([SimulatedPort(on_ask=silent)])) as it:
        paying(it)
        it.does(c.CancelTender(1))
    called_off = threading.Event()
    port = SimulatedPort(on_inquire=silent, on_cancel=lambda _intent: called_off.set())
    with running(tmp_path, policy=SHOP, payments=CashDesk([port])):
        assert called_off.wait(10)
    assert port.seen == [("inquire", "1-1"), ("cancel", "1-1")]


def test_a_port_is_found_by_its_driver_and_a_wrong_one_is_named() -> None:
    table = {"name": "t", "type": "card", "driver": "manual"}
    assert registry.create(table).by_hand
    with pytest.raises(registry.PortError, match='no driver "abacus"; known: manual'):
        registry.create({**table, "driver": "abacus"})


SLIP = Printout(Whose.CUSTOMER, "KARTE ************0119\nBetrag       46,90\n\nBelegnr.     0042")


def slips(it: Running) -> list[str]:
    asked = [r.fact for r in it.till.journal.records() if isinstance(r.fact, f.PrintRequested)]
    return [fact.slip for fact in asked if fact.what is f.PrintWhat.SLIP]


def test_a_terminal_s_slip_is_printed_once_also_when_the_answer_comes_again_after_a_restart(
    tmp_path: Path,
) -> None:
    said = PaymentAnswered(SaleId(1), 1, f.TenderOutcome.APPROVED, printouts=(SLIP,))
    port = SimulatedPort(on_ask=lambda _intent: said)
    with running(tmp_path, policy=SHOP, payments=CashDesk([port])) as it:
        paying(it)
        until(it, lambda look: look.done is not None)
        assert slips(it) == [SLIP.job]
    with running(tmp_path, policy=SHOP, payments=CashDesk([port := SimulatedPort()])) as it:
        it.sells("bread")
        port.late(said)
        it.sells("milk")
        assert slips(it) == [SLIP.job]


def test_a_slip_that_is_printed_again_is_marked_as_a_copy() -> None:
    again = replace(SLIP, repeated=True)
    assert Printout.read(again.job.partition(":")[2]) == again
    assert "copy" in terminal_slips.TITLES[Whose.CUSTOMER, True]
