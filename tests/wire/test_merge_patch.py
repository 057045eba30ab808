"""RFC 7396: its own examples, and that a difference leads from one version to the next."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.malformed import Malformed
from appliance.wire.merge_patch import difference, patched


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_the_examples_of_the_rfc(target: Any, patch: Any, result: Any) -> None:
    assert patched(target, patch) == result


leaves = st.booleans() | st.integers() | st.text(max_size=5) | st.lists(st.integers(), max_size=3)
documents = st.dictionaries(
    st.text(max_size=3),
    st.recursive(leaves, lambda it: st.dictionaries(st.text(max_size=3), it, max_size=4), max_leaves=8),
    max_size=5,
)  # fmt: skip


@given(documents, documents)
def test_a_difference_leads_from_one_to_the_other(before: Any, after: Any) -> None:
    assert patched(before, difference(before, after)) == after


@given(documents)
def test_between_the_same_there_is_none(document: Any) -> None:
    assert difference(document, document) == {}


def test_true_is_not_one() -> None:
    assert difference({"a": 1}, {"a": True}) == {"a": True}


def test_null_cannot_be_said() -> None:
    with pytest.raises(Malformed):
        difference({}, {"a": None})
