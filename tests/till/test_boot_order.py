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


def test_a_till_whose_screen_never_comes_goes_on_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(boot_order.SCREEN, str(tmp_path / "screen"))
    assert not boot_order.wait_for(boot_order.SCREEN, 0)
    assert "the till goes on" in caplog.text
