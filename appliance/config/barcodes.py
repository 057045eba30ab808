"""[barcodes]: the shop's own rules for codes that its scales print."""

from __future__ import annotations

from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictInt,
    StrictStr,
    model_validator,
)

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

Digits = Annotated[StrictInt, Field(ge=0, le=DIGITS)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BarcodeRule(_Section):
    """Codes that begin with `prefix`. item_digits find the item; value_digits hold its weight in
    kilograms, price or count, with so many decimals, after a check digit of their own if any."""

    prefix: StrictStr
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

    @model_validator(mode="after")
    def _hangs_together(self) -> BarcodeRule:
        wrong = mistake(self.rule)
        if wrong:
            raise ValueError(wrong)
        return self


def _apart(rules: tuple[BarcodeRule, ...]) -> tuple[BarcodeRule, ...]:
    if len(rules) > RULES_MAX:
        raise ValueError(f"at most {RULES_MAX} rules are possible, not {len(rules)}")
    found = contradictions([each.rule for each in rules])
    if found:
        raise ValueError("; ".join(f"no. {place + 1}: {said}" for place, said in found))
    return rules


class Barcodes(_Section):
    """rule: goes before the table of `prices.region`, prefix by prefix."""

    rule: Annotated[tuple[BarcodeRule, ...], AfterValidator(_apart)] = ()

    @property
    def rules(self) -> tuple[ShopRule, ...]:
        """What decode takes."""
        return tuple(each.rule for each in self.rule)
