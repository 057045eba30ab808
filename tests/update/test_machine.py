"""An update step by step: from the offer to the slot that starts by itself, and back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from appliance.update.machine import (
    ATTEMPTS_MAX,
    RETRY_FIRST_MS,
    TRIES_MAX,
    Order,
    Verdict,
    done,
)
from appliance.update.record import HISTORY_MAX, Record, load, save
from appliance.update.stages import NEXT, Event, Stage, Why
from appliance.wire.release import Objection
from update.world import World, release


def test_an_offer_is_written_tried_proven_and_committed():
    world = World(offer=release(1))
    assert world.run() is Order.INSTALL
    assert world.saved.stage is Stage.READY
    assert world.run() is Order.TRIAL
    assert (world.running, world.primary) == ("B", "A")
    assert world.run() is Order.NOTHING, "the health check has not spoken"
    world.check_health(Verdict.RUNNING)
    assert world.run() is Order.NOTHING
    world.check_health(Verdict.PASSED)
    assert world.run() is Order.GOOD
    world.run()
    assert world.saved.stage is Stage.COMMITTED
    assert world.saved.serial == 1
    assert (world.running, world.primary) == ("B", "B")
    told = [entry.stage for entry in world.saved.history]
    assert told == ["offered", "installing", "ready", "trial", "healthy", "committed"]


def test_the_next_one_goes_into_the_slot_that_was_left():
    world = committed(World(offer=release(1)))
    world.offer = release(2)
    committed(world)
    assert (world.running, world.primary, world.version) == ("A", "A", "1.2.0")


def committed(world: World) -> World:
    for _ in range(4):
        world.run()
        if world.running == world.saved.slot:
            world.check_health(Verdict.PASSED)
    world.run()
    assert world.saved.stage is Stage.COMMITTED
    return world


def test_it_waits_for_the_till_and_says_what_for():
    world = World(offer=release(1), holds=("basket", "outbox"))
    assert world.run() is Order.NOTHING
    assert world.saved.waits == ("basket",)
    world.holds = ("outbox",)
    assert world.run() is Order.INSTALL, "writing the other slot waits for no delivery"
    assert world.run() is Order.NOTHING
    assert world.saved.waits == ("outbox",)
    world.holds = ()
    assert world.run() is Order.TRIAL


def test_a_sick_release_comes_back_is_told_and_not_tried_again():
    world = World(offer=release(1))
    world.run(), world.run()
    world.check_health(Verdict.FAILED)
    assert world.run() is Order.BACK
    assert world.running == "A"
    assert world.run() is Order.BAD
    assert world.saved.stage is Stage.GIVEN_UP
    assert (world.saved.why, world.saved.detail) == (Why.UNHEALTHY, "sale")
    assert world.bad == {"B"}
    assert world.run() is Order.NOTHING


def test_a_device_that_was_switched_off_meanwhile_gets_the_release_another_trial():
    world = World(offer=release(1))
    world.run()
    for _ in range(TRIES_MAX):
        assert world.run() is Order.TRIAL
        world.check_health(Verdict.FAILED, "device printer, device scale")
        world.power_cut()
    assert world.run() is Order.BAD
    assert world.saved.why == Why.UNHEALTHY


def test_a_trial_that_the_power_cut_short_is_tried_again_up_to_three_times():
    world = World(offer=release(1))
    world.run()
    for number in range(1, TRIES_MAX + 1):
        assert world.run() is Order.TRIAL
        assert world.saved.tries == number
        world.check_health(Verdict.RUNNING)
        world.power_cut()
    assert world.run() is Order.BAD
    assert (world.saved.stage, world.saved.why) == (Stage.GIVEN_UP, Why.NO_WORD)


def test_a_release_that_never_starts_is_given_up():
    world = World(offer=release(1), dead={"1.1.0"})
    for _ in range(6):
        world.run()
    assert world.saved.stage is Stage.GIVEN_UP
    assert (world.running, world.primary, world.bad) == ("A", "A", {"B"})


def test_the_word_of_an_older_trial_is_not_this_ones():
    world = World(offer=release(1))
    world.run(), world.run()
    world.check_health(Verdict.FAILED)
    world.power_cut()
    world.run()
    assert world.saved.stage is Stage.GIVEN_UP
    world.offer = release(1, offer="again")
    world.run(), world.run()
    assert world.saved.stage is Stage.TRIAL
    world.power_cut()  # before its own health check said anything
    assert world.run() is Order.TRIAL
    assert world.saved.tries == 2


def test_what_was_given_up_has_another_chance_when_it_is_published_again():
    world = World(offer=release(1), dead={"1.1.0"})
    for _ in range(6):
        world.run()
    assert world.run() is Order.NOTHING
    world.offer, world.dead = release(1, offer="second"), set()
    assert world.run() is Order.INSTALL


def test_a_healthy_slot_that_the_power_beat_to_it_is_tried_again():
    world = World(offer=release(1))
    world.run(), world.run()
    world.check_health(Verdict.PASSED)
    world.run(cut="before")
    assert (world.running, world.primary) == ("A", "A")
    assert world.run() is Order.TRIAL
    world.check_health(Verdict.PASSED)
    world.run(), world.run()
    assert world.saved.stage is Stage.COMMITTED


@pytest.mark.parametrize("cut", ["before", "during", "after"])
def test_whatever_is_cut_in_writing_is_written_again_or_found_whole(cut):
    world = World(offer=release(1))
    world.run(cut=cut)
    assert (world.running, world.primary) == ("A", "A")
    again = world.run()
    assert again is (Order.TRIAL if cut == "after" else Order.INSTALL)
    committed(world)


def test_a_bundle_that_cannot_be_written_is_tried_later_and_later_then_given_up():
    world = World(offer=release(1))
    world.breaks()
    assert (world.saved.stage, world.saved.why) == (Stage.OFFERED, Why.BROKEN)
    first_ms = world.saved.retry_ms - world.now_ms
    assert first_ms == RETRY_FIRST_MS
    assert world.run() is Order.NOTHING
    for _ in range(ATTEMPTS_MAX - 1):
        world.now_ms = world.saved.retry_ms
        world.breaks()
    assert world.saved.stage is Stage.GIVEN_UP


def test_another_bundle_than_was_signed_for_is_not_started():
    world = World(offer=release(1))
    record = replace(Record().went(Event.OFFERS, 1, target=release(1)), attempts=1)
    record = record.went(Event.BEGINS, 1)
    assert done(record, Order.INSTALL, 2, version="0.9.0").why == Why.OTHER_BUNDLE
    world.run()
    world.slots["B"] = "0.9.0"
    assert world.run() is Order.NOTHING
    assert world.saved.stage is Stage.OFFERED


def test_a_wrong_offer_is_refused_with_its_objection_until_it_is_right():
    world = World(offer=release(1), objection=Objection.EXPIRED)
    assert world.run() is Order.NOTHING
    assert (world.saved.stage, world.saved.why) == (Stage.REFUSED, "expired")
    world.run()
    assert len(world.saved.history) == 1
    world.objection = ""
    assert world.run() is Order.INSTALL


def test_what_expires_on_its_way_goes_on_and_what_is_revoked_does_not():
    world = World(offer=release(1))
    world.run()
    world.objection = Objection.EXPIRED
    world.holds = ("basket",)
    world.run()
    assert world.saved.stage is Stage.READY
    world.objection = Objection.REVOKED
    world.run()
    assert world.saved.stage is Stage.REFUSED


def test_a_newer_offer_takes_the_place_of_one_that_waits():
    world = World(offer=release(1), holds=("outbox",))
    world.run()
    world.offer = release(2)
    assert world.run() is Order.INSTALL
    assert world.saved.target == world.offer


def test_an_offer_that_is_withdrawn_leaves_the_till_as_it_is():
    world = World(offer=release(1), holds=("outbox",))
    world.run()
    world.offer, world.holds = None, ()
    assert world.run() is Order.NOTHING
    assert world.saved.stage is Stage.IDLE


def test_a_trial_that_runs_is_not_disturbed_by_another_offer():
    world = World(offer=release(1))
    world.run(), world.run()
    world.offer = release(2)
    assert world.run() is Order.NOTHING
    world.check_health(Verdict.PASSED)
    assert world.run() is Order.GOOD


def test_a_stick_at_the_till_goes_before_what_the_fleet_offers():
    world = World(offer=release(1, stick=True), holds=("shift",))
    world.run()
    world.offer = release(2)
    world.run()
    assert world.saved.target.stick
    world.offer = None
    world.run()
    assert world.saved.target.stick


def test_a_start_that_is_still_to_come_is_ordered_again_without_another_try():
    world = World(offer=release(1))
    world.run()
    record = world.saved
    world.run()
    world.saved = replace(world.saved, boot="boot1")
    world.running, world.boot = "A", 1
    assert world.run() is Order.TRIAL
    assert world.saved.tries == 1
    assert record.stage is Stage.READY


def test_every_event_of_the_table_leads_to_a_stage_that_is_in_it():
    assert set(NEXT) == set(Stage)
    assert {end for moves in NEXT.values() for end in moves.values()} == set(Stage)


def test_the_record_survives_and_one_that_cannot_be_read_is_no_update(tmp_path):
    world = World(offer=release(1))
    world.run()
    path = tmp_path / "state" / "update.json"
    save(world.saved, path)
    assert load(path) == world.saved
    path.write_text('{"stage": "idle", "from_a_newer_version": 1, "serial": 7}')
    assert load(path).serial == 7
    for text in ("", "[]", '{"stage": "dancing"}', "{" * 100_000):
        path.write_text(text)
        assert load(path) == Record()
    assert load(tmp_path / "none.json") == Record()


def test_a_record_that_is_lost_in_a_trial_writes_nothing_over_the_slot_that_starts_by_itself():
    world = World(offer=release(1))
    world.run(), world.run()
    assert (world.running, world.primary) == ("B", "A")
    world.saved, world.offer = Record(), release(2)
    world.holds = ("basket",)
    assert world.run() is Order.NOTHING
    world.holds = ()
    assert world.run() is Order.BACK
    assert world.running == "A"
    assert world.run() is Order.INSTALL


def test_where_nobody_can_tell_which_slot_starts_nothing_is_written():
    world = World(offer=release(1), primary="")
    assert world.run() is Order.NOTHING
    assert world.saved.waits == ("unsure",)


def test_the_history_is_bounded():
    world = World()
    for serial in range(1, 30):
        world.offer = release(serial)
        world.run()
        world.slots["B"] = ""
    assert len(world.saved.history) == HISTORY_MAX
