"""Decisions about value that a line of the basket puts on an account, or takes off it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.accounts import (
    Stored,
    expired,
    months_later,
)
from appliance.core.decide.basket import NAME_LENGTH_MAX, leave_empty
from appliance.core.decide.verdict import Decision, Facts
from appliance.core.facts import AccountKind, LineKind
from appliance.core.item import ItemId, Unit
from appliance.core.money import Money
from appliance.core.occasion import ANY, Occasion
from appliance.core.policy import Policy
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.core.state import Sale, State

LINE_OF = {
    AccountKind.GIFT_CARD: LineKind.GIFT_CARD,
    AccountKind.ADVANCE: LineKind.ADVANCE,
    AccountKind.CUSTOMER: LineKind.TAB_PAYMENT,
}


def charge(state: State, command: c.Charge, policy: Policy, occasion: Occasion) -> Decision:
    stored, amount, rules = command.stored, command.amount_minor, policy.accounts
    wrong = not_usable(stored, occasion)
    if wrong is not None:
        return wrong
    if amount <= 0:
        return refuse(Reason.AMOUNT_NOT_POSITIVE)
    after = stored.balance + in_hand(state, stored.account) + amount
    if stored.kind is AccountKind.CUSTOMER and after > 0:
        return refuse(Reason.TAB_OWES_LESS, left=Money(max(0, amount - after), policy.currency))
    if stored.kind is AccountKind.GIFT_CARD:
        if not rules.card_least_minor <= after <= rules.card_most_minor:
            least, most = (
                Money(it, policy.currency) for it in (rules.card_least_minor, rules.card_most_minor)
            )
            return refuse(Reason.CARD_AMOUNT_WRONG, least=least, most=most)
        if command.opens and _in_a_basket(state, stored.account):
            return refuse(Reason.CARD_IN_BASKET)
    expires = stored.expires
    if command.opens:
        expires = months_later(occasion.at.date(), rules.card_months)
    return _with_line(
        state, stored, amount, policy, occasion, opens=command.opens, seed=command.seed, day=expires
    )


def _with_line(  # noqa: PLR0913 - what a line of an account is made of
    state: State,
    stored: Stored,
    amount: int,
    policy: Policy,
    occasion: Occasion,
    *,
    opens: bool = False,
    seed: str = "",
    day: str = "",
) -> Decision:
    """The account's line in the open basket, or in a new one."""
    assert state.shift is not None
    started: Facts = ()
    if state.sale is None:
        first = start_sale(state, occasion)
        started, number, lines = (first,), first.sale, 0
    else:
        number, lines = state.sale.sale, len(state.sale.lines)
    if lines >= policy.lines_max:
        return refuse(Reason.BASKET_FULL, most=policy.lines_max)
    if amount > policy.total_minor_max:
        return refuse(Reason.TOTAL_TOO_LARGE)
    kind, line = LINE_OF[stored.kind], f.LineId(lines + 1)
    name = policy.accounts.names.get(kind.value, kind.value)
    back = amount < 0
    added = f.LineAdded(
        sale=number,
        line=line,
        item=ItemId(f":{kind.value}"),
        name=f"{name} {stored.hint}".strip(),
        unit=Unit.PIECE,
        quantity=Decimal(-1 if back else 1),
        unit_price_minor=abs(amount),
        taxes=(),
        source=f.LineSource.COMMAND,
        amount_minor=amount,
        discountable=False,
        code=stored.hint,
        kind=kind,
        serial=seed,
        expiry=day,
        sold=f.LineSold(line, amount, 0, amount, 0) if back else None,
        account=stored.account,
        opens=opens,
    )
    return (*started, added)


def start_sale(state: State, occasion: Occasion) -> f.SaleStarted:
    assert state.shift is not None
    at = "" if occasion is ANY else occasion.at.isoformat(timespec="seconds")
    return f.SaleStarted(f.SaleId(state.last_sale + 1), state.shift.shift, at)


def _in_a_basket(state: State, account: str) -> bool:
    return any(line.account == account for sale in _baskets(state) for line in sale.live_lines)


def _baskets(state: State) -> tuple[Sale, ...]:
    return state.suspended if state.sale is None else (state.sale, *state.suspended)


def promised(state: State, account: str) -> int:
    """What refunds in baskets that are not paid out yet will take from an account."""
    return -sum(min(0, amount) for amount in _on_its_way(state, account))


def in_hand(state: State, account: str) -> int:
    """What baskets that are not paid yet will put on an account."""
    return sum(max(0, amount) for amount in _on_its_way(state, account))


def _on_its_way(state: State, account: str) -> Iterator[int]:
    for sale in _baskets(state):
        for line in sale.live_lines:
            if line.account == account:
                yield line.amount_minor or 0


def not_usable(stored: Stored, occasion: Occasion) -> Refusal | None:
    if stored.blocked:
        return refuse(Reason.CARD_BLOCKED, hint=stored.hint)
    if expired(stored, occasion.at.date()):
        return refuse(Reason.CARD_EXPIRED, hint=stored.hint, date=stored.expires)
    return None


def advance(state: State, command: c.Advance, policy: Policy, occasion: Occasion) -> Decision:
    if command.amount_minor <= 0:
        return refuse(Reason.AMOUNT_NOT_POSITIVE)
    due = (
        command.due
        or (occasion.at.date() + timedelta(days=policy.accounts.advance_days)).isoformat()
    )
    if _no_day(due):
        return refuse(Reason.DUE_WRONG)
    aside: Facts = leave_empty(state)
    customer: Facts = ()
    sale = state.sale
    if sale is not None and sale.live_lines:
        name = command.name.strip()[:NAME_LENGTH_MAX]
        if not name:
            return refuse(Reason.NAME_NEEDED)
        if len(state.suspended) >= policy.suspended_max:
            return refuse(Reason.TOO_MANY_SUSPENDED, most=policy.suspended_max)
        aside = (f.SaleSuspended(sale.sale, name),)
    started = start_sale(state, occasion)
    if sale is not None and sale.customer:
        customer = (
            f.CustomerAttached(
                started.sale, sale.customer, sale.groups, sale.tax_exempt, sale.limit_minor
            ),
        )
    hint = command.name.strip()[:NAME_LENGTH_MAX] or command.stored.hint
    stored = replace(command.stored, hint=hint)
    fresh = replace(state, sale=Sale(started.sale, started.shift))
    line = _with_line(
        fresh, stored, command.amount_minor, policy, occasion, opens=command.opens, day=due
    )
    return line if isinstance(line, Refusal) else (*aside, started, *customer, *line)


def _no_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() != text
    except ValueError:
        return True


def pay_back(state: State, stored: Stored, policy: Policy, occasion: Occasion) -> Decision:
    if stored.blocked:
        return refuse(Reason.CARD_BLOCKED, hint=stored.hint)
    left = stored.balance - promised(state, stored.account)
    if left <= 0:
        gift = stored.kind is AccountKind.GIFT_CARD
        return refuse(Reason.CARD_IN_BASKET if gift else Reason.NO_ADVANCE)
    left_empty = leave_empty(state)
    state = replace(state, sale=None) if left_empty else state
    line = _with_line(state, stored, -left, policy, occasion)
    return line if isinstance(line, Refusal) else (*left_empty, *line)
