"""Asks for the next certificate in time, in a thread of its own: it may take as long as it takes."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from appliance.telemetry import enrolment, membership
from appliance.telemetry.enrolment import NoFleet
from appliance.telemetry.membership import NotAMember
from appliance.wire.enrolment import Hardware, Refused

log = logging.getLogger(__name__)

EVERY_S = 3600.0
"""A third of ninety days holds seven hundred tries."""
FIRST_S = 60.0
CLOSE_S = 1.0


class Renewal:
    """folder: data_dir/fleet. url: of the fleet's server."""

    def __init__(
        self,
        folder: Path,
        url: str,
        hardware: Hardware,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._folder = folder
        self._url = url
        self._hardware = hardware
        self._now = now
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fleet-renewal", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._closing.set()
        self._thread.join(CLOSE_S)

    def _run(self) -> None:
        wait_s = FIRST_S
        while not self._closing.wait(wait_s):
            self.turn()
            wait_s = EVERY_S

    def turn(self) -> bool:
        """Renews if it is time; whether there is a new certificate."""
        try:
            if not membership.read(self._folder).is_due(self._now()):
                return False
            answer = enrolment.renewed(self._folder, self._url, self._hardware)
        except (NoFleet, NotAMember, OSError) as error:
            log.warning("the certificate was not renewed, the next try is in an hour: %s", error)
            return False
        if isinstance(answer, Refused):
            log.error("the fleet refused to renew the certificate: %s", answer.say)
            return False
        log.info("the certificate is renewed")
        return True
