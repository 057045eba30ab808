"""Baskets of another till, or on their way to one: its answer is what happens, so it is asked."""

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
    if intake.tills is None:
        return refuse(Reason.TILL_AWAY)
    intake.tills.fetch(request.till, request.sale)
    return now.told("basket_fetched", name=_name(now, request.till))


def recall(
    intake: Intake, request: c.RecallHandover, now: Moment, _today: date
) -> c.TakeBackHandover | Moment | Refusal:
    """A till that shares no baskets any more asks nobody."""
    command = c.TakeBackHandover(request.key)
    if intake.tills is None:
        return command
    state = intake.journal.state
    to = next((it.to for it in state.handed_over if it.key == request.key), None)
    refusal = refused_now(state, command)
    if refusal is not None or to is None:
        return refusal or refuse(Reason.HANDOVER_UNKNOWN)
    intake.tills.take_back(request.key)
    return now.told("basket_recalled", name=_name(now, to))


def _name(now: Moment, till: str) -> str:
    return now.tills.name(till) if now.tills is not None else till


ASKED = {c.FetchSale: fetch, c.RecallHandover: recall}
