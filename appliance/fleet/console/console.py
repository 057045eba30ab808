"""What every page of the console has at hand: the store, the people, the settings."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from appliance.fleet.authority.joining import Desk
from appliance.fleet.commands import Commands
from appliance.fleet.console.access.pace import Pace
from appliance.fleet.console.access.people import People
from appliance.fleet.console.access.roles import Role
from appliance.fleet.console.access.sessions import Sessions
from appliance.fleet.console.access.throttle import Throttle
from appliance.fleet.console.kept import Kept
from appliance.fleet.console.saying import zone
from appliance.fleet.documents import Library
from appliance.fleet.news import News
from appliance.fleet.store import Store
from appliance.fleet.updates.rollouts import Rollouts

_SWEEP_MS = 10 * 60_000
STREAMS = ("sales", "orders", "alerts")
"""Topics of the news that live pages wait for."""
STREAMS_MAX, STREAMS_EACH = 400, 12
"""Open pages with a live stream, of all people and of one; one more is told to wait."""


def wall_clock_ms() -> int:
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Settings:
    """key: 32 random bytes that only this server has. secure: the console is reached over HTTPS.
    second_factor_from: whoever has this role or more must use one; None: nobody must."""

    key: bytes
    fleet_name: str = "Kram"
    language: str = "uk"
    secure: bool = True
    second_factor_from: Role | None = Role.MANAGER


class Room:
    """So many at once, and of each so many, and no more."""

    def __init__(self, most: int, each: int) -> None:
        self._most, self._each = most, each
        self._inside: Counter[str] = Counter()
        self._lock = threading.Lock()

    def enter(self, who: str) -> bool:
        with self._lock:
            if self._inside.total() >= self._most or self._inside[who] >= self._each:
                return False
            self._inside[who] += 1
            return True

    def leave(self, who: str) -> None:
        with self._lock:
            self._inside[who] -= 1
            self._inside += Counter()  # whoever has none is forgotten


@dataclass(slots=True)
class Console:
    """store: `appliance.fleet.store`. news: what changed, for live pages. desk: where tills are let
    in; commands, library, rollouts: what tills are told. None where that is not this server's business."""

    store: Store
    settings: Settings
    now_ms: Callable[[], int] = wall_clock_ms
    news: News = field(default_factory=News)
    desk: Desk | None = None
    commands: Commands | None = None
    library: Library | None = None
    rollouts: Rollouts | None = None
    kept: Kept = field(init=False)
    people: People = field(init=False)
    sessions: Sessions = field(init=False)
    throttle: Throttle = field(init=False)
    streams: Room = field(init=False)
    pace: Pace = field(default_factory=Pace)
    closing: bool = False

    def __post_init__(self) -> None:
        self.kept = Kept(self.now_ms)
        self.people = People(self.store, self.settings.key)
        self.sessions = Sessions(self.store)
        self.throttle = Throttle(self.store)
        self.streams = Room(STREAMS_MAX, STREAMS_EACH)

    def close(self) -> None:
        """Live pages are let go, so that the server need not wait for them."""
        self.closing = True
        self.news.wake(STREAMS)

    def home(self) -> dt.tzinfo:
        """The zone of most shops: what "today" means where no shop is named."""
        return zone(self.kept.get("home", 60_000, self._home))

    def _home(self) -> str:
        rows = self.store.rows(
            "SELECT timezone, count(*) AS n FROM shop GROUP BY timezone ORDER BY n DESC LIMIT 1"
        )
        return str(rows[0]["timezone"]) if rows else "UTC"

    def sweep(self) -> None:
        """What has ended goes, some times an hour; whoever logs in sets it off."""
        self.kept.get("sweep", _SWEEP_MS, self._sweep)

    def _sweep(self) -> None:
        self.sessions.sweep(self.now_ms())
        self.throttle.sweep(self.now_ms())
