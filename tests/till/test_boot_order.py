"""A till that starts beside the rest of the boot waits for what it needs of it, and no longer."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from appliance import boot_order


def test_on_a_desk_nothing_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(boot_order.SETTINGS, raising=False)
    assert boot_order.wait_for(boot_order.SETTINGS, 0)


def test_a_file_that_comes_later_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = tmp_path / "done"
    monkeypatch.setenv(boot_order.SETTINGS, str(done))
    assert not boot_order.wait_for(boot_order.SETTINGS, 0)
    later = threading.Timer(0.1, done.touch)
    later.start()
    assert boot_order.wait_for(boot_order.SETTINGS, 30)
    later.join()


def test_a_till_without_a_screen_says_so_and_shows_itself_once_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    screen = tmp_path / "screen"
    monkeypatch.setenv(boot_order.SCREEN, str(screen))
    monkeypatch.setattr(boot_order, "SCREEN_S", 0.0)
    later = threading.Timer(0.2, screen.touch)
    later.start()
    assert boot_order.screen_comes(threading.Event())
    assert "no screen until it is" in caplog.text
    later.join()


def test_a_till_without_a_screen_stops_when_it_is_told_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(boot_order.SCREEN, str(tmp_path / "screen"))
    stopping = threading.Event()
    threading.Timer(0.2, stopping.set).start()
    assert not boot_order.screen_comes(stopping)
