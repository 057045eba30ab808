"""What is offered, judged: who signed it, and whether it may go on this till."""

from __future__ import annotations

from dataclasses import replace

import pytest

from appliance.update import offers
from appliance.wire import release_keys
from appliance.wire.firmware import Wanted
from appliance.wire.release import Running
from update.signing import COMPATIBLE, YEAR_MS, Signing

RUNS = Running("1.0.0", COMPATIBLE, 1)
SERVER = "https://fleet.example/"


def judged(signing: Signing, wanted: Wanted, held: str = "", running: Running = RUNS, later_ms=0):
    roots = release_keys.roots_of(signing.roots)
    return offers.of_fleet(wanted, held, roots, running, signing.now_ms + later_ms, SERVER)


def test_a_signed_release_becomes_a_target_with_the_whole_address():
    signing = Signing()
    found = judged(signing, signing.wanted())
    assert found.objection == ""
    assert found.target.source == "https://fleet.example/releases/2.raucb"
    assert (found.target.version, found.target.serial, found.target.offer) == ("1.1.0", 2, "r1")


def test_nothing_is_wanted_when_nothing_is_or_it_runs_already():
    signing = Signing()
    assert judged(signing, Wanted()).target is None
    assert judged(signing, signing.wanted("1.0.0", 1)).target is None


@pytest.mark.parametrize(
    ("change", "objection"),
    [
        ({"version": "0.9.0"}, "not_newer"),
        ({"serial": 1}, "replayed"),
        ({"compatible": "kram-x86"}, "other_hardware"),
        ({"min_version": "1.0.5"}, "too_far"),
        ({"expires_ms": 1}, "expired"),
    ],
)
def test_what_may_not_go_on_this_till_has_its_objection(change, objection):
    signing = Signing()
    assert judged(signing, signing.wanted(**change)).objection == objection


def test_a_strangers_release_is_forged():
    signing = Signing()
    wanted = replace(signing.wanted(), offer=Signing().wanted().offer)
    assert judged(signing, wanted).objection == "forged"


def test_without_a_root_nobody_is_believed():
    signing = Signing()
    found = offers.of_fleet(signing.wanted(), "", {}, RUNS, signing.now_ms, SERVER)
    assert found.objection == "forged"


def test_a_key_that_was_taken_back_comes_with_no_older_list():
    signing = Signing()
    held = signing.keys(2, revoked=True)
    found = judged(signing, signing.wanted(), held)
    assert (found.objection, found.keys) == ("revoked", held)


def test_a_list_that_no_root_signed_changes_nothing():
    signing, stranger = Signing(), Signing()
    wanted = replace(signing.wanted(), keys=stranger.keys(9))
    found = judged(signing, wanted, held=signing.keys(1))
    assert (found.objection, found.keys) == ("", signing.keys(1))


def test_a_list_of_keys_that_ran_out_stops_new_releases():
    signing = Signing()
    assert judged(signing, signing.wanted(), later_ms=YEAR_MS + 1).objection == "keys_expired"


def test_a_stick_is_judged_like_the_fleet():
    signing = Signing()
    roots = release_keys.roots_of(signing.roots)
    texts = signing.release(), signing.keys(), "/run/kram-stick/kram.raucb"
    found = offers.of_stick(*texts, "", roots, RUNS, signing.now_ms)
    assert found.target.stick
    assert found.target.source == "/run/kram-stick/kram.raucb"
    newer = signing.keys(5, revoked=True)
    assert offers.of_stick(*texts, newer, roots, RUNS, signing.now_ms).objection == "revoked"
