"""Laws of a rollout: never more tills than the wave, nothing on missing data, a halt stays."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.fleet.updates.plan import (
    FRESH_MS,
    Advance,
    Finish,
    Gate,
    Halt,
    Observed,
    Offer,
    Rollout,
    Seen,
    Selling,
    State,
    Trouble,
    Until,
    Wait,
    Wave,
    next_step,
    quota,
)

NOW_MS = 1_800_000_000_000
HOUR_MS = 3_600_000
TILLS = tuple(f"till-{number:02}" for number in range(40))
GATE = Gate(soak_ms=24 * HOUR_MS, healthy=900, returned=20, lost=100, fall=100)
WAVES = (Wave(0, TILLS[:3], GATE), Wave(100, (), GATE), Wave(500, (), GATE), Wave(1000, (), GATE))


def rollout(state: State = State.RUNNING, wave: int = 0, **changed: object) -> Rollout:
    it = Rollout("01JROLLOUT", state, WAVES, wave, NOW_MS - 48 * HOUR_MS)
    return replace(it, **changed)  # type: ignore[arg-type]


def fleet(offered: int = 0, good: int = 0, good_ms: int = NOW_MS - 30 * HOUR_MS) -> list[Seen]:
    """So many were offered it, the first so many of them have proven it."""
    return [
        Seen(till, 0 if at < offered else None, good_ms if at < good else 0)
        for at, till in enumerate(TILLS)
    ]


def seen(tills: list[Seen], selling: Selling = Selling.WELL) -> Observed:
    return Observed(NOW_MS, tuple(tills), selling)


def step(it: Rollout, tills: list[Seen], selling: Selling = Selling.WELL) -> object:
    return next_step(it, seen(tills, selling), NOW_MS)


# Any fleet at any point of any rollout

gates = st.builds(
    Gate,
    st.integers(0, 48 * HOUR_MS),
    *[st.integers(0, 1000)] * 3,
    st.sampled_from([0, 100]),
)
tills_seen = st.lists(
    st.builds(
        Seen,
        st.sampled_from(TILLS),
        st.none() | st.integers(0, 3),
        st.just(0) | st.integers(NOW_MS - 60 * HOUR_MS, NOW_MS),
        st.booleans(),
        st.booleans(),
    ),
    max_size=40,
    unique_by=lambda it: it.till,
)
waves = st.lists(
    st.tuples(st.integers(0, 1000), st.lists(st.sampled_from(TILLS), max_size=4), gates),
    min_size=1,
    max_size=4,
).map(
    lambda them: tuple(
        Wave(share, tuple(named), gate)
        for share, (_, named, gate) in zip(sorted(it[0] for it in them), them, strict=True)
    )
)


@st.composite
def rollouts(draw: st.DrawFn) -> Rollout:
    plan = draw(waves)
    return Rollout(
        "01JROLLOUT",
        draw(st.sampled_from(State)),
        plan,
        draw(st.integers(0, len(plan) - 1)),
        NOW_MS - draw(st.integers(0, 60 * HOUR_MS)),
        draw(st.booleans()),
        frozenset(draw(st.lists(st.sampled_from(TILLS), max_size=3))),
    )


@settings(deadline=None)
@given(rollouts(), tills_seen, st.sampled_from(Selling))
def test_never_more_tills_than_the_wave(it: Rollout, tills: list[Seen], selling: Selling) -> None:
    found = step(it, tills, selling)
    if isinstance(found, Offer):
        before = [each.till for each in tills if each.wave is not None]
        assert not set(before) & set(found.tills)
        assert len(set(found.tills)) == len(found.tills)
        assert len(before) + len(found.tills) <= quota(it, tills) <= len(tills)


@settings(deadline=None)
@given(rollouts(), tills_seen, st.sampled_from(Selling))
def test_it_advances_only_when_everything_is_known_and_good(
    it: Rollout, tills: list[Seen], selling: Selling
) -> None:
    found = step(it, tills, selling)
    if isinstance(found, Advance | Finish) and not it.passed:
        offered = [each for each in tills if each.wave is not None]
        proven = [each for each in offered if each.healthy]
        assert len(proven) * 1000 >= len(offered) * it.gate.healthy
        assert proven
        assert min(each.good_ms for each in proven) + it.gate.soak_ms <= NOW_MS
        assert not it.gate.fall or selling is Selling.WELL
    if isinstance(found, Advance):
        assert not it.is_last


@settings(deadline=None)
@given(rollouts(), tills_seen, st.integers(-10, 10).filter(lambda it: abs(it) > 1))
def test_what_was_not_seen_just_now_changes_nothing(
    it: Rollout, tills: list[Seen], far: int
) -> None:
    late = Observed(NOW_MS + far * FRESH_MS, tuple(tills), Selling.WELL)
    assert isinstance(next_step(it, late, NOW_MS), Wait)
    assert isinstance(next_step(it, None, NOW_MS), Wait)


@settings(deadline=None)
@given(rollouts(), tills_seen, st.sampled_from(Selling))
def test_what_stands_still_moves_only_by_a_person(
    it: Rollout, tills: list[Seen], selling: Selling
) -> None:
    for state in (State.DRAFT, State.PAUSED, State.HALTED, State.ABORTED):
        assert step(replace(it, state=state), tills, selling) == Wait(Until.PERSON)


@settings(deadline=None)
@given(rollouts(), tills_seen)
def test_a_halt_is_as_sure_with_more_trouble(it: Rollout, tills: list[Seen]) -> None:
    running = replace(it, state=State.RUNNING)
    if isinstance(step(running, tills), Halt):
        worse = [replace(each, returned=each.returned or each.wave is not None) for each in tills]
        assert isinstance(step(running, worse), Halt)


# One rollout from its start to its end


def test_pilots_are_first_then_others_that_nobody_chose() -> None:
    first = step(rollout(), fleet())
    assert first == Offer(TILLS[:3])
    second = step(rollout(wave=1), fleet(3, 3))
    assert isinstance(second, Offer)
    assert len(second.tills) == 1
    third = step(rollout(wave=2), fleet(4, 4))
    assert isinstance(third, Offer)
    assert len(third.tills) == 16
    other = step(rollout(wave=2, id="01JANOTHER"), fleet(4, 4))
    assert isinstance(other, Offer)
    assert set(other.tills) != set(third.tills)


def test_a_wave_that_has_proven_itself_lets_the_next_go() -> None:
    assert step(rollout(), fleet(3, 3)) == Advance()
    assert step(rollout(wave=3), fleet(40, 36)) == Finish()


def test_too_few_healthy_tills_hold_the_wave() -> None:
    assert step(rollout(), fleet(3, 2)) == Wait(Until.TILLS, 2, 3)
    assert step(rollout(wave=3), fleet(40, 35)) == Wait(Until.TILLS, 35, 36)


def test_the_soak_counts_from_the_till_that_made_them_enough() -> None:
    late = NOW_MS - 23 * HOUR_MS
    tills = fleet(3, 3)
    tills[2] = replace(tills[2], good_ms=late)
    assert step(rollout(), tills) == Wait(Until.SOAK, until_ms=late + 24 * HOUR_MS)
    opened = NOW_MS - HOUR_MS  # a wave of tills that were there already is looked at for as long
    assert step(rollout(waved_ms=opened), fleet(3, 3)) == Wait(
        Until.SOAK, until_ms=opened + 24 * HOUR_MS
    )


def test_sales_that_nobody_knows_hold_the_wave_until_a_person_lets_it_through() -> None:
    assert step(rollout(), fleet(3, 3), Selling.UNKNOWN) == Wait(Until.SALES)
    assert step(rollout(passed=True), fleet(3, 3), Selling.UNKNOWN) == Advance()


def test_of_a_small_wave_no_till_may_return_and_of_a_large_one_one_in_fifty() -> None:
    for offered, halts in ((3, True), (40, True)):
        tills = fleet(offered, offered)
        tills[0] = replace(tills[0], returned=True)
        found = step(rollout(wave=0 if offered == 3 else 3), tills)
        assert isinstance(found, Halt) is halts
    many = [
        Seen(f"t{number}", 0, NOW_MS - 30 * HOUR_MS, returned=number < 2) for number in range(100)
    ]
    assert not isinstance(step(rollout(wave=3), many), Halt)
    many[2] = replace(many[2], returned=True)
    assert step(rollout(wave=3), many) == Halt(Trouble.RETURNED, ("t0", "t1", "t2"), 3, 2)


def test_one_till_that_is_gone_is_no_sign_and_two_are() -> None:
    tills = fleet(3, 3)
    tills[0] = replace(tills[0], lost=True)
    assert step(rollout(), tills) == Wait(Until.TILLS, 2, 3)
    tills[1] = replace(tills[1], lost=True)
    assert step(rollout(), tills) == Halt(Trouble.LOST, TILLS[:2], 2, 1)


def test_a_fall_of_sales_halts_unless_no_sale_was_asked_for() -> None:
    assert step(rollout(), fleet(3, 1), Selling.LESS) == Halt(Trouble.SELLING_LESS)
    waves = (replace(WAVES[0], gate=replace(GATE, fall=0)), *WAVES[1:])
    assert step(rollout(waves=waves), fleet(3, 3), Selling.LESS) == Advance()


def test_a_person_who_went_on_is_not_asked_about_the_same_tills_again() -> None:
    tills = fleet(3, 3)
    tills[0] = replace(tills[0], returned=True)
    going = rollout(excused=frozenset(TILLS[:1]))
    assert not isinstance(step(going, tills), Halt)
    tills[1] = replace(tills[1], returned=True)
    assert step(going, tills) == Halt(Trouble.RETURNED, TILLS[1:2], 1, 0)


def test_whoever_comes_after_the_end_is_offered_it_too() -> None:
    done = rollout(State.DONE, wave=3)
    assert step(done, fleet(39, 39)) == Offer(TILLS[39:])
    assert step(done, fleet(40, 40)) == Wait(Until.TILLS)
    back = [replace(each, returned=True) for each in fleet(40, 40)]
    assert step(done, back) == Wait(Until.TILLS), "nothing is left to be stopped"


@pytest.mark.parametrize("tills", [[], [Seen("till-00")]])
def test_the_smallest_fleets_can_be_rolled_out_to(tills: list[Seen]) -> None:
    found = step(rollout(wave=1), tills)
    assert found == (Offer(("till-00",)) if tills else Wait(Until.TILLS, 0, 1))
