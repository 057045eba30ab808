"""The grabbed keyboard scanner: over key events in a pipe, and over a mock kernel device."""

import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from evdev import ecodes

from appliance.core.devices import Problem, Scanned, ScanRefused
from appliance.drivers.options import ConfigError
from appliance.drivers.registry import create
from appliance.drivers.scan_framing import Framing
from appliance.drivers.scanner_evdev import EvdevScanner, InputMatch
from hw_sim.evdev_scanner import PRODUCT, VENDOR, PipeKeyboard, key, keystrokes, recording
from hw_sim.mailbox import Mailbox


@pytest.fixture
def keyboard():
    with PipeKeyboard() as simulated:
        yield simulated


@pytest.fixture
def till():
    return Mailbox()


@pytest.fixture
def start(keyboard, till):
    started = []

    def open_driver(framing=None, open_device=keyboard.open_device, dedupe_ms=0):
        match = InputMatch(path="/dev/input/event7")
        driver = EvdevScanner("scanner", match, framing, dedupe_ms, open_device)
        started.append(driver)
        driver.open(till)
        return driver

    yield open_driver
    for driver in started:
        driver.close()


def data(till):
    return [scan.data for scan in till.all(Scanned)]


def test_every_character_a_us_keyboard_writes_arrives(keyboard, till, start):
    start()
    code = "]C1 !\"#$%&'()*+,-./0123456789:;<=>?@ABC[\\]^_`abc{|}~\x1dxyzXYZ"
    keyboard.scan(code)
    till.wait(Scanned)
    assert data(till) == [code]


def test_group_separator_typed_as_alt_and_its_number_arrives(keyboard, till, start):
    start()
    keyboard.send(keystrokes("AB"))
    keyboard.send(key(ecodes.KEY_LEFTALT, 1))
    for code in (ecodes.KEY_KP0, ecodes.KEY_KP2, ecodes.KEY_KP9):
        keyboard.send(key(code, 1) + key(code, 0))
    keyboard.send(key(ecodes.KEY_LEFTALT, 0))
    keyboard.send(keystrokes("CD\r"))
    assert till.wait(Scanned)[0].data == "AB\x1dCD"


def test_a_held_key_that_repeats_is_one_character(keyboard, till, start):
    start()
    code = ecodes.KEY_7
    keyboard.send(key(code, 1) + key(code, 2) + key(code, 2) + key(code, 0))
    keyboard.send(keystrokes("1\r"))
    assert till.wait(Scanned)[0].data == "71"


def test_keys_that_the_kernel_dropped_spoil_their_code_and_no_other(keyboard, till, start):
    start(Framing(fragment_ms=5000))
    keyboard.send(keystrokes("48200"))
    keyboard.send([(ecodes.EV_SYN, ecodes.SYN_DROPPED, 0)])
    keyboard.send(keystrokes("3457\r"))
    keyboard.scan("111")
    till.wait(Scanned)
    assert data(till) == ["111"]
    assert len(till.all(ScanRefused)) == 1


def test_a_burst_of_scans_loses_and_doubles_nothing(keyboard, till, start):
    start()
    till.wait_ready()
    sent = [f"{number:013d}" for number in range(200)]
    for code in sent:
        keyboard.scan(code)
    till.wait(Scanned, len(sent))
    assert data(till) == sent


def test_unplugged_in_the_middle_of_a_code_and_back(keyboard, till, start):
    start(Framing(fragment_ms=5000))
    till.wait_ready()
    keyboard.scan("first")
    keyboard.send(keystrokes("48200"))
    till.wait(Scanned)
    keyboard.unplug()
    till.wait_problem(Problem.UNPLUGGED)
    keyboard.replug()
    till.wait_ready(times=2)
    keyboard.scan("111")
    till.wait(Scanned, 2)
    assert data(till) == ["first", "111"]


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        (errno.EBUSY, Problem.PORT_BUSY),
        (errno.EACCES, Problem.NO_PERMISSION),
        (errno.ENOENT, Problem.UNPLUGGED),
    ],
)
def test_a_device_that_cannot_be_had_says_why(till, start, number, problem):
    def refuse(_path):
        raise OSError(number, os.strerror(number))

    start(open_device=refuse)
    till.wait_problem(problem)


def test_a_scanner_must_be_named_somehow():
    with pytest.raises(ConfigError, match="device_name"):
        create({"name": "scanner", "category": "Scanner", "driver": "evdev"})


PRODUCT_CODE = """
import json, sys, threading
from appliance.core.devices import Scanned
from appliance.drivers.registry import create
done = threading.Semaphore(0)
def told(message):
    print(json.dumps([type(message).__name__, getattr(message, "data", str(message))]), flush=True)
    if isinstance(message, Scanned):
        done.release()
driver = create(json.loads(sys.argv[1]))
driver.open(told)
for _ in range(int(sys.argv[2])):
    assert done.acquire(timeout=15)
driver.close()
"""


@pytest.mark.skipif(not shutil.which("umockdev-run"), reason="needs the package umockdev")
@pytest.mark.parametrize(
    "which",
    [
        {"usb": f"{VENDOR:04x}:{PRODUCT:04x}"},
        {"device_name": "barcode"},
        {"device": "/dev/input/event7"},
    ],
)
def test_a_mock_kernel_device_is_found_grabbed_and_read(tmp_path, which):
    codes = ["]E04820000", "0104\x1d15"]
    files = recording(tmp_path, codes)
    table = {"name": "scanner", "category": "Scanner", "driver": "evdev"} | which
    result = subprocess.run(
        [*files.command(), sys.executable, "-c", PRODUCT_CODE, json.dumps(table), str(len(codes))],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        check=False,
    )
    said = [json.loads(line) for line in result.stdout.splitlines()]
    assert [text for kind, text in said if kind != "HealthChanged"] == codes, result.stderr
