"""Card numbers are found in every form they get through in; barcodes and hashes are left alone."""

from __future__ import annotations

import base64
import hashlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core.barcode.check_digits import check_digit
from appliance.core.card_numbers import (
    has_card_number,
    is_card_number,
    luhn,
    masked,
)

VISA, MASTERCARD = "4761739001010119", "5413330089020011"


@pytest.mark.parametrize("number", [VISA, MASTERCARD, "378282246310005", "6759649826438453"])
@pytest.mark.parametrize(
    "shown",
    [
        lambda n: n,
        lambda n: f"card {n}.",
        lambda n: f"{n[:4]} {n[4:8]} {n[8:12]} {n[12:]}" if len(n) == 16 else n,
        lambda n: f"{n[:4]}-{n[4:8]}-{n[8:12]}-{n[12:]}" if len(n) == 16 else n,
        lambda n: f'{{"pan":"{n}"}}',
        lambda n: f";{n}=26121010000000000?",
        lambda n: n.encode().hex(),
        lambda n: n.encode().hex(" "),
        lambda n: base64.b64encode(n.encode()).decode(),
        lambda n: base64.b64encode(f"x{n}".encode()).decode(),
        lambda n: base64.b64encode(f"xy{n}z".encode()).decode(),
        lambda n: repr(bytes.fromhex("5A08" + n.ljust(16, "F"))),
        lambda n: "5A08" + n.ljust(16, "F"),
        lambda n: "6F1C" + "5A08" + n.ljust(16, "F") + "5F24032612319F0702FF00",
        lambda n: "5711" + (n + "D26122010000000000").ljust(34, "F"),
    ],
)
def test_a_card_number_is_found_and_masked_in_text(number: str, shown: object) -> None:
    text = shown(number)  # type: ignore[operator]
    assert has_card_number(text)
    assert not has_card_number(masked(text))
    assert number not in masked(text)


@pytest.mark.parametrize("number", [VISA, MASTERCARD])
@pytest.mark.parametrize("lead", [b"", b"x", b"\x00\x01"])
def test_a_card_number_is_found_in_bytes(number: str, lead: bytes) -> None:
    assert has_card_number(lead + number.encode() + b"\r\n")
    assert has_card_number(lead + number.encode("utf-16-le"))
    assert has_card_number(lead + number.encode("utf-16-be"))
    assert has_card_number(lead + bytes.fromhex("5A08" + number) + b"\x9f\x26")
    assert has_card_number(lead + bytes.fromhex("5713" + number + "D26122010000000000000F"))
    assert has_card_number(bytes.fromhex(number))


def test_the_last_four_digits_stay_readable() -> None:
    assert masked(f"slip {VISA} ok") == "slip ************0119 ok"
    assert masked("4761 7390 0101 0119") == "**** **** **** 0119"


@given(st.integers(0, 10**9 - 1), st.sampled_from(["482", "40", "460", "590"]))
def test_no_right_gtin_is_taken_for_a_card(rest: int, prefix: str) -> None:
    body = (prefix + f"{rest:09}")[:12]
    gtin = body + check_digit(body)
    assert not has_card_number(f"scan {gtin}")
    assert masked(gtin) == gtin
    box = "1" + body
    assert not has_card_number(box + check_digit(box))


def test_hashes_and_receipt_numbers_raise_no_alarm() -> None:
    chance = random.Random(5)
    for at in range(20_000):
        digest = hashlib.sha256(str(at).encode()).hexdigest()
        assert not has_card_number(f"fact {at} {digest}"), digest
    for _ in range(2_000):
        line = (
            f"2026-11-{chance.randint(10, 28)} 08:04:{chance.randint(10, 59)} job {chance.random()}"
        )
        assert not has_card_number(line), line


@given(st.text())
def test_masking_twice_is_masking_once(text: str) -> None:
    assert masked(masked(text)) == masked(text)


@given(st.binary(max_size=300))
def test_any_bytes_are_answered(data: bytes) -> None:
    assert has_card_number(data) in (True, False)


@given(st.from_regex(r"[0-9]{1,24}", fullmatch=True))
def test_luhn_is_the_rule_of_iso_7812(digits: str) -> None:
    double = str.maketrans("0123456789", "0246813579")
    total = sum(map(int, digits[-1::-2])) + sum(map(int, digits[-2::-2].translate(double)))
    assert luhn(digits) is (total % 10 == 0)
    assert not is_card_number(digits) or luhn(digits)
