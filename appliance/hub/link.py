"""One till's link to the others of its shop: over the broker of the first till in the list that is there.

Each till in the list keeps a mosquitto ready. All go to the first one that answers, so they meet
again by themselves when it fails, and go back when it returns; nothing is lost meanwhile, since each
tells what the others lack. The Till never waits for any of it.
"""

from __future__ import annotations

import base64
import binascii
import json
import logging
import socket
import sqlite3
import tempfile
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Full, Queue
from typing import Any

from appliance.core import commands as c
from appliance.core.facts import SaleId
from appliance.core.refusal import Reason, Refusal
from appliance.hub import baskets, catalogue_copy
from appliance.hub.baskets import Elsewhere, Handover, Told
from appliance.hub.exchange import EVERYBODY, Exchange, Message, Out, text
from appliance.hub.own import CATALOGUE, CUSTOMER, TILL, WHOLE, Own, newest_of
from appliance.hub.replica import Replica
from appliance.hub.seal import MESSAGE_MAX, Seal
from appliance.journal import JournalError
from appliance.malformed import Malformed
from appliance.people.customers import Customer, CustomerBook, CustomerMistake
from appliance.telemetry.session import Came, Denied, Down, Event, Post, Session, Up

log = logging.getLogger(__name__)

ROOT = "hub/1"
LOOK_S = 1.0
RETRY_S = 1.0
BETTER_S = 15.0
AGAIN_S = 3.0
"""How often a basket on its way is sent again: the other till may have had one open."""
LISTEN_S = 1.0
LISTEN_MAX_S = 60.0
"""A till that knows nothing of the shop hears the others first: what it keeps may be old."""
"""How often a till looks whether one before its hub in the list is back."""
REACH_S = 0.5
ANSWER_S = 3.0
"""For another till to hand a basket over; a cashier does not wait longer."""
INBOX_MAX = 2_000
PIECE = 128 << 10
"""Bytes of a catalogue's file in one message."""
FILE_MAX = 64 << 20

Ask = Callable[[c.Request], Sequence[Any] | Refusal]


@dataclass(frozen=True, slots=True)
class Want:
    till: str
    sale: SaleId
    told: Told


@dataclass(frozen=True, slots=True)
class Back:
    """A basket that is on its way is wanted back here. told: as a fetch's."""

    key: str
    told: Told


