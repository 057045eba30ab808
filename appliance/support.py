"""Help from afar as the screen offers it; what takes long is done by a process of its own."""

from __future__ import annotations

import json
import logging
import subprocess
from dataclasses import dataclass
from pathlib import Path

from appliance import child, system
from appliance.ui.support_port import StickEnd

log = logging.getLogger(__name__)

WAIT_S = 90.0


@dataclass(frozen=True, slots=True)
class ShopSupport:
    """settings: the shop's file."""

    settings: Path

    @property
    def has_stick(self) -> bool:
        return system.is_here()

    def frames(self) -> list[str]:
        """Empty where it could not be made; the log says why."""
        return self._told("--qr").splitlines()

    def to_stick(self) -> StickEnd:
        try:
            answer = json.loads(self._told("--stick", "--json"))
            return StickEnd.WRITTEN if answer["ok"] else StickEnd(answer["why"])
        except (ValueError, KeyError, TypeError):
            return StickEnd.FAILED

    def _told(self, *words: str) -> str:
        try:
            done = child.till(self.settings, "support-bundle", *words, timeout_s=WAIT_S)
        except (OSError, subprocess.TimeoutExpired) as error:
            log.warning("no support bundle: %s", error)
            return ""
        if done.returncode:
            log.warning("no support bundle: %s", done.stderr.decode(errors="replace")[-300:])
        return done.stdout.decode()
