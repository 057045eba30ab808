"""Rollouts: a release goes to tills in waves, each let through by a gate.

    draft -> running -> done
               | ^
        paused/halted    halted: by itself, when something is wrong; only a person goes on from there
               |
            aborted      what no till has booted yet is taken back

Pure: what is seen comes in, the next step goes out. Whoever calls `next_step` does what it says and
asks again, until it says to wait.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

PERMILLE = 1000
FRESH_MS = 10 * 60_000
"""What was seen longer ago lets nothing through."""


class State(StrEnum):
    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    HALTED = "halted"
    ABORTED = "aborted"
    DONE = "done"


OPEN = frozenset({State.DRAFT, State.RUNNING, State.PAUSED, State.HALTED})
MOVES: Mapping[str, tuple[frozenset[State], State]] = {
    "start": (frozenset({State.DRAFT}), State.RUNNING),
    "pause": (frozenset({State.RUNNING}), State.PAUSED),
    "resume": (frozenset({State.PAUSED, State.HALTED}), State.RUNNING),
    "abort": (OPEN | {State.DONE}, State.ABORTED),
}
"""What a person can do: from which states, and to which."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What lets the next wave go. healthy: so many of a thousand of the wave's tills must have
    proven the release, and for `soak_ms`. returned, lost: of more than so many of a thousand the
    rollout halts; of a small wave none may return. fall: halts when they certainly sell less by more
    than so many thousandths; 0 where no sale is asked for, as in a laboratory."""

    soak_ms: int = 24 * 3_600_000
    healthy: int = 900
    returned: int = 20
    lost: int = 100
    fall: int = 100


@dataclass(frozen=True, slots=True)
class Wave:
    """Tills that are named, and so many of a thousand of all, those of earlier waves included."""

    permille: int = 0
    tills: tuple[str, ...] = ()
    gate: Gate = field(default_factory=Gate)


@dataclass(frozen=True, slots=True)
class Rollout:
    """wave: the open one, from 0. waved_ms: since when. passed: a person let this wave through, so
    that its gate asks for nothing more. excused: tills with whose trouble a person went on."""

    id: str
    state: State
    waves: tuple[Wave, ...]
    wave: int = 0
    waved_ms: int = 0
    passed: bool = False
    excused: frozenset[str] = frozenset()

    @property
    def gate(self) -> Gate:
        return self.waves[self.wave].gate

    @property
    def is_last(self) -> bool:
        return self.wave == len(self.waves) - 1


@dataclass(frozen=True, slots=True)
class Seen:
    """One till of the rollout's scope. wave: in which it was offered the release. good_ms: since when
    it runs it and has proven it, 0 for not yet. lost: it ran it, and is in trouble since. returned:
    it tried and went back."""

    till: str
    wave: int | None = None
    good_ms: int = 0
    lost: bool = False
    returned: bool = False

    @property
    def healthy(self) -> bool:
        return self.good_ms > 0 and not self.lost and not self.returned


class Selling(StrEnum):
    """How the wave's tills sell, beside the others and their own earlier weeks."""

    WELL = "well"
    LESS = "less"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Observed:
    """at_ms: when it was seen. selling: of the open wave; why: of an unknown one, for people."""

    at_ms: int
    tills: tuple[Seen, ...]
    selling: Selling = Selling.UNKNOWN
    why: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """The release to these tills, of the open wave."""

    tills: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Advance:
    """The next wave opens."""


@dataclass(frozen=True, slots=True)
class Finish:
    """All waves have passed; who comes later is offered it too."""


class Trouble(StrEnum):
    RETURNED = "returned"
    LOST = "lost"
    SELLING_LESS = "selling_less"
    NOT_GOOD = "not_good"
    """The release was withdrawn, has ended, or its key was revoked."""


@dataclass(frozen=True, slots=True)
class Halt:
    """trouble: what is wrong. tills: with whom; many: how many that are, most: how many might be."""

    trouble: Trouble
    tills: tuple[str, ...] = ()
    many: int = 0
    most: int = 0


