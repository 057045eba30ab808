"""What `till doctor` says of the shop's other tills."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance import doctor
from appliance.config import load
from appliance.core.devices import DeviceState
from appliance.core.view import TillsLook

HUB, NAMES = "192.168.1.11:1885", (("till-2", "Каса 2"), ("till-3", "Каса 3"))


@pytest.mark.parametrize(
    ("look", "state", "detail"),
    [
        (TillsLook(HUB, ("till-2",), names=NAMES), DeviceState.READY, f"{HUB}, Каса 2"),
        (TillsLook(), DeviceState.ATTENTION, ""),
        (
            TillsLook(HUB, ("till-2",), (("till-3", "2026-11-23 14:32"),), names=NAMES),
            DeviceState.ATTENTION,
            f"{HUB}, Каса 2, Каса 3: last heard 2026-11-23 14:32",
        ),
        (TillsLook(HUB, strangers=3), DeviceState.FAULT, f"{HUB}, 3 messages not opened"),
    ],
)
def test_the_shops_tills_have_a_line(look: TillsLook, state: DeviceState, detail: str) -> None:
    found = doctor._tills(look)
    assert (found.state, found.detail) == (state, detail)
    assert bool(found.remedy) is (state is not DeviceState.READY)


def test_a_hub_without_its_broker_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "shop.toml"
    file.write_text(f'[hub]\ntills = ["{HUB}"]\nserve = "{HUB}"\n', encoding="utf-8")
    settings = load(file)
    assert list(doctor._hub(settings)) == []
    monkeypatch.setattr(doctor, "mosquitto", lambda: None)
    assert [it.state for it in doctor._hub(settings)] == [DeviceState.FAULT]
