"""A card terminal that speaks ZVT (PA00P015), over TCP or a serial line.

Nearly every terminal in Germany, Austria and Switzerland does. TCP port 20007, at some brands 5577
or 22000; serial 9600 8N2. The terminal is asked for its last receipt before a payment leaves, so
that a lost answer is found again by the receipt that came after it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from appliance.core.facts import TenderOutcome, TenderType
from appliance.core.payment_answer import Totals
from appliance.payments.dialogue import Answer, Dialogue, Errand
from appliance.payments.line import LineLost, line_to
from appliance.payments.options import Options
from appliance.payments.port import PaymentPort
from appliance.payments.terminal import TerminalPort
from appliance.payments.zvt import commands, outcome
from appliance.payments.zvt.apdu import Apdu
from appliance.payments.zvt.conversation import (
    ACK_S,
    ANSWER_S,
    Abandoned,
    Conversation,
    Course,
    words_of,
)
from appliance.payments.zvt.message import Message
from appliance.payments.zvt.outcome import NONE_KNOWN, Memo
from appliance.payments.zvt.printouts import Printouts
from appliance.payments.zvt.texts import CHARSETS
from appliance.payments.zvt.wire import BAUDRATE, SERIAL, SerialWire, TcpWire, Wire
from appliance.qr.currencies import NUMERIC

TCP_PORT = 20007
_PASSWORD = re.compile("[0-9]{6}")


def local_now() -> datetime:
    """As the terminal's clock shows it: without a time zone."""
    return datetime.now().astimezone().replace(tzinfo=None)


@dataclass
class Settings:
    """password: six digits. prints_on_till: its slips come as text, and the till prints the
    customer's. merchant_slip: and the shop's. clock_tolerance_s: how far the terminal's clock may be
    off."""

    password: str = "000000"  # noqa: S105 - the norm's default
    prints_on_till: bool = False
    merchant_slip: bool = False
    charset: str = "cp437"
    ack_s: float = ACK_S
    answer_s: float = ANSWER_S
    clock_tolerance_s: float = 300.0


@dataclass
class ZvtDialogue(Dialogue):
    """printouts: what the terminal has had printed by the till since the last command about money."""

    wire: Wire
    settings: Settings = field(default_factory=Settings)
    now: Callable[[], datetime] = local_now
    printouts: Printouts = field(default_factory=Printouts)
    _before: str | None = None
    """The terminal's last receipt, as far as this process knows."""

    def connect(self) -> None:
        self.wire.open()
        password = self.settings.password
        course = self._asked(
            commands.registration(password, prints_on_till=self.settings.prints_on_till)
        )
        if course.completed is None:
            raise LineLost(_why(course))
        if self._state() == outcome.DIAGNOSIS_NEEDED:
            self._asked(commands.DIAGNOSIS)

    def disconnect(self) -> None:
        self.wire.close()

    def pay(self, errand: Errand) -> Answer:
        currency = NUMERIC[errand.intent.currency]
        self._ready()
        self._leave(errand)
        return self._money(errand, commands.authorisation(errand.intent.amount_minor, currency))

    def refund(self, errand: Errand) -> Answer:
        """A reversal where the whole of a known payment goes back, otherwise a refund."""
        settings, amount_minor = self.settings, -errand.intent.amount_minor
        receipt, paid_minor = outcome.referred(errand.intent.original)
        back = commands.refund(settings.password, amount_minor, NUMERIC[errand.intent.currency])
        self._ready()
        self._leave(errand)
        if receipt is None or paid_minor != amount_minor:
            return self._money(errand, back)
        return self._money(errand, commands.reversal(settings.password, receipt), instead=back)

    def inquire(self, errand: Errand) -> Answer:
        """By the terminal's last receipt, which it prints once more."""
        state = self._state()
        if state == outcome.PLEASE_WAIT:
            return Answer(TenderOutcome.UNKNOWN, detail=outcome.reason(outcome.PLEASE_WAIT))
        self.printouts.clear()
        course = self._asked(commands.repeat_receipt(self.settings.password))
        if course.completed is None or course.status is None:
            return Answer(TenderOutcome.UNKNOWN, detail=_why(course))
        status = course.status.fields
        self._before = outcome.identity(status)
        memo = Memo.of(errand.memo)
        passed_s = (self.now() - memo.sent).total_seconds()
        told = outcome.told_of(
            status,
            memo,
            errand.intent.amount_minor,
            idle=state == outcome.READY or passed_s > self.settings.answer_s,
            clock_tolerance=timedelta(seconds=self.settings.clock_tolerance_s),
        )
        if told.outcome is not TenderOutcome.APPROVED:
            return told  # the slip is of another payment
        slips = self.printouts.wanted(merchant=self.settings.merchant_slip, repeated=True)
        return replace(told, printouts=slips)

    def totals(self) -> Totals | None:
        return self._counted(commands.turnover(self.settings.password))

    def settle(self) -> Totals | None:
        return self._counted(commands.end_of_day(self.settings.password))

    def _ready(self) -> None:
        """The wire still works, and the last receipt is known: before anything leaves.

        The terminal repeats that receipt, on paper where it prints itself, once after a start.
        """
        if self._before is not None:
            self._state()
            return
        course = self._asked(commands.repeat_receipt(self.settings.password))
        self._before = NONE_KNOWN if course.status is None else _identity(course.status)

    def _leave(self, errand: Errand) -> None:
        errand.leave(**Memo(self._before or NONE_KNOWN, self.now()).words())

    def _state(self) -> str:
        """The terminal's status byte; empty where it does not tell."""
        course = self._asked(commands.enquiry(self.settings.password))
        return str((course.completed or {}).get("terminal_status", course.refused))

    def _money(self, errand: Errand, command: Apdu, *, instead: Apdu | None = None) -> Answer:
        """instead: asked for where the terminal refuses the first for good."""

        def heard(it: Message) -> None:
            self._keep(it)
            if words := words_of(it):
                errand.say(words)

        self.printouts.clear()
        talk = self._talk(
            heard=heard,
            cancel_wanted=lambda: errand.cancel_wanted,
            closing=lambda: errand.closing,
        )
        known, self._before = self._before, None
        try:
            course = talk.run(command)
            if instead is not None and _refusal(course) in outcome.REVERSAL_IMPOSSIBLE:
                course = talk.run(instead)
        except Abandoned:
            return Answer(TenderOutcome.UNKNOWN, detail="not waited for")
        self._before = known if course.status is None else _identity(course.status)
        slips = self.printouts.wanted(merchant=self.settings.merchant_slip)
        return replace(_meant(course), printouts=slips)

    def _counted(self, command: Apdu) -> Totals | None:
        course = self._asked(command)
        if course.completed is None or course.status is None:
            return None
        return outcome.totals(course.status)

    def _asked(self, command: Apdu) -> Course:
        """A question that moves no money."""
        return self._talk(heard=self._keep).run(command)

    def _talk(self, **listeners: Any) -> Conversation:
        it = self.settings
        return Conversation(self.wire, it.charset, it.ack_s, it.answer_s, **listeners)

    def _keep(self, it: Message) -> None:
        self.printouts.take(it)


