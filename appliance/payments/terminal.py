"""Runs a terminal's dialogue: a thread, one question at a time, and asking until the end is known.

What fails before `errand.leave` took no money. What fails after it is unknown, and the terminal is
asked by itself, with growing pauses, until it tells; no money command leaves twice.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from queue import Empty, Full, Queue
from typing import Literal, TypeVar

from appliance.core.devices import Category, DeviceHealth, DeviceState, HealthChanged, Problem
from appliance.core.facts import SaleId, TenderOutcome, TenderType
from appliance.core.payment_answer import (
    AskingAgain,
    PaymentAnswered,
    PaymentSaid,
    PaymentShown,
    TotalsTold,
)
from appliance.malformed import Malformed
from appliance.payments.dialogue import Answer, Dialogue, Errand, NotSent
from appliance.payments.line import LineLost
from appliance.payments.port import Intent, MaySend, Tell

log = logging.getLogger(__name__)

PAUSES_S = (2.0, 5.0, 10.0, 20.0, 30.0, 60.0)
"""Between two questions about the same payment; the last one goes on for as long as it takes."""

CLOSE_S = 3.0
QUEUE_MAX = 100
"""The till asks one thing at a time of a terminal; more wait where the terminal hangs."""
TOO_MANY = f"{QUEUE_MAX} questions wait for the terminal already"

Key = tuple[SaleId, int]
T = TypeVar("T")

CALLED_OFF = Answer(TenderOutcome.CANCELLED, detail="called off before it was sent")


@dataclass(frozen=True, slots=True)
class _Task:
    kind: Literal["pay", "inquire", "totals", "settle", "greet"]
    errand: Errand | None = None
    tell: Callable[[HealthChanged], object] | None = None


@dataclass(slots=True)
class _Doubt:
    """A payment of unknown end; when to ask again, on the monotonic clock."""

    errand: Errand
    at_s: float
    asked: int = 0


@dataclass
class TerminalPort:
    """A PaymentPort over a Dialogue. pauses_s: between questions about one payment."""

    name: str
    type: TenderType
    dialogue: Dialogue
    pauses_s: Sequence[float] = PAUSES_S
    clock: Callable[[], float] = time.monotonic
    by_hand: bool = False

    _tasks: Queue[_Task | None] = field(default_factory=lambda: Queue(QUEUE_MAX), init=False)
    _stop: threading.Event = field(default_factory=threading.Event, init=False)
    _errands: dict[Key, Errand] = field(default_factory=dict, init=False)
    _doubts: dict[Key, _Doubt] = field(default_factory=dict, init=False)
    _thread: threading.Thread | None = field(default=None, init=False)
    _connected: bool = field(default=False, init=False)
    _failures: int = field(default=0, init=False)
    _retry_at_s: float = field(default=0.0, init=False)
    _told: DeviceHealth | None = field(default=None, init=False)

    # Called on the Till's thread; all return at once.

    def open(self, tell: Tell, may_send: MaySend) -> None:
        self._tell, self._may_send = tell, may_send
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, name=f"port-{self.name}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._put(None)  # wakes the thread
        if self._thread is not None:
            self._thread.join(CLOSE_S)
            self._thread = None

    def ask(self, intent: Intent) -> None:
        self._give("pay", intent)

    def inquire(self, intent: Intent) -> None:
        self._give("inquire", intent)

    def cancel(self, intent: Intent) -> None:
        errand = self._errands.get((intent.sale, intent.tender))
        if errand is not None:
            errand.cancel()

    def totals(self) -> None:
        """Answered by a TotalsTold."""
        self._put_count(_Task("totals"))

    def settle(self) -> None:
        """Closes the terminal's batch; answered by a TotalsTold."""
        self._put_count(_Task("settle"))

    def greet(self, tell: Callable[[HealthChanged], object]) -> None:
        """Over a wire that is opened anew, as far as before a payment and no further; tell: how it is,
        on the port's thread."""
        self._put(_Task("greet", tell=tell))

    def _give(self, kind: Literal["pay", "inquire"], intent: Intent) -> None:
        key = (intent.sale, intent.tender)

        def may_send(memo: str) -> bool:
            return self._may_send(intent.sale, intent.tender, memo)

        def say(text: str) -> None:
            self._tell(PaymentSaid(intent.sale, intent.tender, text))

        def show(code: str, until: datetime) -> None:
            self._tell(PaymentShown(intent.sale, intent.tender, code, until, intent.id))

        errand = Errand(intent, may_send, say, show, self._stop)
        # Known before the thread can have ended it, or it would be known for ever.
        self._errands[key] = errand
        if self._put(_Task(kind, errand)):
            return
        self._errands.pop(key, None)
        outcome = TenderOutcome.UNKNOWN if errand.left else TenderOutcome.DECLINED
        self._tell(PaymentAnswered(*key, outcome, None, reference="", detail=TOO_MANY))

    def _put_count(self, task: _Task) -> None:
        if not self._put(task):
            self._tell(TotalsTold(self.name, None, detail=TOO_MANY))

    def _put(self, task: _Task | None) -> bool:
        """Never waits, whatever the port's thread hangs in: the whole till would."""
        try:
            self._tasks.put_nowait(task)
        except Full:
            return False
        return True

    # The port's own thread.

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                task = self._tasks.get(timeout=self._nap_s())
            except Empty:
                self._idle()
                continue
            if task is not None:
                self._do(task)
        self._let_go()

    def _nap_s(self) -> float:
        due = [it.at_s for it in self._doubts.values()]
        if not self._connected:
            due.append(self._retry_at_s)
        return max(0.01, min((at - self.clock() for at in due), default=0.2)) if due else 0.2

    def _idle(self) -> None:
        now = self.clock()
        for key, doubt in list(self._doubts.items()):
            if doubt.at_s <= now and not self._stop.is_set():
                self._settle_doubt(key, doubt)
        if not self._connected and self._retry_at_s <= self.clock():
            self._tried(lambda: None)

    def _do(self, task: _Task) -> None:
        if task.tell is not None:
            self._greet(task.tell)
            return
        if task.errand is None:
            self._count(settle=task.kind == "settle")
            return
        errand = task.errand
        key = (errand.intent.sale, errand.intent.tender)
        answer = self._paid(errand) if task.kind == "pay" else self._asked(errand)
        self._book(key, errand, answer)

    def _book(self, key: Key, errand: Errand, answer: Answer) -> None:
        if answer.outcome is TenderOutcome.UNKNOWN:
            asked = self._doubts[key].asked + 1 if key in self._doubts else 0
            pause_s = self.pauses_s[min(asked, len(self.pauses_s) - 1)]
            self._doubts[key] = _Doubt(errand, self.clock() + pause_s, asked)
        else:
            self._doubts.pop(key, None)
            self._errands.pop(key, None)
        if errand.closing and answer.outcome is TenderOutcome.UNKNOWN:
            return  # the journal still has it pending: the next process asks
        it = errand.intent
        self._tell(
            PaymentAnswered(
                *(it.sale, it.tender, answer.outcome, answer.amount_minor),
                reference=answer.reference,
                detail=answer.detail[:200],
                printouts=answer.printouts,
            )
        )
        self._tell_when(key)

    def _tell_when(self, key: Key) -> None:
        """The cashier sees that the terminal is asked again by itself, and when."""
        if key in self._doubts:
            self._tell(AskingAgain(*key, int(self._doubts[key].at_s * 1e9)))

    def _settle_doubt(self, key: Key, doubt: _Doubt) -> None:
        """Asks by itself; the till hears of it only when the answer is known."""
        answer = self._asked(doubt.errand)
        if answer.outcome is not TenderOutcome.UNKNOWN:
            self._book(key, doubt.errand, answer)
            return
        doubt.asked += 1
        pause_s = self.pauses_s[min(doubt.asked, len(self.pauses_s) - 1)]
        doubt.at_s = self.clock() + pause_s
        self._tell_when(key)

    def _paid(self, errand: Errand) -> Answer:
        if errand.left:
            return self._asked(errand)
        if errand.cancel_wanted:
            return CALLED_OFF
        verb = self.dialogue.refund if errand.intent.amount_minor < 0 else self.dialogue.pay
        old_wire = self._connected
        try:
            answer, detail = self._tried(lambda: verb(errand))
            if answer is None and old_wire and not _has_left(errand):
                # The wire had died while nobody used it; nothing has moved yet.
                answer, detail = self._tried(lambda: verb(errand))
        except NotSent:
            return CALLED_OFF
        if answer is not None:
            return _signed(errand, answer)
        outcome = TenderOutcome.UNKNOWN if _has_left(errand) else TenderOutcome.DECLINED
        return Answer(outcome, detail=detail)

    def _asked(self, errand: Errand) -> Answer:
        """What became of it: by the terminal's word, or because nothing ever left."""
        if not errand.left:
            return Answer(TenderOutcome.DECLINED, detail="never sent")
        answer, detail = self._tried(lambda: self.dialogue.inquire(errand))
        if answer is None:
            return Answer(TenderOutcome.UNKNOWN, detail=detail)
        return _signed(errand, answer)

    def _greet(self, tell: Callable[[HealthChanged], object]) -> None:
        self._let_go()
        self._tried(lambda: None)
        assert self._told is not None, "it is there or it is not"
        tell(HealthChanged(self._told))

    def _count(self, *, settle: bool) -> None:
        question = self.dialogue.settle if settle else self.dialogue.totals
        totals, detail = self._tried(question)
        if totals is None:
            detail = detail or "the terminal has no such question"
        self._tell(TotalsTold(self.name, totals, settle and totals is not None, detail))

    def _tried(self, work: Callable[[], T]) -> tuple[T | None, str]:
        """What came of it over a wire that works, or nothing and why. Raises NotSent."""
        try:
            self._connect()
            return work(), ""
        except NotSent:
            raise
        except (LineLost, Malformed) as error:
            self._lost(error)
            return None, str(error) or type(error).__name__
        except Exception as error:
            log.exception("%s: the dialogue broke", self.name)
            self._lost(error)
            return None, type(error).__name__

    # The wire.

    def _connect(self) -> None:
        if not self._connected:
            self.dialogue.connect()
            self._connected = True
            self._failures = 0
            self._healthy(DeviceState.READY, Problem.NONE, "")

    def _lost(self, error: Exception) -> None:
        self._let_go()
        pause_s = self.pauses_s[min(self._failures, len(self.pauses_s) - 1)]
        self._failures += 1
        self._retry_at_s = self.clock() + pause_s
        self._healthy(DeviceState.MISSING, Problem.NO_ANSWER, str(error) or type(error).__name__)

    def _let_go(self) -> None:
        self._connected = False
        try:
            self.dialogue.disconnect()
        except Exception:
            log.exception("%s: the wire does not let go", self.name)

    def _healthy(self, state: DeviceState, problem: Problem, detail: str) -> None:
        health = DeviceHealth(self.name, Category.PAYMENT_TERMINAL, state, problem, detail[:200])
        if self._told == health:
            return
        self._told = health
        self._tell(HealthChanged(health))


def _has_left(errand: Errand) -> bool:
    return errand.left


def _signed(errand: Errand, answer: Answer) -> Answer:
    """A refund's amount is negative to the till, whatever sign its protocol gives it."""
    if answer.amount_minor is None or errand.intent.amount_minor > 0:
        return answer
    return replace(answer, amount_minor=-abs(answer.amount_minor))
