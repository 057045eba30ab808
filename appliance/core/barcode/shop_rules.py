"""A shop's own rules for its in-store codes, which go before those of its region."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from appliance.core.barcode.check_digits import is_digits

DIGITS = 12
"""All of a code but its check digit."""

PREFIXES = ("02", "04", *(f"2{n}" for n in range(10)))
"""What codes that never leave a shop begin with (General Specifications 1.4.4); all others belong
to some maker's goods."""


class RuleKind(StrEnum):
    """What the value digits say. plain: nothing, the code is one item like any other."""

    WEIGHT = "weight"
    PRICE = "price"
    COUNT = "count"
    PLAIN = "plain"


class ValueCheck(StrEnum):
    """The digit before the value that guards it (General Specifications 7.9)."""

    NONE = "none"
    PRICE4 = "price4"
    PRICE5 = "price5"


_VALUE_DIGITS = {ValueCheck.PRICE4: 4, ValueCheck.PRICE5: 5}
_SIGNS = {RuleKind.WEIGHT: "W", RuleKind.PRICE: "P", RuleKind.COUNT: "N"}


@dataclass(frozen=True, slots=True)
class ShopRule:
    """Codes that begin with `prefix`: then item digits, the check digit if any, the value.

    decimals: of the value: 3 for grams, 2 for kopecks, 0 for pieces.
    """

    prefix: str
    kind: RuleKind
    item_digits: int = 0
    value_digits: int = 0
    decimals: int = 0
    check: ValueCheck = ValueCheck.NONE

    @property
    def pattern(self) -> str:
        """As in the regions' tables: ppIIIIIWWWWWC; "" of a plain rule."""
        if self.kind is RuleKind.PLAIN:
            return ""
        guard = "" if self.check is ValueCheck.NONE else "V"
        value = _SIGNS[self.kind] * self.value_digits
        return f"{'p' * len(self.prefix)}{'I' * self.item_digits}{guard}{value}C"


def mistake(rule: ShopRule) -> str | None:
    """What is wrong with one rule, for whoever wrote it."""
    if not is_digits(rule.prefix):
        return f'the prefix "{rule.prefix}" must be digits'
    if not rule.prefix.startswith(PREFIXES):
        return (
            f'"{rule.prefix}" belongs to makers of goods; in-store codes begin with 02, 04 '
            "or 20 to 29"
        )
    if rule.kind is RuleKind.PLAIN:
        if rule.item_digits or rule.value_digits or rule.decimals or rule.check != ValueCheck.NONE:
            return "a plain code has no value inside; leave out everything but the prefix"
        return None if len(rule.prefix) <= DIGITS else f"a prefix has at most {DIGITS} digits"
    return _digits_mistake(rule) or _value_mistake(rule)


def _digits_mistake(rule: ShopRule) -> str | None:
    if rule.item_digits < 1 or rule.value_digits < 1:
        return "item_digits and value_digits must be at least 1 each"
    guard = rule.check is not ValueCheck.NONE
    total = len(rule.prefix) + rule.item_digits + guard + rule.value_digits
    if total == DIGITS:
        return None
    parts = f"{len(rule.prefix)} of the prefix, {rule.item_digits} of the item"
    if guard:
        parts += ", 1 to check the value"
    return (
        f"{parts} and {rule.value_digits} of the value make {total} digits; "
        f"they must make {DIGITS}, for the thirteenth checks the whole code"
    )


def _value_mistake(rule: ShopRule) -> str | None:
    wanted = _VALUE_DIGITS.get(rule.check, rule.value_digits)
    if rule.value_digits != wanted:
        return (
            f'check = "{rule.check.value}" guards a value of {wanted} digits, '
            f"not {rule.value_digits}"
        )
    if rule.kind is RuleKind.COUNT and rule.decimals:
        return "pieces are whole: decimals must be 0 when the value is a count"
    if not 0 <= rule.decimals <= rule.value_digits:
        return f"decimals must be from 0 to {rule.value_digits}, the digits of the value"
    return None


def contradictions(rules: Sequence[ShopRule]) -> list[tuple[int, str]]:
    """Rules that an earlier one leaves no codes, or takes some from: their place and a sentence."""
    found = []
    for place, rule in enumerate(rules):
        for earlier, other in enumerate(rules[:place], start=1):
            if rule.prefix == other.prefix:
                found.append((place, f'"{rule.prefix}" is already the prefix of no. {earlier}'))
            elif rule.prefix.startswith(other.prefix) or other.prefix.startswith(rule.prefix):
                said = f'codes with "{rule.prefix}" and "{other.prefix}" (no. {earlier}) overlap'
                found.append((place, f"{said}; write prefixes that do not begin with one another"))
            else:
                continue
            break
    return found
