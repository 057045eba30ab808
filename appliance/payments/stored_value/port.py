"""The shop's ledger behind the payment port: asked before a card pays, told what this till moved.

One thread does all of it. Where the ledger cannot be reached the till pays on its own account, up
to what the question allows; the movement goes to the ledger when it is back, and what others moved
comes from it, so that each till knows the balances at any time.
"""

from __future__ import annotations

import logging
import queue
import threading
from dataclasses import dataclass
from pathlib import Path

from appliance.core import commands as c
from appliance.core.accounts import HELD, LEDGER_PORT
from appliance.core.devices import Category, DeviceHealth, DeviceState, HealthChanged, Problem
from appliance.core.facts import TenderOutcome, TenderType
from appliance.core.payment_answer import PaymentAnswered
from appliance.core.refusal import Refusal
from appliance.journal.ledger import Ledger as Balances
from appliance.journal.movements import Move, movements, place_of, record_of
from appliance.journal.reports import reading
from appliance.payments.port import Intent, MaySend, Tell
from appliance.payments.stored_value.ledger import (
    PAGE,
    PASSING,
    Ask,
    Ledger,
    LedgerLost,
    request_of,
)

log = logging.getLogger(__name__)

EVERY_S = 2.0
"""A card that was sold at one till is known at the next before its buyer has walked there."""
ALONE = "alone"
"""In the answer's detail: the ledger was not reached, the till paid on its own account."""
UNREACHABLE = "unreachable"
RELEASES_MAX = 1_000
"""Keys to be freed when the ledger is back; the ledger frees older ones by itself."""


@dataclass(frozen=True, slots=True)
class _Question:
    intent: Intent
    again: bool = False


