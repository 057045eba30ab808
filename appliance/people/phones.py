"""Phone numbers as people write them, brought to one spelling: international digits."""

from __future__ import annotations

from types import MappingProxyType

LENGTHS = range(7, 16)
"""ITU-T E.164: at most 15 digits with the country's; shorter than 7 is no number of a person."""

_COUNTRY = MappingProxyType(
    {
        "at": ("43", "0"),
        "ch": ("41", "0"),
        "de": ("49", "0"),
        "fr": ("33", "0"),
        "gb": ("44", "0"),
        "pl": ("48", ""),
        "ua": ("380", "0"),
        "us": ("1", ""),
    }
)
"""Country code and the digit that stands before a number at home."""


def digits_of(text: str) -> str:
    return "".join(char for char in text if char.isascii() and char.isdigit())


def phone_number(text: str, region: str = "ua") -> str:
    """ "067 123-45-67", "+38 (067) 1234567" and "80671234567" are all 380671234567; "" for what is
    no number."""
    text = text.replace("(0)", "")  # +380 (0)67: nobody dials both
    digits = digits_of(text)
    code, trunk = _COUNTRY.get(region, ("", ""))
    if text.strip().startswith("+"):
        pass
    elif digits.startswith("00"):
        digits = digits[2:]
    elif region == "ua" and len(digits) == 11 and digits.startswith("80"):
        digits = "3" + digits
    elif trunk and digits.startswith(trunk):
        digits = code + digits[len(trunk) :]
    elif code and not digits.startswith(code) and len(digits) in (9, 10):
        digits = code + digits
    return digits if len(digits) in LENGTHS else ""
