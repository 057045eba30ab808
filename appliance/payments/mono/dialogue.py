"""A payment through monobank: an invoice is made, its code shown, and the bank asked until it is over.

Nothing of the bank reaches a till behind a shop's router, and no webhook comes for an invoice that
expires: so it is polled. Whether a payment came after the till lost sight of its invoice, the bank's
statement tells by the till's own reference.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from appliance.core.facts import TenderOutcome, TenderType
from appliance.malformed import Malformed
from appliance.payments.dialogue import Answer, Dialogue, Errand
from appliance.payments.line import LineLost
from appliance.payments.mono.api import Invoice, Mono, Refused, Status
from appliance.payments.options import Options
from appliance.payments.port import PaymentPort
from appliance.payments.terminal import TerminalPort
from appliance.qr.currencies import NUMERIC

ADDRESS = "https://api.monobank.ua"

AFTER_S = 120.0
"""For so long after an invoice's end its payment may still come into the statement."""

CLOCKS_S = 300
"""By so much the bank's clock and the till's may differ."""

_SAFE = re.compile(r"https://[^ ]+|http://127\.0\.0\.1(:[0-9]+)?/?")
"""The token goes there: in clear only within this machine."""

_OVER = frozenset({Status.SUCCESS, Status.EXPIRED, Status.REVERSED})


@dataclass
class MonoDialogue(Dialogue):
    """after_s: the time that the statement is given; now: seconds since 1970."""

    bank: Mono
    lifetime_s: int = 600
    poll_s: float = 2.0
    stand: str = ""
    after_s: float = AFTER_S
    now: Callable[[], float] = time.time

    def connect(self) -> None:
        try:
            self.bank.connect()
        except Refused as error:
            raise LineLost(f"mono: {error}") from None

    def disconnect(self) -> None:
        """Each question has its own connection."""

    def pay(self, errand: Errand) -> Answer:
        it = errand.intent
        number = NUMERIC.get(it.currency)
        if number is None:
            return Answer(TenderOutcome.DECLINED, detail=f"no invoices in {it.currency}")
        self.connect()  # a line or a token that went bad shows before anything leaves
        since = self.now()
        errand.leave(since=str(int(since)))
        try:
            invoice, page = self.bank.create(
                it.amount_minor, int(number), it.id, self.lifetime_s, self.stand
            )
        except Refused as error:
            return Answer(TenderOutcome.DECLINED, detail=str(error))
        errand.show(page, datetime.fromtimestamp(since + self.lifetime_s, UTC))
        return self._followed(errand, invoice, since + self.lifetime_s + self.after_s)

    def refund(self, errand: Errand) -> Answer:
        it = errand.intent
        if not it.original:
            return Answer(TenderOutcome.DECLINED, detail="nobody knows which invoice was paid")
        self.connect()
        since = self.now()
        errand.leave(since=str(int(since)))
        try:
            self.bank.refund(it.original, -it.amount_minor, it.id)
        except Refused as error:
            return Answer(TenderOutcome.DECLINED, detail=str(error))
        return self._repeated(errand, since + self.after_s, lambda: self._refunded(errand))

    def inquire(self, errand: Errand) -> Answer:
        if errand.intent.amount_minor < 0:
            return self._refunded(errand)
        since, now = int(errand.memo["since"]), int(self.now())
        paid = [
            it
            for it in self.bank.statement(since - CLOCKS_S, now + CLOCKS_S)
            if it.reference == errand.intent.id and it.status is not Status.FAILURE
        ]
        if paid:
            return _answer(errand, paid[0])
        if now > since + self.lifetime_s + self.after_s:
            return Answer(TenderOutcome.DECLINED, detail="the invoice ended unpaid")
        return Answer(TenderOutcome.UNKNOWN, detail="the bank's statement does not know it yet")

    def _followed(self, errand: Errand, invoice: str, deadline: float) -> Answer:
        """Until the invoice is over. One that failed could be paid again by the same customer: it
        counts as declined only once nobody can pay it any more."""
        removed = False

        def asked() -> Answer:
            nonlocal removed
            seen = self.bank.status(invoice)
            stop = errand.cancel_wanted or seen.status is Status.FAILURE
            if stop and not removed and seen.status in (Status.CREATED, Status.FAILURE):
                removed = True
                self._removed(invoice)
                seen = self.bank.status(invoice)
            ended = seen.status in _OVER or (removed and seen.status is Status.FAILURE)
            if ended:
                return _answer(errand, seen)
            return Answer(TenderOutcome.UNKNOWN, reference=invoice, detail=seen.status.value)

        return self._repeated(errand, deadline, asked)

    def _removed(self, invoice: str) -> None:
        try:
            self.bank.remove(invoice)
        except Refused:
            # Paid at the same moment: its status tells.
            return

    def _repeated(self, errand: Errand, deadline: float, ask: Callable[[], Answer]) -> Answer:
        """Asks until there is an answer; a question that got lost is asked again."""
        answer = Answer(TenderOutcome.UNKNOWN)
        while True:
            try:
                answer = ask()
            except (LineLost, Refused, Malformed) as error:
                answer = Answer(
                    TenderOutcome.UNKNOWN, reference=answer.reference, detail=str(error)
                )
            if answer.outcome is not TenderOutcome.UNKNOWN or self.now() > deadline:
                return answer
            if errand.stop.wait(self.poll_s):
                return answer

    def _refunded(self, errand: Errand) -> Answer:
        it, now = errand.intent, self.now()
        found = [one for one in self.bank.status(it.original).refunds if one.reference == it.id]
        if not found:
            late = now > int(errand.memo["since"]) + self.after_s
            outcome = TenderOutcome.DECLINED if late else TenderOutcome.UNKNOWN
            return Answer(outcome, detail="the bank knows of no refund")
        refund = found[-1]
        if refund.status is Status.SUCCESS:
            return Answer(TenderOutcome.APPROVED, refund.amount_minor, it.original)
        if refund.status is Status.FAILURE:
            return Answer(TenderOutcome.DECLINED, detail="the bank did not pay it back")
        return Answer(TenderOutcome.UNKNOWN, detail=refund.status.value)


