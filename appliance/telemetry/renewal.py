"""Asks the fleet for the till's next certificate in time, and where it delivers from now on.

On a thread of its own: a server may take as long as it takes. It asks once a day, because the fleet
may have moved the till; each hour while the certificate is due; within ten minutes while no broker
takes the till, which may have been locked out and let in again; and soon when the fleet says that its
place changed. That word is only a hint: the answer comes from the server that the till enrolled with,
under its own root.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import SystemRandom

from appliance.telemetry import enrolment, membership
from appliance.telemetry.enrolment import NoFleet
from appliance.telemetry.membership import NotAMember
from appliance.wire import topics
from appliance.wire.enrolment import Hardware, Refused
from appliance.wire.hello import Held
from appliance.wire.topics import Topic

log = logging.getLogger(__name__)

AWAY_S = 600.0
"""How long a till that was let in again may wait for it. Nobody can tell it, since no broker takes it;
and ten thousand whose broker is down ask no oftener than their server answers in passing."""
HOURLY_S = 3600.0
"""A third of ninety days holds seven hundred tries."""
DAILY_S = 86_400.0
FIRST_S = 60.0
HINTED_S = 30.0
"""Within so long a hint is followed, by ten thousand tills not in the same second; and no oftener."""
CLOSE_S = 1.0


class Renewal:
    """An Ear. folder: data_dir/fleet. url: of the fleet's server. deliver_to: told the brokers;
    connected: whether one takes the till. Both are the agent's, once it is there."""

    def __init__(
        self,
        folder: Path,
        url: str,
        hardware: Hardware,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        hinted_s: float = HINTED_S,
    ) -> None:
        self.deliver_to: Callable[[Sequence[str]], None] = lambda _brokers: None
        self.connected: Callable[[], bool] = lambda: True
        self._folder = folder
        self._url = url
        self._hardware = hardware
        self._now = now
        self._hinted_s = hinted_s
        self._hinted = threading.Event()
        self._closing = threading.Event()
        self._tried_s = self._answered_s = -DAILY_S
        self._thread = threading.Thread(target=self._run, name="fleet-renewal", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._closing.set()
        self._hinted.set()
        self._thread.join(CLOSE_S)

    # An Ear's verbs, on the agent's thread.

    def leaves(self) -> Sequence[str]:
        return (topics.PLACE,)

    def heard(self, topic: Topic, _payload: bytes) -> None:
        if topic.kind == topics.PLACE:
            self._hinted.set()

    def documents(self) -> Mapping[str, Held]:
        return {}

    # Its own thread.

    def _run(self) -> None:
        hinted = self._hinted.wait(FIRST_S)
        while not self._closing.is_set():
            if hinted:
                self._closing.wait(SystemRandom().uniform(0, self._hinted_s))
            self._hinted.clear()
            if self._closing.is_set():
                return
            self.turn(hinted=hinted)
            hinted = self._hinted.wait(SystemRandom().uniform(AWAY_S / 2, AWAY_S))

    def turn(self, *, hinted: bool = False) -> bool:
        """Asks if it is time; whether the fleet answered."""
        try:
            if not hinted and not self._is_time():
                return False
            self._tried_s = time.monotonic()
            answer = enrolment.renewed(self._folder, self._url, self._hardware)
        except (NoFleet, NotAMember, OSError) as error:
            log.warning("the certificate was not renewed, it is tried again: %s", error)
            return False
        if isinstance(answer, Refused):
            log.error("the fleet refused to renew the certificate: %s", answer.say)
            return False
        self._answered_s = time.monotonic()
        self.deliver_to(membership.brokers(self._folder))
        return True

    def _is_time(self) -> bool:
        if not self.connected():
            return True
        now_s = time.monotonic()
        wanted = now_s - self._answered_s > DAILY_S or membership.read(self._folder).is_due(
            self._now()
        )
        return wanted and now_s - self._tried_s > HOURLY_S
