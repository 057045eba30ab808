"""Certificates in the console: by their end, renewed, revoked, and who is locked out."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.core.verdict import Verdict
from appliance.fleet.authority.registry import keys_of
from appliance.fleet.console import story
from appliance.fleet.console.access.roles import Role
from appliance.fleet.console.saying import Saying
from appliance.telemetry import membership
from appliance.wire.bench_result import Result, signed
from fleet.console.guest import Guest, console_over, person
from fleet.members import PI, Fleet

DAY_MS = 86_400_000


@pytest.fixture
def fleet(small_store, tmp_path: Path) -> Fleet:
    return Fleet(tmp_path, small_store)


@pytest.fixture
def admin(fleet: Fleet, clock, host):
    clock.ms = fleet.now_ms
    console = console_over(fleet.store, clock)
    console.desk = fleet.desk
    person(console, "olena", Role.ADMINISTRATOR)
    person(console, "petro", Role.ADMINISTRATOR, "shop:kyiv-1")
    person(console, "ivan", Role.MANAGER)
    host.show(console)
    visitor = Guest(host.address)
    visitor.log_in("olena")
    visitor.get("/certificates")
    yield visitor
    visitor.client.close()


def in_days(fleet: Fleet, uid: str, days: int) -> None:
    with fleet.store.transaction() as tx:
        tx.run(
            "UPDATE till SET cert_until_ms = :until WHERE uid = :uid",
            until=fleet.now_ms + days * DAY_MS,
            uid=uid,
        )


def status(fleet: Fleet, uid: str) -> str:
    return str(fleet.store.one("SELECT status FROM till WHERE uid = :uid", uid=uid)["status"])


def test_who_ends_first_stands_first_and_says_how_it_is(fleet: Fleet, admin: Guest) -> None:
    names = {"till-1": 80, "till-2": -3, "till-3": 10, "till-4": 20}
    for name, days in names.items():
        granted, _ = fleet.enrolled(name, shop="kyiv-1")
        in_days(fleet, granted.uid, days)
    page = admin.get("/certificates").text
    places = [page.index(f">{it}<") for it in ("till-2", "till-3", "till-4", "till-1")]
    assert places == sorted(places)
    for how, name in (
        ("ended", "till-2"),
        ("soon", "till-3"),
        ("due", "till-4"),
        ("good", "till-1"),
    ):
        some = admin.get(f"/certificates?how={how}").text
        assert [it for it in names if f">{it}<" in some] == [name]
    assert ">till-3<" in admin.get("/certificates?find=till-3").text
    assert ">till-1<" not in admin.get("/certificates?find=till-3").text


def test_renewals_are_counted_and_a_file_has_all_of_it(fleet: Fleet, admin: Guest) -> None:
    granted, _ = fleet.enrolled("till-1", shop="kyiv-1")
    with fleet.store.transaction() as tx:
        tx.run(
            "INSERT INTO certificate (serial, till, fingerprint, public_key, issued_ms, not_after_ms)"
            " VALUES ('2', :uid, 'f', '', :now, :now)",
            uid=granted.uid,
            now=fleet.now_ms,
        )
    _, line = admin.get("/certificates?format=csv").text.strip().splitlines()
    assert line.startswith(f"{granted.uid},till-1,kyiv-1,good,")
    assert line.split(",")[6] == "1"


def test_ticked_tills_are_locked_out_and_let_in_again_with_a_line_each_in_the_audit(
    fleet: Fleet, admin: Guest
) -> None:
    one, _ = fleet.enrolled("till-1", shop="kyiv-1")
    two, _ = fleet.enrolled("till-2", shop="kyiv-1")
    both = f"{one.uid}\n{two.uid}"
    answer = admin.post("/certificates", {"till": both, "deed": "deny", "reason": "stolen van"})
    assert answer.status_code == 303
    assert {status(fleet, it.uid) for it in (one, two)} == {"denied"}
    assert "Locked out: 2." in admin.get("/certificates").text
    revoked = admin.get("/certificates/revoked").text
    assert revoked.count("stolen van") == 2
    assert "stolen van" in admin.get("/certificates/revoked?format=csv").text
    assert ">till-1<" in admin.get("/certificates?how=denied").text
    admin.post("/certificates", {"till": both, "deed": "allow"})
    assert {status(fleet, it.uid) for it in (one, two)} == {"active"}
    rows = fleet.store.rows(
        "SELECT act, person, target FROM audit WHERE act IN ('till.denied', 'till.allow')"
    )
    assert len(rows) == 4
    assert {it["person"] for it in rows} == {"olena"}
    admin.post("/certificates", {"till": one.uid, "deed": "retire"})
    assert ">till-1<" not in admin.get("/certificates").text


def test_an_administrator_of_one_shop_sees_and_locks_out_there_alone(
    fleet: Fleet, admin: Guest
) -> None:
    here, _ = fleet.enrolled("till-1", shop="kyiv-1")
    there, _ = fleet.enrolled("till-2", shop="lviv-1")
    petro = Guest(admin.base)
    petro.log_in("petro")
    page = petro.get("/certificates").text
    assert (here.uid in page, there.uid in page) == (True, False)
    petro.post("/certificates", {"till": f"{here.uid}\n{there.uid}", "deed": "deny"})
    assert (status(fleet, here.uid), status(fleet, there.uid)) == ("denied", "active")
    admin.post("/certificates", {"till": there.uid, "deed": "deny"})
    assert "lviv-1" not in petro.get("/certificates/revoked").text
    petro.client.close()


@pytest.mark.parametrize(
    ("fields", "code"), [({"deed": "eat", "till": "x"}, 400), ({"deed": "deny"}, 400)]
)
def test_what_is_no_deed_changes_nothing(admin: Guest, fields, code) -> None:
    assert admin.post("/certificates", fields).status_code == code


def test_nobody_below_an_administrator_sees_them(admin: Guest) -> None:
    ivan = Guest(admin.base)
    ivan.log_in("ivan")
    assert ivan.get("/certificates").status_code == 403
    assert ivan.get("/certificates/revoked").status_code == 403
    ivan.client.close()


def test_a_bench_test_counts_when_the_till_s_own_key_signed_it(fleet: Fleet) -> None:
    granted, applicant = fleet.enrolled()
    other, _ = fleet.enrolled("till-2", replace(PI, serial="10000000abcdef02"))
    steps = {"drawer": Verdict.PASSED}
    result = Result(granted.uid, "", "2026-11-29T13:45", "0.9.0", steps)
    code = signed(result, membership.read(applicant.folder).key)
    for uid, told, mark in (
        (granted.uid, code, "good"),
        (other.uid, code, "bad"),
        (granted.uid, code[:-9] + "AAAAAAAAA", "bad"),
        (granted.uid, "", "bad"),
    ):
        body = json.dumps({"passed": True, "steps": [], "code": told})
        row = {"till": uid, "epoch": 1, "type": "BenchTested", "body": body}
        found = story.tell(Saying("en"), row, "UAH", keys_of(fleet.store, uid))
        assert found.mark == mark