def _answer(errand: Errand, seen: Invoice) -> Answer:
    it = errand.intent
    if seen.reference not in ("", it.id) or str(seen.currency).zfill(3) != NUMERIC[it.currency]:
        return Answer(TenderOutcome.UNKNOWN, detail="the bank answers about another payment")
    if seen.status is Status.SUCCESS:
        return Answer(TenderOutcome.APPROVED, seen.amount_minor, seen.id)
    if seen.status is Status.EXPIRED:
        outcome = TenderOutcome.CANCELLED if errand.cancel_wanted else TenderOutcome.DECLINED
        return Answer(outcome, detail="nobody paid in time")
    if seen.status in (Status.FAILURE, Status.REVERSED):
        return Answer(TenderOutcome.DECLINED, detail=seen.why or seen.status.value)
    return Answer(TenderOutcome.UNKNOWN, reference=seen.id, detail=seen.status.value)


def create(name: str, kind: TenderType, options: Mapping[str, object]) -> PaymentPort:
    """token_file: the merchant's token, readable by the till alone. stand: the id of a printed code
    on the counter (qrId) that leads to the payment too. lifetime_minutes: for how long it can be
    paid; after_s: its payment may come into the bank's statement for so long after that."""
    given = Options(name, options)
    token_file = Path(given.text("token_file"))
    lifetime_s = round(60 * given.minutes("lifetime_minutes", 10, most=24 * 60))
    stand = given.text("stand", "")
    poll_s, timeout_s = given.seconds("poll_s", 2.0), given.seconds("timeout_s", 10.0)
    after_s = given.seconds("after_s", AFTER_S)
    address = given.text("address", ADDRESS)
    given.done()
    if not _SAFE.fullmatch(address):
        raise given.wrong("address begins with https://")
    bank = Mono(address, token_file, max(1.0, timeout_s))
    dialogue = MonoDialogue(bank, lifetime_s, max(0.5, poll_s), stand, after_s)
    return TerminalPort(name, kind, dialogue)
