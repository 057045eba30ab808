"""The code by which a till joins its fleet, on paper: for whoever types it somewhere else."""

from __future__ import annotations

from datetime import datetime

from appliance.core.receipt import ReceiptKind, Report, ReportRow, ReportSection
from appliance.documents import SLIPS, Papers
from appliance.journal import Journal


def fleet_code_slip(papers: Papers, journal: Journal, argument: str) -> Report:
    """argument: code, local time and page; only the last has colons of its own."""
    code, until, page = argument.split(":", 2)
    rows = [
        ReportRow("Code", text=f"{code[:4]}-{code[4:]}", strong=True),
        ReportRow("Valid until", text=until[11:16].replace(".", ":")),
        ReportRow("Till", text=papers.names.till),
    ]
    at = journal.last_at or datetime.now().astimezone()
    title = "Type this code in the fleet's console"
    return papers.report(ReceiptKind.SLIP, at, (ReportSection(tuple(rows)),), title=title, qr=page)


SLIPS["fleet_code"] = fleet_code_slip
