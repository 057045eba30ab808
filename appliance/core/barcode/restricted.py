"""In-store codes with a weight or a price inside (restricted circulation numbers), by region."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from appliance.core.barcode.check_digits import check_digit, value_check_digit
from appliance.core.barcode.derived import shift_point
from appliance.core.barcode.result import Decoded, Kind
from appliance.core.barcode.shop_rules import ShopRule


@dataclass(frozen=True, slots=True)
class Rule:
    """pattern: p prefix, I item, W weight, P price, N pieces, V check digit of these, C of the
    code."""

    pattern: str
    decimals: int


_SE_PRICE = {
    "20": Rule("ppIIIIIIPPPPC", 2),
    "21": Rule("ppIIIIIIPPPPC", 1),
    "22": Rule("ppIIIIIIPPPPC", 0),
}
_SE_WEIGHT = {
    "23": Rule("ppIIIIIIWWWWC", 3),
    "24": Rule("ppIIIIIIWWWWC", 2),
    "25": Rule("ppIIIIIIWWWWC", 1),
}

RULES: dict[str, dict[str, Rule]] = {
    "ua": {
        **dict.fromkeys("21 22 23 24 25 26 27".split(), Rule("ppIIIIIWWWWWC", 3)),
        "28": Rule("ppIIIIIPPPPPC", 2),
    },
    "us": {"02": Rule("ppIIIIIVPPPPC", 2)},
    "gb": {"20": Rule("ppIIIIIVPPPPC", 2)},
    "se": _SE_PRICE | _SE_WEIGHT,
    "no": _SE_PRICE | _SE_WEIGHT,
    "fi": _SE_WEIGHT,
    "ee": _SE_WEIGHT,
    "lv": _SE_WEIGHT,
    "lt": _SE_WEIGHT,
    "dk": {
        **dict.fromkeys("21 22 23 24".split(), Rule("ppIIIIPPPPPPC", 2)),
        **dict.fromkeys("26 28".split(), Rule("ppIIIIWWWWWWC", 3)),
        "27": Rule("ppIIIIIWWWWWC", 3),
    },
    "de": {
        **dict.fromkeys("22 23".split(), Rule("ppIIIIVPPPPPC", 2)),
        **dict.fromkeys("28 29".split(), Rule("ppIIIIVWWWWWC", 3)),
    },
}
"""Prefixes that are not listed are plain items."""

REGIONS = tuple(RULES)


_KINDS = {"W": Kind.WEIGHED, "P": Kind.PRICED, "N": Kind.COUNTED}


def rule_for(code: str, region: str, own: Sequence[ShopRule]) -> Rule | None:
    """The rule that a 13-digit code is read by; None of a plain one. The shop's own rules, of which
    no two fit the same code, go before its region's."""
    for rule in own:
        if code.startswith(rule.prefix):
            return Rule(rule.pattern, rule.decimals) if rule.pattern else None
    return RULES[region].get(code[:2])


def decode_with(rule: Rule, code: str, symbology: str | None) -> Decoded | None:
    """A 13-digit code read by its rule; None when the check digit of its value is wrong."""
    sign = next(sign for sign in _KINDS if sign in rule.pattern)
    field = code[rule.pattern.index(sign) : rule.pattern.rindex(sign) + 1]
    if "V" in rule.pattern and code[rule.pattern.index("V")] != value_check_digit(field):
        return None
    keep = "".join("0" if p in "WPNV" else c for p, c in zip(rule.pattern, code, strict=True))
    value = shift_point(field, rule.decimals)
    return Decoded(
        kind=_KINDS[sign],
        symbology=symbology,
        plu=code[rule.pattern.index("I") : rule.pattern.rindex("I") + 1],
        base=keep[:-1] + check_digit(keep[:-1]),
        weight=value if sign == "W" else None,
        price=value if sign == "P" else None,
        count=int(field) if sign == "N" else None,
    )
