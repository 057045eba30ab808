"""`till update` on a desk, where no image runs, and on a machine that looks like one."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from appliance.cli import update as command
from appliance.update import health_file, record
from appliance.update.booted import Booted
from appliance.update.machine import Health, Verdict
from appliance.update.record import Entry, Record, Target
from appliance.update.stages import Stage
from appliance.update.updater import NoHelper

RUNS = Booted("1.1.0", "B", "boot-2", "kram-rpi-arm64")
TARGET = Target(2, "1.2.0", "https://fleet/2", rollout="r")


@pytest.fixture
def till(monkeypatch):
    """Runs `till update ..`; what it reads is set on the result."""
    runner = CliRunner()
    held = {"record": Record(good_ms=1)}
    monkeypatch.setattr(command, "_booted", lambda: RUNS)
    monkeypatch.setattr(record, "load", lambda path=None: held["record"])

    def says(*words: str, code: int = 0) -> str:
        done = runner.invoke(command.update, list(words))
        assert done.exit_code == code, done.output
        return done.output

    says.held = held
    monkeypatch.setattr(health_file, "load", lambda path=None: held.get("health", Health()))
    return says


def test_a_desk_has_nothing_to_update():
    done = CliRunner().invoke(command.update, ["status"])
    assert done.exit_code == 1
    assert "no image" in done.output


def test_status_says_what_runs_and_what_it_waits_for(till):
    assert "1.1.0 runs from slot B.\nNothing else is wanted." in till("status")
    till.held["record"] = Record(Stage.READY, TARGET, "A", waits=("shift",), good_ms=1)
    told = till("status")
    assert "Update to 1.2.0 waits. The shift is open: close it." in told
    row = json.loads(till("status", "--json"))
    assert (row["version"], row["stage"], row["wanted"]) == ("1.1.0", "installed", "1.2.0")
    assert row["reasons"] == ["shift"]


def test_history_tells_what_became_of_each(till):
    entry = Entry(1_800_000_000_000, Stage.GIVEN_UP, "1.2.0", "unhealthy", "sale")
    till.held["record"] = Record(history=(entry,))
    assert "1.2.0" in till("history")
    assert "unhealthy (sale)" in till("history")
    assert json.loads(till("history", "--json"))["why"] == "unhealthy"


def test_a_till_that_was_never_updated_says_so(till):
    assert till("history") == "Nothing was ever updated here.\n"
    assert till("history", "--json") == ""


def test_after_a_return_the_old_version_is_not_called_on_trial(till):
    """Though no turn of the updater has noted it yet."""
    trial = Record(Stage.TRIAL, TARGET, "A", boot="boot-1", good_ms=1)
    till.held["record"] = trial
    told = till("status")
    assert "on trial" not in told
    assert "1.1.0 runs from slot B." in told
    assert json.loads(till("status", "--json"))["why"] == "no_word"
    till.held["health"] = Health("boot-x", "1.2.0", Verdict.FAILED, "sale")
    assert json.loads(till("status", "--json"))["why"] == "unhealthy"


def test_a_card_that_was_never_updated_is_not_on_trial_in_its_first_minutes(till):
    till.held["record"] = Record()
    assert "1.1.0 runs from slot B.\n" in till("status")


def test_a_trial_is_called_one(till):
    till.held["record"] = Record(Stage.TRIAL, replace(TARGET, version="1.1.0"), "B", good_ms=1)
    assert "1.1.0 runs from slot B, on trial." in till("status")


def test_a_machine_whose_helper_is_silent_says_so(till, monkeypatch):
    def silent(order, timeout_s):
        raise NoHelper("no socket")

    monkeypatch.setattr(command, "_ask_system", silent)
    monkeypatch.setattr(command, "_ask_till", lambda request: {"ok": True})
    assert "helper does not answer" in till("now", code=1)
    monkeypatch.setattr(record, "save", lambda held, path=None: None)
    assert "The system does not answer its updater" in till("run")


def test_an_empty_stick_is_an_input_that_is_wrong(till, tmp_path):
    assert "0 bundles" in till("now", "--stick", str(tmp_path), code=2)


def test_a_stick_without_an_update_may_be_pulled_and_written_to(till, monkeypatch, tmp_path):
    asked = []

    def helper(order, timeout_s):
        asked.append(order["do"])
        return {"ok": True, "path": str(tmp_path)}

    monkeypatch.setattr(command, "_ask_system", helper)
    assert "0 bundles" in till("now", code=2)
    assert asked == ["stick", "stick_off"]


def test_health_has_nothing_to_do_outside_a_trial(till, monkeypatch, tmp_path):
    said = []
    monkeypatch.setattr(health_file, "save", lambda word, path=None: said.append(word.verdict))
    assert "not on trial" in till("health")
    assert said == []


def test_health_of_a_sick_trial_ends_with_one(till, monkeypatch, tmp_path):
    monkeypatch.setattr(health_file, "FILE", tmp_path / "health.json")
    monkeypatch.setattr(
        health_file, "save", lambda word, path=None: said.append((word.verdict, word.detail))
    )
    said: list[tuple[Verdict, str]] = []
    till.held["record"] = Record(Stage.TRIAL, Target(2, "1.1.0", "x"), "B")

    def silent(request):
        raise ConnectionRefusedError

    monkeypatch.setattr(command, "_ask_till", silent)
    told = till("health", "--healthy-s", "0", "--within-s", "0", code=1)
    assert "1.1.0 is not well: till" in told
    assert said[0][0] is Verdict.RUNNING
    assert said[-1][0] is Verdict.FAILED
