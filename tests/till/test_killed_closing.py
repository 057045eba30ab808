"""SIGKILL while a drawer is counted, handed over and closed: no Z is lost, none is there twice."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.state import PrintJob

from .builders import Running, running
from .test_killed import in_child, reopened, ring_until_killed

COUNT = c.CountDrawer((f.DenominationCount(100_00, 1),))
STEPS: tuple[c.Request, ...] = (
    c.SignIn("olena"),
    c.OpenShift(100_00),
    COUNT,
    c.HandOver("ivan"),
    c.DropToSafe("B-1", 50_00),
    c.CountDrawer((f.DenominationCount(50_00, 1),)),
    c.CloseShift(drop_minor=20_00, bag="B-2"),
    c.OpenShift(30_00),
    c.CountDrawer(()),
    c.CloseShift("порожня"),
)


@pytest.mark.parametrize("after_write", [False, True], ids=["before", "after"])
def test_a_kill_around_a_close_leaves_every_z_once(tmp_path: Path, after_write: bool) -> None:
    cut, killed = 0, True
    while killed:
        cut += 1
        folder = tmp_path / str(cut)
        folder.mkdir()
        read, write = os.pipe()
        ended = in_child(lambda: ring_until_killed(folder, cut, after_write, write, STEPS))  # noqa: B023
        os.close(write)
        answered = [int(line) for line in os.fdopen(read).read().split()]
        killed = ended == signal.SIGKILL
        _, facts = reopened(folder)
        assert len(facts) >= (answered[-1] if answered else 0)
        each_close_is_whole(facts)
        goes_on(folder)
    assert cut > len(STEPS), "the loop must have gone through every step"


def each_close_is_whole(facts: list[f.Fact]) -> None:
    """A close and its Z report's print stand together, so do a handover and a bag with their slips."""
    slips = {f.ShiftClosed: 1, f.ShiftHandedOver: 1, f.CashMoved: 2}
    for at, fact in enumerate(facts):
        after = slips.get(type(fact))
        if after is not None:
            assert isinstance(facts[at + after], f.PrintRequested), fact
    numbers = [fact.z_number for fact in facts if isinstance(fact, f.ShiftClosed)]
    assert numbers == list(range(1, len(numbers) + 1))


def goes_on(folder: Path) -> None:
    """The same till prints what waited, closes what is open, and the numbers go on without a hole."""
    before, _ = reopened(folder)
    with running(folder) as it:
        it.does(c.AimScanner(False))
        waiting = [e for e in before.effects if isinstance(e, PrintJob) and not e.started]
        assert it.hands.printed == waiting
        close(it)
        it.does(c.SignIn("olena"))
        it.does(c.OpenShift(0))
        close(it)
        closed = [
            record.fact
            for record in it.till.journal.records()
            if isinstance(record.fact, f.ShiftClosed)
        ]
        past = it.till.journal.shifts.newest(99)
    assert [fact.z_number for fact in closed] == list(range(1, len(closed) + 1))
    assert len({fact.shift for fact in closed}) == len(closed)
    assert [row.z_number for row in reversed(past)] == [fact.z_number for fact in closed]


def close(it: Running) -> None:
    shift = it.till.journal.state.shift
    if shift is not None:
        it.does(c.CountDrawer(()))
        it.does(c.CloseShift("після відключення"))
