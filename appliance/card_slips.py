"""Slips of cards and of money ahead: a new card's code, a balance, what was paid for later."""

from __future__ import annotations

from datetime import datetime

from appliance.codes.seeded import seeded_code
from appliance.core.accounts import Stored
from appliance.core.barcode.own import OwnKind
from appliance.core.facts import AccountKind
from appliance.core.receipt import ReceiptKind, Report, ReportRow, ReportSection
from appliance.documents import SLIPS, Papers
from appliance.i18n import date
from appliance.journal import Journal

TITLES = {
    AccountKind.GIFT_CARD: "Gift card",
    AccountKind.VOUCHER: "Voucher",
    AccountKind.ADVANCE: "Advance payment",
    AccountKind.CUSTOMER: "Tab",
    AccountKind.LOYALTY: "Points",
}


def _report(
    papers: Papers, journal: Journal, title: str, rows: list[ReportRow], qr: str = ""
) -> Report:
    return papers.report(
        ReceiptKind.SLIP,
        journal.last_at or datetime.now().astimezone(),
        (ReportSection(tuple(rows)),),
        title=title,
        cashier=journal.state.cashier_name,
        qr=qr,
    )


def _stored(journal: Journal, account: str) -> Stored:
    found = journal.ledger.account(account)
    assert found is not None, "a slip is asked for with the account it is about"
    return found


def _until(papers: Papers, stored: Stored, label: str = "Valid until") -> list[ReportRow]:
    if not stored.expires:
        return []
    return [ReportRow(label, text=date(datetime.fromisoformat(stored.expires), papers.language))]


def card_slip(papers: Papers, journal: Journal, argument: str) -> Report:
    """The code of a card that the till made: "gc:HASH:SEED". A copy is the same card."""
    prefix, digest, seed = argument.split(":")
    stored = _stored(journal, f"{prefix}:{digest}")
    kind = OwnKind.GIFT_CARD if stored.kind is AccountKind.GIFT_CARD else OwnKind.VOUCHER
    code = seeded_code(kind, seed, papers.pepper)
    moves = journal.ledger.moves(stored.account)
    amount = moves[-1].delta if moves else 0
    rows = [
        ReportRow("Worth", amount, strong=True),
        *_until(papers, stored),
        ReportRow("Code", text=code.grouped),
    ]
    return _report(papers, journal, TITLES[stored.kind], rows, code.text)


def balance_slip(papers: Papers, journal: Journal, argument: str) -> Report:
    stored = _stored(journal, argument)
    rows = [ReportRow("Number ends in", text=stored.hint)] if stored.hint else []
    if stored.kind is AccountKind.LOYALTY:
        rows.append(ReportRow("Points", count=stored.balance, strong=True))
    elif stored.kind is AccountKind.CUSTOMER:
        rows.append(ReportRow("To pay", max(0, -stored.balance), strong=True))
    else:
        rows.append(ReportRow("Balance", stored.balance, strong=True))
    rows += _until(papers, stored)
    return _report(papers, journal, TITLES[stored.kind], rows)


def advance_slip(papers: Papers, journal: Journal, argument: str) -> Report:
    stored = _stored(journal, argument)
    moves = journal.ledger.moves(argument)
    rows = [
        ReportRow("Kept for", text=stored.hint),
        ReportRow("Paid now", moves[0].delta if moves else 0),
        ReportRow("Paid ahead in all", stored.balance, strong=True),
        *_until(papers, stored, "Fetch by"),
    ]
    return _report(papers, journal, TITLES[stored.kind], rows)


SLIPS["card"] = card_slip
SLIPS["balance"] = balance_slip
SLIPS["advance"] = advance_slip
