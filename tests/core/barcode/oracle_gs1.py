"""GS1 element strings as section 1.6 of the contract and the GS1 linters put them, for comparison.

Written from those pages alone: it shares the tables of codes with the till, but no line of code.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import NamedTuple

import appliance.core.barcode
from appliance.core.barcode import code_lists

GS = "\x1d"
DIGITS = "0123456789"
UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FILE_SAFE = f"-{DIGITS}{UPPER}_{UPPER.lower()}"
SET_82 = f"!\"%&'()*+,-./{DIGITS}:;<=>?{UPPER}_{UPPER.lower()}"
SET_39 = f"#-/{DIGITS}{UPPER}"
SET_32 = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
PREDEFINED = tuple("00 01 02 03 04 11 12 13 14 15 16 17 18 19 20 31 32 33 34 35 36 41".split())
PRIMES = [n for n in range(2, 100) if all(n % k for k in range(2, n))]
NEVER_WITH_01 = {"02", "37", "255", "8006"}
FAMILIES = ("31", "32", "33", "35", "36", "39")


class WrongError(Exception):
    """What the page calls invalid."""


class Part(NamedTuple):
    charset: str
    shortest: int
    longest: int
    optional: bool
    linters: list[str]


def _read_dictionary() -> dict[str, list[Part]]:
    folder = Path(appliance.core.barcode.__file__).parent
    found: dict[str, list[Part]] = {}
    for line in (folder / "gs1_dictionary.txt").read_text("utf-8").splitlines():
        entry = re.match(r"(\d+)(?:-(\d+))?\s+\*?\s*(\S[^#]*)", line)
        if entry is None:
            continue
        first, last, spec = entry.groups()
        parts = []
        for component in spec.split():
            shape = re.fullmatch(r"(\[)?([NXYZ])(\.\.)?(\d+)\]?(?:,(\S+))?", component)
            assert shape is not None, line
            bracket, charset, upto, length, linters = shape.groups()
            shortest = 1 if upto else int(length)
            named = linters.split(",") if linters else []
            parts.append(Part(charset, shortest, int(length), bool(bracket), named))
        for number in range(int(first), int(last or first) + 1):
            found[str(number).zfill(len(first))] = parts
    return found


DICTIONARY = _read_dictionary()


def all_digits(text: str) -> bool:
    return text != "" and set(text) <= set(DIGITS)


def check_digit(body: str) -> str:
    weighted = sum(int(d) * (3, 1)[at % 2] for at, d in enumerate(reversed(body)))
    return str(-weighted % 10)


def is_checked(text: str) -> bool:
    return check_digit(text[:-1]) == text[-1]


def month_length(year: int, month: int) -> int:
    if month == 2:
        return 29 if (year % 4 == 0 and year % 100 != 0) or year % 400 == 0 else 28
    return 30 if month in (4, 6, 9, 11) else 31


def date_of(yymmdd: str, today: date, day_may_be_00: bool) -> str | None:
    difference = int(yymmdd[:2]) - today.year % 100
    year = today.year + difference
    if difference >= 51:
        year -= 100
    elif difference <= -50:
        year += 100
    month, day = int(yymmdd[2:4]), int(yymmdd[4:])
    if not 1 <= month <= 12:
        return None
    if day == 0 and day_may_be_00:
        day = month_length(year, month)
    if not 1 <= day <= month_length(year, month):
        return None
    return f"{year:04}-{month:02}-{day:02}"


def check_pair(body: str) -> str:
    weighted = sum(SET_82.index(c) * p for c, p in zip(reversed(body), PRIMES, strict=False))
    return SET_32[weighted % 1021 >> 5] + SET_32[weighted % 1021 & 31]


_COMPANY = "(?:" + "|".join(f"{n}.{{{n + 6}}}" for n in range(7)) + ")"
_AMOUNT = "(?:" + "|".join(f"{n}.{{{n}}}" for n in range(1, 6)) + ")"
_SERIAL = "(?:" + "|".join(f"{n}.{{{n + 6}}}" for n in range(10)) + ")"
_RETAILER = "(?:" + "|".join(f"{n}.{{{n + 6}}}" for n in range(1, 8)) + ")"
_SECOND = f"{_AMOUNT}[0-49].{{3}}(?:9|{_COMPANY})"
_COUPON = re.compile(
    f"{_COMPANY}.{{6}}{_AMOUNT}{_AMOUNT}[0-49].{{3}}(?:1[0-3]{_SECOND})?(?:2{_SECOND})?"
    f"(?:3(?P<ends>.{{6}}))?(?:4(?P<starts>.{{6}}))?(?:5{_SERIAL})?(?:6{_RETAILER})?"
    "(?:9[01256][0-2].[01])?"
)
_POSITIVE_OFFER = re.compile(f"[01]{_COMPANY}.{{6}}{_SERIAL}")


def is_coupon(value: str, today: date) -> bool:
    coupon = _COUPON.fullmatch(value)
    if coupon is None or not all_digits(value):
        return False
    ends, starts = coupon["ends"], coupon["starts"]
    right = all(date_of(day, today, False) for day in (ends, starts) if day is not None)
    return right and (ends is None or starts is None or starts <= ends)


def is_iban(value: str) -> bool:
    if len(value) < 11 or value[:2] not in code_lists.COUNTRIES_ALPHA2:
        return False
    if not set(value) <= set(DIGITS + UPPER):
        return False
    return int("".join(str(int(c, 36)) for c in value[4:] + value[:4])) % 97 == 1


def is_place_in_sequence(value: str) -> bool:
    place = re.fullmatch("([1-9][0-9]*)/([1-9][0-9]*)", value)
    return place is not None and int(place[1]) <= int(place[2])


def _is_day(value: str) -> bool:
    year, month, day = int(value[:4]), int(value[4:6]), int(value[6:])
    return 1 <= month <= 12 and 1 <= day <= month_length(year, month)


LINTERS = {
    "couponcode": is_coupon,
    "couponposoffer": lambda v, _: all_digits(v) and bool(_POSITIVE_OFFER.fullmatch(v)),
    "csum": lambda v, _: is_checked(v),
    "csumalpha": lambda v, _: len(v) >= 2 and check_pair(v[:-2]) == v[-2:],
    "gcppos1": lambda v, _: len(v) >= 4 and all_digits(v[:4]),
    "gcppos2": lambda v, _: len(v) >= 5 and all_digits(v[1:5]),
    "hasnondigit": lambda v, _: not all_digits(v),
    "hh": lambda v, _: int(v) < 24,
    "hhmi": lambda v, _: int(v[:2]) < 24 and int(v[2:]) < 60,
    "hyphen": lambda v, _: set(v) == {"-"},
    "iban": lambda v, _: is_iban(v),
    "importeridx": lambda v, _: v in FILE_SAFE,
    "iso3166": lambda v, _: v in code_lists.COUNTRIES_NUMERIC,
    "iso3166999": lambda v, _: v == "999" or v in code_lists.COUNTRIES_NUMERIC,
    "iso3166alpha2": lambda v, _: v in code_lists.COUNTRIES_ALPHA2,
    "iso4217": lambda v, _: v in code_lists.CURRENCIES_NUMERIC,
    "iso5218": lambda v, _: v in "0129",
    "latitude": lambda v, _: int(v) <= 180_0000000,
    "longitude": lambda v, _: int(v) <= 360_0000000,
    "mediatype": lambda v, _: 1 <= int(v) <= 10 or int(v) >= 80,
    "mi": lambda v, _: int(v) < 60,
    "nonzero": lambda v, _: int(v) != 0,
    "nozeroprefix": lambda v, _: v[0] != "0",
    "packagetype": lambda v, _: v in code_lists.PACKAGE_TYPES,
    "pcenc": lambda v, _: bool(re.fullmatch("(?:[^%]|%[0-9A-Fa-f]{2})*", v)),
    "pieceoftotal": lambda v, _: 1 <= int(v[:2]) <= int(v[2:]),
    "posinseqslash": lambda v, _: is_place_in_sequence(v),
    "ss": lambda v, _: int(v) < 60,
    "winding": lambda v, _: v in "019",
    "yesno": lambda v, _: v in "01",
    "yymmd0": lambda v, today: date_of(v, today, True) is not None,
    "yymmdd": lambda v, today: date_of(v, today, False) is not None,
    "yyyymmdd": lambda v, _: _is_day(v),
    "zero": lambda v, _: int(v) == 0,
}


def in_charset(charset: str, value: str) -> bool:
    if charset != "Z":
        return set(value) <= set({"N": DIGITS, "X": SET_82, "Y": SET_39}[charset])
    body = value.rstrip("=")
    padding = len(value) - len(body)
    return set(body) <= set(FILE_SAFE) and (padding == 0 or (padding < 3 and len(value) % 3 == 0))


def check(ai: str, value: str, today: date) -> None:
    if ai not in DICTIONARY or not value:
        raise WrongError
    rest = value
    for part in DICTIONARY[ai]:
        piece, rest = rest[: part.longest], rest[part.longest :]
        if not piece and part.optional:
            continue
        if len(piece) < part.shortest or not in_charset(part.charset, piece):
            raise WrongError
        if not all(LINTERS[name](piece, today) for name in part.linters):
            raise WrongError
    if rest:
        raise WrongError


def together(pairs: list[tuple[str, str]], today: date) -> dict[str, str]:
    """The elements as the till keeps them; wrong when they may not stand together."""
    ai: dict[str, str] = {}
    for name, value in pairs:
        check(name, value, today)
        if ai.setdefault(name, value) != value:
            raise WrongError
    families = [name[:3] for name in ai if len(name) == 4 and name.startswith(FAMILIES)]
    if (
        ("01" in ai and NEVER_WITH_01 & set(ai))
        or {"21", "235"} <= set(ai)
        or {"8017", "8018"} <= set(ai)
        or len(families) != len(set(families))
        or {"392", "393"} <= set(families)
    ):
        raise WrongError
    return ai


def element_string(text: str, today: date) -> dict[str, str]:
    text = text.removeprefix(GS)
    if not text:
        raise WrongError
    pairs = []
    while text:
        ai = next((text[:n] for n in (2, 3, 4) if text[:n] in DICTIONARY), "")
        rest = text[len(ai) :]
        if ai.startswith(PREDEFINED):
            length = sum(part.longest for part in DICTIONARY[ai])
            value, text = rest[:length], rest[length:].removeprefix(GS)
        else:
            value, _, text = rest.partition(GS)
        pairs.append((ai, value))
    return together(pairs, today)


def bracketed(text: str, today: date) -> dict[str, str]:
    if GS in text:
        raise WrongError
    pairs = [tuple(element.split(")", 1)) for element in text.split("(")[1:]]
    if any(len(pair) != 2 for pair in pairs):
        raise WrongError
    return together([(ai, value) for ai, value in pairs], today)


def decimal(digits: str, places: int) -> str:
    whole = digits.zfill(places + 1)
    cut = len(whole) - places
    return (whole[:cut].lstrip("0") or "0") + ("." + whole[cut:] if places else "")


def derived(ai: dict[str, str], today: date) -> dict[str, object]:
    said: dict[str, object] = {"ai": ai, "gtin": ai.get("01", ai.get("02"))}
    for name, value in ai.items():
        family, last = name[:3], name[3:]
        if len(name) == 4 and family == "310":
            said["weight"] = decimal(value, int(last))
        elif len(name) == 4 and family == "392":
            said["price"] = decimal(value, int(last))
        elif len(name) == 4 and family == "393":
            said["currency"], said["price"] = value[:3], decimal(value[3:], int(last))
    for name in ("37", "30"):
        if name in ai:
            said["count"] = int(ai[name])
    days = {"17": "expiry", "15": "best_before", "16": "sell_by", "11": "produced", "13": "packed"}
    if "7003" in ai:
        said["expiry"] = date_of(ai["7003"][:6], today, False)
    said.update((days[name], date_of(ai[name], today, True)) for name in days if name in ai)
    said.update(
        (word, ai[name]) for name, word in (("10", "batch"), ("21", "serial")) if name in ai
    )
    return said
