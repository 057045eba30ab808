"""The inbox of alerts: worst first, answered by those who may, of their own shops."""

from __future__ import annotations

import pytest

from appliance.fleet.console.access.roles import Role
from fleet.console.guest import NOW_MS, console_over, person
from fleet.console.test_commands import HERE, THERE, Guests
from fleet.console.test_commands import fleet as fleet_with_two_shops
from fleet.members import Fleet

fleet = fleet_with_two_shops


@pytest.fixture
def people(fleet: Fleet, clock, host):
    console = console_over(fleet.store, clock)
    host.show(console)
    with fleet.store.transaction() as tx:
        for id_, rule, shop, till, severity in (
            ("a1", "offline", "lviv", HERE, "warning"), ("a2", "cloned", "lviv", HERE, "critical"),
            ("a3", "gap", "kyiv", THERE, "critical"),
        ):  # fmt: skip
            tx.run(
                "INSERT INTO alert (id, rule, tenant, shop, till, severity, opened_ms, detail)"
                " VALUES (:id, :rule, 'kram', :shop, :till, :severity, :now, '{}')",
                id=id_, rule=rule, shop=shop, till=till, severity=severity, now=NOW_MS - 60_000,
            )  # fmt: skip
    for login, role, scope in (
        ("viewer", Role.VIEWER, "*"), ("operator", Role.OPERATOR, "*"),
        ("west", Role.OPERATOR, "region:West"),
    ):  # fmt: skip
        person(console, login, role, scope)
    found = Guests(host.address)
    yield found
    for each in found.values():
        each.client.close()


def alert(fleet: Fleet, id_: str) -> dict:
    return fleet.store.one("SELECT * FROM alert WHERE id = :id", id=id_)


def test_the_worst_stand_on_top_and_what_is_taken_goes_down(people, fleet):
    page = people["viewer"].get("/alerts").text
    assert page.index("SD card was copied") < page.index("No connection in opening hours")
    assert 'name="alert"' not in page
    assert (
        people["viewer"].post("/alerts", {"deed": "acknowledge", "alert": "a2"}).status_code == 403
    )
    people["operator"].post("/alerts", {"deed": "acknowledge", "alert": "a2\na3"})
    assert alert(fleet, "a2")["acked_by"] == "operator"
    page = people["operator"].get("/alerts").text
    assert "Somebody is at it: 2." in page
    assert page.index("SD card was copied") > page.index("No connection in opening hours")
    (one, two) = fleet.store.rows("SELECT person, act FROM audit WHERE act LIKE 'alert.%'")
    assert (one["person"], two["act"]) == ("operator", "alert.acknowledge")


def test_an_alert_is_put_off_silenced_and_called_back(people, fleet, clock):
    operator = people["operator"]
    operator.post("/alerts", {"deed": "snooze", "hours": "4", "alert": "a1"})
    assert alert(fleet, "a1")["snoozed_until_ms"] == clock.ms + 4 * 3_600_000
    operator.post("/alerts", {"deed": "mute", "alert": "a2"})
    operator.post("/alerts", {"deed": "opening", "alert": "a3"})
    page = operator.get("/alerts").text
    assert "Nothing needs you" in page
    assert "Silent for now" in page
    operator.post("/alerts", {"deed": "recall", "alert": "a1\na2\na3"})
    assert "Silent for now" not in operator.get("/alerts").text
    operator.post("/alerts", {"deed": "close", "alert": "a2"})
    assert "SD card was copied" not in operator.get("/alerts").text
    assert "SD card was copied" in operator.get("/alerts/history").text


def test_who_has_the_west_sees_and_answers_its_alerts_alone(people, fleet):
    west = people["west"]
    assert "Facts are missing" not in west.get("/alerts").text
    assert "Facts are missing" not in west.get("/alerts/history").text
    west.post("/alerts", {"deed": "acknowledge", "alert": "a1\na3"})
    assert (alert(fleet, "a1")["acked_by"], alert(fleet, "a3")["acked_by"]) == ("west", "")


@pytest.mark.parametrize("fields", [{"deed": "eat"}, {"deed": "snooze", "hours": "99"}])
def test_an_answer_that_is_none_is_refused(people, fields):
    assert people["operator"].post("/alerts", {"alert": "a1", **fields}).status_code == 400


def test_another_sites_form_answers_nothing(people, fleet):
    people["operator"].csrf = "stolen"
    assert people["operator"].post("/alerts", {"deed": "mute", "alert": "a1"}).status_code == 403
    assert not alert(fleet, "a1")["muted"]
