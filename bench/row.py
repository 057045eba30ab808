"""One row of the bench table, and the small arithmetic that all rows share."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """value: ours, in `unit`. against: what `limit` is: a norm, or a peer measured in this run.

    at_least: the value must reach the limit instead of staying under it. goal: in words.
    """

    row: str
    value: float
    unit: str
    against: str
    limit: float
    goal: str
    at_least: bool = False

    @property
    def ratio(self) -> float:
        return self.value / self.limit if self.limit else float("inf")

    @property
    def passed(self) -> bool:
        compare: Callable[[float, float], bool] = operator.ge if self.at_least else operator.le
        return compare(self.value, self.limit)

    def as_dict(self) -> dict[str, Any]:
        fields = asdict(self)
        del fields["at_least"]
        return {**fields, "ratio": round(self.ratio, 4), "pass": self.passed}


def percentile(samples: Sequence[float], percent: float) -> float:
    """The nearest-rank percentile: a value that was really measured."""
    ordered = sorted(samples)
    at = max(0, -(-len(ordered) * percent // 100) - 1)
    return ordered[int(at)]


def median(samples: Sequence[float]) -> float:
    return percentile(samples, 50)
