"""SIGKILL at every point of a shift: what was paid is there, and nothing happens twice."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.state import PrintJob, State
from appliance.journal import Journal, Record

from .builders import Running, running

STEPS: tuple[c.Request, ...] = (
    c.SignIn("olena"),
    c.OpenShift(100_00),
    c.Scan("4820000000017"),
    c.SellItem("bread"),  # type: ignore[arg-type]
    c.VoidLine(f.LineId(2)),
    c.TenderCash(20_00),
    c.TenderCash(50_00),
    c.SellItem("wine"),  # type: ignore[arg-type]
    c.SuspendSale("зачекає"),
    c.NoSale("розмін"),
)


def in_child(act: Callable[[], None]) -> int:
    """Runs `act` in a forked process; the signal that ended it, or 0."""
    child = os.fork()
    if child == 0:
        try:
            act()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def ring_until_killed(
    folder: Path,
    cut: int,
    after_write: bool,
    told: int,
    steps: tuple[c.Request, ...] = STEPS,
    **parts: Any,
) -> None:
    """Rings the steps; dies at append number `cut`, before or after it; says on `told` what each
    accepted step was answered. parts: of the till."""
    appends = 0
    append = Journal.append

    def counted(self: Journal, *args: object, **kwargs: object) -> tuple[Record, ...]:
        nonlocal appends
        appends += 1
        if appends == cut and not after_write:
            os.kill(os.getpid(), signal.SIGKILL)
        records = append(self, *args, **kwargs)  # type: ignore[arg-type]
        if appends == cut:
            os.kill(os.getpid(), signal.SIGKILL)
        return records

    Journal.append = counted  # type: ignore[method-assign,assignment]
    with running(folder, **parts) as it:
        for step in steps:
            ring(it, step)
            os.write(told, f"{it.till.journal.last_seq}\n".encode())


def ring(it: Running, step: c.Request) -> None:
    it.does(step)
    for job in list(it.hands.printed):
        it.till.permit(str(job.effect))


def reopened(folder: Path) -> tuple[State, list[f.Fact]]:
    with Journal.open(folder / "journal.db", "till-1") as journal:
        return journal.state, [record.fact for record in journal.records()]


@pytest.mark.parametrize("after_write", [False, True], ids=["before", "after"])
def test_a_kill_between_any_two_facts_loses_nothing_that_was_answered(
    tmp_path: Path, after_write: bool
) -> None:
    cut, killed = 0, True
    while killed:
        cut += 1
        folder = tmp_path / str(cut)
        folder.mkdir()
        read, write = os.pipe()
        ended = in_child(lambda: ring_until_killed(folder, cut, after_write, write))  # noqa: B023
        os.close(write)
        answered = [int(line) for line in os.fdopen(read).read().split()]
        killed = ended == signal.SIGKILL
        state, facts = reopened(folder)
        assert len(facts) >= (answered[-1] if answered else 0)
        held_together(state, facts)
        finishes(folder)
    assert cut > len(STEPS), "the loop must have gone through every step"


def held_together(state: State, facts: list[f.Fact]) -> None:
    """Money is never half there: a sale is open with its tenders, or complete with its effects."""
    for at, fact in enumerate(facts):
        if isinstance(fact, f.SaleCompleted):
            beside = [type(it) for it in facts[at - 1 : at + 3]]
            assert beside == [f.Tendered, f.SaleCompleted, f.DrawerOpened, f.PrintRequested]
    started = [fact.effect for fact in facts if isinstance(fact, f.EffectStarted)]
    assert len(started) == len(set(started))
    if state.sale is not None:
        assert state.sale.tendered_minor < 47_00


def finishes(folder: Path) -> None:
    """The same till goes on: effects that may have happened are not repeated, the rest is sold."""
    before, _ = reopened(folder)
    with running(folder) as it:
        it.does(c.AimScanner(False))
        waiting = [e for e in before.effects if isinstance(e, PrintJob) and not e.started]
        assert it.hands.printed == waiting
        assert it.hands.kicked == []
        if it.till.look.shift is None:
            it.does(c.SignIn("olena"))
            it.does(c.OpenShift(0))
        if it.till.look.basket is None or not it.till.look.basket.lines:
            it.sells("milk")
        it.does(c.TenderCash())
        receipts = [
            record.fact.receipt
            for record in it.till.journal.records()
            if isinstance(record.fact, f.SaleCompleted)
        ]
        assert receipts == list(range(1, len(receipts) + 1))
