"""`python -m hw_sim` as people start it: in a terminal, and without one."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.fleet.reported import same_as_reports

ROOT = Path(__file__).resolve().parents[2]

pytestmark = [pytest.mark.screen, pytest.mark.alone]


def program(*words: str, **how) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "hw_sim", *words],
        env={**os.environ, "PYTHONPATH": str(ROOT / "tests"), "LANG": "C.UTF-8", "HEADLESS": ""},
        cwd=ROOT,
        **how,
    )


def headless(tmp_path: Path, *words: str, limit_s: float = 110) -> tuple[int, str]:
    where = ["--headless", "--data", str(tmp_path / "d"), "--out", str(tmp_path / "out")]
    with program(
        *where, *words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    ) as running:
        said, _ = running.communicate(timeout=limit_s)
    return running.returncode, said


def children_of(pid: int) -> set[int]:
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return {int(word) for word in found.stdout.split()}


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.mark.slow
def test_the_scripted_day_ends_as_its_file_expects(tmp_path: Path) -> None:
    code, said = headless(tmp_path)
    assert code == 0, said
    assert "drawer, stock and journal agree" in said
    assert len(list((tmp_path / "out").glob("receipt-*.png"))) == 21
    assert (tmp_path / "out" / "screen-sale.png").stat().st_size > 5_000
    # And the same day told to a fleet is the same day there, to the cent and the gram.
    same_as_reports(tmp_path / "d")


def test_a_day_that_goes_otherwise_says_where_and_fails(tmp_path: Path) -> None:
    day = tmp_path / "day.toml"
    day.write_text(
        'end = { sales = 0, takings = "0.00", cash = "0.00", receipts = 0, stock = {} }\n[taps]\n'
        '[[step]]\nen = "A sale without a shift"\n'
        'do = [{ ask = { command = "scan", code = "4822570949710" } }]\n'
    )
    code, said = headless(tmp_path, "--day", str(day))
    assert code == 1
    assert "NOT AS EXPECTED: step 1 (A sale without a shift)" in said
    assert "no_shift" in said


class Terminal:
    """A terminal with the counter started in it."""

    def __init__(self, tmp_path: Path) -> None:
        self.master, slave = pty.openpty()
        data = ["--data", str(tmp_path / "d"), "--virtual", "--port", "0"]
        self.running = program(*data, stdin=slave, stdout=slave, stderr=slave)
        os.close(slave)
        self.said = ""

    def until(self, pattern: str, limit_s: float = 60) -> str:
        end = time.monotonic() + limit_s
        while not (found := re.search(pattern, self.said)):
            ready, _, _ = select.select([self.master], [], [], max(0.0, end - time.monotonic()))
            assert ready, f"never said {pattern}: {self.said}"
            self.said += os.read(self.master, 4096).decode()
        return found[0]

    def close(self) -> None:
        if self.running.poll() is None:
            self.running.kill()
        self.running.wait()
        os.close(self.master)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_however_it_ends_nothing_of_it_is_left(tmp_path: Path, how: signal.Signals) -> None:
    terminal = Terminal(tmp_path)
    try:
        terminal.until(r"http://127\.0\.0\.1:\d+")
        terminal.until("Ctrl\\+C ends everything")
        children = children_of(terminal.running.pid)
        assert len(children) >= 2, "a till and its display"
        terminal.running.send_signal(how)
        terminal.running.wait(20)
        end = time.monotonic() + 10
        while any(map(alive, children)) and time.monotonic() < end:
            os.sched_yield()
        assert not any(map(alive, children))
        assert how is signal.SIGKILL or terminal.running.returncode == 0
    finally:
        terminal.close()
