"""Decisions about who is at the till, wrong PINs, a customer's age, and training."""

from __future__ import annotations

from datetime import datetime, timedelta

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.decide.basket import started_sale
from appliance.core.decide.paper import report_of_days
from appliance.core.decide.restrictions import birth_date, years_old
from appliance.core.decide.verdict import Decision
from appliance.core.occasion import Occasion
from appliance.core.policy import Policy
from appliance.core.refusal import Reason, refuse
from appliance.core.state import State

PIN_TRIES = 5
"""Wrong PINs of one person before the next try has to wait."""
TILL_TRIES = 10
"""Wrong ones in a row by anybody: whoever tries one PIN with each name is no better off."""
WAIT_FIRST_S = 30
WAIT_MOST_S = 3_600
AGE_MOST = 99

PeopleCommand = (
    c.SignIn
    | c.LockTill
    | c.RefusePin
    | c.CheckAge
    | c.RefuseAge
    | c.SeeSignals
    | c.PrintSignals
    | c.StartTraining
    | c.EndTraining
)


def decide(state: State, command: PeopleCommand, policy: Policy, occasion: Occasion) -> Decision:
    match command:
        case c.SignIn(staff=staff):
            return _sign_in(state, staff, policy)
        case c.LockTill(idle=idle):
            return () if state.locked else (f.CashierSignedOut(state.cashier, idle),)
        case c.RefusePin(staff=staff):
            return _refuse_pin(state, staff, occasion.at)
        case c.CheckAge():
            return _check_age(state, command, occasion)
        case c.RefuseAge(item=item, age_min=age_min):
            if not 0 < age_min <= AGE_MOST:
                return refuse(Reason.COMMAND_WRONG)
            return (f.AgeRefused(item, age_min),)
        case c.SeeSignals():
            return ()
        case c.PrintSignals(first=first, last=last):
            return report_of_days(state, "signals", first, last)
        case c.StartTraining():
            return () if state.training else (f.TrainingStarted(state.cashier),)
        case c.EndTraining():
            return (f.TrainingEnded(),) if state.training else ()


def _sign_in(state: State, staff: str, policy: Policy) -> Decision:
    person = next((p for p in policy.staff if p.id == staff), None)
    if person is None:
        return refuse(Reason.STAFF_UNKNOWN, staff=staff)
    if state.cashier == person.id and not state.locked:
        return ()
    return (f.CashierSignedIn(person.id, person.name),)


def wait_s(state: State, staff: str, at: datetime) -> int:
    """How long this person, or the whole till, still has to wait after wrong PINs.

    A clock that was set back must not shut anybody out for longer than the wait itself.
    """
    longest = 0
    for tried in state.pin_tries:
        if tried.staff not in (staff, "") or not tried.until:
            continue
        left = (datetime.fromisoformat(tried.until) - at).total_seconds()
        if 0 < left <= tried.wait_s:
            longest = max(longest, int(left) + 1)
    return longest


def tries_left(state: State, staff: str) -> int:
    """How often a PIN may still be typed before there is a wait."""
    left = PIN_TRIES
    for tried in state.pin_tries:
        if tried.staff == staff:
            left = min(left, PIN_TRIES - tried.tries)
        elif not tried.staff:
            left = min(left, TILL_TRIES - tried.tries)
    return max(0, left)


def _refuse_pin(state: State, staff: str, at: datetime) -> Decision:
    counted = [(staff, PIN_TRIES)] if staff else []
    facts = []
    for who, free in (*counted, ("", TILL_TRIES)):
        before = next((it.tries for it in state.pin_tries if it.staff == who), 0)
        tries = before + 1
        over = tries - free
        wait = min(WAIT_FIRST_S << min(over, 10), WAIT_MOST_S) if over >= 0 else 0
        until = (at + timedelta(seconds=wait)).isoformat(timespec="seconds") if wait else ""
        facts.append(f.PinRefused(who, tries, wait, until))
    return tuple(facts)


def _check_age(state: State, command: c.CheckAge, occasion: Occasion) -> Decision:
    age_min = command.age_min
    if not 0 < age_min <= AGE_MOST:
        return refuse(Reason.COMMAND_WRONG)
    if command.method is f.AgeMethod.DATE_OF_BIRTH:
        birth = birth_date(command.birth)
        years = None if birth is None else years_old(birth, occasion.at.date())
        if years is None:
            return refuse(Reason.DATE_WRONG)
        if years < age_min:
            return (f.AgeRefused(command.item, age_min),)
    number, started = started_sale(state, occasion)
    return (*started, f.AgeChecked(number, age_min, command.method))
