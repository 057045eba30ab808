"""Every fault at every message of a payment, for every driver, within so many seconds.

.venv/bin/python -m tests.payments.proof [--seconds 240] [--seed 1] [DRIVER ...]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from .cases import Story, every
from .drivers import DRIVERS, Driver
from .play import Player, Sums
from .shop import Shop
from .wiretap import Wiretap


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("drivers", nargs="*", choices=[[], *DRIVERS], help="of all by default")
    parser.add_argument("--seconds", type=float, default=240, help="for all drivers; 0: no limit")
    parser.add_argument("--seed", type=int, default=1)
    how = parser.parse_args()
    names = how.drivers or list(DRIVERS)
    total = Sums()
    for name in names:
        share_s = how.seconds / len(names) if how.seconds else float("inf")
        prove(DRIVERS[name], total, share_s, how.seed)
    for loss in total.losses:
        print(f"LOST: {loss}")
    print(total.line())
    return 1 if total.losses else 0


def prove(driver: Driver, total: Sums, seconds: float, seed: int) -> None:
    """As many of the driver's cases as fit, in an order that the seed gives."""
    began = time.monotonic()
    before = total.cuts
    with (
        tempfile.TemporaryDirectory() as folder,
        driver.subject.terminal() as terminal,
        Wiretap(terminal.port) as cable,
    ):
        shop = Shop(Path(folder), driver.options(cable.port), driver.subject.currency)
        try:
            shop.start()
            shop.does("sign_in", staff="ivan")
            shop.does("open_shift", float_minor=1000_00)
            player = Player(shop, terminal, cable, total, can_ask=driver.subject.can_ask)
            stories = [it for it in Story if driver.subject.can_cancel or it is not Story.CANCEL]
            cases = list(every({it: player.length(it) for it in stories}, seed))
            done = 0
            for case in cases:
                if time.monotonic() - began > seconds:
                    break
                player.case(case)
                done += 1
        finally:
            shop.stop()
    told = f"{driver.subject.name}: {done} of {len(cases)} cases, {total.cuts - before} cuts"
    print(f"{told}, {shop.kills} of them a SIGKILL, {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
