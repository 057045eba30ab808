"""The first run's answers: kept over a power cut, written as settings that are valid, asked once."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.config import Settings, load, tax_files
from appliance.config.amend import with_section
from appliance.config.read import parse
from appliance.drivers import profiles, registry
from appliance.drivers.profiles import UsbFacts
from appliance.first_run import found
from appliance.first_run.settings_text import TIME_ZONES, settings_text
from appliance.first_run.setup import FILE, FirstRun
from appliance.first_run.show import settings_of
from appliance.first_run.wanted import is_wanted
from appliance.ui.setup_port import Answers, Page

TODAY = date(2026, 11, 29)
FLEET = {
    "uid": "01J9ZK3E5N8Q2R4T6V8X0Y1A2B",
    "tenant": "a",
    "shop": "b",
    "brokers": ("mqtts://fleet.example:8883",),
}
SCANNER = UsbFacts(
    "0c2e", "0b6a", "tty", "/dev/serial/by-id/usb-Honeywell-if00", "Honeywell Xenon", keyboard=False
)
PRINTER = UsbFacts("04b8", "0202", "usbmisc", "/dev/usb/lp0", "EPSON TM-T88V")


def first_run(path: Path, **how: Any) -> FirstRun:
    how = {"networks": True, "today": lambda: TODAY, "plugged": tuple, **how}
    return FirstRun(path, settings_of(path), **how)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "data"))
    return tmp_path / "shop.toml"


def test_a_till_that_nobody_set_up_asks_and_one_that_knows_its_shop_never(path: Path) -> None:
    assert is_wanted(path)
    path.write_text("[till]\nnumber = 3\n")
    assert is_wanted(path)
    path.write_text('[shop]\nname = "На розі"\n')
    assert not is_wanted(path)
    path.write_text("[shop\n")
    assert not is_wanted(path)


def test_only_what_is_not_known_is_asked(path: Path) -> None:
    assert first_run(path).pages == tuple(Page)
    path.write_text("[till]\nnumber = 3\n" + with_section("", "fleet", FLEET))
    asked = first_run(path, networks=False)
    assert asked.answers.number == 3
    assert set(Page) - set(asked.pages) == {Page.NUMBER, Page.NETWORK, Page.FLEET}


def test_it_comes_back_where_it_was_left(path: Path) -> None:
    one = first_run(path)
    table = {"name": "scanner", "category": "Scanner", "driver": "serial", "port": "/dev/ttyACM0"}
    one.put(Page.TAXES, name="На розі", language="en")
    one.put(Page.FLEET, devices=(table,))
    again = first_run(path)
    assert again.page is Page.FLEET
    assert again.answers == one.answers
    assert (again.answers.name, again.answers.devices) == ("На розі", (table,))


def test_answers_that_cannot_be_read_begin_anew(path: Path) -> None:
    one = first_run(path)
    one.put(Page.FLEET, name="На розі")
    kept = Path(settings_of(path).till.data_dir) / FILE
    for content in (b"{", b"[]", b'{"answers": {"name": "x"}, "page": "nowhere"}', b"\xff"):
        kept.write_bytes(content)
        assert first_run(path).page is Page.LANGUAGE


def test_the_settings_are_written_once_and_the_answers_go(path: Path) -> None:
    one = first_run(path, plugged=lambda: (SCANNER, PRINTER))
    one.put(Page.NUMBER, name='Кав\'ярня "На розі"', country="ua", vat=True)
    one.put(Page.READY, devices=tuple(it.table for it in one.proposals()))
    assert one.finish() == ""
    read = load(path)
    assert read.shop.name == 'Кав\'ярня "На розі"'
    assert read.prices.tax_table == "ua"
    assert {it["name"] for it in read.devices} == {"scanner", "printer", "drawer"}
    assert not (Path(read.till.data_dir) / FILE).exists()
    assert not is_wanted(path)


def test_what_provisioning_wrote_stays(path: Path) -> None:
    path.write_text('# of the technician\n[till]\nnumber = 7\ntheme = "dark"\n[hub]\nserve = ""\n')
    one = first_run(path)
    one.put(Page.READY, name="На розі")
    assert one.finish() == ""
    text = path.read_text()
    read = load(path)
    assert "# of the technician" in text
    assert (read.till.number, read.till.theme.value) == (7, "dark")


def test_a_file_that_cannot_be_written_is_said_and_nothing_is_lost(path: Path) -> None:
    one = first_run(path)
    one.put(Page.READY, name="На розі")
    path.mkdir()
    assert str(path) in one.finish()
    assert json.loads((Path(Settings().till.data_dir) / FILE).read_bytes())["page"] == "ready"


@settings(deadline=None)
@given(
    st.builds(
        Answers,
        language=st.sampled_from(["uk", "en"]),
        name=st.text(min_size=1, max_size=60).filter(lambda it: bool(it.strip())),
        country=st.sampled_from(sorted(TIME_ZONES)),
        vat=st.booleans(),
        number=st.integers(1, 10),
        fleet=st.just({}) | st.just(FLEET),
    )
)
def test_any_answers_make_settings_that_are_valid_and_say_them(answers: Answers) -> None:
    text = settings_text("", answers, TODAY)
    said = parse(text, "shop.toml", Path())
    assert (said.shop.name, said.till.number) == (answers.name, answers.number)
    assert said.shop.currency == tax_files.load(answers.country).taxes.currency
    assert said.prices.tax_table == (answers.country if answers.vat else "")


def test_without_the_table_of_taxes_cash_is_still_rounded_as_the_country_does() -> None:
    text = settings_text("", Answers(name="На розі", country="ua"), TODAY)
    assert parse(text, "shop.toml", Path()).cash.rounding_step == Decimal("0.50")
    text = settings_text("", Answers(name="Ecke", country="de"), TODAY)
    assert "rounding_step" not in tomllib.loads(text).get("cash", {})


def test_every_country_has_its_time_zone() -> None:
    assert set(tax_files.countries()) == set(TIME_ZONES)


def test_each_proposed_device_is_one_that_its_driver_takes() -> None:
    known = profiles.load(found.PROFILES)
    for proposal in found.proposals((SCANNER, PRINTER), known):
        if proposal.category != "CashDrawer":
            registry.create(proposal.table)


def test_a_second_printer_is_not_proposed_and_a_second_scanner_is() -> None:
    known = profiles.load(found.PROFILES)
    other = UsbFacts("0c2e", "0b61", "tty", "/dev/ttyACM1", "Honeywell")
    printer = UsbFacts("04b8", "0e15", "usbmisc", "/dev/usb/lp1", "EPSON TM-T20II")
    names = [it.table["name"] for it in found.proposals((SCANNER, PRINTER, other, printer), known)]
    assert sorted(map(str, names)) == ["drawer", "printer", "scanner", "scanner-2"]
