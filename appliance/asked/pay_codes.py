"""Payment codes: the till's own on paper, and the customer's own under the scanner."""

from __future__ import annotations

from datetime import date

from appliance.core import commands as c
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.intake import Asked, Intake
from appliance.moment import Moment
from appliance.payments.presented import read


def printed(
    _intake: Intake, _request: c.PrintPayCode, now: Moment, _today: date
) -> c.PrintCode | Refusal:
    """What is shown is known here alone; whether it may still be paid, the core knows."""
    shown = now.code
    if shown is None:
        return refuse(Reason.NO_PAY_CODE)
    return c.PrintCode(shown.tender, shown.code, shown.until, shown.reference)


def scanned(_intake: Intake, scan: c.Scan, _now: Moment, _today: date) -> Refusal | None:
    """A customer holds out their phone for a bank to charge it. No way to pay here can, and what the
    code holds is card data: nothing of it goes on from here."""
    presented = read(scan.code)
    if presented is None:
        return None
    names = ", ".join(presented.names)
    return refuse(Reason.CUSTOMER_CODE, names=f" ({names})" if names else "")


ASKED: dict[type, Asked] = {c.PrintPayCode: printed}
