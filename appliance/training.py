"""Training: a second till with a journal of its own, behind the same screen, scanner and paper.

The real till rests meanwhile (its state says so) and answers only what concerns its own devices.
The twin's journal is made anew each time; its drawer stays shut, what it prints says so on every
page, and nothing that outlives the training is within its reach: no customers, no gift cards, no
PINs. A restart comes back as the real till.
"""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from appliance.catalogue.store import Catalogue
from appliance.core import commands as c
from appliance.core.devices import (
    Category,
    DeviceMessage,
    DrawerKicked,
    DrawerMoved,
    HealthChanged,
    Outcome,
    PrintEnded,
    PrintHeld,
)
from appliance.core.item import Item, ItemId, StockPolicy, Tracking
from appliance.core.look import Names
from appliance.core.permissions import PROGRAMS
from appliance.core.policy import Policy
from appliance.core.receipt import Document
from appliance.core.refusal import Reason, refuse
from appliance.core.state import DrawerPulse, PrintJob
from appliance.core.view import Look
from appliance.drivers.base import AnyPrinter
from appliance.effects import Effects
from appliance.journal import Journal
from appliance.mailbox import Answer, Heard, Reply
from appliance.payments.manual import rehearsal
from appliance.till import Till

log = logging.getLogger(__name__)

MARK = "t"
"""Before the number of a print job of the training, so that no real job is mistaken for it."""
LENT = "lent-"
"""Before what is asked of devices that are lent: the till never hears how it ended."""
_PLAYED = frozenset(
    f"appliance.core.commands.{name}"
    for name in ("basket", "paper", "people", "returns", "shift", "stock", "tender", "wishes")
)
"""The subjects that a training reaches; the others keep things beside the journal."""

Watcher = Callable[[Look], None]
Hears = Callable[[DeviceMessage], bool]
"""Hears what devices say before the till does. True: taken, and nobody else hears of it."""


class PlayEffects(Effects):
    """The real printer with marked jobs; the drawer stays shut and says that all is well."""

    __slots__ = ("told",)
    told: Callable[[DeviceMessage], None]

    def print(self, job: PrintJob, journal: Journal) -> None:
        printer = self._first(Category.POS_PRINTER)
        if printer is None:
            return
        layout = self.lay_out(_marked(self.documents(job, journal)))
        cast(AnyPrinter, printer).submit(f"{MARK}{job.effect}", layout, copy=job.copy > 0)

    def kick(self, pulse: DrawerPulse) -> bool:
        self.told(DrawerKicked("training", str(pulse.effect), Outcome.DONE))
        return True

    def display(self, look: Look) -> None:
        """The customer's display tells the truth: it stays as the real till left it."""


def _marked(document: Document) -> Document:
    return replace(document, training=True)


@dataclass(frozen=True, slots=True)
class PlayShelf:
    """The same goods, but never out of stock: the training's journal has none."""

    catalogue: Catalogue

    @property
    def version(self) -> int:
        return self.catalogue.version

    @property
    def count(self) -> int:
        return self.catalogue.count

    def refresh(self) -> bool:
        return self.catalogue.refresh()

    def by_id(self, item: ItemId) -> Item | None:
        return _always_there(self.catalogue.by_id(item))

    def by_gtin(self, gtin: str) -> Item | None:
        return _always_there(self.catalogue.by_gtin(gtin))

    def by_plu(self, plu: str) -> Item | None:
        return _always_there(self.catalogue.by_plu(plu))

    def by_base(self, base: str) -> Item | None:
        return _always_there(self.catalogue.by_base(base))

    def by_code(self, text: str) -> Item | None:
        return _always_there(self.catalogue.by_code(text))

    def is_deposit(self, item: ItemId) -> bool:
        return self.catalogue.is_deposit(item)

    def variants_of(self, family: ItemId) -> list[Item]:
        found = (_always_there(item) for item in self.catalogue.variants_of(family))
        return [item for item in found if item is not None]


def _always_there(item: Item | None) -> Item | None:
    if item is None:
        return None
    return replace(item, stock_policy=StockPolicy.ALLOW, tracking=Tracking.NONE)


@dataclass(frozen=True, slots=True)
class Twin:
    """What a training till is made of. effects: fresh ones that share the real devices."""

    folder: Path
    till_id: str
    catalogue: Path
    policy: Policy
    names: Names
    effects: Callable[[], PlayEffects]

    def start(self, stack: ExitStack, cashier: str) -> Till:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True, mode=0o700)
        journal = stack.enter_context(Journal.open(self.folder / "journal.db", self.till_id))
        catalogue = stack.enter_context(Catalogue(self.catalogue))
        effects = self.effects()
        policy, payments = rehearsal(self.policy)
        till = Till(
            journal,
            PlayShelf(catalogue),
            policy,
            self.names,
            effects,
            training=True,
            payments=payments,
        )
        effects.told = till.tell
        till.start()
        stack.callback(till.stop)
        if cashier:
            till.submit(c.SignIn(cashier), spoken=False)
        till.submit(c.OpenShift(self.policy.opening_float_minor), actor="till", spoken=False)
        return till


