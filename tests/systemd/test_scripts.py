"""The two scripts of the units, run for real: a log program and a console stand in for the system's."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "image/files/usr/lib/kram"


def program(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)


@pytest.fixture
def keep(tmp_path: Path):
    """Runs keep-warnings until it was told to end; `said` is what the log in memory then held."""

    def run(said: str) -> str:
        (tmp_path / "said").write_text(said)
        program(
            tmp_path / "bin",
            "journalctl",
            f'cat {tmp_path}/said; : >{tmp_path}/said; echo "$@" >>{tmp_path}/asked',
        )
        for folder in ("log", "run"):
            (tmp_path / folder).mkdir(exist_ok=True)
        process = subprocess.Popen(
            [str(SCRIPTS / "keep-warnings")],
            env={
                "PATH": f"{tmp_path}/bin:{os.environ['PATH']}",
                "KRAM_LOG_FOLDER": str(tmp_path / "log"),
                "RUNTIME_DIRECTORY": str(tmp_path / "run"),
                "KRAM_LOG_EACH_S": "60",
            },
        )
        while not (tmp_path / "asked").exists():
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        kept = tmp_path / "log/warnings.log"
        return kept.read_text() if kept.exists() else ""

    return run


def test_warnings_are_added_to_those_that_are_there(keep, tmp_path: Path):
    (tmp_path / "log").mkdir()
    (tmp_path / "log/warnings.log").write_text("yesterday\n")
    assert keep("under-voltage\n") == "yesterday\nunder-voltage\n"
    asked = (tmp_path / "asked").read_text().splitlines()[0]
    assert "--priority=warning" in asked
    assert f"--cursor-file={tmp_path}/run/cursor" in asked


def test_quiet_minute_writes_nothing_to_the_card(keep, tmp_path: Path):
    assert keep("") == ""
    assert list((tmp_path / "log").iterdir()) == []


def test_log_on_the_card_never_grows_beyond_two_files(keep, tmp_path: Path):
    (tmp_path / "log").mkdir()
    (tmp_path / "log/warnings.log").write_text("x" * 2_000_001)
    (tmp_path / "log/warnings.log.1").write_text("older")
    assert keep("new\n") == "new\n"
    assert (tmp_path / "log/warnings.log.1").stat().st_size == 2_000_001


def test_flood_of_warnings_is_bounded_in_lines_and_in_their_length(keep, tmp_path: Path):
    assert keep("w" * 5_000 + "\n") == "w" * 400 + "\n"
    assert "--lines=500" in (tmp_path / "asked").read_text()


@pytest.mark.parametrize(
    ("result", "restarts", "speaks"),
    [("success", 9, False), ("exit-code", 1, False), ("exit-code", 3, True), ("watchdog", 8, True)],
)
def test_console_says_what_to_do_once_the_till_does_not_start(
    tmp_path: Path, result: str, restarts: int, speaks: bool
):
    program(tmp_path / "bin", "systemctl", f"echo {restarts}")
    console = tmp_path / "tty"
    console.touch()
    subprocess.run(
        [str(SCRIPTS / "say-stopped")],
        env={
            "PATH": f"{tmp_path}/bin:{os.environ['PATH']}",
            "KRAM_CONSOLE": str(console),
            "KRAM_LETTERS": str(SCRIPTS / "console-letters"),
            "SERVICE_RESULT": result,
            "EXIT_STATUS": "70",
        },
        check=True,
    )
    said = console.read_text()
    assert ("The till does not start" in said) == speaks
    assert ("Каса не запускається" in said) == speaks
    assert (f": {result}, 70, {restarts}\n" in said) == speaks


def test_console_has_every_letter_of_its_text_and_room_for_it():
    line, _, cells = (SCRIPTS / "console-letters").read_bytes().partition(b"\n")
    letters = line.decode()
    assert len(cells) == len(letters) * 64
    assert len(letters) <= 256
    text = (SCRIPTS / "say-stopped").read_text("utf-8").split('TEXT = """')[1].split('"""')[0]
    assert set(text) - {"\n"} <= set(letters)
    rows = text.split("\n")
    assert max(map(len, rows)) <= 800 // 16
    assert len(rows) <= 480 // 32 + 1
    blank = cells[:64]
    for letter in set(text) - {"\n", " "}:
        at = letters.index(letter) * 64
        assert cells[at : at + 64] != blank, letter
