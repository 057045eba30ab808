"""When an offer runs next: told by the same rule by which a basket has it or not."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from appliance.core.offers_when import next_start, runs, this_end
from appliance.core.pricing import Basket, Conditions
from appliance.core.pricing.conditions import holds

MINUTE = timedelta(minutes=1)
MOMENTS = st.datetimes(datetime(2026, 11, 1), datetime(2026, 11, 30)).map(
    lambda at: at.replace(second=0, microsecond=0)
)
CONDITIONS = st.builds(
    Conditions,
    since=st.none() | MOMENTS,
    until=st.none() | MOMENTS,
    days=st.none() | st.frozensets(st.integers(1, 7), min_size=1),
    hours=st.none()
    | st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda it: it[0] < it[1]),
)


def priced(when: Conditions, at: datetime) -> bool:
    return holds(when, Basket((), at=at))


@given(CONDITIONS, MOMENTS)
def test_an_offer_runs_when_a_basket_of_that_moment_has_it(when: Conditions, at: datetime) -> None:
    assert runs(when, at) is priced(when, at)


@given(CONDITIONS, MOMENTS)
def test_it_comes_at_the_first_moment_at_which_it_holds(when: Conditions, at: datetime) -> None:
    start = next_start(when, at)
    if start is None:
        # Weeks are alike: what does not hold in the next nine days after its start never does.
        first = max(at, when.since or at)
        assert not any(priced(when, first + MINUTE * 15 * step) for step in range(9 * 96))
        return
    assert start >= at
    assert priced(when, start)
    assert start == at or not priced(when, start - MINUTE)


@given(CONDITIONS, MOMENTS)
def test_it_ends_at_the_first_moment_at_which_it_does_not_hold(
    when: Conditions, at: datetime
) -> None:
    if not runs(when, at):
        return
    end = this_end(when, at)
    if end is None:
        assert all(priced(when, at + timedelta(days)) for days in range(8))
        return
    assert end > at
    assert not priced(when, end) or when.hours == (0, 1440)
    assert priced(when, end - MINUTE)
