"""Hands pending tenders of the state out to their ports, each question at most once.

What was pending when the process started may have left already, so it is only ever inquired about.
Used on the Till's thread alone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from appliance.core.facts import SaleId, TenderOutcome
from appliance.core.payment_answer import PaymentAnswered, TotalsTold
from appliance.core.state import Batch, Sale, State, Tender
from appliance.core.terminals import outstanding, unanswered
from appliance.payments.port import Intent, MaySend, PaymentPort, Tell, Told

if TYPE_CHECKING:
    from appliance.payments.terminal import TerminalPort

log = logging.getLogger(__name__)

Key = tuple[SaleId, int]
Asked = tuple[int, bool]


class CashDesk:
    """ports: by their names. id_of: names an intent for good, from sale and tender."""

    def __init__(
        self,
        ports: Sequence[PaymentPort] = (),
        *,
        id_of: Callable[[SaleId, int], str] = lambda sale, tender: f"{sale}-{tender}",
    ) -> None:
        self._ports = {port.name: port for port in ports}
        self._id_of = id_of
        self._tell: Tell = _nobody
        self._asked: dict[Key, Asked] = {}
        self._counted: dict[str, int] = {}

    @property
    def terminals(self) -> tuple[TerminalPort, ...]:
        """Those that can be asked whether they are there."""
        from appliance.payments.terminal import TerminalPort

        return tuple(it for it in self._ports.values() if isinstance(it, TerminalPort))

    def open(self, tell: Tell, may_send: MaySend, state: State) -> None:
        """Opens the ports, and asks them what became of what an earlier process asked for."""
        self._tell = tell
        for port in self._ports.values():
            port.open(self._signed(port.name, tell), may_send)
        for batch in state.batches:
            if batch.waiting:
                # Asked by an earlier process: whether its batch was closed only its slip can tell.
                self._counted[batch.port] = batch.asked
                tell(TotalsTold(batch.port, None, detail="restart"))
        for sale, tender in unanswered(state):
            self._asked[sale.sale, tender.tender] = (tender.inquired, tender.cancelling)
            self._inquire(sale, tender, state.currency)
            if tender.cancelling:
                self._cancel(sale, tender, state.currency)

    def close(self) -> None:
        for port in self._ports.values():
            try:
                port.close()
            except Exception:
                log.exception("%s did not close well", port.name)

    def hand_out(self, state: State) -> None:
        """What the journal holds durably and nobody was told yet."""
        pending: set[Key] = set()
        for sale, tender in outstanding(state):
            key = (sale.sale, tender.tender)
            pending.add(key)
            before, now = self._asked.get(key), (tender.inquired, tender.cancelling)
            self._asked[key] = now
            if before is None and not tender.inquired:
                self._ask(sale, tender, state.currency)
            elif before is None or tender.inquired > before[0]:
                self._inquire(sale, tender, state.currency)
            elif tender.cancelling and not before[1]:
                self._cancel(sale, tender, state.currency)
        for key in self._asked.keys() - pending:
            del self._asked[key]
        for batch in state.batches:
            if batch.waiting and self._counted.get(batch.port) != batch.asked:
                self._counted[batch.port] = batch.asked
                self._totals(batch)

    def _ask(self, sale: Sale, tender: Tender, currency: str) -> None:
        port = self._ports.get(tender.port)
        if port is None:
            self._failed(sale, tender, TenderOutcome.DECLINED, "no such port")
            return
        try:
            port.ask(self._intent(sale, tender, currency))
        except Exception as error:
            log.exception("%s", tender.port)
            self._failed(sale, tender, TenderOutcome.UNKNOWN, f"{type(error).__name__}: {error}")

    def _inquire(self, sale: Sale, tender: Tender, currency: str) -> None:
        port = self._ports.get(tender.port)
        if port is None:
            self._failed(sale, tender, TenderOutcome.UNKNOWN, "no such port")
            return
        try:
            port.inquire(self._intent(sale, tender, currency))
        except Exception as error:
            log.exception("%s", tender.port)
            self._failed(sale, tender, TenderOutcome.UNKNOWN, f"{type(error).__name__}: {error}")

    def _cancel(self, sale: Sale, tender: Tender, currency: str) -> None:
        """A cancel that cannot be sent changes nothing: the answer is still awaited."""
        port = self._ports.get(tender.port)
        if port is None:
            return
        try:
            port.cancel(self._intent(sale, tender, currency))
        except Exception:
            log.exception("%s", tender.port)

    def _totals(self, batch: Batch) -> None:
        port = self._ports.get(batch.port)
        if port is None:
            self._tell(TotalsTold(batch.port, None, detail="no such port"))
            return
        try:
            (port.settle if batch.closing else port.totals)()
        except Exception as error:
            log.exception("%s", batch.port)
            detail = f"{type(error).__name__}: {error}"[:200]
            self._tell(TotalsTold(batch.port, None, detail=detail))

    @staticmethod
    def _signed(name: str, tell: Tell) -> Tell:
        """Every answer says which port it is of."""

        def signed(told: Told) -> None:
            tell(replace(told, port=name) if isinstance(told, PaymentAnswered) else told)

        return signed

    def _failed(self, sale: Sale, tender: Tender, outcome: TenderOutcome, detail: str) -> None:
        self._tell(PaymentAnswered(sale.sale, tender.tender, outcome, detail=detail[:200]))

    def _intent(self, sale: Sale, tender: Tender, currency: str) -> Intent:
        return Intent(
            id=self._id_of(sale.sale, tender.tender),
            sale=sale.sale,
            tender=tender.tender,
            type=tender.type,
            amount_minor=tender.amount_minor,
            currency=currency,
            original=tender.original,
            sent=tender.sent,
            memo=tender.memo,
            account=tender.account,
            alone_minor=tender.alone_minor,
        )


def _nobody(_answer: Told) -> None:
    pass
