"""The health check of a trial: what it tests, how long it must be well, and what it leaves behind."""

from __future__ import annotations

import sqlite3

import pytest
from journal.till import Ringing

from appliance.config import load
from appliance.journal import Journal
from appliance.update import health, health_file, self_test
from appliance.update.booted import Booted
from appliance.update.health import Failed, Trial, Watch, on_trial
from appliance.update.machine import Verdict
from appliance.update.record import Record, Target
from appliance.update.stages import Stage

RUNS = Booted("1.1.0", "B", "boot-2", "kram-rpi-arm64")


class Time:
    """A clock that only waiting moves."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s

    def wait(self, seconds: float) -> None:
        self.now_s += seconds


def trial(folder, *, once=None, again=None, **rest) -> tuple[Trial, Time]:
    clock = Time()
    made = Trial(
        RUNS,
        once or {},
        again or {},
        folder / "health.json",
        clock=clock,
        wait=clock.wait,
        **rest,
    )
    return made, clock


def test_ten_healthy_minutes_pass_a_trial(tmp_path):
    made, clock = trial(tmp_path, again={"till": list})
    made.run()
    word = health_file.load(tmp_path / "health.json")
    assert (word.verdict, word.boot, word.version) == (Verdict.PASSED, "boot-2", "1.1.0")
    assert clock.now_s >= health.HEALTHY_S


def test_a_device_that_was_away_for_a_moment_starts_the_minutes_anew(tmp_path):
    made, clock = trial(tmp_path)
    made.again = {"devices": lambda: ["device printer"] if 300 < clock.now_s < 340 else []}
    made.run()
    assert clock.now_s >= 340 + health.HEALTHY_S


def test_what_does_not_become_well_fails_with_its_reason(tmp_path):
    made, clock = trial(tmp_path, again={"till": lambda: ["till"]})
    with pytest.raises(Failed, match="till"):
        made.run()
    assert clock.now_s >= health.GIVEN_S
    word = health_file.load(tmp_path / "health.json")
    assert (word.verdict, word.detail) == (Verdict.FAILED, "till")


def test_a_sale_that_fails_ends_the_trial_at_once(tmp_path):
    def broken():
        raise ArithmeticError("0.1 + 0.2")

    made, clock = trial(tmp_path, once={"sale": broken})
    with pytest.raises(Failed, match="sale"):
        made.run()
    assert clock.now_s == 0


def test_what_is_heavy_waits_until_the_till_is_up(tmp_path):
    seen = []
    made, clock = trial(tmp_path, once={"sale": lambda: seen.append(clock.now_s) or []})
    made.again = {"till": lambda: ["till"] if clock.now_s < 60 else []}
    made.run()
    assert seen == [60.0]


def test_a_trial_that_was_cut_short_has_said_that_it_began(tmp_path):
    class Cut(Exception):
        pass

    def power_cut(_seconds):
        raise Cut

    made, _ = trial(tmp_path)
    made.wait = power_cut
    with pytest.raises(Cut):
        made.run()
    assert health_file.load(tmp_path / "health.json").verdict is Verdict.RUNNING


def test_the_minutes_can_be_set():
    watch = Watch(0.0, healthy_s=5.0, given_s=20.0)
    assert watch.told(1.0, ()) is Verdict.RUNNING
    assert watch.told(6.0, ()) is Verdict.PASSED


def test_only_the_version_and_slot_of_the_record_are_on_trial():
    target = Target(2, "1.1.0", "x")
    record = Record(Stage.TRIAL, target, "B")
    assert on_trial(record, RUNS)
    assert not on_trial(record, Booted("1.0.0", "A", "b", "c"))
    assert not on_trial(Record(Stage.COMMITTED, target, "B"), RUNS)
    assert not on_trial(Record(), RUNS)


def test_the_whole_till_sells_on_a_journal_that_is_thrown_away(tmp_path):
    done = self_test.sell(load(None), tmp_path / "scratch")
    assert done.total_minor == 2 * self_test.PRICE_MINOR
    receipt, z_report = done.sheets
    assert "Проба" in receipt
    assert "Проба" not in z_report


def test_a_till_that_reckons_wrong_does_not_pass(tmp_path, monkeypatch):
    from appliance.journal import projections

    monkeypatch.setattr(projections, "_tender_row", lambda tender: [tender.tender, "cash", 0, 0])
    shut = self_test.verify

    def other(path, **how):
        monkeypatch.undo()
        return shut(path, **how)

    monkeypatch.setattr(self_test, "verify", other)
    with pytest.raises(self_test.SelfTestFailed, match="prove"):
        self_test.sell(load(None), tmp_path / "scratch")


def test_the_check_of_the_sale_cleans_up_and_says_nothing_when_it_is_well():
    assert list(health.sells(lambda: load(None))()) == []


def journal_of_a_day(folder):
    till = Ringing(folder / "journal.db")
    till.day(3)
    till.journal.close()
    return folder / "journal.db"


def test_a_copy_of_the_journal_is_proven_and_made_anew_while_the_till_sells(tmp_path):
    path = journal_of_a_day(tmp_path)
    scratch = tmp_path / "health"
    scratch.mkdir()
    with Journal.open(path, "T1") as journal:
        before = journal.last_seq
        assert list(health.journal_is_read(path, "T1", scratch)()) == []
        assert journal.last_seq == before
    assert list(scratch.iterdir()) == []


def test_a_journal_that_this_version_cannot_read_is_told(tmp_path):
    path = journal_of_a_day(tmp_path)
    con = sqlite3.connect(path)
    con.execute("UPDATE fact SET body = x'00' WHERE id = 1000000000003")
    con.commit()
    con.close()
    made, _ = trial(tmp_path, once={"journal": health.journal_is_read(path, "T1", tmp_path)})
    with pytest.raises(Failed, match="journal"):
        made.run()


def test_devices_must_be_there_as_before():
    look = {"look": {"devices": [{"device": "printer", "state": "ready"}, {"device": "scale"}]}}
    check = health.till_and_devices(lambda: look, ("printer", "scale"))
    assert list(check()) == ["device scale"]
    assert list(health.till_and_devices(lambda: look, ())()) == []

    def silent():
        raise ConnectionRefusedError

    assert list(health.till_and_devices(silent, ())()) == ["till"]


def test_the_card_must_take_what_is_written(tmp_path):
    assert list(health.data_is_written(tmp_path)()) == []
    made, _ = trial(
        tmp_path, again={"data": health.data_is_written(tmp_path / "no" / "folder" / "\0")}
    )
    with pytest.raises(Failed, match="data"):
        made.run()


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("30 1 179:4 / /ro ro,relatime shared:2 - erofs /dev/mmcblk0p4 rw,cache", []),
        ("30 1 179:4 / /ro ro,relatime shared:2 - ext4 /dev/mmcblk0p4 ro", []),
        ("30 1 179:4 / /ro ro,relatime shared:2 - ext4 /dev/mmcblk0p4 rw", ["root"]),
        ("30 1 179:4 / / rw - ext4 /dev/sda1 rw", ["root"]),
    ],
)
def test_the_system_must_be_one_that_nobody_can_write(tmp_path, line, wrong):
    file = tmp_path / "mountinfo"
    file.write_text(line + "\n")
    assert list(health.root_is_read_only(file)()) == wrong
