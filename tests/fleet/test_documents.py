"""Documents at the fleet: layers of changes, and each till's plan folded from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from telemetry.fleet_keys import NOW_MS, Fleet

from appliance.fleet.authority.signing import Signer
from appliance.fleet.documents import DocumentMistake, Library
from appliance.fleet.layers import Change, Folded
from appliance.fleet.store import Store
from appliance.wire import document as wire
from appliance.wire.document import DocumentName, Plan
from appliance.wire.envelope import opened
from appliance.wire.merge_patch import patched

PRICES = DocumentName.PRICES
HOUR_MS = 3_600_000
PLACES = {"T1": "s1", "T2": "s1", "T3": "s2"}


@dataclass
class Desk:
    library: Library
    store: Store
    fleet: Fleet
    now: list[int]

    def changes(self, scope: str, patch: dict[str, Any], effective_ms: int = 0) -> None:
        self.library.change("olena", PRICES, [scope], patch, effective_ms)

    def plans(self, till: str = "") -> dict[str, Plan]:
        """What is sent now, and is then not sent again."""
        keys = {self.fleet.keys[-1].id: self.fleet.key.public_key()}
        rows = self.library.to_send(till)
        self.library.sent(rows)
        return {
            row["till"]: wire.read(opened(row["payload"].encode(), keys, "document"))
            for row in rows
        }

    def lives_by(self, till: str, version: int, content: dict[str, Any]) -> None:
        with self.store.transaction() as tx:
            tx.run(
                "UPDATE shadow SET reported_version = :version, reported_sha256 = :sha256"
                " WHERE till = :till",
                version=version, sha256=wire.digest(content), till=till,
            )  # fmt: skip


@pytest.fixture
def desk(store: Store) -> Desk:
    with store.transaction() as tx:
        for shop, region in (("s1", "west"), ("s2", "east")):
            tx.run(
                "INSERT INTO shop (shop, tenant, region) VALUES (:shop, 'kram', :region)",
                shop=shop,
                region=region,
            )
        for uid, shop in PLACES.items():
            tx.run(
                "INSERT INTO till (uid, tenant, shop) VALUES (:uid, 'kram', :shop)",
                uid=uid,
                shop=shop,
            )
    fleet, now = Fleet(), [NOW_MS]
    signer: Callable[[], Signer] = lambda: Signer(fleet.key, fleet.keys)  # noqa: E731
    return Desk(Library(store, signer, lambda: now[0]), store, fleet, now)


def test_a_change_reaches_the_tills_of_its_scope(desk: Desk) -> None:
    desk.changes("", {"a": "1", "b": "1"})
    plans = desk.plans()
    assert sorted(plans) == sorted(PLACES)
    assert all(plan.steps[0].inline == {"a": "1", "b": "1"} for plan in plans.values())
    desk.changes("region:west", {"b": "2"})
    assert {it: plan.steps[0].inline for it, plan in desk.plans().items()} == {
        "T1": {"a": "1", "b": "2"},
        "T2": {"a": "1", "b": "2"},
    }
    desk.changes("shop:s1", {"a": None})
    desk.changes("till:T1", {"c": "3"})
    assert desk.library.content(PRICES, "T1") == {"b": "2", "c": "3"}
    assert desk.library.content(PRICES, "T3") == {"a": "1", "b": "1"}


def test_a_wider_change_does_not_undo_a_narrower_one(desk: Desk) -> None:
    desk.changes("shop:s1", {"a": "own"})
    desk.changes("", {"a": "1"})
    assert desk.library.content(PRICES, "T1") == {"a": "own"}
    assert desk.library.content(PRICES, "T3") == {"a": "1"}


def test_what_is_planned_stays_planned_when_something_else_changes_today(desk: Desk) -> None:
    desk.changes("", {"a": "1", "b": "1"})
    desk.changes("", {"a": "2"}, NOW_MS + HOUR_MS)
    desk.plans()
    desk.changes("", {"b": "9"})
    plan = desk.plans()["T3"]
    assert [it.effective_ms for it in plan.steps] == [0, NOW_MS + HOUR_MS]
    assert plan.steps[0].inline == {"a": "1", "b": "9"}
    assert plan.steps[1].sha256 == wire.digest({"a": "2", "b": "9"})
    body = desk.library.body(plan.steps[1].sha256)
    assert body == b'{"a":"2","b":"9"}'


def test_time_alone_makes_no_new_plan(desk: Desk) -> None:
    desk.changes("", {"a": "1"})
    desk.changes("", {"a": "2"}, NOW_MS + HOUR_MS)
    desk.plans()
    desk.now[0] += 2 * HOUR_MS
    assert desk.library.refresh() == 0
    assert desk.library.content(PRICES, "T1") == {"a": "2"}


def test_a_till_that_comes_or_moves_gets_its_plan(desk: Desk) -> None:
    desk.changes("region:east", {"a": "east"})
    desk.plans()
    with desk.store.transaction() as tx:
        tx.run("INSERT INTO till (uid, tenant, shop) VALUES ('T4', 'kram', 's2')")
        tx.run("UPDATE till SET shop = 's2' WHERE uid = 'T1'")
    assert desk.library.refresh() == 2
    assert sorted(desk.plans()) == ["T1", "T4"]


def test_a_till_that_connects_is_sent_all_of_its_plans(desk: Desk) -> None:
    desk.changes("", {"a": "1"})
    desk.plans()
    assert desk.plans() == {}
    assert list(desk.plans("T2")) == ["T2"]


def test_a_newer_plan_always_begins_above_an_older_one(desk: Desk) -> None:
    desk.changes("", {"a": "0"})
    for hour in range(1, 12):
        desk.changes("", {"a": str(hour)}, NOW_MS + hour * HOUR_MS)
    before = desk.plans()["T1"]
    desk.changes("", {"b": "1"})
    after = desk.plans()["T1"]
    assert len(before.steps) == len(after.steps) == wire.STEPS_MAX
    assert after.steps[0].version > before.version


def test_a_large_document_is_fetched_or_patched(desk: Desk) -> None:
    large = {"items": {str(number): "x" * 100 for number in range(1_000)}}
    desk.changes("", large)
    plan = desk.plans()["T1"]
    assert plan.steps[0].inline is None
    assert desk.library.body(plan.steps[0].url.rpartition("/")[2]) is not None
    desk.lives_by("T1", plan.version, large)
    desk.changes("", {"items": {"7": "new"}})
    plans = desk.plans()
    assert plans["T1"].steps[0].patch == {"items": {"7": "new"}}
    assert plans["T1"].steps[0].base == plan.version
    assert plans["T2"].steps[0].patch is None
    assert plans["T2"].steps[0].url


def test_a_preview_shows_what_would_change_and_changes_nothing(desk: Desk) -> None:
    desk.changes("", {"a": "1", "b": "1"})
    desk.changes("shop:s1", {"b": "own"})
    (first, second) = desk.library.preview(PRICES, [""], {"a": "2", "b": "2"})
    assert (first.tills, first.patch) == (("T1", "T2"), {"a": "2"})
    assert (second.tills, second.patch) == (("T3",), {"a": "2", "b": "2"})
    assert desk.library.preview(PRICES, [""], {"a": "1"}) == []
    assert desk.library.content(PRICES, "T3") == {"a": "1", "b": "1"}


@pytest.mark.parametrize(
    ("scopes", "patch"),
    [([], {"a": "1"}), (["street:7"], {"a": "1"}), (["shop:"], {"a": "1"}), ([""], {}),
     ([""], {"a": 1.5}), (["all"], {"a": "1"})],
)  # fmt: skip
def test_what_cannot_be_changed_changes_nothing(
    desk: Desk, scopes: list[str], patch: dict[str, Any]
) -> None:
    with pytest.raises(DocumentMistake):
        desk.library.change("olena", PRICES, scopes, patch)
    assert desk.store.rows("SELECT name FROM document") == []


def test_drift_is_what_is_desired_and_not_lived_by(desk: Desk) -> None:
    desk.changes("", {"a": "1"})
    rows = desk.store.rows(
        "SELECT till, desired_version, reported_version FROM shadow ORDER BY till"
    )
    assert [tuple(row.values()) for row in rows] == [("T1", 16, 0), ("T2", 16, 0), ("T3", 16, 0)]


scopes = st.sampled_from(["", "region:west", "shop:s1", "till:T1"])
patches = st.dictionaries(
    st.sampled_from("abc"), st.none() | st.integers(0, 3).map(str), min_size=1, max_size=3
)
changes = st.lists(st.tuples(scopes, st.integers(0, 5), patches), max_size=8)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(changes, st.integers(0, 5))
def test_a_fold_is_every_patch_that_holds_the_wider_first(
    drawn: list[tuple[str, int, dict[str, Any]]], at: int
) -> None:
    order = ("", "region:west", "shop:s1", "till:T1")
    made = [Change(scope, n, when, patch) for n, (scope, when, patch) in enumerate(drawn)]
    expected: dict[str, Any] = {}
    for scope in order:
        for when in range(at + 1):
            for change in made:
                if (change.scope, change.effective_ms) == (scope, when):
                    expected = patched(expected, change.patch)
    assert Folded(made).at(order, at) == expected


def test_what_is_assigned_takes_the_place_of_all_that_was_changed_there(desk: Desk) -> None:
    desk.changes("", {"a": "1"})
    desk.changes("till:T1", {"a": "2", "b": "2"})
    noted = []
    desk.library.assign("", PRICES, {"till:T1": {"c": "3"}, "till:T2": {"c": "4"}}, noted.append)
    assert len(noted) == 1
    for till, content in (("T1", {"a": "1", "c": "3"}), ("T2", {"a": "1", "c": "4"})):
        assert desk.library.content(PRICES, till) == content
    assert desk.library.content(PRICES, "T3") == {"a": "1"}
    before = desk.plans()["T1"].version
    desk.library.assign("", PRICES, {"till:T1": {"c": "5"}})
    assert desk.plans()["T1"].version > before
    layers = desk.store.rows("SELECT scope FROM document WHERE scope = 'till:T1'")
    assert len(layers) == 1


def test_what_cannot_be_written_along_assigns_nothing(desk: Desk) -> None:
    def along(_tx: object) -> None:
        raise DocumentMistake("somebody was quicker")

    with pytest.raises(DocumentMistake):
        desk.library.assign("", PRICES, {"till:T1": {"c": "3"}}, along)
    assert desk.library.content(PRICES, "T1") == {}
