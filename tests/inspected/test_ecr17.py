"""ECR17 as `till inspect` answers it."""

from __future__ import annotations

from functools import reduce
from operator import xor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.inspect.ops import answer

PRINTABLE = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E))
COVERED = {"std": b"", "stx": b"\x02\x03", "noext": b"\x03", "stx_noext": b"\x02"}


def refused(question: dict[str, Any]) -> bool:
    return list(answer(question)) == ["error"]


@given(PRINTABLE, st.sampled_from(sorted(COVERED)))
def test_a_frame_is_closed_by_the_xor_of_what_its_mode_covers(payload: str, mode: str) -> None:
    lrc = reduce(xor, payload.encode() + COVERED[mode], 0x7F)
    frame = b"\x02" + payload.encode() + bytes([0x03, lrc])
    question = {"op": "ecr17_frame", "mode": mode}
    assert answer(question | {"payload": payload}) == {
        "lrc": f"{lrc:02X}",
        "hex": frame.hex().upper(),
    }
    assert answer(question | {"hex": frame.hex()}) == {"payload": payload, "lrc": f"{lrc:02X}"}
    damaged = frame[:-1] + bytes([lrc ^ 1])
    assert refused(question | {"hex": damaged.hex()})
    assert refused(question | {"hex": frame[:-1].hex()})
    assert refused(question | {"hex": frame.hex() + "00"})


def test_the_mode_is_std_unless_it_is_said() -> None:
    assert answer({"op": "ecr17_frame", "payload": "AB"})["lrc"] == "7C"
    assert answer({"op": "ecr17_frame", "payload": "AB", "mode": None})["lrc"] == "7C"
    assert answer({"op": "ecr17_frame", "payload": "", "hex": "00"}) == {
        "lrc": "7F",
        "hex": "02037F",
    }
    assert refused({"op": "ecr17_frame", "payload": "AB", "mode": "STD"})
    assert refused({"op": "ecr17_frame"})


@pytest.mark.parametrize("payload", ["\n", "é", "\x7f", "A\x03B", "\ud800", "\x02"])
def test_a_payload_is_printable_ascii(payload: str) -> None:
    assert refused({"op": "ecr17_frame", "payload": payload})


@pytest.mark.parametrize(
    "frame", ["", "02", "0203", "0303", "03037F", "02410A034A34", "0241FF0300"]
)
def test_another_shape_is_an_error(frame: str) -> None:
    assert refused({"op": "ecr17_frame", "hex": frame})


ASKED = {
    "op": "ecr17_message",
    "terminal_id": "00000042",
    "till_id": "00000007",
    "stan": "000815",
    "amount_minor": 650,
}


def test_messages_have_their_columns() -> None:
    status = answer(ASKED | {"message": "status"})
    assert status == {"payload": "000000420s", "length": 10}
    payment = answer(ASKED | {"message": "payment"})
    assert payment["length"] == len(payment["payload"]) == 167
    assert payment["payload"] == "000000420P000000070000000000650" + " " * 128 + "0" * 8
    reversal = answer(ASKED | {"message": "reversal"})
    assert reversal == {"payload": "000000420S0000000700081500", "length": 26}


@pytest.mark.parametrize(
    ("message", "needs"),
    [
        ("status", ["terminal_id"]),
        ("payment", ["terminal_id", "till_id", "amount_minor"]),
        ("reversal", ["terminal_id", "till_id", "stan"]),
    ],
)
def test_a_message_needs_its_fields_and_no_other(message: str, needs: list[str]) -> None:
    question = {name: ASKED[name] for name in ["op", *needs]} | {"message": message}
    assert "error" not in answer(question)
    for name in needs:
        assert refused(question | {name: None})


@pytest.mark.parametrize("message", ["status", "payment", "reversal"])
@pytest.mark.parametrize(
    "wrong",
    [
        {"terminal_id": "42"},
        {"terminal_id": "0000004A"},
        {"terminal_id": "٠٠٠٠٠٠٤٢"},
        {"terminal_id": 42},
        {"till_id": "000000007"},
        {"till_id": "00000007\n"},
        {"stan": "815"},
        {"stan": 815},
        {"amount_minor": 0},
        {"amount_minor": -1},
        {"amount_minor": 100_000_000},
        {"amount_minor": "650"},
        {"amount_minor": True},
    ],
)
def test_fields_are_checked_also_where_they_are_not_used(
    message: str, wrong: dict[str, Any]
) -> None:
    assert refused(ASKED | {"message": message} | wrong)


def test_an_unknown_message_is_an_error_and_the_largest_amount_is_none() -> None:
    assert refused(ASKED | {"message": "last_result"})
    assert refused(ASKED)
    largest = answer(ASKED | {"message": "payment", "amount_minor": 99_999_999})
    assert largest["payload"][23:31] == "99999999"


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("00", "approved"),
        ("01", "declined"),
        ("05", "card_not_present"),
        ("09", "unknown_tag"),
        ("02", "unknown"),
        ("", "unknown"),
        ("0", "unknown"),
    ],
)
def test_codes_have_outcomes(code: str, outcome: str) -> None:
    assert answer({"op": "ecr17_outcome", "code": code}) == {"outcome": outcome}


def test_a_code_is_a_text() -> None:
    assert refused({"op": "ecr17_outcome", "code": 0})
    assert refused({"op": "ecr17_outcome"})
