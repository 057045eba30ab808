"""What a collector does with each message of a till: checked, stored, answered.

Knows no broker: a message comes in, what is to be published goes out. Whatever a message holds, it is
taken or dropped and counted; only the store's own troubles are raised.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from appliance.core import codec
from appliance.fleet import audit, clock
from appliance.fleet.alarm import raise_alert
from appliance.fleet.greeting import greet
from appliance.fleet.roll import Listed, Roll
from appliance.fleet.store import Insert, Store, orders
from appliance.fleet.store.bodies import plain
from appliance.fleet.store.ingest import Ingest, Outcome, Site, Taken
from appliance.fleet.updates import reports
from appliance.fleet.vitals import Vitals
from appliance.malformed import Malformed
from appliance.wire import ack, alert, batch, fields, firmware, health, hello, seal, state, topics
from appliance.wire.limits import PAYLOAD_BYTES_MAX

log = logging.getLogger(__name__)

WINDOW = 200
CLONED_PAUSE_S = 300
"""Somebody has to look at it; until then the till need not knock."""
TOLD_AGAIN_S = 600.0
"""One till's trespasses are told so often: a flood of them fills no table."""
TOLD_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Message:
    topic: str
    payload: bytes
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    topic: str
    payload: bytes


class Dropped(Exception):
    """The message is not taken. rule: of the alert that says so."""

    def __init__(self, rule: str, why: str) -> None:
        super().__init__(why)
        self.rule = rule


