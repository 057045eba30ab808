"""`till terminals` and what `till doctor` makes of the list: over the socket, by a named person."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from appliance import daemon, logs
from appliance.cli import where
from appliance.core import commands as c
from appliance.local_socket import LocalSocket
from tests.till.builders import Running, open_shift, running

from .test_payments_command import Run, runner

TERMINAL = '[[payments]]\nname = "Terminal"\ntype = "card"\ndriver = "manual"\n'
ADD = ("add", "P400-1", "--make", "Verifone", "--model", "P400", "--place", "counter 1")
IVAN = ("--actor", "ivan")


@pytest.fixture
def it(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path) as made:
        server = LocalSocket(tmp_path / "till.sock", made.till)  # type: ignore[arg-type]
        server.start()
        open_shift(made)
        yield made
        server.close()


@pytest.fixture
def run(it: Running, tmp_path: Path) -> Iterator[Run]:
    run = runner(tmp_path, TERMINAL)
    yield lambda *words, code=0: run("terminals", *words, code=code)
    where.use(None)


def doctor(tmp_path: Path) -> list[tuple[str, str]]:
    rows = map(json.loads, runner(tmp_path, TERMINAL)("doctor", "--json").splitlines())
    return [(it["subject"], it["state"]) for it in rows if it["subject"].startswith("terminal ")]


def test_a_manager_keeps_the_list_and_a_cashier_does_not(run: Run, tmp_path: Path) -> None:
    photo = tmp_path / "front.jpg"
    photo.write_bytes(b"a picture")
    assert "No terminal is listed." in run("list")
    assert "permission_needed" in run(*ADD, code=1)
    run(*ADD, "--photo", photo, "--note", "seal 0017", *IVAN)
    (listed,) = json.loads(run("list", "--json"))
    assert (listed["by"], listed["on"], listed["due"]) == ("ivan", "2026-11-23", "2026-12-23")
    assert listed["photo"] == "front.jpg"
    assert listed["photo_sha256"] == hashlib.sha256(b"a picture").hexdigest()
    assert "seal 0017" in run("list")
    run("retire", "P400-1", "--reason", "given back", *IVAN)
    assert json.loads(run("list", "--json")) == []


def test_what_was_seen_stands_in_the_list_and_the_doctor_until_it_is_fine(
    run: Run, tmp_path: Path
) -> None:
    run(*ADD, *IVAN)
    run("inspect", "P400-1", "--tampered", "overlay on the keys", *IVAN)
    told = run("list", code=1)
    assert "TAMPERED WITH" in told
    assert "overlay on the keys" in told
    run("inspect", "P400-1", *IVAN)
    assert "TAMPERED" not in run("list")


def test_the_doctor_knows_an_empty_list_and_one_that_is_kept(run: Run, tmp_path: Path) -> None:
    assert doctor(tmp_path) == [("terminal list", "attention")]
    run(*ADD, *IVAN)
    assert doctor(tmp_path) == [("terminal list", "ready")]


def test_a_terminal_nobody_looked_at_in_time_is_overdue(
    it: Running, run: Run, tmp_path: Path
) -> None:
    run(*ADD, "--every", 7, *IVAN)
    it.clock.move(days=8)
    it.does(c.NeverMind())
    assert "overdue" in run("list", code=1)
    assert doctor(tmp_path) == [("terminal P400-1", "attention")]


def test_a_photo_that_is_not_there_is_said(run: Run, tmp_path: Path) -> None:
    assert "photo cannot be read" in run(*ADD, "--photo", tmp_path / "none", *IVAN, code=2)


def test_a_card_number_in_a_log_is_written_down_once_a_day_and_told_by_the_doctor(
    it: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = logs._Line(for_journald=False)
    monkeypatch.setattr(logs, "ALARMED", [partial(daemon._card_number_hidden, it.till)])

    def logged(*modules: str) -> list[str]:
        for module in modules:
            line.format(logging.makeLogRecord({"name": module, "msg": "paid by 4761739001010119"}))
        it.does(c.NeverMind())
        rows = map(json.loads, runner(tmp_path, TERMINAL)("doctor", "--json").splitlines())
        return [f"{row['subject']} {row['detail']}" for row in rows if "log of" in row["subject"]]

    before = it.till.journal.last_seq
    assert logged("zvt", "zvt", "nexo") == ["log of zvt 2026-11-23", "log of nexo 2026-11-23"]
    assert it.till.journal.last_seq == before + 2
    it.clock.move(days=1)
    assert logged("zvt") == ["log of nexo 2026-11-23", "log of zvt 2026-11-24"]
    it.clock.move(days=30)
    assert logged() == ["log of zvt 2026-11-24"]
    where.use(None)
