"""What a rule is: one question to the store for the whole fleet, and a judgement of its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from appliance.fleet.alerts.opening import Hours
from appliance.fleet.store import Row

WARNING, CRITICAL = "warning", "critical"
SECOND_MS, MINUTE_MS, HOUR_MS, DAY_MS = 1_000, 60_000, 3_600_000, 86_400_000

Limits = Mapping[str, int]
"""A rule's figures, by name; `after_s` and `clear_s` are every rule's."""


@dataclass(frozen=True, slots=True)
class Key:
    """What an alert is about; at most one of a key is open. cause: what within the till or shop."""

    rule: str
    shop: str
    till: str = ""
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule holds right now. since_ms: since when, where the rows tell it. detail: what the sentence
    about it names; it should not change from minute to minute. covers: what this is the cause of, and
    therefore nobody need be told of by itself."""

    key: Key
    severity: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    since_ms: int | None = None
    covers: tuple[Key, ...] = ()


@dataclass(frozen=True, slots=True)
class ShopHours:
    tenant: str
    hours: Hours


@dataclass(frozen=True, slots=True)
class Moment:
    """When a rule is asked, and what all rules know of shops."""

    now_ms: int
    shops: Mapping[str, ShopHours]

    def opened_ms(self, shop: str) -> int | None:
        """Since when it is open, None while it is closed."""
        return self.shops[shop].hours.opened_ms(self.now_ms) if shop in self.shops else 0


Judge = Callable[[list[Row], Moment, Limits], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """sql: asked with `now` and every limit as parameters. limits: the defaults; a setting changes
    each. every_s: how often it is asked. of_contact: it says nothing of a till that nobody hears: what
    is open of such a till stays, and nothing else opens. once: it is about something that happened,
    so what a person closed stays closed. opens: the names of its alerts, its own without any."""

    name: str
    sql: str
    judge: Judge
    limits: Limits
    every_s: int = 10
    of_contact: bool = True
    once: bool = False
    opens: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return self.opens or (self.name,)

    def figures(self, changed: Limits) -> dict[str, int]:
        return {**self.limits, **{name: it for name, it in changed.items() if name in self.limits}}


def held(after_s: int, clear_s: int = 60, **limits: int) -> Limits:
    """Opens when it held for so long, is over when it did not for so long."""
    return {"after_s": after_s, "clear_s": clear_s, **limits}
