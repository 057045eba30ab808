"""The [barcodes] section: rules as the core takes them, and sentences about wrong ones."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from pydantic import ValidationError

from appliance.config import ConfigError
from appliance.config.barcodes import RULES_MAX, Barcodes
from appliance.config.read import parse
from appliance.config.rules import checked
from appliance.core.barcode import RuleKind, ShopRule, ValueCheck
from appliance.shop import policy


def read(text: str) -> Barcodes:
    return checked(Barcodes, tomllib.loads(text))


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


def wrong_file(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse(text, "shop.toml", Path("/shop"))
    return list(caught.value.mistakes)


def test_a_mistake_in_the_file_is_said_with_its_line():
    rule = '[[barcodes.rule]]\nprefix = "21"\nkind = "weight"\nitem_digits = 5\nvalue_digits = 4\n'
    (said_once,) = wrong_file(rule)
    assert said_once.startswith("shop.toml:1: [barcodes.rule] no. 1 2 of the prefix, 5 of the item")
    twice = '[[barcodes.rule]]\nprefix = "21"\nkind = "plain"\n' * 2
    (said_once,) = wrong_file(twice)
    assert said_once == 'shop.toml:1: [barcodes] `rule`: no. 2: "21" is already the prefix of no. 1'
    unknown = '[[barcodes.rule]]\nprefix = "21"\nkind = "wieght"\n'
    (said_once,) = wrong_file(unknown)
    assert '"wieght" is not possible, did you mean `weight`?' in said_once


def test_a_price_has_no_more_decimals_than_the_currency():
    text = (
        '[shop]\ncurrency = "JPY"\n[[barcodes.rule]]\nprefix = "28"\nkind = "price"\n'
        "item_digits = 5\nvalue_digits = 5\ndecimals = 2\n"
    )
    assert wrong_file(text) == [
        "shop.toml:8: [barcodes.rule] no. 1 `decimals`: JPY has 0 decimals, "
        "a price cannot have more"
    ]


def test_rules_of_the_file_reach_the_policy():
    text = '[[barcodes.rule]]\nprefix = "29"\nkind = "plain"\n'
    settings = parse(text, "shop.toml", Path("/shop"))
    assert policy(settings).barcode_rules == (ShopRule("29", RuleKind.PLAIN),)
