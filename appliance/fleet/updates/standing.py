"""How a rollout stands, for people: each wave's tills by what they are at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from appliance.fleet.store import Row, Session
from appliance.fleet.updates import observing, planning
from appliance.fleet.updates.observing import good_ms, runs
from appliance.fleet.updates.plan import Rollout, State, Wave, quota
from appliance.wire.firmware import Stage


class At(StrEnum):
    """In the order in which they are drawn."""

    PROVEN = "proven"
    TRIAL = "trial"
    WORKING = "working"
    WAITING = "waiting"
    BACK = "back"
    LOST = "lost"
    AHEAD = "ahead"
    """Of a wave that is not open yet."""


_WORKING = (Stage.FETCHING, Stage.INSTALLING, Stage.INSTALLED)
_BACK = (Stage.RETURNED, Stage.REFUSED)


@dataclass(frozen=True, slots=True)
class WaveStanding:
    """tills: how many come with this wave. passed, open: else it is ahead."""

    number: int
    wave: Wave
    tills: int
    passed: bool
    open: bool
    counts: Mapping[At, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Standing:
    """at: of each till that was offered the release. total: of tills in all waves."""

    rollout: Rollout
    waves: tuple[WaveStanding, ...]
    at: Mapping[str, At]
    total: int

    @property
    def counts(self) -> Counter[At]:
        return sum((Counter(it.counts) for it in self.waves), Counter())


def standing(session: Session, row: Row, release: Row) -> Standing:
    it = planning.rollout_of(row)
    tills = observing.tills_of(session, row, release)
    offered = [till for till in tills if till["wave"] is not None]
    at = {till["uid"]: at_of(till, release) for till in offered}
    seen = observing.seen_of(tills, row, release)
    ends = [quota(replace(it, wave=number), seen) for number in range(len(it.waves))]
    waves = tuple(_waves(it, offered, at, ends))
    return Standing(it, waves, at, max(ends[-1], len(offered)))


def _waves(
    it: Rollout, offered: Sequence[Row], at: Mapping[str, At], ends: Sequence[int]
) -> list[WaveStanding]:
    found, before = [], 0
    over = it.state is State.DONE
    for number, (wave, end) in enumerate(zip(it.waves, ends, strict=True)):
        counts = Counter(at[till["uid"]] for till in offered if till["wave"] == number)
        coming = max(0, end - before - counts.total()) if number >= it.wave else 0
        if coming:
            counts[At.AHEAD] = coming
        begun = it.state is not State.DRAFT
        passed = number < it.wave or over
        is_open = begun and number == it.wave and not over
        found.append(WaveStanding(number, wave, counts.total(), passed, is_open, counts))
        before = max(before, end)
    return found


def at_of(till: Row, release: Row) -> At:
    """till: as `observing.tills_of` has it."""
    if runs(till, release):
        if till["wrong_ms"] is not None:
            return At.LOST
        return At.PROVEN if good_ms(till) else At.TRIAL
    if till["stage"] in _BACK:
        return At.BACK
    return At.WORKING if till["stage"] in _WORKING else At.WAITING
