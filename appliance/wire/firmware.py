"""What system software the fleet wants a till to run, and what the till says of it.

The fleet's side is the document `firmware`:

    {"v":1,"keys":"<release_keys, signed>","release":"<release, signed>","url":"/releases/..",
     "ticket":"<till's own>","rollout":"01J..","wave":2,"not_before":ms,"window":"22:00-06:00",
     "deadline":ms}

Without `release` nothing is wanted: the till stays with what it runs. Signed things are texts, so
that a patch replaces them whole. The till's side is `up/firmware`: what it booted, never what merely
lies in its other slot, and what it does, waits for or came back from.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from appliance.malformed import Malformed
from appliance.wire import envelope, fields
from appliance.wire.document import Content

REASONS_MAX = 20
DETAIL_MAX = 500
URL_MAX = 500
TICKET_MAX = 128
_WINDOW = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Window:
    """When a till may begin, in minutes of its own day. since > until: over midnight."""

    since: int
    until: int

    def holds(self, minute: int) -> bool:
        if self.since <= self.until:
            return self.since <= minute < self.until
        return minute >= self.since or minute < self.until

    def __str__(self) -> str:
        return "-".join(f"{it // 60:02}:{it % 60:02}" for it in (self.since, self.until))


@dataclass(frozen=True, slots=True)
class Offer:
    """release: signed, as `wire.release` reads it. url: a path on the fleet's server. ticket: what the
    till shows there, in a header, so that it stands in nobody's log. window None: at any hour. deadline_ms: from then on any hour will do, and the
    till says by day too that an update waits for its shift to be closed; 0 for never."""

    release: str
    url: str
    rollout: str = ""
    wave: int = 0
    not_before_ms: int = 0
    window: Window | None = None
    deadline_ms: int = 0
    ticket: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """keys: the newest list of release keys, signed; "" when the fleet has none yet."""

    keys: str = ""
    offer: Offer | None = None


def window_of(text: str) -> Window | None:
    """From "22:00-06:00"; None for "". Raises Malformed."""
    if not text:
        return None
    found = _WINDOW.fullmatch(text)
    if found is None or text[:5] == text[6:]:
        raise Malformed('window: two times of a day, such as "22:00-06:00"')
    hours = [int(it) for it in found.groups()]
    return Window(hours[0] * 60 + hours[1], hours[2] * 60 + hours[3])


def offered(offer: Offer | None) -> dict[str, Any]:
    """A patch that puts this offer into a till's document, or takes what was offered out of it."""
    if offer is None:
        return dict.fromkeys(_OFFERED)
    return {
        "release": offer.release,
        "url": offer.url,
        "ticket": offer.ticket,
        "rollout": offer.rollout,
        "wave": offer.wave,
        "not_before": offer.not_before_ms,
        "window": str(offer.window or ""),
        "deadline": offer.deadline_ms,
    }


_OFFERED = ("release", "url", "ticket", "rollout", "wave", "not_before", "window", "deadline")


def document(wanted: Wanted) -> Content:
    content: Content = {"v": fields.VERSION}
    if wanted.keys:
        content["keys"] = wanted.keys
    if wanted.offer is not None:
        content |= offered(wanted.offer)
    return content


def read(content: Content) -> Wanted:
    """Raises Malformed. What is signed inside is not looked at here."""
    if content.get("v") != fields.VERSION:
        raise Malformed(f"firmware: not version {fields.VERSION}")
    keys = fields.text(content, "keys", "", longest=envelope.ENVELOPE_MAX)
    if "release" not in content:
        return Wanted(keys)
    return Wanted(
        keys,
        Offer(
            fields.text(content, "release", longest=envelope.ENVELOPE_MAX),
            fields.text(content, "url", longest=URL_MAX),
            fields.text(content, "rollout", ""),
            fields.whole(content, "wave", 0),
            fields.whole(content, "not_before", 0),
            window_of(fields.text(content, "window", "")),
            fields.whole(content, "deadline", 0),
            fields.text(content, "ticket", "", longest=TICKET_MAX),
        ),
    )


