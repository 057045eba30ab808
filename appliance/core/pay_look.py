"""What the payment screens see: ways to pay, what is on its way, and what nobody knows yet."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from appliance.core.facts import LineKind, SaleId, TenderType
from appliance.core.policy import Policy
from appliance.core.state import Sale, State, Tender, TenderStatus


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
    """A payment that a person must see to: unknown of a basket set aside, or astray."""

    sale: SaleId
    tender: int
    type: str
    amount_minor: int
    name: str = ""
    reference: str = ""
    detail: str = ""
    stray: bool = False


@dataclass(frozen=True, slots=True)
class AskedLook:
    """The open basket's payment that has no answer. unsure: it will hardly get one by itself."""

    tender: int
    type: str
    amount_minor: int
    port: str
    by_hand: bool
    unsure: bool
    cancelling: bool
    detail: str = ""
    reverses: bool = False


@dataclass(frozen=True, slots=True)
class PayLook:
    """taken: the kinds of money that the shop takes. tip_minor, service_percent: in the basket now;
    charge_percent: what the shop's service charge is, None for none."""

    taken: tuple[str, ...] = ()
    ports: tuple[PortLook, ...] = ()
    foreign: tuple[ForeignLook, ...] = ()
    tip_percents: tuple[Decimal, ...] = ()
    tip_minor: int = 0
    charge_percent: Decimal | None = None
    service_percent: Decimal | None = None
    asked: AskedLook | None = None
    open: tuple[OpenPaymentLook, ...] = ()


def pay_look(state: State, policy: Policy) -> PayLook:
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
        open=open_payments(state),
    )


def _foreign(policy: Policy) -> tuple[ForeignLook, ...]:
    if TenderType.FOREIGN_CASH not in policy.tenders:
        return ()
    return tuple(ForeignLook(it.currency, it.rate, it.day, it.quick) for it in policy.foreign)


def by_hand(tender: Tender, policy: Policy) -> bool:
    """Whether a person tells what the terminal showed; so it is with one that is set up no more."""
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


def open_payments(state: State) -> tuple[OpenPaymentLook, ...]:
    """What is left open when the day ends: nobody knows whether the money moved, or it did and
    should not have."""
    unknown = tuple(
        OpenPaymentLook(
            sale.sale,
            it.tender,
            it.type.value,
            it.amount_minor,
            sale.name,
            it.reference,
            it.detail,
        )
        for sale in state.suspended
        for it in sale.tenders
        if not it.voided and it.status in (TenderStatus.PENDING, TenderStatus.UNKNOWN)
    )
    strays = tuple(
        OpenPaymentLook(
            it.sale,
            it.tender,
            "",
            it.amount_minor,
            reference=it.reference,
            detail=it.detail,
            stray=True,
        )
        for it in state.strays
    )
    return unknown + strays
