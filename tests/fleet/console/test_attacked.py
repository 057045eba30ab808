"""Every post that the console takes, sent by whoever must not: nothing is done, nothing breaks.

The table of pages is gone through whole, so that a page added later is attacked as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.fleet.console.access.roles import Role
from appliance.fleet.console.console import Console
from appliance.fleet.console.page import Act
from appliance.fleet.console.pages.table import PAGES
from appliance.fleet.store import Store, open_store
from fleet.console.guest import Clock, Guest, Host, console_over, person
from fleet.members import Fleet
from tests.fleet.updates import scene

ACTS = [act for page in PAGES for act in page.acts]
GUARDED = [act for page in PAGES if not page.anyone for act in page.acts]
ODD = (
    "%00",
    "x" * 3000,
    "%F0%9F%92%A9",
    "..%2F..%2Fetc",
    "%25",
    "'%20OR%201=1--",
    "-1",
    "%ED%A0%80",
)
VERBS = ("PUT", "DELETE", "PATCH", "TRACE", "BREW")


def name_of(act: Act) -> str:
    return act.path


def at(act: Act, id_: str = "1") -> str:
    return re.sub(r"{\w+(:\w+)?}", id_, act.path)


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory, empty_file: Path) -> Iterator[Console]:
    """A console with all that it can have: tills, releases, a rollout that goes out."""
    folder = tmp_path_factory.mktemp("attacked")
    (folder / "fleet.db").write_bytes(empty_file.read_bytes())
    store: Store = open_store(f"sqlite:///{folder / 'fleet.db'}")
    clock = Clock()
    rolling, _ = scene.rolling(store, folder / "site", clock.ms)
    console = console_over(store, clock)
    console.desk = Fleet(folder, store).desk
    console.rollouts, console.library = rolling.rollouts, rolling.rollouts.library
    for login, role in (("olena", Role.ADMINISTRATOR), ("ivan", Role.VIEWER)):
        person(console, login, role)
    yield console
    store.close()


@pytest.fixture
def console(attacked: Console, host: Host) -> Console:
    host.show(attacked)
    attacked.now_ms.pass_s(60)  # type: ignore[attr-defined] - its clock: nobody is too fast
    return attacked


def changed(console: Console) -> tuple[int, list[object]]:
    """What an act leaves behind: a line of the audit, a rollout that stands otherwise."""
    told = console.store.one(
        "SELECT count(*) AS n FROM audit WHERE act NOT LIKE 'login%' AND act <> 'session.end'"
    )
    states = console.store.rows("SELECT id, state, passed FROM rollout ORDER BY id")
    return (told or {})["n"], list(states)


@pytest.fixture(scope="module")
def inside(attacked: Console, host: Host) -> Iterator[dict[str, Guest]]:
    """Logged in once: whoever logs in for each test must wait."""
    host.show(attacked)
    made = {login: Guest(host.address) for login in ("", "olena", "ivan")}
    for login in ("olena", "ivan"):
        assert made[login].log_in(login).status_code == 303
    yield made
    for guest in made.values():
        guest.client.close()


@pytest.fixture
def guests(console: Console, inside: dict[str, Guest]) -> dict[str, Guest]:
    """ "": nobody; olena may everything, ivan only looks."""
    for login in ("olena", "ivan"):
        assert inside[login].get("/updates").status_code == 200
    return inside


@pytest.mark.parametrize("act", GUARDED, ids=name_of)
def test_a_post_of_somebody_else_does_nothing(
    act: Act, console: Console, guests: dict[str, Guest]
) -> None:
    before, path = changed(console), at(act)
    assert guests[""].post(path).headers.get("location", "").startswith("/login")
    if act.role is not Role.VIEWER:
        assert guests["ivan"].post(path).status_code == 403
    own = guests["olena"]
    for forged in (
        {"Origin": "https://evil.test"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        assert own.post(path, **forged).status_code == 403, forged
    for token in ("", "x" * 64, guests["ivan"].csrf):
        assert own.post(path, {"csrf": token}).status_code == 403
    assert own.client.get(path, params={"csrf": own.csrf}).status_code in (200, 404, 405)
    assert changed(console) == before


@pytest.mark.parametrize("act", ACTS, ids=name_of)
def test_a_post_is_read_no_further_than_its_page_says(
    act: Act, console: Console, guests: dict[str, Guest]
) -> None:
    own, before = guests["olena"], changed(console)
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Origin": own.base}

    def pieces() -> Iterator[bytes]:
        for _ in range(act.body_max // 8192 + 2):
            yield b"a" * 8192

    told = own.client.post(at(act), content=b"a" * (act.body_max + 1), headers=kind)
    drips = own.client.post(at(act), content=pieces(), headers=kind)
    assert (told.status_code, drips.status_code) == (413, 413)
    broken = {"Content-Type": "multipart/form-data; boundary=x", "Origin": own.base}
    for body in (b"", b"--x\r\n", b"--x--", b"\xff" * 100):
        assert own.client.post(at(act), content=body, headers=broken).status_code < 500
    assert changed(console) == before


@pytest.mark.parametrize("act", ACTS, ids=name_of)
def test_a_verb_that_nothing_answers_is_refused(
    act: Act, console: Console, guests: dict[str, Guest]
) -> None:
    for verb in VERBS:
        assert guests["olena"].client.request(verb, at(act)).status_code == 405, verb


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_name_is_nothing_that_there_is(
    odd: str, console: Console, guests: dict[str, Guest]
) -> None:
    own, before = guests["olena"], changed(console)
    for path in (
        f"/updates/{odd}",
        f"/updates/new?release={odd}",
        f"/updates/new?release=1.4.0&place={odd}",
        f"/updates?stage={odd}&sort={odd}&page={odd}&before={odd}",
        f"/certificates?how={odd}&find={odd}",
        f"/tills/{odd}",
        f"/tills/{odd}/story?kind={odd}&before={odd}",
    ):
        answer = own.get(path)
        assert answer.status_code in (200, 400, 404), (path, answer.headers)
    for path in ("/updates", f"/updates/{odd}", "/updates/new", "/certificates"):
        console.now_ms.pass_s(60)  # type: ignore[attr-defined]
        own.get("/updates")
        fields = dict.fromkeys(
            ("release", "deed", "wave", "place", "pilot", "shares", "not_before"), "\x00𝕏" + odd
        )
        assert own.post(path, fields).status_code in (400, 403, 404), path
    assert changed(console) == before
