"""The bench test at the screen: what a finger answers, and when it may begin."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.ui.bench_port import Asked, BenchLook, Said
from tests.ui.appliance import ShownRun, bench_at, bench_ended
from tests.ui.rig import Rig

OPEN = (c.SignIn("olena"), c.OpenShift(0))


def at_test(opened: Callable[..., Rig], look: BenchLook, *requests: c.Request) -> Rig:
    rig = opened(*requests, language="en")
    rig.desk.bench = ShownRun(look)
    rig.desk.go("bench_test")
    rig.settle()
    return rig


def said(rig: Rig) -> list[tuple[Said, int]]:
    assert isinstance(rig.desk.bench, ShownRun)
    return rig.desk.bench.said


def begun(rig: Rig) -> int:
    records = rig.till.journal.records(0, 10_000)
    return sum(isinstance(it.fact, f.BenchTestBegun) for it in records)


def test_it_stands_in_the_journal_before_anything_moves(opened: Callable[..., Rig]) -> None:
    rig = at_test(opened, bench_at("printer", "Whole?"))
    rig.until(lambda: rig.screen.bench is not None)
    assert begun(rig) == 1


def test_in_a_shift_the_drawer_stays_shut(opened: Callable[..., Rig]) -> None:
    rig = at_test(opened, bench_at("printer", "Whole?"), *OPEN)
    rig.until(lambda: rig.desk.name != "bench_test")
    assert begun(rig) == 0
    assert "Close the shift first." in rig.desk.toast.text


@pytest.mark.parametrize(
    ("key", "answer"), [("Yes", Said.YES), ("No", Said.NO), ("Leave it out", Said.SKIP)]
)
def test_a_key_answers_the_question_that_it_stands_below(
    opened: Callable[..., Rig], key: str, answer: Said
) -> None:
    look = bench_at("printer", "Whole?")
    rig = at_test(opened, look)
    rig.tap(key)
    assert said(rig) == [(answer, look.serial)]


def test_all_five_targets_say_yes_and_four_say_nothing(opened: Callable[..., Rig]) -> None:
    rig = at_test(opened, bench_at("touch", "Touch", Asked.TOUCH))
    targets = rig.screen.targets
    for key in targets[:4]:
        rig.tap_at(key.rect.x + 2, key.rect.y + 2)
    assert said(rig) == []
    rig.tap_at(targets[4].rect.right - 2, targets[4].rect.top - 2)
    assert [it for it, _ in said(rig)] == [Said.YES]


def test_a_sound_is_played_before_it_is_asked_about(opened: Callable[..., Rig]) -> None:
    rig = at_test(opened, bench_at("sound", "Heard?", Asked.SOUND))
    assert rig.desk.sounds.played == ["scan"]
    rig.tap("Play it again")
    assert rig.desk.sounds.played == ["scan", "scan"]


def test_leaving_ends_the_test_and_a_result_stays_until_it_is_left(
    opened: Callable[..., Rig],
) -> None:
    rig = at_test(opened, bench_at("printer", "Whole?"))
    rig.tap("End the test")
    assert rig.desk.name == "settings"
    assert said(rig) == [(Said.STOP, 0)]
    rig = at_test(opened, bench_ended(good=True))
    rig.tap("Done")
    assert rig.desk.name == "settings"


def test_a_keyboard_scanner_is_heard_by_the_test_alone(opened: Callable[..., Rig]) -> None:
    rig = at_test(opened, bench_at("scanner", "Scan", Asked.WAIT))
    heard: list[str] = []
    assert isinstance(rig.desk.bench, ShownRun)
    rig.desk.bench.scanned = heard.append  # type: ignore[method-assign]
    rig.desk.scanned_by_window("KRAM-3FA9C1")
    assert heard == ["KRAM-3FA9C1"]
    assert rig.desk.toast.parent is None
