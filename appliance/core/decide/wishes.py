"""Decisions about wishes with a line, who serves it, and what a basket is called."""

from __future__ import annotations

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.decide.basket import NAME_LENGTH_MAX, wrong_price
from appliance.core.decide.verdict import Decision
from appliance.core.evolve import replay
from appliance.core.occasion import Occasion
from appliance.core.policy import Policy
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.core.state import Line, State
from appliance.core.totals import price_sale

WISHES_MAX = 20

WishCommand = c.ModifyLine | c.AssignLine | c.NameSale


def decide(state: State, command: WishCommand, policy: Policy, _occasion: Occasion) -> Decision:
    assert state.sale is not None
    number = state.sale.sale
    match command:
        case c.NameSale(name=name):
            if not name.strip():
                return refuse(Reason.NAME_NEEDED)
            return (f.SaleNamed(number, name.strip()[:NAME_LENGTH_MAX]),)
        case c.AssignLine(line=wanted, staff=staff):
            line = _line(state, wanted)
            if isinstance(line, Refusal):
                return line
            if staff and all(person.id != staff for person in policy.staff):
                return refuse(Reason.STAFF_UNKNOWN, staff=staff)
            return (f.LineAssigned(number, line.line, staff),) if staff != line.staff else ()
        case c.ModifyLine():
            return _modify(state, command, policy)


def _line(state: State, wanted: f.LineId) -> Line | Refusal:
    assert state.sale is not None
    lines = state.sale.lines
    if not 0 < wanted <= len(lines) or lines[wanted - 1].voided:
        return refuse(Reason.NO_SUCH_LINE, line=wanted)
    return lines[wanted - 1]


def _modify(state: State, command: c.ModifyLine, policy: Policy) -> Decision:
    assert state.sale is not None
    line = _line(state, command.line)
    if isinstance(line, Refusal):
        return line
    if line.sold is not None or line.kind is not f.LineKind.GOODS:
        return refuse(Reason.LINE_FIXED, name=line.name)
    if line.amount_minor is not None and any(it.price_minor for it in command.modifiers):
        return refuse(Reason.AMOUNT_FIXED, name=line.name)
    if len(command.modifiers) > WISHES_MAX:
        return refuse(Reason.TOO_MANY_WISHES, most=WISHES_MAX)
    if any(not it.name.strip() for it in command.modifiers):
        return refuse(Reason.NAME_NEEDED)
    if any(wrong_price(it.price_minor, policy) for it in command.modifiers):
        return refuse(Reason.PRICE_WRONG)
    wishes = tuple(
        f.Modifier(it.name.strip()[:NAME_LENGTH_MAX], it.price_minor, it.item)
        for it in command.modifiers
    )
    if wishes == line.modifiers:
        return ()
    facts = (f.LineModified(state.sale.sale, line.line, wishes),)
    after = replay(state, facts).sale
    if after is not None and price_sale(after, policy).total_minor > policy.total_minor_max:
        return refuse(Reason.TOTAL_TOO_LARGE)
    return facts
