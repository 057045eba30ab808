"""PrivatBank terminals speaking JSON ECR over TCP (port 2000) or a serial line (115200 8N1).

Source: "ECR протокол ПриватБанк (JSON based)", v1.0.3.1 of 2025-01-17. Answers match by their
method alone, so that a lost one is found again by the number of the terminal's last receipt, read
before the money command and journalled with it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from appliance.core.facts import TenderOutcome, TenderType
from appliance.core.payment_answer import Totals
from appliance.payments.dialogue import Answer, Dialogue, Errand
from appliance.payments.line import Line, LineLost, line_to
from appliance.payments.options import Options
from appliance.payments.port import PaymentPort
from appliance.payments.privat.batch import WITHDRAWAL, add_up
from appliance.payments.privat.frame import PING
from appliance.payments.privat.link import Link, request, service, service_kind
from appliance.payments.privat.outcome import (
    APPROVED,
    RECEIPT_INFO,
    has_failed,
    is_later,
    meaning,
    to_text,
)
from appliance.payments.privat.wait import Question, Wait
from appliance.payments.terminal import TerminalPort

CURRENCY = "UAH"
BAUDRATE = 115_200
EMPTY_BATCH = "0"
NO_RRN = "not in the terminal's batch, and its RRN is not known"
RECEIPTS_MAX = 999
"""In one batch; terminals close theirs earlier."""

GAP_MAX = 3
"""Numbers without a receipt in a row, as declined payments may leave, before the batch ends."""


@dataclass(frozen=True, slots=True)
class Settings:
    """after_ping_s: Verifone needs 3 to 5. between_s: from one message to the next. service_s: for
    an answer that needs no person. answer_s: for one that waits for a card. poll_s: from one
    question for the state to the next. idle_s: a terminal that has been idle for so long and told
    nothing is asked for its last receipt."""

    merchant_id: str = "0"
    after_ping_s: float = 1.0
    between_s: float = 0.1
    service_s: float = 5.0
    answer_s: float = 300.0
    poll_s: float = 1.0
    idle_s: float = 5.0
    settle_s: float = 120.0


class PrivatDialogue(Dialogue):
    """now: the time of day, as the receipts tell it."""

    def __init__(
        self,
        line: Line,
        settings: Settings | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        self._settings = settings or Settings()
        self._link = Link(line, self._settings.between_s)
        self._now = now
        self._running: tuple[str, str] | None = None
        """Intent and method of the command that this connection may still answer."""

    def connect(self) -> None:
        """As the bank's own till does it: greet, hang up; identify, hang up; stay."""
        settings = self._settings
        self._running = None
        for question in (request(PING), service("identify")):
            self._link.open()
            self._link.ask(question, settings.service_s)
            self._link.close()
            if question["method"] == PING:
                time.sleep(settings.after_ping_s)
        self._link.open()

    def disconnect(self) -> None:
        self._running = None
        self._link.close()

    def pay(self, errand: Errand) -> Answer:
        money = request(
            "Purchase",
            amount=to_text(errand.intent.amount_minor),
            discount="",
            merchantId=self._settings.merchant_id,
            facepay="false",
        )
        return self._move(errand, money)

    def refund(self, errand: Errand) -> Answer:
        """A receipt of the running batch is withdrawn, an older payment refunded."""
        invoice, _, rrn = errand.intent.original.partition("/")
        amount = -errand.intent.amount_minor
        held = self._receipt(invoice) if invoice else None
        if held is not None and held.get("txnType") == WITHDRAWAL:
            return Answer(TenderOutcome.DECLINED, detail="it was taken back before")
        if held is not None and held.get("rrn", "") == rrn and held.get("amount"):
            whole = held["amount"] == to_text(amount)
            part = {} if whole else {"amount": to_text(amount)}
            method = "Withdrawal" if whole else "WithdrawalPartly"
            return self._move(errand, request(method, **part, invoiceNumber=invoice), invoice)
        if not rrn:
            return Answer(TenderOutcome.DECLINED, detail=NO_RRN)
        money = request(
            "Refund",
            amount=to_text(amount),
            discount="",
            merchantId=self._settings.merchant_id,
            rrn=rrn,
        )
        return self._move(errand, money)

    def inquire(self, errand: Errand) -> Answer:
        question = Question.of(errand)
        running = self._running
        sent_here = running is not None and running[0] == errand.intent.id
        wait = Wait(self._link, self._settings, errand, question, now=self._now)
        return self._ended(wait.for_receipt(method=running[1] if sent_here and running else ""))

    def totals(self) -> Totals | None:
        """Counted from the receipts of the batch: Audit only answers with a slip to be read."""
        held = self._receipt("")
        receipts: list[dict[str, str]] = []
        number = "" if held is None else held["invoiceNumber"]
        missing = 0
        while is_later(number, "0") and missing < GAP_MAX and len(receipts) < RECEIPTS_MAX:
            missing = missing + 1 if held is None else 0
            receipts += [] if held is None else [held]
            number = str(int(number) - 1).zfill(len(number))
            held = self._receipt(number) if is_later(number, "0") else None
        return add_up(receipts)

    def settle(self) -> Totals | None:
        """Verify: the terminal compares its sums with the bank's and begins a new batch."""
        counted = self.totals()
        question = request("Verify", merchantId=self._settings.merchant_id)
        answer = meaning(self._link.ask(question, self._settings.settle_s))
        code = answer.journal.get("responseCode", "busy")
        if code != APPROVED and counted != Totals(0, 0):
            raise LineLost(f"the terminal did not close its batch: {code}")
        return counted

    def _move(self, errand: Errand, money: dict[str, Any], withdraws: str = "") -> Answer:
        """Sends a money command, once, with what finds it again journalled before."""
        if errand.intent.currency != CURRENCY:
            return Answer(TenderOutcome.DECLINED, detail=f"the terminal takes {CURRENCY} alone")
        before = self._before()
        if before is None:
            return Answer(TenderOutcome.DECLINED, detail="the terminal is busy")
        self._link.drain()
        self._link.settle()
        method = str(money["method"])
        question = Question(
            method=method,
            last_invoice_before=before.get("invoiceNumber") or EMPTY_BATCH,
            terminal_id=before.get("terminalId", ""),
            withdraws=withdraws,
            at=self._now().replace(microsecond=0).isoformat(),
        )
        errand.leave(**question.memo())
        self._running = (errand.intent.id, method)
        self._link.send(money)
        wait = Wait(self._link, self._settings, errand, question, now=self._now)
        return self._ended(wait.for_answer())

    def _ended(self, answer: Answer) -> Answer:
        if answer.outcome is not TenderOutcome.UNKNOWN:
            self._running = None
        return answer

    def _before(self) -> dict[str, str] | None:
        """The last receipt of the batch, empty for none, None from a busy terminal."""
        answer = self._link.ask(request(RECEIPT_INFO, invoiceNumber=""), self._settings.service_s)
        if service_kind(answer) == "deviceBusy":
            return None
        return _receipt_in(answer) or {}

    def _receipt(self, invoice: str) -> dict[str, str] | None:
        """What the batch holds under that number, last for none; of it only what may be kept."""
        question = request(RECEIPT_INFO, invoiceNumber=invoice)
        answer = self._link.ask(question, self._settings.service_s)
        if service_kind(answer) == "deviceBusy":
            raise LineLost("the terminal is busy")
        return _receipt_in(answer)


