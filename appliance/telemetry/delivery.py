"""What of the journal is on its way to the fleet: a pure machine that is told the time.

It knows numbers alone. The journal holds facts by epoch and seq; the fleet has them up to a cursor;
what lies between travels in two lanes, each with a window of facts that are under way:

- *live*: what happens now. It goes first.
- *backfill*: what lay waiting when the till came back, if that is more than a moment's worth. The
  fleet takes live facts meanwhile and its cursor jumps when the hole is filled.

Rules that make it hold:

- Nothing is sent before the fleet answered this connection's hello with its cursor.
- Only the cumulative acknowledgement moves the cursor. A flight that `got` names is not sent again
  while its hole fills, and comes again when nothing else moves the cursor.
- No acknowledgement in RESEND_S: the same facts again, each time twice as patient.
- An acknowledgement beyond what was sent is not believed, nor one of another epoch: the fleet is
  asked again. Only the answer to a hello, or `replay_from`, moves the cursor back.
- Epochs go in order, each from its first fact to its last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from appliance.wire.ack import Ack
from appliance.wire.limits import BATCH_FACTS_MAX

RESEND_S = 3.0
RESEND_MAX_S = 60.0
LIVE_WINDOW = 200
BACKFILL_WINDOW = 1000
"""Two full batches: one travels while the other is committed."""
BACKLOG = 200
"""More facts than this wait in the backfill lane."""
LINGER_S = 10.0
"""Drafts wait so long for the money fact that usually follows: a sale is one message, not seven."""
STOPPED_S = 60.0
"""A fleet that said `window: 0` is asked again after this."""


class Lane(StrEnum):
    """Its value is the topic's leaf."""

    LIVE = "ev"
    BACKFILL = "backfill"


class Heard(StrEnum):
    """What became of an acknowledgement. ahead: the fleet has facts that this journal has not: the
    card went back in time, or there are two of it."""

    TAKEN = "taken"
    STALE = "stale"
    BEYOND = "beyond"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class End:
    """An epoch and the last of its facts that may leave the till."""

    epoch: int
    last: int


@dataclass(frozen=True, slots=True)
class Wish:
    """Please send so many facts at most from this one on, and say `sent`."""

    lane: Lane
    epoch: int
    first: int
    most: int


@dataclass(frozen=True, slots=True)
class Flight:
    """Facts under way since at_s. tries: how often they were sent again."""

    first: int
    last: int
    at_s: float
    tries: int = 0

    @property
    def due_s(self) -> float:
        return self.at_s + patience(self.tries)


def patience(tries: int) -> float:
    return float(min(RESEND_S * 2 ** min(tries, 10), RESEND_MAX_S))


@dataclass(slots=True)
class _Road:
    """A lane's own: next: the first fact that was not sent yet."""

    next: int = 1
    window: int = 0
    flights: list[Flight] = field(default_factory=list)

    @property
    def under_way(self) -> int:
        return sum(it.last - it.first + 1 for it in self.flights)

    def forget(self, upto: int) -> None:
        """Facts up to this one have arrived."""
        kept = [it for it in self.flights if it.last > upto]
        self.flights = [it if it.first > upto else replace(it, first=upto + 1) for it in kept]
        self.next = max(self.next, upto + 1)


