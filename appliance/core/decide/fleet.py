"""Decisions about what the fleet sends: a command begins once and ends once, versions only rise."""

from __future__ import annotations

import json

from appliance.core import codec
from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.decide.verdict import Decision, in_short, slip_printed
from appliance.core.occasion import Occasion
from appliance.core.permissions import PROGRAMS
from appliance.core.policy import Policy
from appliance.core.refusal import Reason, refuse
from appliance.core.state import State

FleetRequest = c.ReceiveFleetCommand | c.EndFleetCommand | c.PrintFleetNote | c.NoteDocument

IN_HAND_MAX = 32
"""Commands begun and not ended: they are part of the state."""
ANSWER_MAX = 16_384
"""Bytes of an answer in the journal; a log's last lines fit."""
ARGS_MAX = 8_192
DOCUMENTS_MAX = 16


def decide(state: State, command: FleetRequest, _policy: Policy, occasion: Occasion) -> Decision:
    if occasion.actor not in PROGRAMS:
        return refuse(Reason.FLEET_ONLY)
    match command:
        case c.ReceiveFleetCommand():
            return _received(state, command)
        case c.EndFleetCommand(id=id_, end=end, answer=answer):
            if all(it.id != id_ for it in state.fleet_commands):
                return refuse(Reason.FLEET_COMMAND_UNKNOWN)
            return (f.FleetCommandEnded(id_, end, _bounded(answer)),)
        case c.PrintFleetNote(id=id_):
            if all(it.id != id_ for it in state.fleet_commands):
                return refuse(Reason.FLEET_COMMAND_UNKNOWN)
            return (slip_printed(state, f"fleet:{id_}", ()),)
        case c.NoteDocument():
            return _noted(state, command)


def _received(state: State, command: c.ReceiveFleetCommand) -> Decision:
    if any(it.id == command.id for it in state.fleet_commands):
        return refuse(Reason.FLEET_COMMAND_KNOWN)
    if len(state.fleet_commands) >= IN_HAND_MAX:
        return refuse(Reason.BUSY)
    received = f.FleetCommandReceived(
        *(command.id, command.type, command.args[:ARGS_MAX], command.issuer, command.approver),
        in_short(command.reason),
    )
    if not command.rejected:
        return (received,)
    why = codec.canonical({"error": command.rejected}).decode()
    return (received, f.FleetCommandEnded(command.id, f.CommandEnd.REJECTED, why))


def _bounded(answer: str) -> str:
    """An answer that is too long says so, in place of half a JSON object."""
    if len(answer.encode()) <= ANSWER_MAX:
        return answer
    return json.dumps({"error": f"the answer is longer than {ANSWER_MAX} bytes"})


def _noted(state: State, command: c.NoteDocument) -> Decision:
    held = next((it for it in state.fleet_documents if it.document == command.document), None)
    if held is None and len(state.fleet_documents) >= DOCUMENTS_MAX:
        return refuse(Reason.BUSY)
    if held is not None and command.error:
        if (held.refused, held.error) == (command.version, command.error):
            return ()  # tried again, and it is no better
    elif held is not None and command.version <= held.version:
        return refuse(Reason.FLEET_DOCUMENT_OLD)
    return (
        f.DocumentApplied(
            *(command.document, command.version, command.sha256, in_short(command.error))
        ),
    )
