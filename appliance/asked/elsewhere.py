"""A basket of another till is asked for: its coming is the other till's answer."""

from __future__ import annotations

from datetime import date

from appliance.core import commands as c
from appliance.core.decide.phases import refused_now
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.intake import Intake
from appliance.moment import Moment


def fetch(intake: Intake, request: c.FetchSale, now: Moment, _today: date) -> Moment | Refusal:
    """Asked only where it can be opened: a basket under way that nobody can take is no help."""
    refusal = refused_now(intake.journal.state, c.RecallSale(request.sale))
    if refusal is not None:
        return refusal
    if intake.fetch is None:
        return refuse(Reason.TILL_AWAY)
    intake.fetch(request)
    return now.told("basket_fetched", name=request.till)


ASKED = {c.FetchSale: fetch}
