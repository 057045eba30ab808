"""The shop's own payment cards: read by a reader of this till, asked for at an ISO 8583 host.

ISO 8583:1987 in this project's own dialect, which docs/cards-and-readers.md writes out. A purchase
is sent once. Without an answer it is reversed, and nothing new leaves before the host confirmed it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from appliance.core.facts import TenderOutcome, TenderType
from appliance.core.payment_answer import Totals
from appliance.drivers.cards.boundary import SealedCard
from appliance.drivers.cards.ksn import CannotSeal
from appliance.drivers.cards.reader import CardReader, reader_of
from appliance.malformed import Malformed
from appliance.payments.dialogue import Answer, Dialogue, Errand, NotSent
from appliance.payments.iso8583.ledger import Entry, Ledger, State
from appliance.payments.iso8583.message import (
    Message,
    decode,
    encode,
    framed,
    original,
    unframed,
)
from appliance.payments.line import SLICE_S, Line, LineLost, line_to
from appliance.payments.options import Options
from appliance.payments.port import PaymentPort
from appliance.payments.terminal import TerminalPort
from appliance.qr.currencies import NUMERIC

PURCHASE, REFUND = "000000", "200000"
COUNT, CLOSE_BATCH = "900000", "920000"
SIGN_ON = "001"
APPROVED, IN_PART, UNKNOWN_ORIGINAL = "00", "10", "25"


@dataclass(frozen=True, slots=True)
class Settings:
    """terminal, merchant: as the host knows this till. answer_s: for the host; card_s: for a card."""

    terminal: str
    merchant: str = ""
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
        self._line = line
        self._ledger = ledger
        self._settings = settings
        self._reader = reader
        self._now = now
        self._buffer = b""

    def connect(self) -> None:
        """Signs on, and takes back what is still to be taken back."""
        self._buffer = b""
        self._line.open()
        self._asked("0800", {70: SIGN_ON})
        # Nothing is under way on a line that is new.
        self._ledger.reverse_what_was_cut_off()
        self._take_back()

    def disconnect(self) -> None:
        self._line.close()

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
            return _no("an earlier payment is still being taken back; the host does not confirm it")
        wanted = errand.intent.original
        card = None
        if not wanted:
            try:
                card = self._card(errand)
            except CannotSeal as error:
                return _no(str(error))
            if card is None:
                return Answer(TenderOutcome.CANCELLED, detail="no card was held to the reader")
        self._buffer += self._line.receive(0.0)  # a line that died in idleness shows here
        at = self._now().astimezone(UTC).strftime("%m%d%H%M%S")
        intent = errand.intent
        entry = self._ledger.begin(intent.id, code, amount_minor, intent.currency, at)
        try:
            errand.leave(stan=entry.stan, at=entry.at)
        except NotSent:
            self._ledger.forget(intent.id)
            raise
        try:
            answer = self._asked("0200", self._financial(entry, card, wanted), entry)
        except (LineLost, Malformed):
            self._ledger.reverse(intent.id)
            raise
        return self._booked(entry, answer)

    def _booked(self, entry: Entry, answer: Message) -> Answer:
        code = answer.get(39)
        amount = int(answer.get(4) or entry.amount_minor)
        if code in (APPROVED, IN_PART) and not 0 < amount <= entry.amount_minor:
            self._ledger.reverse(entry.intent)
            raise Malformed(f"the host approved {amount} of {entry.amount_minor}")
        if code in (APPROVED, IN_PART):
            self._ledger.approved(entry.intent, amount, answer.get(37).strip())
        else:
            self._ledger.declined(entry.intent)
        kept = self._ledger.of(entry.intent)
        assert kept is not None
        told = _told(kept)
        return told if told.outcome is TenderOutcome.APPROVED else _no(f"response {code}")

    def _card(self, errand: Errand) -> SealedCard | None:
        reader = self._reader()
        if reader is None or not reader.reads_payments:
            raise CannotSeal("No reader of this till is set up for the shop's own cards.")
        until = time.monotonic() + self._settings.card_s
        errand.say("Hold the card to the reader.")
        return reader.await_card(
            lambda: errand.cancel_wanted or errand.closing or time.monotonic() > until
        )

    def _financial(self, entry: Entry, card: SealedCard | None, wanted: str) -> dict[int, str]:
        fields = {3: entry.code, 4: str(entry.amount_minor), 48: entry.intent}
        fields[49] = NUMERIC[entry.currency]
        if wanted:
            fields[37] = wanted
        if card is not None:
            sealed = (card.cipher, card.ksn.hex(), card.ciphertext.hex(), card.aid)
            fields[62] = "|".join(sealed)
        return fields

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

    def _asked(self, mti: str, fields: dict[int, str], entry: Entry | None = None) -> Message:
        """The answer to this very message; any other is let pass. Raises LineLost when none comes."""
        stan = entry.stan if entry else self._ledger.stan()
        at = entry.at if entry else self._now().astimezone(UTC).strftime("%m%d%H%M%S")
        fields = {
            **fields,
            7: at,
            11: stan,
            41: self._settings.terminal,
            42: self._settings.merchant,
        }
        self._line.send(framed(encode(mti, fields)))
        wanted = f"{mti[:2]}{int(mti[2]) + 1}0"
        until = time.monotonic() + self._settings.answer_s
        while time.monotonic() < until:
            data, self._buffer = unframed(self._buffer)
            if data is None:
                self._buffer += self._line.receive(SLICE_S)
                continue
            answer = decode(data)
            mine = (answer.get(11), answer.get(7), answer.get(41).strip())
            if answer.mti == wanted and mine == (stan, at, self._settings.terminal):
                return answer
        raise LineLost(f"the host did not answer within {self._settings.answer_s:g} s")


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
        answer_s=options.seconds("answer_s", default.answer_s),
        card_s=options.seconds("card_s", default.card_s),
    )
    options.done()
    if not settings.terminal.isascii() or len(settings.terminal) > 8 or len(settings.merchant) > 15:
        raise options.wrong("terminal has at most 8 letters and digits, merchant at most 15")
    dialogue = ClosedLoopDialogue(line_to(url), Ledger(path), settings, lambda: reader_of(reader))
    return TerminalPort(name, kind, dialogue)