class Until(StrEnum):
    """What a rollout waits for."""

    PERSON = "person"
    SIGHT = "sight"
    """Nothing was seen lately."""
    TILLS = "tills"
    """More of the wave's tills must prove the release."""
    SOAK = "soak"
    SALES = "sales"
    """Too few sales yet to tell."""


@dataclass(frozen=True, slots=True)
class Wait:
    """have, need: tills, where it waits for tills; until_ms: where it waits for a time."""

    until: Until
    have: int = 0
    need: int = 0
    until_ms: int = 0
    why: str = ""


Step = Offer | Advance | Finish | Halt | Wait


def next_step(it: Rollout, seen: Observed | None, now_ms: int) -> Step:
    """Halts before it offers, offers before it advances; whatever is not known, it waits for."""
    if it.state not in (State.RUNNING, State.DONE):
        return Wait(Until.PERSON)
    if seen is None or not now_ms - FRESH_MS <= seen.at_ms <= now_ms + FRESH_MS:
        return Wait(Until.SIGHT)
    if it.state is State.RUNNING and (halt := trouble(it, seen)):
        return halt
    if tills := to_offer(it, seen.tills):
        return Offer(tills)
    if it.state is State.DONE:
        return Wait(Until.TILLS)
    if not it.passed and (wait := held_by(it, seen, now_ms)):
        return wait
    return Finish() if it.is_last else Advance()


def quota(it: Rollout, tills: Sequence[Seen]) -> int:
    """To how many tills the release may have gone by the end of the open wave."""
    present = {each.till for each in tills}
    opened = it.waves[: it.wave + 1]
    named = {till for wave in opened for till in wave.tills} & present
    share = max(wave.permille for wave in opened)
    return max(len(named), -(-len(tills) * share // PERMILLE))


def to_offer(it: Rollout, tills: Sequence[Seen]) -> tuple[str, ...]:
    """Tills named in waves so far, then others in an order that nobody chose, up to the quota."""
    named = [till for wave in it.waves[: it.wave + 1] for till in wave.tills]
    waiting = {each.till for each in tills if each.wave is None}
    room = quota(it, tills) - sum(1 for each in tills if each.wave is not None)
    first = [till for till in dict.fromkeys(named) if till in waiting]
    rest = sorted(waiting - set(first), key=lambda till: _lot(it.id, till))
    return tuple([*first, *rest][: max(0, room)])


def trouble(it: Rollout, seen: Observed) -> Halt | None:
    """What is wrong enough to stop at once."""
    offered = [each for each in seen.tills if each.wave is not None]
    gate = it.gate
    returned = tuple(each.till for each in offered if each.returned and each.till not in it.excused)
    most = len(offered) * gate.returned // PERMILLE
    if len(returned) > most:
        return Halt(Trouble.RETURNED, returned, len(returned), most)
    lost = tuple(each.till for each in offered if each.lost and each.till not in it.excused)
    # One till that lost its network is no sign; a release that hangs takes more than one.
    most = max(1, len(offered) * gate.lost // PERMILLE)
    if len(lost) > most:
        return Halt(Trouble.LOST, lost, len(lost), most)
    if gate.fall and not it.passed and seen.selling is Selling.LESS:
        return Halt(Trouble.SELLING_LESS)
    return None


def held_by(it: Rollout, seen: Observed, now_ms: int) -> Wait | None:
    """What the open wave's gate still asks for."""
    gate = it.gate
    offered = [each for each in seen.tills if each.wave is not None]
    proven = sorted(each.good_ms for each in offered if each.healthy)
    need = max(1, -(-len(offered) * gate.healthy // PERMILLE))
    if len(proven) < need:
        return Wait(Until.TILLS, len(proven), need)
    soaked = max(proven[need - 1], it.waved_ms) + gate.soak_ms
    if now_ms < soaked:
        return Wait(Until.SOAK, until_ms=soaked)
    if gate.fall and seen.selling is not Selling.WELL:
        return Wait(Until.SALES, why=seen.why)
    return None


def _lot(rollout: str, till: str) -> bytes:
    """The same for the same, and no till is always among the first."""
    return hashlib.sha256(f"{rollout} {till}".encode()).digest()
