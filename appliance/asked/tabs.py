"""Requests about points and the tab of the basket's customer get what is on them now."""

from __future__ import annotations

from datetime import date

from appliance.core import commands as c
from appliance.core.accounts import (
    Stored,
    points_of,
    tab_of,
)
from appliance.core.decide.account_lines import in_hand
from appliance.core.facts import AccountKind
from appliance.core.money import from_minor
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.intake import Asked, Intake
from appliance.moment import Moment


def _customer(intake: Intake) -> str:
    sale = intake.journal.state.sale
    return sale.customer if sale is not None else ""


def points(
    intake: Intake, request: c.RedeemPoints, _now: Moment, _today: date
) -> c.Redeem | Refusal:
    customer = _customer(intake)
    if not customer:
        return refuse(Reason.NO_CUSTOMER)
    return c.Redeem(loyalty(intake, customer), request.points)


def loyalty(intake: Intake, customer: str) -> Stored:
    """A customer's points, whether any were earned yet or not."""
    account = points_of(customer)
    known = intake.journal.ledger.account(account)
    return known or Stored(account, AccountKind.LOYALTY, 0, customer=customer)


def tab(intake: Intake, customer: str) -> Stored:
    account = tab_of(customer)
    known = intake.journal.ledger.account(account)
    return known or Stored(account, AccountKind.CUSTOMER, 0, customer=customer)


def put_on_tab(
    intake: Intake, request: c.PutOnTab, _now: Moment, _today: date
) -> c.Redeem | Refusal:
    customer = _customer(intake)
    if not customer:
        return refuse(Reason.NO_CUSTOMER)
    return c.Redeem(tab(intake, customer), request.amount_minor)


def pay_tab(intake: Intake, request: c.PayTab, _now: Moment, _today: date) -> c.Charge | Refusal:
    customer = _customer(intake)
    if not customer:
        return refuse(Reason.NO_CUSTOMER)
    stored = tab(intake, customer)
    owed = max(0, -stored.balance - in_hand(intake.journal.state, stored.account))
    if not owed:
        return refuse(Reason.TAB_OWES_LESS, left=money(intake, 0))
    return c.Charge(stored, owed if request.amount_minor is None else request.amount_minor)


def money(intake: Intake, minor: int) -> str:
    currency = intake.policy.currency
    return f"{from_minor(minor, currency)} {currency}"


ASKED: dict[type, Asked] = {
    c.RedeemPoints: points,
    c.PutOnTab: put_on_tab,
    c.PayTab: pay_tab,
}
