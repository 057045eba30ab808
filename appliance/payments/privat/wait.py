"""Waits for the end of a money command, and finds it in the terminal's last receipt when the answer
is lost: never somebody else's receipt."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from appliance.core.facts import TenderOutcome
from appliance.payments.dialogue import Answer, Errand
from appliance.payments.line import SLICE_S, LineLost
from appliance.payments.privat.batch import PURCHASE, REFUND, WITHDRAWAL
from appliance.payments.privat.link import Link, request, service, service_kind
from appliance.payments.privat.outcome import (
    APPROVED,
    RECEIPT_INFO,
    Meaning,
    Outcome,
    Pending,
    has_failed,
    is_later,
    is_same,
    meaning,
    texts,
)

STATUS = "getLastStatMsgCode"
IDLE = "0"
SHOWN = {
    "1": "Card was read",
    "2": "Chip card",
    "3": "Asking the bank",
    "4": "Waiting for the cashier",
    "5": "Printing",
    "6": "Enter PIN",
    "7": "Card was removed",
    "8": "Choose application",
    "9": "Present card",
}
"""What the terminal is at, by its status code."""

CLOCKS_APART = timedelta(hours=1)
"""Of terminal and till. It counts only when the batch was empty, so that no number tells."""

KINDS = {"Purchase": {PURCHASE}, "Refund": {REFUND}}
WITHDRAWN_STATUS = "3"

_OUTCOMES = {
    Outcome.APPROVED: TenderOutcome.APPROVED,
    Outcome.PARTIALLY_APPROVED: TenderOutcome.APPROVED,
    Outcome.DECLINED: TenderOutcome.DECLINED,
    Outcome.CANCELLED: TenderOutcome.CANCELLED,
    Outcome.BUSY: TenderOutcome.DECLINED,
}


class Times(Protocol):
    @property
    def service_s(self) -> float: ...

    @property
    def answer_s(self) -> float: ...

    @property
    def poll_s(self) -> float: ...

    @property
    def idle_s(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Question:
    """What is journalled before a money command leaves, to find its end later. withdraws: the
    receipt that it takes back; at: when, with the till's clock."""

    method: str = ""
    last_invoice_before: str = ""
    terminal_id: str = ""
    withdraws: str = ""
    at: str = ""

    @classmethod
    def of(cls, errand: Errand) -> Question:
        memo = errand.memo
        return cls(**{it.name: memo.get(it.name, "") for it in fields(cls)})

    def memo(self) -> dict[str, str]:
        return {name: value for name, value in asdict(self).items() if value}

    def pending(self, amount_minor: int) -> Pending:
        return Pending(amount_minor, self.last_invoice_before, self.terminal_id or None)


