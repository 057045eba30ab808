"""Commands to a card, and the two answers of old cards that mean "ask again"."""

from __future__ import annotations

from appliance.emv import response, tlv
from appliance.emv.engine.terms import Dialogue
from appliance.emv.response import Response

NOT_FOUND, NO_RECORD = b"\x6a\x82", b"\x6a\x83"
CARD_BLOCKED, APPLICATION_BLOCKED = b"\x6a\x81", b"\x62\x83"
CONDITIONS = b"\x69\x85"

_FETCHES_MAX = 8
"""GET RESPONSE in a row; a card needs one or two."""


def send(command: bytes) -> Dialogue[Response]:
    """One command, whatever way (T=0 or T=1) its answer takes; Malformed if it is none."""
    answer: bytes = yield command
    if len(answer) == 2 and answer[0] == 0x6C:
        answer = yield command[:-1] + answer[1:]
    body = answer[:-2]
    for _ in range(_FETCHES_MAX):
        if len(answer) < 2 or answer[-2] != 0x61:
            break
        answer = yield b"\x00\xc0\x00\x00" + answer[-1:]
        body += answer[:-2]
    return response.read(body + answer[-2:])


def select(aid: bytes, *, next_one: bool = False) -> bytes:
    return _case4(bytes([0x00, 0xA4, 0x04, 0x02 if next_one else 0x00]), aid)


def read_record(sfi: int, number: int) -> bytes:
    return bytes([0x00, 0xB2, number, sfi << 3 | 0x04, 0x00])


def get_processing_options(pdol_data: bytes) -> bytes:
    return _case4(b"\x80\xa8\x00\x00", tlv.encode("83", pdol_data))


def internal_authenticate(ddol_data: bytes) -> bytes:
    return _case4(b"\x00\x88\x00\x00", ddol_data)


def generate_ac(kind: int, cdol_data: bytes, *, combined: bool) -> bytes:
    """combined: the answer shall be signed (CDA)."""
    return _case4(bytes([0x80, 0xAE, kind | (0x10 if combined else 0x00), 0x00]), cdol_data)


def external_authenticate(data: bytes) -> bytes:
    return b"\x00\x82\x00\x00" + bytes([len(data)]) + data


def verify_plaintext(pin: str) -> bytes:
    """The block of Book 3, 6.5.12: control 2, length, digits, filled up with F."""
    block = bytes.fromhex(f"2{len(pin):X}{pin}".ljust(16, "F"))
    return b"\x00\x20\x00\x80\x08" + block


def _case4(head: bytes, data: bytes) -> bytes:
    return head + bytes([len(data)]) + data + b"\x00"