class Delivery:
    """acked: the fleet's cursor in `epoch`, as far as this till believes it."""

    def __init__(self, epoch: int = 1, acked: int = 0) -> None:
        self.epoch = epoch
        self.acked = acked
        self.ends: tuple[End, ...] = ()
        self.greeted = False
        self.hello = ""
        self._session, self._round = "", 0
        self._roads = {Lane.LIVE: _Road(window=LIVE_WINDOW)}
        self._roads[Lane.BACKFILL] = _Road(window=BACKFILL_WINDOW)
        self._live_from: int | None = None
        self._due_s: float | None = None
        self._hello_due_s = 0.0
        self._hello_tries = 0
        self._quiet_until_s = 0.0
        self._window = LIVE_WINDOW
        self._moved_s = 0.0

    # What the journal holds.

    def holds(self, ends: Sequence[End], now_s: float, *, hurry: bool = False) -> None:
        """ends: in order. hurry: a fact among the new ones shall be seen at once."""
        grown = not self.ends or ends[-1] != self.ends[-1]
        self.ends = tuple(ends)
        if grown:
            due_s = now_s if hurry else now_s + LINGER_S
            self._due_s = due_s if self._due_s is None else min(self._due_s, due_s)
        if self.greeted:
            self._into_next_epoch()

    @property
    def unacknowledged(self) -> int:
        later = sum(it.last for it in self.ends if it.epoch > self.epoch)
        return later + max(0, self._last() - self.acked)

    @property
    def under_way(self) -> int:
        return sum(road.under_way for road in self._roads.values())

    # The wire comes and goes.

    def connected(self, session: str, now_s: float) -> None:
        """session: a word that no earlier connection used; a hello's id begins with it."""
        self._session, self._round = session, 0
        self._ask(now_s)

    def lost(self) -> None:
        self.greeted, self.hello = False, ""

    def wants_hello(self, now_s: float) -> bool:
        return bool(self.hello) and not self.greeted and now_s >= self._hello_due_s

    def said_hello(self, now_s: float) -> None:
        self._hello_due_s = now_s + patience(self._hello_tries)
        self._hello_tries += 1

    def _ask(self, now_s: float) -> None:
        self._round += 1
        self.greeted, self.hello = False, f"{self._session}.{self._round}"
        self._hello_due_s, self._hello_tries = now_s, 0

    # What the fleet says.

    def heard(self, ack: Ack, now_s: float) -> Heard:
        """An acknowledgement, as early, late or often as it came."""
        if not self.hello or not self.ends:
            return Heard.STALE
        if not self.greeted:
            return self._answered(ack, now_s) if ack.hello == self.hello else Heard.STALE
        if ack.hello and ack.hello != self.hello:
            return Heard.STALE
        if ack.replay_from and (ack.epoch, ack.replay_from) <= (self.epoch, self.acked):
            self._stand(ack.epoch, ack.replay_from - 1, now_s)
            self._paced(ack, now_s)
            return Heard.TAKEN
        if ack.epoch < self.epoch:
            return Heard.STALE
        if ack.epoch > self.epoch or ack.upto > self._sent():
            self._ask(now_s + RESEND_S)
            return Heard.BEYOND
        if ack.got is not None:
            self._got(*ack.got)
        if ack.upto < self.acked:
            return Heard.STALE
        self._paced(ack, now_s)
        if ack.upto > self.acked:
            self._advance(ack.upto, now_s)
        return Heard.TAKEN

    def _answered(self, ack: Ack, now_s: float) -> Heard:
        newest = self.ends[-1]
        if ack.epoch > newest.epoch or (ack.epoch == newest.epoch and ack.upto > newest.last):
            return Heard.AHEAD
        self.greeted = True
        self._stand(ack.epoch, ack.upto, now_s)
        self._paced(ack, now_s)
        return Heard.TAKEN

    def _paced(self, ack: Ack, now_s: float) -> None:
        self._window = ack.window
        self._quiet_until_s = now_s + ack.pause_s
        if ack.window == 0:
            self._quiet_until_s = now_s + max(ack.pause_s, STOPPED_S)

    def _stand(self, epoch: int, upto: int, now_s: float) -> None:
        """From here on, whatever was under way."""
        self.epoch, self.acked = epoch, upto
        self.acked = min(upto, self._last())
        self._moved_s = now_s
        self._lay_out()
        self._into_next_epoch()

    def _lay_out(self) -> None:
        """Nothing is under way; what is more than a backlog goes in the other lane."""
        for road in self._roads.values():
            road.flights, road.next = [], self.acked + 1
        self._live_from = None
        if self.epoch == self.ends[-1].epoch:
            last = self._last()
            self._live_from = last + 1 if last - self.acked > BACKLOG else self.acked + 1
            self._roads[Lane.LIVE].next = self._live_from
            self._due_s = 0.0 if self._live_from <= last else None

    def _advance(self, upto: int, now_s: float) -> None:
        self.acked = upto
        self._moved_s = now_s
        for road in self._roads.values():
            road.forget(upto)
            # Whoever takes facts again takes these as well: they are tried at once.
            road.flights = [replace(it, tries=0) for it in road.flights]
        self._into_next_epoch()

    def _into_next_epoch(self) -> None:
        """An epoch that the fleet has whole is done; its number may not have been the next."""
        known = {it.epoch: it.last for it in self.ends}
        while self.epoch not in known or self.acked >= known[self.epoch]:
            later = [it for it in known if it > self.epoch]
            if not later:
                return
            self.epoch, self.acked = min(later), 0
            self._lay_out()

    def _got(self, first: int, last: int) -> None:
        """These arrived beyond the cursor: they need not come again while the hole fills."""
        road = self._roads[Lane.LIVE]
        road.flights = [it for it in road.flights if not first <= it.first <= it.last <= last]

    def _last(self) -> int:
        """The last fact of the present epoch that may leave."""
        return next((it.last for it in self.ends if it.epoch == self.epoch), 0)

    def _sent(self) -> int:
        """The last fact of the present epoch before which all were sent."""
        behind = self._roads[Lane.BACKFILL].next
        if self._live_from is None or behind < self._live_from:
            return behind - 1
        return self._roads[Lane.LIVE].next - 1

    # What is to be done.

    def wish(self, now_s: float) -> Wish | None:
        """The next batch to send, if any may be sent now."""
        if self._window == 0 and self.greeted and now_s >= self._quiet_until_s:
            self._ask(now_s)
        if not self.greeted or now_s < self._quiet_until_s:
            return None
        if self._stuck(now_s):
            self._stand(self.epoch, self.acked, now_s)
        for lane, road in self._roads.items():
            for it in road.flights:
                if now_s >= it.due_s:
                    return Wish(lane, self.epoch, it.first, it.last - it.first + 1)
            if (most := self._room(lane, road, now_s)) > 0:
                return Wish(lane, self.epoch, road.next, min(most, BATCH_FACTS_MAX))
        return None

    def _stuck(self, now_s: float) -> bool:
        """All that was sent was got, and yet the cursor stands."""
        idle = not self.under_way and self.acked < self._sent()
        return idle and now_s >= self._moved_s + RESEND_MAX_S

    def _room(self, lane: Lane, road: _Road, now_s: float) -> int:
        waiting = self._end(lane) - road.next + 1
        if waiting <= 0 or (lane is Lane.LIVE and (self._due_s is None or now_s < self._due_s)):
            return 0
        window = min(road.window, self._window)
        room = window - road.under_way
        # A few facts into the last gap of a window would make many small batches.
        return min(waiting, room) if room >= min(waiting, max(1, window // 4)) else 0

    def _end(self, lane: Lane) -> int:
        """The last fact that goes in a lane."""
        if lane is Lane.LIVE:
            return self._last() if self._live_from is not None else 0
        return self._last() if self._live_from is None else self._live_from - 1

    def sent(self, wish: Wish, last: int, now_s: float) -> None:
        """A wish was done, up to `last`: what fits in one message may be less."""
        road = self._roads[wish.lane]
        if wish.first < road.next:
            again = next(it for it in road.flights if it.first == wish.first)
            at = road.flights.index(again)
            left = [replace(again, first=last + 1)] if last < again.last else []
            once_more = Flight(wish.first, min(last, again.last), now_s, again.tries + 1)
            road.flights[at : at + 1] = [once_more, *left]
            return
        road.flights.append(Flight(wish.first, last, now_s))
        road.next = last + 1
        if wish.lane is Lane.LIVE and road.next > self._last():
            self._due_s = None

    def wake_s(self, now_s: float) -> float:
        """When to look again at the latest, if nothing else happens. What is due already waits for
        something else: a window, a wire."""
        times = []
        if self.hello and not self.greeted:
            times.append(self._hello_due_s)
        if self.greeted:
            times += [it.due_s for road in self._roads.values() for it in road.flights]
            times += [self._due_s] if self._due_s is not None else []
            times = [max(it, self._quiet_until_s) for it in times]
        return min((it for it in times if it > now_s), default=now_s + RESEND_MAX_S)
