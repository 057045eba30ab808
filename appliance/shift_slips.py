"""Slips of the shift: a bag that went to the safe, a drawer that went to another cashier."""

from __future__ import annotations

from collections.abc import Callable

from appliance.core import facts as f
from appliance.core.receipt import ReceiptKind, Report, ReportRow, ReportSection
from appliance.documents import SLIPS, Papers
from appliance.journal import Journal, Record


def drop_slip(papers: Papers, journal: Journal, argument: str) -> Report:
    """ "SHIFT/WHICH": lies in the bag, and says what else does."""
    record = _which(journal.shifts.drop, journal, argument)
    moved = record.fact
    assert isinstance(moved, f.CashMoved)
    rows = [
        ReportRow("Bag", text=moved.bag),
        ReportRow("Into the safe", moved.amount_minor, strong=True),
    ]
    if moved.reason:
        rows.append(ReportRow(moved.reason, text=" "))
    return _slip(papers, record, "Safe drop", rows)


def handover_slip(papers: Papers, journal: Journal, argument: str) -> Report:
    """ "SHIFT/WHICH": signed by who takes the drawer. Where the count is blind, an uncounted drawer
    keeps to itself what should be in it."""
    record = _which(journal.shifts.handover, journal, argument)
    handed = record.fact
    assert isinstance(handed, f.ShiftHandedOver)
    rows = [
        ReportRow("Gives", text=papers.person(handed.giver) or "—"),
        ReportRow("Takes", text=papers.person(handed.taker)),
    ]
    if handed.counted_minor is not None or not papers.policy.blind_count:
        rows.append(ReportRow("Expected in drawer", handed.expected_minor))
    if handed.counted_minor is None:
        rows.append(ReportRow("Counted", text="—"))
    else:
        rows.append(ReportRow("Counted", handed.counted_minor, strong=True))
        rows.append(ReportRow("Difference", handed.counted_minor - handed.expected_minor))
    if handed.reason:
        rows.append(ReportRow(handed.reason, text=" "))
    return _slip(papers, record, "Handover of the drawer", rows)


def _which(of: Callable[[int, int], Record | None], journal: Journal, argument: str) -> Record:
    shift, _, which = argument.partition("/")
    key = journal.shifts.key_of(int(shift))
    found = None if key is None else of(key, int(which))
    assert found is not None, argument
    return found


def _slip(papers: Papers, record: Record, title: str, rows: list[ReportRow]) -> Report:
    return papers.report(
        ReceiptKind.SLIP,
        record.at,
        (ReportSection(tuple(rows)),),
        title=title,
        cashier=papers.person(record.actor),
        sign=True,
    )


SLIPS["drop"] = drop_slip
SLIPS["handover"] = handover_slip
