"""The Till: the one thread that changes anything. A mailbox in, facts to the journal, effects out.

Whoever wants something (a screen, a scanner, the local socket) puts a request into the mailbox and
goes on; the Till decides, journals, evolves, hands out the effects that the journal now holds
durably, and shows the new view. Nothing else writes, so there are no locks.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from appliance import asked as asked  # noqa: PLC0414 - its subjects hear what the till is asked
from appliance import moment
from appliance.answers import PASSING, Answers
from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.devices import (
    CardNumberHidden,
    CardRefused,
    CardTrouble,
    Category,
    DeviceHealth,
    DrawerKicked,
    DrawerMoved,
    HealthChanged,
    Outcome,
    PrintEnded,
    PrintHeld,
    Problem,
    Scanned,
    ScanRefused,
    WeightStatus,
)
from appliance.core.fleet_look import FleetChanged
from appliance.core.free_text import starred
from appliance.core.look import Names
from appliance.core.occasion import Occasion
from appliance.core.pay_look import CodeLook
from appliance.core.payment_answer import (
    AskingAgain,
    PaymentAnswered,
    PaymentSaid,
    PaymentShown,
    Totals,
    TotalsTold,
)
from appliance.core.people_look import PersonLook
from appliance.core.permissions import refused_early, who_may
from appliance.core.policy import Policy
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.core.state import DeviceStatus, DrawerPulse, State
from appliance.core.update_look import UpdateChanged, UpdateLook, UpdateSaid
from appliance.core.view import Look, StorageLook
from appliance.door import Door
from appliance.effects import Effects
from appliance.errands import Errands
from appliance.intake import Intake, Tills
from appliance.journal import Journal, JournalError
from appliance.mailbox import (
    Answer,
    Envelope,
    FetchEnded,
    FleetSaid,
    Heard,
    MachineSaid,
    Mailbox,
    Proven,
    Reply,
    ShopChanged,
    Stop,
)
from appliance.payments.cashdesk import CashDesk
from appliance.payments.manual import by_hand
from appliance.people.customers import CustomerBook
from appliance.resolve import Shelf
from appliance.showing import Showing
from appliance.terms import Terms
from appliance.weighing import Weighing
from appliance.writer import Writer

if TYPE_CHECKING:
    from appliance.payments.terminal import TerminalPort

log = logging.getLogger(__name__)

IDLE_S = 1.0
PERMIT_PAUSE_S = 0.1
STICK_WISH = timedelta(minutes=10)
"""So long the updater, which comes by every two minutes, is told of a stick; then it may be pulled."""

CARD_TROUBLES: dict[CardTrouble, Reason] = {
    CardTrouble.UNREAD: Reason.TAG_UNREAD,
    CardTrouble.EMPTY: Reason.TAG_EMPTY,
    CardTrouble.CHANGING_NUMBER: Reason.TAG_CHANGES,
    CardTrouble.BANK_CARD: Reason.TAG_BANK_CARD,
}


class Till:
    """Starts with `start`, ends with `stop`; every other method may be called from any thread."""

    def __init__(  # noqa: PLR0913 - what it is made of, named one by one
        self,
        journal: Journal,
        shelf: Shelf,
        policy: Policy,
        names: Names,
        effects: Effects,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now().astimezone(),
        on_crash: Callable[[BaseException], None] | None = None,
        storage: StorageLook | None = None,
        door: Door | None = None,
        training: bool = False,
        payments: CashDesk | None = None,
        terms: Terms | None = None,
        customers: CustomerBook | None = None,
        pepper: bytes = b"",
    ) -> None:
        self.journal = journal
        self.names = names
        self._shelf = shelf
        self._door = door or Door()
        self._intake = Intake(
            *(shelf, journal, policy, clock, customers), staff=self._door.book, pepper=pepper
        )
        self._effects = effects
        self._clock = clock
        self._writer = Writer(journal, policy, clock, storage=storage)
        self._errands = Errands(effects, journal, self._writer)
        self._on_crash = on_crash
        self._mailbox = Mailbox()
        self._answers = Answers()
        self._weighing = Weighing(shelf, effects.weigh)
        self._moment = moment.Moment(storage=self._writer.storage)
        self._door.post = self._mailbox.prove
        self._training = training
        self._terms = terms
        if terms is not None:
            self._intake = replace(self._intake, coupon_keys=terms.coupon_keys)
        self._payments = payments or by_hand(policy)
        self._unwritten: list[PaymentAnswered] = []
        self._showing = Showing(
            policy, names, journal.state, self._moment, lambda: self._clock().date()
        )
        self._showing.watch(effects.display)
        self._thread = threading.Thread(target=self._run, name="till", daemon=True)
        self._mailbox.owner = self._thread
        self.beat_at = time.monotonic()

    # Called from anywhere.

    @property
    def policy(self) -> Policy:
        """The rules of now, by which commands are decided."""
        return self._writer.policy

    @property
    def look(self) -> Look:
        """The view as it is now."""
        return self._showing.look

    def share_with(self, tills: Tills) -> None:
        """The shop's other tills, of whom baskets are asked. Before `start`."""
        self._intake = replace(self._intake, tills=tills)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Finishes what is in the mailbox, then ends; returns when it has."""
        self._mailbox.stop()
        self._thread.join()

    @property
    def terminals(self) -> tuple[TerminalPort, ...]:
        return self._payments.terminals

    def close_payments(self) -> None:
        """Ends the terminals' threads, once the Till has stopped."""
        self._payments.close()

    def submit(
        self,
        request: c.Request,
        *,
        reply: Reply | None = None,
        actor: str | None = None,
        id: str = "",  # noqa: A002 - the wire's word
        spoken: bool = True,
    ) -> None:
        """Ask for something. Never waits; `reply` is called on the Till's thread."""
        self._mailbox.post(Envelope(request, actor, reply, id, spoken))

    def ask(
        self,
        request: c.Request,
        *,
        timeout_s: float = 10.0,
        actor: str | None = None,
        id: str = "",  # noqa: A002 - the wire's word
        spoken: bool = True,
    ) -> Answer:
        """`submit`, and wait for the answer; BUSY when the Till had no time to act on it."""
        return self._mailbox.ask(Envelope(request, actor, None, id, spoken), timeout_s)

    def tell(self, message: Heard) -> None:
        """A device's message or a terminal's answer, from any thread."""
        self._mailbox.tell(message)

    def permit(self, job: str) -> bool:
        """The printer's question before a job's first byte; True once the journal holds it."""
        return self._noted(c.StartEffect(f.EffectId(int(job))))

    def may_send(self, sale: f.SaleId, tender: int, memo: str) -> bool:
        """The terminal's question before a money command's first byte; True once the journal
        holds durably that it leaves."""
        return self._noted(c.SendTender(sale, tender, memo))

    def _noted(self, command: c.Command) -> bool:
        while self._thread.is_alive():
            answer = self.ask(command, actor="till", spoken=False)
            if not isinstance(answer, Refusal):
                return True
            if answer.reason is not Reason.BUSY:
                return False
            time.sleep(PERMIT_PAUSE_S)  # a till under siege prints late, not never
        return False

    def display_again(self) -> None:
        """The customer's display is the till's again, after it was lent."""
        self._effects.display_again(self.look)

    def subscribe(self, on_look: Callable[[Look], None]) -> Callable[[], None]:
        """Calls `on_look` on the Till's thread with every new view; the result ends it."""
        return self._showing.watch(on_look)

    # The Till's own thread.

    def _run(self) -> None:
        try:
            self._wake()
            while self._turn():
                pass
        except BaseException as error:
            log.critical("the till stopped on an error of its own", exc_info=True)
            if self._on_crash is not None:
                self._on_crash(error)

    def _turn(self) -> bool:
        self.beat_at = time.monotonic()
        message = self._mailbox.next(IDLE_S)
        match message:
            case None:
                self._idle()
                return True
            case Stop():
                return False
            case Envelope():
                self._handle(message)
            case Proven():
                self._proven(message)
            case _:
                self._heard(message)
        self._hand_out()
        self._show()
        self._writer.sync()
        return True

    def _idle(self) -> None:
        self._answers_again()
        self._writer.idle()
        self._hear_of_staff()
        self._turn_to_new_catalogue()
        self._turn_to_new_terms()
        self._show()

    def _follow(self, policy: Policy) -> None:
        """Other rules from here on."""
        self._writer.policy = policy
        self._intake = replace(self._intake, policy=policy)
        self._showing.rules(policy)

    def _hear_of_staff(self) -> None:
        """What `till staff` changed while the till runs is written down as well, as the command's."""
        changed = self._door.refresh()
        if changed:
            self._writer.write(changed, "cli", "")
            self._turn_to_new_staff()

    def _turn_to_new_staff(self) -> None:
        """Who may sign in, and who has a PIN."""
        people = self._door.people
        if people is not None and people != self.policy.staff:
            self._follow(replace(self.policy, staff=people))
        present = self._door.present
        looks = tuple(
            PersonLook(p.id, p.name, p.role, p.id in present.has_pin, p.id in present.has_badge)
            for p in self.policy.staff
        )
        shown = replace(
            self._moment.people,
            guarded=present.guarded,
            training=self._training,
            staff=looks,
            roles=tuple(self.policy.roles),
        )
        self._moment = replace(self._moment, people=shown)

    def _turn_to_new_catalogue(self) -> None:
        """Between baskets only: no line of a sale changes its price under the cashier's hands."""
        state = self.journal.state
        if state.sale is not None:
            return
        try:
            self._shelf.refresh()
            if self._shelf.version != state.catalogue_version:
                self._writer.note(f.CatalogueApplied(self._shelf.version, self._shelf.count))
        except sqlite3.Error:
            log.exception("the catalogue stays at version %d", state.catalogue_version)

    def _turn_to_new_terms(self) -> None:
        """Between baskets only: the day's taxes and coin, and the shop's offers."""
        state, terms = self.journal.state, self._terms
        if terms is None or state.sale is not None:
            return
        if terms.refresh() and terms.fault:
            self._moment = self._moment.told("offers_fault", "bad", fault=terms.fault)
        policy = terms.over(self.policy, self._clock().date())
        if policy is not self.policy:
            self._follow(policy)
        if terms.offers.version != state.offers_version:
            offers = terms.offers
            self._writer.note(f.OffersApplied(offers.version, len(offers.offers), 0))

    def _wake(self) -> None:
        """What a power cut left behind: pulses and started prints ended, nobody knows how."""
        state = self.journal.state
        cut = tuple(
            f.EffectEnded(effect.effect, Outcome.UNKNOWN, "restart")
            for effect in state.effects
            if isinstance(effect, DrawerPulse) or effect.started
        )
        self._writer.note(f.TillStarted(moment.version()), *cut)
        if self._door.present.guarded and not state.locked:
            # Whoever cuts the power must not come up as somebody else.
            self._writer.note(f.CashierSignedOut(state.cashier))
        if state.training:
            self._writer.note(f.TrainingEnded())
        self._turn_to_new_staff()
        self._turn_to_new_catalogue()
        self._turn_to_new_terms()
        self._answers.remember(self.journal)
        asked.sweep(self._intake)
        self._moment = self._intake.told(self._moment, state, ())
        if state.sale is not None and state.sale.live_lines:
            self._moment = self._moment.told("basket_restored", "good")
        self._payments.open(self._mailbox.tell, self.may_send, self.journal.state)
        self._hand_out()
        self._show()

    def _handle(self, envelope: Envelope) -> None:
        if not envelope.take():
            return
        answer = self._answers.to(envelope.id)
        if answer is None:
            answer = self._answer(envelope)
        if answer is not None:
            self._reply(envelope, answer)

    def _reply(self, envelope: Envelope, answer: Answer) -> None:
        self._answers.keep(envelope.id, answer)
        if envelope.reply is not None:
            envelope.reply(answer)

    def _answer(self, envelope: Envelope) -> Answer | None:
        """The answer, or None when the scale or a PIN is asked first."""
        before = self.journal.state
        answer = self._done(lambda: self._admitted(envelope))
        if answer is None:
            return None
        self._tell(envelope, before, answer)
        return answer

    def _done(self, deed: Callable[[], Answer | None]) -> Answer | None:
        """A deed with what always goes with it: who is forgotten is gone before the answer is, and
        a file that cannot be read is told, not the end of the till."""
        try:
            answer = deed()
            asked.forget(self._intake, answer)
        except (sqlite3.Error, JournalError) as error:
            log.exception("a file could not be read")
            return self._writer.fault(error)
        return answer

    def _tell(self, envelope: Envelope, before: State, answer: Answer) -> None:
        """What the person at this till sees of an answer."""
        request = envelope.request
        if isinstance(request, c.ShowFleetCode) and not isinstance(answer, Refusal):
            fleet = replace(self._moment.fleet, code=request.code, code_until=request.until)
            self._moment = replace(self._moment, fleet=fleet)
        if isinstance(request, c.UpdateFromStick) and not isinstance(answer, Refusal):
            until = self._clock() + STICK_WISH
            self._moment = replace(self._moment, stick_until=until.isoformat())
        if envelope.spoken:
            told = self._intake.told(self._moment, before, answer)
            by = who_may(answer, self.policy) if isinstance(answer, Refusal) else ()
            self._moment = told.wanting(envelope.request, answer, by)
        if self.journal.state.locked and not before.locked:
            self._moment = self._moment.left_alone()

    def _admitted(self, envelope: Envelope) -> Answer | None:
        """Through the door: a name is proven first, and a locked till gives nothing else."""
        state, request = self.journal.state, envelope.request
        if state.locked or isinstance(request, c.SignIn | c.Approved):
            self._hear_of_staff()
        at = self._clock().replace(tzinfo=None)
        let = self._door.admit(envelope, state, self._moment.people, at)
        return self._acted(let) if isinstance(let, Envelope) else let

    def _acted(self, envelope: Envelope) -> Answer | None:
        request = envelope.request
        if isinstance(request, c.WeighItem):
            return self._weigh(envelope)
        actor = envelope.actor or self.journal.state.cashier or "till"
        return self._resolved(request, actor, envelope.id, envelope.approver)

    def _proven(self, message: Proven) -> None:
        """A PIN was checked: what it was typed for is done now, or the wrong one written down."""
        before = self.journal.state
        let = self._door.proven(message)
        envelope, answer = message.envelope, None
        if isinstance(let, Envelope):
            answer = self._done(partial(self._acted, let))
        elif isinstance(let, c.RefusePin):
            answer = self._writer.decided(let, "till", "")
            if not isinstance(answer, Refusal):
                at = self._clock().replace(tzinfo=None)
                answer = self._door.why_wrong(self.journal.state, message.staff, at)
        else:
            answer = let
        if answer is not None:
            self._tell(envelope, before, answer)
            self._reply(envelope, answer)

    def _resolved(self, request: c.Request, actor: str, cause: str, approver: str) -> Answer:
        self._turn_to_new_terms()
        occasion = Occasion(self._clock().replace(tzinfo=None), actor, approver)
        refusal = refused_early(self.journal.state, request, self.policy, occasion)
        if refusal is not None:
            return refusal
        command = self._intake.command(request, self._moment, self._clock().date())
        match command:
            case Refusal():
                return command
            case moment.Moment():
                self._moment = command
                return ()
            case c.ChangeStaff():
                answer = self._writer.decided(command, actor, cause, approver)
                return self._staff_changed(starred(command), answer)
            case c.OpenShift():
                answer = self._writer.decided(command, actor, cause, approver)
                if not isinstance(answer, Refusal):
                    self._write_off_expired()
                return answer
            case _:
                return self._writer.decided(command, actor, cause, approver)

    def _write_off_expired(self) -> None:
        """A day begins: what cards held that pay no more leaves the books. Cut off, tomorrow does."""
        today = self._clock().date()
        command = self._intake.command(c.WriteOffExpired(), self._moment, today)
        if isinstance(command, c.Expire) and command.found:
            self._writer.decided(command, "till", "")

    def _staff_changed(self, command: c.ChangeStaff, answer: Answer) -> Answer:
        """The fact stands, the list follows: a power cut between the two leaves nobody in unseen."""
        if isinstance(answer, Refusal):
            return answer
        failed = asked.keep(self._intake, command)
        self._turn_to_new_staff()
        return failed or answer

    def _weigh(self, envelope: Envelope) -> Refusal | None:
        tag = f"weigh-{self.look.revision}-{self.journal.last_seq}"
        before = self._weighing.ask(envelope, tag)
        if not isinstance(before, Envelope):
            return before
        self._reply(before, refuse(Reason.BUSY))
        return None

    def _heard(self, message: Heard) -> None:
        """A device's message, as a command or as a fact."""
        match message:
            case Scanned(data=data, at_ns=at_ns):
                self._showing.scanned(at_ns)
                many = self._moment.multiplier
                self._handle(Envelope(c.Scan(data, many)))
                if many is not None:
                    self._moment = replace(self._moment, multiplier=None)
            case ScanRefused(detail=detail):
                self._moment = self._moment.refused(refuse(Reason.CODE_INVALID, code=detail))
            case CardRefused(trouble=trouble):
                self._moment = self._moment.refused(refuse(CARD_TROUBLES[trouble]))
            case HealthChanged(health=health):
                self._device_changed(health)
            case CardNumberHidden(module=module):
                self._card_number_hidden(module)
            case DrawerMoved(is_open=is_open):
                if is_open != self.journal.state.drawer_open:
                    self._writer.note(f.DrawerMoved(is_open))
            case DrawerKicked(request=request, outcome=outcome, detail=detail):
                self._errands.ended(request, outcome, detail)
            case PrintEnded(job=job, outcome=outcome, detail=detail):
                self._moment = replace(self._moment, held=Problem.NONE)
                self._errands.ended(job, outcome, detail)
            case PrintHeld(problem=problem):
                self._moment = replace(self._moment, held=problem)
            case WeightStatus():
                self._weighed(message)
            case PaymentAnswered():
                self._paid(message)
            case PaymentSaid():
                self._moment = replace(self._moment, said=message)
            case AskingAgain():
                self._moment = replace(self._moment, again=message)
            case TotalsTold():
                self._counted(message)
            case ShopChanged(elsewhere=elsewhere, tills=tills):
                self._moment = replace(self._moment, elsewhere=elsewhere, tills=tills)
            case FetchEnded(reason=reason):
                self._moment = self._moment.refused(refuse(reason))
            case FleetChanged(look=look):
                held = self._moment.fleet
                look = replace(look, code=held.code, code_until=held.code_until)
                self._moment = replace(self._moment, fleet=look)
            case UpdateSaid(key=key):
                self._moment = replace(self._moment.told(key, "bad"), stick_until="")
            case UpdateChanged(look=look):
                self._updated(look)
            case FleetSaid(text=text):
                self._moment = self._moment.told("fleet_said", text=text)
            case MachineSaid(notice=notice):
                self._moment = self._moment.told(notice)
            case PaymentShown(sale=sale, tender=tender, code=code, reference=reference):
                until = message.until.astimezone(self._clock().tzinfo)
                shown = CodeLook(sale, tender, code, f"{until:%H:%M}", reference)
                self._moment = replace(self._moment, code=shown)

    def _updated(self, look: UpdateLook) -> None:
        """What the updater says: a new version is welcomed once, an end is written down."""
        before = self.journal.state.firmware
        self._moment = replace(self._moment, update=look)
        ended = look.stage if look.stage in ("returned", "refused") else ""
        about = (ended, look.wanted, look.why, look.detail) if ended else ()
        noted = self._writer.decided(c.NoteFirmware(look.version, look.slot, *about), "till", "")
        fresh = before is not None and before.version != look.version
        if fresh and not isinstance(noted, Refusal):
            self._moment = self._moment.told("updated", "good", version=look.version)

    def _card_number_hidden(self, module: str) -> None:
        leak = f.CardNumberLogged(module, self._clock().date().isoformat())
        if leak not in self.journal.state.leaks:
            self._writer.note(leak)

    def _device_changed(self, health: DeviceHealth) -> None:
        now = DeviceStatus(
            health.device, health.category, health.state, health.problem, health.detail
        )
        if now in self.journal.state.devices:
            return
        self._writer.note(
            f.DeviceChanged(now.device, now.category, now.state, now.problem, now.detail)
        )
        if now.category is Category.POS_PRINTER and now.problem is Problem.NONE:
            self._moment = replace(self._moment, held=Problem.NONE)

    def _paid(self, answer: PaymentAnswered) -> None:
        """What a terminal or a bank said, as early or late as it said it."""
        command = c.AnswerTender(
            answer.sale,
            answer.tender,
            answer.outcome,
            answer.amount_minor,
            answer.reference,
            answer.detail,
            answer.port,
            answer.printouts,
        )
        if starred(command) is not command:
            self._card_number_hidden(f"payments {answer.port}")  # its driver should have dropped it
        before = self.journal.state
        told = self._writer.decided(command, before.cashier or "till", "")
        if not isinstance(told, Refusal):
            self._moment = self._intake.told(self._moment, before, told)
        elif told.reason in PASSING:
            self._unwritten.append(answer)
        else:
            log.warning("payment %d-%d: %s", answer.sale, answer.tender, told.reason)

    def _counted(self, told: TotalsTold) -> None:
        """What a terminal said of its day; a full disk leaves it to be asked again."""
        sums = told.totals or Totals(0, 0)
        booked = c.BookTotals(
            *(told.port, told.totals is not None, sums.payments, sums.payments_minor),
            *(sums.refunds, sums.refunds_minor, told.settled, told.detail),
        )
        answer = self._writer.decided(booked, "till", "")
        if isinstance(answer, Refusal):
            log.warning("totals of %s: %s", told.port, answer.reason)

    def _answers_again(self) -> None:
        """What terminals answered while the disk took nothing."""
        unwritten, self._unwritten = self._unwritten, []
        for answer in unwritten:
            self._paid(answer)

    def _weighed(self, status: WeightStatus) -> None:
        self._moment = self._moment.with_weight(status)
        waited = self._weighing.heard(status)
        if waited is None:
            return
        envelope, item = waited
        before = self.journal.state
        actor = envelope.actor or before.cashier or "till"

        def sold() -> Answer:
            weighed = self._intake.ready(item, self._clock().date())
            if isinstance(weighed, Refusal):
                return weighed
            return self._writer.decided(weighed, actor, envelope.id, envelope.approver)

        answer = self._done(sold)
        assert answer is not None
        self._tell(envelope, before, answer)
        self._reply(envelope, answer)

    def _hand_out(self) -> None:
        self._payments.hand_out(self.journal.state)
        self._errands.hand_out()

    def _show(self) -> None:
        if self._moment.storage is not self._writer.storage:
            self._moment = replace(self._moment, storage=self._writer.storage)
        more_waits = self._mailbox.more
        self._showing.show(self.journal.state, self._moment, more_waits=more_waits)
