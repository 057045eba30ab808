"""What the fleet wants of this till: commands that have not ended, documents by version."""

from __future__ import annotations

from appliance.core import facts as f
from appliance.core.copies import replace
from appliance.core.state import FleetCommand, FleetDocument, State


def evolve(state: State, fact: f.Fact) -> State:
    match fact:
        case f.FleetCommandReceived():
            command = FleetCommand(fact.id, fact.type)
            return replace(state, fleet_commands=(*state.fleet_commands, command))
        case f.FleetCommandEnded(id=id_):
            rest = tuple(it for it in state.fleet_commands if it.id != id_)
            return replace(state, fleet_commands=rest)
        case f.DocumentApplied(document=name):
            others = tuple(it for it in state.fleet_documents if it.document != name)
            before = next((it for it in state.fleet_documents if it.document == name), None)
            return replace(state, fleet_documents=(*others, _after(before, fact)))
        case _:
            return state


def _after(before: FleetDocument | None, fact: f.DocumentApplied) -> FleetDocument:
    if not fact.error:
        return FleetDocument(fact.document, fact.version, fact.sha256)
    held = before or FleetDocument(fact.document)
    return replace(held, refused=fact.version, error=fact.error)
