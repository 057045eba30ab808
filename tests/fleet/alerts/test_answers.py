"""People answer alerts: within their shops, for as long as they said, and it stands in the audit."""

import datetime as dt

import pytest

from appliance.fleet.alarm import raise_alert
from appliance.fleet.alerts.answers import Answer
from appliance.fleet.alerts.opening import Hours
from appliance.fleet.console.access.roles import Scope
from tests.fleet import seeded

ALL = Scope.parse("*")
HOUR_MS = 3_600_000


def moment(text: str) -> int:
    return int(dt.datetime.fromisoformat(text).timestamp() * 1000)


NOW = moment("2026-11-27T22:00:00+02:00")


@pytest.fixture
def alerts(store):
    """The ids of an alert in Lviv, and of one that no shop is known of."""
    seeded.fleet(store, NOW, sales_an_hour=1)
    with store.transaction() as tx:
        raise_alert(tx, "cloned", "kram", "lviv", "T1", "twice", NOW)
        raise_alert(tx, "impostor", "", "", "T9", "who", NOW)
    rows = store.rows("SELECT id, rule FROM alert WHERE rule IN ('cloned', 'impostor')")
    return {row["rule"]: row["id"] for row in rows}


def answering(store, scope=ALL, now_ms=NOW):
    return Answer(store, "olena", scope, now_ms, "10.0.0.7")


def row(store, id_):
    return store.one("SELECT * FROM alert WHERE id = :id", id=id_)


def test_whoever_acknowledges_is_named_and_audited(store, alerts):
    assert answering(store).acknowledge([alerts["cloned"], "nothing"]) == 1
    found = row(store, alerts["cloned"])
    assert (found["acked_by"], found["acked_ms"]) == ("olena", NOW)
    told = store.one("SELECT * FROM audit WHERE act = 'alert.acknowledge'")
    assert (told["person"], told["target"]) == ("olena", alerts["cloned"])


def test_a_person_answers_only_for_the_own_shops(store, alerts):
    west = answering(store, Scope.parse("region:Захід"))
    south = answering(store, Scope.parse("region:Південь"))
    assert south.mute([alerts["cloned"]]) == 0
    assert west.mute([alerts["cloned"], alerts["impostor"]]) == 1
    assert row(store, alerts["cloned"])["muted"] == 1
    assert row(store, alerts["impostor"])["muted"] == 0


def test_muted_until_opening_comes_back_when_its_own_shop_opens(store, alerts):
    answering(store).mute_until_opening([alerts["cloned"]])
    found = row(store, alerts["cloned"])
    assert found["snoozed_until_ms"] == moment("2026-11-28T08:00:00+02:00")


def test_snoozed_and_recalled(store, alerts):
    it = alerts["cloned"]
    answering(store).snooze([it], NOW + HOUR_MS)
    assert row(store, it)["snoozed_until_ms"] == NOW + HOUR_MS
    answering(store).recall([it])
    assert row(store, it)["snoozed_until_ms"] is None


def test_what_is_closed_takes_no_more_answers(store, alerts):
    it = alerts["cloned"]
    assert answering(store).close([it]) == 1
    assert row(store, it)["cleared_ms"] == NOW
    assert answering(store).acknowledge([it]) == 0


@pytest.mark.parametrize(
    ("opens", "closes", "at", "opened", "opening"),
    [
        ("08:00", "20:00", "2026-11-27T12:00+02:00", "2026-11-27T08:00+02:00", "2026-11-28T08:00+02:00"),
        ("08:00", "20:00", "2026-11-27T07:59+02:00", None, "2026-11-27T08:00+02:00"),
        ("20:00", "04:00", "2026-11-27T01:00+02:00", "2026-11-26T20:00+02:00", "2026-11-27T20:00+02:00"),
        ("08:00", "20:00", "2026-10-25T09:00+02:00", "2026-10-25T08:00+02:00", "2026-10-26T08:00+02:00"),
    ],
)  # fmt: skip
def test_hours_hold_over_midnight_and_when_clocks_change(opens, closes, at, opened, opening):
    hours = Hours("Europe/Kyiv", opens, closes)
    assert hours.opened_ms(moment(at)) == (moment(opened) if opened else None)
    assert hours.next_opening_ms(moment(at)) == moment(opening)


@pytest.mark.parametrize("opens", ["", "around nine", "08:00"])
def test_a_shop_without_hours_never_closes(opens):
    hours = Hours("Europe/Kyiv", opens, "08:00")
    assert hours.opened_ms(NOW) == 0
    assert hours.next_opening_ms(NOW) == NOW + 24 * HOUR_MS
