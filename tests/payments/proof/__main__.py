"""Every fault at every message of a payment, for every driver: never charged twice, lost or made up.

.venv/bin/python -m tests.payments.proof [--seconds 240] [--seed 1] [--jobs 1] [--write] [DRIVER ...]
"""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from .day import prove
from .drivers import DRIVERS
from .page import keep
from .tally import Tally, added


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("drivers", nargs="*", choices=[[], *DRIVERS], help="of all by default")
    parser.add_argument("--seconds", type=float, default=240, help="for all drivers; 0: no limit")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1, help="drivers side by side")
    parser.add_argument("--write", action="store_true", help="the figures into the proof's page")
    how = parser.parse_args()
    if how.write and how.seconds:
        parser.error("--write is for every case of a driver: --seconds 0")
    names = how.drivers or list(DRIVERS)
    share_s = how.seconds * how.jobs / len(names) if how.seconds else float("inf")
    began = time.monotonic()
    tallies: dict[str, Tally] = {}
    with ProcessPoolExecutor(how.jobs, get_context("spawn")) as pool:
        tasks = {pool.submit(prove, name, share_s, how.seed): name for name in names}
        for task in as_completed(tasks):
            name = tasks[task]
            if (error := task.exception()) is not None:
                print(f"BROKEN: {name}: {error!r}", flush=True)
                continue
            tally = tallies[name] = task.result()
            if tally.unreached:
                print(f"not reached: {tally.driver}: {'; '.join(tally.unreached)}")
            for case in tally.stuck:
                print(f"the next customer cannot pay: {tally.driver}: {case}")
            for case in tally.told:
                print(f"shown: {tally.driver}: {case}")
            for wrong, said in tally.wrong:
                print(f"{wrong.upper()}: {tally.driver}: {said}")
            print(tally.line(), flush=True)
            if how.write:
                keep(tally)
    total = added(tallies.values())
    total.seconds = time.monotonic() - began
    print(total.line())
    return 1 if total.wrong or len(tallies) < len(names) else 0


if __name__ == "__main__":
    sys.exit(main())
