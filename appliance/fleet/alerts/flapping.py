"""When what a rule finds becomes an alert, and when an alert is over: pure, told the time.

It opens when it held for `after_s` and is over when it did not hold for `clear_s`, so that a plug that
is loose is one alert. What is the consequence of something else that was found neither opens nor ends
as news of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from appliance.fleet.alerts.rule import SECOND_MS, Finding, Key, Limits


@dataclass(frozen=True, slots=True)
class Open:
    """An alert that is open."""

    id: str
    severity: str
    detail: Mapping[str, Any]


@dataclass(slots=True)
class Watch:
    """What is remembered of a rule between two looks. Lost with the process: then what has no time in
    its rows opens, and what is open ends, that much later."""

    first_ms: dict[Key, int] = field(default_factory=dict)
    last_ms: dict[Key, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Changes:
    """changed: open, with another severity or detail. quiet: over only as news of its own."""

    opened: list[Finding] = field(default_factory=list)
    changed: list[tuple[Open, Finding]] = field(default_factory=list)
    cleared: list[Open] = field(default_factory=list)
    quiet: list[Open] = field(default_factory=list)


def step(
    watch: Watch,
    found: Iterable[Finding],
    open_: Mapping[Key, Open],
    now_ms: int,
    limits: Limits,
    unheard: Collection[str] = (),
) -> Changes:
    """open_: of this rule. unheard: tills of which nothing is known now."""
    changes = Changes()
    seen = {it.key: it for it in found if it.key.till not in unheard}
    first: dict[Key, int] = {}
    covered: dict[Key, bool] = {}
    for key, it in seen.items():
        if key in open_:
            watch.last_ms[key] = now_ms
            if (it.severity, it.detail) != (open_[key].severity, open_[key].detail):
                changes.changed.append((open_[key], it))
            covered |= dict.fromkeys(it.covers, True)
            continue
        since = watch.first_ms.get(key, now_ms) if it.since_ms is None else it.since_ms
        ripe = now_ms - since >= limits["after_s"] * SECOND_MS
        covered |= dict.fromkeys(it.covers, ripe)
        if ripe:
            changes.opened.append(it)
            watch.last_ms[key] = now_ms
        else:
            first[key] = since
    watch.first_ms = first
    for key, alert in open_.items():
        if key in seen or key.till in unheard:
            continue
        if key in covered:
            if covered[key]:
                changes.quiet.append(alert)
        elif now_ms - watch.last_ms.setdefault(key, now_ms) >= limits["clear_s"] * SECOND_MS:
            changes.cleared.append(alert)
    kept = {*open_, *(it.key for it in changes.opened)}
    watch.last_ms = {key: at for key, at in watch.last_ms.items() if key in kept}
    return changes
