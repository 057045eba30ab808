"""A simulated till of a fleet: a book in memory, and the product's own telemetry over it.

`Delivery` decides what is sent and sent again; hello, batches, states, alerts and health are
`appliance/wire`'s. It is told the time and what came, and answers with what is to be published; it
knows no wire, so that one process holds thousands.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from appliance.telemetry.delivery import Delivery, End, Heard
from appliance.telemetry.key_ring import PinnedKeys
from appliance.telemetry.papers import Papers
from appliance.telemetry.privacy import without_people
from appliance.telemetry.session import Post
from appliance.wire import (
    ack,
    alert,
    batch,
    document,
    fields,
    firmware,
    health,
    hello,
    state,
    topics,
)
from appliance.wire.alert import TillAlert
from appliance.wire.batch import Batch, WireFact, entry_bytes
from appliance.wire.document import DocumentName
from appliance.wire.health import Health
from appliance.wire.hello import Ended, Held, Hello
from appliance.wire.limits import BATCH_BYTES
from appliance.wire.state import Doing, TillState
from appliance.wire.topics import Place
from appliance.wire.trust import Trust
from hw_sim.fleet_book import Book
from hw_sim.fleet_updater import Updater

SOFTWARE = "2.4.1"


@dataclass(slots=True)
class SimTill:
    """skew_ms: how wrong its clock is. documents: what it goes by. acknowledged: told the fleet's
    new cursor."""

    place: Place
    book: Book
    papers: Papers = field(default_factory=Papers)
    serial: str = ""
    skew_ms: int = 0
    software: str = SOFTWARE
    documents: dict[str, Held] = field(default_factory=dict)
    keeps_documents: bool = False
    """It lives by what it has, whatever the fleet wants."""
    keys: PinnedKeys | None = None
    """Whom it believes; without any it takes no document."""
    updater: Updater | None = None
    """What installs its software; without one it is no machine of our image."""
    acknowledged: Callable[[int], None] = lambda _upto: None
    delivery: Delivery = field(default_factory=Delivery)
    heard: dict[Heard, int] = field(default_factory=dict)
    _said: deque[Post] = field(default_factory=deque)
    _session_ms: int = 0

    # The wire comes and goes.

    @property
    def hears(self) -> list[str]:
        more = [self.place.down(topics.DESIRED, "+")] if self.keys else []
        return [self.place.down(topics.ACK), *more]

    @property
    def settled(self) -> bool:
        """The fleet, as this connection found it, has acknowledged everything."""
        return self.delivery.greeted and self.delivery.acked == self.book.seq

    def will(self, at_ms: int) -> Post:
        self._session_ms = at_ms
        return self._state(Doing.LOST, at_ms)

    def connected(self, session: str, now_s: float, at_ms: int) -> None:
        self.noticed(now_s)
        self.delivery.connected(session, now_s)
        self.does(Doing.READY, at_ms)

    def lost(self) -> None:
        self.delivery.lost()
        self._said.clear()

    def came(self, topic: str, payload: bytes, now_s: float) -> None:
        read = topics.read(topic)
        if read.kind == topics.DESIRED:
            self._wanted(read.leaf[1], payload)
            return
        told = ack.decode(payload)
        became = self.delivery.heard(told, now_s)
        self.heard[became] = self.heard.get(became, 0) + 1
        if became is Heard.TAKEN:
            self.acknowledged(self.delivery.acked)

    def _wanted(self, name: str, payload: bytes) -> None:
        """A plan that is signed by a key of the fleet's: it lives by its last step at once."""
        if self.keys is None or self.keeps_documents or name not in tuple(DocumentName):
            return
        step = document.read(self.keys.opened(payload, document.KIND)).steps[-1]
        self.documents[name] = Held(step.version, bytes.fromhex(step.sha256))
        if self.updater is not None and name == DocumentName.FIRMWARE and step.inline is not None:
            self.updater.wants(step.inline)
        told = {
            it: {"version": of.version, "sha256": of.sha256.hex()}
            for it, of in self.documents.items()
        }
        said = fields.message(documents=told)
        self._said.append(Post(self.place.up(topics.REPORTED), said))

    # What happens at the till.

    def noticed(self, now_s: float) -> None:
        """The book may have grown."""
        if self.book.seq:
            self.delivery.holds((End(1, self.book.seq),), now_s, hurry=True)

    def does(self, doing: Doing, at_ms: int) -> None:
        self._said.append(self._state(doing, at_ms))

    def complains(self, wrong: TillAlert) -> None:
        self._said.append(Post(self.place.up(topics.ALERT, wrong.id), alert.encode(wrong), True))

    def feels(self, at_ms: int, numbers: dict[str, int], words: dict[str, str]) -> None:
        told = health.encode(Health(at_ms, numbers, words))
        self._said.append(Post(self.place.up(topics.HEALTH), told, again=False))

    def updates(self, at_ms: int) -> bool:
        """Its updater goes a step further; whether there is something to tell."""
        report = self.updater.turn(at_ms) if self.updater else None
        if report is not None:
            self._said.append(Post(self.place.up(topics.FIRMWARE), firmware.encode(report)))
        return report is not None

    # What is to be published now.

    def due(self, now_s: float, at_ms: int) -> Iterator[Post]:
        while self._said:
            yield self._said.popleft()
        delivery = self.delivery
        if delivery.ends and delivery.wants_hello(now_s):
            yield Post(self.place.up(topics.HELLO), hello.encode(self._hello(at_ms)))
            delivery.said_hello(now_s)
        while (wish := delivery.wish(now_s)) is not None:
            made = self._batch(wish.first, wish.most)
            payload, kind = batch.packed(batch.encode(made))
            yield Post(self.place.up(wish.lane.value), payload, content_type=kind)
            delivery.sent(wish, made.last, now_s)

    def _batch(self, first: int, most: int) -> Batch:
        facts: list[WireFact] = []
        size = 0
        for fact in self.book.facts[first - 1 : first - 1 + most]:
            size += entry_bytes(fact)
            if facts and size > BATCH_BYTES:
                break
            facts.append(without_people(fact))
        prev = self.book.hash(first - 1)
        made = Batch(self.place.till, self.book.name, 1, first, prev, tuple(facts), Trust.NTP)
        return replace(made, signature=self.papers.sign(made.head))

    def _hello(self, at_ms: int) -> Hello:
        last = self.delivery.ends[-1].last
        return Hello(
            self.delivery.hello,
            self.place.till,
            self.book.name,
            1,
            min_kept=1,
            max_seq=last,
            acked=self.delivery.acked,
            epochs=(Ended(1, last, self.book.hash(last)),),
            serial=self.serial,
            model="simulated",
            cert=self.papers.fingerprint,
            software=self.software,
            clock=Trust.NTP,
            clock_ms=at_ms + self.skew_ms,
            documents=self.documents,
        )

    def _state(self, doing: Doing, at_ms: int) -> Post:
        said = state.encode(TillState(doing, at_ms, self._session_ms, self.software))
        return Post(self.place.up(topics.STATE), said, retain=True)
