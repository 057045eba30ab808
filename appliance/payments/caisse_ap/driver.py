"""Terminals speaking Caisse-AP over IP: one question and one answer on a TCP connection, port 8888.

Source: association du paiement, "Protocole Caisse-AP sur IP" v3, as the public client and simulator
akretion/caisse-ap-ip speak it. The protocol has neither a cancel nor a question for what became of
a payment: an answer that is lost stays unknown, until a person reads the terminal's slip.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from appliance.core.facts import TenderOutcome, TenderType
from appliance.malformed import Malformed
from appliance.payments.caisse_ap import message
from appliance.payments.caisse_ap.message import Field, Outcome, value_of
from appliance.payments.dialogue import Answer, Dialogue, Errand
from appliance.payments.line import SLICE_S, Line, LineLost, line_to
from appliance.payments.options import Options
from appliance.payments.port import PaymentPort
from appliance.payments.terminal import TerminalPort

PORT = 8888
VERSION = "0300"
TILL, CURRENCY, WHEN, KIND, CONCERT = "CA", "CE", "BA", "CD", "CJ"
AUTHORISATION = "AC"
ANSWER_MAX = 64 * 1024
"""Bytes; a whole answer, slips included, is some kilobytes."""

AT_THE_END = "0"
"""The terminal answers once, when the payment has ended."""

DEBIT, CREDIT = "0", "1"
CURRENCIES = {"EUR": "978", "CHF": "756", "XPF": "953"}

NO_QUESTION = "Caisse-AP has no question for it: the terminal's slip tells"
_OUTCOMES = {
    Outcome.APPROVED: TenderOutcome.APPROVED,
    Outcome.DECLINED: TenderOutcome.DECLINED,
}


@dataclass(frozen=True, slots=True)
class Settings:
    """till: 01 to 99; licence: the till maker's number of 12 characters. look_s: whoever accepts a
    connection for a terminal that is off hangs up within so long. quiet_s: an answer has no end
    mark, and is whole when nothing more came for so long."""

    till: int = 1
    licence: str = "0" * 12
    look_s: float = 0.005
    answer_s: float = 180.0
    quiet_s: float = 0.3


class CaisseApDialogue(Dialogue):
    def __init__(self, line: Line, settings: Settings | None = None) -> None:
        self._line = line
        self._settings = settings or Settings()

    def connect(self) -> None:
        """There is no greeting: somebody listens, and that is all that can be known."""
        self._line.open()
        self._line.close()

    def disconnect(self) -> None:
        self._line.close()

    def pay(self, errand: Errand) -> Answer:
        return self._move(errand, DEBIT)

    def refund(self, errand: Errand) -> Answer:
        """The customer's card is needed again; the protocol names no earlier payment."""
        return self._move(errand, CREDIT)

    def inquire(self, errand: Errand) -> Answer:
        del errand
        return Answer(TenderOutcome.UNKNOWN, detail=NO_QUESTION)

    def _move(self, errand: Errand, kind: str) -> Answer:
        currency = CURRENCIES.get(errand.intent.currency)
        if currency is None:
            takes = ", ".join(CURRENCIES)
            return Answer(TenderOutcome.DECLINED, detail=f"the terminal takes {takes}")
        asked = [
            (message.PROTOCOL, VERSION),
            (CONCERT, self._settings.licence),
            (TILL, f"{self._settings.till:02}"),
            (CURRENCY, currency),
            (WHEN, AT_THE_END),
            (KIND, kind),
            (message.AMOUNT, str(abs(errand.intent.amount_minor))),
        ]
        self._line.open()
        try:
            self._line.receive(self._settings.look_s)
            errand.leave(kind=kind)
            self._line.send(message.encode(asked).encode("ascii"))
            answer = self._answer(errand)
        finally:
            self._line.close()
        if answer is None:
            return Answer(TenderOutcome.UNKNOWN, detail="the terminal has not answered")
        return _meaning(asked, answer, errand.intent.id)

    def _answer(self, errand: Errand) -> list[Field] | None:
        """The fields of a whole answer that tells an end; None when the time is over."""
        got, until, heard_s = b"", time.monotonic() + self._settings.answer_s, 0.0
        while (now_s := time.monotonic()) < until and not errand.closing:
            fields = _whole(got)
            if fields and now_s - heard_s >= self._settings.quiet_s:
                return fields
            try:
                more = self._line.receive(min(SLICE_S, self._settings.quiet_s))
            except LineLost:
                if fields:
                    return fields
                raise
            if more:
                got, heard_s = got + more, now_s
            if len(got) > ANSWER_MAX:
                raise Malformed("an answer without an end")
        return None


def _whole(got: bytes) -> list[Field] | None:
    """The answer, unless it is cut off, or only says that the payment has begun."""
    try:
        fields = message.decode(got.decode("ascii"))
    except (Malformed, UnicodeDecodeError):
        return None
    told = message.outcome(fields)
    return None if told in {None, Outcome.PENDING} else fields


def _meaning(asked: Sequence[Field], answer: Sequence[Field], fallback: str) -> Answer:
    """approved counts with an amount, and when till, currency and kind are those asked about."""
    for tag in (TILL, CURRENCY, KIND):
        told = value_of(answer, tag)
        if told is not None and told != value_of(asked, tag):
            return Answer(TenderOutcome.UNKNOWN, detail=f"the answer to another question: {tag}")
    ended = message.outcome(answer) or Outcome.UNKNOWN
    outcome = _OUTCOMES.get(ended, TenderOutcome.UNKNOWN)
    if outcome is not TenderOutcome.APPROVED:
        reason = value_of(answer, message.REASON) or ""
        return Answer(outcome, detail=f"reason {reason}" if reason else "")
    amount = message.amount_minor(answer)
    if amount is None:
        return Answer(TenderOutcome.UNKNOWN, detail="approved, without an amount")
    reference = (value_of(answer, AUTHORISATION) or "").strip()
    return Answer(outcome, amount, (reference or fallback)[:80])


def create(name: str, kind: TenderType, table: Mapping[str, object]) -> PaymentPort:
    """host of the terminal; the rest are Settings."""
    options = Options(name, table)
    default = Settings()
    host, tcp_port = options.text("host"), options.whole("tcp_port", PORT)
    settings = Settings(
        till=options.whole("till", default.till, most=99),
        licence=options.text("licence", default.licence),
        answer_s=options.seconds("answer_s", default.answer_s),
        quiet_s=options.seconds("quiet_s", default.quiet_s),
    )
    if not (
        len(settings.licence) == 12 and settings.licence.isascii() and settings.licence.isalnum()
    ):
        raise options.wrong('licence is a text of 12 letters and digits, like "000000000000"')
    options.done()
    line = line_to(f"socket://{host}:{tcp_port}")
    return TerminalPort(name, kind, CaisseApDialogue(line, settings))
