"""monobank acquiring: what the story book of terminals does not tell."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from appliance.core import commands as c
from appliance.core.facts import SaleId, TenderOutcome, TenderType
from appliance.core.payment_answer import PaymentAnswered, PaymentShown
from appliance.core.policy import PortRule
from appliance.payments import registry
from appliance.payments.cashdesk import CashDesk
from appliance.payments.line import LineLost
from appliance.payments.mono.dialogue import MonoDialogue
from appliance.payments.port import Intent
from appliance.payments.registry import PortError
from appliance.payments.secret_file import read_secret
from appliance.payments.terminal import TerminalPort
from hw_sim.mono_bank import CARD, TOKEN, MonoBank
from hw_sim.terminal import Temper
from tests.core.builders import POLICY
from tests.till.builders import open_shift, running

from .mono import dialogue, fast, token_file

DUE = 46_90
QR = TenderType.QR


@dataclass
class Till:
    """The till's side of the port, without its journal."""

    bank: MonoBank
    port: TerminalPort
    told: queue.Queue[PaymentAnswered] = field(default_factory=queue.Queue)
    shown: queue.Queue[PaymentShown] = field(default_factory=queue.Queue)
    memo: dict[int, str] = field(default_factory=dict)

    def hear(self, message: object) -> None:
        if isinstance(message, PaymentAnswered):
            self.told.put(message)
        elif isinstance(message, PaymentShown):
            self.shown.put(message)

    def may_send(self, _sale: SaleId, tender: int, memo: str) -> bool:
        return self.memo.setdefault(tender, memo) is memo

    def intent(self, amount_minor: int = DUE, tender: int = 1, **more: Any) -> Intent:
        return Intent(f"3-1-7-{tender}", SaleId(7), tender, QR, amount_minor, "UAH", **more)

    def final(self) -> PaymentAnswered:
        while (answer := self.told.get(timeout=10)).outcome is TenderOutcome.UNKNOWN:
            pass
        return answer

    def pays(self, amount_minor: int = DUE, tender: int = 1, **more: Any) -> PaymentAnswered:
        self.port.ask(self.intent(amount_minor, tender, **more))
        return self.final()


@contextmanager
def at_bank(*tempers: Temper, token: Path | None = None, **more: Any) -> Iterator[Till]:
    lifetime_s = more.pop("lifetime_s", 400)
    with MonoBank(now=fast, **more) as bank:
        bank.next.extend(tempers)
        talk = replace(dialogue(bank.address, token or token_file()), lifetime_s=lifetime_s)
        till = Till(bank, TerminalPort("mono", QR, talk, pauses_s=(0.05,)))
        till.port.open(till.hear, till.may_send)
        try:
            yield till
        finally:
            till.port.close()


def test_the_customer_is_shown_the_invoice_s_page_with_the_amount_bound_to_it() -> None:
    with at_bank(Temper("wait")) as till:
        till.port.ask(till.intent())
        shown = till.shown.get(timeout=10)
        (bill,) = till.bank.bills.values()
        assert shown.code == f"https://pay.mbnk.biz/{bill.id}"
        assert (bill.amount_minor, bill.ccy, bill.reference) == (DUE, 980, "3-1-7-1")
        assert shown.reference == "3-1-7-1"
        till.bank.presented.set()
        assert till.final().reference == bill.id


def test_a_bank_that_answers_late_is_waited_for() -> None:
    with at_bank(answer_late_s=0.1) as till:
        assert till.pays().outcome is TenderOutcome.APPROVED


def test_nobody_pays_and_the_invoice_expires() -> None:
    with at_bank(Temper("wait"), lifetime_s=4) as till:
        answer = till.pays()
        assert (answer.outcome, answer.detail) == (TenderOutcome.DECLINED, "nobody paid in time")
        assert till.bank.ledger == []


@pytest.mark.parametrize("paid", [20_00, 50_00])
def test_what_was_really_paid_is_booked(paid: int) -> None:
    with at_bank(Temper(amount_minor=paid)) as till:
        answer = till.pays()
        assert (answer.outcome, answer.amount_minor) == (TenderOutcome.APPROVED, paid)


def test_an_attempt_that_failed_is_declined_only_once_nobody_can_pay_it_any_more() -> None:
    with at_bank(Temper("decline")) as till:
        assert till.pays().outcome is TenderOutcome.DECLINED
        (bill,) = till.bank.bills.values()
        assert bill.status == "expired"
        assert "invoice/remove" in till.bank.heard


