"""What a till says of itself beside its facts: what it does, what is wrong, how it feels."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from appliance.board import memory_card, power
from appliance.core.view import Look
from appliance.telemetry import vitals
from appliance.telemetry.health import AlertBoard, HealthQueue, alerts_of, words_of
from appliance.telemetry.home import Home
from appliance.telemetry.session import Post
from appliance.wire import alert as alerts
from appliance.wire import health as wire_health
from appliance.wire import state, topics
from appliance.wire.alert import TillAlert
from appliance.wire.state import Doing, TillState

SELLING_S = 60.0
"""A till that sold within this is selling: one message a lull, not two a sale."""

Done = Callable[[], object]


@dataclass(slots=True)
class Bulletin:
    """look: the till's newest view. updating: new software is going in."""

    home: Home
    board: AlertBoard
    look: Look | None = None
    updating: bool = False
    _queue: HealthQueue = field(default_factory=HealthQueue)
    _doing: Doing | None = None
    _firmware: bytes = b""
    _sold_s: float = -SELLING_S
    _basket: bool = False
    _began_s: float | None = None

    def notice(self, look: Look) -> None:
        """The till has a new view; on its own thread. A quick sale is over when anybody looks."""
        self._basket |= look.basket is not None
        self.look = look

    def will(self, at_ms: int) -> Post:
        """What the broker says when this session breaks."""
        return self._state(Doing.LOST, at_ms, at_ms)

    def connected(self) -> None:
        """A broker that may know nothing, or an old story: all of it once more."""
        self._doing = None
        self._firmware = b""
        self.board.again()

    def due(self, now_s: float, at_ms: int, session_ms: int) -> Iterator[tuple[Post, Done]]:
        """Each message with what is to be called when it was sent."""
        place = self.home.place
        if (doing := self._does(now_s)) is not self._doing:
            yield self._state(doing, at_ms, session_ms), partial(self._said, doing)
        firmware = self.home.firmware()
        if firmware and firmware != self._firmware:
            post = Post(place.up(topics.FIRMWARE), firmware)
            yield post, partial(self._reported, firmware)
        for name, it in self.board.changes(list(alerts_of(self.look, at_ms))):
            yield self._alert(name, it), partial(self.board.published, name, it)
        while self._queue.waiting:
            told = wire_health.encode(self._queue.waiting[0])
            post = Post(place.up(topics.HEALTH), told, again=False)
            yield post, self._queue.waiting.popleft

    def measure(self, now_s: float, at_ms: int, delivery: Mapping[str, int | None]) -> None:
        """Notes how the till is, when it is time. delivery: numbers that the agent knows."""
        words = words_of(self.look)
        if not self._queue.due(words, now_s):
            return
        if self._began_s is None:
            self._began_s = now_s
        words |= {"clock": vitals.clock_trust().value, "sw": self.home.software}
        numbers = {
            "disk_free_bytes": vitals.disk_free_bytes(self.home.folder.parent),
            "disk_size_bytes": vitals.disk_size_bytes(self.home.folder.parent),
            "journal_bytes": vitals.size_bytes(self.home.journal),
            "fsync_p99_us": vitals.p99(self.home.fsyncs_us()),
            "temperature_mc": power.temperature_mc(),
            "throttled_bits": power.throttled_bits(),
            **_card(self.home.folder.parent, vitals.uptime_s()),
            "uptime_s": vitals.uptime_s(),
            "run_s": int(now_s - self._began_s),
        }
        self._queue.add(at_ms, numbers | dict(delivery), words, now_s)

    def _said(self, doing: Doing) -> None:
        self._doing = doing

    def _reported(self, firmware: bytes) -> None:
        self._firmware = firmware

    def _does(self, now_s: float) -> Doing:
        if self.updating:
            return Doing.UPDATING
        look = self.look
        if look is None or look.shift is None:
            return Doing.CLOSED
        if self._basket:
            self._sold_s, self._basket = now_s, look.basket is not None
        return Doing.SELLING if now_s < self._sold_s + SELLING_S else Doing.READY

    def _state(self, doing: Doing, at_ms: int, session_ms: int) -> Post:
        said = state.encode(TillState(doing, at_ms, session_ms, self.home.software))
        return Post(self.home.place.up(topics.STATE), said, retain=True)

    def _alert(self, name: str, alert: TillAlert | None) -> Post:
        payload = b"" if alert is None else alerts.encode(alert)
        return Post(self.home.place.up(topics.ALERT, name), payload, retain=True)


def _card(folder: Path, uptime_s: int) -> dict[str, int | None]:
    """How the memory card wears, where it tells."""
    card = memory_card.holding(folder)
    if card is None:
        return {}
    return {
        "card_used_percent": card.used_percent,
        "card_errors": card.errors,
        "card_written_bytes_per_hour": card.per_hour_bytes(uptime_s),
        "card_written_bytes": card.ever_bytes,
    }


def noted(names: Sequence[str]) -> AlertBoard:
    """The board of a till whose broker holds these from before."""
    return AlertBoard(dict.fromkeys(names))
