"""The named checks of the GS1 Syntax Dictionary, each a predicate on one component of a value.

They follow the reference linters of the GS1 Barcode Syntax Dictionary. A component reaches its
check with the right length and only characters of its set. No list of company prefixes is
consulted: like the reference, a prefix is at least four digits.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from appliance.core.barcode.character_sets import SET_32, SET_64
from appliance.core.barcode.check_digits import (
    check_characters,
    has_right_check_digit,
    is_digits,
)
from appliance.core.barcode.code_lists import (
    COUNTRIES_ALPHA2,
    COUNTRIES_NUMERIC,
    CURRENCIES_NUMERIC,
    MEDIA_TYPES,
    PACKAGE_TYPES,
)
from appliance.core.barcode.coupons import is_coupon_code, is_positive_offer
from appliance.core.barcode.dates import is_date, resolve_year

Check = Callable[[str, date], bool]

_PREFIX_LENGTH_MIN = 4
_IBAN_LENGTH_MIN = 11


def _yymmdd(value: str, today: date, *, day_zero: bool) -> bool:
    year = resolve_year(int(value[:2]), today)
    return is_date(year, int(value[2:4]), int(value[4:6]), day_zero=day_zero)


def _yyyymmdd(value: str) -> bool:
    return is_date(int(value[:4]), int(value[4:6]), int(value[6:8]), day_zero=False)


def starts_with_company_prefix(value: str) -> bool:
    """As far as it can be told without the list of prefixes handed out."""
    return len(value) >= _PREFIX_LENGTH_MIN and is_digits(value[:_PREFIX_LENGTH_MIN])


def _has_right_check_characters(value: str) -> bool:
    body, pair = value[:-2], value[-2:]
    return len(pair) == 2 and set(pair) <= set(SET_32) and check_characters(body) == pair


def _iban(value: str) -> bool:
    if len(value) < _IBAN_LENGTH_MIN or value[:2] not in COUNTRIES_ALPHA2:
        return False
    if not (value.isascii() and value.isalnum() and value == value.upper()):
        return False
    return int("".join(str(int(c, 36)) for c in value[4:] + value[:4])) % 97 == 1


def _percent_encoded(value: str) -> bool:
    """Every % has two hexadecimal digits after it."""
    return all(
        len(piece) >= 2 and all(c in "0123456789abcdefABCDEF" for c in piece[:2])
        for piece in value.split("%")[1:]
    )


def _piece_of_total(value: str) -> bool:
    half = len(value) // 2
    return 1 <= int(value[:half]) <= int(value[half:])


def _position_of_end(value: str) -> bool:
    position, slash, end = value.partition("/")
    if not (slash and is_digits(position) and is_digits(end)):
        return False
    return position[0] != "0" and end[0] != "0" and int(position) <= int(end)


CHECKS: dict[str, Check] = {
    "couponcode": is_coupon_code,
    "couponposoffer": lambda v, _: is_positive_offer(v),
    "csum": lambda v, _: has_right_check_digit(v),
    "csumalpha": lambda v, _: _has_right_check_characters(v),
    "gcppos1": lambda v, _: starts_with_company_prefix(v),
    "gcppos2": lambda v, _: starts_with_company_prefix(v[1:]),
    "hasnondigit": lambda v, _: not is_digits(v),
    "hh": lambda v, _: v <= "23",
    "hhmi": lambda v, _: v[:2] <= "23" and v[2:] <= "59",
    "hyphen": lambda v, _: set(v) == {"-"},
    "iban": lambda v, _: _iban(v),
    "importeridx": lambda v, _: v in SET_64,
    "iso3166": lambda v, _: v in COUNTRIES_NUMERIC,
    "iso3166999": lambda v, _: v == "999" or v in COUNTRIES_NUMERIC,
    "iso3166alpha2": lambda v, _: v in COUNTRIES_ALPHA2,
    "iso4217": lambda v, _: v in CURRENCIES_NUMERIC,
    "iso5218": lambda v, _: v in "0129",
    "latitude": lambda v, _: v <= "1800000000",
    "longitude": lambda v, _: v <= "3600000000",
    "mediatype": lambda v, _: v in MEDIA_TYPES,
    "mi": lambda v, _: v <= "59",
    "nonzero": lambda v, _: v.strip("0") != "",
    "nozeroprefix": lambda v, _: v[0] != "0",
    "packagetype": lambda v, _: v in PACKAGE_TYPES,
    "pcenc": lambda v, _: _percent_encoded(v),
    "pieceoftotal": lambda v, _: _piece_of_total(v),
    "posinseqslash": lambda v, _: _position_of_end(v),
    "ss": lambda v, _: v <= "59",
    "winding": lambda v, _: v in "019",
    "yesno": lambda v, _: v in "01",
    "yymmd0": lambda v, today: _yymmdd(v, today, day_zero=True),
    "yymmdd": lambda v, today: _yymmdd(v, today, day_zero=False),
    "yyyymmdd": lambda v, _: _yyyymmdd(v),
    "zero": lambda v, _: v.strip("0") == "",
}