class Stage(StrEnum):
    """What a till is at with its software."""

    IDLE = "idle"
    """It runs what is wanted, or nothing is."""
    WAITING = "waiting"
    """It may not yet: `reasons` say why."""
    FETCHING = "fetching"
    INSTALLING = "installing"
    INSTALLED = "installed"
    """In the other slot, to be tried at the next start: `reasons` say what it waits for."""
    TRIAL = "trial"
    """The wanted version booted and has not proven itself yet."""
    RETURNED = "returned"
    """The wanted version was tried and given up: the old one runs, `why` says what was wrong."""
    REFUSED = "refused"
    """The offer itself is wrong for this till: `why` is a release.Objection or "forged"."""
    FAILED = "failed"
    """Download or installation broke; it is tried again."""


class Waits(StrEnum):
    """What a till waits for; a newer till may say others."""

    BASKET = "basket"
    PAYMENT = "payment"
    SHIFT = "shift"
    CASH = "cash"
    OUTBOX = "outbox"
    STICK = "stick"
    PAPER = "paper"
    TILL = "till"
    """It does not answer its updater."""
    SYSTEM = "system"
    """What only root may do, nobody does: its helper does not answer, or RAUC does not."""
    UNSURE = "unsure"
    """Nobody can tell which slot starts by itself."""
    DISK = "disk"
    POWER = "power"
    TEMPERATURE = "temperature"
    WINDOW = "window"
    NOT_BEFORE = "not_before"
    CLOCK = "clock"
    SERVER = "server"
    NEIGHBOURS = "neighbours"
    """Too many tills of the shop are at it already."""


@dataclass(frozen=True, slots=True)
class Report:
    """version, slot: what is booted. good_ms: since when it is marked good, 0 in its trial. serial:
    of the newest release that ran here. wanted, rollout: of the offer it is about. since_ms: when
    the stage began. tries: starts of the wanted version so far. done: bytes fetched of `size`."""

    version: str
    slot: str
    stage: Stage
    at_ms: int
    good_ms: int = 0
    serial: int = 0
    compatible: str = ""
    wanted: str = ""
    rollout: str = ""
    since_ms: int = 0
    tries: int = 0
    reasons: Sequence[str] = ()
    why: str = ""
    detail: str = ""
    done: int = 0
    size: int = 0


def encode(report: Report) -> bytes:
    return fields.message(
        version=report.version,
        slot=report.slot,
        stage=report.stage.value,
        at=report.at_ms,
        good=report.good_ms,
        serial=report.serial,
        compatible=report.compatible,
        wanted=report.wanted,
        rollout=report.rollout,
        since=report.since_ms,
        tries=report.tries,
        reasons=list(report.reasons),
        why=report.why,
        detail=report.detail[:DETAIL_MAX],
        done=report.done,
        size=report.size,
    )


def decode(payload: bytes) -> Report:
    """Raises Malformed."""
    value = fields.parse(payload)
    try:
        stage = Stage(fields.text(value, "stage"))
    except ValueError:
        raise Malformed("stage: one of " + ", ".join(Stage)) from None
    reasons = fields.rows(value, "reasons", REASONS_MAX)
    return Report(
        fields.text(value, "version", longest=60),
        fields.text(value, "slot", "", longest=8),
        stage,
        fields.whole(value, "at"),
        fields.whole(value, "good", 0),
        fields.whole(value, "serial", 0),
        fields.text(value, "compatible", "", longest=64),
        fields.text(value, "wanted", "", longest=60),
        fields.text(value, "rollout", "", longest=60),
        fields.whole(value, "since", 0),
        fields.whole(value, "tries", 0),
        tuple(fields.text({"reason": it}, "reason", longest=60) for it in reasons),
        fields.text(value, "why", "", longest=60),
        fields.text(value, "detail", "", longest=DETAIL_MAX),
        fields.whole(value, "done", 0),
        fields.whole(value, "size", 0),
    )
