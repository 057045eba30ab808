"""What an update does next: pure, from its record and what is seen. It names one order at a time.

The laws that `tests/update/test_machine_laws.py` puts it to: never are both slots bad; what was not
healthy is never committed; nothing is written or started while the till must not; whatever is cut
where, a slot that starts is left, and a later run goes on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from appliance.update.record import Record, Target
from appliance.update.stages import ON_TRIAL, Event, Stage, Why
from appliance.wire.release import Objection

ATTEMPTS_MAX = 8
"""Writings of one bundle: a stick that is pulled, a network that breaks, a power that goes."""
TRIES_MAX = 3
"""Trials that end without a word: one power cut is bad luck, three are the new system's fault."""
RETRY_FIRST_MS = 5 * 60_000
RETRY_MAX_MS = 6 * 3600_000


class Verdict(StrEnum):
    """Of the health check in the new system."""

    NONE = ""
    RUNNING = "running"
    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Health:
    """The last word of a health check, in which boot, about which version."""

    boot: str = ""
    version: str = ""
    verdict: Verdict = Verdict.NONE
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What is so now. boot: this boot's id. version, slot: what runs. primary: the slot that starts
    by itself, "" when nobody could tell. others: the versions that RAUC says lie whole in the other
    slots, by slot; manifests: the hashes of their manifests.

    offer: what the fleet or a stick offers, with `objection` when it must not be installed.
    holds: what the till must wait for, and of these `free`: those that do not keep it from writing
    the other slot."""

    now_ms: int
    boot: str
    version: str
    slot: str
    primary: str = ""
    others: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    offer: Target | None = None
    objection: str = ""
    holds: tuple[str, ...] = ()
    free: frozenset[str] = frozenset()
    health: Health = Health()
    devices: tuple[str, ...] = ()
    manifests: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def other(self) -> str:
        return "B" if self.slot == "A" else "A"

    def lies(self, target: Target, slot: str) -> bool:
        """Whether the slot holds it, whole, and nothing that merely calls itself so."""
        return is_it(target, self.others.get(slot, ""), self.manifests.get(slot, ""))


class Order(StrEnum):
    """install: RAUC writes the target into the other slot. trial: the other slot is started, once.
    good: the slot that runs becomes the one that always starts. bad: the other one is not started
    again. back: the machine is started again, into the old slot."""

    NOTHING = ""
    INSTALL = "install"
    TRIAL = "trial"
    GOOD = "good"
    BAD = "bad"
    BACK = "back"


Step = tuple[Record, Order]

UNSURE = "unsure"
"""What it waits for where nobody could tell which slot starts by itself."""

_STOPS = frozenset({Objection.REVOKED, Why.FORGED})
"""What stops a release that is on its way already; that it expired meanwhile does not."""
_ON_ITS_WAY = frozenset({Stage.INSTALLING, Stage.READY, Stage.RETURNED})
_UNDER_WAY = _ON_ITS_WAY | {Stage.OFFERED}
_QUIET = frozenset({Stage.IDLE, Stage.COMMITTED, Stage.GIVEN_UP})


def step(record: Record, seen: Seen) -> Step:
    """The record as it must be on the disk before the order is carried out."""
    if seen.primary == seen.slot and not record.good_ms:
        record = replace(record, good_ms=seen.now_ms)
    record = after_trial(record, seen)
    record = _offered(record, seen)
    return _ACTS.get(record.stage, _rest)(record, seen)


def is_it(target: Target, version: str, manifest: str) -> bool:
    return version == target.version and target.manifest in ("", manifest)


def done(
    record: Record, order: Order, now_ms: int, *, version: str = "", manifest: str = ""
) -> Record:
    """After an order that was carried out. version, manifest: what RAUC says lies in the slot it wrote."""
    match order:
        case Order.INSTALL if record.target is not None and is_it(record.target, version, manifest):
            return record.went(Event.WRITES, now_ms)
        case Order.INSTALL:
            return failed(record, order, now_ms, Why.OTHER_BUNDLE, version)
        case Order.BAD:
            return replace(record, marked=True)
        case _:
            return record


def failed(record: Record, order: Order, now_ms: int, why: str, detail: str) -> Record:
    """After an order that was not."""
    if order is not Order.INSTALL:
        return replace(record, why=why, detail=detail)
    if record.attempts >= ATTEMPTS_MAX:
        return record.went(Event.GIVES_UP, now_ms, why, detail)
    pause_ms = min(RETRY_FIRST_MS << (record.attempts - 1), RETRY_MAX_MS)
    return record.went(Event.BREAKS, now_ms, why, detail, retry_ms=now_ms + pause_ms)


def writes_still(record: Record) -> Record:
    """After an order to write while that is being done for an updater that was killed: no attempt."""
    return replace(record, attempts=max(0, record.attempts - 1))


def after_trial(record: Record, seen: Seen) -> Record:
    """What runs tells how a trial went; nobody's memory does."""
    if record.stage not in ON_TRIAL or record.target is None:
        return record
    word = seen.health
    if seen.slot == record.slot and seen.version == record.target.version:
        if seen.primary == seen.slot:
            serial = max(record.serial, record.target.serial)
            return record.went(
                Event.COMMITS, seen.now_ms, serial=serial, good_ms=seen.now_ms, tries=0
            )
        passed = word.verdict is Verdict.PASSED and word.boot == seen.boot
        if record.stage is Stage.TRIAL and passed and word.version == seen.version:
            return record.went(Event.PROVES, seen.now_ms)
        return record
    if seen.boot == record.boot:
        return record  # the start that was ordered is still to come
    fresh = word.boot not in ("", record.heard) and word.version == record.target.version
    if fresh and word.verdict is Verdict.FAILED:
        return record.went(Event.COMES_BACK, seen.now_ms, Why.UNHEALTHY, word.detail)
    return record.went(Event.COMES_BACK, seen.now_ms, Why.NO_WORD)


