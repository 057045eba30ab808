"""What a ledger of stored value answers, and the one that stands in this till's own journal."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from appliance.core import commands as c
from appliance.core.refusal import Reason, Refusal
from appliance.journal.ledger import Ledger as Balances
from appliance.journal.movements import Move, last_heard, movements
from appliance.journal.reports import reading

PAGE = 200
"""Movements in one message."""

HELD_MAX_S = 24 * 3600
"""A till that asked and never came back does not keep a customer's money longer than a day."""

Ask = Callable[[c.Request], Sequence[Any] | Refusal]
PASSING = frozenset({Reason.BUSY, Reason.STORAGE_FULL, Reason.STORAGE_FAULT})


class LedgerLost(Exception):
    """The ledger does not answer, or not as one of this shop: nobody knows what it did."""


@dataclass(frozen=True, slots=True)
class Granted:
    """What may be paid. amount_minor 0: nothing, and why says the reason of the refusal."""

    amount_minor: int = 0
    why: str = ""


class Ledger(Protocol):
    """Each verb may be repeated as often as a lost answer makes it needful; all raise LedgerLost."""

    def hold(self, account: str, amount_minor: int, key: str) -> Granted:
        """Sets value aside for the tender that `key` names: all of it, or what is free."""
        ...

    def release(self, key: str) -> None:
        """Nothing was paid under the key, and nothing will be."""
        ...

    def push(self, moves: Sequence[Move]) -> None:
        """What another till moved, in its order; a movement with a key captures what was held."""
        ...

    def pull(self, after: int) -> tuple[tuple[Move, ...], int]:
        """What moved after a record of the ledger, and up to which record that is all."""
        ...

    def heard(self, till: str) -> int:
        """The last record of a till that the ledger has."""
        ...


class OwnLedger:
    """The journal of this till is the shop's ledger. ask: the Till, which alone writes it."""

    def __init__(self, path: Path, till: str, ask: Ask) -> None:
        self._path = path
        self._till = till
        self._ask = ask

    def hold(self, account: str, amount_minor: int, key: str) -> Granted:
        refusal = self._asked(c.HoldValue(account, amount_minor, key))
        if refusal is not None:
            return Granted(why=refusal.reason.value)
        with reading(self._path) as con:
            held = Balances(con).hold(key)
        if held is None or held.state == "released":
            return Granted(why=Reason.TENDER_ANSWERED.value)
        return Granted(held.amount_minor)

    def release(self, key: str) -> None:
        self._asked(c.ReleaseValue(key))

    def push(self, moves: Sequence[Move]) -> None:
        for move in moves:
            self._asked(request_of(move))

    def pull(self, after: int) -> tuple[tuple[Move, ...], int]:
        with reading(self._path) as con:
            return movements(con, self._till, after, PAGE)

    def heard(self, till: str) -> int:
        with reading(self._path) as con:
            return last_heard(con, till)

    def sweep(self, now_s: Callable[[], float] = time.time) -> None:
        """Frees what tills that never came back had set aside."""
        with reading(self._path) as con:
            held = Balances(con).holds()
        for each in held:
            if now_s() - each.at_ms / 1000 > HELD_MAX_S:
                self.release(each.key)

    def _asked(self, request: c.Request) -> Refusal | None:
        answer = self._ask(request)
        if not isinstance(answer, Refusal):
            return None
        if answer.reason in PASSING:
            raise LedgerLost(answer.reason.value)
        return answer


def request_of(move: Move) -> c.Request:
    """What notes another till's movement in this till's journal."""
    if move.blocked is not None:
        return c.NoteForeignBlock(move.account, move.reason, move.blocked, move.origin)
    return c.NoteForeignMovement(
        move.account, move.kind, move.delta, move.origin, move.opened, move.key
    )
