"""`till inspect` dukpt_tdes and dukpt_aes, sentence by sentence of their contract."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.inspect.ops import answer

TDES = {
    "op": "dukpt_tdes",
    "bdk": "0123456789ABCDEFFEDCBA9876543210",
    "ksn": "FFFF9876543210E00001",
}
AES = {
    "op": "dukpt_aes",
    "bdk": "FEDCBA9876543210F1F1F1F1F1F1F1F1",
    "ksn": "123456789012345600000001",
}
PIN = {"pin": "1234", "pan": "4111111111111111"}
RANDOM = {"random": "0123456789ABCDEF"}


def tdes(**more: Any) -> dict[str, Any]:
    return {k: v for k, v in answer({**TDES, **more}).items() if v is not None}


def aes(**more: Any) -> dict[str, Any]:
    return {k: v for k, v in answer({**AES, **more}).items() if v is not None}


def is_error(given: dict[str, Any]) -> bool:
    return list(given) == ["error"] and bool(given["error"])


# dukpt_tdes


def test_lower_case_is_read_and_upper_case_printed() -> None:
    assert tdes(bdk=TDES["bdk"].lower(), ksn=TDES["ksn"].lower()) == tdes()
    assert tdes()["ik"] == "6AC292FAA1315B4D858AB3A3D7D5933A"


def test_only_what_was_asked_for_is_answered() -> None:
    assert set(tdes()) == {"ik", "next_ksn", "txn_key"}
    assert set(tdes(**PIN)) == {"ik", "next_ksn", "txn_key", "clear_pin_block", "pin_block"}
    assert len(tdes(**PIN, data="00")) == 10


def test_counter_zero_has_its_initial_key_and_the_next_number_alone() -> None:
    found = tdes(ksn="FFFF9876543210E00000", **PIN, data="00")
    assert found == {"ik": tdes()["ik"], "next_ksn": "FFFF9876543210E00001"}


def test_ten_one_bits_are_the_most_and_the_last_number_has_no_next() -> None:
    assert is_error(tdes(ksn="FFFF9876543210E007FF"))
    assert tdes(ksn="FFFF9876543210E003FF")["next_ksn"] == "FFFF9876543210E00400"
    assert tdes(ksn="FFFF9876543210E007FE")["next_ksn"] == "FFFF9876543210E00800"
    last = answer({**TDES, "ksn": "FFFF9876543210FFF800"})
    assert last["next_ksn"] is None
    assert last["txn_key"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"bdk": "0123"},
        {"bdk": TDES["bdk"] + "00" * 8},
        {"bdk": None},
        {"bdk": "01234567 89ABCDEFFEDCBA9876543210"},
        {"bdk": 1},
        {"ksn": "FFFF9876543210E0000"},
        {"ksn": "FFFF9876543210E0000001"},
        {"ksn": None},
        {"pin": "1234"},
        {"pin": "123", "pan": PIN["pan"]},
        {"pin": "1234567890123", "pan": PIN["pan"]},
        {"pin": "12a4", "pan": PIN["pan"]},
        {"pin": "١٢٣٤", "pan": PIN["pan"]},
        {"pin": "1234\n", "pan": PIN["pan"]},
        {"pin": 1234, "pan": PIN["pan"]},
        {"pin": "", "pan": PIN["pan"]},
        {"pin": "1234", "pan": "1234567"},
        {"pin": "1234", "pan": "12345678901234567890"},
        {"pin": "1234", "pan": 4111111111111111},
        {"data": ""},
        {"data": "0"},
        {"data": "zz"},
    ],
    ids=str,
)
@pytest.mark.parametrize("ksn", ["FFFF9876543210E00000", "FFFF9876543210E00001"])
def test_wrong_input_is_an_error_at_counter_zero_too(ksn: str, wrong: dict[str, Any]) -> None:
    assert is_error(answer({**TDES, "ksn": ksn, **wrong}))


def test_a_card_number_without_a_pin_is_ignored_whatever_it_is() -> None:
    assert tdes(pan="x") == tdes(pan=5) == tdes(pan="12") == tdes()


@pytest.mark.parametrize(
    ("pin", "pan", "block"),
    [
        ("1234", "4012345678909", "041274EDCBA9876F"),
        ("1234", "12345678", None),
        ("123456789012", "9999999999999999999", None),
    ],
)
def test_a_format_0_block_takes_twelve_digits_left_of_the_check_digit(
    pin: str, pan: str, block: str | None
) -> None:
    clear = tdes(pin=pin, pan=pan)["clear_pin_block"]
    digits = pan[:-1][-12:].rjust(16, "0")
    opened = f"{int(clear, 16) ^ int(digits, 16):016X}"
    assert opened == f"0{len(pin):X}{pin}".ljust(16, "F")
    assert block is None or clear == block


def test_zeros_pad_only_where_they_are_needed() -> None:
    """Eight bytes are one block; a code over a shorter text is that over its zeros."""
    eight, seven = tdes(data="4B72616D00000000"), tdes(data="4B72616D")
    assert len(eight["data_request"]) == 16
    assert eight["data_request"] == seven["data_request"]
    assert eight["mac_request"] == seven["mac_request"]
    assert eight["cmac_request"] != seven["cmac_request"]
    assert len(tdes(data="00" * 9)["data_request"]) == 32


# dukpt_aes


def test_aes_answers_only_what_was_asked_for() -> None:
    assert set(aes()) == {"ik", "next_ksn", "derivation_key"}
    assert set(aes(usage="pin")) == {"ik", "next_ksn", "derivation_key", "key"}
    assert aes(usage="pin")["key"] == "AF8CB133A78F8DC2D1359F18527593FB"
    assert len(aes(usage="pin", **PIN, **RANDOM)) == 7


def test_aes_counter_zero_has_its_initial_key_and_the_next_number_alone() -> None:
    found = aes(ksn="123456789012345600000000", usage="pin", **PIN, **RANDOM)
    assert found == {"ik": aes()["ik"], "next_ksn": AES["ksn"]}


def test_sixteen_one_bits_are_the_most() -> None:
    assert is_error(aes(ksn="12345678901234560001FFFF"))
    assert aes(ksn="12345678901234560001FFFE")["next_ksn"] == "123456789012345600020000"
    assert answer({**AES, "ksn": "1234567890123456FFFF0000"})["next_ksn"] is None
    assert is_error(aes(ksn="1234567890123456FFFFFFFE"))


def test_the_update_key_is_for_keys_alone() -> None:
    update = {"ksn": "1234567890123456FFFFFFFF"}
    assert set(aes(**update)) == {"ik"}
    assert aes(**update, usage="key_encryption", **PIN, **RANDOM) == {
        "ik": aes()["ik"],
        "key": "9A9770AEE1ACD1B13473D0463A1883B9",
    }
    assert is_error(aes(**update, usage="pin"))
    assert is_error(aes(**update, usage="data_both"))
    assert is_error(aes(**update, usage="key_encryption", pin="1234"))
    assert is_error(aes(**update, usage="key_encryption", pin="123", pan=PIN["pan"], **RANDOM))


def test_an_aes_key_is_never_longer_than_the_one_it_comes_from() -> None:
    assert is_error(aes(type="aes192"))
    assert is_error(aes(type="aes256", usage="pin"))
    assert is_error(aes(type="aes256", bdk="00" * 24))
    assert len(aes(type="aes192", bdk="00" * 24, usage="pin")["key"]) == 48
    assert len(aes(type="tdes3", usage="pin")["key"]) == 48
    assert len(aes(type="tdes2", usage="pin")["key"]) == 32
    assert is_error(aes(type="aes192", ksn="123456789012345600000000"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"bdk": "00" * 8},
        {"bdk": "00" * 20},
        {"ksn": "1234567890123456000001"},
        {"usage": "pins"},
        {"usage": "derivation"},
        {"usage": "initial"},
        {"usage": 4096},
        {"type": "aes"},
        {"type": "AES128"},
        {**PIN},
        {"pin": "1234", **RANDOM},
        {**PIN, "random": "01"},
        {**PIN, "random": ""},
        {**PIN, "random": "0123456789ABCDEF00"},
        {"pin": "123", "pan": PIN["pan"], **RANDOM},
        {"pin": "1234", "pan": "1234567", **RANDOM},
        {**PIN, **RANDOM, "type": "tdes2"},
        {**PIN, **RANDOM, "type": "tdes3"},
    ],
    ids=str,
)
@pytest.mark.parametrize("counter", ["00000000", "00000001", "FFFFFFFF"])
def test_wrong_aes_input_is_an_error_at_every_counter(counter: str, wrong: dict[str, Any]) -> None:
    assert is_error(answer({**AES, "ksn": AES["ksn"][:16] + counter, **wrong}))


def test_a_card_number_and_random_bytes_without_a_pin_are_ignored() -> None:
    assert aes(pan="x", random="y") == aes()


@pytest.mark.parametrize(
    ("pan", "field"),
    [
        ("12345678", "00000123456780000000000000000000"),
        ("123456789012", "01234567890120000000000000000000"),
        ("4111111111111111", "44111111111111111000000000000000"),
        ("1234567890123456789", "71234567890123456789000000000000"),
    ],
)
def test_a_format_4_pan_field_tells_its_length(pan: str, field: str) -> None:
    assert aes(pin="1234", pan=pan, **RANDOM)["pan_field"] == field


@given(st.from_regex("[0-9]{4,12}", fullmatch=True), st.from_regex("[0-9]{8,19}", fullmatch=True))
def test_a_format_4_block_opens_to_what_it_was_made_of(pin: str, pan: str) -> None:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    found = aes(usage="pin", pin=pin, pan=pan, **RANDOM)

    def opened(block: bytes) -> bytes:
        done = Cipher(algorithms.AES(bytes.fromhex(found["key"])), modes.ECB()).decryptor()
        return done.update(block) + done.finalize()

    outer = opened(bytes.fromhex(found["pin_block"]))
    pan_field = bytes.fromhex(found["pan_field"])
    inner = opened(bytes(a ^ b for a, b in zip(outer, pan_field, strict=True)))
    told = f"4{len(pin):X}{pin}".ljust(16, "A")
    assert inner.hex().upper() == found["pin_field"] == told + RANDOM["random"]
