"""Hands pending tenders of the state out to their ports, each question at most once.

What was pending when the process started may have left already, so it is only ever inquired about.
Used on the Till's thread alone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence

from appliance.core.facts import SaleId, TenderOutcome
from appliance.core.payment_answer import PaymentAnswered
from appliance.core.state import Sale, State, Tender, TenderStatus
from appliance.payments.port import Intent, MaySend, PaymentPort, Tell

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

    def open(self, tell: Tell, may_send: MaySend, state: State) -> None:
        """Opens the ports, and asks them what became of what an earlier process asked for."""
        self._tell = tell
        for port in self._ports.values():
            port.open(tell, may_send)
        for sale, tender in _pending(state):
            self._asked[sale.sale, tender.tender] = (tender.inquired, tender.cancelling)
            self._inquire(sale, tender, state.currency)

    def close(self) -> None:
        for port in self._ports.values():
            try:
                port.close()
            except Exception:
                log.exception("%s did not close well", port.name)

    def hand_out(self, state: State) -> None:
        """What the journal holds durably and nobody was told yet."""
        pending: set[Key] = set()
        for sale, tender in _pending(state):
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
            original=tender.reference if tender.amount_minor < 0 else "",
            sent=tender.sent,
            memo=tender.memo,
        )


def _pending(state: State) -> Iterator[tuple[Sale, Tender]]:
    open_sale = () if state.sale is None else (state.sale,)
    for sale in (*open_sale, *state.suspended):
        for tender in sale.tenders:
            if tender.status is TenderStatus.PENDING and not tender.voided:
                yield sale, tender


def _nobody(_answer: object) -> None:
    pass
