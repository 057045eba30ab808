"""The page that the proof leaves: what was done, and what came of it, driver by driver.

The figures of each driver's last whole run stand in `payments.json` beside it, so that one driver
can be proven again without all the others.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from .drivers import DRIVERS
from .ledgers import Wrong
from .tally import Tally, added, from_json, to_json

PAGE = Path(__file__).parents[3] / "docs" / "proofs" / "payments.md"
FIGURES = PAGE.with_suffix(".json")

_TEXT = """\
# Proof: no payment twice, none lost, none made up

Written by `make payments-proof SECONDS_MAX=0 ARGS=--write`, on {day}; {minutes:.0f} minutes of one driver after
the other.

For every terminal driver a real till process pays at its simulated terminal over a real wire. At
every message of a payment that is approved, declined, cancelled and given back, before it arrives
and after, the wire is cut, the terminal restarted, or the till killed (SIGKILL). The till comes
back; then the terminal's ledger and the till's journal, which never met, are compared sale by sale,
and once more for the whole day. A message is one of the protocol's, in either direction, its
acknowledgements included.

| driver | messages | cases | wire cut | till killed | terminal restarted | charges | unknown | resolved | shown | charged twice | lost | booked unpaid | hidden |
|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|
{rows}

*messages*: of the four stories without a fault. *unknown*: nobody knew for a while what became of
the payment. *resolved*: the till found out by asking the terminal. *shown*: it could not, and says so
until a manager decides. *hidden*: unknown or owed, and nowhere on the screen. {unreached} of the cases
strike at nothing: their story was shorter that time (a terminal that waits for a card says so as
often as it likes).

## Why some stay unknown

{shown}

## Could the next customer pay

After each case somebody pays without a fault.

{stuck}
"""

_WHY = {
    "caisse_ap": (
        "the protocol has no question for what became of a payment. Whatever is cut after it left"
        " stays unknown until somebody reads the terminal's slip."
    ),
}


def keep(tally: Tally) -> None:
    """The figures of one driver's whole run, and the page drawn anew."""
    kept = json.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.exists() else {}
    kept[tally.driver] = to_json(tally)
    in_order = {name: kept[name] for name in DRIVERS if name in kept}
    FIGURES.parent.mkdir(exist_ok=True)
    FIGURES.write_text(json.dumps(in_order, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(page([from_json(it) for it in in_order.values()]), encoding="utf-8")


def page(tallies: Sequence[Tally]) -> str:
    total = added(tallies)
    stuck = [f"- `{it.driver}`: {case}" for it in tallies for case in it.stuck]
    return _TEXT.format(
        day=" and ".join(sorted({it.day for it in tallies})),
        minutes=total.seconds / 60,
        rows="\n".join(_row(it) for it in (*tallies, total)),
        unreached=len(total.unreached),
        shown="\n".join(_why(it) for it in tallies if it.shown) or "None did.",
        stuck="\n".join(stuck) or "Always, and the wire worked again.",
    )


def _row(it: Tally) -> str:
    figures = (it.messages, it.cases, it.cuts, it.kills, it.restarts, it.charges)
    figures += (it.unknown, it.resolved, it.shown, *(it.count(kind) for kind in Wrong))
    return f"| {it.driver} | {' | '.join(map(str, figures))} |"


def _why(it: Tally) -> str:
    said = _WHY.get(it.driver)
    if said is not None:
        return f"- `{it.driver}`: {said}"
    return "\n".join([f"- `{it.driver}`:", *(f"    - {case}" for case in it.told)])
