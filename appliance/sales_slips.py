"""Sales reports on paper: what the screen's plots show, as rows."""

from __future__ import annotations

from datetime import date, datetime

from appliance import i18n
from appliance.books import Books
from appliance.core.receipt import ReceiptKind, Report, ReportRow, ReportSection
from appliance.core.report_rows import ReportBar, ReportBy, SalesReport
from appliance.documents import Papers, Slip
from appliance.i18n import translator
from appliance.journal import Journal

ROWS_PRINTED_MAX = 60
"""Of a long list the paper shows its head; the screen and the command line have all of it."""

_DRAWN = (ReportBy.HOUR, ReportBy.DAY)
_BAR = 10
"""Letters of the longest bar: with a day and an amount they fit the 32 of narrow paper."""

TITLES = {
    ReportBy.SUMS: "How the takings come about",
    ReportBy.HOUR: "Sales by hour",
    ReportBy.DAY: "Sales by day",
    ReportBy.ITEM: "Sales by item",
    ReportBy.CATEGORY: "Sales by category",
    ReportBy.MARGIN: "Margin by item",
    ReportBy.CASHIER: "Sales by cashier",
    ReportBy.TENDER: "Sales by kind of money",
    ReportBy.TAX: "Taxes in sales",
    ReportBy.OFFER: "What offers took off",
    ReportBy.CUSTOMER: "Sales by customer",
    ReportBy.DIFFERENCE: "Shortage and surplus",
    ReportBy.SHORTAGE: "Stock shortage and surplus",
    ReportBy.STOCK: "Stock value",
}


def slip(books: Books) -> Slip:
    def make(papers: Papers, journal: Journal, argument: str) -> Report:
        by, first, last = argument.split(":")
        days = (date.fromisoformat(first), date.fromisoformat(last))
        at = journal.last_at or datetime.now().astimezone()
        return document(papers, books.report(ReportBy(by), *days), at)

    return make


def document(papers: Papers, report: SalesReport, at: datetime) -> Report:
    say = translator(papers.language)
    days = _days(report.first, report.last, papers.language)
    now = report.now
    sums: tuple[ReportRow, ...] = (
        ReportRow("Sales", count=now.sales),
        ReportRow("Takings", now.total_minor, strong=True),
        ReportRow("Discounts", now.discount_minor),
        ReportRow("Average receipt", now.average_minor),
    )
    if report.before.sales:
        then = _days(*report.compared, papers.language)
        label = say("against {days}").format(days=then)
        sums = (*sums, ReportRow(label, report.before.total_minor))
    most = max([1, *(bar.amount_minor for bar in report.bars)])
    rows = tuple(_row(bar, report.by, most) for bar in report.bars[:ROWS_PRINTED_MAX])
    sections = [ReportSection(sums, title=days)]
    if rows:
        sections.append(ReportSection(rows))
    left_out = len(report.bars) - len(rows)
    if left_out:
        note = say("and {count} more on the screen").format(count=left_out)
        sections.append(ReportSection((ReportRow(note, text=" "),)))
    return papers.report(
        ReceiptKind.X_REPORT,
        at,
        sections,
        title=TITLES[report.by],
    )


def _days(first: date, last: date, language: str) -> str:
    told = i18n.date(first, language)
    return told if first == last else f"{told} – {i18n.date(last, language)}"


def _row(bar: ReportBar, by: ReportBy, most: int) -> ReportRow:
    if by in _DRAWN:
        # A letter that every printer has: blocks would turn the whole paper into a picture.
        drawn = "=" * round(_BAR * max(0, bar.amount_minor) / most)
        return ReportRow(f"{bar.label} {drawn}".rstrip(), bar.amount_minor)
    note = bar.note.replace(" ", "\u00a0")  # "14 pcs" stays on one line
    label = f"{bar.label} ·\u00a0{note}" if note else bar.label
    return ReportRow(label, bar.amount_minor)
