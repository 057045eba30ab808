"""The machine as a device: its word stays while it matters, its button switches off, a scanner's key does not."""

from __future__ import annotations

from pathlib import Path
from queue import Queue

import pytest
from board.test_board import put
from evdev import ecodes

from appliance.core.devices import DeviceMessage, HealthChanged, Problem, SwitchOffWanted
from appliance.drivers.machine import (
    SETTLED_S,
    Judge,
    Machine,
    Reading,
    is_power_button,
    read,
)
from hw_sim.evdev_scanner import PipeKeyboard, key


def test_weak_moment_is_said_until_a_minute_was_well():
    judge = Judge()
    assert judge.problem(Reading(), 100.0) is Problem.NONE
    assert judge.problem(Reading(low_voltage=True), 110.0) is Problem.LOW_VOLTAGE
    assert judge.problem(Reading(), 110.0 + SETTLED_S - 1) is Problem.LOW_VOLTAGE
    assert judge.problem(Reading(), 110.0 + SETTLED_S) is Problem.NONE


def test_what_is_worst_is_said_first_and_mains_that_is_back_at_once():
    judge = Judge()
    every = Reading(low_voltage=True, on_battery=True, hot=True, worn=True)
    assert judge.problem(every, 0.0) is Problem.ON_BATTERY
    assert judge.problem(Reading(hot=True, worn=True), 1.0) is Problem.LOW_VOLTAGE
    assert judge.problem(Reading(worn=True), 1.0 + SETTLED_S) is Problem.WORN


def test_first_look_at_a_young_machine_finds_no_old_trouble():
    assert Judge().problem(Reading(), 0.0) is Problem.NONE


def test_readings_come_from_the_kernels_files(tmp_path: Path):
    assert read(tmp_path / "nowhere", tmp_path) == Reading()
    put(
        tmp_path,
        {
            "class/thermal/thermal_zone0/temp": "81000\n",
            "class/power_supply/ups/type": "UPS\n",
            "class/power_supply/ups/status": "Discharging\n",
            "class/power_supply/ups/capacity_level": "Critical\n",
        },
    )
    assert read(tmp_path, tmp_path) == Reading(on_battery=True, empty=True, hot=True)


@pytest.mark.parametrize(
    ("keys", "is_one"),
    [
        ([ecodes.KEY_POWER], True),
        ([ecodes.KEY_POWER, ecodes.KEY_SLEEP, ecodes.KEY_WAKEUP], True),
        ([ecodes.KEY_POWER, ecodes.KEY_A, ecodes.KEY_ENTER], False),
        ([ecodes.KEY_POWER, ecodes.KEY_ENTER], False),
        ([ecodes.KEY_MUTE], False),
        ([], False),
    ],
)
def test_button_is_told_from_a_keyboard(keys: list[int], is_one: bool):
    assert is_power_button({ecodes.EV_KEY: keys}) is is_one


@pytest.fixture
def button():
    with PipeKeyboard() as keys:
        yield keys


def started(tmp_path: Path, button: PipeKeyboard) -> tuple[Machine, Queue[DeviceMessage]]:
    said: Queue[DeviceMessage] = Queue()
    machine = Machine(tmp_path, tmp_path, lambda: [button.open_device("")], look_s=0.02)
    machine.open(said.put)
    return machine, said


def test_button_wants_the_machine_off_once_a_press(tmp_path: Path, button: PipeKeyboard):
    machine, said = started(tmp_path, button)
    try:
        assert isinstance(said.get(timeout=5), HealthChanged)
        button.send(
            [*key(ecodes.KEY_POWER, 1), *key(ecodes.KEY_POWER, 2), *key(ecodes.KEY_POWER, 0)]
        )
        assert said.get(timeout=5) == SwitchOffWanted("machine")
        button.send([*key(ecodes.KEY_MUTE, 1), *key(ecodes.KEY_POWER, 1)])
        assert said.get(timeout=5) == SwitchOffWanted("machine")
        assert said.empty()
    finally:
        machine.close()


def test_button_that_is_pulled_leaves_the_rest_working(tmp_path: Path, button: PipeKeyboard):
    machine, said = started(tmp_path, button)
    try:
        assert isinstance(said.get(timeout=5), HealthChanged)
        button.unplug()
        put(tmp_path, {"devices/platform/soc/soc:firmware/get_throttled": "1\n"})
        told = said.get(timeout=5)
        assert isinstance(told, HealthChanged)
        assert told.health.problem is Problem.LOW_VOLTAGE
    finally:
        machine.close()


def test_battery_that_is_nearly_empty_wants_it_off_once_and_urgently(
    tmp_path: Path, button: PipeKeyboard
):
    ups = "class/power_supply/ups"
    put(
        tmp_path,
        {f"{ups}/type": "UPS\n", f"{ups}/status": "Discharging\n", f"{ups}/capacity": "9\n"},
    )
    machine, said = started(tmp_path, button)
    try:
        told = said.get(timeout=5)
        assert isinstance(told, HealthChanged)
        assert told.health.problem is Problem.ON_BATTERY
        assert said.get(timeout=5) == SwitchOffWanted("machine", urgent=True)
        put(tmp_path, {f"{ups}/status": "Charging\n"})
        told = said.get(timeout=5)
        assert isinstance(told, HealthChanged)
        assert told.health.problem is Problem.NONE
        assert said.empty()
    finally:
        machine.close()
