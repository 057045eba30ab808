"""The till's agent to its fleet: one thread that reads the journal and speaks with a broker.

Nobody at the till waits for it. Others leave a word in its inbox and go on; it looks at the journal
once a second by itself, too. A week without a broker costs a number on a page.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
import zlib
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from queue import Empty, SimpleQueue
from random import SystemRandom
from secrets import token_hex

from appliance.core.fleet_look import FleetLook, FleetTrouble
from appliance.core.view import Look
from appliance.journal import JournalError
from appliance.malformed import Malformed
from appliance.telemetry import bulletin, notes, vitals
from appliance.telemetry.delivery import Delivery, Heard, Lane
from appliance.telemetry.greeting import hello_of
from appliance.telemetry.home import Ear, Home
from appliance.telemetry.membership import NotAMember
from appliance.telemetry.outbox import Outbox, Sender
from appliance.telemetry.papers import Papers
from appliance.telemetry.redial import Redial
from appliance.telemetry.session import (
    REFUSALS,
    TAKEN_OVER,
    Came,
    Denied,
    Down,
    Event,
    Post,
    Session,
    Up,
    encrypted,
)
from appliance.telemetry.standing import Standing
from appliance.wire import ack, batch, hello, topics
from appliance.wire.trust import Trust

log = logging.getLogger(__name__)

LOOK_S = 1.0
"""How often the journal is looked at when nobody nudges: drafts reach the disk without a word."""
BACKFILL_PAUSE_S = 0.2
"""Between two batches of backfill the machine belongs to the till."""
BREATH_S = 0.0003
SHOWN_S = 10.0
NOTED_S = 60.0
BROKEN_S = 60.0
STALLED_S = 5.0
"""After a message that the wire would not take: its queue is full, or the broker wants none so long."""
INBOX_MAX = 1000
"""Of messages that nobody had time to read; an acknowledgement that is dropped comes again."""
SAID_MAX = 200
CLOSE_S = 3.0
SKEW_MAX_MS = 60_000
"""A clock that is so near to the fleet's can say what is too late."""


@dataclass(frozen=True, slots=True)
class Moved:
    """Brokers in the place of those before."""

    brokers: tuple[str, ...]


