"""A rollout over a store: offers in documents, gates by what tills say and sell, people's deeds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from appliance.fleet.store import Insert, Store
from appliance.fleet.updates import counting, looks, observing
from appliance.fleet.updates.counting import Window
from appliance.fleet.updates.plan import Finish, Halt, State, Trouble, Until, Wait
from appliance.fleet.updates.rollouts import Rollouts
from appliance.fleet.updates.trust import UpdateMistake
from appliance.wire import firmware, release_keys
from appliance.wire import release as wire
from appliance.wire.document import DocumentName
from appliance.wire.firmware import Report, Stage
from hw_sim.fleet_bundle import COMPATIBLE
from tests.fleet.updates.builders import (
    DAY_MS,
    HOUR_MS,
    MONDAY_MS,
    WEEK_MS,
    Desk,
    plan,
)
from tests.wire.release_builders import KEY, ROOT, ROOTS, id_of


@pytest.fixture
def desk(small_store: Store, tmp_path: Path) -> Desk:
    return Desk(small_store, tmp_path / "fleet")


@pytest.fixture
def both(store: Store, tmp_path: Path) -> Desk:
    """On either database: for what asks it the most."""
    return Desk(store, tmp_path / "fleet")


def begun(desk: Desk, tills: list[str], **gate: Any) -> str:
    """A rollout of 1.4.0 whose first till is its pilot."""
    sha256 = desk.publish("1.4.0")
    id_ = desk.rollouts.make("olena", sha256, [""], plan(tills[0], **gate))
    desk.rollouts.move("olena", id_, "start")
    return id_


def test_a_rollout_that_goes_well_reaches_every_till_wave_by_wave(both: Desk) -> None:
    tills = both.tills(10)
    id_ = begun(both, tills)
    assert both.steps(id_) == Wait(Until.TILLS, 0, 1)
    assert list(both.offers()) == tills[:1]
    both.update(tills[:1])
    assert both.steps(id_) == Wait(Until.TILLS, 1, 5)
    second = list(both.offers())
    assert len(second) == 5
    both.update(second)
    assert both.steps(id_) == Wait(Until.TILLS, 5, 9)
    assert list(both.offers()) == tills
    both.update(tills)
    assert both.steps(id_) == Finish()
    assert both.row(id_)["state"] == State.DONE
    assert both.rollouts.working() == [id_]
    acts = [it for it in both.acts() if it.startswith("rollout")]
    assert acts == [
        *("rollout.make", "rollout.start", "rollout.offer", "rollout.advance", "rollout.offer"),
        *("rollout.advance", "rollout.offer", "rollout.finish"),
    ]


def test_a_till_that_is_done_and_does_not_say_since_when_has_proven_it_since_it_was_heard(
    desk: Desk,
) -> None:
    tills = desk.tills(2)
    id_ = begun(desk, tills, soak_ms=HOUR_MS)
    desk.steps(id_)
    desk.says(tills[0], Report("1.4.0", "B", Stage.TRIAL, 1, 0, compatible=COMPATIBLE))
    assert desk.steps(id_) == Wait(Until.TILLS, 0, 1)
    desk.says(tills[0], Report("1.4.0", "B", Stage.IDLE, 1, 0, compatible=COMPATIBLE))
    assert desk.steps(id_) == Wait(Until.SOAK, until_ms=desk.now_ms + HOUR_MS)


def test_an_offer_is_what_a_till_believes_and_can_fetch(desk: Desk) -> None:
    tills = desk.tills(4)
    id_ = begun(desk, tills)
    desk.steps(id_)
    content = desk.rollouts.library.content(DocumentName.FIRMWARE, tills[0])
    wanted = firmware.read(content)
    assert wanted.offer is not None
    assert (wanted.offer.rollout, wanted.offer.wave) == (id_, 0)
    assert str(wanted.offer.window) == "22:00-06:00"
    keys = release_keys.read(wanted.keys, ROOTS)
    found = wire.judged(
        wanted.offer.release, keys, wire.Running("1.3.0", "kram-rpi-arm64"), desk.now_ms
    )
    assert isinstance(found, wire.Release)
    assert wanted.offer.url == f"/releases/{found.sha256}.raucb?till={tills[0]}"
    ticket = wanted.offer.ticket
    assert desk.releases.serves(found.sha256, tills[0], ticket) is not None
    assert desk.releases.serves(found.sha256, tills[1], ticket) is None


def test_only_tills_that_the_release_is_for_are_counted(both: Desk) -> None:
    tills = both.tills(6)
    both.says(tills[1], Report("1.3.0", "A", Stage.IDLE, 1, 1, compatible="kram-other"))
    both.says(tills[2], Report("1.5.0", "A", Stage.IDLE, 1, 1, compatible="kram-rpi-arm64"))
    with both.store.transaction() as tx:
        tx.run("UPDATE till SET status = 'denied' WHERE uid = :it", it=tills[3])
        tx.run("DELETE FROM till_firmware WHERE till = :it", it=tills[4])
    row = both.row(begun(both, tills))
    release = both.releases.find("1.4.0")
    assert release is not None
    found = [it["uid"] for it in observing.tills_of(both.store, row, release)]
    assert found == [tills[0], tills[5]]


def test_a_rollout_of_a_region_leaves_the_others_alone(both: Desk) -> None:
    tills = both.tills(6, a_shop=3)
    with both.store.transaction() as tx:
        tx.run("UPDATE shop SET region = 'west' WHERE shop = 'shop-001'")
    sha256 = both.publish("1.4.0")
    id_ = both.rollouts.make("olena", sha256, ["region:west"], plan(tills[3]))
    both.rollouts.move("olena", id_, "start")
    for _ in range(3):
        both.steps(id_)
        both.update(both.offers())
    assert both.steps(id_) in (Finish(), Wait(Until.TILLS))
    assert list(both.offers()) == tills[3:]


def test_a_till_that_returns_halts_the_rollout_and_takes_back_what_nobody_booted(
    desk: Desk,
) -> None:
    tills = desk.tills(10)
    id_ = begun(desk, tills)
    desk.steps(id_)
    desk.update(tills[:1])
    desk.steps(id_)
    offered = list(desk.offers())
    desk.update(offered[:3])
    desk.returns(offered[3], id_)
    halt = desk.steps(id_)
    assert halt == Halt(Trouble.RETURNED, (offered[3],), 1, 0)
    assert list(desk.offers()) == sorted(offered[:3])
    assert desk.row(id_)["state"] == State.HALTED
    assert json.loads(desk.row(id_)["why"])["trouble"] == "returned"
    assert desk.steps(id_) == Wait(Until.PERSON)
    assert desk.rollouts.working() == []
    returned = desk.store.rows("SELECT till, why, wanted FROM till_return")
    assert returned == [{"till": offered[3], "why": "unhealthy", "wanted": "1.4.0"}]


def test_a_person_goes_on_after_a_halt_and_is_not_halted_for_the_same(both: Desk) -> None:
    tills = both.tills(10)
    id_ = begun(both, tills)
    both.steps(id_)
    both.returns(tills[0], id_)
    assert isinstance(both.steps(id_), Halt)
    assert both.rollouts.move("petro", id_, "resume") is State.RUNNING
    assert both.steps(id_) == Wait(Until.TILLS, 0, 1)
    assert list(both.offers()) == tills[:1], "it is offered again"
    both.rollouts.let_through("petro", id_, both.row(id_)["wave"])
    assert both.steps(id_) == Wait(Until.TILLS, 0, 5)
    assert both.row(id_)["passed"] == 0, "one wave is let through, not all"


def test_a_pause_takes_offers_back_and_goes_on_with_the_same_tills(both: Desk) -> None:
    tills = both.tills(10)
    id_ = begun(both, tills)
    both.steps(id_)
    both.update(tills[:1])
    both.steps(id_)
    before = both.offers()
    both.rollouts.move("olena", id_, "pause")
    assert list(both.offers()) == tills[:1], "who runs it is told the same as before"
    both.now_ms += HOUR_MS
    both.rollouts.move("olena", id_, "resume")
    assert both.offers() == before


@pytest.mark.parametrize(
    ("deeds", "refused"),
    [
        (["start"], "start"),
        (["start", "pause"], "pause"),
        (["start", "abort"], "resume"),
        (["abort"], "abort"),
        ([], "resume"),
    ],
)
def test_what_is_no_move_from_here_is_refused(desk: Desk, deeds: list[str], refused: str) -> None:
    desk.tills(2)
    id_ = desk.rollouts.make("olena", desk.publish("1.4.0"), [""], plan("till-000"))
    for deed in deeds:
        desk.rollouts.move("olena", id_, deed)
    with pytest.raises(UpdateMistake):
        desk.rollouts.move("olena", id_, refused)


def test_one_rollout_at_a_time_and_the_newest_counts(both: Desk) -> None:
    tills = both.tills(2)
    first = begun(both, tills)
    second = both.rollouts.make("olena", both.publish("1.5.0"), [""], plan(tills[0]))
    with pytest.raises(UpdateMistake, match=r"1\.4\.0 is not over"):
        both.rollouts.move("olena", second, "start")
    both.rollouts.move("olena", first, "abort")
    both.now_ms += 1
    both.rollouts.move("olena", second, "start")
    assert both.rollouts.working() == [second]


def test_a_withdrawn_release_and_a_revoked_key_stop_what_runs(desk: Desk) -> None:
    tills = desk.tills(4)
    id_ = begun(desk, tills)
    desk.steps(id_)
    keys = desk.keys(serial=2, revoked=(id_of(KEY),))
    desk.releases.trust.take("olena", release_keys.signed(keys, ROOT))
    assert desk.steps(id_) == Halt(Trouble.NOT_GOOD)
    assert desk.offers() == {}
    for till in tills:
        content = desk.rollouts.library.content(DocumentName.FIRMWARE, till)
        told = release_keys.read(firmware.read(content).keys, ROOTS)
        assert id_of(KEY) in told.revoked, "every till is told, whatever it was offered"
    with pytest.raises(UpdateMistake):
        desk.rollouts.move("olena", id_, "resume")


def test_a_rollout_that_is_over_gives_a_release_that_is_bad_to_no_newcomer(desk: Desk) -> None:
    tills = desk.tills(2)
    id_ = begun(desk, tills)
    for _ in range(3):
        desk.steps(id_)
        desk.update(desk.offers())
    desk.steps(id_)
    assert desk.row(id_)["state"] == State.DONE
    desk.update(tills[1:], "1.3.0")  # its card was changed for an old one
    with desk.store.transaction() as tx:
        tx.run("DELETE FROM rollout_till WHERE till = :it", it=tills[1])
    keys = desk.keys(serial=2, revoked=(id_of(KEY),))
    desk.releases.trust.take("olena", release_keys.signed(keys, ROOT))
    assert desk.steps(id_) == Wait(Until.PERSON)
    assert desk.store.rows("SELECT till FROM rollout_till") == [{"till": tills[0]}]


def test_a_till_that_was_offered_it_in_the_moment_of_a_pause_is_not_forgotten(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    tills = desk.tills(10)
    id_ = begun(desk, tills)
    desk.steps(id_)
    desk.update(tills[:1])
    layers = type(desk.rollouts)._layers

    def late(self: Rollouts, row: dict[str, Any], release: dict[str, Any], *, give: bool) -> Any:
        monkeypatch.undo()
        found = layers(self, row, release, give=give)
        desk.steps(id_)  # another server takes its step just now
        return found

    monkeypatch.setattr(Rollouts, "_layers", late)
    desk.rollouts.move("olena", id_, "pause")
    assert len(desk.store.rows("SELECT till FROM rollout_till")) == 5
    assert list(desk.offers()) == tills[:1]


def test_a_withdrawn_release_ends_its_rollout_and_is_given_to_nobody(desk: Desk) -> None:
    tills = desk.tills(4)
    id_ = begun(desk, tills)
    desk.steps(id_)
    offer = desk.offers()[tills[0]]
    release = desk.releases.find("1.4.0")
    assert release is not None
    desk.rollouts.withdraw("olena", release["sha256"], "prints no taxes")
    assert desk.row(id_)["state"] == State.ABORTED
    assert desk.offers() == {}
    assert desk.releases.serves(release["sha256"], tills[0], offer.ticket) is None
    with pytest.raises(UpdateMistake):
        desk.rollouts.make("olena", release["sha256"], [""], plan(tills[0]))


@pytest.mark.parametrize("times", [1, 9])
def test_a_withdrawal_that_breaks_off_leaves_nobody_who_is_given_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    """times: so often somebody else moved the rollout in the same moment."""
    tills = desk.tills(2)
    id_ = begun(desk, tills)
    desk.steps(id_)
    release = desk.releases.find("1.4.0")
    assert release is not None
    left, move = [times], Rollouts.move

    def moved(self: Rollouts, *args: Any) -> State:
        left[0] -= 1
        if left[0] >= 0:
            raise UpdateMistake("Somebody else has just changed it: look again.")
        return move(self, *args)

    monkeypatch.setattr(Rollouts, "move", moved)
    try:
        desk.rollouts.withdraw("olena", release["sha256"], "")
        assert desk.row(id_)["state"] == State.ABORTED
    except UpdateMistake:
        assert times > 1
        desk.rollouts.advance(id_)
        assert desk.row(id_)["state"] == State.HALTED
    assert desk.offers() == {}
    assert not desk.releases.is_good(desk.releases.find("1.4.0"))


def test_tills_that_are_gone_since_the_update_halt_it(both: Desk) -> None:
    tills = both.tills(4)
    id_ = begun(both, tills)
    both.steps(id_)
    both.update(tills[:1])
    both.steps(id_)
    offered = list(both.offers())
    both.update(offered)
    both.now_ms += HOUR_MS
    with both.store.transaction() as tx:
        columns = ("id", "rule", "shop", "till", "severity", "opened_ms")
        rows = [(till, "offline", "s", till, "critical", both.now_ms) for till in offered]
        tx.insert(Insert("alert", columns, rows))
    assert both.steps(id_) == Halt(Trouble.LOST, tuple(sorted(offered)), 2, 1)


def test_an_alert_from_before_the_update_says_nothing_of_the_release(desk: Desk) -> None:
    tills = desk.tills(2)
    id_ = begun(desk, tills)
    desk.steps(id_)
    with desk.store.transaction() as tx:
        columns = ("id", "rule", "shop", "till", "severity", "opened_ms")
        tx.insert(Insert("alert", columns, [("a", "offline", "s", tills[0], "critical", 1)]))
    desk.update(tills[:1])
    assert desk.steps(id_) == Wait(Until.TILLS, 1, 2), "the last wave: the pilot has passed"
    assert desk.row(id_)["wave"] == 2


# Sales


def trading(desk: Desk, an_hour: int) -> tuple[str, list[str]]:
    """Twelve tills with eight weeks behind them, a pilot of two that was updated this morning."""
    tills = desk.tills(12)
    desk.weeks(tills, 10)
    sha256 = desk.publish("1.4.0")
    wanted = plan(*tills[:2], soak_ms=6 * HOUR_MS, fall=100)
    id_ = desk.rollouts.make("olena", sha256, [""], wanted)
    desk.rollouts.move("olena", id_, "start")
    desk.steps(id_)
    desk.update(tills[:2])
    for _ in range(6):
        hour = desk.now_ms
        desk.now_ms += HOUR_MS
        desk.sell(tills[:2], hour, desk.now_ms, an_hour)
        desk.sell(tills[2:], hour, desk.now_ms, 10)
        desk.hears(tills)
        if isinstance(desk.steps(id_), Halt):
            break
    return id_, tills


def test_tills_that_sell_as_they_did_let_the_next_wave_go(desk: Desk) -> None:
    id_, _ = trading(desk, 10)
    assert desk.row(id_)["wave"] == 1
    look = looks.read(desk.row(id_)["looks"]).shown
    assert look is not None
    assert not look.alone
    assert abs(look.fall) < 50


def test_tills_that_sell_half_halt_it_before_the_day_is_over(both: Desk) -> None:
    id_, tills = trading(both, 4)
    row = both.row(id_)
    assert row["state"] == State.HALTED
    assert json.loads(row["why"])["trouble"] == "selling_less"
    look = looks.read(row["looks"]).shown
    assert look is not None
    assert look.fall > 400
    assert both.now_ms < MONDAY_MS + 6 * HOUR_MS
    assert list(both.offers()) == tills[:2]


def test_sales_are_counted_once_an_hour_however_often_one_looks(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, weeks = [], counting.weeks
    monkeypatch.setattr(counting, "weeks", lambda *them: asked.append(them) or weeks(*them))
    tills = desk.tills(12)
    id_ = begun(desk, tills, fall=100)
    desk.steps(id_)
    desk.update(tills[:1])
    for hours in (1, 2):
        desk.now_ms += HOUR_MS
        for _ in range(3):
            desk.steps(id_)
        assert len(asked) == 1 + hours, "and once as it began"


def test_a_bad_day_of_the_whole_fleet_halts_nothing(desk: Desk) -> None:
    tills = desk.tills(12)
    desk.weeks(tills, 10)
    id_ = desk.rollouts.make(
        "olena", desk.publish("1.4.0"), [""], plan(*tills[:2], soak_ms=6 * HOUR_MS, fall=100)
    )
    desk.rollouts.move("olena", id_, "start")
    desk.steps(id_)
    desk.update(tills[:2])
    desk.sell(tills, desk.now_ms, desk.now_ms + 6 * HOUR_MS, 4)
    desk.now_ms += 6 * HOUR_MS
    desk.hears(tills)
    desk.steps(id_)
    assert (desk.row(id_)["state"], desk.row(id_)["wave"]) == (State.RUNNING, 1)


def test_sales_that_have_not_arrived_are_no_fall(both: Desk) -> None:
    tills = both.tills(12)
    both.weeks(tills, 10)
    id_ = both.rollouts.make(
        "olena", both.publish("1.4.0"), [""], plan(*tills[:2], soak_ms=HOUR_MS, fall=100)
    )
    both.rollouts.move("olena", id_, "start")
    both.steps(id_)
    both.update(tills[:2])
    both.sell(tills[2:], both.now_ms, both.now_ms + 6 * HOUR_MS, 10)
    both.now_ms += 6 * HOUR_MS
    both.hears(tills)
    with both.store.transaction() as tx:
        tx.run("UPDATE till SET max_seq = 500 WHERE uid IN ('till-000', 'till-001')")
    wait = both.steps(id_)
    assert isinstance(wait, Wait)
    assert wait.until is Until.SALES


def test_a_fleet_too_young_to_compare_waits_for_a_person(desk: Desk) -> None:
    tills = desk.tills(12)
    desk.weeks(tills, 10, weeks=3)
    id_ = desk.rollouts.make(
        "olena", desk.publish("1.4.0"), [""], plan(*tills[:2], soak_ms=HOUR_MS, fall=100)
    )
    desk.rollouts.move("olena", id_, "start")
    desk.steps(id_)
    desk.update(tills[:2])
    desk.sell(tills, desk.now_ms, desk.now_ms + 6 * HOUR_MS, 10)
    desk.now_ms += 6 * HOUR_MS
    desk.hears(tills)
    assert desk.steps(id_) == Wait(Until.SALES, why="weeks")
    desk.rollouts.let_through("petro", id_, desk.row(id_)["wave"])
    desk.steps(id_)
    assert desk.row(id_)["wave"] == 1


def test_hours_count_from_the_update_and_meet_no_week_twice(desk: Desk) -> None:
    assert WEEK_MS == 7 * DAY_MS
    (till,) = desk.tills(1)
    desk.update([till])
    desk.now_ms += 30 * DAY_MS
    desk.hears([till])
    row = desk.store.one(
        "SELECT t.uid, t.shop, t.seen_ms, t.max_seq, NULL AS next, NULL AS upto_ms, f.booted_ms"
        " FROM till t JOIN till_firmware f ON f.till = t.uid"
    )
    assert row is not None
    first, last = Window.since_update([row]).span
    assert first * HOUR_MS == MONDAY_MS, "the till was updated as the hour began"
    assert last - first == 7 * 24
