"""The comparison of sales: how often it is wrong, what it finds, and that its tables are Student's."""

from __future__ import annotations

import random
from itertools import pairwise
from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.fleet.updates import sales
from appliance.fleet.updates.plan import Selling
from appliance.fleet.updates.sales import ALPHA, ENOUGH, LOOKS, Look, Week, is_due, look, tail

T_TABLE = {
    (1, 12.706): 0.025, (2, 4.303): 0.025, (3, 5.841): 0.005, (4, 7.173): 0.001,
    (5, 5.893): 0.001, (6, 3.707): 0.005, (7, 4.785): 0.001, (10, 2.764): 0.01,
}  # fmt: skip
"""Degrees of freedom and t, with the probability that is printed in every table."""


@pytest.mark.parametrize(("degrees", "t"), list(T_TABLE))
def test_the_tail_is_that_of_students_printed_tables(degrees: int, t: float) -> None:
    assert tail(t, degrees) == pytest.approx(T_TABLE[degrees, t], rel=2e-3)
    assert tail(-t, degrees) == pytest.approx(1 - tail(t, degrees))


def test_all_looks_of_all_waves_together_spend_what_was_allowed() -> None:
    before = [Week(100 + week, 1000) for week in range(8)]
    for waves in range(1, 11):
        spent = look(Week(100, 1000), before, waves, 100).limit * waves * LOOKS
        assert spent == pytest.approx(ALPHA)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_looks_lie_four_times_as_far_apart_each_time(due: int, before: int) -> None:
    if is_due(due, before):
        assert due >= ENOUGH
        assert due >= 4 * before


# Weeks as shops have them: seasons that all share, luck that each has


def poisson(chance: random.Random, mean: float) -> int:
    return max(0, round(chance.gauss(mean, mean**0.5))) if mean > 50 else _counted(chance, mean)


def _counted(chance: random.Random, mean: float) -> int:
    limit, count, product = exp(-mean), 0, chance.random()
    while product > limit:
        count, product = count + 1, product * chance.random()
    return count


def rolled_out(
    chance: random.Random,
    *,
    tills: int,
    others: int,
    fall: float = 0.0,
    sales_an_hour: float = 20.0,
    own_swing: float = 0.1,
    season: float = 0.3,
) -> Look | None:
    """A wave of two days as the service looks at it; the look that ended it. own_swing: of a till's
    day by itself; season: of all shops together from week to week."""
    hours, weeks = 24, 8
    common = [exp(chance.gauss(0, season)) for _ in range(weeks + 1)]

    def count(many: int, factor: float) -> list[int]:
        """Of each hour; a till has good and bad days, and many tills have fewer of them together."""
        luck = many * exp(chance.gauss(0, own_swing / many**0.5))
        return [poisson(chance, luck * sales_an_hour * factor) for _ in range(hours)]

    now = count(tills, common[0] * (1 - fall)), count(others, common[0])
    before = [(count(tills, it), count(others, it)) for it in common[1:]]
    number, looked_at, found = 0, 0, None
    for hour in range(1, hours + 1):
        past = [Week(sum(mine[:hour]), sum(rest[:hour])) for mine, rest in before]
        due = sales.expected(past)
        if not is_due(due, looked_at) and not (hour == hours and due >= ENOUGH):
            continue
        today = Week(sum(now[0][:hour]), sum(now[1][:hour]))
        found = look(today, past, 4, 100)
        number, looked_at = number + 1, due
        assert number <= LOOKS
        if found.selling is Selling.LESS:
            return found
    return found


def halted(times: int, **how: float) -> int:
    chance = random.Random(7)
    looks = [rolled_out(chance, **how) for _ in range(times)]  # type: ignore[arg-type]
    assert all(looks)
    return sum(1 for it in looks if it and it.selling is Selling.LESS)


@pytest.mark.parametrize(
    "how",
    [
        {"tills": 3, "others": 40},
        {"tills": 3, "others": 40, "own_swing": 0.3},
        {"tills": 20, "others": 60, "season": 0.8},
        {"tills": 200, "others": 200, "own_swing": 0.02},
        {"tills": 1, "others": 9, "sales_an_hour": 4},
    ],
)
def test_a_harmless_release_is_halted_once_in_fifty_rollouts_at_most(
    how: dict[str, float],
) -> None:
    """400 waves with a quarter of the allowance each: two at most are expected; seven would be two
    hundred to one against the bound."""
    assert halted(400, **how) < 7


@pytest.mark.parametrize(
    ("fall", "how", "of_forty"),
    [
        (1.0, {"tills": 1, "others": 30}, 40),
        (0.5, {"tills": 3, "others": 40}, 38),
        (0.3, {"tills": 5, "others": 45}, 32),
        (0.2, {"tills": 60, "others": 60, "season": 0.8}, 38),
    ],
)
def test_a_fall_is_found(fall: float, how: dict[str, float], of_forty: int) -> None:
    assert halted(40, fall=fall, **how) >= of_forty


def test_a_holiday_that_all_shops_have_is_no_fall() -> None:
    before = [Week(1000 + 10 * week, 9000 + 90 * week) for week in range(6)]
    quiet = look(Week(400, 3600), before, 4, 100)
    assert quiet.selling is Selling.WELL
    assert not quiet.alone
    assert look(Week(400, 9100), before, 4, 100).selling is Selling.LESS


def test_a_fall_that_is_certain_and_small_halts_nothing() -> None:
    before = [Week(100_000 + week, 100_000) for week in range(8)]
    small = look(Week(95_000, 100_000), before, 4, 100)
    assert small.p < small.limit
    assert small.fall == 50
    assert small.selling is Selling.WELL


def test_alone_only_a_large_fall_is_called_one() -> None:
    before = [Week(1000 + week, 0) for week in range(8)]
    assert look(Week(750, 0), before, 4, 100).selling is Selling.WELL
    large = look(Week(650, 0), before, 4, 100)
    assert large.alone
    assert large.selling is Selling.LESS


@given(
    st.lists(st.tuples(st.integers(1, 10**5), st.integers(0, 10**5)), min_size=4, max_size=8),
    st.integers(0, 10**5),
    st.lists(st.integers(0, 10**5), min_size=2, max_size=6),
)
def test_fewer_sales_never_look_better(
    before: list[tuple[int, int]], others: int, sold: list[int]
) -> None:
    past = [Week(*it) for it in before]
    found = [look(Week(it, others), past, 4, 100) for it in sorted(sold)]
    for fewer, more in pairwise(found):
        assert fewer.p <= more.p
        assert fewer.fall >= more.fall
