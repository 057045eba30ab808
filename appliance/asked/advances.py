"""Requests about money paid ahead get what is left of it, and the basket that it waits with."""

from __future__ import annotations

from datetime import date

from appliance.core import commands as c
from appliance.core.accounts import (
    Stored,
    advance_of,
)
from appliance.core.accounts_look import AdvanceLook
from appliance.core.facts import AccountKind, SaleId
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.core.state import State
from appliance.intake import Asked, Intake
from appliance.moment import Moment


def take_advance(
    intake: Intake, request: c.TakeAdvance, _now: Moment, _today: date
) -> c.Advance | Refusal:
    """Tied to the basket that it is for: the open one, one set aside earlier, or none yet."""
    state = intake.journal.state
    name = request.name
    if request.sale is not None:
        parked = next((it for it in state.suspended if it.sale == request.sale), None)
        if parked is None:
            return refuse(Reason.NO_SUCH_SALE, sale=request.sale)
        if state.sale is not None and state.sale.live_lines:
            return refuse(Reason.BASKET_OPEN)
        sale, name = int(request.sale), parked.name
    elif state.sale is not None and state.sale.live_lines:
        sale = int(state.sale.sale)
    else:
        sale = int(state.last_sale) + 1
    if not name.strip():
        return refuse(Reason.NAME_NEEDED)
    account = advance_of(intake.policy.till_number, intake.journal.epoch, sale)
    known = intake.journal.ledger.account(account)
    stored = known or Stored(account, AccountKind.ADVANCE, 0, name)
    return c.Advance(stored, request.amount_minor, known is None, name, request.due)


def advance_of_basket(intake: Intake, state: State) -> Stored | None:
    """What was paid ahead for the open basket."""
    if state.sale is None:
        return None
    till, number = intake.policy.till_number, int(state.sale.sale)
    for epoch in range(intake.journal.epoch, 0, -1):
        found = intake.journal.ledger.account(advance_of(till, epoch, number))
        if found is not None:
            return found
    return None


def redeem_advance(
    intake: Intake, request: c.RedeemAdvance, _now: Moment, _today: date
) -> c.Redeem | Refusal:
    found = (
        intake.journal.ledger.account(request.account)
        if request.account
        else advance_of_basket(intake, intake.journal.state)
    )
    if found is None or found.kind is not AccountKind.ADVANCE:
        return refuse(Reason.NO_ADVANCE)
    return c.Redeem(found, request.amount_minor)


def refund_advance(
    intake: Intake, request: c.RefundAdvance, _now: Moment, _today: date
) -> c.PayBack | Refusal:
    found = intake.journal.ledger.account(request.account)
    if found is None or found.kind is not AccountKind.ADVANCE:
        return refuse(Reason.NO_ADVANCE)
    return c.PayBack(found)


def advances(intake: Intake, _request: c.ListAdvances, now: Moment, today: date) -> Moment:
    rows = intake.journal.ledger.accounts(AccountKind.ADVANCE)
    parked = {int(it.sale): it.sale for it in intake.journal.state.suspended}
    shown = [advance_look(row.stored, today, parked) for row in rows]
    return now.with_accounts(advances=tuple(sorted(shown, key=lambda it: (it.due, it.account))))


def advance_look(stored: Stored, today: date, parked: dict[int, SaleId]) -> AdvanceLook:
    number = stored.account.rpartition(".")[2]
    return AdvanceLook(
        account=stored.account,
        name=stored.hint,
        balance=stored.balance,
        due=stored.expires,
        overdue=bool(stored.expires) and stored.expires < today.isoformat(),
        sale=parked.get(int(number)) if number.isdecimal() else None,
    )


ASKED: dict[type, Asked] = {
    c.TakeAdvance: take_advance,
    c.RedeemAdvance: redeem_advance,
    c.RefundAdvance: refund_advance,
    c.ListAdvances: advances,
}