class LedgerPort:
    """path, till: of this till's journal. ask: the Till; set with `connect` before `open`."""

    name = LEDGER_PORT
    type = TenderType.GIFT_CARD
    by_hand = False

    def __init__(self, path: Path, till: str, ledger: Ledger, every_s: float = EVERY_S) -> None:
        self._path = path
        self._till = till
        self._ledger = ledger
        self._every_s = every_s
        self._ask: Ask | None = None
        self._tell: Tell = lambda _: None
        self._inbox: queue.Queue[_Question | None] = queue.Queue()
        self._cancelled: set[str] = set()
        self._releases: list[str] = []
        self._pushed: int | None = None
        self._pulled = 0
        self._reached: bool | None = None
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ledger-port", daemon=True)

    def connect(self, ask: Ask) -> None:
        """Whom to tell what other tills moved."""
        self._ask = ask

    # The payment port.

    def open(self, tell: Tell, _may_send: MaySend) -> None:
        """To hold value charges nobody, so nobody is asked whether the question may leave."""
        self._tell = tell
        self._thread.start()

    def close(self) -> None:
        self._closing.set()
        self._inbox.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def ask(self, intent: Intent) -> None:
        self._inbox.put(_Question(intent))

    def inquire(self, intent: Intent) -> None:
        self._inbox.put(_Question(intent, again=True))

    def cancel(self, intent: Intent) -> None:
        self._cancelled.add(intent.id)

    def totals(self) -> None:
        """A ledger has no batch."""

    def settle(self) -> None:
        """It settles all the time."""

    # Its thread.

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                asked = self._inbox.get(timeout=self._every_s)
            except queue.Empty:
                asked = None
            if self._closing.is_set():
                return
            if asked is not None:
                self._answer(asked)
            if self._inbox.empty():
                self._meet()

    def _answer(self, asked: _Question) -> None:
        intent = asked.intent
        if asked.again:
            # No answer was written down, so nothing was paid: the cashier asks anew.
            self._free(intent.id)
            self._say(intent, TenderOutcome.DECLINED, 0, "restart")
        elif intent.id in self._cancelled:
            self._say(intent, TenderOutcome.CANCELLED, 0, "")
        else:
            self._hold(intent)
        self._cancelled.discard(intent.id)

    def _hold(self, intent: Intent) -> None:
        try:
            granted = self._ledger.hold(intent.account, intent.amount_minor, intent.id)
        except LedgerLost as error:
            self._lost(error)
            self._alone(intent)
            return
        if intent.id in self._cancelled:
            self._free(intent.id)
            self._say(intent, TenderOutcome.CANCELLED, 0, "")
        elif granted.amount_minor:
            amount = min(granted.amount_minor, intent.amount_minor)
            self._say(intent, TenderOutcome.APPROVED, amount, HELD)
        else:
            self._say(intent, TenderOutcome.DECLINED, 0, granted.why)

    def _alone(self, intent: Intent) -> None:
        """The ledger may have set it aside all the same: the movement's key tells it, or the key
        is freed when it is back."""
        amount = min(intent.amount_minor, intent.alone_minor)
        if amount > 0 and intent.id not in self._cancelled:
            self._say(intent, TenderOutcome.APPROVED, amount, ALONE)
            return
        self._releases = [*self._releases, intent.id][-RELEASES_MAX:]
        self._say(intent, TenderOutcome.DECLINED, 0, UNREACHABLE)

    def _free(self, key: str) -> None:
        try:
            self._ledger.release(key)
        except LedgerLost as error:
            self._lost(error)
            self._releases = [*self._releases, key][-RELEASES_MAX:]

    def _say(self, intent: Intent, outcome: TenderOutcome, amount: int, detail: str) -> None:
        self._tell(
            PaymentAnswered(intent.sale, intent.tender, outcome, amount or None, detail=detail)
        )

    def _meet(self) -> None:
        """Both sides tell each other what they do not know yet."""
        try:
            while self._releases:
                self._ledger.release(self._releases[0])
                self._releases = self._releases[1:]
            news = self._push()
            news = self._pull() or news
            if news and self._pushed is not None:
                own, theirs = place_of(self._pushed), place_of(self._pulled)
                self._note(c.NoteLedger(*own, *theirs))
        except LedgerLost as error:
            self._lost(error)
            return
        except Exception:
            log.exception("the shop's ledger and this till know different things")
            return
        self._healthy(reached=True)

    def _lost(self, error: LedgerLost) -> None:
        self._pushed = None
        self._healthy(reached=False, detail=str(error))

    def _healthy(self, *, reached: bool, detail: str = "") -> None:
        if self._reached is reached:
            return
        self._reached = reached
        log.info("the shop's ledger %s", "answers" if reached else f"cannot be reached: {detail}")
        state = DeviceState.READY if reached else DeviceState.MISSING
        problem = Problem.NONE if reached else Problem.NO_ANSWER
        health = DeviceHealth(self.name, Category.CARD_LEDGER, state, problem, detail[:200])
        self._tell(HealthChanged(health))

    def _push(self) -> bool:
        if self._pushed is None:
            self._pushed = self._ledger.heard(self._till)
        news = False
        while True:
            with reading(self._path) as con:
                moves, upto = movements(con, self._till, self._pushed, PAGE, own=True)
            if moves:
                self._ledger.push(moves)
                news = True
            if upto <= self._pushed:
                return news
            self._pushed = upto

    def _pull(self) -> bool:
        with reading(self._path) as con:
            self._pulled = max(self._pulled, Balances(con).places()[1])
        news = False
        while True:
            moves, upto = self._ledger.pull(self._pulled)
            for move in moves:
                news = self._heard(move) or news
            if upto <= self._pulled:
                return news
            self._pulled = upto

    def _heard(self, move: Move) -> bool:
        """Notes it, unless this journal is where it comes from."""
        own = record_of(move.origin, self._till)
        if own:
            with reading(self._path) as con:
                if con.execute("SELECT 1 FROM fact WHERE id=?", (own,)).fetchone():
                    return False
        self._note(request_of(move))
        return True

    def _note(self, request: c.Request) -> None:
        assert self._ask is not None
        answer = self._ask(request)
        if not isinstance(answer, Refusal):
            return
        if answer.reason in PASSING:
            raise LedgerLost(f"this till: {answer.reason.value}")
        log.warning("not noted: %s: %s", request, answer.reason.value)
