"""Decisions about money for the open basket: taken, given back, enough of it completes the sale.

`take` is the one gate that every kind of money passes, whoever brings it: cash here, cards and QR
through `payment.py`, gift cards and tabs from their own subjects.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.accounts import moved_by
from appliance.core.decide import extras
from appliance.core.decide.completion import CASH, complete
from appliance.core.decide.restrictions import not_payable
from appliance.core.decide.verdict import Decision, Facts
from appliance.core.foreign import converted, rate_on
from appliance.core.money import from_minor
from appliance.core.occasion import Occasion
from appliance.core.open_matters import held_foreign
from appliance.core.policy import Policy
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.core.returns import goes_another_way
from appliance.core.settlement import Balance, balance
from appliance.core.state import Sale, State, Tender, TenderStatus
from appliance.core.totals import price_sale

TENDERS_MAX = 99
"""Ways to pay one sale; more is a stuck key."""

GiveBack = Callable[[State, Sale, Tender, Policy, Occasion], Decision]
GIVE_BACK: dict[f.TenderType, GiveBack] = {}
"""How a taken tender of a type is handed back before the sale is complete, where it takes more than
the note back out of the drawer: the facts instead of the plain TenderVoided, or why not."""

TenderCommand = (
    c.TenderCash
    | c.TenderForeignCash
    | c.VoidTender
    | c.Settle
    | c.AddTip
    | c.AddServiceCharge
    | c.CountForeign
)


def decide(state: State, command: TenderCommand, policy: Policy, occasion: Occasion) -> Decision:
    if isinstance(command, c.CountForeign):
        return _count_foreign(state, command, policy)
    sale = state.sale
    assert sale is not None
    match command:
        case c.AddTip() | c.AddServiceCharge():
            return extras.decide(sale, command, policy)
        case c.TenderForeignCash():
            return _foreign_cash(state, sale, command, policy, occasion)
        case c.TenderCash(amount_minor=amount):
            return _cash(state, sale, amount, policy, occasion)
        case c.VoidTender(tender=number):
            held = next((it for it in sale.live_tenders if it.tender == number), None)
            if held is None:
                return refuse(Reason.NO_SUCH_TENDER)
            give_back = GIVE_BACK.get(held.type)
            if give_back is not None:
                return give_back(state, sale, held, policy, occasion)
            return (f.TenderVoided(sale.sale, number),)
        case c.Settle():
            return settle(state, sale, policy, occasion)


def left_to_pay(sale: Sale, policy: Policy) -> Balance:
    """What the open basket still lacks; below zero: what is to be given back."""
    return balance(sale, price_sale(sale, policy).total_minor, policy)


def new_tender(sale: Sale, kind: f.TenderType, amount_minor: int) -> Tender:
    """The sale's next tender; take it with `take`."""
    return Tender(len(sale.tenders) + 1, kind, amount_minor)


def take(
    state: State,
    sale: Sale,
    tender: Tender,
    policy: Policy,
    occasion: Occasion,
    *,
    along: Facts = (),
) -> Decision:
    """The tender's fact, `along` behind it, and the completion once nothing is left; or why not.

    tender: from `new_tender`; below zero it pays a refund out. What it moves on its account (a gift
    card's balance goes down) is journalled with it. along: what its own subject adds to that.
    """
    wrong = not_payable(sale, occasion) or refused_amount(
        state, sale, tender.type, tender.amount_minor, policy
    )
    if wrong is not None:
        return wrong
    taken = f.Tendered(
        sale=sale.sale,
        tender=tender.tender,
        type=tender.type,
        amount_minor=tender.amount_minor,
        currency=tender.currency,
        foreign_minor=tender.foreign_minor,
        rate=tender.rate,
        account=tender.account,
        reference=tender.reference,
        points=tender.points,
    )
    sale = replace(sale, tenders=(*sale.tenders, tender))
    facts: Facts = (taken, *moved_by(sale.sale, tender), *along)
    return facts + completed_if_paid(state, sale, policy, occasion, facts)


def refused_amount(
    state: State, sale: Sale, kind: f.TenderType, amount_minor: int, policy: Policy
) -> Refusal | None:
    """Why so much cannot be taken (or given back) in this way now, or None.

    Money goes the way the basket needs it; only cash may be more than what is left; a refund is
    never paid out beyond what is due, nor in cash that the drawer does not hold."""
    left = left_to_pay(sale, policy)
    if kind not in policy.tenders:
        return refuse(Reason.TENDER_NOT_TAKEN)
    if len(sale.tenders) >= TENDERS_MAX:
        return refuse(Reason.TOO_MANY_TENDERS)
    open_minor = left.settled.outstanding_minor
    if open_minor == 0:
        return refuse(Reason.NOTHING_LEFT_TO_PAY)
    if open_minor < 0:
        total = price_sale(sale, policy).total_minor
        if sale.voids and goes_another_way(sale, total, kind, amount_minor, policy):
            return refuse(Reason.VOID_AS_PAID)
        return _refused_refund(state, kind, amount_minor, left)
    if amount_minor <= 0:
        return refuse(Reason.AMOUNT_NOT_POSITIVE)
    if kind in CASH:
        too_much = amount_minor - left.cash_due_minor > policy.change_minor_max
        return refuse(Reason.TENDER_TOO_LARGE) if too_much else None
    if amount_minor > left.left_minor:
        return refuse(Reason.TENDER_BEYOND_TOTAL)
    return None


