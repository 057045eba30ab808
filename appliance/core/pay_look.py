"""What the payment screens see: ways to pay, what is on its way, and what nobody knows yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from appliance.core.accounts import LEDGER_PORT
from appliance.core.facts import CardNumberLogged, LineKind, SaleId, TenderType
from appliance.core.open_matters import OpenMatter, to_look_at
from appliance.core.policy import Policy, PortRule
from appliance.core.state import (
    Doubt,
    DoubtKind,
    ListedTerminal,
    Sale,
    State,
    Tender,
    TenderStatus,
    TerminalSums,
)
from appliance.core.terminals import (
    asks_itself,
    batch_of,
    difference,
    held_sales,
    jobs,
    last_try,
    to_give_back,
)

LEAK_DAYS = 30
"""A log that has been clean for so long is mended."""


@dataclass(frozen=True, slots=True)
class PortLook:
    name: str
    type: str
    by_hand: bool


@dataclass(frozen=True, slots=True)
class ForeignLook:
    """rate None: nobody has set one. day: the one day on which it holds, "" for any."""

    currency: str
    rate: Decimal | None
    day: str = ""
    quick: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenPaymentLook:
    """A payment that a person must see to: unknown of a basket set aside, astray, or to be given back
    after its basket. waits: its terminal was asked and has not answered; asked: the tender that it
    was asked by, 0 for none. by_hand: no wire leads to it. name: of the basket."""

    sale: SaleId
    tender: int
    type: str
    amount_minor: int
    name: str = ""
    reference: str = ""
    detail: str = ""
    stray: bool = False
    reversal: bool = False
    waits: bool = False
    unsure: bool = False
    asked: int = 0
    port: str = ""
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class DoubtLook:
    """A payment to look at when sums differ. kind: unknown, by_hand or astray. explains: the
    difference is just this payment."""

    sale: SaleId
    tender: int
    kind: str
    asked_minor: int
    amount_minor: int
    reference: str = ""
    explains: bool = False


@dataclass(frozen=True, slots=True)
class TerminalLook:
    """A terminal's day. said: None while it has not been asked since its last payment; told False: it
    cannot say. open: there is something to compare."""

    name: str
    type: str
    by_hand: bool
    ours: TerminalSums = field(default_factory=TerminalSums)
    said: TerminalSums | None = None
    told: bool = True
    waiting: bool = False
    closed: bool = False
    open: bool = False
    difference_minor: int = 0
    doubts: tuple[DoubtLook, ...] = ()


@dataclass(frozen=True, slots=True)
class AskedLook:
    """The open basket's payment that has no answer. unsure: nobody knows whether money moved. says:
    what the terminal shows now. again_ns: when it is asked again by itself, on the monotonic clock;
    0: nobody said."""

    tender: int
    type: str
    amount_minor: int
    port: str
    by_hand: bool
    unsure: bool
    cancelling: bool
    detail: str = ""
    reverses: bool = False
    says: str = ""
    again_ns: int = 0


@dataclass(frozen=True, slots=True)
class CodeLook:
    """The code of a payment that is asked for, to be scanned by the customer. until: by the shop's
    clock, as "14:05"."""

    sale: SaleId
    tender: int
    code: str
    until: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class PayLook:
    """code: what is shown to the customer now. taken: the kinds of money that the shop takes. tip_minor, service_percent: in the basket now;
    charge_percent: what the shop's service charge is, None for none. listed: the terminals that stand in the shop; to_look_at: what is open of them, also while locked. leaks: card numbers in logs within LEAK_DAYS."""

    taken: tuple[str, ...] = ()
    ports: tuple[PortLook, ...] = ()
    foreign: tuple[ForeignLook, ...] = ()
    tip_percents: tuple[Decimal, ...] = ()
    tip_minor: int = 0
    charge_percent: Decimal | None = None
    service_percent: Decimal | None = None
    asked: AskedLook | None = None
    code: CodeLook | None = None
    open: tuple[OpenPaymentLook, ...] = ()
    terminals: tuple[TerminalLook, ...] = ()
    listed: tuple[ListedTerminal, ...] = ()
    to_look_at: tuple[OpenMatter, ...] = ()
    leaks: tuple[CardNumberLogged, ...] = ()


