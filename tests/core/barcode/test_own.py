"""The shop's own codes: printed, read, typed badly, and never taken for goods."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.core.barcode import REGIONS, decode
from appliance.core.barcode.crockford import (
    ALPHABET,
    bytes_of_symbols,
    check_symbols,
    number_of_symbols,
    symbols_of_bytes,
    symbols_of_number,
)
from appliance.core.barcode.own import (
    EPOCH_MAX,
    TILL_MAX,
    OwnCode,
    OwnKind,
    ReceiptCode,
    read_own,
    read_receipt,
)
from appliance.receipt.codes import BARCODE_QUIET, code128, qr

TODAY = date(2026, 11, 23)
CODES = st.builds(OwnCode, st.sampled_from(OwnKind), st.text(ALPHABET, min_size=1, max_size=60))
RECEIPTS = st.builds(
    ReceiptCode, st.integers(1, TILL_MAX), st.integers(1, EPOCH_MAX), st.integers(1, 10**12)
)


@settings(deadline=None)
@given(CODES)
def test_what_is_printed_is_read_back(code):
    assert read_own(code.text) == code
    assert read_own(code.grouped) == code


@settings(deadline=None)
@given(CODES, st.data())
def test_a_hand_that_types_it_is_understood(code, data):
    slips = {"0": "0Oo", "1": "1IiLl"}
    typed = ""
    for symbol in code.grouped:
        typed += data.draw(st.sampled_from(slips.get(symbol, symbol + symbol.lower())))
        typed += data.draw(st.sampled_from(["", "", " ", "-"]))
    assert read_own(f" {typed}\r\n") == code


@settings(deadline=None)
@given(CODES, st.sampled_from(["]C0", "]A0", "]Q1", "]d1", "]z0"]))
def test_the_scanners_own_mark_is_dropped(code, aim):
    assert read_own(aim + code.text) == code


@settings(deadline=None)
@given(CODES, st.sampled_from(["", "]C0", "]A0", "]Q0", "]d1"]), st.sampled_from(REGIONS))
def test_it_is_never_taken_for_goods(code, aim, region):
    assert decode(aim + code.text, region=region, today=TODAY).kind == "unknown"
    assert decode(aim + code.grouped, region=region, today=TODAY).kind == "unknown"


@settings(deadline=None)
@given(st.one_of(st.text("0123456789", max_size=40), st.text(max_size=300)))
def test_what_begins_with_no_letters_of_ours_is_none_of_ours(text):
    if text.strip().upper()[:2] not in set(OwnKind):
        assert read_own(text) is None or text.startswith("]")


@pytest.mark.parametrize(
    "vector", ["GC", "GC7", "GC77", "RC-1-118", "kram:badge:7", "ГС7777777", ""]
)
def test_texts_that_only_look_alike_are_refused(vector):
    assert read_own(vector) is None


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(OwnKind), st.text(ALPHABET, min_size=1, max_size=29), st.data())
def test_two_slips_in_a_code_of_usual_length_never_give_another(kind, body, data):
    text = OwnCode(kind, body).text
    wrong = list(text)
    for place in data.draw(st.sets(st.integers(2, len(text) - 1), min_size=1, max_size=2)):
        wrong[place] = data.draw(st.sampled_from(ALPHABET))
    spoilt = "".join(wrong)
    assert spoilt == text or read_own(spoilt) is None


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(OwnKind), st.text(ALPHABET, min_size=1, max_size=29), st.data())
def test_two_symbols_that_changed_places_are_found(kind, body, data):
    text = OwnCode(kind, body).text
    first, second = (data.draw(st.integers(2, len(text) - 1)) for _ in range(2))
    swapped = list(text)
    swapped[first], swapped[second] = swapped[second], swapped[first]
    assert "".join(swapped) == text or read_own("".join(swapped)) is None


@settings(deadline=None)
@given(CODES, st.sampled_from(OwnKind))
def test_a_card_is_no_voucher_with_other_letters(code, kind):
    other = kind.value + code.text[2:]
    assert kind is code.kind or read_own(other) is None


@settings(deadline=None)
@given(RECEIPTS)
def test_a_receipt_names_its_sale_for_any_till(receipt):
    assert read_receipt(receipt.text) == receipt
    assert read_receipt(receipt.number) == receipt
    assert read_receipt("kram:receipt:" + receipt.number) == receipt


def test_a_receipts_code_is_short_enough_for_narrow_paper():
    """384 dots across 58 mm paper, two dots a bar."""
    for receipt in (ReceiptCode(1, 1, 1), ReceiptCode(31, 31, 32**4 - 1)):
        assert (len(code128(receipt.text)) + 2 * BARCODE_QUIET) * 2 <= 384, receipt.text
    assert len(qr(ReceiptCode(999, 31, 999_999).text)) == 21  # the smallest QR code there is


def test_a_number_typed_by_hand_may_leave_out_its_zeros():
    assert read_receipt(" 1-118 ") == ReceiptCode(1, 1, 118)
    assert read_receipt("1/2-000118") == ReceiptCode(1, 2, 118)
    for wrong in (
        "118",
        "0-118",
        "1-0",
        "1/0-1",
        "1-1-1",
        "1-",
        "\u0661-118",
        "1-118\n1",
        "kram:1-1",
    ):
        assert read_receipt(wrong) is None, wrong


def test_only_the_shortest_writing_of_a_receipt_counts():
    body = "0" + "1" + "1" + "0" + symbols_of_number(118)  # a zero before the number
    assert read_own(OwnCode(OwnKind.RECEIPT, body).text) is not None
    assert read_receipt(OwnCode(OwnKind.RECEIPT, body).text) is None
    for body in ("0", "0ZZ", "Z1", "0001", "0111"[:3]):
        assert read_receipt(OwnCode(OwnKind.RECEIPT, body).text) is None


def test_a_gift_card_is_no_receipt():
    assert read_receipt(OwnCode(OwnKind.GIFT_CARD, "0111").text) is None


@settings(deadline=None)
@given(st.integers(0, 10**30))
def test_numbers_become_symbols_and_numbers_again(number):
    assert number_of_symbols(symbols_of_number(number)) == number


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_bytes_become_symbols_and_bytes_again(data):
    assert bytes_of_symbols(symbols_of_bytes(data)) == data


@settings(deadline=None)
@given(st.text(ALPHABET, max_size=40))
def test_bytes_have_one_writing(symbols):
    data = bytes_of_symbols(symbols)
    assert data is None or symbols_of_bytes(data) == symbols


def test_the_check_symbols_stay_what_they_are():
    """What is printed once must be read for years."""
    assert check_symbols("GC7K3M9Q2X4D8APZ5R") == "MY"
    assert ReceiptCode(1, 1, 118).text == "RC0113PVR"
