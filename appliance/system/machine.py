"""The machine as orders see it: a root folder, and programs by their names. Both are data, so that
tests give a scratch folder and programs of their own."""

from __future__ import annotations

import logging
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from appliance.system.order import Refused

log = logging.getLogger(__name__)

PROGRAMS: Mapping[str, tuple[str, ...]] = {
    # Each asks systemd over its own socket: the helper has no capability to do these things itself.
    "power_off": ("systemctl", "--no-block", "poweroff"),
    "reboot": ("systemctl", "--no-block", "reboot"),
    "time_zone": ("timedatectl", "set-timezone"),
    "start_wifi": ("systemctl", "restart", "kram-wifi@wlan0.service"),
    "mount": ("systemd-mount", "--collect", "--quiet"),
    "unmount": ("systemd-mount", "--umount", "--quiet"),
}
RUN_S = 30.0
TOLD_MAX = 300


@dataclass(frozen=True, slots=True)
class Machine:
    root: Path = Path("/")
    programs: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: PROGRAMS)

    def path(self, absolute: str) -> Path:
        return self.root / absolute.lstrip("/")

    def run(self, program: str, *args: str) -> None:
        """Raises Refused with the program's own last words."""
        command = [*self.programs[program], *args]
        try:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, capture_output=True, timeout=RUN_S, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            log.exception("%s", command[0])
            raise Refused("system_failed", str(error)[:TOLD_MAX]) from error
        if done.returncode != 0:
            told = done.stderr.decode(errors="replace").strip()[-TOLD_MAX:]
            log.error("%s ended with %d: %s", " ".join(command), done.returncode, told)
            raise Refused("system_failed", told)