def _receipt_in(answer: dict[str, Any]) -> dict[str, str] | None:
    if service_kind(answer) or has_failed(answer):
        return None
    kept = dict(meaning(answer).journal)
    return kept if kept.get("invoiceNumber") else None


def create(name: str, kind: TenderType, table: Mapping[str, object]) -> PaymentPort:
    """host, or port for a serial line; the rest are Settings."""
    options = Options(name, table)
    default = Settings()
    host, device = options.text("host", ""), options.text("port", "")
    if bool(host) is bool(device):
        raise options.wrong('host = "192.168.1.50" is needed, or port = "/dev/ttyUSB0"')
    tcp_port = options.whole("tcp_port", 2000)
    baudrate = options.whole("baudrate", BAUDRATE, least=300, most=4_000_000)
    settings = Settings(
        merchant_id=options.text("merchant_id", default.merchant_id),
        after_ping_s=options.seconds("after_ping_s", default.after_ping_s),
        between_s=options.seconds("between_s", default.between_s),
        service_s=options.seconds("service_s", default.service_s),
        answer_s=options.seconds("answer_s", default.answer_s),
        poll_s=options.seconds("poll_s", default.poll_s),
        idle_s=options.seconds("idle_s", default.idle_s),
        settle_s=options.seconds("settle_s", default.settle_s),
    )
    options.done()
    line = line_to(f"socket://{host}:{tcp_port}" if host else device, baudrate=baudrate)
    return TerminalPort(name, kind, PrivatDialogue(line, settings))
