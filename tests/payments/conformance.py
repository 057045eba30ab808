"""The story book every terminal driver goes through, and the checker that compares both ledgers."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from appliance.core.devices import DeviceHealth, DeviceState, Problem
from appliance.core.facts import SaleId, TenderOutcome, TenderType
from appliance.core.payment_answer import PaymentAnswered, PaymentSaid, Totals, TotalsTold
from appliance.payments.dialogue import Dialogue
from appliance.payments.port import Intent
from appliance.payments.terminal import TerminalPort
from hw_sim.cut_proxy import CutProxy
from hw_sim.terminal import Charge, Temper, Terminal

PATIENCE_S = 15.0
ASKED_MINOR = 46_90


@dataclass(frozen=True)
class Subject:
    """One driver with its simulator. dialogue: makes one for a URL, with small time limits."""

    name: str
    terminal: Callable[[], Terminal]
    dialogue: Callable[[str], Dialogue]
    currency: str = "UAH"
    can_ask: bool = True
    """Its protocol has a status query that tells for sure."""
    can_greet: bool = True
    """Its protocol has a greeting: a line on which nobody speaks is found out before a payment."""
    can_cancel: bool = True
    can_total: bool = True
    partial: bool = True
    takes_back: bool = False
    """Without an answer it reverses the payment, which is the answer then."""
    conversation_bytes: int = 4000
    """An upper bound of what passes one way in one payment, for the cuts."""


@dataclass
class Desk:
    """The till's side of a port: what the journal would hold, and what was told."""

    subject: Subject
    url: str
    sent: dict[int, str] = field(default_factory=dict)
    says: list[str] = field(default_factory=list)
    told: queue.Queue[PaymentAnswered] = field(default_factory=queue.Queue)
    totals: queue.Queue[TotalsTold] = field(default_factory=queue.Queue)
    said: threading.Event = field(default_factory=threading.Event)
    _port: TerminalPort | None = None

    def open(self) -> None:
        dialogue = self.subject.dialogue(self.url)
        self._port = TerminalPort("terminal", TenderType.CARD, dialogue, pauses_s=(0.05, 0.1, 0.2))
        self._port.open(self._hear, self._may_send)

    def close(self) -> None:
        if self._port is not None:
            self._port.close()
            self._port = None

    def restart(self) -> None:
        """The process ends and comes back; the journal remembers what was sent."""
        self.close()
        self.open()

    @property
    def port(self) -> TerminalPort:
        assert self._port is not None
        return self._port

    def intent(self, tender: int, amount_minor: int = ASKED_MINOR, original: str = "") -> Intent:
        memo = self.sent.get(tender)
        return Intent(
            id=f"K7-1-1-{tender}",
            sale=SaleId(1),
            tender=tender,
            type=TenderType.CARD,
            amount_minor=amount_minor,
            currency=self.subject.currency,
            original=original,
            sent=memo is not None,
            memo=memo or "",
        )

    def answer(self, timeout_s: float = PATIENCE_S) -> PaymentAnswered:
        return self.told.get(timeout=timeout_s)

    def final(self) -> PaymentAnswered:
        """The first answer that is no "unknown"."""
        until = time.monotonic() + PATIENCE_S
        while True:
            answer = self.answer(until - time.monotonic())
            if answer.outcome is not TenderOutcome.UNKNOWN:
                return answer

    def count(self) -> Totals | None:
        self.port.totals()
        return self.totals.get(timeout=PATIENCE_S).totals

    def _may_send(self, _sale: SaleId, tender: int, memo: str) -> bool:
        if tender in self.sent:
            return False
        self.sent[tender] = memo
        return True

    def _hear(self, message: object) -> None:
        match message:
            case PaymentAnswered():
                self.told.put(message)
            case PaymentSaid(text=text):
                self.says.append(text)
                self.said.set()
            case TotalsTold():
                self.totals.put(message)


@contextmanager
def at_desk(subject: Subject, *tempers: Temper) -> Iterator[tuple[Desk, Terminal, CutProxy]]:
    with subject.terminal() as terminal:
        terminal.next.extend(tempers)
        with CutProxy(terminal.port) as cable:
            desk = Desk(subject, cable.url)
            desk.open()
            try:
                yield desk, terminal, cable
            finally:
                desk.close()


def live(terminal: Terminal) -> list[Charge]:
    return [it for it in terminal.ledger if not it.reversed]


def check(terminal: Terminal, answers: list[PaymentAnswered]) -> None:
    """What the terminal charged is what the till was told, and nothing twice."""
    charged = [it.amount_minor for it in live(terminal) if it.kind == "payment"]
    booked = [
        it.amount_minor if it.amount_minor is not None else ASKED_MINOR
        for it in answers
        if it.outcome is TenderOutcome.APPROVED
    ]
    assert sorted(charged) == sorted(booked), (terminal.ledger, answers)


