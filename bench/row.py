"""One row of the bench table, and the small arithmetic that all rows share."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """value: ours, in `unit`. against: what `limit` is: a norm, or a peer measured in this run.

    goal: in words. times: how many limits the value may be (a peer's figure is no limit itself).
    at_least: the value must reach that instead of staying under it. samples: all single
    measurements, in `unit`, where the spread is worth a picture.
    """

    row: str
    value: float
    unit: str
    against: str
    limit: float
    goal: str
    at_least: bool = False
    times: float = 1.0
    samples: tuple[float, ...] = field(default=(), repr=False)

    @property
    def ratio(self) -> float:
        return self.value / self.limit if self.limit else float("inf")

    @property
    def passed(self) -> bool:
        compare: Callable[[float, float], bool] = operator.ge if self.at_least else operator.le
        return compare(self.value, self.limit * self.times)

    @property
    def used(self) -> float:
        """The part of what is allowed that the value takes up; over 1 is a miss."""
        share = self.ratio / self.times
        return 1 / share if self.at_least and share else share

    def as_dict(self) -> dict[str, Any]:
        """A line of out.json, for whoever compares runs."""
        return {
            "row": self.row,
            "value": round(self.value, 4),
            "unit": self.unit,
            "against": self.against,
            "limit": round(self.limit, 4),
            "ratio": round(self.ratio, 4),
            "goal": self.goal,
            "pass": self.passed,
        }


def percentile(samples: Sequence[float], percent: float) -> float:
    """The nearest-rank percentile: a value that was really measured."""
    ordered = sorted(samples)
    at = max(0, -(-len(ordered) * percent // 100) - 1)
    return ordered[int(at)]


def median(samples: Sequence[float]) -> float:
    return percentile(samples, 50)