class Counter:
    """The till as people, devices and the socket meet it: the real one, or its twin meanwhile."""

    def __init__(self, real: Till, twin: Twin) -> None:
        self.real = real
        self._twin = twin
        self._play: Till | None = None
        self._stack = ExitStack()
        self._lent: Hears | None = None
        self._lock = threading.RLock()
        self._watchers: tuple[Watcher, ...] = ()
        self._end = real.subscribe(self._seen_real)

    def close(self) -> None:
        self._end()
        self._leave()

    @property
    def look(self) -> Look:
        play = self._play
        return self.real.look if play is None else play.look

    @property
    def policy(self) -> Policy:
        return self.real.policy

    def subscribe(self, on_look: Watcher) -> Callable[[], None]:
        with self._lock:
            self._watchers = (*self._watchers, on_look)
        on_look(self.look)

        def end() -> None:
            with self._lock:
                self._watchers = tuple(it for it in self._watchers if it is not on_look)

        return end

    def submit(
        self,
        request: c.Request,
        *,
        reply: Reply | None = None,
        actor: str | None = None,
        id: str = "",  # noqa: A002 - the wire's word
        spoken: bool = True,
    ) -> None:
        answer = self._not_here(request, actor)
        if answer is not None:
            if reply is not None:
                reply(answer)
            return
        till = self._of(request, actor)
        till.submit(request, reply=reply, actor=actor, id=id, spoken=spoken)

    def ask(
        self,
        request: c.Request,
        *,
        timeout_s: float = 10.0,
        actor: str | None = None,
        id: str = "",  # noqa: A002 - the wire's word
        spoken: bool = True,
    ) -> Answer:
        answer = self._not_here(request, actor)
        if answer is not None:
            return answer
        till = self._of(request, actor)
        return till.ask(request, timeout_s=timeout_s, actor=actor, id=id, spoken=spoken)

    def lend(self, hears: Hears) -> Callable[[], None]:
        """Lends the devices to one that tests them or waits for a scan of its own; the result ends
        it. The last one to ask has them."""
        self._lent = hears

        def end() -> None:
            if self._lent is hears:
                self._lent = None
                self.real.display_again()

        return end

    def permit(self, job: str) -> bool:
        if job.startswith(LENT):
            return self._lent is not None
        if not job.startswith(MARK):
            return self.real.permit(job)
        play = self._play
        return play is not None and play.permit(job.removeprefix(MARK))

    def say(self, message: Heard) -> None:
        """To whoever stands there, at whichever till is up."""
        (self._play or self.real).tell(message)

    def tell(self, message: DeviceMessage) -> None:
        lent, play = self._lent, self._play
        if lent is not None and lent(message):
            return
        match message:
            case PrintEnded(job=asked) | PrintHeld(job=asked) | DrawerKicked(request=asked) if (
                asked.startswith(LENT)
            ):
                pass  # whoever asked has left meanwhile
            case PrintEnded(job=job) | PrintHeld(job=job) if job.startswith(MARK):
                if play is not None:
                    play.tell(replace(message, job=job.removeprefix(MARK)))
            case PrintEnded() | PrintHeld() | DrawerKicked() | DrawerMoved():
                self.real.tell(message)
            case HealthChanged():
                self.real.tell(message)
                if play is not None:
                    play.tell(message)
            case _:
                (play or self.real).tell(message)

    def _of(self, request: c.Request, actor: str | None) -> Till:
        play = self._play
        if play is None or (actor is not None and actor in PROGRAMS):
            return self.real
        if isinstance(request, c.EndTraining):
            return self.real
        if isinstance(request, c.LockTill):
            self.real.submit(c.EndTraining(), spoken=False)
            return self.real
        return play

    def _not_here(self, request: c.Request, actor: str | None) -> Answer | None:
        """Nothing of a training may reach what outlives it."""
        if self._play is None or (actor is not None and actor in PROGRAMS):
            return None
        if type(request).__module__ in _PLAYED:
            return None
        return refuse(Reason.NOT_IN_TRAINING)

    # On the real till's thread, and on the twin's.

    def _seen_real(self, look: Look) -> None:
        if look.people.resting and self._play is None:
            self._enter(look)
        elif not look.people.resting and self._play is not None:
            self._leave()
        if self._play is None:
            self._show(look)

    def _seen_play(self, look: Look) -> None:
        if self._play is not None:
            self._show(look)

    def _show(self, look: Look) -> None:
        for watcher in self._watchers:
            try:
                watcher(look)
            except Exception:
                log.exception("a watcher of the view failed")

    def _enter(self, look: Look) -> None:
        try:
            with ExitStack() as stack:
                play = self._twin.start(stack, look.cashier)
                self._stack = stack.pop_all()
        except Exception:
            log.exception("the training could not start")
            self.real.submit(c.EndTraining(), actor="till", spoken=False)
            return
        for device in look.devices:
            play.tell(HealthChanged(device))
        self._play = play
        play.subscribe(self._seen_play)

    def _leave(self) -> None:
        """The twin ends on a thread of its own: the real till sells already."""
        play, self._play = self._play, None
        if play is None:
            return
        stack, self._stack = self._stack, ExitStack()
        threading.Thread(target=stack.close, name="training-ends").start()
