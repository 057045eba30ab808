"""The shop's own payment cards: read by a reader of this till, asked for at an ISO 8583 host.

ISO 8583:1987 in this project's own dialect, which docs/cards-and-readers.md writes out. A purchase
is sent once. Without an answer it is reversed, and nothing new leaves before the host confirmed it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from appliance.core.facts import TenderOutcome, TenderType
from appliance.core.payment_answer import Totals
from appliance.drivers.cards.boundary import Authenticator
from appliance.drivers.cards.chip import Bill, Taken
from appliance.drivers.cards.ksn import CannotSeal
from appliance.drivers.cards.reader import CardReader, reader_of
from appliance.malformed import Malformed
from appliance.payments.dialogue import Answer, Dialogue, Errand, NotSent
from appliance.payments.iso8583.authorisation import (
    APPROVED,
    UNKNOWN_ORIGINAL,
    Question,
    approved_minor,
    host_answer,
    sentence,
)
from appliance.payments.iso8583.conversation import Conversation, Identity
from appliance.payments.iso8583.ledger import Entry, Ledger, State
from appliance.payments.iso8583.message import Message, original
from appliance.payments.line import Line, LineLost, TcpLine, line_to
from appliance.payments.options import Options
from appliance.payments.port import PaymentPort
from appliance.payments.terminal import TerminalPort
from appliance.payments.tls import Trust
from appliance.qr.currencies import NUMERIC

PURCHASE, REFUND = "000000", "200000"
COUNT, CLOSE_BATCH = "900000", "920000"
SIGN_ON = "001"

STILL_TAKEN_BACK = "an earlier payment is still being taken back; the host does not confirm it"
HOLD = "Hold the card to the reader, or put it in, until the till says more."
NO_READER = "No reader of this till is set up for the shop's own cards."
NOT_CONFIRMED = "The card did not confirm the payment, or was taken away too early. Nothing is charged: ask again."


@dataclass(frozen=True, slots=True)
class Settings:
    """terminal, merchant: as the host knows this till. country: ISO 3166, three digits, which a card
    asks for. mac: each message is signed under a key of the reader, and so is its answer. answer_s:
    for the host; card_s: for a card."""

    terminal: str
    merchant: str = ""
    country: str = "804"
    mac: bool = False
    answer_s: float = 20.0
    card_s: float = 120.0


class ClosedLoopDialogue(Dialogue):
    """reader: the reader that the customer holds the card to, None while there is none."""

    def __init__(
        self,
        line: Line,
        ledger: Ledger,
        settings: Settings,
        reader: Callable[[], CardReader | None],
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._ledger = ledger
        self._settings = settings
        self._reader = reader
        self._now = now
        keys = self._keys if settings.mac else None
        self._host = Conversation(
            line, settings.terminal, settings.merchant, settings.answer_s, keys
        )

    def connect(self) -> None:
        """Signs on, and takes back what is still to be taken back."""
        self._host.open()
        self._asked("0800", {70: SIGN_ON})
        # Nothing is under way on a line that is new.
        self._ledger.reverse_what_was_cut_off()
        self._take_back()

    def disconnect(self) -> None:
        self._host.close()

    def pay(self, errand: Errand) -> Answer:
        return self._move(errand, PURCHASE, errand.intent.amount_minor)

    def refund(self, errand: Errand) -> Answer:
        return self._move(errand, REFUND, -errand.intent.amount_minor)

    def inquire(self, errand: Errand) -> Answer:
        """From the ledger; what had no answer is taken back, which is the answer then."""
        entry = self._ledger.of(errand.intent.id)
        if entry is None:
            return Answer(TenderOutcome.UNKNOWN, detail="not in this till's ledger")
        if entry.state is State.SENT:
            self._ledger.reverse(entry.intent)
        self._take_back()
        entry = self._ledger.of(errand.intent.id)
        assert entry is not None
        return _told(entry)

    def totals(self) -> Totals | None:
        return self._counted(COUNT)

    def settle(self) -> Totals | None:
        self._take_back()
        if self._ledger.reversing():
            return None
        totals = self._counted(CLOSE_BATCH)
        if totals is not None:
            self._ledger.close_batch()
        return totals

    def _move(self, errand: Errand, code: str, amount_minor: int) -> Answer:
        self._take_back()
        if self._ledger.reversing():
            return _no(STILL_TAKEN_BACK)
        intent = errand.intent

        def ask(more: Mapping[int, str]) -> Message:
            self._host.notice()
            keys = self._host.keys()
            entry = self._begin(errand, code, amount_minor)
            fields = {3: code, 4: str(amount_minor), 48: intent.id, **more}
            fields[49] = NUMERIC[intent.currency]
            try:
                answer = self._host.ask_with(keys, "0200", fields, Identity(entry.stan, entry.at))
                approved_minor(answer, amount_minor)
                host_answer(answer)
            except (LineLost, Malformed):
                self._ledger.reverse(intent.id)
                raise
            return answer

        question = Question(ask)
        try:
            if intent.original:
                return self._booked(intent.id, ask({37: intent.original}), confirmed=True)
            taken = self._with_card(errand, question)
        except CannotSeal as error:
            return _no(str(error))
        if taken is None:
            return Answer(TenderOutcome.CANCELLED, detail="no card was held to the reader")
        if question.failed is not None:
            raise question.failed
        if question.answer is None:
            return _no(taken.why)
        return self._booked(intent.id, question.answer, confirmed=taken.approved)

    def _booked(self, intent: str, answer: Message, *, confirmed: bool) -> Answer:
        """confirmed: by the card, so that the host's word counts; else it is taken back."""
        entry = self._ledger.of(intent)
        assert entry is not None
        approved = approved_minor(answer, entry.amount_minor)
        if not approved:
            self._ledger.declined(intent)
            return _no(sentence(answer.get(39)))
        if confirmed:
            self._ledger.approved(intent, approved, answer.get(37).strip())
        else:
            self._ledger.reverse(intent)
            self._take_back()
        kept = self._ledger.of(intent)
        assert kept is not None
        return _no(NOT_CONFIRMED) if kept.state is State.REVERSED else _told(kept)

    def _with_card(self, errand: Errand, question: Question) -> Taken | None:
        reader = self._payment_reader()
        until = time.monotonic() + self._settings.card_s
        intent = errand.intent
        bill = Bill(
            abs(intent.amount_minor),
            NUMERIC[intent.currency],
            self._settings.country,
            self._now().astimezone(),
            sequence=int(self._ledger.stan()),
            refund=intent.amount_minor < 0,
        )
        errand.say(HOLD)
        return reader.take_payment(
            bill,
            question,
            lambda: errand.cancel_wanted or errand.closing or time.monotonic() > until,
        )

    def _payment_reader(self) -> CardReader:
        reader = self._reader()
        if reader is None or not reader.reads_payments:
            raise CannotSeal(NO_READER)
        return reader

    def _keys(self) -> Authenticator:
        return self._payment_reader().authenticator()

    def _begin(self, errand: Errand, code: str, amount_minor: int) -> Entry:
        """Writes it down here, then in the till's journal; from then on it may leave."""
        intent = errand.intent
        entry = self._ledger.begin(intent.id, code, amount_minor, intent.currency, self._at())
        try:
            errand.leave(stan=entry.stan, at=entry.at)
        except NotSent:
            self._ledger.forget(intent.id)
            raise
        return entry

    def _take_back(self) -> None:
        """Every reversal that is due, in order, until the host takes one not."""
        for entry in self._ledger.reversing():
            mti = "0401" if entry.reversals_sent else "0400"
            self._ledger.reversal_leaves(entry.intent)
            fields = {
                3: entry.code,
                4: str(entry.amount_minor),
                49: NUMERIC[entry.currency],
                90: original("0200", entry.stan, entry.at),
            }
            answer = self._asked(mti, fields, entry)
            if answer.get(39) not in (APPROVED, UNKNOWN_ORIGINAL):
                return
            self._ledger.reversed(entry.intent)

    def _counted(self, code: str) -> Totals | None:
        own = self._ledger.sums(REFUND)
        answer = self._asked(
            "0500",
            {
                3: code,
                74: str(own.refunds),
                76: str(own.payments),
                86: str(own.refunds_minor),
                88: str(own.payments_minor),
            },
        )
        if answer.get(39) != APPROVED or not all(answer.get(it) for it in (74, 76, 86, 88)):
            return None
        refunds, payments, refunds_minor, payments_minor = (
            int(answer.get(it)) for it in (74, 76, 86, 88)
        )
        return Totals(payments, payments_minor, refunds, refunds_minor)

    def _asked(self, mti: str, fields: Mapping[int, str], entry: Entry | None = None) -> Message:
        who = Identity(entry.stan, entry.at) if entry else Identity(self._ledger.stan(), self._at())
        return self._host.ask(mti, fields, who)

    def _at(self) -> str:
        return self._now().astimezone(UTC).strftime("%m%d%H%M%S")


