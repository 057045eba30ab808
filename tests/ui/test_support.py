"""Help from afar at the screen: the codes are filmed, the bundle goes onto a stick."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import zxingcpp

from appliance.support_frames import joined
from appliance.ui.sentences import support as sentences
from appliance.ui.support_port import StickEnd
from tests.ui.rig import Rig
from tests.ui.scenes.appliance import Helped, machine


@pytest.fixture
def rig(opened: Callable[..., Rig]) -> Rig:
    return opened(language="en", width=800, height=480)


def at_support(rig: Rig) -> Helped:
    machine(rig)
    helped = rig.desk.support = Helped()
    rig.desk.go("support")
    return helped


def said(rig: Rig) -> str:
    rig.until(lambda: rig.desk.toast.parent is not None)
    return str(rig.desk.toast.text)


def test_film_of_the_screen_is_the_report(rig: Rig) -> None:
    at_support(rig)
    rig.until(lambda: rig.screen.frames)
    seen: dict[int, str] = {}
    count = len(rig.screen.frames)
    while len(seen) < count:
        at = rig.screen.shown
        if at not in seen:
            (found,) = zxingcpp.read_barcodes(rig.picture())
            seen[at] = found.text
        rig.until(lambda at=at: rig.screen.shown != at)
    report = joined(seen.values())
    assert report["v"] == 1
    assert len(report["log"]) == 40


def test_page_that_is_left_turns_no_codes(rig: Rig) -> None:
    at_support(rig)
    page = rig.screen
    rig.until(lambda: page.frames)
    rig.tap("Back")
    assert page.frames == []
    assert page._ticks is None


@pytest.mark.parametrize("end", StickEnd)
def test_what_came_of_the_stick_is_said(rig: Rig, end: StickEnd) -> None:
    helped = at_support(rig)
    helped.end = end
    rig.tap("Onto a USB stick")
    assert said(rig) == sentences.ENDS[end]


def test_report_that_cannot_be_made_is_said(rig: Rig) -> None:
    machine(rig)
    rig.desk.support = Helped(report=False)
    rig.desk.go("support")
    assert said(rig) == sentences.NO_REPORT


def test_machine_without_a_helper_has_the_codes_alone(rig: Rig) -> None:
    machine(rig)
    rig.desk.support = Helped(has_stick=False)
    rig.desk.go("support")
    rig.until(lambda: rig.screen.frames)
    assert rig.screen.stick.parent is None
