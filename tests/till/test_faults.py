"""What a shop's bad day brings: a full disk, an endless basket, two tills at once, a crash."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.refusal import Reason, Refusal
from appliance.journal import Journal
from appliance.local_socket import ask
from tests.core.builders import APPLES, MILK, POLICY, Bench, add, opened

from .builders import Clock, open_shift, running

TILL = Path(sys.executable).with_name("till")
CONFIG = """\
[till]
data_dir = "data"

[[staff]]
id = "olena"
name = "Олена"
role = "manager"
"""


def leave_pages(journal: Journal, pages: int) -> None:
    """A disk with room for so many more pages of the journal's file."""
    (used,) = journal._con.execute("PRAGMA page_count").fetchone()
    journal._con.execute(f"PRAGMA max_page_count={used + pages}")


def test_a_full_disk_stops_selling_with_a_word_and_loses_nothing(tmp_path: Path) -> None:
    with running(tmp_path) as it:
        open_shift(it)
        it.sells("milk")
        leave_pages(it.till.journal, 0)
        answers = [it.tries(c.NoSale("x" * 3000)) for _ in range(40)]
        assert any(a.reason is Reason.STORAGE_FULL for a in answers if isinstance(a, Refusal))
        assert it.till.look.storage.full
        assert it.till.look.basket is not None
        leave_pages(it.till.journal, 1000)
        it.does(c.TenderCash())
        refused = it.tries(c.SellItem("bread"))  # type: ignore[arg-type]
        assert isinstance(refused, Refusal)
        assert refused.reason is Reason.STORAGE_FULL
    with running(tmp_path) as it:
        assert it.till.journal.state.shift is not None
        assert it.till.journal.state.shift.totals.sales == 1


def test_a_basket_of_five_thousand_lines_is_sold(tmp_path: Path) -> None:
    bench = opened()
    _, first = bench.does(add(APPLES, "0.436"))
    assert isinstance(first, f.LineAdded)
    more = [replace(first, line=f.LineId(line)) for line in range(2, 5000)]
    with Journal.open(tmp_path / "journal.db", "till-1") as journal:
        journal.append([*bench.facts, *more], actor="olena", at=Clock()())
    with running(tmp_path) as it:
        it.sells("milk", "bread")
        it.does(c.TenderCash())
        done = it.till.journal.state.done
        assert done is not None
        assert len(done.sale.live_lines) == 5001


def test_more_lines_than_a_basket_holds_are_refused() -> None:
    bench = opened()
    bench.does(add(MILK))
    assert bench.state.sale is not None
    small = Bench(replace(POLICY, lines_max=1), bench.state)
    answer = small.tries(c.AddItem(MILK, unit_price_minor=1))
    assert isinstance(answer, Refusal)
    assert answer.reason is Reason.BASKET_FULL


@contextmanager
def process(folder: Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """`till run` without a screen, ended at the end."""
    config = folder / "shop.toml"
    config.write_text(CONFIG, encoding="utf-8")
    started = subprocess.Popen(
        [TILL, "--config", config, "run", "--no-screen"],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )
    try:
        yield started
    finally:
        if started.poll() is None:
            started.kill()
        started.wait(10)


@contextmanager
def notify_socket(folder: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(folder / "notify"))
        heard.settimeout(20)
        yield heard


def test_the_daemon_says_ready_and_alive_and_stops_cleanly(tmp_path: Path) -> None:
    environment = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "200000"}
    with notify_socket(tmp_path) as heard, process(tmp_path, **environment) as till:
        assert heard.recv(100) == b"READY=1"
        assert heard.recv(100) == b"WATCHDOG=1"
        assert ask(tmp_path / "data" / "till.sock", {"look": True})["ok"]
        till.send_signal(signal.SIGTERM)
        while heard.recv(100) != b"STOPPING=1":
            pass
        assert till.wait(10) == 0
    assert not (tmp_path / "data" / "till.sock").exists()


def test_a_second_till_on_the_same_data_is_told_to_go(tmp_path: Path) -> None:
    with notify_socket(tmp_path) as heard:
        environment = {"NOTIFY_SOCKET": str(tmp_path / "notify")}
        with process(tmp_path, **environment) as first:
            assert heard.recv(100) == b"READY=1"
            with process(tmp_path) as second:
                assert second.stderr is not None
                said = second.stderr.read()
                assert second.wait(10) == 1
                assert "journal" in said
                assert "Traceback" not in said
            assert first.poll() is None
            path = tmp_path / "data" / "till.sock"
            assert ask(path, {"command": "sign_in", "staff": "olena"})["ok"]


def test_a_wrong_settings_file_says_where_and_what_was_meant(tmp_path: Path) -> None:
    (tmp_path / "shop.toml").write_text("[cash]\nroundig_step = 0.5\n", encoding="utf-8")
    done = subprocess.run(
        [TILL, "--config", tmp_path / "shop.toml", "run", "--no-screen"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "shop.toml:2" in done.stderr
    assert "rounding_step" in done.stderr


def test_a_bug_in_the_till_ends_the_process_and_the_basket_is_back(tmp_path: Path) -> None:
    crashed: list[BaseException] = []
    with running(tmp_path) as it:
        it.till._on_crash = crashed.append
        open_shift(it)
        it.sells("milk")
        it.till._resolved = lambda *_: 1 / 0  # type: ignore[method-assign,assignment,return-value]
        it.till.submit(c.NoSale("x"))
        it.till._thread.join(10)
        assert isinstance(crashed[0], ZeroDivisionError)
    with running(tmp_path) as it:
        sale = it.till.journal.state.sale
        assert sale is not None
        assert [line.item for line in sale.live_lines] == ["milk"]
        it.does(c.AimScanner(False))
        started = [r for r in it.till.journal.records() if isinstance(r.fact, f.TillStarted)]
        assert len(started) == 2


@pytest.mark.parametrize("data_dir", ["shop.toml", "shop.toml/below", "d" * 120])
def test_a_data_folder_that_cannot_be_is_said_in_one_line(tmp_path: Path, data_dir: str) -> None:
    config = CONFIG.replace('"data"', f'"{data_dir}"')
    (tmp_path / "shop.toml").write_text(config, encoding="utf-8")
    done = subprocess.run(
        [TILL, "--config", "shop.toml", "run", "--no-screen"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert data_dir in done.stderr
    assert "Traceback" not in done.stderr
