"""The plug is pulled at each step of an update; then it boots, sells, and is the old system or the new.
While it is fetched it is cut off elsewhere: `fleet_updates.py`.

Two moments are frozen for all cases to go on from: the shop just closed, and a trial that is ready.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

from hw_sim.firmware import AUTOBOOT, FIRST_PARTITION
from hw_sim.pi_board import Run

from .selling import Paid, in_journal, ring, sign_in
from .stand import Stand, Started
from .sticks import Desk
from .tally import Tally
from .updates import (
    INSTALL_S,
    NEWER,
    A,
    B,
    Bundles,
    begun,
    closed,
    offered,
)

TRIAL_S = 240.0
HEALTH_S = 400
COMMIT_S = 300.0
MOST_PERCENT = 70
COMMITTING = "while autoboot.txt is written"

Step = Callable[[Stand, Bundles], None]
"""Goes on from a frozen moment until the plug is to be pulled."""


def _writing(stand: Stand, made: Bundles) -> None:
    """While the other slot is written, most of it done (by what the card has taken)."""
    offered(stand, Desk(), made.newer, NEWER)
    goal = stand.served.written + made.newer.stat().st_size * MOST_PERCENT // 100
    stand.board.shell.send("till update now")
    end = time.monotonic() + INSTALL_S
    while stand.served.written < goal:
        if time.monotonic() > end:
            raise TimeoutError(f"{goal - stand.served.written} bytes are not written")
        time.sleep(0.05)


def _armed(stand: Stand, made: Bundles) -> None:
    """Installed and noted; Linux is told to go down for the trial."""
    offered(stand, Desk(), made.newer, NEWER)
    stand.board.shell.send(
        'till update now & until grep -q \'"stage":"trial"\' /data/state/update/update.json;'
        " do sleep 0.2; done; echo ar''med"
    )
    stand.board.shell.line.wait("armed", INSTALL_S)


def _trial_starts(stand: Stand, made: Bundles) -> None:
    begun(stand, Desk(), made.newer, NEWER)


def _trial_ready(_stand: Stand, _made: Bundles) -> None:
    """Frozen at just this moment."""


def _healthy(stand: Stand, _made: Bundles) -> None:
    """All was well for the healthy minutes, and nobody has noted it on the card's first partition."""
    stand.run(
        f"for i in $(seq {HEALTH_S // 3}); do grep -q passed /data/state/health/health.json && break; sleep 3;"
        " done; grep passed /data/state/health/health.json",
        2 * HEALTH_S,
    )


def _committing(stand: Stand, made: Bundles) -> None:
    """With the write of autoboot.txt: it waits in the card's cache."""
    _healthy(stand, made)
    first = stand.card.partition(FIRST_PARTITION)
    pulled = stand.served.fails_with(1, range(first.start, first.start + first.size))
    stand.board.shell.send("systemctl start kram-update")
    if not pulled.wait(COMMIT_S):
        raise TimeoutError("autoboot.txt is not written")


def cut_off(tally: Tally, started: Started, folder: Path, made: Bundles, *, seed: int) -> None:
    chance = random.Random(seed)
    paid, shut, trial = frozen(tally, started, folder, made)
    cases = (
        (shut, "while it is written", _writing),
        (shut, "once it is written, before the restart", _armed),
        (shut, "as the trial's kernel starts", _trial_starts),
        (trial, "when the trial is ready, in its healthy minutes", _trial_ready),
        (trial, COMMITTING, _committing),
    )
    for number, (begin, name, step) in enumerate(cases):
        with begin.going_on(folder / f"case-{number}", tally, chance) as stand:
            step(stand, made)
            stand.board.cut()
            after_cut(stand, name, paid)


def frozen(
    tally: Tally, started: Started, folder: Path, made: Bundles
) -> tuple[set[Paid], Started, Started]:
    """What was paid by then; the shop closed; a trial that is ready."""
    with started.going_on(folder / "shut", tally) as stand:
        paid = closed(stand)
        shut = stand.freeze()
    with shut.going_on(folder / "trial", tally) as stand:
        begun(stand, Desk(), made.newer, NEWER)
        stand.board.shell.wait(TRIAL_S)
        stand.ready()
        # Nobody keeps the trial but a case that says so.
        stand.run("systemctl stop kram-update.timer")
        return paid, shut, stand.freeze()


def after_cut(stand: Stand, name: str, paid: set[Paid]) -> None:
    try:
        stand.boot()
        stand.ready()
    except (TimeoutError, OSError) as error:
        stand.tally.lost(f"it did not come back, cut off {name}: {error}")
        return
    run: Run = stand.board.runs[-1]
    may = {A, B} if name == COMMITTING else {A}
    held = run.partition in may and not run.tryboot
    stand.tally.check(f"cut off {name}: a good slot boots", held, run)
    text = stand.card.read(FIRST_PARTITION, AUTOBOOT)
    stand.tally.check(f"cut off {name}: autoboot.txt is whole", text.count(b"\n") == 5, text)
    for it in paid - set(in_journal(stand)):
        stand.tally.lost(f"receipt {it.receipt} is gone, cut off {name}")
    told = stand.till("journal verify", 300)
    stand.tally.check(f"cut off {name}: the journal is whole", "proven" in told, told)
    sign_in(stand)
    stand.tally.check(f"cut off {name}: it sells again", len(ring(stand)) == 1)
