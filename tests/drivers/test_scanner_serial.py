"""The serial scanner's driver over a simulated cable."""

import time

import pytest

from appliance.core.devices import Problem, Scanned, ScanRefused
from appliance.drivers.options import ConfigError
from appliance.drivers.registry import create
from hw_sim.mailbox import Mailbox
from hw_sim.serial_scanner import SerialScanner


@pytest.fixture
def scanner(tmp_path):
    with SerialScanner(tmp_path / "scanner") as simulated:
        yield simulated


@pytest.fixture
def till():
    return Mailbox()


@pytest.fixture
def start(till):
    started = []

    def open_driver(port, emit=till, **settings):
        table = {"name": "scanner", "category": "Scanner", "driver": "serial", "port": port}
        driver = create(table | settings)
        started.append(driver)
        driver.open(emit)
        return driver

    yield open_driver
    for driver in started:
        driver.close()


def data(till):
    return [scan.data for scan in till.all(Scanned)]


def test_a_scanned_code_arrives(scanner, till, start):
    start(scanner.port)
    till.wait_ready()
    scanner.scan("4820000123457", aim="]E0")
    assert till.wait(Scanned)[0].data == "]E04820000123457"


def test_three_seconds_of_300_scans_a_second_lose_and_double_nothing(scanner, till, start):
    start(scanner.port)
    till.wait_ready()
    sent = [f"{number:013d}" for number in range(900)]
    began = time.monotonic()
    pace = iter(range(1, 1_000_000))
    for code in sent:
        scanner.scan(code)
        # 300 a second: the pace of the wire, not a wait for something to happen.
        time.sleep(max(0.0, began + next(pace) / 300 - time.monotonic()))
    till.wait(Scanned, len(sent))
    assert data(till) == sent
    assert not till.all(ScanRefused)


def test_a_burst_of_the_same_code_is_that_many_items(scanner, till, start):
    start(scanner.port)
    till.wait_ready()
    for _ in range(300):
        scanner.scan("4820000123457")
    till.wait(Scanned, 300)
    scanner.scan("end")
    till.wait(Scanned, 301)
    assert data(till) == ["4820000123457"] * 300 + ["end"]


def test_from_the_last_byte_to_the_message_takes_under_two_milliseconds(scanner, till, start):
    start(scanner.port)
    till.wait_ready()
    took_ms = []
    for number in range(1, 51):
        began_ns = time.monotonic_ns()
        scanner.scan(f"{number:013d}")
        till.wait(Scanned, number)
        took_ms.append((till.times_ns(Scanned)[-1] - began_ns) / 1e6)
    assert sorted(took_ms)[25] < 2.0


def test_a_stuttering_trigger_counts_once_when_the_shop_asks_for_it(scanner, till, start):
    start(scanner.port, dedupe_ms=200)
    till.wait_ready()
    scanner.scan("482")
    scanner.scan("482")
    scanner.scan("111")
    till.wait(Scanned, 2)
    assert data(till) == ["482", "111"]


def test_unplugged_in_the_middle_of_a_code_refuses_the_half_and_comes_back(scanner, till, start):
    start(scanner.port, fragment_ms=5000)
    till.wait_ready()
    scanner.fragment(b"111\r48200001")
    till.wait(Scanned)
    scanner.unplug()
    till.wait_problem(Problem.UNPLUGGED)
    scanner.replug()
    till.wait_ready(times=2)
    scanner.scan("23457")
    till.wait(Scanned, 2)
    assert data(till) == ["111", "23457"]
    assert ["48200001" in refused.detail for refused in till.all(ScanRefused)] == [True]


def test_a_nudge_finds_a_replugged_scanner_at_once(scanner, till, start):
    scanner.unplug()
    driver = start(scanner.port)
    till.wait_problem(Problem.UNPLUGGED)
    driver._backoff.first_s = driver._backoff.last_s = driver._backoff._next_s = 60.0
    driver.nudge()
    scanner.replug()
    driver.nudge()
    till.wait_ready()


def test_health_is_told_once_per_change_not_once_per_try(scanner, till, start):
    scanner.unplug()
    driver = start(scanner.port)
    driver._backoff.last_s = 0.01
    till.wait_problem(Problem.UNPLUGGED)
    for _ in range(20):
        driver.nudge()
    scanner.replug()
    till.wait_ready()
    assert till.problems() == [Problem.UNPLUGGED, Problem.NONE]


def test_a_second_owner_of_the_port_is_told_that_it_is_busy(scanner, till, start):
    start(scanner.port)
    till.wait_ready()
    other = Mailbox()
    second = start(scanner.port, emit=other)
    other.wait_problem(Problem.PORT_BUSY)
    scanner.scan("482")
    assert till.wait(Scanned)[0].data == "482"
    assert not other.all(Scanned)
    assert scanner.port in second.health().detail


def test_the_second_owner_takes_over_when_the_first_lets_go(scanner, till, start):
    first = start(scanner.port)
    till.wait_ready()
    other = Mailbox()
    start(scanner.port, emit=other)
    other.wait_problem(Problem.PORT_BUSY)
    first.close()
    other.wait_ready()
    scanner.scan("482")
    assert other.wait(Scanned)[0].data == "482"


def test_no_permission_is_told_as_such(till, start, monkeypatch):
    import serial

    def refuse(*_, **__):
        raise serial.SerialException(13, "could not open port: Permission denied")

    monkeypatch.setattr(serial, "serial_for_url", refuse)
    start("/dev/ttyS0")
    till.wait_problem(Problem.NO_PERMISSION)


def test_noise_is_refused_and_after_a_while_blamed_on_the_line(scanner, till, start):
    start(scanner.port)
    till.wait_ready()
    scanner.fragment(b"\xff\x80\r" * 3)
    till.wait_problem(Problem.GARBAGE)
    scanner.scan("4820000123457")
    till.wait(Scanned)
    till.wait_ready(times=2)


def test_a_listener_that_fails_does_not_stop_the_scanner(scanner, till, start):
    def faulty(message):
        till(message)
        if isinstance(message, Scanned):
            raise RuntimeError("a bug in the till")

    start(scanner.port, emit=faulty)
    till.wait_ready()
    scanner.scan("1")
    scanner.scan("2")
    till.wait(Scanned, 2)
    assert data(till) == ["1", "2"]


def test_what_was_scanned_before_the_till_started_is_not_sold(scanner, till, start):
    scanner.scan("old")
    start(scanner.port)
    till.wait_ready()
    scanner.scan("new")
    till.wait(Scanned)
    assert data(till) == ["new"]


def test_wrong_settings_say_which_key_and_what_was_meant():
    table = {"name": "scanner", "category": "Scanner", "driver": "serial", "port": "loop://"}
    with pytest.raises(ConfigError) as error:
        create(table | {"baudrat": 9600, "parity": "X", "dedupe_ms": -1})
    assert dict(error.value.problems).keys() == {"baudrat", "parity", "dedupe_ms"}
    assert "did you mean `baudrate`?" in str(error.value)


def test_close_is_quick_and_a_closed_driver_opens_again(scanner, till, start):
    driver = start(scanner.port)
    till.wait_ready()
    began = time.monotonic()
    driver.close()
    assert time.monotonic() - began < 1.0
    driver.open(till)
    till.wait_ready(times=2)
    scanner.scan("482")
    assert till.wait(Scanned)[0].data == "482"
