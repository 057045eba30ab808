"""Commands in the console: who may send which, to which tills, and who agrees."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from appliance.fleet.commands import Commands
from appliance.fleet.console import order_words
from appliance.fleet.console.access.roles import Role
from appliance.fleet.console.saying import Saying
from appliance.wire.remote_command import TYPES
from fleet.console.guest import Guest, console_over, person
from fleet.members import Fleet

HERE, THERE = "01J0000000000000000HERE001", "01J000000000000000THERE001"


class Guests(dict[str, Guest]):
    """By login; each logs in when a test needs them."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address

    def __missing__(self, login: str) -> Guest:
        guest = self[login] = Guest(self.address)
        guest.log_in(login)
        guest.get("/me")
        return guest


@pytest.fixture
def fleet(small_store, tmp_path: Path) -> Fleet:
    made = Fleet(tmp_path, small_store)
    with small_store.transaction() as tx:
        for shop, region, uid in (("lviv", "West", HERE), ("kyiv", "Centre", THERE)):
            tx.run(
                "INSERT INTO shop (shop, tenant, name, region) VALUES (:shop, 'kram', :shop, :region)",
                shop=shop, region=region,
            )  # fmt: skip
            tx.run(
                "INSERT INTO till (uid, tenant, shop, name) VALUES (:uid, 'kram', :shop, 'Till 1')",
                uid=uid, shop=shop,
            )  # fmt: skip
    return made


@pytest.fixture
def people(fleet: Fleet, clock, host):
    clock.ms = fleet.now_ms
    console = console_over(fleet.store, clock)
    console.commands = Commands(fleet.store, fleet.desk.signer, clock)
    host.show(console)
    for login, role, scope in (
        ("viewer", Role.VIEWER, "*"), ("operator", Role.OPERATOR, "*"), ("olena", Role.MANAGER, "*"),
        ("petro", Role.MANAGER, "*"), ("west", Role.MANAGER, "region:West"),
    ):  # fmt: skip
        person(console, login, role, scope)
    found = Guests(host.address)
    yield found
    for each in found.values():
        each.client.close()


def asked(guest: Guest, kind: str, **fields: str):
    return guest.post("/commands/new", {"type": kind, **fields})


def command(fleet: Fleet, **params: str) -> dict:
    return fleet.store.rows("SELECT * FROM command ORDER BY issued_ms DESC, id DESC")[0]


def count(fleet: Fleet) -> int:
    return fleet.store.rows("SELECT count(*) AS n FROM command")[0]["n"]


def test_an_operator_sends_a_message_to_a_shop(fleet, people):
    form = people["operator"].get("/commands/new?type=message&place=shop:lviv").text
    assert HERE in form
    assert THERE not in form
    answer = asked(people["operator"], "message", place="shop:lviv", till=HERE, listed="1",
                   text="Ревізія о 18:00", print="1", reason="")  # fmt: skip
    assert answer.status_code == 303
    row = command(fleet)
    assert (row["till"], row["state"], row["issuer"]) == (HERE, "sent", "operator")
    assert json.loads(row["args"]) == {"text": "Ревізія о 18:00", "print": True}
    page = people["operator"].get(answer.headers["location"]).text
    assert "It is on its way to 1 till" in page
    assert "Ревізія о 18:00" in page
    assert "/commands/" in people["operator"].get(f"/tills/{HERE}").text


def test_money_waits_for_another_manager(fleet, people):
    answer = asked(people["olena"], "open_drawer", place=f"till:{HERE}", till=HERE, reason="jammed")
    path = answer.headers["location"]
    assert command(fleet)["state"] == "waiting"
    assert "somebody else has to agree" in people["olena"].get(path).text
    refused = people["olena"].post(path, {"deed": "approve"})
    assert refused.status_code == 400
    assert people["operator"].post(path, {"deed": "approve"}).status_code == 403
    page = people["petro"].get("/commands").text
    assert "Waiting for a second person" in page
    assert "olena asks for it: jammed" in people["petro"].get(path).text
    assert people["petro"].post(path, {"deed": "approve"}).status_code == 303
    row = command(fleet)
    assert (row["state"], row["approver"]) == ("sent", "petro")
    acts = fleet.store.rows(
        "SELECT person, act, address FROM audit WHERE act LIKE 'command.%' ORDER BY id"
    )
    assert [(it["person"], it["act"]) for it in acts] == [
        ("olena", "command.issue"), ("petro", "command.approve"),
    ]  # fmt: skip
    assert all(it["address"] == "127.0.0.1" for it in acts)


def test_a_command_is_withdrawn_before_anybody_agrees(fleet, people):
    answer = asked(people["olena"], "open_drawer", place=f"till:{HERE}", till=HERE, reason="jammed")
    people["olena"].post(answer.headers["location"], {"deed": "withdraw"})
    assert command(fleet)["state"] == "withdrawn"
    late = people["petro"].post(answer.headers["location"], {"deed": "approve"})
    assert late.status_code == 400


def test_a_role_sends_what_it_may(fleet, people):
    assert people["viewer"].get("/commands").status_code == 403
    assert asked(people["viewer"], "diagnose", place="", till=HERE).status_code == 403
    assert "commands/new" not in people["viewer"].get(f"/tills/{HERE}").text
    assert asked(people["operator"], "wipe", place="", till=HERE, reason="x").status_code == 403
    assert people["operator"].get("/commands/new?type=wipe").status_code == 403
    assert "Wipe" not in people["operator"].get("/commands/new").text
    assert count(fleet) == 0


