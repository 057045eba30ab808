"""International bank account numbers, ISO 13616: their length by country and their check digits."""

from __future__ import annotations

import re

LENGTHS: dict[str, int] = {
    country: length
    for length, countries in {
        15: "NO",
        16: "BE",
        18: "DK FI FK FO GL NL SD",
        19: "MK SI",
        20: "AT BA EE KZ LT LU MN XK",
        21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA",
        23: "AE GI IL IQ OM SO TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST",
        26: "IS TR",
        27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
        29: "BR EG PS QA UA",
        30: "JO KW MU YE",
        31: "MT SC",
        32: "LC",
        33: "RU",
    }.items()
    for country in countries.split()
}
"""The IBAN registry of SWIFT; who is not in it issues none."""

_FORM = re.compile("[A-Z]{2}[0-9]{2}[A-Z0-9]+")


def is_valid(text: str) -> bool:
    """Written as machines do, in capitals and without blanks."""
    return (
        _FORM.fullmatch(text) is not None
        and LENGTHS.get(text[:2]) == len(text)
        and mod_97(text) == 1
    )


def mod_97(text: str) -> int:
    """ISO 7064 over the text with its first four characters last, letters counting from 10."""
    return int("".join(str(int(ch, 36)) for ch in text[4:] + text[:4])) % 97
