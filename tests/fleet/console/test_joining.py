"""The page where tills are let in, and locked out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from appliance.fleet.authority import enrolment
from appliance.fleet.console.access.roles import Role
from appliance.wire.enrolment import Granted, read_token
from fleet.console.guest import Guest, console_over, person
from fleet.members import Applicant, Fleet


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
    visitor.get("/pair")
    yield visitor
    visitor.client.close()


def post(guest: Guest, path: str, **fields: str):
    return guest.post(path, fields)


def waiting(fleet: Fleet) -> tuple[Applicant, str, str]:
    till = Applicant(fleet.folder / "new")
    code = till.code(fleet)
    answer = enrolment.ask(fleet.desk, till.request(code=code, nonce=bytes(16)), "10.0.0.9")
    return till, code, answer.ticket  # type: ignore[union-attr]


def test_a_till_is_let_in_by_its_code(fleet: Fleet, admin: Guest) -> None:
    _, code, ticket = waiting(fleet)
    page = admin.get("/pair?code=ABCD").text
    assert "10.0.0.9" in page
    assert "Raspberry Pi 4" in page
    assert code not in page, "who cannot see the till's screen does not learn it here"
    wrong = post(admin, "/pair", code="AAAACCCC", shop="kyiv-1")
    assert wrong.status_code == 400
    assert "No till shows this code now" in wrong.text
    post(admin, "/pair", code=f"{code[:4]}-{code[4:]}".lower(), shop="kyiv-1")
    granted = enrolment.fetch(fleet.desk, ticket)
    assert isinstance(granted, Granted)
    assert granted.shop == "kyiv-1"
    (row,) = fleet.store.rows("SELECT person, address FROM audit WHERE act = 'till.enrol'")
    assert (row["person"], row["address"]) == ("olena", "127.0.0.1")


def test_tokens_are_shown_once(fleet: Fleet, admin: Guest) -> None:
    made = post(admin, "/pair/tokens", shop="kyiv-1", count="3", days="7").text
    tokens = re.findall(r"--token (\S+)", made)
    assert len({read_token(it).secret for it in tokens}) == 3
    assert "--token" not in admin.get("/pair").text
    assert post(admin, "/pair/tokens", shop="kyiv-1", count="no", days="7").status_code == 400


def test_tokens_for_many_cards_come_as_a_file(fleet: Fleet, admin: Guest) -> None:
    made = admin.post("/pair/tokens", {"shop": "kyiv-1", "count": "20", "days": "7", "as": "csv"})
    assert made.headers["content-type"].startswith("text/csv")
    assert len(set(re.findall(r"--token (\S+)", made.text))) == 20


def test_a_till_is_locked_out_and_let_in_again(fleet: Fleet, admin: Guest) -> None:
    granted, _ = fleet.enrolled(shop="kyiv-1")
    status = lambda: fleet.store.one("SELECT status FROM till")["status"]  # noqa: E731
    for deed, then in (("deny", "denied"), ("allow", "active"), ("accept", "active")):
        post(admin, "/pair/till", till=granted.uid, deed=deed, reason="stolen")
        assert status() == then
    post(admin, "/pair/till", till=granted.uid, deed="deny")
    assert granted.uid in admin.get("/pair").text
    post(admin, "/pair/till", till=granted.uid, deed="retire")
    assert status() == "retired"
    assert post(admin, "/pair/till", till="nobody", deed="deny").status_code == 400


def test_an_administrator_of_one_shop_lets_in_and_locks_out_there_alone(
    fleet: Fleet, admin: Guest
) -> None:
    here, _ = fleet.enrolled("till-1", shop="kyiv-1")
    there, _ = fleet.enrolled("till-2", shop="lviv-1")
    petro = Guest(admin.base)
    petro.log_in("petro")
    petro.get("/pair")
    _, code, _ = waiting(fleet)
    assert post(petro, "/pair", code=code, shop="lviv-1").status_code == 403
    assert post(petro, "/pair/tokens", shop="new", count="1", days="1").status_code == 403
    assert post(petro, "/pair/till", till=there.uid, deed="deny").status_code == 400
    post(petro, "/pair/till", till=here.uid, deed="deny")
    rows = fleet.store.rows("SELECT uid, status FROM till")
    assert {it["uid"]: it["status"] for it in rows} == {here.uid: "denied", there.uid: "active"}
    petro.client.close()


def test_nobody_below_an_administrator_lets_tills_in(admin: Guest) -> None:
    ivan = Guest(admin.base)
    ivan.log_in("ivan")
    ivan.get("/me")
    assert ivan.get("/pair").status_code == 403
    assert post(ivan, "/pair", code="AAAACCCC", shop="kyiv-1").status_code == 403
    ivan.client.close()
