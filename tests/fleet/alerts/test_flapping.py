"""Laws of opening and ending, whatever a rule finds and whenever it is asked."""

from hypothesis import given
from hypothesis import strategies as st

from appliance.fleet.alerts.flapping import Changes, Open, Watch, step
from appliance.fleet.alerts.rule import Finding, Key

KEY = Key("heat", "lviv", "T1")
LIMITS = {"after_s": 30, "clear_s": 60}


def story(looks: list[bool], every_s: int = 10) -> list[tuple[int, str]]:
    """What happens, and when, if the rule finds this at look after look."""
    watch, open_, told = Watch(), {}, []
    for number, holds in enumerate(looks):
        now_s = number * every_s
        found = [Finding(KEY, "warning")] if holds else []
        changes = step(watch, found, open_, now_s * 1000, LIMITS)
        if changes.opened:
            open_[KEY] = Open("a", "warning", {})
            told.append((now_s, "open"))
        if changes.cleared:
            del open_[KEY]
            told.append((now_s, "over"))
    return told


def test_it_opens_after_it_held_for_long_and_ends_after_it_did_not():
    assert story([True] * 5 + [False] * 10) == [(30, "open"), (100, "over")]


def test_what_comes_and_goes_is_one_alert():
    assert story([True] * 4 + [False, False, True] * 10) == [(30, "open")]


def test_what_never_holds_for_long_is_none():
    assert story([True, True, False] * 20) == []


@given(st.lists(st.booleans(), max_size=60))
def test_openings_and_ends_take_turns_and_each_was_held(looks):
    told = story(looks)
    assert [what for _, what in told] == ["open", "over"] * (len(told) // 2) + ["open"] * (
        len(told) % 2
    )
    for now_s, what in told:
        back = looks[max(0, now_s // 10 - 3) : now_s // 10 + 1]
        assert all(back) if what == "open" else not any(back)


@given(st.lists(st.booleans(), max_size=30))
def test_of_a_till_that_nobody_hears_nothing_changes(looks):
    watch, open_ = Watch(), {Key("heat", "lviv", "T1", "old"): Open("a", "warning", {})}
    for number, holds in enumerate(looks):
        found = [Finding(KEY, "warning")] if holds else []
        changes = step(watch, found, open_, number * 100_000, LIMITS, {"T1"})
        assert changes == Changes()
