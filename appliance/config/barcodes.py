"""[barcodes]: the shop's own rules for codes that its scales print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from appliance.config.rules import Section, Text, Whole, after, limits
from appliance.core.barcode.shop_rules import (
    DIGITS,
    RuleKind,
    ShopRule,
    ValueCheck,
    contradictions,
    mistake,
)

RULES_MAX = 50
"""More than the in-store prefixes of two digits, and few enough to try on every scan."""

Digits = Annotated[Whole, limits(ge=0, le=DIGITS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class BarcodeRule(Section):
    """Codes that begin with `prefix`. item_digits find the item; value_digits hold its weight in
    kilograms, price or count, with so many decimals, after a check digit of their own if any."""

    prefix: Text
    kind: RuleKind
    item_digits: Digits = 0
    value_digits: Digits = 0
    decimals: Digits = 0
    check: ValueCheck = ValueCheck.NONE

    @property
    def rule(self) -> ShopRule:
        """What decode takes."""
        return ShopRule(
            self.prefix,
            self.kind,
            self.item_digits,
            self.value_digits,
            self.decimals,
            self.check,
        )

    def __post_init__(self) -> None:
        wrong = mistake(self.rule)
        if wrong:
            raise ValueError(wrong)


def _apart(rules: tuple[BarcodeRule, ...]) -> tuple[BarcodeRule, ...]:
    if len(rules) > RULES_MAX:
        raise ValueError(f"at most {RULES_MAX} rules are possible, not {len(rules)}")
    found = contradictions([each.rule for each in rules])
    if found:
        raise ValueError("; ".join(f"no. {place + 1}: {said}" for place, said in found))
    return rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Barcodes(Section):
    """rule: goes before the table of `prices.region`, prefix by prefix."""

    rule: Annotated[tuple[BarcodeRule, ...], after(_apart)] = ()

    @property
    def rules(self) -> tuple[ShopRule, ...]:
        """What decode takes."""
        return tuple(each.rule for each in self.rule)
