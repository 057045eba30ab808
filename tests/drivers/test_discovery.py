"""Things plugged into a mock USB bus are seen by udev's own library, and pulled out again."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.drivers import discovery

ROOT = Path(__file__).parents[2]

PROGRAM = """
import json, queue
from dataclasses import asdict
from hw_sim.usb_bus import UsbBus, UsbThing
from appliance.drivers.discovery import HotPlug, found_now

events = queue.Queue()
def next_event():
    event = events.get(timeout=10)
    return [event.plug.value, event.node, asdict(event.facts) if event.facts else None]

bus = UsbBus()
printer = UsbThing("1-1", "04b8", "0e15", "EPSON", "TM-T20II", "usbmisc", "usb/lp0")
scanner = UsbThing("1-2", "0c2e", "0b61", "Honeywell", "Voyager", "input", "input/event7",
                   "input/by-id/usb-Honeywell_Voyager-event-kbd")
serial = UsbThing("1-3", "05E0", "1701", "Symbol", "DS4308", "tty", "ttyACM0",
                  "serial/by-id/usb-Symbol_DS4308-if00")
bus.plug(printer)
hot_plug = HotPlug(events.put)
assert hot_plug.open()
told = []
bus.plug(scanner)
told.append(next_event())
bus.plug(serial)
told.append(next_event())
found = [asdict(facts) for facts in found_now()]
bus.pull(scanner)
told.append(next_event())
bus.plug(UsbThing("1-4", "072f", "2200", "ACS", "ACR122U", "usb", "bus/usb/001/009"))
told.append(next_event())
hot_plug.close()
assert events.empty()
print(json.dumps([told, found, [facts.node for facts in found_now()]]))
"""


@pytest.mark.skipif(not shutil.which("umockdev-wrapper"), reason="needs the package umockdev")
def test_plugging_in_and_pulling_out_is_told_with_what_the_thing_is():
    result = subprocess.run(
        ["umockdev-wrapper", sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"},
        check=False,
    )
    assert result.returncode == 0, result.stderr
    told, found, left = json.loads(result.stdout)
    scanner = {
        "vendor": "0c2e",
        "product": "0b61",
        "subsystem": "input",
        "node": "/dev/input/by-id/usb-Honeywell_Voyager-event-kbd",
        "words": "Honeywell Voyager Voyager",
        "keyboard": True,
    }
    serial = {
        "vendor": "05e0",
        "product": "1701",
        "subsystem": "tty",
        "node": "/dev/serial/by-id/usb-Symbol_DS4308-if00",
        "words": "Symbol DS4308",
        "keyboard": False,
    }
    reader = {
        "vendor": "072f",
        "product": "2200",
        "subsystem": "usb",
        "node": "/dev/bus/usb/001/009",
        "words": "ACS ACR122U",
        "keyboard": False,
    }
    assert told == [
        ["add", "/dev/input/event7", scanner],
        ["add", "/dev/ttyACM0", serial],
        ["remove", "/dev/input/event7", None],
        ["add", "/dev/bus/usb/001/009", reader],
    ]
    assert [facts["vendor"] for facts in found] == ["05e0", "0c2e", "04b8"]
    assert scanner in found
    assert serial in found
    assert sorted(left) == [
        "/dev/bus/usb/001/009",
        "/dev/serial/by-id/usb-Symbol_DS4308-if00",
        "/dev/usb/lp0",
    ]


def test_without_udev_nothing_is_found_and_nothing_breaks(monkeypatch):
    monkeypatch.setattr(discovery, "pyudev", None)
    assert discovery.found_now() == []
    hot_plug = discovery.HotPlug(lambda _plugged: None)
    assert not hot_plug.open()
    hot_plug.close()
