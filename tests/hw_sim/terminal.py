"""What all simulated payment terminals share: a TCP server of one client, a ledger, a temper."""

from __future__ import annotations

import contextlib
import socket
import threading
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal, Self

Kind = Literal["payment", "refund"]
Mood = Literal["approve", "decline", "cancel", "wait", "busy", "silent", "charge_silently"]
"""wait: nobody holds a card to it, until a cancel or `present`. cancel: the customer presses its red
key. silent: hears the question and never answers, nor charges. charge_silently: charges and never
answers that question."""
Word = Literal["ready", "card", "approved", "declined", "cancelled", "busy", "back", "off"]
"""What its display says. card: wants one; back: a payment was taken back."""


@dataclass(frozen=True, slots=True)
class Charge:
    """Money that really moved. reversed: and moved back. by_hand: somebody typed it on the terminal;
    the till asked for nothing."""

    kind: Kind
    amount_minor: int
    reference: str
    reversed: bool = False
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Temper:
    """How the next money command fares. amount_minor: another one than was asked for (partial,
    wrong). deaf_to_cancel: it answers a cancel, and approves all the same."""

    mood: Mood = "approve"
    amount_minor: int | None = None
    deaf_to_cancel: bool = False


@dataclass(frozen=True, slots=True)
class Display:
    """amount_minor: what it is about."""

    word: Word = "ready"
    amount_minor: int = 0


class Link:
    """The client's connection, as the terminal's thread uses it."""

    def __init__(self, wire: socket.socket) -> None:
        self._wire = wire

    def send(self, data: bytes) -> None:
        """Raises OSError when the client is gone."""
        self._wire.sendall(data)

    def receive(self, timeout_s: float) -> bytes | None:
        """Some bytes; b"" when the time is over; None when the client hung up."""
        self._wire.settimeout(timeout_s)
        try:
            return self._wire.recv(4096) or None
        except TimeoutError:
            return b""
        except OSError:
            return None


@dataclass
class Terminal(ABC):
    """Serves one client after the other on `url`; what it charged outlives any connection.

    `next` are the tempers of the money commands to come, then `always`. A restart forgets the
    running operation and keeps the ledger, as a terminal's flash does.
    """

    ledger: list[Charge] = field(default_factory=list)
    next: deque[Temper] = field(default_factory=deque)
    always: Temper = field(default_factory=Temper)
    port: int = 0
    presented: threading.Event = field(default_factory=threading.Event)
    red: threading.Event = field(default_factory=threading.Event)
    heard: list[str] = field(default_factory=list)
    """Each message of the client, by its name."""
    display: Display = field(default_factory=Display)
    on_display: Callable[[], None] = lambda: None
    """Called on any thread, when what it shows or its ledger has changed."""
    _card: Temper = field(default_factory=Temper)
    _server: socket.socket | None = None
    _thread: threading.Thread | None = None
    _wire: socket.socket | None = None
    _down: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"socket://127.0.0.1:{self.port}"

    @abstractmethod
    def serve(self, link: Link) -> None:
        """Answers one client until it hangs up or `stopping`."""

    @property
    def stopping(self) -> bool:
        return self._down.is_set()

    def temper(self, amount_minor: int = 0) -> Temper:
        """Of the money command that came, about so much."""
        temper = self.next.popleft() if self.next else self.always
        words: dict[Mood, Word] = {"busy": "busy", "wait": "card"}
        self.show(words.get(temper.mood, "ready"), amount_minor)
        return temper

    def charge(self, kind: Kind, amount_minor: int, *, by_hand: bool = False) -> Charge:
        made = Charge(kind, amount_minor, f"{len(self.ledger) + 1:06d}", by_hand=by_hand)
        self.ledger.append(made)
        self.show("approved", amount_minor)
        return made

    def reverse(self, reference: str) -> bool:
        for at, it in enumerate(self.ledger):
            if it.reference == reference and not it.reversed:
                self.ledger[at] = replace(it, reversed=True)
                self.show("back", it.amount_minor)
                return True
        return False

    def pay_by_hand(self, amount_minor: int) -> None:
        """Somebody types a payment on the terminal itself: its last receipt is not the till's."""
        self.charge("payment", amount_minor, by_hand=True)

    def present(self, fares: Temper | None = None) -> None:
        """The customer holds the card to it, for an operation that waits, which then fares so."""
        self._card = fares or Temper()
        self.presented.set()

    def press_red(self) -> None:
        """The customer calls it off on the terminal, where an operation waits for a card."""
        self.red.set()

    def taken_up(self, waited: Temper) -> Temper:
        """How an operation goes on that waited for `presented`; the card is taken away."""
        self.presented.clear()
        self.show("ready")
        deaf = waited.deaf_to_cancel or self._card.deaf_to_cancel
        return replace(
            self._card,
            amount_minor=self._card.amount_minor or waited.amount_minor,
            deaf_to_cancel=deaf,
        )

    def show(self, word: Word, amount_minor: int | None = None) -> None:
        """amount_minor None: the same as before."""
        about = self.display.amount_minor if amount_minor is None else amount_minor
        self.display = Display(word, about)
        self.on_display()

    def start(self) -> None:
        self._down.clear()
        self.show("ready", 0)
        self._server = socket.create_server(("127.0.0.1", self.port))
        self.port = self._server.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, name="terminal", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._down.set()
        for wire in (self._wire, self._server):
            if wire is not None:
                with contextlib.suppress(OSError):
                    wire.shutdown(socket.SHUT_RDWR)
                wire.close()
        if self._thread is not None:
            self._thread.join(5)
            assert not self._thread.is_alive(), "the terminal hangs"
        self._server = self._thread = None
        self.show("off", 0)

    def restart(self) -> None:
        """The plug is pulled and put back."""
        self.stop()
        self.start()

    def wrap(self, wire: socket.socket) -> socket.socket:
        """TLS, where the protocol has it. Raises OSError."""
        return wire

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _accept(self) -> None:
        server = self._server
        assert server is not None
        while not self._down.is_set():
            try:
                plain, _ = server.accept()
                self._wire = self.wrap(plain)
            except OSError:
                continue
            self._wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with contextlib.suppress(OSError):
                self.serve(Link(self._wire))
            self._wire.close()
