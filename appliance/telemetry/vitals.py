"""What a till can measure of its program and its disk; what cannot be read is left out."""

from __future__ import annotations

import ctypes
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

from appliance.board.files import SYSTEM
from appliance.wire.trust import Trust

_SYNCHRONIZED = Path("/run/systemd/timesync/synchronized")
_UNSYNCHRONIZED = 0x40
"""STA_UNSYNC of adjtimex(2): the kernel was told no time lately."""
_TIME_ERROR = 5


def disk_free_bytes(folder: Path) -> int | None:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None


def disk_size_bytes(folder: Path) -> int | None:
    try:
        return shutil.disk_usage(folder).total
    except OSError:
        return None


def size_bytes(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def uptime_s() -> int:
    return int(time.clock_gettime(time.CLOCK_BOOTTIME))


def p99(values: Sequence[int]) -> int | None:
    """The value that one in a hundred exceeds."""
    ordered = sorted(values)
    return ordered[-1 - len(ordered) // 100] if ordered else None


def clock_trust(system: Path = SYSTEM) -> Trust:
    if _SYNCHRONIZED.exists() or _kernel_is_told_the_time():
        return Trust.NTP
    return Trust.RTC if (system / "class/rtc/rtc0").exists() else Trust.UNKNOWN


def _kernel_is_told_the_time() -> bool:
    """adjtimex(2), asked and not told. Of struct timex, `status` is the sixth word, on 32 bits too."""
    timex = (ctypes.c_long * 32)()
    try:
        state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(timex))
    except (OSError, AttributeError):
        return False
    return 0 <= state < _TIME_ERROR and not timex[5] & _UNSYNCHRONIZED
