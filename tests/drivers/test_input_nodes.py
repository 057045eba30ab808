"""On an appliance the till may read input devices and write to none: it finds them all the same."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import evdev
import pytest
from evdev import ecodes

from appliance.drivers import input_nodes
from appliance.drivers.machine import buttons
from appliance.drivers.scanner_evdev import InputMatch

KEYS = {
    "event1": ("gpio-keys", [ecodes.KEY_POWER]),
    "event2": ("Barcode Scanner", [ecodes.KEY_A, ecodes.KEY_ENTER]),
}


@pytest.fixture
def read_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of devices as the unit's DeviceAllow leaves them."""

    def opened(path: str) -> SimpleNamespace:
        name, keys = KEYS[Path(path).name]
        info = SimpleNamespace(vendor=0x0C2E, product=0x0B61)
        capabilities = lambda: {ecodes.EV_KEY: keys}  # noqa: E731
        return SimpleNamespace(
            path=path, name=name, info=info, capabilities=capabilities, close=lambda: None
        )

    for name in (*KEYS, "mouse0"):
        (tmp_path / name).touch()
    monkeypatch.setattr(input_nodes, "FOLDER", tmp_path)
    monkeypatch.setattr(os, "access", lambda _path, mode: not mode & os.W_OK)
    monkeypatch.setattr(evdev, "InputDevice", opened)
    return tmp_path


def test_a_power_button_that_may_only_be_read_is_found(read_only: Path):
    assert [it.path for it in buttons()] == [str(read_only / "event1")]


def test_a_scanner_that_may_only_be_read_is_found(read_only: Path):
    assert InputMatch(name="barcode").find() == str(read_only / "event2")
    assert InputMatch(usb="0c2e:0b61").find() == str(read_only / "event2")