def pays(desk: Desk, tender: int = 1) -> PaymentAnswered:
    desk.port.ask(desk.intent(tender))
    return desk.final()


def approves(subject: Subject) -> None:
    with at_desk(subject) as (desk, terminal, _):
        answer = pays(desk)
        assert answer.outcome is TenderOutcome.APPROVED
        assert answer.amount_minor in (None, ASKED_MINOR)
        assert answer.reference
        check(terminal, [answer])


def greets(subject: Subject) -> None:
    """It says that it is there, over a wire that is new, and no money moves; gone, it is told so."""
    with at_desk(subject) as (desk, terminal, cable):
        told: queue.Queue[DeviceHealth] = queue.Queue()

        def health() -> DeviceHealth:
            desk.port.greet(lambda it: told.put(it.health))
            return told.get(timeout=PATIENCE_S)

        for _ in range(2):
            # Its limits here are so small that a busy machine misses one.
            _until(lambda: health().state is DeviceState.READY)
        cable.torn = True
        cable.hang_up()
        gone = health()
        if subject.can_greet:
            assert (gone.device, gone.problem) == ("terminal", Problem.NO_ANSWER)
        assert terminal.ledger == []
        cable.torn = False
        assert pays(desk).outcome is TenderOutcome.APPROVED


def declines(subject: Subject) -> None:
    with at_desk(subject, Temper("decline")) as (desk, terminal, _):
        answer = pays(desk)
        assert answer.outcome is TenderOutcome.DECLINED
        check(terminal, [answer])
        check(terminal, [pays(desk, 2)])


def approves_a_part(subject: Subject) -> None:
    with at_desk(subject, Temper(amount_minor=20_00)) as (desk, terminal, _):
        answer = pays(desk)
        assert (answer.outcome, answer.amount_minor) == (TenderOutcome.APPROVED, 20_00)
        check(terminal, [answer])


def is_busy(subject: Subject) -> None:
    with at_desk(subject, Temper("busy")) as (desk, terminal, _):
        answer = pays(desk)
        assert answer.outcome is not TenderOutcome.APPROVED
        check(terminal, [answer])


def cancels_while_it_waits(subject: Subject) -> None:
    with at_desk(subject, Temper("wait")) as (desk, terminal, _):
        desk.port.ask(desk.intent(1))
        _until(lambda: 1 in desk.sent)
        desk.port.cancel(desk.intent(1))
        answer = desk.final()
        assert answer.outcome in (TenderOutcome.CANCELLED, TenderOutcome.DECLINED)
        check(terminal, [answer])


def cancel_comes_too_late(subject: Subject) -> None:
    with at_desk(subject, Temper("wait", deaf_to_cancel=True)) as (desk, terminal, _):
        desk.port.ask(desk.intent(1))
        _until(lambda: 1 in desk.sent)
        desk.port.cancel(desk.intent(1))
        terminal.present()
        answer = desk.final()
        assert answer.outcome is TenderOutcome.APPROVED
        check(terminal, [answer])


def cancelled_before_it_left(subject: Subject) -> None:
    with at_desk(subject) as (desk, terminal, _):
        desk.sent[1] = ""  # the till says no: somebody called it off
        desk.port.ask(replace(desk.intent(1), sent=False, memo=""))
        assert desk.final().outcome is TenderOutcome.CANCELLED
        assert terminal.ledger == []


def charges_and_never_answers(subject: Subject) -> None:
    with at_desk(subject, Temper("charge_silently")) as (desk, terminal, _):
        desk.port.ask(desk.intent(1))
        if not subject.can_ask:
            assert desk.answer().outcome is TenderOutcome.UNKNOWN
            return
        answer = desk.final()
        known = TenderOutcome.DECLINED if subject.takes_back else TenderOutcome.APPROVED
        assert answer.outcome is known
        check(terminal, [answer])


def hears_and_never_answers(subject: Subject) -> None:
    with at_desk(subject, Temper("silent")) as (desk, terminal, _):
        desk.port.ask(desk.intent(1))
        first = desk.answer()
        assert first.outcome is not TenderOutcome.APPROVED
        assert terminal.ledger == []


def nobody_is_there(subject: Subject) -> None:
    with at_desk(subject) as (desk, terminal, cable):
        cable.torn = True
        cable.hang_up()
        desk.port.ask(desk.intent(1))
        answer = desk.answer()
        assert answer.outcome is TenderOutcome.DECLINED
        assert desk.sent == {}
        cable.torn = False
        check(terminal, [pays(desk, 2)])


