"""The updater killed at each write and each order of it: a later turn goes on, and nothing is left over."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import astuple
from pathlib import Path

import pytest

from appliance.update.stages import Stage
from tests.update.test_whole import Board, at_work

POINTS_MAX = 80
STRIDE = int(os.environ.get("KRAM_KILL_STRIDE", "3"))
"""Of the points, so many that a run of all tests has time for; 1 goes through all."""
TURNS_MAX = 12


def killed(board: Board, point: int) -> bool:
    """Whether the turn came as far as that point."""
    words = [str(board.folder), json.dumps(astuple(board.booted())), str(point)]
    command = [sys.executable, "-m", "update.killed_turn", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode != 0


def anew(board: Board) -> None:
    for name in ("update", "health"):
        shutil.rmtree(board.folder / name)
        (board.folder / name).mkdir()
    state = {"running": "A", "primary": "A", "slots": {"A": "1.0.0"}, "bundle": "1.1.0", "bad": []}
    board.card.write_text(json.dumps(state))
    board.boot += 1


def goes_on(board: Board) -> None:
    """By itself, from wherever it was killed; the firmware and the health check do their part."""
    for _ in range(TURNS_MAX):
        board.firmware()
        if board.now["running"] == "B" and board.now["primary"] == "A":
            board.trial()
        assert board.now["slots"]["A"] == "1.0.0", "what runs by itself is never written"
        if board.turn() is Stage.COMMITTED:
            break
    assert board.now["primary"] == "B"
    assert board.now["slots"]["B"] == "1.1.0"
    left = [it.name for it in (board.folder / "update").iterdir()]
    assert left == ["update.json"], "no half of a file for good"


@pytest.mark.parametrize("trial", [False, True], ids=["until-the-trial", "in-the-trial"])
def test_an_updater_that_is_killed_anywhere_is_gone_on_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trial: bool
) -> None:
    with at_work(tmp_path, monkeypatch) as (board, _):
        for point in range(0, POINTS_MAX, STRIDE):
            anew(board)
            if trial:
                board.turn()
                assert board.firmware()
                board.trial()
            died = killed(board, point)
            goes_on(board)
            if not died:
                break
        assert 8 < point < POINTS_MAX, "each of its writes and orders"
