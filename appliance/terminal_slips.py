"""Slips that a card terminal has printed by the till, as it worded them."""

from __future__ import annotations

import re
from datetime import datetime

from appliance.core.payment_answer import Printout, Whose
from appliance.core.receipt import ReceiptKind, Report, ReportRow, ReportSection
from appliance.documents import SLIPS, Papers
from appliance.journal import Journal

TITLES = {
    (Whose.CUSTOMER, False): "Terminal's slip",
    (Whose.CUSTOMER, True): "Terminal's slip, a copy",
    (Whose.MERCHANT, False): "Terminal's slip for the shop",
    (Whose.MERCHANT, True): "Terminal's slip for the shop, a copy",
}
_COLUMNS = re.compile(r"\s{2,}")


def terminal_slip(papers: Papers, journal: Journal, argument: str) -> Report:
    printout = Printout.read(argument)
    title = TITLES[printout.whose, printout.repeated]
    at = journal.last_at or datetime.now().astimezone()
    return papers.report(
        ReceiptKind.SLIP, at, (ReportSection(rows_of(printout.text)),), title=title
    )


def rows_of(text: str) -> tuple[ReportRow, ...]:
    return tuple(_row(line) for line in text.split("\n"))


def _row(line: str) -> ReportRow:
    """Two columns where the terminal has set two apart by blanks."""
    label, *rest = _COLUMNS.split(line.strip(), maxsplit=1)
    return ReportRow(label, text=rest[0] if rest else "")


SLIPS[Printout.SLIP] = terminal_slip