class Agent:
    """`start` and `close` are for the composition root, `notice` and `say` for any thread."""

    def __init__(
        self,
        home: Home,
        *,
        ears: Sequence[Ear] = (),
        tell: Callable[[FleetLook], None] = lambda _look: None,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        self.look = FleetLook(member=True)
        self._home = home
        self._ears = tuple(ears)
        self._tell = tell
        self._now = now
        self._inbox: SimpleQueue[Event | Post | Moved | None] = SimpleQueue()
        self._nudged = False
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="fleet", daemon=True)
        self._noted, self._noted_s = notes.load(home.folder), 0.0
        self._delivery = Delivery(self._noted.epoch, self._noted.acked)
        self._bulletin = bulletin.Bulletin(home, bulletin.noted(self._noted.alerts))
        self._said: deque[Post] = deque(maxlen=SAID_MAX)
        self._redial = Redial(home.brokers, SystemRandom(), home.first_s)
        self._dial_s: float | None = None
        self._papers = Papers()
        self._outbox: Outbox | None = None
        self._session: Session | None = None
        self._up = False
        self._session_ms = self._hello_ms = 0
        self._skew_ms: int | None = None
        self._standing = Standing(self._now())
        self._turned_s = self._backfill_s = self._stalled_until_s = self._broken_until_s = 0.0
        self._shown_s = -SHOWN_S

    # From any thread.

    def start(self) -> None:
        self._thread.start()

    def clock_trust(self) -> Trust:
        """Who says that this machine's time is right."""
        own = vitals.clock_trust()
        skew = self._skew_ms
        near = self._up and skew is not None and abs(skew) < SKEW_MAX_MS
        return Trust.FLEET if own is Trust.UNKNOWN and near else own

    def close(self) -> None:
        """Says good-bye if that is quick; a till that stops waits for no wire."""
        self._closing = True
        self._inbox.put(None)
        self._thread.join(CLOSE_S)

    def notice(self, look: Look) -> None:
        """The till has a new view, and perhaps new facts. Costs the caller a microsecond."""
        self._bulletin.notice(look)
        self.nudge()

    def nudge(self) -> None:
        if not self._nudged:
            self._nudged = True
            self._inbox.put(None)

    def deliver_to(self, brokers: Sequence[str]) -> None:
        """The fleet gave the till other brokers. What the old one has not acknowledged is sent again."""
        self._inbox.put(Moved(tuple(brokers)))

    def say(self, leaf: str, payload: bytes, *, retain: bool = False) -> None:
        """Publishes below `up/`, now or when there is a wire; the oldest of very many is dropped."""
        self._inbox.put(Post(self._home.place.up(*leaf.split("/")), payload, retain))

    def _told(self, event: Event) -> None:
        if not isinstance(event, Came) or self._inbox.qsize() < INBOX_MAX:
            self._inbox.put(event)

    # The agent's own thread.

    def _run(self) -> None:
        while not self._closing:
            try:
                self._turn(time.monotonic())
            except (JournalError, sqlite3.Error, zlib.error, OSError) as error:
                log.exception("the fleet's agent cannot read the journal")
                self._broken_until_s = time.monotonic() + BROKEN_S
                self.look = replace(self.look, trouble=FleetTrouble.JOURNAL, detail=str(error))
                self._tell(self.look)
            self._wait()
        if self._session is not None:
            self._session.close()
        self._note(time.monotonic(), at_once=True)
        if self._outbox is not None:
            self._outbox.close()

    def _wait(self) -> None:
        """Until something comes in or is due; then everything that has come in."""
        try:
            event = self._inbox.get(timeout=self._sleep_s(time.monotonic()))
            for _ in range(INBOX_MAX):
                self._on(event)
                event = self._inbox.get_nowait()
        except Empty:
            pass

    def _sleep_s(self, now_s: float) -> float:
        """Until the next thing is due that was not when this turn began."""
        began_s = self._turned_s
        times = [began_s + LOOK_S, self._delivery.wake_s(began_s)]
        times += [it for it in (self._backfill_s, self._dial_s) if it is not None and it > began_s]
        return max(0.001, min(times) - now_s)

    def _turn(self, now_s: float) -> None:
        self._nudged, self._turned_s = False, now_s
        if now_s < self._broken_until_s:
            return
        self._dial(now_s)
        outbox = self._read_journal(now_s)
        self._measure(now_s)
        if self._session is not None and self._session.silent:
            self._session.abort()
            self._lost("the broker confirms nothing", 0)
        if self._session is not None and self._up:
            self._speak(self._session, outbox, now_s)
        self._note(now_s)
        self._show(now_s)

    # The journal.

    def _read_journal(self, now_s: float) -> Outbox:
        if self._outbox is None:
            uid, shares = self._home.place.till, self._home.share_people
            sender = Sender(uid, self._sign, vitals.clock_trust, share_people=shares)
            self._outbox = Outbox(self._home.journal, self._home.reach, sender)
        ends, held = self._outbox.ends(), self._delivery.ends
        if ends != held:
            before = held[-1].last if held and held[-1].epoch == ends[-1].epoch else 0
            hurry = bool(held) and self._outbox.hurries(ends[-1].epoch, before, ends[-1].last)
            self._delivery.holds(ends, now_s, hurry=hurry)
        return self._outbox

    def _sign(self, head: bytes) -> str:
        return self._papers.sign(head)

    def _waiting(self) -> tuple[int, int | None]:
        """Facts without an acknowledgement, and when the first of them happened."""
        waiting = self._delivery.unacknowledged
        if not waiting or self._outbox is None:
            return waiting, None
        return waiting, self._outbox.at_ms(self._delivery.epoch, self._delivery.acked + 1)

    # The wire comes and goes.

    def _dial(self, now_s: float) -> None:
        if self._session is not None:
            return
        if self._dial_s is None:
            self._standing.broker, delay_s = self._redial.next()
            self._dial_s = now_s + delay_s
        if now_s < self._dial_s:
            return
        self._dial_s = None
        try:
            self._papers = self._home.papers()
        except (OSError, NotAMember) as error:
            self._standing.wrong(FleetTrouble.PAPERS, str(error))
            return
        place = self._home.place
        heard = [place.down(topics.ACK)]
        heard += [place.down(*leaf.split("/")) for ear in self._ears for leaf in ear.leaves()]
        self._session_ms = self._ms()
        will = self._bulletin.will(self._session_ms)
        tls = self._papers.tls if encrypted(self._standing.broker) else None
        self._session = Session(
            self._standing.broker, place.till, will, self._told, tls=tls, subscribe=heard
        )
        self._session.open()

    def _lost(self, why: str, code: int) -> None:
        log.info("no wire to %s: %s", self._standing.broker, why)
        self._session, self._up = None, False
        self._standing.became(connected=False, at=self._now())
        self._delivery.lost()
        self._redial.lost(time.monotonic())
        trouble = FleetTrouble.REFUSED if code in REFUSALS else FleetTrouble.UNREACHABLE
        self._standing.wrong(FleetTrouble.TAKEN_OVER if code == TAKEN_OVER else trouble, why)

    def _on(self, event: Event | Post | Moved | None) -> None:
        match event:
            case Moved(brokers) if brokers and brokers != self._redial.brokers:
                log.info("from now on this till delivers to %s", ", ".join(brokers))
                if self._session is not None:
                    self._session.close()
                    self._lost("the fleet gave the till other brokers", 0)
                self._redial = Redial(brokers, SystemRandom(), self._home.first_s)
                self._dial_s = None
            case Post():
                self._said.append(event)
            case Up(session) if session is self._session:
                log.info("connected to %s", session.broker)
                self._up = True
                self._standing.became(connected=True, at=self._now())
                self._standing.wrong(FleetTrouble.NONE)
                self._redial.connected(time.monotonic())
                self._bulletin.connected()
                self._delivery.connected(token_hex(8), time.monotonic())
            case Down(session, why, code) if session is self._session:
                self._lost(why, code)
            case Denied(session, why) if session is self._session:
                self._standing.wrong(FleetTrouble.REFUSED, why)
            case Came(session, topic, payload) if session is self._session:
                self._came(topic, payload)

    def _came(self, name: str, payload: bytes) -> None:
        """What the fleet says. One message that cannot be read spoils no other."""
        try:
            topic = topics.read(name)
            if topic.kind == topics.ACK:
                self._acknowledged(ack.decode(payload))
            else:
                for ear in self._ears:
                    ear.heard(topic, payload)
        except Malformed as error:
            log.warning("from the fleet, %s: %s", name, error)

    def _acknowledged(self, told: ack.Ack) -> None:
        became = self._delivery.heard(told, time.monotonic())
        if became is Heard.AHEAD:
            self._standing.wrong(FleetTrouble.AHEAD, f"{told.epoch}/{told.upto}")
        elif became is Heard.BEYOND:
            log.warning("the fleet acknowledged what was never sent: %s", told)
        elif became is Heard.TAKEN and told.hello:
            self._standing.wrong(FleetTrouble.NONE)
            if told.at_ms:
                self._skew_ms = (self._hello_ms + self._ms()) // 2 - told.at_ms

    # What is said.

    def _speak(self, session: Session, outbox: Outbox, now_s: float) -> None:
        if self._delivery.wants_hello(now_s):
            self._hello_ms = self._ms()
            own, fingerprint = self._home, self._papers.fingerprint
            who = hello_of(own, self._delivery, outbox, self._ears, fingerprint, self._hello_ms)
            session.publish(Post(own.place.up(topics.HELLO), hello.encode(who)))
            self._delivery.said_hello(now_s)  # lost or not taken: it is said again
        if now_s < self._stalled_until_s:
            return
        self._send(session, outbox, now_s)
        while self._said and session.publish(self._said.popleft()):
            pass  # what the wire would not take stands in the journal, too
        for post, done in self._bulletin.due(now_s, self._ms(), self._session_ms):
            if not session.publish(post):
                self._stalled_until_s = now_s + STALLED_S
                return
            done()

    def _send(self, session: Session, outbox: Outbox, now_s: float) -> None:
        """All that is live, and one batch of backfill."""
        while (wish := self._delivery.wish(now_s)) is not None:
            if wish.lane is Lane.BACKFILL and now_s < self._backfill_s:
                return
            breath = _breathe if wish.lane is Lane.BACKFILL else _hurry
            made = outbox.batch(wish.epoch, wish.first, wish.most, breath)
            payload, kind = batch.packed(batch.encode(made, breath))
            topic = self._home.place.up(wish.lane.value)
            if not session.publish(Post(topic, payload, content_type=kind)):
                self._stalled_until_s = now_s + STALLED_S
                return
            self._delivery.sent(wish, made.last, now_s)
            if wish.lane is Lane.BACKFILL:
                self._backfill_s = now_s + BACKFILL_PAUSE_S

    # What it measures, remembers and shows.

    def _measure(self, now_s: float) -> None:
        waiting, oldest_ms = self._waiting()
        at_ms = self._ms()
        delivery = {
            "unacknowledged_facts": waiting,
            "oldest_unacknowledged_s": 0 if oldest_ms is None else (at_ms - oldest_ms) // 1000,
            "clock_skew_ms": self._skew_ms,
        }
        self._bulletin.measure(now_s, at_ms, delivery)

    def _ms(self) -> int:
        return int(self._now().timestamp() * 1000)

    def _note(self, now_s: float, *, at_once: bool = False) -> None:
        """Seldom: a memory card wears, and a lost note costs a hello."""
        held = tuple(self._bulletin.board.held)
        known = notes.Notes(self._delivery.epoch, self._delivery.acked, held)
        if known == self._noted or (now_s < self._noted_s + NOTED_S and not at_once):
            return
        self._noted, self._noted_s = known, now_s
        try:
            notes.save(self._home.folder, known)
        except OSError:
            log.exception("what the fleet has was not noted")

    def _show(self, now_s: float) -> None:
        """Tells the till what changed: at once where it matters, else now and then."""
        waiting, oldest_ms = self._waiting()
        oldest = None if oldest_ms is None else _at(oldest_ms)
        made = self._standing.look(waiting, oldest, self._papers, self._now())
        same = replace(made, waiting=self.look.waiting, oldest=self.look.oldest) == self.look
        if made == self.look or (same and now_s < self._shown_s + SHOWN_S):
            return
        self.look, self._shown_s = made, now_s
        self._tell(made)


def _breathe() -> None:
    """Lets the till's threads have the interpreter: they would wait for it five milliseconds."""
    time.sleep(BREATH_S)


def _hurry() -> None:
    """A sale is a few facts, and somebody waits to see it."""


def _at(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000).astimezone()
