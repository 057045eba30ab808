"""The one writer: a command is decided, its facts go to the journal, and the disk is watched.

Used on the Till's thread only; nothing else appends facts to the running till's journal.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.decide import decide
from appliance.core.occasion import Occasion
from appliance.core.policy import Policy
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.core.view import StorageLook
from appliance.journal import Journal, JournalError, StorageFull
from appliance.journal.space import FLOOR_BYTES
from appliance.mailbox import Answer

log = logging.getLogger(__name__)

CLOCK_SLACK_S = 2.0
"""A clock that steps back by less is only being corrected."""
SYNC_S = 1.0
"""So old may the drafts of a busy till be that are not on the disk yet."""


class Writer:
    """policy: by which commands are decided. storage: what the disk said, as the screen shows it."""

    def __init__(
        self,
        journal: Journal,
        policy: Policy,
        clock: Callable[[], datetime],
        *,
        storage: StorageLook | None = None,
    ) -> None:
        self.policy = policy
        self.storage = storage or StorageLook()
        self._journal = journal
        self._clock = clock
        self._synced_at = time.monotonic()

    def decided(self, command: c.Command, actor: str, cause: str, approver: str = "") -> Answer:
        """The facts of a command, journalled; or why it is not done."""
        state = self._journal.state
        if state.sale is None and isinstance(command, c.AddItem) and self.storage.full:
            return refuse(Reason.STORAGE_FULL)
        at = self._clock().replace(tzinfo=None)
        decision = decide(state, command, self.policy, Occasion(at, actor, approver))
        if isinstance(decision, Refusal) or not decision:
            return decision if isinstance(decision, Refusal) else ()
        return self.write(decision, actor, cause)

    def note(self, *facts: f.Fact) -> None:
        """Facts that no person asked for; a full disk may swallow them, money facts never."""
        self.write(facts, "till", "")

    def write(self, facts: tuple[f.Fact, ...], actor: str, cause: str) -> Answer:
        now = self._clock()
        last = self._journal.last_at
        if last is not None and (last - now).total_seconds() > CLOCK_SLACK_S:
            facts = (f.ClockStepped(int((last - now).total_seconds())), *facts)
        try:
            records = self._journal.append(facts, actor=actor, at=now, cause=cause)
        except StorageFull:
            self.storage = replace(self.storage, full=True)
            return refuse(Reason.STORAGE_FULL)
        except JournalError as error:
            log.exception("the journal took nothing")
            return self.fault(error)
        if self.storage.fault:
            self.storage = replace(self.storage, fault="")
        return records

    def fault(self, error: Exception) -> Refusal:
        """A file could not be read or written: the screen says so until the journal takes facts."""
        self.storage = replace(self.storage, fault=str(error))
        return refuse(Reason.STORAGE_FAULT)

    def sync(self) -> None:
        """A till that is never idle brings its drafts to the disk all the same, now and then."""
        if time.monotonic() - self._synced_at <= SYNC_S:
            return
        try:
            self._journal.keep_basket()
        except JournalError:
            log.exception("drafts are not on the disk yet")
        self._synced_at = time.monotonic()

    def idle(self) -> None:
        """Nothing to do: drafts to the disk, the journal tidied, the disk's room looked at."""
        try:
            self._journal.idle()
        except JournalError:
            log.exception("the journal could not tidy up")
        self._synced_at = time.monotonic()
        try:
            full = self._journal.space_left_bytes() < FLOOR_BYTES
        except OSError:  # the folder is gone: the next append says so
            return
        if full != self.storage.full:
            self.storage = replace(self.storage, full=full)
