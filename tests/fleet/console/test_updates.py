"""The page of updates: what is told, what a person may do, and that it is done and audited."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from appliance.fleet.console import rollout_words
from appliance.fleet.console.access.roles import Role
from appliance.fleet.console.console import Console
from appliance.fleet.console.saying import Saying
from appliance.fleet.store import Store
from appliance.wire.firmware import Waits
from fleet.console.guest import Clock, Guest, Host, person
from tests.fleet.updates import scene
from tests.fleet.updates.builders import Desk


@pytest.fixture
def rolling(small_store: Store, tmp_path: Path, clock: Clock) -> tuple[Desk, str]:
    return scene.rolling(small_store, tmp_path / "site", clock.ms)


@pytest.fixture
def manager(rolling: tuple[Desk, str], console: Console, guest: Guest) -> Guest:
    console.rollouts = rolling[0].rollouts
    for login, role, scope in (
        ("olena", Role.MANAGER, "*"),
        ("petro", Role.OPERATOR, "*"),
        ("ivan", Role.VIEWER, "*"),
        ("maria", Role.MANAGER, "shop:shop-001"),
    ):
        person(console, login, role, scope)
    guest.log_in("olena")
    return guest


def as_(host: Host, login: str) -> Guest:
    visitor = Guest(host.address)
    visitor.log_in(login)
    return visitor


def test_it_tells_what_each_till_booted_and_what_the_others_wait_for(
    manager: Guest, rolling: tuple[Desk, str]
) -> None:
    page = manager.get("/updates").text
    assert "1.4.0" in page
    assert "goes out" in page
    assert "the shift is open, it is not night yet" in page
    assert ">29%<" in page, "of the download"
    waits = manager.get("/updates?stage=waiting").text
    assert "the shift is open" in waits
    assert "sales are not delivered yet" not in waits
    lines = manager.get("/updates?format=csv").text.strip().splitlines()
    assert len(lines) == 1 + 4
    one = manager.get(f"/updates/{rolling[1]}").text
    assert "no fall seen" in one
    assert "Wave 4" in one


def test_a_till_says_on_its_own_page_what_it_runs(
    manager: Guest, rolling: tuple[Desk, str]
) -> None:
    desk, id_ = rolling
    assert "1.4.0" in manager.get("/tills/till-000").text
    desk.returns("till-039", id_)
    page = manager.get("/tills/till-039").text
    assert "went back" in page
    assert "it did not pass its own check: the trial sale, a device printer" in page


def test_pausing_takes_the_offers_back_and_going_on_gives_them_again(
    manager: Guest, rolling: tuple[Desk, str]
) -> None:
    desk, id_ = rolling
    before = desk.offers()
    manager.get(f"/updates/{id_}")
    manager.post(f"/updates/{id_}", {"deed": "pause"})
    assert len(desk.offers()) < len(before)
    page = manager.get(f"/updates/{id_}").text
    assert "paused" in page
    assert "The offer is taken back for now." in page
    manager.post(f"/updates/{id_}", {"deed": "resume"})
    assert desk.offers() == before
    row = desk.store.rows("SELECT person, act FROM audit WHERE act LIKE 'rollout.%' ORDER BY id")
    assert [(it["person"], it["act"]) for it in row[-2:]] == [
        ("olena", "rollout.pause"),
        ("olena", "rollout.resume"),
    ]


def test_what_halted_says_why_and_asks_for_a_person(
    small_store: Store, tmp_path: Path, console: Console, guest: Guest, clock: Clock
) -> None:
    desk, id_ = scene.halted(small_store, tmp_path / "site", clock.ms)
    console.rollouts = desk.rollouts
    person(console, "olena", Role.MANAGER)
    guest.log_in("olena")
    for path in ("/updates", f"/updates/{id_}"):
        page = guest.get(path).text
        assert "halted by itself" in page
        assert "Went back to the version before: 1; at most 0 may." in page
    guest.post(f"/updates/{id_}", {"deed": "resume"})
    assert desk.row(id_)["state"] == "running"


def test_who_may_do_what(manager: Guest, rolling: tuple[Desk, str], host: Host) -> None:
    desk, id_ = rolling
    for login, deed, status in (
        ("ivan", "pause", 403),
        ("petro", "abort", 403),
        ("petro", "pass", 403),
        ("maria", "abort", 403),
        ("petro", "pause", 303),
    ):
        visitor = as_(host, login)
        visitor.get(f"/updates/{id_}")
        assert visitor.post(f"/updates/{id_}", {"deed": deed}).status_code == status, login
        visitor.client.close()
    assert desk.row(id_)["state"] == "paused"
    maria = as_(host, "maria")
    page = maria.get(f"/updates/{id_}").text
    assert "Городоцька" not in page, "tills of other shops"
    release = desk.releases.find("1.4.0")
    assert release is not None
    maria.get("/updates")
    assert maria.post("/updates", {"release": release["sha256"]}).status_code == 404
    maria.client.close()


def test_a_wave_that_began_after_the_page_was_drawn_is_not_let_through(
    manager: Guest, rolling: tuple[Desk, str]
) -> None:
    desk, id_ = rolling
    wave = desk.row(id_)["wave"]
    page = manager.get(f"/updates/{id_}").text
    assert f'name="wave" value="{wave}"' in page
    for stale in (str(wave - 1), "", "x", "9" * 5000):
        answer = manager.post(f"/updates/{id_}", {"deed": "pass", "wave": stale})
        assert (answer.status_code, desk.row(id_)["passed"]) == (400, 0)
    assert "look again" in answer.text
    answer = manager.post(f"/updates/{id_}", {"deed": "pass", "wave": str(wave)})
    assert (answer.status_code, desk.row(id_)["passed"]) == (303, 1)


def test_a_rollout_is_planned_looked_at_and_started(
    manager: Guest, rolling: tuple[Desk, str], console: Console
) -> None:
    desk, id_ = rolling
    manager.get(f"/updates/{id_}")
    manager.post(f"/updates/{id_}", {"deed": "abort"})
    sha256 = desk.publish("1.5.0")
    with desk.store.transaction() as tx:
        tx.run("UPDATE shop SET timezone = 'Asia/Tbilisi'")
    page = manager.get(f"/updates/new?release={sha256}&place=shop:shop-001").text
    assert "(Asia/Tbilisi)" in page
    form = {
        "release": sha256, "place": "shop:shop-001", "pilot": "till-004", "shares": "50, 100",
        "soak": "1,5", "healthy": "90", "returned": "2", "fall": "0", "window": "",
        "deadline": "3", "not_before": "2026-12-24T21:30",
    }  # fmt: skip
    answer = manager.post("/updates/new", form)
    assert answer.status_code == 303, answer.text
    path = answer.headers["location"]
    assert "not started" in manager.get(path).text
    new = path.rpartition("/")[2]
    assert all(it.rollout != new for it in desk.offers().values())
    manager.post(path, {"deed": "start"})
    desk.steps(new)
    assert desk.offers()["till-004"].rollout == new
    plan = json.loads(desk.row(new)["plan"])
    assert plan["deadline"] == console.now_ms() + 3 * 86_400_000
    evening = datetime(2026, 12, 24, 21, 30, tzinfo=ZoneInfo("Asia/Tbilisi"))
    assert desk.offers()["till-004"].not_before_ms == evening.timestamp() * 1000
    assert "Not before" in manager.get(path).text
    waves = plan["waves"]
    assert [it["permille"] for it in waves] == [0, 500, 1000]
    assert waves[0]["gate"]["soak_ms"] == 90 * 60_000


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"shares": "ten"}, "Write shares as numbers"),
        ({"deadline": "soon"}, "hours and days too"),
        ({"not_before": "Christmas"}, "Write the day and the time"),
        ({"shares": "50, 5"}, "Each wave reaches at least as many tills"),
        ({"shares": "110"}, "between 0 and 100"),
        ({"window": "at night"}, "22:00-06:00"),
        ({"soak": "NaN"}, "Write shares as numbers"),
    ],
)
def test_a_plan_that_is_none_is_told_in_words(
    manager: Guest, rolling: tuple[Desk, str], typed: dict[str, str], said: str
) -> None:
    release = rolling[0].releases.find("1.4.0")
    assert release is not None
    manager.get(f"/updates/new?release={release['sha256']}")
    form = {"release": release["sha256"], "place": "", "shares": "5, 100"} | typed
    answer = manager.post("/updates/new", form)
    assert answer.status_code == 400
    assert said in answer.text


def test_a_fleet_without_a_till_has_not_too_many_of_them(
    console: Console, guest: Guest, small_store: Store, tmp_path: Path, clock: Clock
) -> None:
    desk = Desk(small_store, tmp_path / "site", now_ms=clock.ms)
    console.rollouts = desk.rollouts
    person(console, "olena", Role.MANAGER, "*")
    guest.log_in("olena")
    page = guest.get(f"/updates/new?release={desk.publish('1.4.0')}").text
    assert "No till is there yet" in page
    assert "Too many" not in page


@pytest.mark.parametrize(
    ("language", "size", "said"),
    [("en", 213_816_649, "214 MB"), ("uk", 213_816_649, "214 МБ"), ("uk", 5_000, "1 МБ")],
)
def test_a_bundle_is_as_large_as_its_publishing_said(language: str, size: int, said: str) -> None:
    assert Saying(language).megabytes(size) == said


def test_a_second_rollout_beside_one_that_goes_is_refused_in_words(
    manager: Guest, rolling: tuple[Desk, str]
) -> None:
    desk, _ = rolling
    sha256 = desk.publish("1.5.0")
    manager.get(f"/updates/new?release={sha256}")
    path = manager.post("/updates/new", {"release": sha256, "place": "", "shares": "100"}).headers[
        "location"
    ]
    answer = manager.post(path, {"deed": "start"})
    assert answer.status_code == 400
    assert "The rollout of 1.4.0 is not over" in answer.text


def test_a_release_is_withdrawn_with_its_rollout(manager: Guest, rolling: tuple[Desk, str]) -> None:
    desk, id_ = rolling
    release = desk.releases.find("1.4.0")
    assert release is not None
    manager.get("/updates")
    manager.post("/updates", {"release": release["sha256"], "why": "prints no taxes"})
    page = manager.get("/updates").text
    assert "withdrawn" in page
    assert "prints no taxes" in page
    assert desk.row(id_)["state"] == "aborted"


def test_software_is_neither_listed_nor_undone_among_prices(
    manager: Guest, rolling: tuple[Desk, str], console: Console
) -> None:
    desk, _ = rolling
    console.library = desk.rollouts.library
    assert "till-000" not in manager.get("/changes").text
    change = desk.store.one("SELECT version, scope FROM document WHERE name = 'firmware' LIMIT 1")
    assert change is not None
    answer = manager.post(
        "/changes/undo",
        {"name": "firmware", "scope": change["scope"], "version": str(change["version"])},
    )
    assert answer.status_code == 404


def test_whatever_a_till_waits_for_has_words() -> None:
    assert set(rollout_words.REASONS) == set(Waits)