@dataclass(slots=True)
class Link:
    """From `start` to `close`. brokers: host and port of each till that may be the hub, in order.
    user, password: of the broker. show: told on every change of what the others have."""

    seal: Seal
    brokers: Sequence[tuple[str, int]]
    user: str
    password: str
    replica: Replica
    own: Own
    handover: Handover
    customers: CustomerBook
    catalogue: Path
    ask: Ask
    show: Callable[[], None] = lambda: None
    hub: str = ""
    """Which broker it is at, "" for none."""
    exchange: Exchange = field(init=False)
    strangers: int = 0
    """Messages since the start that no till of this shop sealed."""
    _inbox: Queue[Event | Want | Back | None] = field(default_factory=lambda: Queue(INBOX_MAX))
    _session: Session | None = None
    _at: int = -1
    _dial_s: float = 0.0
    _better_s: float = 0.0
    _up: bool = False
    _up_s: float = 0.0
    _again_s: float = 0.0
    _book_compared: bool = False
    _give_up_s: float = 0.0
    _fetching: dict[int, bytes] = field(default_factory=dict)
    _fetching_sha: str = ""
    _stale: set[str] = field(default_factory=set)
    _people: set[str] = field(default_factory=set)
    """Customers of whom another till said something."""
    _closing: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __post_init__(self) -> None:
        self.exchange = Exchange(self.replica, _now_ms, self._changed)
        self.exchange.on = {
            **self.handover.words,
            "file?": self._asked_for_file,
            "file": self._piece,
        }

    # From any thread.

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="hub", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._closing.set()
        self.nudge()
        if self._thread is not None:
            self._thread.join(3.0)

    def nudge(self) -> None:
        """Something here may be new for the others."""
        with suppress(Full):
            self._inbox.put_nowait(None)

    def fetch(self, till: str, sale: SaleId, told: Told) -> None:
        """Asks for a basket of another till; `told` is called on the link's thread."""
        try:
            self._inbox.put_nowait(Want(till, sale, told))
        except Full:
            told(Reason.BUSY)

    def take_back(self, key: str, told: Told) -> None:
        """Asks whoever a basket is on its way to whether it may be here again."""
        try:
            self._inbox.put_nowait(Back(key, told))
        except Full:
            told(Reason.BUSY)

    def elsewhere(self) -> list[Elsewhere]:
        """Baskets that are suspended at tills that are there now."""
        cells = self.replica.others(baskets.KIND)
        found = (baskets.elsewhere(till, it.key, it.value) for till, it in cells)
        return [it for it in found if it is not None and it.till in self.exchange.present]

    def standing(self) -> tuple[str, tuple[str, ...], tuple[tuple[str, int], ...], int]:
        """Where it is, who is there, who is not with when it spoke last, and how many messages
        nobody here can open."""
        there = tuple(sorted(self.exchange.present))
        heard = self.replica.heard()
        gone = sorted(heard.keys() - {*there, self.exchange.own})
        return self.hub, there, tuple((it, heard[it]) for it in gone), self.strangers

    def names(self) -> tuple[tuple[str, str], ...]:
        """Of the other tills, as people call them."""
        cells = self.replica.others(TILL)
        return tuple((till, it.value) for till, it in cells if isinstance(it.value, str))

    # The link's own thread.

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                self._turn(time.monotonic())
                self._wait()
            except (JournalError, sqlite3.Error, zlib.error, OSError):
                log.exception("the shop's other tills hear nothing just now")
                self._closing.wait(RETRY_S)
                self._mend()
        if self._session is not None:
            self._session.close()

    def _wait(self) -> None:
        try:
            event = self._inbox.get(timeout=LOOK_S)
            for _ in range(INBOX_MAX):
                self._on(event)
                event = self._inbox.get_nowait()
        except Empty:
            pass

    def _mend(self) -> None:
        """What was heard when it failed is asked for again on the next connection."""
        with suppress(sqlite3.Error, OSError):
            self.replica.mend()
            self.own.again()
            self._book_compared = False
            if self._up:
                self._hang_up()

    def _turn(self, now_s: float) -> None:
        self._dial(now_s)
        if self._give_up_s and now_s > self._give_up_s:
            self._give_up_s = 0.0
            self.handover.give_up()
        if self._up and now_s > self._again_s:
            self._again_s = now_s + AGAIN_S
            for till in self.exchange.present:
                self._send(self.handover.under_way(till))
        if self._knows_the_shop(now_s):
            self._take_over()
            # Away from the others too: a version says when something changed, not when it was heard.
            self._send(self.exchange.share(self.own.changes()))
        if self._stale:
            self._stale.clear()
            self.show()

    def _knows_the_shop(self, now_s: float) -> bool:
        if self.replica.upto(self.exchange.own):
            return True
        if not self._up or now_s < self._up_s + LISTEN_S:
            return False
        there = self.exchange.present.items()
        heard = all(self.replica.upto(till) >= upto for till, upto in there)
        return heard or now_s > self._up_s + LISTEN_MAX_S

    def _dial(self, now_s: float) -> None:
        if self._session is not None:
            if self._up and self._at > 0 and now_s > self._better_s:
                self._better_s = now_s + BETTER_S
                if any(map(_reachable, self.brokers[: self._at])):
                    self._hang_up()
            return
        if now_s < self._dial_s:
            return
        self._dial_s = now_s + RETRY_S
        for at, place in enumerate(self.brokers):
            if _reachable(place):
                self._connect(at, place)
                return

    def _connect(self, at: int, place: tuple[str, int]) -> None:
        host, port = place
        own = self.exchange.own
        self._at, self._better_s = at, time.monotonic() + BETTER_S
        self._session = Session(
            f"mqtt://{host}:{port}",
            own,
            Post(f"{ROOT}/{own}/here", b"", retain=True),
            self._told,
            subscribe=(f"{ROOT}/+/here", f"{ROOT}/+/all", f"{ROOT}/{own}/in/+"),
            credentials=(self.user, self.password),
        )
        self._session.open()

    def _hang_up(self) -> None:
        session, self._session, self._up, self.hub = self._session, None, False, ""
        if session is not None:
            session.close()
        self._dial_s = 0.0

    def _told(self, event: Event) -> None:
        with suppress(Full):  # what is dropped is asked for again
            self._inbox.put_nowait(event)

    def _on(self, event: Event | Want | Back | None) -> None:
        match event:
            case Want(till, sale, told):
                self._want(till, sale, told)
            case Back(key, told):
                self._back(key, told)
            case Up(session) if session is self._session:
                self._up, self._up_s = True, time.monotonic()
                host, port = self.brokers[self._at]
                self.hub = f"{host}:{port}"
                log.info("the shop's tills meet at %s", self.hub)
                self._send(self.exchange.connected())
                self._stale.add("present")
            case Down(session, why, _) if session is self._session:
                if self._up:
                    log.warning("no wire to the shop's other tills: %s", why)
                self._session, self._up, self.hub = None, False, ""
                self.exchange.present.clear()
                self._stale.add("present")
                self.show()
            case Denied(session, why) if session is self._session:
                log.warning("the shop's broker refused: %s", why)
            case Came(session, topic, payload) if session is self._session:
                self._came(topic, payload)

    def _came(self, topic: str, payload: bytes) -> None:
        match topic.split("/")[2:]:
            case [till, "here"] if not payload:
                self.exchange.gone(till)
                self._stale.add("present")
                return
            case [till, "here" | "all"] | [_, "in", till]:
                pass
            case _:
                return
        if till == self.exchange.own:
            return
        try:
            message = self.seal.open(topic, payload)
            came = till not in self.exchange.present
            self._send(self.exchange.heard(till, message))
            if came and till in self.exchange.present:
                self._send(self.handover.under_way(till))
        except Malformed as error:
            self.strangers += 1
            self._stale.add("strangers")
            log.warning("on the shop's network, %s: %s", topic, error)

    def _want(self, till: str, sale: SaleId, told: Told) -> None:
        if not self._up or till not in self.exchange.present:
            told(Reason.TILL_AWAY)
            return
        self._give_up_s = time.monotonic() + ANSWER_S
        self._send([self.handover.want(till, sale, told)])

    def _back(self, key: str, told: Told) -> None:
        present = self.exchange.present if self._up else {}
        out = self.handover.back(key, present, told)
        if out:
            self._give_up_s = time.monotonic() + ANSWER_S
            self._send(out)

    def _send(self, out: Iterable[Out]) -> None:
        if self._session is None:
            return
        own = self.exchange.own
        for it in out:
            leaf = f"{own}/{'here' if it.kept else 'all'}"
            topic = f"{ROOT}/{leaf}" if it.to == EVERYBODY else f"{ROOT}/{it.to}/in/{own}"
            payload = self.seal.close(topic, it.message)
            if len(payload) > MESSAGE_MAX:
                log.error("%d bytes are too long for the shop's network", len(payload))
                continue
            self._session.publish(Post(topic, payload, retain=it.kept))

    # What others changed.

    def _changed(self, cells: Iterable[tuple[str, str]]) -> None:
        for kind, key in cells:
            self._stale.add(kind)
            if kind == CUSTOMER:
                self._people.add(key)
            elif kind == "own":
                self.own.again()

    def _take_over(self) -> None:
        self._customers()
        newest = newest_of(self.replica.of(CATALOGUE, WHOLE))
        if newest is not None and CATALOGUE in self._stale:
            self._wish_catalogue(newest.value)

    def _customers(self) -> None:
        """Those that were told; all of them once, since a plug may have been pulled in between."""
        if not self._book_compared:
            self._book_compared = True
            for key, text_ in self.replica.newest(CUSTOMER).items():
                self._customer(key, None if text_ is None else json.loads(text_))
            return
        while self._people:
            key = self._people.pop()
            newest = newest_of(self.replica.of(CUSTOMER, key))
            if newest is not None:
                self._customer(key, newest.value)

    def _customer(self, key: str, value: Any) -> None:
        held = self.customers.get(key)
        if value is None:
            if held is not None:
                self.ask(c.EraseCustomer(key, "erased at another till"))
            return
        with suppress(TypeError, KeyError, CustomerMistake):
            told = Customer(**{**value, "groups": tuple(value["groups"])})
            if told != held:
                self.customers.take_over(told)

    def _wish_catalogue(self, value: Any) -> None:
        if not isinstance(value, dict) or not isinstance(value.get("sha256"), str):
            return
        sha256, holders = value["sha256"], self.replica.of(CATALOGUE, WHOLE)
        if self.own.catalogue_sha256() == sha256:
            return
        there = [
            till
            for till, cell in holders.items()
            if cell.value == value and till in self.exchange.present
        ]
        if there:
            self._fetching, self._fetching_sha = {}, sha256
            self._send([Out(there[0], {"say": "file?", "sha256": sha256, "piece": 0})])

    def _asked_for_file(self, till: str, message: Message) -> Iterable[Out]:
        """One piece; who asked asks for the next."""
        sha256, piece = text(message, "sha256"), message.get("piece")
        if type(piece) is not int or not 0 <= piece < FILE_MAX // PIECE:
            raise Malformed("piece is a whole number")
        data = self.own.file(sha256)
        if data is None:
            return
        pieces = -(-len(data) // PIECE)
        part = data[piece * PIECE : (piece + 1) * PIECE]
        yield Out(
            till,
            {
                "say": "file",
                "sha256": sha256,
                "piece": piece,
                "of": pieces,
                "data": base64.b64encode(part).decode(),
            },
        )

    def _piece(self, till: str, message: Message) -> Iterable[Out]:
        sha256, piece, of = text(message, "sha256"), message.get("piece"), message.get("of")
        if sha256 != self._fetching_sha or type(piece) is not int or type(of) is not int:
            return
        try:
            data = base64.b64decode(text(message, "data", MESSAGE_MAX), validate=True)
        except (binascii.Error, ValueError):
            raise Malformed("data is base64") from None
        if not 0 <= piece < of <= FILE_MAX // PIECE:
            raise Malformed("more pieces than a catalogue has")
        self._fetching[piece] = data
        if len(self._fetching) < of:
            following = next(at for at in range(of) if at not in self._fetching)
            yield Out(till, {"say": "file?", "sha256": sha256, "piece": following})
            return
        whole = b"".join(self._fetching[at] for at in range(of))
        self._fetching, self._fetching_sha = {}, ""
        self._new_catalogue(whole, sha256)

    def _new_catalogue(self, packed: bytes, sha256: str) -> None:
        inflate = zlib.decompressobj()
        with tempfile.TemporaryDirectory(prefix="kram-shop-") as folder:
            path = Path(folder) / "catalogue.db"
            path.write_bytes(inflate.decompress(packed, FILE_MAX))
            try:
                catalogue_copy.take_over(path, self.catalogue, sha256)
            except (ValueError, sqlite3.Error) as error:
                log.warning("the other till's catalogue was not taken over: %s", error)
                return
        log.info("the catalogue of the shop was taken over")


def _reachable(place: tuple[str, int]) -> bool:
    with suppress(OSError), socket.create_connection(place, timeout=REACH_S):
        return True
    return False


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
