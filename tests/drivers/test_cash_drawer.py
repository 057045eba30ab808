"""Both cash drawers: on GPIO pins that end at the simulated counter, and on a printer."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from gpiozero import Device, DigitalOutputDevice

from appliance.core.devices import (
    Category,
    DeviceHealth,
    DeviceState,
    DrawerKicked,
    DrawerMoved,
    Outcome,
    Problem,
)
from appliance.drivers.options import ConfigError
from appliance.drivers.registry import Services, create
from hw_sim.drawer import Drawer
from hw_sim.mailbox import Mailbox
from hw_sim.pins import PinBoard
from hw_sim.remote_pins import RemoteFactory

GPIO = {"name": "drawer", "category": "CashDrawer", "driver": "gpio", "pin": 17, "sensor_pin": 27}


@pytest.fixture
def board(tmp_path):
    with PinBoard(tmp_path / "pins") as counter:
        yield counter


@pytest.fixture
def header(board):
    """Puts the till on the board, once its devices are there."""
    before = Device.pin_factory

    def connect():
        if Device.pin_factory is before:
            Device.pin_factory = RemoteFactory(str(board.path))

    yield connect
    if Device.pin_factory is not before:
        Device.pin_factory.close()
    Device.pin_factory = before


@pytest.fixture
def till():
    return Mailbox()


@pytest.fixture
def start(till, header):
    started = []

    def open_driver(emit=till, **settings):
        header()
        driver = create(GPIO | {"debounce_ms": 20, "confirm_ms": 400, "pulse_ms": 50} | settings)
        started.append(driver)
        driver.open(emit)
        return driver

    yield open_driver
    for driver in started:
        driver.close()


def positions(till):
    return [moved.is_open for moved in till.all(DrawerMoved)]


def test_a_kick_opens_the_drawer_with_one_pulse_of_the_length_set(board, till, start):
    drawer = Drawer(board)
    driver = start()
    till.wait_ready()
    driver.kick("7")
    assert till.wait(DrawerKicked) == [DrawerKicked("drawer", "7", Outcome.DONE)]
    assert drawer.is_open
    assert len(drawer.pulses_ms) == 1
    assert 50 <= drawer.pulses_ms[0] < 90
    assert positions(till) == [False, True]


def test_a_locked_drawer_fails_says_stuck_and_is_well_again_once_it_moved(board, till, start):
    drawer = Drawer(board)
    drawer.locked = True
    driver = start()
    till.wait_ready()
    driver.kick("7")
    assert till.wait(DrawerKicked)[0].outcome is Outcome.FAILED
    till.wait_problem(Problem.STUCK)
    drawer.locked = False
    driver.kick("8")
    assert till.wait(DrawerKicked, 2)[1].outcome is Outcome.DONE
    till.wait_ready(times=2)


def test_a_bouncing_switch_is_one_move(board, till, start):
    drawer = Drawer(board)
    start(debounce_ms=60)
    till.wait_ready()
    drawer.open(bounces=40)
    till.wait(DrawerMoved, 2)
    drawer.bounce(5)
    drawer.close(bounces=40)
    till.wait(DrawerMoved, 3)
    assert positions(till) == [False, True, False]


def test_chatter_of_a_closed_drawer_is_no_move(board, till, start):
    drawer = Drawer(board)
    start()
    till.wait_ready()
    drawer.bounce(30)
    drawer.open()
    till.wait(DrawerMoved, 2)
    assert positions(till) == [False, True]


def test_a_drawer_left_open_warns_once_and_is_well_when_closed(board, till, start):
    drawer = Drawer(board)
    driver = start(left_open_s=0.1)
    till.wait_ready()
    drawer.open()
    till.wait_problem(Problem.LEFT_OPEN)
    assert driver.health().state is DeviceState.ATTENTION
    drawer.close()
    till.wait_ready(times=2)
    assert till.problems() == [Problem.NONE, Problem.LEFT_OPEN, Problem.NONE]


def test_a_drawer_found_open_at_the_start_is_told(board, till, start):
    Drawer(board).open()
    start()
    till.wait_ready()
    assert positions(till) == [True]


def test_polarity_and_a_switch_that_is_low_when_open(board, till, start):
    drawer = Drawer(board, active_high=False, open_high=False)
    driver = start(polarity="low", sensor_open="low")
    till.wait_ready()
    driver.kick("7")
    assert till.wait(DrawerKicked)[0].outcome is Outcome.DONE
    assert len(drawer.pulses_ms) == 1


def test_without_a_switch_a_pulse_is_all_that_is_known(board, till, header):
    drawer = Drawer(board)
    header()
    driver = create({key: GPIO[key] for key in GPIO if key != "sensor_pin"})
    driver.open(till)
    till.wait_ready()
    driver.kick("7")
    assert till.wait(DrawerKicked)[0].outcome is Outcome.DONE
    assert till.all(DrawerMoved) == []
    assert drawer.wait_pulses(1)
    driver.close()


def test_each_request_is_answered_once_and_pulsed_at_most_once(board, till, start):
    drawer = Drawer(board)
    driver = start()
    till.wait_ready()
    for request in range(20):
        driver.kick(str(request))
    answers = till.wait(DrawerKicked, 20)
    assert sorted(int(kicked.request) for kicked in answers) == list(range(20))
    done = [kicked for kicked in answers if kicked.outcome is Outcome.DONE]
    assert len(drawer.wait_pulses(len(done))) == len(done)


def test_a_pin_that_somebody_else_holds_is_told_as_busy_and_a_kick_fails_at_once(
    board, till, start, header
):
    header()
    with DigitalOutputDevice(17):
        driver = start()
        till.wait_problem(Problem.PORT_BUSY)
        driver.kick("7")
        assert till.wait(DrawerKicked)[0].outcome is Outcome.FAILED
    driver.nudge()
    till.wait_ready()


def test_pins_that_fail_in_a_pulse_leave_its_outcome_unknown_and_no_pulse_is_repeated(
    board, till, start, monkeypatch
):
    drawer = Drawer(board)
    driver = start()
    till.wait_ready()

    def fail(_device):
        raise OSError("the chip is gone")

    with monkeypatch.context() as broken:
        broken.setattr(DigitalOutputDevice, "on", fail)
        driver.kick("7")
        till.wait_problem(Problem.CRASHED)
    assert [kicked.outcome for kicked in till.wait(DrawerKicked)] == [Outcome.UNKNOWN]
    driver.nudge()
    till.wait_ready(times=2)
    driver.kick("8")
    assert till.wait(DrawerKicked, 2)[1] == DrawerKicked("drawer", "8", Outcome.DONE)
    assert len(drawer.pulses_ms) == 1


def test_a_closed_drawer_driver_refuses_a_kick(board, till, start):
    Drawer(board)
    driver = start()
    till.wait_ready()
    driver.close()
    driver.kick("7")
    assert till.wait(DrawerKicked)[0].outcome is Outcome.FAILED


def test_a_board_without_pins_is_told_as_missing(till, monkeypatch):
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "lgpio")
    monkeypatch.setattr(Device, "pin_factory", None)
    driver = create(GPIO)
    driver.open(till)
    till.until(lambda: len(till.problems()) == 1, "told")
    driver.kick("7")
    assert till.wait(DrawerKicked)[0].outcome is Outcome.FAILED
    assert driver.health().state is DeviceState.MISSING
    driver.close()


def test_wrong_pins_are_told_with_their_key():
    with pytest.raises(ConfigError) as error:
        create(GPIO | {"pin": 99, "sensor_pn": 3, "polarity": "up"})
    assert dict(error.value.problems).keys() == {"pin", "sensor_pn", "polarity"}


PRODUCT = """
import json, sys
from appliance.drivers.registry import create
def told(message):
    print(json.dumps([type(message).__name__, getattr(message, "is_open", None)]), flush=True)
