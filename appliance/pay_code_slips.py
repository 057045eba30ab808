"""A payment's code on paper, for a customer who cannot scan the screen."""

from __future__ import annotations

from datetime import datetime

from appliance.core.receipt import ReceiptKind, Report, ReportRow, ReportSection
from appliance.documents import SLIPS, Papers
from appliance.journal import Journal


def pay_code_slip(papers: Papers, journal: Journal, argument: str) -> Report:
    """argument: amount, time, reference and code; only the last has colons of its own."""
    amount, until, reference, code = argument.split(":", 3)
    rows = [
        ReportRow("To pay", int(amount), strong=True),
        ReportRow("Payment number", text=reference),
        ReportRow("Valid until", text=until.replace(".", ":")),
    ]
    at = journal.last_at or datetime.now().astimezone()
    sections = (ReportSection(tuple(rows)),)
    title = "Scan and pay in your bank's app"
    return papers.report(ReceiptKind.SLIP, at, sections, title=title, qr=code)


SLIPS["pay_code"] = pay_code_slip
