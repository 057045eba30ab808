"""Who comes in and who allows: PINs and badges are proven here before the Till believes a name.

A PIN is checked on a thread of its own, one at a time, because its hash is slow on purpose; the
Till goes on selling meanwhile and gets the result as a message. Waiting after wrong PINs is the
core's rule, from facts, so a restart forgets nothing.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from appliance.core import codec
from appliance.core import commands as c
from appliance.core.barcode.own import OwnKind, read_own
from appliance.core.decide.people import tries_left, wait_s
from appliance.core.facts import StaffChanged
from appliance.core.people_look import PeopleLook, WantedLook
from appliance.core.policy import Person
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.core.state import State
from appliance.mailbox import Envelope, Proven
from appliance.people.staff import StaffBook
from appliance.qr.wifi import is_wifi
from appliance.requests import parse_request

log = logging.getLogger(__name__)

_OLD_BADGE = "kram:badge:"
"""What badges said before they had a code of their own; the rest is the person's id."""


@dataclass(frozen=True, slots=True)
class Present:
    """What the screen may know: who has a PIN, whether anybody has to prove who he is."""

    has_pin: frozenset[str] = frozenset()
    has_badge: frozenset[str] = frozenset()
    guarded: bool = False


class Door:
    """Used on the Till's thread, but for the checks themselves.

    book None: nobody is asked for anything (training, tests of other things).
    """

    def __init__(self, book: StaffBook | None = None) -> None:
        self.book = book
        self._checking = False
        self.post: Callable[[Proven], None] = lambda _: None

    @property
    def present(self) -> Present:
        if self.book is None:
            return Present()
        held = self.book.secrets
        return Present(held.has_pin, held.has_badge, held.any)

    @property
    def people(self) -> tuple[Person, ...] | None:
        return None if self.book is None else self.book.people

    def refresh(self) -> tuple[StaffChanged, ...]:
        """What `till staff` changed since; from now on it holds here too."""
        return () if self.book is None else self.book.refresh()

    def _badge_in(self, request: c.Request) -> str:
        """The badge or tag that a scan is, "" when it is goods or anything else."""
        if not isinstance(request, c.Scan):
            return ""
        own = read_own(request.code)
        if own is not None and own.kind is OwnKind.BADGE:
            return request.code
        if request.code.startswith(_OLD_BADGE):
            return request.code
        known = self.book is not None and self.book.owner_of(request.code) is not None
        return request.code if known else ""

    def admit(
        self, envelope: Envelope, state: State, people: PeopleLook, at: datetime
    ) -> Envelope | Refusal | None:
        """A name is proven first, and a locked till gives nothing else.

        people: what waits for a manager, or for a badge. None while a PIN is checked."""
        request = envelope.request
        if isinstance(request, c.Scan) and is_wifi(request.code):
            return refuse(Reason.CODE_OF_WIFI)  # it may hold a password: nothing looks at it here
        badge = self._badge_in(request)
        if isinstance(request, c.Scan) and people.badge_for:
            request = c.GiveBadge(people.badge_for, request.code)
        elif badge:
            request = _shown(badge, state, people.wanted)
        envelope = replace(envelope, request=request)
        if isinstance(request, c.SignIn) or (isinstance(request, c.Approved) and not state.locked):
            return self._ask(envelope, state, at)
        if state.locked and envelope.actor is None:
            return refuse(Reason.LOCKED)
        if isinstance(request, c.LockTill) and not self.present.guarded:
            return refuse(Reason.NO_PINS)
        return envelope

    def _ask(self, envelope: Envelope, state: State, at: datetime) -> Envelope | Refusal | None:
        """The envelope to act on, with the name proven; why not; None while a PIN is checked."""
        request = envelope.request
        assert isinstance(request, c.SignIn | c.Approved)
        if request.badge:
            return self._by_badge(envelope, request.badge)
        if not self.present.guarded:
            return self._let(envelope, request.staff)
        if self.book is None or self.book.person(request.staff) is None:
            return refuse(Reason.STAFF_UNKNOWN, staff=request.staff)
        wait = wait_s(state, request.staff, at)
        if wait:
            return refuse(Reason.PIN_WAIT, wait=wait)
        if request.staff not in self.present.has_pin:
            return refuse(Reason.PIN_NOT_SET)
        if not request.pin:
            return refuse(Reason.PIN_NEEDED)
        if self._checking:
            return refuse(Reason.BUSY)
        self._checking = True
        threading.Thread(
            target=self._check,
            args=(self.book, envelope, request.staff, request.pin),
            name="pin",
            daemon=True,
        ).start()
        return None

    def proven(self, message: Proven) -> Envelope | c.RefusePin | Refusal:
        """What the check says: the envelope to act on, or the wrong PIN to write down."""
        self._checking = False
        if not message.right:
            return c.RefusePin(message.staff)
        return self._let(message.envelope, message.staff)

    def why_wrong(self, state: State, staff: str, at: datetime) -> Refusal:
        """The sentence after a wrong PIN was written down."""
        wait = wait_s(state, staff, at)
        if wait:
            return refuse(Reason.PIN_WAIT, wait=wait)
        return refuse(Reason.PIN_WRONG, left=tries_left(state, staff))

    def _check(self, book: StaffBook, envelope: Envelope, staff: str, pin: str) -> None:
        try:
            right = book.pin_fits(staff, pin)
        except Exception:
            log.exception("a PIN could not be checked")
            right = False
        self.post(Proven(envelope, staff, right))

    def _by_badge(self, envelope: Envelope, badge: str) -> Envelope | Refusal:
        owner = None if self.book is None else self.book.owner_of(badge)
        if owner is None and not self.present.guarded and badge.startswith(_OLD_BADGE):
            owner = badge.removeprefix(_OLD_BADGE)
        if owner is None:
            return refuse(Reason.BADGE_UNKNOWN)
        return self._let(envelope, owner)

    def _let(self, envelope: Envelope, staff: str) -> Envelope | Refusal:
        request = envelope.request
        if isinstance(request, c.SignIn):
            return replace(envelope, request=c.SignIn(staff))
        assert isinstance(request, c.Approved)
        try:
            inner = parse_request(request.request)
        except codec.CodecError as error:
            return refuse(Reason.COMMAND_WRONG, detail=error)
        if isinstance(inner, c.SignIn | c.Approved):
            return refuse(Reason.COMMAND_WRONG, detail="nobody signs in for somebody else")
        return replace(envelope, request=inner, approver=staff)


def _shown(badge: str, state: State, wanted: WantedLook | None) -> c.SignIn | c.Approved:
    """A badge signs in; while something waits for a manager, it allows that."""
    if wanted is None or state.locked or wanted.reason != Reason.PERMISSION_NEEDED:
        return c.SignIn(badge=badge)
    return c.Approved(wanted.request, badge=badge)
