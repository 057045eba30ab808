"""A shop's own rules for in-store codes: what they read, and what is said when they are wrong."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.core.barcode import REGIONS, Kind, RuleKind, ShopRule, ValueCheck, decode
from appliance.core.barcode.check_digits import check_digit, value_check_digit
from appliance.core.barcode.shop_rules import contradictions, mistake

TODAY = date(2026, 11, 23)
KINDS = {
    RuleKind.WEIGHT: Kind.WEIGHED,
    RuleKind.PRICE: Kind.PRICED,
    RuleKind.COUNT: Kind.COUNTED,
    RuleKind.PLAIN: Kind.ITEM,
}


def with_check(digits: str) -> str:
    return digits + check_digit(digits)


@st.composite
def rules(draw: st.DrawFn) -> ShopRule:
    """Any rule that hangs together."""
    prefix = draw(st.sampled_from(["02", "04", *(f"2{n}" for n in range(10))]))
    prefix += draw(st.text("0123456789", max_size=3))
    kind = draw(st.sampled_from(RuleKind))
    if kind is RuleKind.PLAIN:
        return ShopRule(prefix, kind)
    check = draw(st.sampled_from(ValueCheck))
    room = 12 - len(prefix)
    if check is ValueCheck.NONE:
        value = draw(st.integers(1, room - 1))
        item = room - value
    else:
        value = 4 if check is ValueCheck.PRICE4 else 5
        item = room - 1 - value
    decimals = 0 if kind is RuleKind.COUNT else draw(st.integers(0, min(value, 3)))
    return ShopRule(prefix, kind, item, value, decimals, check)


@settings(max_examples=300, deadline=None)
@given(rules(), st.integers(min_value=0), st.integers(min_value=0), st.sampled_from(REGIONS))
def test_a_code_made_by_a_rule_is_read_back_by_it(rule, item, value, region):
    assert mistake(rule) is None, rule
    item_digits = f"{item % 10**rule.item_digits:0{rule.item_digits}}" if rule.item_digits else ""
    value_digits = (
        f"{value % 10**rule.value_digits:0{rule.value_digits}}" if rule.value_digits else ""
    )
    guard = value_check_digit(value_digits) if rule.check is not ValueCheck.NONE else ""
    code = with_check((rule.prefix + item_digits + guard + value_digits).ljust(12, "7"))
    read = decode(code, region=region, today=TODAY, rules=(rule,))
    assert read.kind == KINDS[rule.kind]
    if rule.kind is RuleKind.PLAIN:
        assert read.gtin == "0" + code
        return
    assert read.gtin is None
    assert read.plu == item_digits
    assert read.base == with_check(rule.prefix + item_digits + "0" * len(guard + value_digits))
    whole, decimals = divmod(int(value_digits), 10**rule.decimals)
    shown = f"{whole}.{decimals:0{rule.decimals}}" if rule.decimals else str(whole)
    assert (read.weight, read.price, read.count) == {
        RuleKind.WEIGHT: (shown, None, None),
        RuleKind.PRICE: (None, shown, None),
        RuleKind.COUNT: (None, None, int(value_digits)),
    }[rule.kind]
    if guard:
        wrong = str((int(guard) + 1) % 10)
        bad = with_check(rule.prefix + item_digits + wrong + value_digits)
        assert decode(bad, region=region, today=TODAY, rules=(rule,)).kind == Kind.INVALID


@settings(max_examples=200, deadline=None)
@given(rules(), st.text("0123456789", min_size=12, max_size=12), st.sampled_from(REGIONS))
def test_codes_of_other_prefixes_stay_as_the_region_says(rule, digits, region):
    code = with_check(digits)
    if not code.startswith(rule.prefix):
        with_rule = decode(code, region=region, today=TODAY, rules=(rule,))
        assert with_rule == decode(code, region=region, today=TODAY)


def test_a_rule_goes_before_its_region_and_the_rest_of_the_region_stays():
    count = ShopRule("25", RuleKind.COUNT, 5, 5)
    read = decode(with_check("251234500007"), region="ua", today=TODAY, rules=(count,))
    assert (read.kind, read.plu, read.count, read.weight) == (Kind.COUNTED, "12345", 7, None)
    read = decode(with_check("211234500007"), region="ua", today=TODAY, rules=(count,))
    assert (read.kind, read.weight) == (Kind.WEIGHED, "0.007")


def test_a_plain_rule_frees_a_prefix_of_its_region():
    code = with_check("211234500007")
    read = decode(code, region="ua", today=TODAY, rules=(ShopRule("21", RuleKind.PLAIN),))
    assert (read.kind, read.gtin) == (Kind.ITEM, "0" + code)


def test_longer_prefixes_share_what_two_digits_would_take_whole():
    own = (
        ShopRule("210", RuleKind.PLAIN),
        ShopRule("211", RuleKind.PRICE, 4, 5, 2),
    )
    assert contradictions(own) == []
    kinds = [
        decode(with_check(f"{prefix}123400550"), region="ua", today=TODAY, rules=own).kind
        for prefix in ("210", "211", "212")
    ]
    assert kinds == [Kind.ITEM, Kind.PRICED, Kind.WEIGHED]


def test_a_rule_holds_however_the_code_arrives():
    own = (ShopRule("02", RuleKind.PRICE, 5, 4, 2, ValueCheck.PRICE4),)
    code = with_check("021234592875")
    for text in (code, code[1:], "]E0" + code, "]E0" + code[1:], "]E3" + code + "12", "]C0" + code):
        read = decode(text, region="gb", today=TODAY, rules=own)
        assert (read.kind, read.price) == (Kind.PRICED, "28.75"), text


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (ShopRule("", RuleKind.PLAIN), "must be digits"),
        (ShopRule("2x", RuleKind.PLAIN), "must be digits"),
        (ShopRule("\u0662\u0661", RuleKind.PLAIN), "must be digits"),
        (ShopRule("48", RuleKind.WEIGHT, 5, 5, 3), "belongs to makers of goods"),
        (ShopRule("2", RuleKind.WEIGHT, 5, 6, 3), "begin with 02, 04 or 20 to 29"),
        (ShopRule("21", RuleKind.PLAIN, 5, 5), "no value inside"),
        (ShopRule("2" * 13, RuleKind.PLAIN), "at most 12"),
        (ShopRule("21", RuleKind.WEIGHT), "at least 1 each"),
        (ShopRule("21", RuleKind.WEIGHT, 10, 0), "at least 1 each"),
        (ShopRule("21", RuleKind.WEIGHT, -1, 11), "at least 1 each"),
        (
            ShopRule("21", RuleKind.WEIGHT, 5, 4, 3),
            "2 of the prefix, 5 of the item and 4 of the value make 11 digits; they must make 12",
        ),
        (
            ShopRule("21", RuleKind.PRICE, 5, 5, 2, ValueCheck.PRICE5),
            "1 to check the value and 5 of the value make 13 digits",
        ),
        (ShopRule("21", RuleKind.PRICE, 4, 5, 2, ValueCheck.PRICE4), "guards a value of 4 digits"),
        (ShopRule("21", RuleKind.PRICE, 5, 4, 2, ValueCheck.PRICE5), "guards a value of 5 digits"),
        (ShopRule("21", RuleKind.COUNT, 5, 5, 1), "pieces are whole"),
        (ShopRule("21", RuleKind.WEIGHT, 5, 5, 6), "from 0 to 5"),
        (ShopRule("21", RuleKind.WEIGHT, 5, 5, -1), "from 0 to 5"),
    ],
)
def test_a_rule_that_cannot_be_is_told_why(rule, said):
    assert said in (mistake(rule) or "")


def test_rules_that_take_codes_from_one_another_are_told_which():
    plain = RuleKind.PLAIN
    own = [ShopRule(p, plain) for p in ("21", "22", "21", "221", "02", "0212", "23")]
    assert [place for place, _ in contradictions(own)] == [2, 3, 5]
    said = dict(contradictions(own))
    assert said[2] == '"21" is already the prefix of no. 1'
    assert '"221" and "22" (no. 2) overlap' in said[3]
    assert contradictions([]) == []
