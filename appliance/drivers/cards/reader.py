"""What every reader of cards does with one that is held to it, whatever wire it hangs on."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TypeVar

from appliance.core.devices import CardRefused, CardTrouble, Scanned
from appliance.drivers.base import Emit
from appliance.drivers.cards.apdu import CardGone, Transmit
from appliance.drivers.cards.boundary import Authenticator, Boundary
from appliance.drivers.cards.chip import Authorise, Bill, Taken, take
from appliance.drivers.cards.closed_loop import AID_BYTES, ClosedLoop
from appliance.drivers.cards.ksn import CannotSeal
from appliance.drivers.cards.look import CardLook, look_at
from appliance.drivers.cards.presented import Presented
from appliance.drivers.options import Options
from appliance.drivers.supervised import Supervised

REPEAT_S = 1.5
"""A hand that trembles takes a tag out of the field and back: that is one touch."""

ASK_S = 0.1

T = TypeVar("T")


_OPEN: dict[str, CardReader] = {}
"""The readers of this process, for a payment that needs one of them by its name."""


def reader_of(name: str) -> CardReader | None:
    return _OPEN.get(name)


@dataclass(frozen=True, slots=True)
class CardSettings:
    """uid_counts: a card without a message is known by its own number. closed_loop: the shop's
    payment cards, where it has some."""

    uid_counts: bool = True
    closed_loop: ClosedLoop | None = None


def card_settings_from(options: Options, data: Path | None) -> CardSettings:
    """The keys that both kinds of reader share."""
    uid_counts = options.flag("uid", default=True)
    aid, static = options.text("aid", ""), options.flag("static", default=False)
    try:
        named = bytes.fromhex(aid)
    except ValueError:
        named = b"?"
    if not aid:
        return CardSettings(uid_counts)
    if not AID_BYTES[0] <= len(named) <= AID_BYTES[1]:
        options.wrong("aid", f"must be 5 to 16 bytes in hexadecimal digits, not {aid!r}")
    if data is None:
        options.wrong("aid", "needs a data folder for the card key")
        return CardSettings(uid_counts)
    return CardSettings(uid_counts, ClosedLoop(named, Boundary(data, options.device), static))


class Verdict(Enum):
    """What became of a card that was lent to whoever waits for one."""

    TAKEN = "it was the one"
    OTHER = "it is another card"
    LOST = "it was taken away"


@dataclass
class _Lent:
    """A card in the hand of the thread that waited for it; the reader's own waits meanwhile.

    So that whoever waits cannot give up while the card is at work for him.
    """

    raw: Transmit
    tapped: Callable[[], bool]
    verdict: Verdict | None = None
    back: threading.Event = field(default_factory=threading.Event)
    revoked: bool = False

    def transmit(self, command: bytes) -> bytes:
        if self.revoked:
            raise CardGone("the reader was closed")
        return self.raw(command)

    def give_back(self, verdict: Verdict) -> None:
        self.verdict = verdict
        self.back.set()


@dataclass
class _Wanted:
    """Somebody waits for a card."""

    lent: _Lent | None = None
    came: threading.Event = field(default_factory=threading.Event)


class CardReader(Supervised):
    """Subclasses call `_at_card` once for a card that came, `_at_card_again` while `_awaited`."""

    def __init__(self, name: str, settings: CardSettings) -> None:
        super().__init__(name)
        self._settings = settings
        self._lock = threading.Lock()
        self._wanted: _Wanted | None = None
        self._last: tuple[tuple[str, ...], float] = ((), 0.0)

    def open(self, emit: Emit) -> None:
        _OPEN[self.name] = self
        super().open(emit)

    def close(self) -> None:
        _OPEN.pop(self.name, None)
        super().close()

    def authenticator(self) -> Authenticator:
        """The next keys of this reader, for a message to the host. Raises CannotSeal."""
        loop = self._settings.closed_loop
        if loop is None:
            raise CannotSeal(f'The reader "{self.name}" has no `aid` of the shop\'s own cards.')
        return loop.boundary.authenticator()

    @property
    def reads_payments(self) -> bool:
        return self._settings.closed_loop is not None

    def take_payment(
        self, bill: Bill, authorise: Authorise, give_up: Callable[[], bool]
    ) -> Taken | None:
        """The payment with the next card of the shop's own; None once `give_up` says so while there
        is no card. Blocks the caller, on whose thread `authorise` is asked. Raises CannotSeal."""
        loop = self._settings.closed_loop
        if loop is None:
            raise CannotSeal(f'The reader "{self.name}" has no `aid` of the shop\'s own cards.')
        return self._await(
            lambda card: take(loop, card.transmit, bill, authorise, tapped=card.tapped()), give_up
        )

    def await_look(self, give_up: Callable[[], bool]) -> CardLook | None:
        """What a technician may know of the next chip card; None once `give_up` says so."""
        return self._await(lambda card: look_at(card.transmit), give_up)

    def _await(self, work: Callable[[_Lent], T | None], give_up: Callable[[], bool]) -> T | None:
        """work: what is done with a card; None: it is not the one, and goes its own way."""
        while (lent := self._borrowed(give_up)) is not None:
            verdict = Verdict.TAKEN
            try:
                made = work(lent)
                if made is not None:
                    return made
                verdict = Verdict.OTHER
            except CardGone:
                verdict = Verdict.LOST
            finally:
                lent.give_back(verdict)
        return None

    def _borrowed(self, give_up: Callable[[], bool]) -> _Lent | None:
        wanted = _Wanted()
        with self._lock:
            self._wanted = wanted
        while not give_up() and not wanted.came.wait(ASK_S):
            pass
        with self._lock:
            self._wanted = None
        return wanted.lent

    @property
    def _awaited(self) -> bool:
        return self._wanted is not None

    def _is_tapped(self, _transmit: Transmit) -> bool:
        """Whether the card is held to the reader, and not put into it."""
        return True

    def _at_card(self, transmit: Transmit | None, look: Callable[[], Presented]) -> None:
        """A card came. transmit: when it takes commands; look: reads what it says as a tag."""
        try:
            if self._taken(transmit) or self._waits_for_its_payment(transmit):
                return
            presented = look()
        except CardGone:
            presented = Presented(trouble=CardTrouble.UNREAD)
        self._pass_on(presented)

    def _at_card_again(self, transmit: Transmit) -> None:
        """One that lies there while somebody waits; what it says as a tag was passed on before."""
        with contextlib.suppress(CardGone):
            self._taken(transmit)

    def _taken(self, transmit: Transmit | None) -> bool:
        """Whether the card was waited for; a voucher or a badge goes its own way meanwhile."""
        if transmit is None:
            return False
        with self._lock:
            wanted, self._wanted = self._wanted, None
            if wanted is None:
                return False
            lent = _Lent(transmit, lambda: self._is_tapped(transmit))
            wanted.lent = lent
            wanted.came.set()
        while not lent.back.wait(ASK_S) and not self._closing.is_set():
            pass
        lent.revoked = True
        if lent.verdict is Verdict.LOST:
            raise CardGone
        return lent.verdict is not Verdict.OTHER

    def _waits_for_its_payment(self, transmit: Transmit | None) -> bool:
        loop = self._settings.closed_loop
        return loop is not None and transmit is not None and loop.knows(transmit)

    def _pass_on(self, presented: Presented) -> None:
        now = time.monotonic()
        before, at = self._last
        if presented.trouble is not None:
            self._tell(CardRefused(self.name, presented.trouble))
            return
        self._last = (presented.codes, now)
        if presented.codes == before and now - at < REPEAT_S:
            return
        for code in presented.codes:
            self._tell(Scanned(self.name, code, time.monotonic_ns()))
