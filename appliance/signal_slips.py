"""The signals by person on paper: names, how often, how much, and what stands out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime

from appliance import i18n
from appliance.books import Books
from appliance.core.receipt import ReceiptKind, Report, ReportRow, ReportSection
from appliance.core.signals import PersonSignals, SignalKind, SignalsReport
from appliance.documents import Papers, Slip
from appliance.i18n import translator
from appliance.journal import Journal

TITLES = {
    SignalKind.VOIDED_SALES: "Baskets voided before payment",
    SignalKind.VOIDED_LINES: "Lines voided before payment",
    SignalKind.VOIDED_TENDERS: "Money handed back before the end",
    SignalKind.VOIDED_COMPLETED: "Finished sales voided",
    SignalKind.NO_SALES: "Drawer opened without a sale",
    SignalKind.UNPROVEN_RETURNS: "Returns without a receipt",
    SignalKind.DISCOUNTS: "Discounts by hand",
    SignalKind.OVERRIDES: "Prices lowered by hand",
    SignalKind.APPROVALS: "Allowed by somebody else",
    SignalKind.WRONG_PINS: "Wrong PINs",
}
PEOPLE_MAX = 40
PLACES_MAX = 20
CARD_NUMBERS = "Card numbers were starred"


def slip(books: Books) -> Slip:
    def make(papers: Papers, journal: Journal, argument: str) -> Report:
        first, last = map(date.fromisoformat, argument.split(":"))
        at = journal.last_at or datetime.now().astimezone()
        return document(papers, books.signals(first, last), at)

    return make


def document(papers: Papers, report: SignalsReport, at: datetime) -> Report:
    say = translator(papers.language)
    days = f"{report.first:%d.%m.%Y}"
    if report.last != report.first:
        days += f" – {report.last:%d.%m.%Y}"
    note = say("A signal is a question, not an answer: ask before you judge.")
    sections = [ReportSection((ReportRow(note, text=" "),), title=days)]
    if report.card_numbers:
        sections.append(ReportSection(tuple(_card_numbers(report, say)), title=CARD_NUMBERS))
    for person in report.people[:PEOPLE_MAX]:
        title = person.name or person.cashier
        sections.append(ReportSection(tuple(_rows(person, papers)), title=title))
    return papers.report(
        ReceiptKind.X_REPORT,
        at,
        sections,
        title="Signals by person",
    )


def _card_numbers(report: SignalsReport, say: Callable[[str], str]) -> Iterator[ReportRow]:
    """Where one was starred and when: no person's signal, but before all of theirs."""
    yield ReportRow(
        say("Tell the technician: a program or a terminal shows card numbers."), text=" "
    )
    for seen in report.card_numbers[:PLACES_MAX]:
        yield ReportRow(f"! {seen.where}", text=f"{seen.day:%d.%m.%Y}", strong=True)


def _rows(person: PersonSignals, papers: Papers) -> Iterator[ReportRow]:
    """A row that stands out begins with an exclamation mark and says what is usual."""
    say = translator(papers.language)
    yield ReportRow("Sales", count=person.sales)
    for it in person.signals:
        amount = i18n.amount(it.amount_minor, papers.policy.currency, papers.language)
        many = f"{i18n.number(it.count, papers.language)} ×"
        value = f"{many} {amount}" if it.amount_minor else many
        name = say(TITLES[it.kind])
        yield ReportRow(f"! {name}" if it.stands_out else name, text=value, strong=it.stands_out)
        if it.stands_out:
            rates = (i18n.number(rate, papers.language) for rate in (it.per_100, it.usual))
            told = say("of 100 sales {rate}, usual {usual}")
            here, usual = rates
            yield ReportRow("   " + told.format(rate=here, usual=usual), text=" ")
