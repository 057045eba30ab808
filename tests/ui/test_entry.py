"""A number being typed stays the number that was meant."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.ui.entry import Entry

KEYS = st.sampled_from([*"0123456789", "00", ".", ",", "back", "clear", "x", ""])


def typed(keys: str | list[str], **limits: int) -> Entry:
    entry = Entry(**limits)
    for key in keys:
        entry = entry.typed(key)
    return entry


@pytest.mark.parametrize(
    ("keys", "limits", "text"),
    [
        ("12", {}, "12"),
        ("007", {}, "7"),
        (["5", "00"], {}, "500"),
        ("1.5", {}, "15"),
        ("1.5", {"decimals": 2}, "1.5"),
        ("1,505", {"decimals": 2}, "1.50"),
        (",5", {"decimals": 2}, "0.5"),
        ("12345678", {"whole_max": 4}, "1234"),
        (["1", "2", "back"], {}, "1"),
        (["1", "clear", "2"], {}, "2"),
    ],
)
def test_keys_make_the_text(keys: str | list[str], limits: dict[str, int], text: str) -> None:
    assert typed(keys, **limits).text == text


@given(st.lists(KEYS, max_size=30), st.integers(0, 3), st.integers(1, 6))
def test_the_value_is_always_a_number_within_its_limits(
    keys: list[str], decimals: int, whole_max: int
) -> None:
    value = typed(keys, decimals=decimals, whole_max=whole_max).value
    if value is not None:
        assert 0 <= value < Decimal(10) ** whole_max
        assert value == round(value, decimals)


def test_minor_units_are_exact() -> None:
    assert typed("19.9", decimals=2).minor(2) == 1990
    assert typed("", decimals=2).minor(2) is None
