"""When a wave's sales are compared, and what the comparisons found so far.

A look is taken when enough came in for one, and once more when nothing else holds the wave. Whole hours
are counted, so the store is asked once an hour.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from appliance.fleet.store import Row, Session
from appliance.fleet.updates import counting, sales
from appliance.fleet.updates.counting import HOUR_MS, Window
from appliance.fleet.updates.plan import Rollout, Selling
from appliance.fleet.updates.sales import Look


@dataclass(frozen=True, slots=True)
class Looks:
    """Of one wave. hour: in which sales were last counted, in hours since 1970. expected: at the last
    look. final: the one was taken for which all else waited. why: there is none yet. earlier: of the
    waves before, for people."""

    wave: int = -1
    hour: int = 0
    expected: int = 0
    final: bool = False
    last: Look | None = None
    earlier: Look | None = None
    why: str = ""

    @property
    def shown(self) -> Look | None:
        return self.last or self.earlier

    @property
    def selling(self) -> Selling:
        return self.last.selling if self.last else Selling.UNKNOWN


def read(text: str) -> Looks:
    """As a rollout's row keeps it."""
    told = json.loads(text)
    if not told:
        return Looks()
    last, earlier = _look(told.pop("last")), _look(told.pop("earlier"))
    return Looks(**told, last=last, earlier=earlier)


def _look(told: Mapping[str, Any] | None) -> Look | None:
    return Look(**{**told, "selling": Selling(told["selling"])}) if told else None


def written(looks: Looks) -> str:
    return json.dumps(asdict(looks))


@dataclass(frozen=True, slots=True)
class Groups:
    """updated: tills of the open wave that run the release; mine: all that do, of any wave. Rows as
    `observing.tills_of` has them. version: of the release."""

    updated: Sequence[Row]
    mine: frozenset[str]
    version: str


def looked(
    session: Session, it: Rollout, before: Looks, groups: Groups, now_ms: int, *, last_word: bool
) -> Looks:
    """before: of any wave. last_word: nothing but sales holds the wave."""
    known = before if before.wave == it.wave else Looks(it.wave, earlier=before.shown)
    hour = now_ms // HOUR_MS
    if known.selling is Selling.LESS or known.hour == hour:
        return known
    known = replace(known, hour=hour)
    window = Window.since_update(groups.updated)
    others = counting.others(session, groups.mine, groups.version, window)
    week, earlier = counting.weeks(session, window, others)
    expected = sales.expected(earlier)
    if len(earlier) < sales.WEEKS_MIN:
        return replace(known, why="weeks")
    if expected < sales.ENOUGH:
        return replace(known, why="few")
    final = last_word and not known.final and expected > known.expected
    if not final and not sales.is_due(expected, known.expected):
        return known
    found = sales.look(week, earlier, len(it.waves), it.gate.fall)
    final = known.final or final
    return replace(known, expected=expected, final=final, last=found, why="")
