"""Documents of the fleet, on the till: planned, brought here whole, proven, applied, noted.

    fleet/documents/NAME.plan   the newest plan, as it was signed
    fleet/documents/NAME.json   the content that the till lives by
Both outlive a restart, so that a price which is announced today for next Monday comes in force on
Monday without the fleet. What applies a document can be repeated; what stops half-way is begun
again. The version that the till lives by stands in the journal.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from appliance import whole_files
from appliance.core import codec
from appliance.core import commands as c
from appliance.core.refusal import Reason, Refusal
from appliance.core.state import FleetDocument
from appliance.malformed import Malformed
from appliance.telemetry.key_ring import PinnedKeys
from appliance.wire import document as wire
from appliance.wire.addressed import is_for
from appliance.wire.document import Content, DocumentName, Plan, Step
from appliance.wire.envelope import Forged
from appliance.wire.merge_patch import patched
from appliance.wire.trust import Trust

log = logging.getLogger(__name__)

Ask = Callable[[c.Request], Sequence[Any] | Refusal]
Fetch = Callable[[str, int], bytes]
"""The bytes at an address of the fleet's server, at most so many; raises OSError."""
Clock = Callable[[], tuple[int, Trust]]
"""Milliseconds since 1970 UTC, and who says that they are right."""
Apply = Callable[[Content, Content], None]
"""Makes the till live by the new content; the second is the one before, {} for none. Raises
NotApplicable, and then nothing changed. Doing it twice is doing it once."""

RETRY_MS = 60_000
"""After an address that did not answer, or a disk that took nothing."""


class NotApplicable(Exception):
    """The document is wrong for this till; the text tells the fleet manager why."""


@dataclass(slots=True)
class DocumentDesk:
    """One till's. Used on one thread, the link's. held: what the journal says it lives by."""

    folder: Path
    till: str
    shop: str
    keys: PinnedKeys
    ask: Ask
    held: Callable[[], Sequence[FleetDocument]]
    appliers: Mapping[DocumentName, Apply]
    fetch: Fetch
    clock: Clock
    refused: int = 0
    _waits: dict[DocumentName, int] = field(default_factory=dict)
    _plans: dict[DocumentName, Plan] = field(default_factory=dict)

    def wake(self) -> None:
        """Reads what was planned before the till stopped."""
        for name in DocumentName:
            path = self._path(name, "plan")
            if not path.exists():
                continue
            try:
                self._plans[name] = self._read(path.read_bytes())
            except (Malformed, Forged) as error:
                log.warning("%s is no longer believed: %s", path.name, error)
                path.unlink()

    def arrived(self, payload: bytes) -> None:
        """Keeps a plan, if it is newer than the one known. Raises OSError."""
        try:
            plan = self._read(payload)
        except (Malformed, Forged) as error:
            self.refused += 1
            log.warning("a message that is no document of this fleet: %s", error)
            return
        known = self._plans.get(plan.document)
        if plan.version <= (known.version if known else self._version(plan.document)):
            return
        whole_files.write(self._path(plan.document, "plan"), payload)
        self._plans[plan.document] = plan
        self._waits.pop(plan.document, None)

    def turn(self) -> bool:
        """Applies what is due; True when something changed. Raises OSError when the disk fails."""
        changed = False
        for plan in self._plans.values():
            step = self._due(plan)
            if step is not None:
                changed |= self._take_over(plan.document, step)
        return changed

    def reported(self) -> dict[str, dict[str, Any]]:
        """By document: the version lived by, and what is refused, with the reason."""
        told: dict[str, dict[str, Any]] = {}
        for held in self.held():
            told[held.document] = {"version": held.version, "sha256": held.sha256}
            if held.error:
                told[held.document] |= {"refused": held.refused, "error": held.error}
        return told

    def _due(self, plan: Plan) -> Step | None:
        """The step to take now. Without a clock to trust only what holds at once is due."""
        now_ms, trust = self.clock()
        step = plan.due(0 if trust is Trust.UNKNOWN else now_ms)
        if step is None or now_ms < self._waits.get(plan.document, 0):
            return None
        held = self._of(plan.document)
        if held is not None:
            seen = max(held.version, held.refused if held.error else 0)
            if step.version <= seen:
                return None
        return step

    def _take_over(self, name: DocumentName, step: Step) -> bool:
        before = self._content(name)
        try:
            content = self._whole(name, step, before)
            if not (before and wire.digest(before) == step.sha256):
                self.appliers[name](content, before)
        except NotApplicable as error:
            return self._note(name, step, str(error))
        except OSError as error:
            log.warning("%s version %d: %s", name, step.version, error)
            self._waits[name] = self.clock()[0] + RETRY_MS
            return False
        whole_files.write(self._path(name, "json"), codec.canonical(content))
        return self._note(name, step, "")

    def _note(self, name: DocumentName, step: Step, error: str) -> bool:
        noted = self.ask(c.NoteDocument(name.value, step.version, step.sha256, error))
        if isinstance(noted, Refusal) and noted.reason is not Reason.FLEET_DOCUMENT_OLD:
            self._waits[name] = self.clock()[0] + RETRY_MS
            return False
        return True

    def _whole(self, name: DocumentName, step: Step, before: Content) -> Content:
        """The content with the right hash, from wherever it is had for the fewest bytes."""
        for content in self._ways(name, step, before):
            if wire.digest(content) == step.sha256:
                return content
        raise NotApplicable("what came has another hash than was announced")

    def _ways(self, name: DocumentName, step: Step, before: Content) -> Iterator[Content]:
        yield before  # the same again under another number
        if step.patch is not None and step.base == self._version(name):
            yield patched(before, step.patch)
        if step.inline is not None:
            yield step.inline
        if step.url:
            yield _object(self.fetch(step.url, step.size))

    def _read(self, payload: bytes) -> Plan:
        body = self.keys.opened(payload, wire.KIND)
        if not is_for(body, self.till, self.shop):
            raise Malformed("meant for another till")
        return wire.read(body)

    def _of(self, name: DocumentName) -> FleetDocument | None:
        return next((it for it in self.held() if it.document == name.value), None)

    def _version(self, name: DocumentName) -> int:
        held = self._of(name)
        return held.version if held else 0

    def _content(self, name: DocumentName) -> Content:
        """What the till lives by; {} when there is none or the file is not what the journal says,
        so that the next whole is taken."""
        path, held = self._path(name, "json"), self._of(name)
        if held is None or not path.exists():
            return {}
        try:
            content = json.loads(path.read_bytes())
        except ValueError:
            return {}
        return content if wire.digest(content) == held.sha256 else {}

    def _path(self, name: DocumentName, ending: str) -> Path:
        return self.folder / f"{name.value}.{ending}"


def _object(data: bytes) -> Content:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        raise NotApplicable("what was fetched is no JSON") from None
    if not isinstance(value, dict):
        raise NotApplicable("what was fetched is no JSON object")
    return value
