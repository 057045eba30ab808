"""The Till's mailbox: requests and devices' messages in, one at a time out; bounded, from any thread."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import Empty, Full, Queue

from appliance.core import commands as c
from appliance.core.devices import DeviceMessage, DrawerKicked, PrintEnded, Scanned
from appliance.core.fleet_look import FleetChanged
from appliance.core.payment_answer import (
    AskingAgain,
    PaymentAnswered,
    PaymentSaid,
    PaymentShown,
    TotalsTold,
)
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.core.update_look import UpdateChanged, UpdateSaid
from appliance.core.view import ElsewhereLook, TillsLook
from appliance.journal import Record

log = logging.getLogger(__name__)

MAILBOX_MAX = 10_000
"""A burst of scans is hundreds; more than this means somebody is out of control."""

Answer = tuple[Record, ...] | Refusal
Reply = Callable[[Answer], None]


@dataclass(frozen=True, slots=True)
class Envelope:
    """A request, who makes it, and the id that makes a repetition harmless.

    spoken: a person at this till made it, so that its outcome is shown as a notice. taken: held by
    whoever is first, the Till that acts on it or the one who asked and waited long enough.
    """

    request: c.Request
    actor: str | None = None
    reply: Reply | None = None
    id: str = ""
    spoken: bool = True
    approver: str = ""
    taken: threading.Lock = field(default_factory=threading.Lock, compare=False)

    def take(self) -> bool:
        """True for the first who asks."""
        return self.taken.acquire(blocking=False)


@dataclass(frozen=True, slots=True)
class Stop:
    """The last message."""


@dataclass(frozen=True, slots=True)
class Proven:
    """A PIN was checked for whoever sent the envelope."""

    envelope: Envelope
    staff: str
    right: bool


@dataclass(frozen=True, slots=True)
class FleetSaid:
    """Words of the fleet's manager for whoever stands at the till."""

    text: str


@dataclass(frozen=True, slots=True)
class MachineSaid:
    """A notice of the machine's own: that it is being switched off."""

    notice: str


@dataclass(frozen=True, slots=True)
class ShopChanged:
    """Who is there of the shop's other tills, and what is suspended at them."""

    elsewhere: tuple[ElsewhereLook, ...]
    tills: TillsLook


@dataclass(frozen=True, slots=True)
class FetchEnded:
    """Why another till's basket did not come."""

    reason: Reason


Heard = (
    DeviceMessage
    | PaymentAnswered
    | PaymentSaid
    | PaymentShown
    | AskingAgain
    | TotalsTold
    | FleetSaid
    | MachineSaid
    | FleetChanged
    | UpdateChanged
    | UpdateSaid
    | ShopChanged
    | FetchEnded
)
"""What nobody at this till says: of a device, a terminal, a bank, the fleet."""

_KEPT = Scanned | PrintEnded | DrawerKicked | PaymentAnswered | PaymentShown | TotalsTold
"""What nobody would say again."""

Message = Envelope | Proven | Heard | Stop


class Mailbox:
    """`owner` takes messages out with `next`; everybody may put some in."""

    def __init__(self, size: int = MAILBOX_MAX) -> None:
        self._queue: Queue[Message] = Queue(size)
        self._owners: deque[Heard] = deque()
        self.owner: threading.Thread | None = None

    def post(self, envelope: Envelope) -> None:
        """Never waits; a full box answers BUSY."""
        try:
            self._queue.put_nowait(envelope)
        except Full:
            if envelope.reply is not None:
                envelope.reply(refuse(Reason.BUSY))

    def ask(self, envelope: Envelope, timeout_s: float) -> Answer:
        """`post`, and wait for the answer. BUSY when the owner had no time for it: then it never
        acts on it either."""
        answered = threading.Event()
        held: list[Answer] = []

        def reply(answer: Answer) -> None:
            held.append(answer)
            answered.set()

        mine = Envelope(envelope.request, envelope.actor, reply, envelope.id, envelope.spoken)
        self.post(mine)
        if not answered.wait(timeout_s) and not mine.take():
            answered.wait(timeout_s)  # it is being acted on just now
        return held[0] if held else refuse(Reason.BUSY)

    def prove(self, message: Proven) -> None:
        """A check's result; waits for room, since the asker waits for it."""
        self._queue.put(message)

    def tell(self, message: Heard) -> None:
        """A device's message. A scan waits for room; what only repeats may be dropped."""
        if threading.current_thread() is self.owner:
            # A device that answers at once, within the verb: to wait for room would be for ever.
            self._owners.append(message)
        elif isinstance(message, _KEPT):
            self._queue.put(message)
        else:
            try:
                self._queue.put_nowait(message)
            except Full:
                log.warning("mailbox full, dropped %s", type(message).__name__)

    def stop(self) -> None:
        self._queue.put(Stop())

    def next(self, timeout_s: float) -> Message | None:
        """The owner's next message, its devices' prompt answers first; None after so long."""
        if self._owners:
            return self._owners.popleft()
        try:
            return self._queue.get(timeout=timeout_s)
        except Empty:
            return None

    @property
    def more(self) -> bool:
        return bool(self._owners) or not self._queue.empty()