def _identity(status: Message) -> str:
    return outcome.identity(status.fields)


def _refusal(course: Course) -> str:
    return course.refused or course.aborted


def _why(course: Course) -> str:
    return outcome.reason(_refusal(course)) if _refusal(course) else "ZVT"


def _meant(course: Course) -> Answer:
    """An abort counts more than an approval before it: the terminal took it back."""
    if _refusal(course):
        return outcome.refused(_refusal(course))
    if course.status is None:
        return Answer(TenderOutcome.UNKNOWN, detail="the terminal told no result")
    return outcome.answer(course.status.fields)


def create(name: str, kind: TenderType, table: Mapping[str, object]) -> PaymentPort:
    """host, or port for a serial line; the rest are Settings."""
    options = Options(name, table)
    default = Settings()
    host, device = options.text("host", ""), options.text("port", "")
    if bool(host) is bool(device):
        raise options.wrong('host = "192.168.1.50" is needed, or port = "/dev/ttyUSB0"')
    tcp_port = options.whole("tcp_port", TCP_PORT)
    baudrate = options.whole("baudrate", BAUDRATE, least=300, most=115_200)
    settings = Settings(
        password=options.text("password", default.password),
        prints_on_till=options.yes("prints_on_till", default=default.prints_on_till),
        merchant_slip=options.yes("merchant_slip", default=default.merchant_slip),
        charset=options.text("charset", default.charset),
        ack_s=options.seconds("ack_s", default.ack_s),
        answer_s=options.seconds("answer_s", default.answer_s),
        clock_tolerance_s=options.seconds("clock_tolerance_s", default.clock_tolerance_s),
    )
    options.done()
    if not _PASSWORD.fullmatch(settings.password):
        raise options.wrong('password = "000000" is six digits')
    if settings.charset not in CHARSETS:
        raise options.wrong(f"charset is one of {', '.join(CHARSETS)}")
    wire: Wire = TcpWire(line_to(f"socket://{host}:{tcp_port}"))
    if device:
        line = line_to(device, **(SERIAL | {"baudrate": baudrate}))
        wire = SerialWire(line, ack_s=settings.ack_s)
    return TerminalPort(name, kind, ZvtDialogue(wire, settings))
