"""Signed coupons: what is printed is read, what is changed or made up is refused by name."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.codes.coupons import (
    KEYS_MAX,
    SERIAL_MAX,
    TEXT_BYTES_MAX,
    Coupon,
    CouponFault,
    CouponProblem,
    read_coupon,
    sign_coupon,
)
from appliance.core.barcode import decode
from appliance.core.barcode.crockford import ALPHABET
from appliance.core.barcode.own import OwnCode, OwnKind
from appliance.receipt.codes import qr

TODAY = date(2026, 11, 23)
KEYS = {number: bytes([number]) * 32 for number in range(KEYS_MAX)}
WORDS = st.text(st.characters(codec="utf-8"), max_size=10)
COUPONS = st.builds(
    Coupon,
    promotion=WORDS.filter(bool),
    serial=st.integers(0, SERIAL_MAX),
    expires=st.none() | st.dates(TODAY, date(2199, 6, 1)),
    customer=WORDS,
    key=st.integers(0, KEYS_MAX - 1),
)
AUTUMN = Coupon("AUTUMN", 118, date(2026, 11, 30), key=3)


def fault(code: str, keys: dict[int, bytes] = KEYS, today: date = TODAY) -> CouponFault | None:
    answer = read_coupon(code, keys, today)
    return answer.fault if isinstance(answer, CouponProblem) else None


@settings(deadline=None)
@given(COUPONS)
def test_what_was_signed_is_read(coupon):
    code = sign_coupon(coupon, KEYS)
    assert read_coupon(code.text, KEYS, TODAY) == coupon
    assert read_coupon(code.grouped.lower(), KEYS, TODAY) == coupon
    assert decode(code.text, today=TODAY).kind == "unknown"


@settings(max_examples=300, deadline=None)
@given(COUPONS, st.data())
def test_whatever_is_changed_is_refused(coupon, data):
    code = sign_coupon(coupon, KEYS)
    body = list(code.body)
    place = data.draw(st.integers(0, len(body) - 1))
    body[place] = data.draw(st.sampled_from(ALPHABET))
    changed = OwnCode(OwnKind.COUPON, "".join(body))
    assert changed == code or fault(changed.text) in (CouponFault.FORGED, CouponFault.MALFORMED)


@settings(deadline=None)
@given(COUPONS, st.integers(0, KEYS_MAX - 1))
def test_a_key_signs_for_itself_alone(coupon, other):
    body = ALPHABET[other] + sign_coupon(coupon, KEYS).body[1:]
    assert other == coupon.key or fault(OwnCode(OwnKind.COUPON, body).text) is CouponFault.FORGED


def test_a_coupon_of_another_shop_is_forged():
    assert fault(sign_coupon(AUTUMN, {3: b"x" * 32}).text) is CouponFault.FORGED


def test_a_key_thrown_away_is_unknown():
    keys = {number: key for number, key in KEYS.items() if number != 3}
    assert fault(sign_coupon(AUTUMN, KEYS).text, keys) is CouponFault.UNKNOWN_KEY


def test_a_coupon_holds_through_its_last_day_and_is_named_after_it():
    code = sign_coupon(AUTUMN, KEYS).text
    assert read_coupon(code, KEYS, date(2026, 11, 30)) == AUTUMN
    late = read_coupon(code, KEYS, date(2026, 12, 1))
    assert late == CouponProblem(CouponFault.EXPIRED, AUTUMN)


def test_a_forged_coupon_is_not_called_expired():
    spoilt = sign_coupon(AUTUMN, {3: b"x" * 32}).text
    assert fault(spoilt, today=date(2030, 1, 1)) is CouponFault.FORGED


@pytest.mark.parametrize(
    "text",
    [
        "",
        "CP",
        "HELLO",
        "4820024700016",
        OwnCode(OwnKind.GIFT_CARD, "0" * 16).text,
        OwnCode(OwnKind.COUPON, "3").text,
        OwnCode(OwnKind.COUPON, "3" + "0" * 16).text,
        OwnCode(OwnKind.COUPON, "3" + "Z" * 17).text,
        sign_coupon(AUTUMN, KEYS).text[:-1],
        "CP" * 10_000,
    ],
)
def test_what_is_no_coupon_is_malformed(text):
    assert fault(text) is CouponFault.MALFORMED


@settings(deadline=None)
@given(st.text(ALPHABET, min_size=1, max_size=80))
def test_no_made_up_code_is_taken(body):
    assert fault(OwnCode(OwnKind.COUPON, body).text) is not None


@pytest.mark.parametrize(
    "coupon",
    [
        Coupon("", 1),
        Coupon("Ж" * (TEXT_BYTES_MAX // 2 + 1), 1),
        Coupon("A", 1, customer="x" * (TEXT_BYTES_MAX + 1)),
        Coupon("A", -1),
        Coupon("A", SERIAL_MAX + 1),
        Coupon("A", 1, date(2019, 12, 31)),
        Coupon("A", 1, date(2200, 1, 1)),
    ],
)
def test_what_does_not_fit_is_refused_when_it_is_made(coupon):
    with pytest.raises(ValueError, match=r"coupon|word"):
        sign_coupon(coupon, KEYS)


def test_a_coupon_is_used_once_under_one_name():
    assert AUTUMN.identity == "AUTUMN-118"


def test_a_usual_coupon_is_a_small_qr_code():
    assert len(qr(sign_coupon(AUTUMN, KEYS).text)) <= 29


def test_printed_coupons_are_read_for_ever():
    assert read_coupon("CP317F0000001V0CGANAHAMTKKRQ17T2CDPA7J1BWR26", KEYS, TODAY) == AUTUMN