class Wait:
    """One money command that has left. The terminal answers it, is asked for its state meanwhile,
    and for its last receipt once it is idle."""

    def __init__(
        self,
        link: Link,
        times: Times,
        errand: Errand,
        question: Question,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._link = link
        self._times = times
        self._errand = errand
        self._question = question
        self._now = now
        self._amount = abs(errand.intent.amount_minor)
        self._interrupted = False
        self._polled_s: float | None = None
        self._poll_at_s = 0.0
        self._idle_since_s: float | None = None
        self._receipt_asked = False
        self._shown = ""

    def for_answer(self) -> Answer:
        """Of a command that this connection has just sent."""
        self._poll_at_s = time.monotonic() + self._times.poll_s
        return self._wait(self._question.method, self._times.idle_s, self._times.answer_s)

    def for_receipt(self, method: str) -> Answer:
        """Of one whose answer is lost. method: what this connection may still answer."""
        return self._wait(method, 0.0, self._times.service_s)

    def _wait(self, method: str, idle_s: float, patience_s: float) -> Answer:
        until = time.monotonic() + patience_s
        while time.monotonic() < until and not self._errand.closing:
            self._send_what_is_due(idle_s)
            message = self._link.receive(min(SLICE_S, self._times.poll_s))
            answer = None if message is None else self._heard(message, method)
            if answer is not None:
                return answer
        return Answer(TenderOutcome.UNKNOWN, detail="the terminal has not answered yet")

    def _send_what_is_due(self, idle_s: float) -> None:
        now_s = time.monotonic()
        if self._errand.cancel_wanted and not self._interrupted:
            self._interrupted = True
            self._link.send(service("interrupt"))
        if self._polled_s is not None:
            if now_s - self._polled_s > self._times.service_s:
                raise LineLost("the terminal does not tell what it is at")
        elif now_s >= self._poll_at_s:
            self._link.send(service(STATUS))
            self._polled_s = now_s
        idle = self._idle_since_s is not None and now_s - self._idle_since_s >= idle_s
        if idle and not self._receipt_asked:
            self._receipt_asked = True
            asked = self._question.withdraws
            self._link.send(request(RECEIPT_INFO, invoiceNumber=asked))

    def _heard(self, message: dict[str, Any], method: str) -> Answer | None:
        """The end, when this message tells it."""
        kind = service_kind(message)
        if kind == STATUS:
            self._state(message)
        elif kind == "deviceBusy" and self._receipt_asked:
            self._receipt_asked, self._idle_since_s = False, None
            return None if method else Answer(TenderOutcome.UNKNOWN, detail="still busy with it")
        elif kind == "methodNotImplemented":
            return self._not_known()
        elif message.get("method") == RECEIPT_INFO and self._receipt_asked:
            return self._by_receipt(message)
        elif kind == "deviceBusy" and method:
            return Answer(TenderOutcome.DECLINED, detail="the terminal is busy")
        elif method and message.get("method") == method:
            return self._by_answer(meaning(message, requested_minor=self._amount))
        return None

    def _not_known(self) -> Answer | None:
        """The older the terminal's software, the less it knows."""
        if self._receipt_asked:
            return Answer(TenderOutcome.UNKNOWN, detail="the terminal tells nothing of receipts")
        if self._polled_s is None:
            return Answer(TenderOutcome.DECLINED, detail="the terminal does not know the command")
        self._polled_s, self._poll_at_s = None, math.inf
        self._idle_since_s = time.monotonic()
        return None

    def _state(self, message: dict[str, Any]) -> None:
        now_s = time.monotonic()
        self._polled_s, self._poll_at_s = None, now_s + self._times.poll_s
        code = texts(message["params"]).get("LastStatMsgCode", "")
        if code != IDLE:
            self._idle_since_s = None
        elif self._idle_since_s is None:
            self._idle_since_s = now_s
        shown = SHOWN.get(code, "")
        if shown and shown != self._shown:
            self._errand.say(shown)
        self._shown = shown

    def _by_answer(self, found: Meaning) -> Answer | None:
        """The terminal's own answer; one with a number that was there before is an old one."""
        invoice = found.journal.get("invoiceNumber", "")
        terminal = found.journal.get("terminalId", "")
        approved = found.amount_minor is not None
        question = self._question
        before = question.last_invoice_before
        old = is_same(invoice, before) or is_later(before, invoice)
        other = bool(question.terminal_id and terminal and terminal != question.terminal_id)
        if approved and (other or (old and not question.withdraws)):
            return None
        return _answer(found)

    def _by_receipt(self, message: dict[str, Any]) -> Answer | None:
        """The last receipt counts if it is ours by everything that was journalled."""
        question = self._question
        found = meaning(message, pending=question.pending(self._amount))
        kept = found.journal
        if question.withdraws:
            if kept.get("txnType") == WITHDRAWAL or kept.get("trnStatus") == WITHDRAWN_STATUS:
                return Answer(TenderOutcome.APPROVED, self._amount, _reference(found))
            # A terminal that gives withdrawals a receipt of their own shows it as the last one.
            self._question, self._receipt_asked = replace(question, withdraws=""), False
            return None
        if found.amount_minor is not None and self._is_ours(found):
            return _answer(found)
        if self._nothing_since(message, kept.get("invoiceNumber", "")):
            return Answer(
                TenderOutcome.DECLINED, detail="the terminal is idle, with no new receipt"
            )
        return Answer(TenderOutcome.UNKNOWN, detail="the terminal's last receipt is another one")

    def _is_ours(self, found: Meaning) -> bool:
        kinds = KINDS.get(self._question.method, {WITHDRAWAL, REFUND})
        kind = found.journal.get("txnType", "")
        if kind not in {*kinds, "", "0"}:
            return False
        return not is_same(self._question.last_invoice_before, "0") or self._is_recent(found)

    def _is_recent(self, found: Meaning) -> bool:
        """Not printed before the command left, as far as two clocks can tell."""
        try:
            text = f"{found.journal['date']} {found.journal['time']}"
            printed = datetime.strptime(text, "%d.%m.%Y %H:%M:%S").astimezone()
            sent = datetime.fromisoformat(self._question.at)
        except (KeyError, ValueError):
            return True
        return printed >= sent - CLOCKS_APART

    def _nothing_since(self, message: dict[str, Any], invoice: str) -> bool:
        """An idle terminal without a receipt since the command left took no money."""
        before = self._question.last_invoice_before
        return is_same(before, "0") if has_failed(message) else is_same(invoice, before)


def _answer(found: Meaning) -> Answer:
    outcome = _OUTCOMES.get(found.outcome, TenderOutcome.UNKNOWN)
    code = found.journal.get("responseCode", "")
    detail = "" if code == APPROVED else f"code {code}"
    return Answer(outcome, found.amount_minor, _reference(found), detail)


def _reference(found: Meaning) -> str:
    """What takes the payment back: within the batch its receipt, later its RRN."""
    if not found.journal.get("invoiceNumber"):
        return ""
    return f"{found.journal['invoiceNumber']}/{found.journal.get('rrn', '')}"[:80]
