"""What the fleet wants of a till's software, and what the till says of it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.malformed import Malformed
from appliance.wire import firmware
from appliance.wire.firmware import Offer, Report, Stage, Wanted, Window
from appliance.wire.merge_patch import patched

texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=40)
moments = st.integers(0, 2**53)
minutes = st.integers(0, 1439)
windows = st.tuples(minutes, minutes).filter(lambda it: it[0] != it[1]).map(lambda it: Window(*it))
offers = st.builds(
    Offer, texts, texts, texts, st.integers(0, 99), moments, st.none() | windows, moments
)
reports = st.builds(
    Report,
    texts,
    st.sampled_from(["A", "B", ""]),
    st.sampled_from(Stage),
    *[moments] * 3,
    *[texts] * 3,
    *[moments] * 2,
    st.lists(texts, max_size=5).map(tuple),
    *[texts] * 2,
    *[moments] * 2,
)


@settings(deadline=None)
@given(st.builds(Wanted, texts, st.none() | offers))
def test_what_is_wanted_reads_as_it_was_written(wanted: Wanted) -> None:
    assert firmware.read(firmware.document(wanted)) == wanted


@settings(deadline=None)
@given(offers, offers)
def test_an_offer_takes_the_place_of_another_whole_and_goes_whole(one: Offer, other: Offer) -> None:
    content = patched(firmware.document(Wanted("keys", one)), firmware.offered(other))
    assert firmware.read(content) == Wanted("keys", other)
    assert firmware.read(patched(content, firmware.offered(None))) == Wanted("keys")


@settings(deadline=None)
@given(reports)
def test_a_report_reads_as_it_was_written(report: Report) -> None:
    assert firmware.decode(firmware.encode(report)) == report


@settings(deadline=None)
@given(windows, minutes)
def test_a_window_and_the_rest_of_the_day_share_no_minute(window: Window, minute: int) -> None:
    assert window.holds(minute) != Window(window.until, window.since).holds(minute)


def test_a_window_over_midnight_holds_on_both_sides_of_it() -> None:
    night = firmware.window_of("22:00-06:00")
    assert night is not None
    assert [night.holds(hour * 60) for hour in (21, 22, 0, 5, 6, 12)] == [
        *(False, True, True, True, False, False)
    ]


@pytest.mark.parametrize("text", ["22-06", "24:00-06:00", "22:60-06:00", "06:00-06:00", "night"])
def test_what_is_no_window_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        firmware.window_of(text)


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"release": 7},
        {"url": None},
        {"wave": -1},
        {"window": "night"},
        {"deadline": "soon"},
        {"keys": ["a"]},
    ],
)
def test_a_document_with_a_wrong_field_is_refused(change: dict[str, object]) -> None:
    content = firmware.document(Wanted("keys", Offer("release", "/releases/a")))
    with pytest.raises(Malformed):
        firmware.read({**content, **change})


@pytest.mark.parametrize(
    "change",
    [
        {"stage": "asleep"},
        {"stage": None},
        {"reasons": "window"},
        {"reasons": ["window"] * 21},
        {"reasons": [1]},
        {"tries": -1},
        {"version": "1" * 61},
        {"good": 1.5},
    ],
)
def test_a_report_with_a_wrong_field_is_refused(change: dict[str, object]) -> None:
    told = json.loads(firmware.encode(Report("1.3.0", "A", Stage.IDLE, 1)))
    with pytest.raises(Malformed):
        firmware.decode(json.dumps(told | change).encode())


def test_a_long_detail_is_cut_rather_than_lost() -> None:
    long = Report("1.3.0", "A", Stage.RETURNED, 1, why="boot", detail="x" * 9000)
    assert len(firmware.decode(firmware.encode(long)).detail) == firmware.DETAIL_MAX
