"""Every rule of the page at once: the till's reading and a plain second one say the same."""

from __future__ import annotations

from datetime import date
from itertools import islice

import pytest

from appliance.core.barcode import decode
from tests.core.barcode import oracle
from tests.core.barcode.codes import AIM_IDENTIFIERS, Codes
from tests.core.barcode.oracle_gs1 import DICTIONARY, GS

TODAYS = [date(2026, 11, 23), date(2000, 2, 29), date(2050, 1, 1), date(2051, 1, 1)]
CODES_PER_SEED = 2_000
GTIN = "04012345678901"
ODD = [*map(chr, range(128)), "é", "Ж", "١", "\ud800"]

MEASURES_ONCE = [
    ai for ai in sorted(DICTIONARY) if not (ai[0] == "3" and ai[3:] in set("12345678"))
]
"""All identifiers, of those that differ in the decimals alone the first."""


def till_says(code: str, region: str, today: date) -> oracle.Said:
    answer = decode(code, region=region, today=today).as_dict()
    always = {"gtin", "symbology", "error"}
    said = {k: v for k, v in answer.items() if v is not None or k in always}
    return {**said, "error": said["error"] is not None}


def differences(codes: list[str], region: str = "ua", today: date = TODAYS[0]) -> list[object]:
    pairs = [
        (code, till_says(code, region, today), oracle.decode(code, region, today)) for code in codes
    ]
    return [row for row in pairs if row[1] != row[2]]


@pytest.mark.parametrize("seed", range(6))
def test_any_code_is_read_as_the_page_says(seed):
    codes = Codes(seed)
    today = TODAYS[seed % len(TODAYS)]
    kinds = set()
    for code, region in islice(codes, CODES_PER_SEED):
        expected = oracle.decode(code, region, today)
        assert till_says(code, region, today) == expected, (code, region)
        kinds.add(expected["kind"])
    assert kinds == set("item weighed priced gs1 link voucher badge unknown invalid".split())


@pytest.mark.parametrize("region", oracle.REGIONS)
def test_every_prefix_of_every_region(region):
    codes = Codes(1)
    bodies = [f"{prefix:03}" + codes.digits(9) for prefix in range(1000)]
    numbers = [codes.checked(body) for body in bodies]
    numbers += [codes.weighed_or_priced(region) for _ in range(200)]
    forms = [form for n in numbers for form in (n, "]E0" + n, n + "12", n + "12345", n[1:])]
    assert differences(forms, region) == []


def test_every_identifier_with_every_character_and_length():
    codes = Codes(2)
    for ai in MEASURES_ONCE:
        value = codes.value(ai)
        at = codes.random.randrange(len(value)) if value else 0
        odd = [f"]C1{ai}{value[:at]}{c}{value[at + 1 :]}" for c in ODD]
        long = [f"({ai}){d * length}" for d in "01" for length in range(0, 95, 3)]
        ends = [f"]C1{ai}{value}{end}" for end in ("", GS, GS + GS, GS + "10A", "1")]
        linked = [f"https://id.example/{ai}/{value}", f"https://id.example/01/{GTIN}?{ai}={value}"]
        assert differences([*odd, *long, *ends, *linked]) == []


def test_every_number_that_might_be_an_identifier():
    names = [f"{n:0{width}}" for width in (2, 3, 4) for n in range(10**width)]
    codes = [f"({name})123456" for name in names]
    codes += [f"https://id.example/01/{GTIN}?{name}=123456" for name in names]
    assert differences(codes) == []


def test_every_aim_identifier_before_every_sort_of_code():
    sorts = [
        *["4012345678901", "036000291452", "12345670", "08765438", GTIN, "401234567890112", ""],
        *[f"01{GTIN}10L1", f"10A{GS}21B", "(10)A", f"https://a/01/{GTIN}", "kram:badge:1", "A"],
    ]
    aims = [*AIM_IDENTIFIERS, *(f"]{a}{b}" for a in "EeCcdQqJjILzAX" for b in "0123459azAZ")]
    blanks = ["", " ", "\t", "\r\n", "\x0b", "\x1c", GS, "\x85", "\xa0"]
    assert differences([aim + code for aim in aims for code in sorts]) == []
    assert (
        differences([b + aim + b + c + b for b in blanks for aim in aims[:20] for c in sorts]) == []
    )
