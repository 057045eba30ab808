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
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from appliance import asked as asked  # noqa: PLC0414 - its subjects hear what the till is asked
from appliance import moment
from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.decide import decide
from appliance.core.devices import (
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
from appliance.core.look import Names
from appliance.core.occasion import Occasion
from appliance.core.payment_answer import PaymentAnswered
from appliance.core.people_look import PersonLook
from appliance.core.permissions import who_may
from appliance.core.policy import Policy
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.core.state import DeviceStatus, DrawerPulse, Effect, PrintJob, State
from appliance.core.view import Look
from appliance.door import Door
from appliance.effects import Effects
from appliance.intake import Intake
from appliance.journal import Journal, JournalError, StorageFull
from appliance.journal.space import FLOOR_BYTES
from appliance.mailbox import Answer, Envelope, Heard, Mailbox, Proven, Reply, Stop
from appliance.payments.cashdesk import CashDesk
from appliance.payments.manual import by_hand
from appliance.people.customers import CustomerBook
from appliance.resolve import Shelf
from appliance.showing import Showing
from appliance.terms import Terms

log = logging.getLogger(__name__)

ANSWERS_KEPT = 1_000
"""Answers by command id, so that a retry is told the same instead of acting twice."""
PASSING = frozenset({Reason.BUSY, Reason.STORAGE_FULL, Reason.STORAGE_FAULT})
"""Refusals that are not remembered by a command's id: a repetition may well be accepted."""
IDLE_S = 1.0
CLOCK_SLACK_S = 2.0
PERMIT_PAUSE_S = 0.1


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
        recovered: str = "",
        door: Door | None = None,
        training: bool = False,
        payments: CashDesk | None = None,
        terms: Terms | None = None,
        customers: CustomerBook | None = None,
        pepper: bytes = b"",
    ) -> None:
        self.journal = journal
        self.policy = policy
        self.names = names
        self._shelf = shelf
        self._intake = Intake(shelf, journal, policy, clock, customers, pepper)
        self._effects = effects
        self._clock = clock
        self._on_crash = on_crash
        self._mailbox = Mailbox()
        self._answers: OrderedDict[str, Answer] = OrderedDict()
        self._weighing: dict[str, Envelope] = {}
        self._moment = moment.Moment().with_storage(recovered=recovered)
        self._door = door or Door()
        self._door.post = self._mailbox.prove
        self._training = training
        self._terms = terms
        if terms is not None:
            self._intake = replace(self._intake, coupon_keys=terms.coupon_keys)
        self._payments = payments or by_hand(policy)
        self._unwritten: list[PaymentAnswered] = []
        self._handed_out: set[f.EffectId] = set()
        self._synced_at = time.monotonic()
        self._showing = Showing(policy, names, journal.state, self._moment)
        self._showing.watch(effects.display)
        self._thread = threading.Thread(target=self._run, name="till", daemon=True)
        self._mailbox.owner = self._thread
        self.beat_at = time.monotonic()

    # Called from anywhere.

    @property
    def look(self) -> Look:
        """The view as it is now."""
        return self._showing.look

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Finishes what is in the mailbox, then ends; returns when it has."""
        self._mailbox.stop()
        self._thread.join()

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
        while self._thread.is_alive():
            answer = self.ask(c.StartEffect(f.EffectId(int(job))), actor="till", spoken=False)
            if not isinstance(answer, Refusal):
                return True
            if answer.reason is not Reason.BUSY:
                return False
            time.sleep(PERMIT_PAUSE_S)  # a till under siege prints late, not never
        return False

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
        if time.monotonic() - self._synced_at > IDLE_S:
            self._sync()
        return True

    def _sync(self) -> None:
        """A till that is never idle brings its drafts to the disk all the same, once a second."""
        try:
            self.journal.keep_basket()
        except JournalError:
            log.exception("drafts are not on the disk yet")
        self._synced_at = time.monotonic()

    def _idle(self) -> None:
        self._answers_again()
        try:
            self.journal.idle()
        except JournalError:
            log.exception("the journal could not tidy up")
        self._synced_at = time.monotonic()
        full = self._is_full()
        if full != self._moment.storage.full:
            self._moment = self._moment.with_storage(full=full)
        if self._door.refresh():
            self._turn_to_new_staff()
        self._turn_to_new_catalogue()
        self._turn_to_new_terms()
        self._show()

    def _is_full(self) -> bool:
        try:
            return self.journal.space_left_bytes() < FLOOR_BYTES
        except OSError:  # the folder is gone: the next append says so
            return self._moment.storage.full

    def _turn_to_new_staff(self) -> None:
        """Who may sign in, and who has a PIN; changed by `till staff` while the till runs."""
        people = self._door.people
        if people is not None and people != self.policy.staff:
            self.policy = replace(self.policy, staff=people)
            self._intake = replace(self._intake, policy=self.policy)
            self._showing.rules(self.policy)
        present = self._door.present
        looks = tuple(
            PersonLook(p.id, p.name, p.role, p.id in present.has_pin, p.id in present.has_badge)
            for p in self.policy.staff
        )
        shown = replace(
            self._moment.people, guarded=present.guarded, training=self._training, staff=looks
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
                self._note(f.CatalogueApplied(self._shelf.version, self._shelf.count))
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
            self.policy = policy
            self._intake = replace(self._intake, policy=policy)
            self._showing.rules(policy)
        if terms.offers.version != state.offers_version:
            offers = terms.offers
            self._note(f.OffersApplied(offers.version, len(offers.offers), 0))

    def _wake(self) -> None:
        """What a power cut left behind: pulses and started prints ended, nobody knows how."""
        state = self.journal.state
        cut = tuple(
            f.EffectEnded(effect.effect, Outcome.UNKNOWN, "restart")
            for effect in state.effects
            if isinstance(effect, DrawerPulse) or effect.started
        )
        self._journal((f.TillStarted(moment.version()), *cut), actor="till", cause="")
        if self._door.present.guarded and not state.locked:
            # Whoever cuts the power must not come up as somebody else.
            self._note(f.CashierSignedOut(state.cashier))
        if state.training:
            self._note(f.TrainingEnded())
        self._turn_to_new_staff()
        self._turn_to_new_catalogue()
        self._turn_to_new_terms()
        self._remember_answers()
        asked.sweep(self._intake)
        self._moment = self._intake.told(self._moment, state, ())
        if state.sale is not None and state.sale.live_lines:
            self._moment = self._moment.told("basket_restored", "good")
        self._payments.open(self._mailbox.tell, self.journal.state)
        self._hand_out()
        self._show()

    def _remember_answers(self) -> None:
        """Ids answered before the restart: a script that lost its answer may ask again."""
        for record in self.journal.records(
            max(0, self.journal.last_seq - ANSWERS_KEPT), ANSWERS_KEPT
        ):
            if record.cause:
                told = self._answers.get(record.cause, ())
                self._answers[record.cause] = (*told, record)  # type: ignore[misc]

    def _handle(self, envelope: Envelope) -> None:
        if not envelope.take():
            return
        before = self._answers.get(envelope.id) if envelope.id else None
        if before is None:
            answer = self._answer(envelope)
            if answer is None:
                return
        else:
            answer = before
        self._reply(envelope, answer)

    def _reply(self, envelope: Envelope, answer: Answer) -> None:
        passing = isinstance(answer, Refusal) and answer.reason in PASSING
        if envelope.id and not passing:
            self._answers[envelope.id] = answer
            if len(self._answers) > ANSWERS_KEPT:
                self._answers.popitem(last=False)
        if envelope.reply is not None:
            envelope.reply(answer)

    def _answer(self, envelope: Envelope) -> Answer | None:
        """The answer, or None when the scale or a PIN is asked first."""
        before = self.journal.state
        answer: Answer | None
        try:
            answer = self._admitted(envelope)
            asked.forget(self._intake, answer)
        except (sqlite3.Error, JournalError) as error:
            log.exception("a file could not be read")
            self._moment = self._moment.with_storage(fault=str(error))
            answer = refuse(Reason.STORAGE_FAULT)
        if answer is None:
            return None
        self._tell(envelope, before, answer)
        return answer

    def _tell(self, envelope: Envelope, before: State, answer: Answer) -> None:
        """What the person at this till sees of an answer."""
        if envelope.spoken:
            told = self._intake.told(self._moment, before, answer)
            by = who_may(answer, self.policy) if isinstance(answer, Refusal) else ()
            self._moment = told.wanting(envelope.request, answer, by)
        if self.journal.state.locked and not before.locked:
            self._moment = self._moment.left_alone()

    def _admitted(self, envelope: Envelope) -> Answer | None:
        """Through the door: a name is proven first, and a locked till gives nothing else."""
        state, request = self.journal.state, envelope.request
        if (state.locked or isinstance(request, c.SignIn | c.Approved)) and self._door.refresh():
            self._turn_to_new_staff()
        badge = self._door.badge_in(request)
        if badge:
            request = self._badge_shown(badge, state)
            envelope = replace(envelope, request=request)
        if isinstance(request, c.SignIn) or (isinstance(request, c.Approved) and not state.locked):
            let = self._door.ask(envelope, state, self._clock().replace(tzinfo=None))
            return self._acted(let) if isinstance(let, Envelope) else let
        if state.locked and envelope.actor is None:
            return refuse(Reason.LOCKED)
        if isinstance(request, c.LockTill) and not self._door.present.guarded:
            return refuse(Reason.NO_PINS)
        return self._acted(envelope)

    def _badge_shown(self, badge: str, state: State) -> c.SignIn | c.Approved:
        """A badge signs in; while something waits for a manager, it allows that."""
        wanted = self._moment.people.wanted
        if wanted is None or state.locked or wanted.reason != Reason.PERMISSION_NEEDED:
            return c.SignIn(badge=badge)
        return c.Approved(wanted.request, badge=badge)

    def _acted(self, envelope: Envelope) -> Answer | None:
        request = envelope.request
        if isinstance(request, c.WeighItem):
            return self._weigh(envelope, request)
        actor = envelope.actor or self.journal.state.cashier or "till"
        return self._resolved(request, actor, envelope.id, envelope.approver)

    def _proven(self, message: Proven) -> None:
        """A PIN was checked: what it was typed for is done now, or the wrong one written down."""
        before = self.journal.state
        let = self._door.proven(message)
        envelope, answer = message.envelope, None
        if isinstance(let, Envelope):
            answer = self._acted(let)
        elif isinstance(let, c.RefusePin):
            answer = self._decided(let, "till", "")
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
        command = self._intake.command(request, self._moment, self._clock().date())
        match command:
            case Refusal():
                return command
            case moment.Moment():
                self._moment = command
                return ()
            case _:
                return self._decided(command, actor, cause, approver)

    def _decided(self, command: c.Command, actor: str, cause: str, approver: str = "") -> Answer:
        state = self.journal.state
        if state.sale is None and isinstance(command, c.AddItem) and self._moment.storage.full:
            return refuse(Reason.STORAGE_FULL)
        at = self._clock().replace(tzinfo=None)
        decision = decide(state, command, self.policy, Occasion(at, actor, approver))
        if isinstance(decision, Refusal) or not decision:
            return decision if isinstance(decision, Refusal) else ()
        return self._journal(decision, actor, cause)

    def _journal(self, facts: tuple[f.Fact, ...], actor: str, cause: str) -> Answer:
        now = self._clock()
        last = self.journal.last_at
        if last is not None and (last - now).total_seconds() > CLOCK_SLACK_S:
            facts = (f.ClockStepped(int((last - now).total_seconds())), *facts)
        try:
            records = self.journal.append(facts, actor=actor, at=now, cause=cause)
        except StorageFull:
            self._moment = self._moment.with_storage(full=True)
            return refuse(Reason.STORAGE_FULL)
        except JournalError as error:
            log.exception("the journal took nothing")
            self._moment = self._moment.with_storage(fault=str(error))
            return refuse(Reason.STORAGE_FAULT)
        if self._moment.storage.fault:
            self._moment = self._moment.with_storage(fault="")
        return records

    def _weigh(self, envelope: Envelope, request: c.WeighItem) -> Refusal | None:
        if self._shelf.by_id(request.item) is None:
            return refuse(Reason.NO_SUCH_ITEM, item=request.item)
        tag = f"weigh-{self.look.revision}-{self.journal.last_seq}"
        if not self._effects.weigh(tag):
            return refuse(Reason.NO_SCALE)
        for given_up in self._weighing.values():
            self._reply(given_up, refuse(Reason.BUSY))
        self._weighing = {tag: envelope}
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
            case HealthChanged(health=health):
                self._device_changed(health)
            case DrawerMoved(is_open=is_open):
                if is_open != self.journal.state.drawer_open:
                    self._note(f.DrawerMoved(is_open))
            case DrawerKicked(request=request, outcome=outcome, detail=detail):
                self._ended(request, outcome, detail)
            case PrintEnded(job=job, outcome=outcome, detail=detail):
                self._moment = replace(self._moment, held=Problem.NONE)
                self._ended(job, outcome, detail)
            case PrintHeld(problem=problem):
                self._moment = replace(self._moment, held=problem)
            case WeightStatus():
                self._weighed(message)
            case PaymentAnswered():
                self._paid(message)

    def _device_changed(self, health: DeviceHealth) -> None:
        now = DeviceStatus(
            health.device, health.category, health.state, health.problem, health.detail
        )
        if now in self.journal.state.devices:
            return
        self._note(f.DeviceChanged(now.device, now.category, now.state, now.problem, now.detail))
        if now.category is Category.POS_PRINTER and now.problem is Problem.NONE:
            self._moment = replace(self._moment, held=Problem.NONE)

    def _note(self, fact: f.Fact) -> None:
        """A fact that no person asked for; a full disk may swallow it, money facts never."""
        self._journal((fact,), actor="till", cause="")

    def _ended(self, effect: str, outcome: Outcome, detail: str) -> None:
        if not effect.isdigit():
            return
        command = c.EndEffect(f.EffectId(int(effect)), outcome, detail)
        answer = self._decided(command, "till", "")
        if isinstance(answer, Refusal):
            log.warning("effect %s ended %s, which nobody waited for", effect, outcome)

    def _paid(self, answer: PaymentAnswered) -> None:
        """What a terminal or a bank said, as early or late as it said it."""
        command = c.AnswerTender(
            answer.sale,
            answer.tender,
            answer.outcome,
            answer.amount_minor,
            answer.reference,
            answer.detail,
        )
        before = self.journal.state
        told = self._decided(command, before.cashier or "till", "")
        if not isinstance(told, Refusal):
            self._moment = self._intake.told(self._moment, before, told)
        elif told.reason in PASSING:
            self._unwritten.append(answer)
        else:
            log.warning("payment %d-%d: %s", answer.sale, answer.tender, told.reason)

    def _answers_again(self) -> None:
        """What terminals answered while the disk took nothing."""
        unwritten, self._unwritten = self._unwritten, []
        for answer in unwritten:
            self._paid(answer)

    def _weighed(self, status: WeightStatus) -> None:
        self._moment = self._moment.with_weight(status)
        envelope = self._weighing.pop(status.tag, None)
        if envelope is None:
            return
        weighed = self._intake.ready(
            moment.weighed_item(envelope.request, status, self._shelf), self._clock().date()
        )
        before = self.journal.state
        answer: Answer = (
            weighed
            if isinstance(weighed, Refusal)
            else self._decided(
                weighed,
                envelope.actor or before.cashier or "till",
                envelope.id,
                envelope.approver,
            )
        )
        self._tell(envelope, before, answer)
        self._reply(envelope, answer)

    def _hand_out(self) -> None:
        """Effects of the state that were not handed out yet; the journal holds them durably."""
        self._payments.hand_out(self.journal.state)
        effects = self.journal.state.effects
        if not effects and not self._handed_out:
            return
        for effect in effects:
            if effect.effect not in self._handed_out:
                self._handed_out.add(effect.effect)
                self._start(effect)
        self._handed_out &= {effect.effect for effect in effects}

    def _start(self, effect: Effect) -> None:
        """A device that cannot even be asked fails its effect, never the till."""
        try:
            if isinstance(effect, PrintJob):
                self._effects.print(effect, self.journal)
            elif not self._effects.kick(effect):
                self._ended(str(effect.effect), Outcome.FAILED, "no drawer")
        except Exception as error:
            log.exception("effect %d", effect.effect)
            self._ended(str(effect.effect), Outcome.FAILED, f"{type(error).__name__}: {error}")

    def _show(self) -> None:
        more_waits = self._mailbox.more
        self._showing.show(self.journal.state, self._moment, more_waits=more_waits)
