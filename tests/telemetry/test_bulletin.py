"""What a till says of itself: little, soon, and never more than fits."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core.devices import Category, DeviceHealth, DeviceState, Problem
from appliance.core.view import Look, StorageLook
from appliance.telemetry import health, notes, redial, vitals
from appliance.telemetry.bulletin import SELLING_S, Bulletin
from appliance.telemetry.health import AlertBoard, HealthQueue
from appliance.telemetry.home import Home
from appliance.telemetry.notes import Notes
from appliance.telemetry.redial import Redial
from appliance.wire import state
from appliance.wire.state import Doing
from appliance.wire.trust import Trust
from tests.telemetry.builders import PLACE

CLOSED = Look(1, "UAH", "", "", "", "")
READY = replace(CLOSED, shift=object())  # type: ignore[arg-type]
SELLING = replace(READY, basket=object())  # type: ignore[arg-type]


def bulletin(folder: Path) -> Bulletin:
    home = Home(PLACE, ("mqtt://127.0.0.1:1",), folder, folder / "journal.db", lambda: (1, 0))
    return Bulletin(home, AlertBoard())


def states(it: Bulletin, now_s: float) -> list[Doing]:
    found = []
    for post, done in it.due(now_s, 1, 1):
        done()
        if post.topic.endswith("/state"):
            found.append(state.decode(post.payload).doing)
    return found


def test_a_till_is_selling_for_a_while_after_each_basket_so_that_a_sale_is_no_two_messages(
    tmp_path: Path,
) -> None:
    it = bulletin(tmp_path)
    told = []
    for now_s, look in enumerate([CLOSED, READY, SELLING, READY, SELLING, READY]):
        it.notice(look)
        told += states(it, float(now_s))
    assert told == [Doing.CLOSED, Doing.READY, Doing.SELLING]
    assert states(it, 5.0 + SELLING_S) == [Doing.READY]
    it.updating = True
    assert states(it, 6.0 + SELLING_S) == [Doing.UPDATING]
    it.connected()
    assert states(it, 7.0 + SELLING_S) == [Doing.UPDATING], "another broker knows nothing"


def test_health_goes_whole_now_and_then_and_in_between_only_what_changed() -> None:
    it = HealthQueue()
    fine, out = {"device.printer": "ready"}, {"device.printer": "fault.paper_out"}
    assert it.due(fine, 0.0)
    it.add(1, {"disk_free_bytes": 9, "temperature_mc": None}, fine, 0.0)
    assert not it.due(fine, 100.0)
    assert not it.due(out, 5.0), "a device that comes and goes is told once in a while"
    assert it.due(out, 11.0)
    it.add(2, {"disk_free_bytes": 8}, out, 11.0)
    assert it.due(out, 300.0)
    first, second = it.waiting
    assert (first.numbers, first.words) == ({"disk_free_bytes": 9}, fine)
    assert (second.numbers, second.words) == ({}, out)


def test_a_till_that_is_away_keeps_the_newest_health_alone() -> None:
    it = HealthQueue()
    for at in range(1000):
        it.add(at, {"uptime_s": at}, {}, at * health.EVERY_S)
    assert len(it.waiting) == health.QUEUE_MAX
    assert it.waiting[-1].at_ms == 999


def test_a_disk_that_is_full_is_an_alert_and_a_printer_that_works_is_none() -> None:
    printer = DeviceHealth("printer", Category.POS_PRINTER, DeviceState.READY, Problem.NONE)
    look = replace(CLOSED, devices=(printer,), storage=StorageLook(full=True))
    (only,) = health.alerts_of(look, 1)
    assert (only.id, only.problem) == ("storage.disk", "full")
    assert health.words_of(look) == {"device.printer": "ready"}


@given(st.integers(0, 2**32), st.integers(1, 4), st.lists(st.booleans(), max_size=60))
def test_every_broker_gets_its_turn_and_nobody_waits_longer_than_five_minutes(
    seed: int, many: int, held: list[bool]
) -> None:
    brokers = [f"mqtts://b{at}:1" for at in range(many)]
    it = Redial(brokers, Random(seed))
    tried: list[str] = []
    for well in held:
        broker, delay_s = it.next()
        assert 0 <= delay_s <= redial.DELAY_MAX_S
        tried.append(broker)
        if well:
            it.connected(0.0)
            it.lost(redial.SETTLED_S + 1)
            assert it.next()[0] == broker, "a good one is tried first again"
            it.lost(0.0)
            it = Redial(brokers, Random(seed))
            tried = []
    if len(tried) >= many:
        assert set(tried) == set(brokers)


def test_the_first_try_comes_soon_and_later_ones_are_spread(tmp_path: Path) -> None:
    first = [Redial(["a"], Random(seed)).next()[1] for seed in range(200)]
    assert max(first) <= redial.FIRST_S
    assert max(first) - min(first) > redial.FIRST_S / 2
    it = Redial(["a"], Random(1))
    late = [it.next()[1] for _ in range(200)][20:]
    assert max(late) > redial.DELAY_MAX_S * 0.8
    assert min(late) < redial.DELAY_MAX_S * 0.2


def test_what_was_noted_is_there_after_a_restart_and_nonsense_is_nothing(tmp_path: Path) -> None:
    assert notes.load(tmp_path) == Notes()
    notes.save(tmp_path, Notes(2, 77, ("device.printer",)))
    assert notes.load(tmp_path) == Notes(2, 77, ("device.printer",))
    for nonsense in (b"", b"[]", b"{}", b'{"epoch":0,"acked":1,"alerts":[]}', b"[" * 70_000):
        (tmp_path / notes.FILE).write_bytes(nonsense)
        assert notes.load(tmp_path) == Notes()


def test_what_cannot_be_measured_is_left_out(tmp_path: Path) -> None:
    journal = tmp_path / "journal.db"
    journal.write_text("facts\n")
    assert vitals.disk_free_bytes(tmp_path / "nowhere") is None
    assert vitals.disk_size_bytes(tmp_path / "nowhere") is None
    assert vitals.disk_size_bytes(tmp_path) > 0
    assert vitals.size_bytes(journal) == 6
    assert vitals.uptime_s() > 0


@pytest.mark.parametrize(
    ("values", "expected"), [([], None), ([7], 7), (list(range(1, 101)), 99), ([1] * 199 + [9], 1)]
)
def test_one_in_a_hundred_is_above_the_percentile(values: list[int], expected: int | None) -> None:
    assert vitals.p99(values) == expected


def test_a_clock_is_believed_as_far_as_somebody_told_it_the_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vitals, "_SYNCHRONIZED", tmp_path / "synchronized")
    monkeypatch.setattr(vitals, "_kernel_is_told_the_time", lambda: False)
    assert vitals.clock_trust(tmp_path) is Trust.UNKNOWN
    (tmp_path / "class/rtc/rtc0").mkdir(parents=True)
    assert vitals.clock_trust(tmp_path) is Trust.RTC
    (tmp_path / "synchronized").touch()
    assert vitals.clock_trust(tmp_path) is Trust.NTP
