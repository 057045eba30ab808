"""The screen's clock shows the shop's time, like its receipts, whatever zone the machine is in."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from appliance.config import load
from appliance.screen import shop_clock

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("machine", ["UTC", "Asia/Tokyo", "America/Lima"])
def test_the_clock_is_the_shops_not_the_machines(
    machine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", machine)
    time.tzset()
    try:
        shown = shop_clock(load(ROOT / "config" / "shop.demo.toml"))()
    finally:
        monkeypatch.undo()
        time.tzset()
    in_kyiv = datetime.now(ZoneInfo("Europe/Kyiv")).replace(tzinfo=None)
    assert abs(in_kyiv - shown) < timedelta(minutes=1)
