"""What a terminal's protocol has to be able to do; the runner in `terminal.py` does the rest."""

from __future__ import annotations

import json
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from appliance.core.facts import TenderOutcome
from appliance.core.payment_answer import Printout, Totals
from appliance.payments.port import Intent

MEMO_MAX = 400
"""Characters: a few numbers and times."""


class NotSent(Exception):
    """The till said no: the money command must not leave."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of it. amount_minor: as answered, a part of what was asked too; None: what was
    asked. reference: what the protocol needs to take the payment back, at most 80 characters, never
    card data. detail: for people. printouts: what the terminal leaves to the till's printer."""

    outcome: TenderOutcome
    amount_minor: int | None = None
    reference: str = ""
    detail: str = ""
    printouts: tuple[Printout, ...] = ()


@dataclass
class Errand:
    """One question on its way. The port's thread works on it; `cancel` may come from another."""

    intent: Intent
    may_send: Callable[[str], bool] = lambda _memo: True
    say: Callable[[str], None] = lambda _text: None
    show: Callable[[str, datetime], None] = lambda _code, _until: None
    """A code that the customer is to scan, and until when."""
    stop: threading.Event = field(default_factory=threading.Event)
    _cancel: threading.Event = field(default_factory=threading.Event)

    @property
    def memo(self) -> dict[str, str]:
        """What was journalled before the money command left; empty before that."""
        try:
            kept = json.loads(self.intent.memo or "{}")
        except ValueError:
            return {}
        return {str(key): str(value) for key, value in kept.items()}

    @property
    def left(self) -> bool:
        return self.intent.sent

    @property
    def cancel_wanted(self) -> bool:
        return self._cancel.is_set()

    @property
    def closing(self) -> bool:
        """The process ends: the wire is let go, and the next process asks."""
        return self.stop.is_set()

    def cancel(self) -> None:
        self._cancel.set()

    def leave(self, **memo: str) -> None:
        """Right before the first byte of the money command: returns once the journal holds durably
        that it leaves, with what is needed to ask later. Raises NotSent; never passes twice."""
        text = json.dumps(memo, ensure_ascii=False, sort_keys=True)
        assert len(text) <= MEMO_MAX, "a memo is a few numbers"
        if self.left or self.cancel_wanted or not self.may_send(text):
            raise NotSent("called off before it was sent")
        self.intent = replace(self.intent, sent=True, memo=text)


class Dialogue(ABC):
    """One protocol over one wire: blocking code on the port's own thread.

    Everything may raise LineLost. What a terminal sends that its protocol does not know raises
    Malformed, which counts as a broken wire. Waits end soon after `errand.closing`; on
    `errand.cancel_wanted` the protocol's own cancel is sent once, and the terminal's final word is
    awaited all the same.
    """

    @abstractmethod
    def connect(self) -> None:
        """Opens the wire and greets, until the terminal is ready for a question."""

    @abstractmethod
    def disconnect(self) -> None:
        """Lets the wire go; harmless when there is none."""

    @abstractmethod
    def pay(self, errand: Errand) -> Answer:
        """Asks for money. `errand.leave` right before the first byte that may move some."""

    @abstractmethod
    def refund(self, errand: Errand) -> Answer:
        """Gives money back: -errand.intent.amount_minor, of the payment errand.intent.original."""

    @abstractmethod
    def inquire(self, errand: Errand) -> Answer:
        """What became of an errand that left, by status queries alone; unknown when it cannot tell."""

    def totals(self) -> Totals | None:
        """The terminal's own sums of its batch; None when the protocol has no such question."""
        return None

    def settle(self) -> Totals | None:
        """Closes the batch, and what it came to."""
        return None