def test_a_second_attempt_that_comes_through_before_it_is_called_off_counts() -> None:
    class Eager(MonoBank):
        def _removed(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
            self.pay(body["invoiceId"])
            return super()._removed(body)

    with Eager(now=fast) as bank:
        bank.next.append(Temper("decline"))
        talk = replace(dialogue(bank.address), lifetime_s=400)
        till = Till(bank, TerminalPort("mono", QR, talk))
        till.port.open(till.hear, till.may_send)
        assert till.pays().outcome is TenderOutcome.APPROVED
        till.port.close()


def test_a_refusal_says_what_the_bank_said() -> None:
    with at_bank(Temper("busy")) as till:
        answer = till.pays()
        assert (answer.outcome, answer.detail) == (TenderOutcome.DECLINED, "мерчант не активний")


def test_an_answer_about_another_payment_books_nothing() -> None:
    class Mixed(MonoBank):
        def _created(self, body: dict[str, Any]) -> tuple[int | None, dict[str, Any]]:
            body["merchantPaymInfo"]["reference"] = "9-9-9-9"
            return super()._created(body)

    with Mixed(now=fast) as bank:
        till = Till(bank, TerminalPort("mono", QR, dialogue(bank.address), pauses_s=(0.05,)))
        till.port.open(till.hear, till.may_send)
        till.port.ask(till.intent())
        answer = till.told.get(timeout=10)
        assert answer.outcome is TenderOutcome.UNKNOWN
        assert "another payment" in answer.detail
        till.port.close()


def test_a_payment_whose_invoice_the_till_never_saw_is_found_in_the_statement() -> None:
    """The stand's printed code led the customer there all the same."""
    with at_bank(Temper("charge_silently")) as till:
        answer = till.pays()
        assert (answer.outcome, answer.amount_minor) == (TenderOutcome.APPROVED, DUE)
        assert till.bank.heard.count("invoice/create") == 1


def test_money_goes_back_under_a_number_of_its_own_even_if_the_bank_takes_its_time() -> None:
    with at_bank(slow_refunds=3) as till:
        paid = till.pays()
        back = till.pays(-20_00, tender=2, original=paid.reference)
        assert (back.outcome, back.amount_minor) == (TenderOutcome.APPROVED, -20_00)
        (bill,) = till.bank.bills.values()
        assert [it["extRef"] for it in bill.refunds] == ["3-1-7-2"]
        assert till.pays(-1_00, tender=3).detail == "nobody knows which invoice was paid"


def test_no_card_number_passes_the_codec() -> None:
    with at_bank(Temper(), Temper("charge_silently")) as till:
        answers = [till.pays(), till.pays(tender=2)]
        held = json.dumps([repr(answers), till.memo])
        assert CARD not in held
        assert "*" not in held


def test_a_question_without_an_answer_after_the_money_left_is_unknown_first() -> None:
    with at_bank(Temper("wait")) as till:
        till.bank.mute.add("invoice/create")
        till.port.ask(till.intent())
        assert till.told.get(timeout=10).outcome is TenderOutcome.UNKNOWN
        till.bank.presented.set()
        assert till.final().outcome is TenderOutcome.APPROVED


def test_a_bank_whose_answer_never_ends_is_left_and_asked_again() -> None:
    with at_bank(Temper("wait")) as till:
        till.bank.drips.add("invoice/create")
        till.port.ask(till.intent())
        assert till.told.get(timeout=10).outcome is TenderOutcome.UNKNOWN
        till.bank.presented.set()
        assert till.final().outcome is TenderOutcome.APPROVED


def test_the_whole_till_shows_the_page_and_books_what_the_bank_says(tmp_path: Path) -> None:
    rules = replace(POLICY, ports=(PortRule("mono", QR, by_hand=False),))
    with MonoBank(now=fast) as bank:
        bank.next.append(Temper("wait"))
        talk = replace(dialogue(bank.address), lifetime_s=4000)
        desk = CashDesk([TerminalPort("mono", QR, talk)])
        with running(tmp_path, policy=rules, payments=desk) as it:
            open_shift(it)
            it.sells("milk")
            shown, done = threading.Event(), threading.Event()
            it.till.subscribe(lambda look: shown.set() if look.pay.code else None)
            it.till.subscribe(lambda look: done.set() if look.done else None)
            it.does(c.AskTender(QR))
            assert shown.wait(10)
            bank.presented.set()
            assert done.wait(10)
            assert it.till.look.pay.code is None
            assert it.till.journal.state.done is not None
            (tender,) = it.till.journal.state.done.sale.tenders
            assert tender.reference in bank.bills


# The token, and the settings


def test_a_token_that_others_may_read_is_not_used(tmp_path: Path) -> None:
    path = token_file(tmp_path)
    assert read_secret(path) == TOKEN
    path.chmod(0o640)
    with pytest.raises(LineLost, match="chmod 600"):
        read_secret(path)
    with at_bank(token=path) as till:
        answer = till.pays()
        assert answer.outcome is TenderOutcome.DECLINED
        assert till.memo == {}
        path.chmod(0o600)
        assert till.pays(tender=2).outcome is TenderOutcome.APPROVED


@pytest.mark.parametrize("text", ["", "\n", "a\x00b", "токен"])
def test_what_is_no_token_is_told(tmp_path: Path, text: str) -> None:
    path = token_file(tmp_path)
    path.write_text(text, "utf-8")
    with pytest.raises(LineLost, match="no secret"):
        read_secret(path, "ascii")
    with pytest.raises(LineLost, match="no secret"):
        read_secret(tmp_path / "nowhere")


def test_a_wrong_token_charges_nothing(tmp_path: Path) -> None:
    path = token_file(tmp_path)
    path.write_text("wrong")
    with at_bank(token=path) as till:
        answer = till.pays()
        assert answer.outcome is TenderOutcome.DECLINED
        assert "403" in answer.detail
        assert till.bank.bills == {}


TABLE = {"name": "mono", "type": "qr", "driver": "mono", "token_file": "/etc/kram/mono.token"}


def test_the_settings_make_a_port_that_answers_by_itself() -> None:
    port = registry.create({**TABLE, "lifetime_minutes": 5, "stand": "XJ_DiM4rTd5V"})
    assert isinstance(port, TerminalPort)
    assert isinstance(port.dialogue, MonoDialogue)
    assert (port.by_hand, port.dialogue.lifetime_s) == (False, 300)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"token_file": None}, "token_file"),
        ({"lifetime_minutes": 0}, "lifetime_minutes"),
        ({"address": "http://api.monobank.ua"}, "https://"),
        ({"token": "secret"}, "token is not known"),
    ],
    ids=str,
)
def test_a_wrong_setting_is_named(change: dict[str, Any], said: str) -> None:
    with pytest.raises(PortError, match=said):
        registry.create({**TABLE, **change})
