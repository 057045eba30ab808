"""A closed shift is looked up, for its report once more."""

from __future__ import annotations

from datetime import date

from appliance.core import commands as c
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.intake import Asked, Intake
from appliance.moment import Moment


def z_copy(intake: Intake, request: c.PrintZCopy, _now: Moment, _today: date) -> c.PrintZ | Refusal:
    found = intake.journal.shifts.of_z(request.z_number, request.epoch)
    if found is None:
        return refuse(Reason.NO_SUCH_Z, number=request.z_number)
    epoch, shift = found
    return c.PrintZ(shift, epoch, copy=1)


ASKED: dict[type, Asked] = {c.PrintZCopy: z_copy}
