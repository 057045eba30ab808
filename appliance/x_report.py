"""The X report: the drawer in use, the whole till or one person's sales, as things stand."""

from __future__ import annotations

from dataclasses import dataclass

from appliance import shift_sections
from appliance.core import facts as f
from appliance.core.drawers import drawer_of, open_shifts
from appliance.core.policy import Policy
from appliance.core.receipt import ReportRow, ReportSection
from appliance.core.sums import sum_totals
from appliance.core.x_scope import cashier_of
from appliance.journal import Journal


@dataclass(frozen=True, slots=True)
class XReport:
    """number: of the shift, or of all that are open."""

    number: str
    sections: tuple[ReportSection, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """One shift in it. found: what handovers found off."""

    shift: f.ShiftNumber
    key: int
    drawer: str
    totals: f.ShiftTotals
    found_minor: int

    @property
    def cash_minor(self) -> int:
        return self.totals.cash_minor + self.found_minor


def x_report(
    journal: Journal,
    policy: Policy,
    language: str,
    scope: str,
    shift: f.ShiftNumber,
    *,
    blind: bool,
) -> XReport:
    """scope: see core/x_scope.py. shift: that of the drawer, where it is of one. blind: for whom the
    count is still to come, so that nothing tells what it is to find."""
    parts = _parts(journal, shift, every=bool(scope))
    number = ", ".join(map(str, sorted(it.shift for it in parts)))
    who = cashier_of(scope)
    if who:
        totals = sum_totals(journal.shifts.sold_by(who, it.key) for it in parts)
        whose = ReportRow("Cashier", text=shift_sections.person(who, policy))
        sold = shift_sections.sold(totals, policy, language, blind=blind)
        return XReport(number, (ReportSection((whose,)), *sold))
    totals = sum_totals(it.totals for it in parts)
    people = journal.shifts.takings(*(it.key for it in parts))
    drawers = (
        shift_sections.of_drawer(parts[0].drawer, policy)
        if len(parts) == 1
        else (_by_drawer(parts, policy, blind=blind),)
    )
    sections = (
        *drawers,
        *shift_sections.sold(totals, policy, language, blind=blind),
        *shift_sections.moved(totals, blind=blind),
        *(() if blind else (_in_drawer(parts),)),
        *shift_sections.offers(journal.shifts.offers(*(it.key for it in parts))),
        *shift_sections.by_cashier(
            people, lambda who: shift_sections.person(who, policy), blind=blind
        ),
    )
    return XReport(number, sections)


def _parts(journal: Journal, shift: f.ShiftNumber, *, every: bool) -> tuple[_Part, ...]:
    found = [
        _part(journal, it.shift, it.drawer, it.totals, it.found_minor)
        for it in open_shifts(journal.state)
        if every or it.shift == shift
    ]
    return tuple(found) or (_closed(journal, shift),)


def _closed(journal: Journal, shift: f.ShiftNumber) -> _Part:
    closing = journal.closing_of(shift)
    assert closing is not None
    assert isinstance(closing.fact, f.ShiftClosed)
    key = _key(journal, shift)
    drawer, found = journal.shifts.drawer_of(key), journal.shifts.found_minor(key)
    return _part(journal, shift, drawer, closing.fact.totals, found)


def _part(
    journal: Journal, shift: f.ShiftNumber, drawer: str, totals: f.ShiftTotals, found_minor: int
) -> _Part:
    return _Part(shift, _key(journal, shift), drawer, totals, found_minor)


def _key(journal: Journal, shift: f.ShiftNumber) -> int:
    key = journal.shifts.key_of(shift)
    assert key is not None
    return key


def _by_drawer(parts: tuple[_Part, ...], policy: Policy, *, blind: bool) -> ReportSection:
    rows = []
    for it in parts:
        known = drawer_of(policy, it.drawer)
        name = known.name if known else it.drawer
        sales = it.totals.sales
        if blind:
            rows.append(ReportRow(name, count=sales))
        else:
            rows.append(ReportRow(f"{name} × {sales}", it.totals.gross_minor))
    return ReportSection(tuple(rows), title="By drawer")


def _in_drawer(parts: tuple[_Part, ...]) -> ReportSection:
    rows = [ReportRow("Expected in drawer", sum(it.cash_minor for it in parts), strong=True)]
    found = sum(it.found_minor for it in parts)
    if found:
        rows.insert(0, ReportRow("Found at handovers", found))
    return ReportSection(tuple(rows))