driver = create(json.loads(sys.argv[1]))
driver.open(told)
for line in sys.stdin:
    driver.kick(line.strip())
"""


def test_a_till_in_another_process_drives_the_counters_drawer(tmp_path):
    with PinBoard(tmp_path / "pins") as board:
        drawer = Drawer(board)
        root = Path(__file__).parents[2]
        environment = {
            **os.environ,
            "PYTHONPATH": f"{root}{os.pathsep}{root / 'tests'}",
            "GPIOZERO_PIN_FACTORY": "hw_sim",
            "HW_SIM_PINS": str(board.path),
        }
        with subprocess.Popen(
            [sys.executable, "-c", PRODUCT, json.dumps(GPIO)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as product:
            lines = (json.loads(line) for line in product.stdout)
            assert next(lines) == ["DrawerMoved", False]
            assert next(lines) == ["HealthChanged", None]
            product.stdin.write("7\n")
            product.stdin.flush()
            assert next(lines) == ["DrawerMoved", True]
            assert next(lines) == ["DrawerKicked", None]
            drawer.close(bounces=5)
            assert next(lines) == ["DrawerMoved", False]
            product.kill()
        assert len(drawer.pulses_ms) == 1


def test_a_till_killed_in_a_pulse_leaves_no_current_on_the_solenoid(tmp_path):
    low = threading.Event()
    with PinBoard(tmp_path / "pins") as board:
        board.on_output(lambda _pin, level, _at: None if level else low.set())
        factory = RemoteFactory(str(board.path))
        factory.tell("GPIO17", level=True)
        factory.close()
        assert low.wait(5)
        assert not board.output(17)


class Printer:
    """As much of a printer as a drawer sees of it."""

    def __init__(self):
        self.problem = Problem.NONE
        self.kicks = []

    def health(self):
        state = DeviceState.READY if self.problem is Problem.NONE else DeviceState.MISSING
        return DeviceHealth("printer", Category.POS_PRINTER, state, self.problem, "usb")

    def kick(self, pin, pulse_ms, done):
        self.kicks.append((pin, pulse_ms))
        done(Outcome.DONE if self.problem is Problem.NONE else Outcome.FAILED, "")


KICK = {"name": "drawer", "category": "CashDrawer", "driver": "printer"}


def test_a_drawer_on_a_printer_kicks_through_it_and_answers(till):
    printer = Printer()
    driver = create(KICK | {"pin": 5, "pulse_ms": 120}, Services(printer=lambda _name: printer))
    driver.open(till)
    driver.kick("7")
    assert till.wait(DrawerKicked) == [DrawerKicked("drawer", "7", Outcome.DONE)]
    assert printer.kicks == [(5, 120)]
    driver.close()


def test_a_drawer_is_missing_with_its_printer_but_works_without_paper(till):
    printer = Printer()
    printer.problem = Problem.PAPER_OUT
    driver = create(KICK, Services(printer=lambda _name: printer))
    assert driver.health().state is DeviceState.READY
    driver.open(till)
    till.wait_ready()
    printer.problem = Problem.UNPLUGGED
    till.wait_problem(Problem.UNPLUGGED)
    assert "printer" in driver.health().detail
    driver.close()


def test_a_drawer_without_its_printer_in_the_configuration_is_told():
    with pytest.raises(ConfigError, match="no printer is called 'bar'"):
        create(KICK | {"printer": "bar"})
