"""Parts of X and Z reports that tell of people, drawers and counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from appliance import i18n
from appliance.core import facts as f
from appliance.core.drawers import drawer_of
from appliance.core.open_matters import MatterKind
from appliance.core.policy import Policy
from appliance.core.receipt import ReportRow, ReportSection
from appliance.journal.past_shifts import ForeignCounted, PastShifts
from appliance.ui.sentences.shift import MATTERS

Name = Callable[[str], str]
"""A person's id to the name that people know."""


def of_drawer(drawer: str, policy: Policy) -> tuple[ReportSection, ...]:
    """Which one, where a till has several."""
    if not drawer:
        return ()
    known = drawer_of(policy, drawer)
    return (ReportSection((ReportRow("Drawer", text=known.name if known else drawer),)),)


def by_cashier(
    shifts: PastShifts, key: int | None, name: Name, *, blind: bool = False
) -> tuple[ReportSection, ...]:
    """Who sold how much, where it was more than one person; blind: only how often."""
    taken = () if key is None else shifts.takings(key)
    if len(taken) < 2:
        return ()
    rows = []
    for it in taken:
        who = name(it.cashier)
        if blind:
            rows.append(ReportRow(who, count=it.sales))
        else:
            rows.append(ReportRow(f"{who} × {it.sales}", it.gross_minor))
    return (ReportSection(tuple(rows), title="By cashier"),)


def counted(closed: f.ShiftClosed, found_minor: int) -> ReportSection:
    """found: what counts at handovers had found off, which is part of the difference."""
    rows = [
        ReportRow("Expected in drawer", closed.totals.cash_minor),
        ReportRow("Counted", closed.counted_minor),
        ReportRow("Difference", closed.difference_minor, strong=True),
    ]
    if found_minor:
        rows.append(ReportRow("Found at handovers", found_minor))
    if closed.reason:
        rows.append(ReportRow("Reason", text=closed.reason))
    if closed.drop_minor:
        rows.append(ReportRow("Into the safe", -closed.drop_minor))
        rows.append(ReportRow("Bag", text=closed.bag))
        rows.append(ReportRow("Left in the drawer", closed.counted_minor - closed.drop_minor))
    return ReportSection(tuple(rows))


def foreign(counts: tuple[ForeignCounted, ...], language: str) -> tuple[ReportSection, ...]:
    """Foreign notes as counted, each in its own currency."""
    rows = tuple(row for it in counts for row in _foreign(it, language))
    return (ReportSection(rows, title="Foreign notes"),) if rows else ()


def _foreign(count: ForeignCounted, language: str) -> Iterator[ReportRow]:
    def told(minor: int) -> str:
        return f"{i18n.amount(minor, count.currency, language)} {count.currency}"

    yield ReportRow("Expected in drawer", text=told(count.expected_minor))
    yield ReportRow("Counted", text=told(count.counted_minor))
    off = count.counted_minor - count.expected_minor
    if off:
        yield ReportRow("Difference", text=told(off), strong=True)


def left_open(closed: f.ShiftClosed) -> tuple[ReportSection, ...]:
    """What nobody had settled at the close, by kind."""
    rows = []
    for matter in closed.open_matters:
        kind, _, count = matter.partition(":")
        rows.append(ReportRow(MATTERS[MatterKind(kind)][0], count=int(count)))
    return (ReportSection(tuple(rows), title="Left open"),) if rows else ()
