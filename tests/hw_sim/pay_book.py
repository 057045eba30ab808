"""What the journal says of each payment beside what was really charged: nothing may be taken twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from appliance.core.intents import OPEN, Intent, PastIntent
from hw_sim.terminal import Kind


@dataclass(frozen=True, slots=True)
class Moved:
    """Money that moved at a terminal or a bank. at: seconds since 1970. of: the till's own number of
    the payment, where the ledger holds it."""

    kind: Kind
    amount_minor: int
    at: float
    reversed: bool = False
    by_hand: bool = False
    of: str = ""

    @property
    def net_minor(self) -> int:
        if self.reversed:
            return 0
        return self.amount_minor if self.kind == "payment" else -self.amount_minor


@dataclass(frozen=True, slots=True)
class Row:
    """One payment. verdict: agrees, open (the till knows that it does not know), differs, or by_hand:
    the till asked for nothing. charged: how often money moved for it."""

    payment: str
    port: str
    asked_minor: int
    state: str
    booked_minor: int
    charged_minor: int
    charged: int
    verdict: str


def rows(asked: Sequence[PastIntent], ledgers: Mapping[str, Sequence[Moved]]) -> list[Row]:
    """Oldest first. A ledger that names no payment had it from the last one asked of its port."""
    told = sorted(asked, key=lambda it: it.at)
    mine: list[list[Moved]] = [[] for _ in told]
    strange: list[tuple[str, Moved]] = []
    for port, ledger in ledgers.items():
        for it in ledger:
            at = None if it.by_hand else _asked_for(told, port, it)
            if at is None:
                strange.append((port, it))
            else:
                mine[at].append(it)
    found = [_row(told, mine, at) for at in range(len(told))]
    found += [
        Row("", port, 0, "", 0, it.net_minor, 1, "by_hand" if it.by_hand else "differs")
        for port, it in strange
    ]
    return found


def _asked_for(told: Sequence[PastIntent], port: str, it: Moved) -> int | None:
    if it.of:
        number = it.of.partition("-")[2]  # TILL-EPOCH-SALE-TENDER without the till
        return next((at for at, one in enumerate(told) if _number(one) == number), None)
    before = [
        at
        for at, one in enumerate(told)
        if one.intent.port == port and one.at.timestamp() <= it.at + 0.001
    ]
    return before[-1] if before else None


def _row(told: Sequence[PastIntent], mine: Sequence[Sequence[Moved]], at: int) -> Row:
    it = told[at].intent
    family = [n for n, one in enumerate(told) if _root(told, one.intent) == _root(told, it)]
    booked = sum(told[n].intent.amount_minor for n in family)
    moved = sum(one.net_minor for n in family for one in mine[n])
    if any(told[n].intent.state in OPEN for n in family):
        verdict = "open"
    else:
        verdict = "agrees" if booked == moved else "differs"
    return Row(
        _number(told[at]),
        it.port,
        it.asked_minor,
        it.state.value,
        it.amount_minor,
        sum(one.net_minor for one in mine[at]),
        len(mine[at]),
        verdict,
    )


def _root(told: Sequence[PastIntent], it: Intent) -> tuple[int, int]:
    """The payment that this one is, or takes back."""
    if it.asked_minor >= 0:
        return it.sale, it.tender
    if it.reverses:
        return it.sale, it.reverses
    for one in told:
        paid = one.intent
        if it.original and paid.reference == it.original and paid.port == it.port:
            return paid.sale, paid.tender
    return it.sale, it.tender


def _number(it: PastIntent) -> str:
    return f"{it.epoch}-{it.intent.sale}-{it.intent.tender}"
