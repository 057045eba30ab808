"""Do the updated tills sell less? One plain test, with a bound on how often it is wrong.

Sales are counted, not summed: one large sale says nothing of a till. For the hours since a wave's
tills were updated, and for the same hours of earlier weeks, there are two counts: theirs, and that
of tills which were not updated. What is compared is their ratio, so that a holiday or bad weather,
which all shops have, falls out. Is this week's ratio lower than the earlier weeks' ratios swing by
themselves? That is Student's test of one new observation:

    d = ln((updated + 1/2) / (others + 1/2))       of each week
    t = (mean of the K earlier d - this week's d) / (s * sqrt(1 + 1/K))

s is the standard deviation of the K earlier d, and at least what chance alone makes of so many
sales (Poisson). Under the assumption that a harmless update leaves this week like the others, t has
Student's distribution with K - 1 degrees of freedom.

The test is made several times as sales come in, and each look may be wrong. So a wave has LOOKS
looks at most, each when four times as many sales were due as at the one before, and the last when
all else would let it go; and each calls a fall only below a probability of ALPHA / waves / LOOKS.
That adds up to ALPHA: of fifty rollouts of harmless releases at most one is halted for its sales.

Where too few tills are left to compare with, a till's own earlier weeks must do: others = 1. What
all shops have this week does not fall out then, so that only a fall of ALONE or more is called.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import atan, cos, exp, log, pi, sin, sqrt
from statistics import fmean, stdev

from appliance.fleet.updates.plan import Selling

ALPHA = 0.02
LOOKS = 8
ENOUGH = 30
"""Expected sales before the first look; seven times four times as many is a week of 200 large tills."""
_MORE = 4
WEEKS = 8
WEEKS_MIN = 4
OTHERS_MIN = 100
"""Expected sales of the others; with fewer the ratio would be their noise."""
ALONE = 300
"""Thousandths, when there is nobody to compare with."""


@dataclass(frozen=True, slots=True)
class Week:
    """Sales in the same hours of one week: of the updated tills, and of the others."""

    updated: int
    others: int


@dataclass(frozen=True, slots=True)
class Look:
    """fall: by how many thousandths they sold less than expected; below 0 for more. p: how often
    chance alone makes it as deep. limit: below which p it is called a fall. alone: compared with
    their own earlier weeks only."""

    selling: Selling
    expected: int
    sold: int
    fall: int = 0
    p: float = 1.0
    limit: float = 0.0
    alone: bool = False


def expected(before: Sequence[Week]) -> int:
    """Sales of the updated tills in such hours, as the earlier weeks had them."""
    return round(fmean(it.updated for it in before)) if before else 0


def is_due(now_expected: int, looked_at: int) -> bool:
    """Whether enough came in for another look. looked_at: what was expected at the last; 0 before
    the first."""
    return now_expected >= max(ENOUGH, _MORE * looked_at)


def look(now: Week, before: Sequence[Week], waves: int, fall_max: int) -> Look:
    """At one of so many waves. fall_max: in thousandths. before: at least WEEKS_MIN weeks in which the
    tills sold."""
    others = fmean(it.others for it in before)
    alone = others < OTHERS_MIN
    was = [_ratio(it, alone=alone) for it in before]
    drop = fmean(was) - _ratio(now, alone=alone)
    by_chance = 1 / max(1.0, fmean(it.updated for it in before)) + (0 if alone else 1 / others)
    spread = max(stdev(was), sqrt(by_chance)) * sqrt(1 + 1 / len(was))
    p = tail(drop / spread, len(was) - 1)
    fall = round(1000 * (1 - exp(-drop)))
    limit = ALPHA / waves / LOOKS
    less = p < limit and fall > max(fall_max, ALONE if alone else 0)
    selling = Selling.LESS if less else Selling.WELL
    return Look(selling, expected(before), now.updated, fall, p, limit, alone)


def _ratio(week: Week, *, alone: bool) -> float:
    return log(week.updated + 0.5) - (0.0 if alone else log(week.others + 0.5))


def tail(t: float, degrees: int) -> float:
    """How often Student's t is larger (Abramowitz and Stegun, 26.7.3 and 26.7.4)."""
    angle = atan(t / sqrt(degrees))
    term = total = cos(angle) if degrees % 2 else 1.0
    if degrees == 1:
        within = 2 * angle / pi
    else:
        for step in range(2 + degrees % 2, degrees - 1, 2):
            term *= (step - 1) / step * cos(angle) ** 2
            total += term
        within = sin(angle) * total
        if degrees % 2:
            within = 2 / pi * (angle + within)
    return (1 - within) / 2
