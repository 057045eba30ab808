"""Closed shifts are looked up: as a list, and one for its report once more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from appliance.core import commands as c
from appliance.core.drawers import drawer_of
from appliance.core.policy import Policy
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.core.shift_look import PastShiftLook
from appliance.intake import Asked, Intake
from appliance.journal.past_shifts import PastShift
from appliance.moment import Moment


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


ASKED: dict[type, Asked] = {c.PrintZCopy: z_copy, c.ShowShifts: show}