def test_a_manager_of_the_west_reaches_its_tills_alone(fleet, people):
    assert THERE not in people["west"].get("/commands/new?type=diagnose&place=").text
    for place in ("", "shop:kyiv", f"till:{THERE}", "region:Centre", "moon:1"):
        assert asked(people["west"], "diagnose", place=place, till=THERE).status_code == 400
    assert count(fleet) == 0
    asked(people["west"], "diagnose", place="", reason="")
    assert [it["till"] for it in fleet.store.rows("SELECT till FROM command")] == [HERE]
    answer = asked(people["olena"], "open_drawer", place=f"till:{THERE}", till=THERE, reason="why")
    path = answer.headers["location"]
    assert people["west"].get(path).status_code == 404
    assert people["west"].post(path, {"deed": "approve"}).status_code == 404
    assert THERE not in people["west"].get("/commands").text


def test_another_sites_form_sends_nothing(fleet, people):
    olena = people["olena"]
    olena.csrf = "stolen"
    assert asked(olena, "diagnose", place="", till=HERE).status_code == 403
    assert count(fleet) == 0


@pytest.mark.parametrize(
    ("kind", "fields", "said"),
    [
        ("message", {"text": ""}, "Fill in every field"),
        ("message", {"text": "x" * 161}, "too long"),
        ("logs", {"lines": "many"}, "whole number"),
        ("logs", {"lines": "999"}, "too large"),
        ("report", {"report": "secrets"}, "Fill in every field"),
        ("open_drawer", {}, "say why"),
    ],
)
def test_what_makes_no_sense_is_told_and_kept_in_the_form(fleet, people, kind, fields, said):
    answer = asked(people["olena"], kind, place="", till=HERE, **fields)
    assert answer.status_code == 400
    assert said in answer.text
    assert count(fleet) == 0


def test_no_tick_is_no_till(fleet, people):
    answer = asked(people["olena"], "diagnose", place="", listed="1")
    assert "Choose at least one till" in answer.text
    assert asked(people["olena"], "dance", place="", till=HERE).status_code == 400
    assert people["olena"].get("/commands/new?type=dance").status_code == 404


def test_the_queue_is_filtered_and_given_as_a_file(fleet, people):
    asked(people["olena"], "diagnose", place="")
    asked(people["olena"], "logs", place="shop:lviv", lines="5")
    olena = people["olena"]
    page = olena.get("/commands?type=logs&state=open").text
    assert len(re.findall(r'<tr id="command-', page)) == 1
    assert len(re.findall(r'<tr id="command-', olena.get(f"/commands?till={HERE}").text)) == 2
    assert olena.get("/commands?format=csv").text.count("\n") == 4


def test_a_changed_state_is_pushed_into_the_open_page(fleet, people):
    asked(people["olena"], "diagnose", place=f"till:{HERE}")
    id_ = command(fleet)["id"]
    with people["olena"].client.stream("GET", "/commands/stream") as stream:
        lines = stream.iter_lines()
        assert next(lines).startswith("retry:")
        with fleet.store.transaction() as tx:
            tx.run(
                "UPDATE command SET state = 'succeeded', state_ms = state_ms + 1 WHERE id = :id",
                id=id_,
            )
        asked(people["olena"], "logs", place=f"till:{HERE}", lines="5")
        row = next(line for line in lines if id_ in line)
        assert row.startswith("data: <tr")


def test_every_type_of_command_has_words():
    assert set(order_words.KINDS) == set(TYPES)


def test_answers_are_told_in_words():
    say = Saying("en")
    found = order_words.answered(say, json.dumps({"findings": [
        {"subject": "printer", "state": "fault", "says": "It is off.", "remedy": "Switch it on.",
         "detail": "usb"},
        {"subject": "clock", "state": "ready", "says": "right"},
        {"subject": "network eth0", "state": "ready", "says": "Works.", "detail": "3 errors, a-b"},
    ]}))  # fmt: skip
    assert [(it.mark, it.says, it.remedy) for it in found.findings] == [
        ("lost", "It is off: usb", "Switch it on."), ("ok", "right", ""),
        ("ok", "Works: 3 errors, a-b", ""),
    ]  # fmt: skip
    in_ukrainian = order_words.answered(Saying("uk"), json.dumps({"findings": [
        {"subject": "network eth0", "state": "ready", "says": "Works.", "detail": "3 errors, a-b"},
    ]})).findings[0]  # fmt: skip
    assert (in_ukrainian.subject, in_ukrainian.says) == ("мережа eth0", "Працює: помилок: 3, a-b")
    assert order_words.answered(say, '{"lines":["one","two"]}').lines == ["one", "two"]
    assert "settings do not allow" in order_words.answered(say, '{"error":"not_allowed"}').why
    assert order_words.answered(say, '{"error":"paper"}').why == "paper"
    report = order_words.answered(say, json.dumps({"report": {
        "currency": "UAH", "total_minor": 1250, "taxes": [{"code": "A", "net_minor": 5}], "why": ""}}))  # fmt: skip
    assert dict(report.facts)["total"] == say.money(1250, "UAH")
    assert ("taxes 1 code", "A") in report.facts
    for nonsense in ("", "[]", "nonsense", '{"findings": 5, "lines": [{}], "stock": [7]}'):
        assert not order_words.answered(say, nonsense).findings
