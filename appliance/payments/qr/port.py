"""Shows a payment code until its time is over. Nothing tells the till that the money came: a person
who saw it in the bank's app does, and what nobody has confirmed stays unknown."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from appliance.core.facts import SaleId, TenderOutcome, TenderType
from appliance.core.payment_answer import PaymentAnswered, PaymentShown
from appliance.malformed import Malformed
from appliance.payments.options import Options
from appliance.payments.port import Intent, MaySend, PaymentPort, Tell
from appliance.payments.qr.schemes import SCHEMES, Bill, Scheme

Key = tuple[SaleId, int]
Clock = Callable[[], datetime]


def _now() -> datetime:
    return datetime.now().astimezone()


class QrPort:
    """by_hand: the cashier confirms. One thread waits for each code that is shown."""

    by_hand = True

    def __init__(
        self, name: str, kind: TenderType, scheme: Scheme, lifetime: timedelta, clock: Clock = _now
    ) -> None:
        self.name = name
        self.type = kind
        self._scheme = scheme
        self._lifetime = lifetime
        self._clock = clock
        self._over: dict[Key, threading.Event] = {}

    def open(self, tell: Tell, may_send: MaySend) -> None:
        self._tell, self._may_send = tell, may_send

    def close(self) -> None:
        for over in self._over.values():
            over.set()

    def ask(self, intent: Intent) -> None:
        """Money that goes back is a transfer from the bank's app: there is nothing to show."""
        if intent.amount_minor < 0:
            return
        if intent.currency not in self._scheme.currencies:
            self._end(intent, TenderOutcome.DECLINED, f"no such code for {intent.currency}")
            return
        made = self._clock()
        until = made + self._lifetime
        bill = Bill(intent.amount_minor, intent.currency, intent.id, made, until)
        try:
            code = self._scheme.write(bill)
        except Malformed as error:
            self._end(intent, TenderOutcome.DECLINED, str(error))
            return
        self._start(intent, code, until, fresh=True)

    def inquire(self, intent: Intent) -> None:
        """After a restart: the same code again for the time it has left."""
        if intent.amount_minor < 0:
            return
        if not intent.sent:
            self._end(intent, TenderOutcome.DECLINED, "never shown")
            return
        memo = json.loads(intent.memo)
        self._start(intent, memo["code"], datetime.fromisoformat(memo["until"]), fresh=False)

    def cancel(self, intent: Intent) -> None:
        """A code that was photographed can still be paid: only the cashier's word ends it."""

    def totals(self) -> None:
        """The bank's app tells; the till is not asked about it."""

    def settle(self) -> None:
        pass

    def _start(self, intent: Intent, code: str, until: datetime, *, fresh: bool) -> None:
        self.close()
        over = threading.Event()
        self._over = {(intent.sale, intent.tender): over}
        work = (intent, code, until, over, fresh)
        threading.Thread(
            target=self._show, args=work, name=f"port-{self.name}", daemon=True
        ).start()

    def _show(
        self, intent: Intent, code: str, until: datetime, over: threading.Event, fresh: bool
    ) -> None:
        memo = json.dumps({"code": code, "until": until.isoformat()}, ensure_ascii=False)
        if fresh and not self._may_send(intent.sale, intent.tender, memo):
            return
        left_s = (until - self._clock()).total_seconds()
        if left_s > 0:
            self._tell(PaymentShown(intent.sale, intent.tender, code, until, intent.id))
        if not over.wait(max(0.0, left_s)):
            self._end(intent, TenderOutcome.UNKNOWN, "nobody confirmed it in time")

    def _end(self, intent: Intent, outcome: TenderOutcome, detail: str) -> None:
        self._tell(PaymentAnswered(intent.sale, intent.tender, outcome, detail=detail))


def create(name: str, kind: TenderType, table: Mapping[str, object]) -> PaymentPort:
    """code: which kind; the rest are its options."""
    options = Options(name, table)
    scheme = SCHEMES[options.one_of("code", tuple(SCHEMES))](options)
    options.done()
    return QrPort(name, kind, scheme, timedelta(minutes=scheme.lifetime_minutes))
