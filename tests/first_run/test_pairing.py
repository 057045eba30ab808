"""The first run joins a real fleet: the code on its screen is typed by a manager."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from fleet.test_serve import unsaid

from appliance.config import load
from appliance.first_run.setup import FILE, FirstRun
from appliance.first_run.show import settings_of
from appliance.fleet import serve, site
from appliance.fleet.authority.enrolment import approve
from appliance.telemetry import membership
from appliance.ui.setup_port import Page
from hw_sim.fleet_member import options


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[site.Site]:
    with serve.serving(options(tmp_path / "fleet"), unsaid) as served:
        yield served


@pytest.fixture
def setup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FirstRun:
    monkeypatch.setattr("appliance.telemetry.enrolment.ASK_AGAIN_S", 0.05)
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "data"))
    path = tmp_path / "shop.toml"
    made = FirstRun(path, settings_of(path), networks=False, plugged=tuple)
    made.put(Page.FLEET, name="На розі", number=3)
    return made


def test_a_manager_types_the_code_and_the_settings_name_the_fleet(
    fleet: site.Site, setup: FirstRun, tmp_path: Path
) -> None:
    pages: list[str] = []

    def show(code: str, page: str) -> None:
        pages.append(page)
        typed = page.rpartition("=")[2]
        assert code.replace("-", "") == typed
        approve(fleet.desk, typed, "kyiv-7", "olha")

    assert setup.pair(f"{fleet.public.url}/", show, threading.Event()) == ""
    assert pages[0].startswith(f"{fleet.public.url}/pair?code=")
    kept = json.loads((tmp_path / "data" / FILE).read_bytes())
    assert kept["answers"]["fleet"]["shop"] == "kyiv-7"
    assert setup.finish() == ""
    settings = load(tmp_path / "shop.toml")
    member = membership.read(tmp_path / "data" / "fleet")
    assert (settings.fleet.uid, settings.fleet.shop) == (member.uid, "kyiv-7")


def test_given_up_the_code_is_worth_nothing_and_the_till_goes_on(
    fleet: site.Site, setup: FirstRun
) -> None:
    given_up = threading.Event()
    why = setup.pair(fleet.public.url, lambda _code, _page: given_up.set(), given_up)
    assert why.startswith("Given up")
    assert not setup.answers.fleet
