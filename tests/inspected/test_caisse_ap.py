"""Caisse-AP through `till inspect`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .asking import ask, refused

TAGS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2)
VALUES = st.text(st.characters(max_codepoint=127), max_size=120)
FIELDS = st.builds(
    lambda version, rest: [["CZ", version], *([tag, value] for tag, value in rest)],
    VALUES,
    st.lists(st.tuples(TAGS, VALUES), max_size=8),
)


@given(FIELDS)
def test_what_is_written_is_read_back(fields: list[list[str]]) -> None:
    written = ask("caisse_ap", fields=fields)
    assert list(written) == ["text"]
    assert ask("caisse_ap", **written)["fields"] == fields


@given(FIELDS, st.data())
def test_a_message_cut_off_inside_a_field_is_an_error(fields, data) -> None:
    text = ask("caisse_ap", fields=fields)["text"]
    ends = {0}
    for _, value in fields:
        ends.add(max(ends) + 5 + len(value))
    at = data.draw(st.sampled_from([it for it in range(len(text)) if it not in ends]))
    assert refused("caisse_ap", text=text[:at])


@pytest.mark.parametrize(
    "text",
    [
        "", "CZ", "CZ004030", "CZ00", "CZ0x40300", "cz0040300", "Cz0040300", "C10040300",
        "CA00203CZ0040300", "CZ0040300CB", "CZ0040300CB0038", "CZ0040300 CB003875",
        "CZ0040300\n", "CZ004030é", "ČZ0040300", "CZ٠٠٤0300", "CZ 040300",
    ],
)  # fmt: skip
def test_what_is_no_message_is_an_error(text: str) -> None:
    assert refused("caisse_ap", text=text)


@pytest.mark.parametrize(
    "fields",
    [
        [], [["CB", "100"]], [["CZ"]], [["CZ", "0300", "x"]], ["CZ0300"], [["CZ", 300]], "CZ",
        [["CZ", "0300"], ["cb", "1"]], [["CZ", "0300"], ["CBX", "1"]], [["CZ", "0300"], ["C", ""]],
        [["CZ", "0300"], ["C1", "1"]], [["CZ", "é"]], [["CZ", "0" * 1000]], [["CZ", None]], {"CZ": ""},
        [["CZ", "0300"], ["ÀB", "1"]], [["CZ", "\ud800"]],
    ],
)  # fmt: skip
def test_what_cannot_be_written_is_an_error(fields: object) -> None:
    assert refused("caisse_ap", fields=fields)


def test_nothing_asked_is_an_error_and_text_counts_first() -> None:
    assert refused("caisse_ap")
    assert refused("caisse_ap", text=None, fields=None)
    assert refused("caisse_ap", text=5)
    assert "fields" in ask("caisse_ap", text="CZ0040300", fields=[["CZ", "0300"]])
    assert "text" in ask("caisse_ap", text=None, fields=[["CZ", "0300"]])


def test_a_value_may_be_empty_or_as_long_as_three_digits_say() -> None:
    assert ask("caisse_ap", text="CZ000CA000")["fields"] == [["CZ", ""], ["CA", ""]]
    whole = "7" * 999
    assert ask("caisse_ap", text=f"CZ999{whole}") == {"fields": [["CZ", whole]]}
    assert ask("caisse_ap", fields=[["CZ", whole]]) == {"text": f"CZ999{whole}"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [("875", 875), ("000", 0), ("0000000001", 1), ("", None), ("8.75", None), ("-5", None),
     (" 75", None), ("1" * 300, int("1" * 300))],
)  # fmt: skip
def test_the_amount_is_cb_if_it_is_digits(value: str, expected: int | None) -> None:
    answer = ask("caisse_ap", text=f"CZ0040300CB{len(value):03}{value}")
    assert answer.get("amount_minor") == expected
    assert ("amount_minor" in answer) == (expected is not None)


@pytest.mark.parametrize(
    ("action", "outcome"),
    [("10", "approved"), ("11", "pending"), ("01", "declined"), ("00", "unknown"), ("", "unknown"),
     ("1", "unknown"), ("010", "unknown"), ("99", "unknown"), ("10 ", "unknown")],
)  # fmt: skip
def test_the_outcome_comes_from_ae(action: str, outcome: str) -> None:
    text = f"CZ0040300AE{len(action):03}{action}"
    assert ask("caisse_ap", text=text) == {
        "fields": [["CZ", "0300"], ["AE", action]],
        "outcome": outcome,
    }
    assert ask("caisse_ap", text=text + "AF00207")["reason"] == "07"
    assert ask("caisse_ap", text=text + "AF000")["reason"] == ""


def test_without_ae_there_is_neither_outcome_nor_reason() -> None:
    assert list(ask("caisse_ap", text="CZ0040300AF00207")) == ["fields"]


def test_of_a_repeated_tag_the_first_counts() -> None:
    text = "CZ0040300CB0011CB0012AE00201AE00210AF00207AF00208"
    answer = ask("caisse_ap", text=text)
    assert (answer["amount_minor"], answer["outcome"], answer["reason"]) == (1, "declined", "07")
    assert len(answer["fields"]) == 7
    assert "amount_minor" not in ask("caisse_ap", text="CZ0040300CB001xCB0012")
