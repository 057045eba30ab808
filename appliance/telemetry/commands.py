"""Commands of the fleet, on the till: written down before anything is done, done at most once.

    payload -> signature -> is it mine -> known already? -> may it be done now? -> journal
            -> deed -> journal -> answer

A command that was begun and has no end when the till starts is not done again: nobody knows how far
it came, and it is told so. What is forged or malformed leaves only a line in the log and a count,
or whoever reaches the broker could fill the journal.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from appliance.core import codec
from appliance.core import commands as c
from appliance.core.facts import CommandEnd
from appliance.core.refusal import Reason, Refusal
from appliance.core.state import FleetCommand
from appliance.journal.fleet_tables import answer_of
from appliance.journal.reports import reading
from appliance.malformed import Malformed
from appliance.telemetry.key_ring import PinnedKeys
from appliance.wire import remote_command as wire
from appliance.wire.addressed import is_for
from appliance.wire.envelope import Forged
from appliance.wire.trust import Trust

log = logging.getLogger(__name__)

Answer = dict[str, Any]
Ask = Callable[[c.Request], Sequence[Any] | Refusal]
"""The Till, which alone writes."""
Deed = Callable[[wire.RemoteCommand], Answer]
"""Does it; raises DeedFailed with a sentence. Runs on the link's thread: may take seconds."""
Clock = Callable[[], tuple[int, Trust]]
"""Milliseconds since 1970 UTC, and who says that they are right."""


class DeedFailed(Exception):
    """It could not be done; the text tells the fleet manager why."""


@dataclass(frozen=True, slots=True)
class Status:
    """What the fleet is told at once; the journal tells it again, in order."""

    id: str
    state: str
    answer: Answer = field(default_factory=dict)

    def payload(self) -> bytes:
        told = {"v": 1, "id": self.id, "state": self.state, "answer": self.answer}
        return codec.canonical(told)


@dataclass(slots=True)
class CommandDesk:
    """One till's. allowed: the types that its settings opt into."""

    till: str
    shop: str
    keys: PinnedKeys
    ask: Ask
    journal: Path
    deeds: Mapping[str, Deed]
    clock: Clock
    allowed: Collection[str] = ()
    refused: int = 0
    """Messages that were no command of this fleet's to this till."""

    def wake(self, begun: Sequence[FleetCommand]) -> list[Status]:
        """Ends what a stop left without an end. A restart that was commanded has happened."""
        told = []
        for command in begun:
            done = command.type == "restart"
            end = CommandEnd.SUCCEEDED if done else CommandEnd.FAILED
            answer: Answer = {} if done else {"error": "the till stopped meanwhile; not done again"}
            told.append(self._end(command.id, end, answer))
        return told

    def arrived(self, payload: bytes, tell: Callable[[Status], None]) -> None:
        """Acts on what the broker delivered, and tells each state as it is reached."""
        try:
            command = self._read(payload)
        except (Malformed, Forged) as error:
            self.refused += 1
            log.warning("a message that is no command of this fleet: %s", error)
            return
        known = self._known(command.id)
        tell(self._again(command.id, *known) if known else self._begin(command, tell))

    def _read(self, payload: bytes) -> wire.RemoteCommand:
        body = self.keys.opened(payload, wire.KIND)
        if not is_for(body, self.till, self.shop):
            raise Malformed("meant for another till")
        return wire.read(body)

    def _known(self, id_: str) -> tuple[str, str] | None:
        with reading(self.journal) as con:
            return answer_of(con, id_)

    def _again(self, id_: str, end: str, answer: str) -> Status:
        """The same command came again: the stored answer, and no second deed."""
        return Status(id_, end, _object(answer)) if end else Status(id_, "running")

    def _begin(self, command: wire.RemoteCommand, tell: Callable[[Status], None]) -> Status:
        why = wire.rejection(command, *self.clock(), self.allowed)
        noted = self.ask(
            c.ReceiveFleetCommand(
                *(command.id, command.type, codec.canonical(command.args).decode()),
                *(command.issuer, command.approver, command.reason, why.value if why else ""),
            )
        )
        if isinstance(noted, Refusal):
            # Not journalled, so not done; the fleet sends it again until it is told of it.
            if noted.reason is Reason.FLEET_COMMAND_KNOWN:
                return Status(command.id, "running")
            return Status(command.id, "waiting", {"error": noted.reason.value})
        if why is not None:
            return Status(command.id, CommandEnd.REJECTED.value, {"error": why.value})
        tell(Status(command.id, "running"))
        return self._do(command)

    def _do(self, command: wire.RemoteCommand) -> Status:
        try:
            answer = self.deeds[command.type](command)
        except DeedFailed as failed:
            return self._end(command.id, CommandEnd.FAILED, {"error": str(failed)[:500]})
        except Exception:
            log.exception("%s of the fleet", command.type)
            said = {"error": "an error of the till's own; its log has it"}
            return self._end(command.id, CommandEnd.FAILED, said)
        return self._end(command.id, CommandEnd.SUCCEEDED, answer)

    def _end(self, id_: str, end: CommandEnd, answer: Answer) -> Status:
        noted = self.ask(c.EndFleetCommand(id_, end, codec.canonical(answer).decode()))
        if isinstance(noted, Refusal):
            log.error("the end of command %s is not in the journal: %s", id_, noted.reason)
        return Status(id_, end.value, answer)


def _object(text: str) -> Answer:
    value = json.loads(text or "{}")
    assert isinstance(value, dict), "answers are written as objects"
    return value
