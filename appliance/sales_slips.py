"""Sales reports on paper: what the screen's plots show, as rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from appliance.books import Books
from appliance.core.receipt import ReceiptKind, Report, ReportRow, ReportSection
from appliance.core.report_rows import ReportBar, ReportBy, SalesReport
from appliance.documents import SLIPS, Papers
from appliance.i18n import translator
from appliance.journal import Journal

ROWS_PRINTED_MAX = 60
"""Of a long list the paper shows its head; the screen and the command line have all of it."""

TITLES = {
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
    ReportBy.STOCK: "Stock value",
}


def install(books: Books) -> None:
    """From here on a job "sales:by:first:last" has its document."""
    SLIPS["sales"] = _slip(books)


def _slip(books: Books) -> Callable[[Papers, Journal, str], Report]:
    def make(papers: Papers, journal: Journal, argument: str) -> Report:
        by, first, last = argument.split(":")
        days = (date.fromisoformat(first), date.fromisoformat(last))
        at = journal.last_at or datetime.now().astimezone()
        return document(papers, books.report(ReportBy(by), *days), at)

    return make


def document(papers: Papers, report: SalesReport, at: datetime) -> Report:
    say = translator(papers.language)
    days = f"{report.first:%d.%m.%Y}"
    if report.last != report.first:
        days += f" – {report.last:%d.%m.%Y}"
    now = report.now
    sums = (
        ReportRow("Sales", count=now.sales),
        ReportRow("Takings", now.total_minor, strong=True),
        ReportRow("Discounts", now.discount_minor),
        ReportRow("Average receipt", now.average_minor),
    )
    rows = tuple(_row(bar) for bar in report.bars[:ROWS_PRINTED_MAX])
    sections = [ReportSection(sums, title=days)]
    if rows:
        sections.append(ReportSection(rows))
    left_out = len(report.bars) - len(rows)
    if left_out:
        note = say("and {count} more on the screen").format(count=left_out)
        sections.append(ReportSection((ReportRow(note, text=" "),)))
    return Report(
        kind=ReceiptKind.X_REPORT,
        shop=papers.shop,
        at=at,
        currency=papers.policy.currency,
        language=papers.language,
        sections=tuple(sections),
        title=TITLES[report.by],
    )


def _row(bar: ReportBar) -> ReportRow:
    label = f"{bar.label} · {bar.note}" if bar.note else bar.label
    return ReportRow(label, bar.amount_minor)
