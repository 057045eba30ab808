"""The checker: a terminal's ledger and the till's journal, which never met, compared for one sale."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from appliance.core.intents import OPEN, TAKEN, Intent, IntentState
from hw_sim.terminal import Charge


class Wrong(StrEnum):
    """twice: charged or given back more often than once. lost: the terminal has money that the
    journal does not know of. unpaid: the journal has money that nobody paid. hidden: the till does
    not know what became of it, or owes it, and shows nobody."""

    TWICE = "charged twice"
    LOST = "paid, but lost"
    UNPAID = "booked, but unpaid"
    HIDDEN = "unknown, and not shown"


@dataclass(frozen=True, slots=True)
class Shown:
    """What the till's screen has: the tenders that are unknown, and those to be given back."""

    unknown: Collection[int] = ()
    owed: Collection[int] = ()


def compared(
    made: Sequence[Charge], intents: Sequence[Intent], shown: Shown, *, wants_back: bool = False
) -> list[Wrong]:
    """made: what the terminal did for this sale. wants_back: the sale was given up after its card
    was charged."""
    found = []
    if _twice(made):
        found.append(Wrong.TWICE)
    more = terminal_net(made) - journal_net(intents)
    if more not in _explained(intents):
        found.append(Wrong.LOST if more > 0 else Wrong.UNPAID)
    unsure = [it.tender for it in intents if it.state in OPEN]
    if set(unsure) - set(shown.unknown):
        found.append(Wrong.HIDDEN)
    if wants_back and not unsure and terminal_net(made) and not shown.owed:
        found.append(Wrong.HIDDEN)
    return found


def terminal_net(made: Sequence[Charge]) -> int:
    """Paid, without what was given back."""
    paid, back = _sums(made)
    return paid - back


def journal_net(intents: Sequence[Intent]) -> int:
    """The same by the journal, in which a refund is noted at the payment that it gives back."""
    moved = TAKEN | {IntentState.REVERSED}
    return sum(
        it.amount_minor - it.gone_minor
        for it in intents
        if it.state in moved and it.amount_minor > 0
    )


def _twice(made: Sequence[Charge]) -> bool:
    """A payment that the terminal took back by itself was none."""
    paid, back = _sums(made)
    live = [it for it in made if it.kind == "payment" and not it.reversed]
    return len(live) > 1 or back > paid


def _sums(made: Sequence[Charge]) -> tuple[int, int]:
    paid = sum(it.amount_minor for it in made if it.kind == "payment")
    back = sum(it.amount_minor for it in made if (it.kind == "refund") != it.reversed)
    return paid, back


def _explained(intents: Sequence[Intent]) -> set[int]:
    """Differences that are no loss, because the till says that it does not know."""
    asked = [it.asked_minor for it in intents if it.state in OPEN]
    return {sum(some) for count in range(len(asked) + 1) for some in combinations(asked, count)}