def _told(entry: Entry) -> Answer:
    match entry.state:
        case State.APPROVED:
            return Answer(TenderOutcome.APPROVED, entry.approved_minor, entry.rrn)
        case State.DECLINED:
            return _no("declined")
        case State.REVERSED:
            return _no("no answer from the host; it was taken back")
        case _:
            return Answer(TenderOutcome.UNKNOWN, detail="the host has not confirmed taking it back")


def _no(detail: str) -> Answer:
    return Answer(TenderOutcome.DECLINED, detail=detail)


def create(name: str, kind: TenderType, table: Mapping[str, object]) -> PaymentPort:
    """url of the host, terminal, merchant; reader: the device's name; ledger: the file."""
    options = Options(name, table)
    default = Settings("")
    url, reader = options.text("url"), options.text("reader")
    path = Path(options.text("ledger"))
    settings = Settings(
        terminal=options.text("terminal"),
        merchant=options.text("merchant", ""),
        country=options.text("country", default.country),
        mac=options.yes("mac", default=False),
        answer_s=options.seconds("answer_s", default.answer_s),
        card_s=options.seconds("card_s", default.card_s),
    )
    line = _line(options, url)
    options.done()
    if not settings.terminal.isascii() or len(settings.terminal) > 8 or len(settings.merchant) > 15:
        raise options.wrong("terminal has at most 8 letters and digits, merchant at most 15")
    if not (settings.country.isdecimal() and len(settings.country) == 3):
        raise options.wrong('country has three digits, like "804" for Ukraine (ISO 3166-1)')
    dialogue = ClosedLoopDialogue(line, Ledger(path), settings, lambda: reader_of(reader))
    return TerminalPort(name, kind, dialogue)


def _line(options: Options, url: str) -> Line:
    """tls_ca: who signed the host's certificate; tls_pin: its SHA-256; neither: no TLS."""
    ca, pin = options.text("tls_ca", ""), options.text("tls_pin", "")
    if not ca and not pin:
        return line_to(url)
    trust, where = Trust(ca, fingerprint=pin, hostname=True), urlsplit(url)
    if where.scheme != "socket" or not where.hostname or not where.port:
        raise options.wrong('with TLS the url is "socket://host:port"')
    if pin and not re.fullmatch("([0-9A-Fa-f]{2}:?){32}", pin):
        raise options.wrong("tls_pin is the SHA-256 of the certificate, 64 hexadecimal digits")
    try:
        trust.context()
    except OSError as error:
        raise options.wrong(f"tls_ca: {ca} cannot be read: {error}") from error
    return TcpLine(where.hostname, where.port, tls=trust)
