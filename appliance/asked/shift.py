"""Shifts are looked up: those that are open for an X report, closed ones as a list or for paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from appliance.core import commands as c
from appliance.core.drawers import drawer_of, open_shifts
from appliance.core.occasion import ANY, Occasion
from appliance.core.permissions import sees_cash
from appliance.core.policy import Policy
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.core.shift_look import PastShiftLook, XLook
from appliance.core.x_scope import TILL, of_cashier, shifts_of_x
from appliance.intake import Asked, Intake
from appliance.journal.past_shifts import PastShift
from appliance.moment import Moment
from appliance.shift_sections import person
from appliance.x_report import x_report

PEOPLE_MAX = 5
"""Persons to choose from on the page; it has room for no more."""


def z_copy(intake: Intake, request: c.PrintZCopy, _now: Moment, _today: date) -> c.PrintZ | Refusal:
    found = intake.journal.shifts.of_z(request.z_number, request.epoch)
    if found is None:
        return refuse(Reason.NO_SUCH_Z, number=request.z_number)
    epoch, shift = found
    return c.PrintZ(shift, epoch, copy=1)


def show(intake: Intake, request: c.ShowShifts, now: Moment, _today: date) -> Moment:
    if request.limit <= 0:
        return replace(now, past_shifts=None)
    past = intake.journal.shifts.newest(request.limit)
    return replace(now, past_shifts=tuple(_look(it, intake.policy) for it in past))


def _look(past: PastShift, policy: Policy) -> PastShiftLook:
    people = {person.id: person.name for person in policy.staff}
    known = drawer_of(policy, past.drawer)
    return PastShiftLook(
        z_number=past.z_number,
        epoch=past.epoch,
        closed_at=past.closed_at.replace(tzinfo=None).isoformat(timespec="minutes"),
        closed_by=people.get(past.closed_by, past.closed_by),
        drawer=known.name if known else past.drawer,
        sales=past.sales,
        gross_minor=past.gross_minor,
        difference_minor=past.difference_minor,
        left_open=past.open_matters,
    )


def show_x(intake: Intake, request: c.ShowX, now: Moment, _today: date) -> Moment | Refusal:
    if request.of is None:
        return replace(now, x=None)
    state, policy = intake.journal.state, intake.policy
    shifts = shifts_of_x(state, request.of, policy)
    if isinstance(shifts, Refusal):
        return shifts
    who = Occasion(ANY.at, state.cashier)
    blind = not sees_cash(state, policy, who, shifts)
    found = x_report(
        intake.journal, policy, policy.language, request.of, shifts[0].shift, blind=blind
    )
    look = XLook(request.of, found.number, found.sections, _scopes(intake))
    return replace(now, x=look)


def _scopes(intake: Intake) -> tuple[tuple[str, str], ...]:
    """Whoever may not see the sums yet is offered no sales but their own."""
    state, policy = intake.journal.state, intake.policy
    shifts = open_shifts(state)
    scopes = [("", "")] if state.shift else []
    if len(shifts) > 1:
        scopes.append((TILL, ""))
    keys = [intake.journal.shifts.key_of(it.shift) for it in shifts]
    sold = intake.journal.shifts.takings(*(key for key in keys if key is not None))
    if not sees_cash(state, policy, Occasion(ANY.at, state.cashier), shifts):
        sold = tuple(it for it in sold if it.cashier == state.cashier)
    people = [it.cashier for it in sold if it.cashier][:PEOPLE_MAX]
    return (*scopes, *((of_cashier(it), person(it, policy)) for it in people))


ASKED: dict[type, Asked] = {c.PrintZCopy: z_copy, c.ShowShifts: show, c.ShowX: show_x}
