"""What terminals are asked and owe: every basket that may hold a payment, money to be given back."""

from __future__ import annotations

from collections.abc import Iterator

from appliance.core.facts import SaleId, TenderType
from appliance.core.policy import Policy, PortRule
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.core.state import Batch, Sale, State, Tender, TenderStatus, TerminalSums

REVERSALS_FROM = 1000
"""What gives money back after its basket is numbered from here on: no basket has so many tenders, so
a number is never used twice."""

BY_TERMINAL = (TenderType.CARD, TenderType.QR)


def held_sales(state: State) -> Iterator[Sale]:
    """The open basket, those set aside, and what is left of those whose money is to go back."""
    if state.sale is not None:
        yield state.sale
    yield from state.suspended
    yield from state.reversals


def held(state: State, of: SaleId | None, number: int) -> tuple[Sale | None, Tender | None]:
    """A tender with its sale; of None: of the open basket."""
    named = of if of is not None or state.sale is None else state.sale.sale
    found: Sale | None = None
    for sale in held_sales(state):
        if sale.sale != named:
            continue
        found = found or sale
        for tender in sale.tenders:
            if tender.tender == number:
                return sale, tender
    return found, None


def outstanding(state: State) -> Iterator[tuple[Sale, Tender]]:
    """Tenders that a port was asked about and has not answered."""
    return ((sale, it) for sale, it in unanswered(state) if it.status is TenderStatus.PENDING)


def unanswered(state: State) -> Iterator[tuple[Sale, Tender]]:
    """Those, and the ones of which nobody knows what became."""
    for sale in held_sales(state):
        for tender in sale.tenders:
            if tender.status in (TenderStatus.PENDING, TenderStatus.UNKNOWN) and not tender.voided:
                yield sale, tender


def busy(state: State, port: str) -> bool:
    """One outstanding question per terminal, whatever basket it is for."""
    return any(it.port == port for _, it in outstanding(state))


def refused_port(state: State, port: PortRule) -> Refusal | None:
    """Why this terminal cannot be asked for money now. One that remembers its last payment only could
    never tell of an earlier one again."""
    if busy(state, port.name):
        return refuse(Reason.PAYMENT_PORT_BUSY)
    if port.type is not TenderType.CARD or port.by_hand:
        return None
    unsure = any(it.port == port.name for _, it in unanswered(state))
    return refuse(Reason.PAYMENT_PORT_UNSURE) if unsure else None


def port_of(policy: Policy, kind: TenderType, name: str) -> PortRule | None:
    return next(
        (it for it in policy.ports if it.type is kind and (not name or it.name == name)), None
    )


def asks_itself(policy: Policy, name: str) -> bool:
    """Whether a port with a wire has this name now."""
    return any(it.name == name and not it.by_hand for it in policy.ports)


def to_give_back(sale: Sale, tender: Tender) -> int:
    """What of a payment is still the customer's, were the basket given up."""
    if tender.voided or tender.amount_minor <= 0 or tender.status is not TenderStatus.TAKEN:
        return 0
    gone = (it.amount_minor for it in sale.taken_tenders if it.reverses == tender.tender)
    return max(0, tender.amount_minor + sum(gone))


def jobs(state: State) -> Iterator[tuple[Sale, Tender]]:
    """Payments that are to go back though their basket is gone, oldest first."""
    for sale in state.reversals:
        for tender in sale.tenders:
            if to_give_back(sale, tender):
                yield sale, tender


def last_try(sale: Sale, tender: Tender) -> Tender | None:
    """How the terminal took it the last time it was asked to give this payment back."""
    tries = [it for it in sale.tenders if it.reverses == tender.tender and not it.voided]
    return tries[-1] if tries else None


def batch_of(state: State, port: str) -> Batch:
    return next((it for it in state.batches if it.port == port), Batch(port))


def net(sums: TerminalSums) -> int:
    """What a bank pays out: a payment that was reversed counts or not, as the terminal likes it."""
    return sums.amount_minor - sums.refunds_minor


def difference(batch: Batch) -> int:
    """By how much a terminal has more than the journal; 0 while it has not said."""
    return 0 if batch.said is None else net(batch.said) - net(batch.ours)
