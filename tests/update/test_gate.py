"""May the till be updated now? One reason at a time, and none that is not there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from appliance.ui.sentences import update as sentences
from appliance.update.gate import FREE, Hold, View, may_update, of_look
from appliance.update.machine import UNSURE
from appliance.wire.firmware import Waits, window_of
from tests.till.builders import open_shift, running

NIGHT = window_of("22:00-06:00")
AT_EASE = View(free_bytes=10**9, heat_mc=50_000, power_bits=0, now_ms=10**12, minute=23 * 60)


def test_a_till_at_ease_may():
    assert may_update(AT_EASE) == ()
    assert may_update(View()) == (), "what cannot be measured holds nobody up"


@pytest.mark.parametrize(
    ("change", "hold"),
    [
        ({"basket": True}, Hold.BASKET),
        ({"payment": True}, Hold.PAYMENT),
        ({"shift_open": True}, Hold.SHIFT),
        ({"counted": False}, Hold.CASH),
        ({"printing": True}, Hold.PAPER),
        ({"waiting": 1}, Hold.OUTBOX),
        ({"free_bytes": 1_000_000}, Hold.DISK),
        ({"free_bytes": 90_000_000, "journal_bytes": 30_000_000}, Hold.DISK),
        ({"power_bits": 0x1}, Hold.POWER),
        ({"power_bits": 0x10000}, Hold.POWER),
        ({"heat_mc": 80_000}, Hold.TEMPERATURE),
        ({"not_before_ms": 10**12 + 1}, Hold.NOT_BEFORE),
        ({"window": NIGHT, "minute": 12 * 60}, Hold.WINDOW),
        ({"window": NIGHT, "clock_known": False}, Hold.CLOCK),
    ],
)
def test_each_reason_holds_it_alone(change, hold):
    assert may_update(replace(AT_EASE, **change)) == (hold,)


def test_after_the_deadline_the_hour_does_not_matter_and_the_basket_does():
    late = replace(AT_EASE, window=NIGHT, minute=12 * 60, deadline_ms=10**12)
    assert may_update(late) == ()
    assert may_update(replace(late, basket=True)) == (Hold.BASKET,)


def test_who_stands_at_the_till_with_a_stick_waits_for_no_fleet_and_no_hour():
    view = replace(AT_EASE, window=NIGHT, minute=12 * 60, waiting=9, not_before_ms=10**13)
    assert may_update(replace(view, stick=True)) == ()
    assert may_update(replace(view, stick=True, shift_open=True)) == (Hold.SHIFT,)


def test_delivery_keeps_nobody_from_writing_the_other_slot():
    assert {Hold.OUTBOX, Hold.PAPER} == FREE


def test_each_reason_has_its_sentence_and_the_fleet_knows_it():
    assert set(sentences.HOLDS) == {*Hold, UNSURE}
    assert {it.value for it in Hold} <= set(Waits)


def test_the_tills_own_view_tells(tmp_path):
    with running(tmp_path) as it:
        assert may_update(of_look(it.till.look)) == ()
        open_shift(it)
        assert may_update(of_look(it.till.look)) == (Hold.SHIFT, Hold.CASH)
