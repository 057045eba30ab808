"""Facts in, rows out: the pure part of the fleet's tables, the same for a new batch and a rebuild."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import NamedTuple

from appliance.fleet.store import read_sales, read_shifts, read_stock
from appliance.fleet.store.bodies import Body, Unreadable, plain
from appliance.fleet.store.drawn import Drawn, Told
from appliance.fleet.store.running import Running
from appliance.journal import registry

Handler = Callable[[Running, Told, Body, Drawn], None]

HANDLERS: dict[str, Handler] = {
    **read_sales.HANDLERS,
    **read_shifts.HANDLERS,
    **read_stock.HANDLERS,
}


class Kept(NamedTuple):
    """A fact as it stands in the ledger. body: canonical JSON."""

    seq: int
    at_ms: int
    offset_min: int
    actor: str
    type: str
    version: int
    body: str | bytes


class Whose(NamedTuple):
    """The till that tells, the shop it stands in, the epoch it tells of."""

    till: str
    shop: str
    epoch: int


def project(
    whose: Whose,
    run: Running,
    facts: Iterable[Kept],
    out: Drawn,
    done: frozenset[int] = frozenset(),
) -> None:
    """Adds to `out` what the facts, in order, make of the tables, and brings `run` on.

    A fact that cannot be understood changes no table and is noted as unread. done: paid sales that
    `project_ahead` has entered already; of them only the shift's sums are news.
    """
    for fact in facts:
        if fact.seq not in done:
            _project(whose, run, fact, out)
        else:
            entered = Drawn()
            _project(whose, run, fact, entered)
            out.shifts |= entered.shifts


def project_ahead(whose: Whose, run: Running, facts: Iterable[Kept], out: Drawn) -> frozenset[int]:
    """The same for facts that came before those they follow: only paid sales whose beginning is
    among them can be understood already. Which facts those were."""
    done = set()
    for fact in facts:
        before = run.sale
        drawn = Drawn()
        _project(whose, run, fact, drawn)
        if (
            fact.type == "SaleCompleted"
            and before is not None
            and (before["epoch"], before["sale"]) in drawn.sales
        ):
            out.add(drawn)
            done.add(fact.seq)
    return frozenset(done)


def _project(whose: Whose, run: Running, fact: Kept, out: Drawn) -> None:
    handle = HANDLERS.get(fact.type)
    if handle is None:
        if fact.type not in registry.TYPES:
            _unread(whose, fact, out, "a type that this program does not know")
        return
    if fact.version > registry.version_of(fact.type):
        _unread(whose, fact, out, "a version that this program does not know")
        return
    told = Told(*whose, fact.seq, fact.at_ms, fact.offset_min, plain(fact.actor))
    try:
        handle(run, told, _up_to_date(fact), out)
    except Unreadable as error:
        _unread(whose, fact, out, str(error))


def _up_to_date(fact: Kept) -> Body:
    body: dict[str, object] = json.loads(fact.body)
    for version in range(fact.version, registry.version_of(fact.type)):
        body = registry.UPCASTERS[fact.type, version](body)
    return body


def _unread(whose: Whose, fact: Kept, out: Drawn, why: str) -> None:
    out.unread.append((whose.till, whose.epoch, fact.seq, fact.type, fact.version, why[:200]))
