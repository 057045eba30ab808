"""The first run at the screen: every question once, with a finger, and the settings after it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from appliance.config import load
from appliance.core.devices import Scanned
from appliance.drivers.profiles import UsbFacts
from appliance.first_run.setup import FirstRun
from appliance.first_run.show import settings_of
from appliance.qr.wifi import Wifi
from appliance.ui.setup_port import Page
from tests.ui.appliance import Air, Lender
from tests.ui.rig import Rig
from tests.ui.scenes.appliance import machine

SCANNER = UsbFacts("0c2e", "0b6a", "tty", "/dev/ttyACM0", "Honeywell Xenon")
CODE = "WIFI:T:WPA;S:Крамниця-2.4G;P:very secret;;"


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "state"))
    return tmp_path / "new" / "shop.toml"


@pytest.fixture
def start(opened: Callable[..., Rig], path: Path) -> Callable[..., tuple[Rig, FirstRun, Air]]:
    path.parent.mkdir()

    def begin(ended: Callable[[], None] = lambda: None) -> tuple[Rig, FirstRun, Air]:
        rig = opened(language="en")
        air = machine(rig)
        setup = FirstRun(
            path,
            settings_of(path),
            networks=True,
            today=lambda: date(2026, 11, 29),
            plugged=lambda: (SCANNER,),
            end=ended,
        )
        rig.desk.setup = setup
        rig.desk.home()
        return rig, setup, air

    return begin


def types(rig: Rig, text: str) -> None:
    for letter in text:
        rig.screen.typed(letter)


def to_devices(rig: Rig) -> None:
    rig.tap("Next")
    types(rig, "Corner shop")
    rig.tap("Next", "Yes, with VAT", "2")
    rig.until(lambda: rig.screen.found is not None)


def test_eight_pages_and_the_till_sells_with_its_settings(
    start: Callable[..., tuple[Rig, FirstRun, Air]], path: Path
) -> None:
    ended = threading.Event()
    rig, _setup, air = start(ended.set)
    to_devices(rig)
    assert rig.desk.name == "first_devices"
    rig.tap("Next")
    assert rig.desk.name == "first_network"
    rig.until(lambda: rig.screen.network is not None)
    rig.tap("Choose a Wi-Fi network")
    rig.until(lambda: rig.screen.network is not None)
    rig.screen.chosen = 2
    rig.tap("Join")
    rig.until(lambda: bool(air.joined))
    rig.tap("Back")
    assert rig.desk.name == "first_network"
    rig.tap("Next", "No, it is on its own", "Start selling")
    assert ended.is_set()
    settings = load(path)
    assert (settings.shop.name, settings.shop.language.value) == ("Corner shop", "en")
    assert (settings.till.number, settings.prices.tax_table) == (2, "ua")
    assert [it["name"] for it in settings.devices] == ["scanner"]


def test_it_can_be_left_at_any_page_and_comes_back_there(
    start: Callable[..., tuple[Rig, FirstRun, Air]],
) -> None:
    rig, _, _ = start()
    to_devices(rig)
    again, setup, _ = start()
    assert again.desk.name == "first_devices"
    assert setup.answers.name == "Corner shop"
    again.tap("Back", "Back")
    assert again.desk.name == "first_taxes"
    again.tap("The rest later")
    assert again.desk.name == "first_ready"


def test_without_a_name_nothing_sells(start: Callable[..., tuple[Rig, FirstRun, Air]]) -> None:
    rig, setup, _ = start()
    assert not rig.key("The rest later").face.enabled
    rig.tap("Next")
    rig.tap("Next")
    assert rig.desk.name == "first_name"
    setup.put(Page.READY)
    rig.desk.home()
    assert not rig.key("Start selling").face.enabled


def test_another_language_is_spoken_at_once(
    start: Callable[..., tuple[Rig, FirstRun, Air]],
) -> None:
    rig, setup, _ = start()
    rig.tap("Українська")
    assert setup.answers.language == "uk"
    rig.tap("Далі")
    assert rig.desk.name == "first_name"


@pytest.mark.parametrize("wire", ["driver", "window"])
def test_a_wifi_code_is_understood_on_every_page(
    start: Callable[..., tuple[Rig, FirstRun, Air]], wire: str
) -> None:
    rig, _, air = start()
    to_devices(rig)
    lender = rig.desk.lend
    assert isinstance(lender, Lender)
    if wire == "driver":
        assert lender.hears is not None
        assert lender.hears(Scanned("scanner", CODE))
    else:
        rig.desk.scanned_by_window(CODE)
    rig.until(lambda: bool(air.joined))
    assert air.joined == [Wifi("Крамниця-2.4G", "very secret")]
    rig.tap("Back")
    assert rig.desk.name == "first_devices"


def test_a_device_that_a_touch_took_away_is_not_used(
    start: Callable[..., tuple[Rig, FirstRun, Air]],
) -> None:
    rig, setup, _ = start()
    to_devices(rig)
    row = rig.screen.rows.rect
    rig.tap_at(row.x + 60, row.top - 20)
    rig.tap("Next")
    assert setup.answers.devices == ()


def test_a_fleet_that_does_not_answer_says_so_and_nothing_is_stuck(
    start: Callable[..., tuple[Rig, FirstRun, Air]],
) -> None:
    rig, setup, _ = start()
    setup.put(Page.FLEET, name="Corner shop")
    rig.desk.home()
    rig.tap("Yes, join it with a code")
    types(rig, "127.0.0.1:1")
    rig.tap("Next")
    rig.until(lambda: rig.desk.name == "first_fleet" and rig.desk.toast.parent is not None)
    assert "No fleet's console answers there." in rig.desk.toast.text
    rig.tap("No, it is on its own")
    assert rig.desk.name == "first_ready"
