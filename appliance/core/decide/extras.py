"""Decisions about what is put on top of the goods: a tip, a service charge."""

from __future__ import annotations

from decimal import Decimal

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.decide.verdict import Decision, Facts
from appliance.core.item import ItemId, Unit
from appliance.core.policy import Policy
from appliance.core.refusal import Reason, refuse
from appliance.core.state import Sale

TIP = ItemId(":tip")
SERVICE_CHARGE = ItemId(":service_charge")


def decide(sale: Sale, command: c.AddTip | c.AddServiceCharge, policy: Policy) -> Decision:
    match command:
        case c.AddTip(amount_minor=amount):
            if not policy.tip_percents:
                return refuse(Reason.TIPS_OFF)
            if amount < 0:
                return refuse(Reason.AMOUNT_NOT_POSITIVE)
            if amount > policy.total_minor_max:
                return refuse(Reason.TOTAL_TOO_LARGE)
            return with_tip(sale, amount, policy)
        case c.AddServiceCharge(percent=percent):
            return _service_charge(sale, percent, policy)


def tip_minor(sale: Sale) -> int:
    return sum(it.amount_minor or 0 for it in sale.live_lines if it.kind is f.LineKind.TIP)


def with_tip(sale: Sale, amount_minor: int, policy: Policy) -> Facts:
    """The tip is so much now, whatever it was. No tax, no discount: it is the staff's."""
    facts = _without(sale, f.LineKind.TIP)
    if not amount_minor:
        return facts
    return (*facts, _line(sale, TIP, policy.tip_name, f.LineKind.TIP, amount_minor))


def _service_charge(sale: Sale, percent: Decimal | None, policy: Policy) -> Decision:
    charge = policy.service_charge
    if charge is None:
        return refuse(Reason.SERVICE_CHARGE_OFF)
    percent = charge.percent if percent is None else percent
    if not 0 <= percent <= 100:
        return refuse(Reason.DISCOUNT_WRONG)
    facts = _without(sale, f.LineKind.SERVICE_CHARGE)
    if not percent:
        return facts
    kind = f.LineKind.SERVICE_CHARGE
    return (
        *facts,
        _line(sale, SERVICE_CHARGE, charge.name, kind, 0, charge.taxes, percent),
    )


def _without(sale: Sale, kind: f.LineKind) -> Facts:
    return tuple(f.LineVoided(sale.sale, it.line) for it in sale.live_lines if it.kind is kind)


def _line(
    sale: Sale,
    item: ItemId,
    name: str,
    kind: f.LineKind,
    amount_minor: int,
    taxes: tuple[str, ...] = (),
    percent: Decimal | None = None,
) -> f.LineAdded:
    return f.LineAdded(
        sale=sale.sale,
        line=f.LineId(len(sale.lines) + 1),
        item=item,
        name=name,
        unit=Unit.PIECE,
        quantity=Decimal(1),
        unit_price_minor=amount_minor,
        taxes=taxes,
        source=f.LineSource.KEY,
        amount_minor=amount_minor,
        discountable=False,
        kind=kind,
        percent=percent,
    )
