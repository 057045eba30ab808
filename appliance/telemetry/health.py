"""How the till feels, for the fleet: everything now and then, what changed at once, alerts while they last.

What cannot be sent waits in a short queue that drops its oldest: a fleet wants to know how a till
is, not how it was last week. Facts never wait behind it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from appliance.core.devices import DeviceHealth, DeviceState, Problem
from appliance.core.view import Look, StorageLook
from appliance.wire.alert import Severity, TillAlert
from appliance.wire.health import METRICS_MAX, Health

EVERY_S = 300.0
CHANGES_S = 10.0
"""Words that change more often than this go together."""
QUEUE_MAX = 48
"""Four hours of a till that is away."""


@dataclass(slots=True)
class HealthQueue:
    """What is to be told next: pure, told the time."""

    waiting: deque[Health] = field(default_factory=lambda: deque(maxlen=QUEUE_MAX))
    _words: Mapping[str, str] = field(default_factory=dict)
    _full_s: float = -EVERY_S
    _last_s: float = -CHANGES_S

    def due(self, words: Mapping[str, str], now_s: float) -> bool:
        """Whether to measure now: it is time, or a word has changed."""
        if now_s >= self._full_s + EVERY_S:
            return True
        return words != self._words and now_s >= self._last_s + CHANGES_S

    def add(
        self, at_ms: int, numbers: Mapping[str, int | None], words: Mapping[str, str], now_s: float
    ) -> None:
        """What was measured; between the full ones only the words that changed."""
        full = now_s >= self._full_s + EVERY_S
        changed = {name: it for name, it in words.items() if self._words.get(name) != it}
        told = {name: it for name, it in numbers.items() if it is not None} if full else {}
        self.waiting.append(Health(at_ms, told, dict(words) if full else changed))
        self._words, self._last_s = dict(words), now_s
        if full:
            self._full_s = now_s


def words_of(look: Look | None) -> dict[str, str]:
    """Each device's state, as the till knows it now."""
    devices = () if look is None else look.devices[: METRICS_MAX // 2]
    return {f"device.{_name(it.device)}": _state(it) for it in devices}


def _state(health: DeviceHealth) -> str:
    if health.problem is Problem.NONE:
        return health.state.value
    return f"{health.state.value}.{health.problem.value}"


def _name(text: str) -> str:
    return "".join(it if it.isascii() and (it.isalnum() or it in "_-") else "_" for it in text)[:60]


def alerts_of(look: Look | None, at_ms: int) -> Iterator[TillAlert]:
    """What is wrong right now and a person should mend."""
    if look is None:
        return
    for it in look.devices:
        if it.state is not DeviceState.READY:
            severity = Severity.WARNING if it.state is DeviceState.ATTENTION else Severity.CRITICAL
            yield TillAlert(
                "device", it.device, it.problem.value, severity, at_ms, it.category.value, it.detail
            )
    yield from _storage(look.storage, at_ms)


def _storage(storage: StorageLook, at_ms: int) -> Iterator[TillAlert]:
    if storage.full:
        yield TillAlert("storage", "disk", "full", Severity.CRITICAL, at_ms)
    if storage.fault:
        yield TillAlert("storage", "journal", "fault", Severity.CRITICAL, at_ms, "", storage.fault)
    if storage.recovered:
        told = storage.recovered
        yield TillAlert("storage", "recovered", "recovered", Severity.WARNING, at_ms, "", told)


@dataclass(slots=True)
class AlertBoard:
    """Which alerts the broker holds for this till, and which it should."""

    held: dict[str, TillAlert | None] = field(default_factory=dict)
    """By id; None: one that an earlier run of the till left there, whatever it said."""

    def changes(self, now: Sequence[TillAlert]) -> list[tuple[str, TillAlert | None]]:
        """What to publish; None ends one. An alert that only got older is no change."""
        wanted = {it.id: it for it in now}
        ended: list[tuple[str, TillAlert | None]] = [
            (name, None) for name in self.held if name not in wanted
        ]
        return ended + [
            (name, it) for name, it in wanted.items() if not _same(self.held.get(name), it)
        ]

    def published(self, name: str, alert: TillAlert | None) -> None:
        if alert is None:
            self.held.pop(name, None)
        else:
            self.held[name] = alert

    def again(self) -> None:
        """Another broker, or one that forgot: everything is to be said once more."""
        self.held = dict.fromkeys(self.held)


def _same(one: TillAlert | None, other: TillAlert) -> bool:
    return one is not None and (one.problem, one.severity, one.detail) == (
        other.problem,
        other.severity,
        other.detail,
    )