def wire_died_in_idleness(subject: Subject) -> None:
    with at_desk(subject) as (desk, terminal, cable):
        first = pays(desk)
        cable.hang_up()
        second = pays(desk, 2)
        assert second.outcome is TenderOutcome.APPROVED  # it shows before anything leaves
        check(terminal, [first, second])


def till_restarts_while_it_waits(subject: Subject) -> None:
    with at_desk(subject, Temper("wait")) as (desk, terminal, _):
        desk.port.ask(desk.intent(1))
        _until(lambda: 1 in desk.sent)
        desk.restart()
        desk.port.inquire(desk.intent(1))
        terminal.present()
        _settled(subject, desk, terminal)


def terminal_restarts_while_it_waits(subject: Subject) -> None:
    with at_desk(subject, Temper("wait")) as (desk, terminal, _):
        desk.port.ask(desk.intent(1))
        _until(lambda: 1 in desk.sent)
        terminal.restart()
        _settled(subject, desk, terminal)


def unsent_is_never_asked_about(subject: Subject) -> None:
    with at_desk(subject) as (desk, terminal, _):
        desk.port.inquire(desk.intent(1))
        assert desk.final().outcome is TenderOutcome.DECLINED
        assert terminal.ledger == []


def sent_is_never_sent_again(subject: Subject) -> None:
    """A till that comes back asks, whatever it finds; the money command is gone for good."""
    with at_desk(subject) as (desk, terminal, _):
        answer = pays(desk)
        assert answer.outcome is TenderOutcome.APPROVED
        desk.restart()
        desk.port.ask(desk.intent(1))
        if subject.can_ask:
            assert desk.final().outcome is TenderOutcome.APPROVED
        else:
            assert desk.answer().outcome is TenderOutcome.UNKNOWN
        check(terminal, [answer])


def gives_back(subject: Subject) -> None:
    with at_desk(subject) as (desk, terminal, _):
        paid = pays(desk)
        desk.port.ask(desk.intent(2, -ASKED_MINOR, paid.reference))
        answer = desk.final()
        assert answer.outcome is TenderOutcome.APPROVED
        assert answer.amount_minor in (None, -ASKED_MINOR)
        back = [it for it in terminal.ledger if it.reversed or it.kind == "refund"]
        assert [it.amount_minor for it in back] == [ASKED_MINOR]


def totals_agree(subject: Subject) -> None:
    with at_desk(subject, Temper(), Temper("decline"), Temper()) as (desk, terminal, _):
        for tender in (1, 2, 3):
            pays(desk, tender)
        counted = desk.count()
        assert counted is not None
        assert (counted.payments, counted.payments_minor) == (2, 2 * ASKED_MINOR)
        assert len(live(terminal)) == 2


def cuts(subject: Subject, way: str, count: int) -> None:
    """The cable is cut after so many bytes of a payment, at `count` places spread over it."""
    length = _length(subject, way)
    places = sorted({round(it * length / count) for it in range(count + 1)})
    for place in places:
        with at_desk(subject) as (desk, terminal, cable):
            _until(lambda cable=cable: cable.passed["to_till"] > 0 or not subject.can_ask, 0.2)
            cable.cut(way, place)  # type: ignore[arg-type]
            desk.port.ask(desk.intent(1))
            _settled(subject, desk, terminal)


STORIES: tuple[Callable[[Subject], None], ...] = (
    greets,
    approves,
    declines,
    is_busy,
    cancelled_before_it_left,
    charges_and_never_answers,
    hears_and_never_answers,
    nobody_is_there,
    wire_died_in_idleness,
    till_restarts_while_it_waits,
    terminal_restarts_while_it_waits,
    unsent_is_never_asked_about,
    sent_is_never_sent_again,
    gives_back,
)


def stories(subject: Subject) -> tuple[Callable[[Subject], None], ...]:
    told = STORIES
    if subject.partial:
        told += (approves_a_part,)
    if subject.can_cancel:
        told += (cancels_while_it_waits, cancel_comes_too_late)
    if subject.can_total:
        told += (totals_agree,)
    return told


def _settled(subject: Subject, desk: Desk, terminal: Terminal) -> None:
    """In the end both agree, or the till says plainly that it does not know."""
    first = desk.answer()
    if first.outcome is TenderOutcome.UNKNOWN:
        if not subject.can_ask:
            return
        first = desk.final()
    check(terminal, [first])


def _length(subject: Subject, way: str) -> int:
    with at_desk(subject) as (desk, _, cable):
        pays(desk)
        return cable.passed[way]  # type: ignore[index]


def _until(holds: Callable[[], bool], patience_s: float = PATIENCE_S) -> None:
    until = time.monotonic() + patience_s
    while not holds():
        if time.monotonic() > until:
            if patience_s < PATIENCE_S:
                return
            raise AssertionError("it never came to that")
        time.sleep(0.002)