def pay_look(state: State, policy: Policy, today: date | None = None) -> PayLook:
    """The same object's parts for every basket, as long as nobody pays."""
    sale = state.sale
    charge = policy.service_charge
    lines = sale.live_lines if sale is not None and (policy.tip_percents or charge) else ()
    return PayLook(
        taken=tuple(sorted(kind.value for kind in policy.tenders)),
        ports=tuple(PortLook(it.name, it.type.value, it.by_hand) for it in policy.ports),
        foreign=_foreign(policy),
        tip_percents=policy.tip_percents,
        tip_minor=sum(it.amount_minor or 0 for it in lines if it.kind is LineKind.TIP),
        charge_percent=charge.percent if charge else None,
        service_percent=next(
            (it.percent for it in lines if it.kind is LineKind.SERVICE_CHARGE), None
        ),
        asked=None if sale is None else _asked(sale, policy),
        open=open_payments(state, policy),
        terminals=tuple(_terminal(it, state) for it in policy.ports),
        listed=state.terminals,
        to_look_at=tuple(to_look_at(state, today)),
        leaks=_fresh(state, today),
    )


def _fresh(state: State, today: date | None) -> tuple[CardNumberLogged, ...]:
    since = "" if today is None else (today - timedelta(days=LEAK_DAYS)).isoformat()
    return tuple(it for it in state.leaks if it.on >= since)


def _foreign(policy: Policy) -> tuple[ForeignLook, ...]:
    if TenderType.FOREIGN_CASH not in policy.tenders:
        return ()
    return tuple(ForeignLook(it.currency, it.rate, it.day, it.quick) for it in policy.foreign)


def by_hand(tender: Tender, policy: Policy) -> bool:
    """Whether a person tells what the terminal showed; so it is with one that is set up no more."""
    if tender.port == LEDGER_PORT:
        return False
    return all(port.by_hand for port in policy.ports if port.name == tender.port)


def _asked(sale: Sale, policy: Policy) -> AskedLook | None:
    for it in sale.tenders:
        if not it.voided and it.status in (TenderStatus.PENDING, TenderStatus.UNKNOWN):
            return AskedLook(
                it.tender,
                it.type.value,
                it.amount_minor,
                it.port,
                by_hand(it, policy),
                it.status is TenderStatus.UNKNOWN,
                it.cancelling,
                it.detail,
                bool(it.reverses),
            )
    return None


def open_payments(state: State, policy: Policy) -> tuple[OpenPaymentLook, ...]:
    """What is left open when the day ends: nobody knows whether the money moved, it did and should
    not have, or it is to go back."""
    unknown = tuple(
        OpenPaymentLook(
            *(sale.sale, it.tender, it.type.value, it.amount_minor, sale.name),
            *(it.reference, it.detail),
            waits=it.status is TenderStatus.PENDING,
            unsure=it.status is TenderStatus.UNKNOWN,
            asked=it.tender,
            port=it.port,
            by_hand=by_hand(it, policy),
        )
        for sale in state.suspended
        for it in sale.tenders
        if not it.voided and it.status in (TenderStatus.PENDING, TenderStatus.UNKNOWN)
    )
    strays = tuple(
        OpenPaymentLook(
            *(it.sale, it.tender, it.type.value, it.amount_minor),
            reference=it.reference,
            detail=it.detail,
            stray=True,
            port=it.port,
            by_hand=not asks_itself(policy, it.port),
        )
        for it in state.strays
    )
    return unknown + strays + tuple(_job(sale, it, policy) for sale, it in jobs(state))


def _job(sale: Sale, tender: Tender, policy: Policy) -> OpenPaymentLook:
    attempt = last_try(sale, tender)
    status = None if attempt is None else attempt.status
    return OpenPaymentLook(
        *(sale.sale, tender.tender, tender.type.value, to_give_back(sale, tender)),
        reference=tender.reference,
        detail="" if attempt is None else attempt.detail,
        reversal=True,
        waits=status is TenderStatus.PENDING,
        unsure=status is TenderStatus.UNKNOWN,
        asked=0 if attempt is None else attempt.tender,
        port=tender.port,
        by_hand=by_hand(tender, policy),
    )


def _terminal(port: PortRule, state: State) -> TerminalLook:
    batch, off = batch_of(state, port.name), difference(batch_of(state, port.name))
    unknown = [
        Doubt(*(sale.sale, it.tender, it.amount_minor, 0), DoubtKind.UNKNOWN, it.reference)
        for sale in held_sales(state)
        for it in sale.tenders
        if it.port == port.name and it.status is TenderStatus.UNKNOWN and not it.voided
    ]
    return TerminalLook(
        *(port.name, port.type.value, port.by_hand, batch.ours, batch.said),
        told=batch.told,
        waiting=batch.waiting,
        closed=batch.closed,
        open=batch in state.batches and not batch.settled,
        difference_minor=0 if batch.settled else off,
        doubts=tuple(
            DoubtLook(
                *(it.sale, it.tender, it.kind.value, it.asked_minor, it.amount_minor),
                *(it.reference, bool(off) and off in (it.asked_minor, -it.amount_minor)),
            )
            for it in (*unknown, *batch.doubts)
        ),
    )
