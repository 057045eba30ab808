"""Decisions about customers: who a basket belongs to, who is new, who is forgotten."""

from __future__ import annotations

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.decide.account_lines import start_sale
from appliance.core.decide.basket import leave_empty
from appliance.core.decide.verdict import Decision, Facts, in_short
from appliance.core.occasion import Occasion
from appliance.core.policy import Policy
from appliance.core.refusal import Reason, refuse
from appliance.core.state import State

CustomerCommand = c.SetCustomer | c.ForgetCustomer | c.RecordConsent


def decide(state: State, command: CustomerCommand, _policy: Policy, occasion: Occasion) -> Decision:
    match command:
        case c.SetCustomer():
            return _set(state, command, occasion)
        case c.RecordConsent():
            purpose, given = command.purpose.strip(), command.given
            if not purpose:
                return refuse(Reason.REASON_NEEDED)
            return (f.ConsentRecorded(command.customer, purpose, given, command.text_version),)
        case c.ForgetCustomer(customer=customer, reason=reason):
            return _forget(state, customer, reason)


def _forget(state: State, customer: str, reason: str) -> Decision:
    """Whoever looked the person up to forget them has put them into a basket that is still empty:
    it ends first."""
    theirs = [it for it in (state.sale, *state.suspended) if it and it.customer == customer]
    if any(it is not state.sale or it.live_lines for it in theirs):
        return refuse(Reason.CUSTOMER_IN_BASKET)
    if not reason.strip():
        return refuse(Reason.REASON_NEEDED)
    left_empty = leave_empty(state) if theirs else ()
    return (*left_empty, f.CustomerErased(customer, in_short(reason)))


def _set(state: State, command: c.SetCustomer, occasion: Occasion) -> Decision:
    facts: Facts = ()
    if command.new:
        facts = (f.CustomerRegistered(command.customer),)
        facts += tuple(
            f.ConsentRecorded(command.customer, purpose, True, command.text_version)  # noqa: FBT003
            for purpose in command.purposes
        )
    if not command.attach:
        return facts
    if state.shift is None:
        return facts or refuse(Reason.NO_SHIFT)
    sale = state.sale
    if sale is not None and sale.live_tenders:
        return facts or refuse(Reason.SALE_HAS_TENDERS)
    if sale is None:
        if not command.customer:
            return facts
        started = start_sale(state, occasion)
        facts, number = (*facts, started), started.sale
    else:
        number = sale.sale
        if sale.customer == command.customer and not command.customer:
            return facts
    return (
        *facts,
        f.CustomerAttached(
            *(number, command.customer, command.groups, command.tax_exempt),
            *(command.limit_minor, command.spent_offers),
        ),
    )
