"""Answers by a command's id, so that a retry is told the same instead of acting twice."""

from __future__ import annotations

from collections import OrderedDict

from appliance.core.refusal import Reason, Refusal
from appliance.journal import Journal
from appliance.mailbox import Answer

ANSWERS_MAX = 1_000
"""A script that lost its answer asks again within seconds, not after a thousand others."""
PASSING = frozenset({Reason.BUSY, Reason.STORAGE_FULL, Reason.STORAGE_FAULT})
"""Refusals that are not kept: a repetition may well be accepted."""


class Answers:
    """Used on the Till's thread only."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Answer] = OrderedDict()

    def to(self, id: str) -> Answer | None:  # noqa: A002 - the wire's word
        """What was answered to this id before; None for a new one, and for none."""
        return self._kept.get(id) if id else None

    def keep(self, id: str, answer: Answer) -> None:  # noqa: A002 - the wire's word
        if not id or (isinstance(answer, Refusal) and answer.reason in PASSING):
            return
        self._kept[id] = answer
        if len(self._kept) > ANSWERS_MAX:
            self._kept.popitem(last=False)

    def remember(self, journal: Journal) -> None:
        """Ids answered before a restart; refusals left no fact and are decided anew."""
        for record in journal.records(max(0, journal.last_seq - ANSWERS_MAX), ANSWERS_MAX):
            if record.cause:
                told = self._kept.get(record.cause, ())
                assert not isinstance(told, Refusal)
                self._kept[record.cause] = (*told, record)
