"""What is written to the card: while nobody sells, and by a day of sales."""

from __future__ import annotations

from pathlib import Path

from .selling import open_shop, ring
from .stand import Stand
from .tally import Tally

IDLE_MB_H, DAY_MB = 2.0, 25.0
SETTLE_S = 60
DAY_SALES = 300


def wear(tally: Tally, image: Path, folder: Path, *, idle_s: int, sales: int) -> None:
    """idle_s: so long it is left alone; sales: so many are rung. Both are extrapolated. From its own first
    boot, since it runs beside other parts and their printer."""
    with Stand(image, folder, tally) as stand:
        stand.provision()
        stand.boot()
        stand.ready()
        open_shop(stand)
        ring(stand, 2)
        stand.run(f"sync; sleep {SETTLE_S}; sync", 10 * SETTLE_S)
        before = stand.served.written
        stand.run(f"sleep {idle_s}; sync", 10 * idle_s)
        idle = (stand.served.written - before) / 1e6 * 3600 / idle_s
        tally.figure(
            f"written to the card per idle hour (of {idle_s / 60:.0f} minutes)",
            f"{idle:.2f} MB",
            f"at most {IDLE_MB_H:.0f} MB",
            reached=idle <= IDLE_MB_H,
        )
        before = stand.served.written
        rung = len(ring(stand, sales))
        stand.run("sync")
        day = (stand.served.written - before) / 1e6 / max(rung, 1) * DAY_SALES
        tally.figure(
            f"written to the card per day of {DAY_SALES} sales (of {rung})",
            f"{day:.1f} MB",
            f"at most {DAY_MB:.0f} MB",
            reached=rung > 0 and day <= DAY_MB,
        )
        free = int(stand.run("awk '/MemAvailable/ {print int($2 / 1024)}' /proc/meminfo"))
        tally.say(f"memory available after {rung} sales: {free} MB of 512")
