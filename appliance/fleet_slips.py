"""What a command of the fleet puts on paper: a message to the shop, or a test print."""

from __future__ import annotations

import json

from appliance.core.facts import FleetCommandReceived
from appliance.core.receipt import ReceiptKind, Report, ReportRow, ReportSection
from appliance.documents import SLIPS, Papers
from appliance.i18n import translator
from appliance.journal import Journal

ALPHABET = {"uk": "АБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЬЮЯ", "en": "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


def fleet_slip(papers: Papers, journal: Journal, argument: str) -> Report:
    """argument: the command's id."""
    found = journal.fleet_command(argument)
    assert found is not None, "a slip is asked for while its command is in hand"
    assert isinstance(found.fact, FleetCommandReceived)
    say = translator(papers.language)
    if found.fact.type == "message":
        title, words = "A message from the office", str(json.loads(found.fact.args)["text"])
    else:
        title, words = "Test print", say("The printer prints, cuts and writes your language.")
    rows = [ReportRow(words, text=" ")]
    if title == "Test print":
        rows.append(ReportRow(ALPHABET[papers.language], text=" "))
    rows.append(ReportRow("From", text=found.fact.issuer))
    return papers.report(ReceiptKind.SLIP, found.at, (ReportSection(tuple(rows)),), title=title)


SLIPS["fleet"] = fleet_slip
