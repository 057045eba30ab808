"""The [barcodes] section: rules as the core takes them, and sentences about wrong ones."""

from __future__ import annotations

import tomllib

import pytest
from pydantic import ValidationError

from appliance.config.barcodes import RULES_MAX, Barcodes
from appliance.core.barcode import RuleKind, ShopRule, ValueCheck


def read(text: str) -> Barcodes:
    return Barcodes.model_validate(tomllib.loads(text))


def said(text: str) -> str:
    with pytest.raises(ValidationError) as caught:
        read(text)
    (only,) = caught.value.errors()
    return only["msg"].removeprefix("Value error, ")


def test_nothing_said_leaves_everything_to_the_region():
    assert Barcodes().rules == ()


def test_rules_reach_the_core_as_written():
    barcodes = read(
        """
        [[rule]]
        prefix = "21"
        kind = "weight"
        item_digits = 5
        value_digits = 5
        decimals = 3

        [[rule]]
        prefix = "23"
        kind = "price"
        item_digits = 5
        value_digits = 4
        decimals = 2
        check = "price4"

        [[rule]]
        prefix = "29"
        kind = "plain"
        """
    )
    assert barcodes.rules == (
        ShopRule("21", RuleKind.WEIGHT, 5, 5, 3),
        ShopRule("23", RuleKind.PRICE, 5, 4, 2, ValueCheck.PRICE4),
        ShopRule("29", RuleKind.PLAIN),
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            '[[rule]]\nprefix = "21"\nkind = "weight"\nitem_digits = 5\nvalue_digits = 4',
            "2 of the prefix, 5 of the item and 4 of the value make 11 digits; "
            "they must make 12, for the thirteenth checks the whole code",
        ),
        (
            '[[rule]]\nprefix = "21"\nkind = "plain"\n[[rule]]\nprefix = "21"\nkind = "plain"',
            'no. 2: "21" is already the prefix of no. 1',
        ),
        (
            '[[rule]]\nprefix = "21"\nkind = "plain"\n[[rule]]\nprefix = "215"\nkind = "plain"',
            'no. 2: codes with "215" and "21" (no. 1) overlap; '
            "write prefixes that do not begin with one another",
        ),
        (
            '[[rule]]\nprefix = "4820"\nkind = "plain"',
            '"4820" belongs to makers of goods; in-store codes begin with 02, 04 or 20 to 29',
        ),
    ],
)
def test_contradictory_rules_are_refused_with_a_sentence(text, sentence):
    assert said(text) == sentence


def test_unknown_kinds_keys_and_too_many_rules_are_refused():
    for text in (
        '[[rule]]\nprefix = "21"\nkind = "volume"',
        '[[rule]]\nprefix = 21\nkind = "plain"',
        '[[rule]]\nprefix = "21"\nkind = "plain"\ncolour = "red"',
        '[[rule]]\nkind = "plain"',
    ):
        said(text)
    many = "".join(f'[[rule]]\nprefix = "2{n:03}"\nkind = "plain"\n' for n in range(RULES_MAX + 1))
    assert said(many) == f"at most {RULES_MAX} rules are possible, not {RULES_MAX + 1}"
