"""A quick copy is what `dataclasses.replace` makes."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core.copies import replace
from appliance.core.facts import ShiftTotals, TenderType
from appliance.core.state import Shift, State, Tender

numbers = st.integers(-(10**12), 10**12)


@given(st.dictionaries(st.sampled_from(["sales", "gross_minor", "no_sales"]), numbers))
def test_it_equals_the_standard_copy(changes: dict[str, int]) -> None:
    before = ShiftTotals(sales=3, gross_minor=7)
    assert replace(before, **changes) == dataclasses.replace(before, **changes)
    assert before == ShiftTotals(sales=3, gross_minor=7)


@given(st.booleans(), numbers)
def test_a_value_with_slots_is_copied_as_well(voided: bool, amount: int) -> None:
    before = Tender(1, TenderType.CASH, 500)
    made = replace(before, voided=voided, amount_minor=amount)
    assert made == dataclasses.replace(before, voided=voided, amount_minor=amount)
    assert before == Tender(1, TenderType.CASH, 500)


def test_the_copy_is_frozen_and_of_the_same_kind() -> None:
    made = replace(State(), last_sale=5)
    assert (type(made), made.last_sale, hash(replace(made)) == hash(made)) == (State, 5, True)
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.last_sale = 6  # type: ignore[misc]


def test_a_field_that_is_not_there_is_refused() -> None:
    with pytest.raises(TypeError, match="no field 'sail'"):
        replace(State(), sail=None)


def test_a_value_that_checks_itself_is_not_copied_behind_its_back() -> None:
    @dataclass(frozen=True, slots=True)
    class Checked:
        low: int
        high: int

        def __post_init__(self) -> None:
            assert self.low <= self.high

    with pytest.raises(TypeError, match="checks its fields"):
        replace(Checked(1, 2), low=3)


def test_the_state_and_the_shift_can_be_copied() -> None:
    assert replace(Shift(1, ShiftTotals()), drops=2).drops == 2