def _refused_refund(
    state: State, kind: f.TenderType, amount_minor: int, left: Balance
) -> Refusal | None:
    assert state.shift is not None
    if amount_minor >= 0:
        return refuse(Reason.MONEY_GOES_BACK)
    if kind is f.TenderType.FOREIGN_CASH:
        return refuse(Reason.REFUND_IN_OWN_CURRENCY)
    most = left.cash_due_minor if kind in CASH else left.left_minor
    if amount_minor < most:
        return refuse(Reason.REFUND_TOO_LARGE)
    if kind in CASH and -amount_minor > state.shift.cash_minor:
        return refuse(Reason.NOT_ENOUGH_CASH)
    return None


def completed_if_paid(
    state: State, sale: Sale, policy: Policy, occasion: Occasion, before: Facts = ()
) -> Facts:
    """The completion when all money is there and none is still on its way, else nothing."""
    if any(it.status is not TenderStatus.TAKEN for it in sale.live_tenders):
        return ()
    if left_to_pay(sale, policy).settled.outstanding_minor != 0:
        return ()
    return complete(state, sale, policy, occasion, before)


def settle(state: State, sale: Sale, policy: Policy, occasion: Occasion) -> Decision:
    """Ends a basket that needs no more money: it came to nothing, or was paid while it was set
    aside."""
    wrong = not_payable(sale, occasion)
    if wrong is not None:
        return wrong
    done = completed_if_paid(state, sale, policy, occasion)
    return done or refuse(Reason.STILL_TO_PAY)


def _cash(
    state: State, sale: Sale, amount: int | None, policy: Policy, occasion: Occasion
) -> Decision:
    left = left_to_pay(sale, policy)
    due = left.cash_due_minor
    amount = due if amount is None else amount
    if amount == 0 and left.settled.outstanding_minor == 0:
        return settle(state, sale, policy, occasion)
    if amount == 0 and due == 0:
        return _nothing_in_coins(state, sale, policy, occasion)
    return take(state, sale, new_tender(sale, f.TenderType.CASH, amount), policy, occasion)


def _nothing_in_coins(state: State, sale: Sale, policy: Policy, occasion: Occasion) -> Decision:
    """What is left is less than the smallest coin: a cash tender of nothing writes it off."""
    if f.TenderType.CASH not in policy.tenders:
        return refuse(Reason.TENDER_NOT_TAKEN)
    wrong = not_payable(sale, occasion)
    if wrong is not None:
        return wrong
    taken = f.Tendered(sale.sale, len(sale.tenders) + 1, f.TenderType.CASH, 0)
    sale = replace(sale, tenders=(*sale.tenders, new_tender(sale, f.TenderType.CASH, 0)))
    return (taken, *completed_if_paid(state, sale, policy, occasion, (taken,)))


def _foreign_cash(
    state: State, sale: Sale, command: c.TenderForeignCash, policy: Policy, occasion: Occasion
) -> Decision:
    """Converted once, exactly, to the nearest minor unit; the rate is kept with the tender."""
    code = command.currency.strip().upper()
    rule = next((it for it in policy.foreign if it.currency == code), None)
    if rule is None:
        return refuse(Reason.CURRENCY_UNKNOWN, currency=code[:3])
    rate = rate_on(rule, occasion.at.date())
    if rate is None:
        return refuse(Reason.RATE_MISSING, currency=code)
    if command.foreign_minor <= 0:
        refund = left_to_pay(sale, policy).settled.outstanding_minor < 0
        wrong = Reason.REFUND_IN_OWN_CURRENCY if refund else Reason.AMOUNT_NOT_POSITIVE
        return refuse(wrong)
    if command.foreign_minor > policy.total_minor_max:
        return refuse(Reason.TENDER_TOO_LARGE)
    if command.foreign_minor % rule.step_minor:
        step = format(from_minor(rule.step_minor, code).normalize(), "f")
        return refuse(Reason.FOREIGN_STEP, currency=code, step=step)
    amount = converted(command.foreign_minor, code, rate, policy.currency)
    tender = replace(
        new_tender(sale, f.TenderType.FOREIGN_CASH, amount),
        currency=code,
        foreign_minor=command.foreign_minor,
        rate=rate,
    )
    return take(state, sale, tender, policy, occasion)


def _count_foreign(state: State, command: c.CountForeign, policy: Policy) -> Decision:
    assert state.shift is not None
    code = command.currency.strip().upper()
    held = held_foreign(state.shift)
    if code not in held and all(it.currency != code for it in policy.foreign):
        return refuse(Reason.CURRENCY_UNKNOWN, currency=code[:3])
    if not 0 <= command.counted_minor <= policy.total_minor_max:
        return refuse(Reason.COUNT_WRONG)
    counted, expected = command.counted_minor, held.get(code, 0)
    return (f.ForeignCounted(state.shift.shift, code, counted, expected),)
