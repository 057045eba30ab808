"""Decisions about the list of card terminals: a named person looked, on a day, and when it is due."""

from __future__ import annotations

import re
from datetime import timedelta

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.decide.verdict import Decision, in_short
from appliance.core.occasion import Occasion
from appliance.core.permissions import PROGRAMS
from appliance.core.policy import Policy
from appliance.core.refusal import Reason, refuse
from appliance.core.state import State

TerminalListCommand = c.ListTerminal | c.InspectTerminal | c.RetireTerminal

INTERVAL_MAX_DAYS = 366
TERMINALS_MAX = 100
"""They are part of the state; a shop has a handful."""
_SHA256 = re.compile(r"[0-9a-f]{64}")


def decide(
    state: State, command: TerminalListCommand, _policy: Policy, occasion: Occasion
) -> Decision:
    by = occasion.approver or occasion.actor
    if by in PROGRAMS:
        return refuse(Reason.TERMINAL_PERSON)
    if isinstance(command, c.ListTerminal):
        return _listed(state, command, by, occasion)
    known = next((it for it in state.terminals if it.serial == command.serial.strip()), None)
    if known is None:
        return refuse(Reason.TERMINAL_NOT_LISTED, serial=in_short(command.serial))
    if isinstance(command, c.RetireTerminal):
        reason = in_short(command.reason)
        if not reason:
            return refuse(Reason.TERMINAL_SAY_WHAT)
        return (f.TerminalRetired(known.serial, by, reason),)
    seen = in_short(command.seen)
    if command.tampered and not seen:
        return refuse(Reason.TERMINAL_SAY_WHAT)
    on, due = _days(occasion, known.interval_days)
    return (f.TerminalInspected(known.serial, by, on, due, command.tampered, seen),)


def _listed(state: State, command: c.ListTerminal, by: str, occasion: Occasion) -> Decision:
    texts = [in_short(it) for it in (command.serial, command.make, command.model, command.place)]
    photo, digest = in_short(command.photo), command.photo_sha256.lower()
    whole = all(texts) and 1 <= command.interval_days <= INTERVAL_MAX_DAYS
    if not whole or bool(photo) != bool(_SHA256.fullmatch(digest)):
        return refuse(Reason.TERMINAL_INCOMPLETE, most=INTERVAL_MAX_DAYS)
    serial, make, model, place = texts
    if any(it.serial == serial for it in state.terminals):
        return refuse(Reason.TERMINAL_KNOWN, serial=serial)
    if len(state.terminals) >= TERMINALS_MAX:
        return refuse(Reason.TERMINALS_FULL, most=TERMINALS_MAX)
    on, due = _days(occasion, command.interval_days)
    listed = f.TerminalListed(
        *(serial, make, model, place, by, on, due, command.interval_days),
        *(photo, digest if photo else "", in_short(command.note)),
    )
    return (listed,)


def _days(occasion: Occasion, interval: int) -> tuple[str, str]:
    today = occasion.at.date()
    return today.isoformat(), (today + timedelta(days=interval)).isoformat()
