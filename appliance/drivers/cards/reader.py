"""What every reader of cards does with one that is held to it, whatever wire it hangs on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar, cast

from appliance.core.devices import CardRefused, CardTrouble, Scanned
from appliance.drivers.base import Emit
from appliance.drivers.cards.apdu import CardGone, Transmit
from appliance.drivers.cards.boundary import Boundary, SealedCard
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
    aid = options.text("aid", "")
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
    return CardSettings(uid_counts, ClosedLoop(named, Boundary(data, options.device)))


@dataclass
class _Wanted:
    """Somebody waits for a card. work: what is done with one; None: it is not the card."""

    work: Callable[[Transmit], object | None]
    came: threading.Event = field(default_factory=threading.Event)
    made: object | None = None
    why_not: CannotSeal | None = None


class CardReader(Supervised):
    """Subclasses call `_at_card` once for a card that came, and again while `_awaited` says so."""

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

    @property
    def reads_payments(self) -> bool:
        return self._settings.closed_loop is not None

    def await_card(self, give_up: Callable[[], bool]) -> SealedCard | None:
        """The next payment card of the shop's own, sealed; None once `give_up` says so. Blocks the
        caller, never the reader. Raises CannotSeal."""
        loop = self._settings.closed_loop
        if loop is None:
            raise CannotSeal(f'The reader "{self.name}" has no `aid` of the shop\'s own cards.')
        return self._await(loop.read, give_up)

    def await_look(self, give_up: Callable[[], bool]) -> CardLook | None:
        """What a technician may know of the next chip card; None once `give_up` says so."""
        return self._await(look_at, give_up)

    def _await(self, work: Callable[[Transmit], T | None], give_up: Callable[[], bool]) -> T | None:
        wanted = _Wanted(work)
        with self._lock:
            self._wanted = wanted
        while not wanted.came.wait(ASK_S):
            if give_up():
                break
        with self._lock:
            if self._wanted is wanted:
                self._wanted = None
        if wanted.why_not is not None:
            raise wanted.why_not
        return cast("T | None", wanted.made)

    @property
    def _awaited(self) -> bool:
        return self._wanted is not None

    def _at_card(self, transmit: Transmit | None, look: Callable[[], Presented]) -> None:
        """A card came. transmit: when it takes commands; look: reads what it says as a tag."""
        try:
            if self._taken(transmit) or self._waits_for_its_payment(transmit):
                return
            presented = look()
        except CardGone:
            presented = Presented(trouble=CardTrouble.UNREAD)
        self._pass_on(presented)

    def _taken(self, transmit: Transmit | None) -> bool:
        """Whether the card was waited for; a voucher or a badge goes its own way meanwhile."""
        with self._lock:
            wanted = self._wanted
        if wanted is None or transmit is None:
            return False
        try:
            wanted.made = wanted.work(transmit)
        except CannotSeal as error:
            wanted.why_not = error
        if wanted.made is None and wanted.why_not is None:
            return False
        with self._lock:
            if self._wanted is wanted:
                self._wanted = None
        wanted.came.set()
        return True

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
