"""Lists of the stock on paper: what to buy by supplier, what lies there, what expires soon."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

from appliance import i18n
from appliance.books import UNITS
from appliance.core.receipt import ReceiptKind, Report, ReportRow, ReportSection
from appliance.core.stock_rows import LevelRow, LotRow, OrderRow, StockList
from appliance.documents import Papers, Slip
from appliance.i18n import translator
from appliance.journal import Journal
from appliance.stockroom import Stockroom

ROWS_PRINTED_MAX = 200
"""Two metres of paper; the command line writes longer lists into a file."""

TITLES = {
    StockList.ORDER: "To order",
    StockList.LEFT: "In stock",
    StockList.EXPIRING: "Expires soon",
}


def slip(room: Stockroom, expiry_days: int, clock: Callable[[], datetime]) -> Slip:
    def make(papers: Papers, _journal: Journal, argument: str) -> Report:
        which, now = StockList(argument), clock()
        return document(papers, which, _rows(room, which, expiry_days, now), now)

    return make


Row = OrderRow | LevelRow | LotRow


def _rows(room: Stockroom, which: StockList, expiry_days: int, now: datetime) -> Sequence[Row]:
    match which:
        case StockList.ORDER:
            return room.suggest(now)
        case StockList.LEFT:
            return room.levels()
        case StockList.EXPIRING:
            return room.expiring(expiry_days, now.date())


def document(
    papers: Papers,
    which: StockList,
    rows: Sequence[Row],
    at: datetime,
) -> Report:
    say = translator(papers.language)
    shown = rows[:ROWS_PRINTED_MAX]
    sections = [
        ReportSection(tuple(_row(row, papers.language) for row in group), title=title)
        for title, group in groupby(shown, lambda row: _heading(row, papers.language))
    ]
    sections += _sums(shown)
    if left_out := len(rows) - len(shown):
        note = say("and {count} more on the screen").format(count=left_out)
        sections.append(ReportSection((ReportRow(note, text=" "),)))
    return papers.report(
        ReceiptKind.X_REPORT,
        at,
        sections,
        title=TITLES[which],
    )


def _heading(row: Row, language: str) -> str:
    """Whom to call, or until when to sell."""
    match row:
        case OrderRow():
            return row.supplier or translator(language)("Without a supplier")
        case LotRow():
            return i18n.date(date.fromisoformat(row.expiry), language)
        case LevelRow():
            return ""


def _row(row: Row, language: str) -> ReportRow:
    amount = row.order if isinstance(row, OrderRow) else row.left
    unit = translator(language)(UNITS[row.unit])
    return ReportRow(row.name, text=f"{i18n.number(amount, language)}\u00a0{unit}")


def _sums(rows: Sequence[Row]) -> Iterator[ReportSection]:
    """What an order will cost about, what the stock is worth."""
    costs = [
        row.order * row.cost_minor
        for row in rows
        if isinstance(row, OrderRow) and row.cost_minor is not None
    ]
    if costs:
        cost = round(sum(costs, Decimal(0)))
        yield ReportSection((ReportRow("Costs about", cost, strong=True),))
    worth = [row.value_minor or 0 for row in rows if isinstance(row, LevelRow)]
    if worth:
        yield ReportSection((ReportRow("Stock value", sum(worth), strong=True),))
