"""Another `till`, in a process of its own: whatever a device does to it, and whatever memory it takes,
the till goes on selling."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

_PROGRAM = Path(__file__).parents[1]
"""Where this package lies, and on an appliance all that it needs: a child would not find it."""


def till(settings: Path, *words: str, timeout_s: float) -> subprocess.CompletedProcess[bytes]:
    """`till` with these settings, to its end. Raises subprocess.TimeoutExpired, OSError."""
    command = [sys.executable, "-m", "appliance.cli.main"]
    if settings.exists():
        command += ["--config", str(settings)]
    return subprocess.run(
        [*command, *words],
        capture_output=True,
        timeout=timeout_s,
        check=False,
        env={**os.environ, "PYTHONPATH": str(_PROGRAM)},
    )
