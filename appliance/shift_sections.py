"""What X and Z reports are made of: sums, money by its kind, people, drawers, counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from appliance import i18n
from appliance.core import facts as f
from appliance.core.drawers import drawer_of
from appliance.core.open_matters import MatterKind
from appliance.core.policy import Policy
from appliance.core.receipt import ReportRow, ReportSection
from appliance.journal.past_payments import TerminalDay
from appliance.journal.past_shifts import ForeignCounted, Given, Takings
from appliance.ui.sentences.shift import MATTERS

TENDER_NAMES = {
    f.TenderType.CASH: "Cash",
    f.TenderType.FOREIGN_CASH: "Foreign cash",
    f.TenderType.CARD: "Card",
    f.TenderType.QR: "QR code",
    f.TenderType.GIFT_CARD: "Gift card",
    f.TenderType.VOUCHER: "Voucher",
    f.TenderType.ACCOUNT: "On account",
    f.TenderType.ADVANCE: "Advance",
    f.TenderType.LOYALTY: "Points",
}
Name = Callable[[str], str]
"""A person's id to the name that people know."""


def of_drawer(drawer: str, policy: Policy) -> tuple[ReportSection, ...]:
    """Which one, where a till has several."""
    if not drawer:
        return ()
    known = drawer_of(policy, drawer)
    return (ReportSection((ReportRow("Drawer", text=known.name if known else drawer),)),)


def sold(
    totals: f.ShiftTotals, policy: Policy, language: str, *, blind: bool = False
) -> list[ReportSection]:
    """What came of sales: how many, taxes, money by its kind; blind: nothing that tells of cash."""
    rows = [
        ReportRow("Sales", count=totals.sales),
        ReportRow("Lines", count=totals.items),
        *(() if blind else (ReportRow("Takings", totals.gross_minor, strong=True),)),
        ReportRow("Discounts", totals.discount_minor),
        ReportRow("Cash rounding", totals.rounding_minor),
    ]
    if totals.returns:
        rows.append(ReportRow("Returns", count=totals.returns))
    for label, amount in (
        ("Returned", -totals.returns_minor),
        ("Tips", totals.tips_minor),
        ("Cards, advances, debts", totals.prepaid_minor),
    ):
        if amount:
            rows.append(ReportRow(label, amount))
    sections = [ReportSection(tuple(rows))]
    if totals.taxes and not blind:
        taxes = tuple(_tax(it, totals, policy, language) for it in totals.taxes)
        sections.append(ReportSection(taxes, title="Taxes"))
    if totals.tenders and not blind:
        sections.append(_tenders(totals, language))
    return sections


def moved(totals: f.ShiftTotals, *, blind: bool = False) -> list[ReportSection]:
    """The drawer's cash beside sales, and what a manager looks at twice."""
    cash = [ReportRow("Float", totals.float_minor)]
    if not blind:
        cash.append(ReportRow("Cash sales", totals.cash_sales_minor))
    cash.append(ReportRow("Pay-in", totals.pay_in_minor))
    cash.append(ReportRow("Pay-out", -totals.pay_out_minor))
    if totals.safe_drop_minor:
        cash.append(ReportRow("Into the safe", -totals.safe_drop_minor))
    watched = (
        ReportRow("Voided lines", count=totals.voided_lines),
        ReportRow("Voided sales", count=totals.voided_sales),
        ReportRow("Drawer opened without a sale", count=totals.no_sales),
    )
    return [ReportSection(tuple(cash), title="Cash"), ReportSection(watched)]


def person(staff: str, policy: Policy) -> str:
    return next((it.name for it in policy.staff if it.id == staff), staff)


def _tax(tax: f.TaxTotal, totals: f.ShiftTotals, policy: Policy, language: str) -> ReportRow:
    """With its rate when the code had two of them, for the shift went over midnight."""
    rule = policy.taxes.get(tax.code)
    words = [rule.name, rule.letter] if rule else [tax.code]
    if tax.rate is not None and sum(it.code == tax.code for it in totals.taxes) > 1:
        words.append(i18n.percent(tax.rate, language))
    return ReportRow(" ".join(filter(None, words)), tax.tax_minor)


def _tenders(totals: f.ShiftTotals, language: str) -> ReportSection:
    """Every kind of money by itself; foreign cash also in its own notes."""
    rows = []
    for it in totals.tenders:
        rows.append(ReportRow(TENDER_NAMES[it.type], it.amount_minor))
        if it.currency:
            held = i18n.amount(it.foreign_minor, it.currency, language)
            rows.append(ReportRow("Notes in the drawer", text=f"{held} {it.currency}"))
    return ReportSection(tuple(rows), title="Taken")


def by_cashier(
    taken: tuple[Takings, ...], name: Name, *, blind: bool = False
) -> tuple[ReportSection, ...]:
    """Who sold how much, where it was more than one person; blind: only how often."""
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


def offers(given: tuple[Given, ...]) -> tuple[ReportSection, ...]:
    """What each offer took off: of all discounts those that no hand gave."""
    rows = tuple(ReportRow(f"{it.name} × {it.times}", -it.amount_minor) for it in given)
    return (ReportSection(rows, title="Offers"),) if rows else ()


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


def terminals(days: tuple[TerminalDay, ...]) -> tuple[ReportSection, ...]:
    """Each terminal's own sum beside the till's, a section each; a difference with who signed it."""
    return tuple(ReportSection(tuple(_terminal(it)), title=it.port) for it in days)


def _terminal(day: TerminalDay) -> Iterator[ReportRow]:
    yield ReportRow("By the till", day.ours_minor)
    if not day.told and not day.accepted_by:
        yield ReportRow("By the terminal", text="—")
        return
    yield ReportRow("By the terminal", day.said_minor)
    if day.difference_minor:
        yield ReportRow("Difference", day.difference_minor, strong=True)
    if day.reason:
        yield ReportRow("Reason", text=day.reason)


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