class Hearing:
    """signed: batches must bear the till's signature; off only where tills have no certificates.
    tell: the topics of news. counts: of messages, by what became of them."""

    def __init__(
        self,
        store: Store,
        *,
        signed: bool = True,
        tell: Callable[[Iterable[str]], None] = lambda _topics: None,
    ) -> None:
        self._store = store
        self._signed = signed
        self.tell = tell
        self._roll = Roll(store)
        self._ingest = Ingest(store)
        self._lock = threading.Lock()
        self._told: dict[tuple[str, str], float] = {}
        self.vitals = Vitals(store)
        self.counts: Counter[str] = Counter()

    def hear(self, message: Message) -> Reply | None:
        """Raises what the store raises when it is away; the message may come again then."""
        try:
            topic = topics.read(message.topic)
        except Malformed:
            self._count("malformed")
            return None
        till = topic.place.till
        listed = self._roll.of(till)
        try:
            reply = self._hear(topic, listed, message)
        except Malformed as error:
            self._drop(listed, till, "malformed", f"{topic.kind}: {error}")
        except Dropped as error:
            self._drop(listed, till, error.rule, str(error))
        except self._store.Unfit as error:
            self._drop(listed, till, "unfit", str(error)[:200])
        else:
            self._count(topic.kind)
            return reply
        return None

    def _hear(self, topic: topics.Topic, listed: Listed, message: Message) -> Reply | None:
        site = listed.site
        if site is None:
            raise Dropped("locked_out", f"a till that is {listed.status} sends")
        if topic.way != "up":
            raise Malformed("not from a till")
        payload = message.payload
        match topic.leaf:
            case (topics.EVENTS | topics.BACKFILL,):
                return self._facts(topic, listed, site, message)
            case (topics.HELLO,):
                return self._greeted(topic, site, hello.decode(payload))
            case (topics.HEALTH,):
                self.vitals.feels(site.till, health.decode(payload), clock.now_ms())
            case (topics.STATE,):
                if payload:
                    self._state(site, state.decode(payload))
            case (topics.ALERT, cause):
                self._complaint(site, cause, alert.decode(payload))
            case (topics.COMMAND, id_):
                self._command(site, id_, fields.parse(payload))
            case (topics.REPORTED,):
                self._reported(site, fields.parse(payload))
            case (topics.FIRMWARE,):
                self._firmware(site, firmware.decode(payload))
            case _:
                raise Malformed("nothing is said there")
        return None

    # Facts

    def _facts(self, topic: topics.Topic, listed: Listed, site: Site, message: Message) -> Reply:
        if len(message.payload) > PAYLOAD_BYTES_MAX:
            raise Malformed(f"{len(message.payload)} bytes are too long")
        told = batch.decode(message.payload, message.content_type)
        if told.till != site.till:
            raise Dropped("impostor", f"it sent facts as {plain(told.till)[:40]}")
        if self._signed and not any(
            seal.is_signed(key, told.head, told.signature) for key in listed.keys
        ):
            raise Dropped("forged", f"facts {told.epoch}/{told.first} bear no signature of its own")
        now = clock.now_ms()
        taken = self._ingest.take(told, site, now)
        self._count(f"batch {taken.outcome.value}")
        self._count("facts", taken.facts)
        if taken.outcome is Outcome.CONFLICT:
            self._alert(site, "cloned", taken.why)
            return _ack(topic, ack.Ack(taken.epoch, taken.upto, WINDOW, CLONED_PAUSE_S))
        self.vitals.seen(site.till, now, told.epoch, told.last)
        if taken.tables:
            self.tell(taken.tables)
        return _ack(topic, _answer(taken))

    def _greeted(self, topic: topics.Topic, site: Site, said: hello.Hello) -> Reply:
        if said.till != site.till:
            raise Dropped("impostor", f"it said hello as {plain(said.till)[:40]}")
        greeted = greet(self._store, site, said, clock.now_ms())
        for rule, why in greeted.wrong.items():
            self._alert(site, rule, why)
        self.tell(("tills",))
        return _ack(
            topic, ack.Ack(greeted.epoch, greeted.upto, WINDOW, hello=said.id, at_ms=clock.now_ms())
        )

    # The rest

    def _state(self, site: Site, said: state.TillState) -> None:
        """A late `lost` of an old connection says nothing about the one that is."""
        with self._store.transaction() as tx:
            tx.run(
                "UPDATE till SET state = :state, state_ms = :now, session_ms = :session,"
                " sw = CASE WHEN :sw = '' THEN sw ELSE :sw END WHERE uid = :till"
                " AND session_ms <= :session AND (state <> :state OR session_ms <> :session)",
                state=said.doing.value,
                now=clock.now_ms(),
                session=said.session_ms,
                sw=plain(said.software),
                till=site.till,
            )
        self.tell(("tills",))

    def _complaint(self, site: Site, cause: str, said: alert.TillAlert | None) -> None:
        now = clock.now_ms()
        with self._store.transaction() as tx:
            if said is None:
                tx.run(
                    "UPDATE complaint SET cleared_ms = :now WHERE till = :till AND cause = :cause"
                    " AND cleared_ms IS NULL",
                    now=now,
                    till=site.till,
                    cause=cause,
                )
            else:
                told = (said.kind, said.subject, said.problem, said.severity.value)
                more = (said.category, said.detail)
                row = (site.till, cause, *map(plain, (*told, *more)), said.at_ms, now, None)
                tx.insert(Insert("complaint", _COMPLAINT, [row], _COMPLAINT_IS))
        self.tell(("health",))

    def _command(self, site: Site, id_: str, said: dict[str, Any]) -> None:
        """What the till's facts will prove; this is only sooner."""
        word = fields.text(said, "state", longest=40)
        answer = codec.canonical(fields.table(said, "answer", 200)).decode()
        with self._store.transaction() as tx:
            orders.follow(tx, site.till, id_, word, answer, clock.now_ms())
        self.tell(("orders",))

    def _reported(self, site: Site, said: dict[str, Any]) -> None:
        now = clock.now_ms()
        rows = []
        for name, it in sorted(fields.table(said, "documents", 32).items()):
            if not isinstance(it, dict):
                raise Malformed("a document is an object")
            digest = fields.text(it, "sha256", "")
            told = (fields.whole(it, "version"), digest, fields.text(it, "error", ""))
            rows.append((site.till, *map(plain, (name,)), told[0], *map(plain, told[1:]), now))
        with self._store.transaction() as tx:
            tx.insert(Insert("shadow", _SHADOW, rows, _SHADOW_IS))
        self.tell(("orders",))

    def _firmware(self, site: Site, said: firmware.Report) -> None:
        with self._store.transaction() as tx:
            reports.keep(tx, site.till, said, clock.now_ms())
        self.tell(("tills",))

    # What is not taken

    def _drop(self, listed: Listed, till: str, rule: str, why: str) -> None:
        self._count(rule)
        log.warning("a message of %s is dropped: %s: %s", till, rule, why)
        site = listed.site or Site(till, "", "", "")
        self._alert(site, rule, plain(why))

    def _alert(self, site: Site, rule: str, why: str) -> None:
        """Opened and written to the audit, once in a while for each till and rule."""
        now = clock.now_ms()
        with self._lock:
            if self._told.get((site.till, rule), 0.0) > now - TOLD_AGAIN_S * 1000:
                return
            if len(self._told) >= TOLD_MAX:
                self._told.clear()
            self._told[site.till, rule] = now
        with self._store.transaction() as tx:
            raise_alert(tx, rule, site.tenant, site.shop, site.till, why, now)
            audit.write(tx, now, "", f"collector.{rule}", site.till, why)
        self.tell(("alerts",))

    def _count(self, what: str, many: int = 1) -> None:
        with self._lock:
            self.counts[what] += many


_COMPLAINT = (
    *("till", "cause", "kind", "subject", "problem", "severity", "category", "detail", "at_ms"),
    *("heard_ms", "cleared_ms"),
)
_COMPLAINT_IS = (
    "(till, cause) DO UPDATE SET problem = excluded.problem, severity = excluded.severity,"
    " detail = excluded.detail, at_ms = excluded.at_ms, cleared_ms = NULL,"
    " heard_ms = CASE WHEN complaint.cleared_ms IS NULL THEN complaint.heard_ms"
    " ELSE excluded.heard_ms END"
)
_SHADOW = ("till", "document", "reported_version", "reported_sha256", "error", "at_ms")
_SHADOW_IS = (
    "(till, document) DO UPDATE SET reported_version = excluded.reported_version,"
    " reported_sha256 = excluded.reported_sha256, error = excluded.error, at_ms = excluded.at_ms"
)


def _answer(taken: Taken) -> ack.Ack:
    """Past a gap the till is asked for what is missing; it knows whether that is under way."""
    beyond = taken.outcome is Outcome.GAP or taken.got is not None
    replay = taken.upto + 1 if beyond else None
    return ack.Ack(taken.epoch, taken.upto, WINDOW, got=taken.got, replay_from=replay)


def _ack(topic: topics.Topic, said: ack.Ack) -> Reply:
    return Reply(topic.place.down(topics.ACK), ack.encode(said))