def _offered(record: Record, seen: Seen) -> Record:
    """The newest wish takes the place of an older one, as long as that is not being tried."""
    target, offer = record.target, seen.offer
    if record.stage in ON_TRIAL or _holds_on(record, offer):
        return record
    if offer is None:
        return record.went(Event.WITHDRAWS, seen.now_ms, target=None, retry_ms=0)
    same = offer.same(target)
    on_its_way = same and record.stage in _ON_ITS_WAY
    if seen.objection and (seen.objection in _STOPS or not on_its_way):
        if same and (record.stage, record.why) == (Stage.REFUSED, seen.objection):
            return record
        return record.went(Event.OBJECTS, seen.now_ms, seen.objection, target=offer)
    if same and record.stage in _UNDER_WAY:
        return replace(record, target=offer)
    return record.went(
        *(Event.OFFERS, seen.now_ms),
        target=offer,
        slot=seen.other,
        attempts=0,
        tries=0,
        retry_ms=0,
        marked=False,
    )


def _holds_on(record: Record, offer: Target | None) -> bool:
    """Whether what is offered changes nothing: who stands at the till with a stick knows better than
    the fleet, and what was given up is told until another is offered."""
    if offer is None and record.stage in _QUIET:
        return True
    target = record.target
    if target is None:
        return False
    if target.stick and record.stage in _UNDER_WAY:
        return offer is None or not offer.stick
    return record.stage is Stage.GIVEN_UP and offer is not None and offer.same(target)


def _rest(record: Record, _seen: Seen) -> Step:
    return record, Order.NOTHING


def _install(record: Record, seen: Seen) -> Step:
    held = tuple(it for it in seen.holds if it not in seen.free)
    if seen.primary != seen.slot:
        # A trial that nobody remembers: the other slot is all that is sure to start.
        held = seen.holds if seen.primary else (UNSURE,)
        return replace(record, waits=held), Order.NOTHING if held else Order.BACK
    # A pause that is longer than any was set by a clock that was ahead.
    pauses = 0 < record.retry_ms - seen.now_ms <= RETRY_MAX_MS
    if held or pauses:
        return replace(record, waits=held), Order.NOTHING
    begun = record.went(*(Event.BEGINS, seen.now_ms), slot=seen.other, attempts=record.attempts + 1)
    return begun, Order.INSTALL


def _go_on(record: Record, seen: Seen) -> Step:
    """The power went while it was written, or just after."""
    assert record.target is not None
    if seen.lies(record.target, record.slot):
        return _try(record.went(Event.WRITES, seen.now_ms), seen)
    if record.attempts >= ATTEMPTS_MAX:
        return record.went(Event.GIVES_UP, seen.now_ms, record.why or Why.BROKEN), Order.NOTHING
    return _install(record, seen)


def _try(record: Record, seen: Seen) -> Step:
    assert record.target is not None
    if not seen.lies(record.target, record.slot):
        return record.went(Event.BREAKS, seen.now_ms, Why.OTHER_BUNDLE), Order.NOTHING
    if seen.holds:
        return replace(record, waits=seen.holds), Order.NOTHING
    tried = record.went(
        *(Event.TRIES, seen.now_ms),
        tries=record.tries + 1,
        boot=seen.boot,
        heard=seen.health.boot,
        devices=seen.devices,
    )
    return tried, Order.TRIAL


def _on_trial(record: Record, seen: Seen) -> Step:
    if seen.slot == record.slot:
        word = seen.health
        lost = word.verdict is Verdict.FAILED and word.boot == seen.boot
        return record, Order.BACK if lost else Order.NOTHING
    if seen.holds:
        return replace(record, waits=seen.holds), Order.NOTHING
    return record, Order.TRIAL


def _commit(record: Record, _seen: Seen) -> Step:
    return record, Order.GOOD


def _come_back(record: Record, seen: Seen) -> Step:
    if record.tries >= TRIES_MAX or (record.why == Why.UNHEALTHY and not _devices_alone(record)):
        record = record.went(Event.GIVES_UP, seen.now_ms, record.why, record.detail)
        return _give_up(record, seen)
    return _try(record, seen)


def _devices_alone(record: Record) -> bool:
    """A printer that was switched off at closing time is no fault of the new system: the next trial
    asks for the devices that work then, and one that the new system breaks is missing there again."""
    return all(found.startswith("device ") for found in record.detail.split(", "))


def _give_up(record: Record, seen: Seen) -> Step:
    """The slot that runs and the one that starts by itself are never marked."""
    may = record.slot not in ("", seen.slot, seen.primary) and not record.marked
    return record, Order.BAD if may else Order.NOTHING


_ACTS = {
    Stage.OFFERED: _install,
    Stage.INSTALLING: _go_on,
    Stage.READY: _try,
    Stage.TRIAL: _on_trial,
    Stage.HEALTHY: _commit,
    Stage.RETURNED: _come_back,
    Stage.GIVEN_UP: _give_up,
}
