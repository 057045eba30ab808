"""What a card, a tag or a phone in front of the reader says: codes, or its own number, or why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from appliance.core.devices import CardTrouble
from appliance.drivers.cards import ndef
from appliance.drivers.cards.apdu import Transmit, exchange, read_binary, select, select_file

UID_PREFIX = "uid:"
"""A card's own number never looks like the barcode of goods."""

NDEF_AID = bytes.fromhex("D2760000850101")
PPSE, PSE = b"2PAY.SYS.DDF01", b"1PAY.SYS.DDF01"

_CC_FILE = bytes.fromhex("E103")
_CC_BYTES = 15
_READ_MAX = 0xF0
_RANDOM_HEAD = 0x08
"""ISO/IEC 14443-3: a number of four bytes that begins with 08 is another one at every touch."""

_PAGES_AT_ONCE, _PAGES_MAX = 4, 231
"""NTAG216, the largest Type 2 tag in common use."""


@dataclass(frozen=True, slots=True)
class Presented:
    """codes: as a scanner would give them; trouble: why there are none."""

    codes: tuple[str, ...] = ()
    trouble: CardTrouble | None = None


def said(message: bytes | None, uid: bytes, *, uid_counts: bool, bank_card: bool) -> Presented:
    """From what was read. A message on it counts first; a bank card's number never does."""
    found = tuple(ndef.codes(message)) if message else ()
    if found:
        return Presented(found)
    if bank_card:
        return Presented(trouble=CardTrouble.BANK_CARD)
    if not uid or not uid_counts:
        return Presented(trouble=CardTrouble.EMPTY)
    if is_random(uid):
        return Presented(trouble=CardTrouble.CHANGING_NUMBER)
    return Presented((UID_PREFIX + uid.hex().upper(),))


def is_random(uid: bytes) -> bool:
    return len(uid) == 4 and uid[0] == _RANDOM_HEAD


def is_bank_card(transmit: Transmit) -> bool:
    """It has a directory of payment applications. Nothing is read of them."""
    return any(select(transmit, name).ok for name in (PPSE, PSE))


def type4_message(transmit: Transmit) -> bytes | None:
    """The NDEF file of a Type 4 tag, a phone or a Java card; None where there is none."""
    if not select(transmit, NDEF_AID).ok or not select_file(transmit, _CC_FILE).ok:
        return None
    about = read_binary(transmit, 0, _CC_BYTES)
    if not about.ok or len(about.data) < _CC_BYTES or about.data[7] != 0x04:
        return None
    step = min(max(int.from_bytes(about.data[3:5], "big"), 1), _READ_MAX)
    if not select_file(transmit, about.data[9:11]).ok:
        return None
    head = read_binary(transmit, 0, 2)
    if not head.ok or len(head.data) != 2:
        return None
    length = min(int.from_bytes(head.data, "big"), ndef.MESSAGE_MAX)
    message = b""
    while len(message) < length:
        piece = read_binary(transmit, 2 + len(message), min(step, length - len(message)))
        if not piece.ok or not piece.data:
            break
        message += piece.data
    return message


def type2_message(transmit: Transmit) -> bytes | None:
    """The NDEF message of a Type 2 tag (NTAG, Ultralight) through a PC/SC reader, whose pages are
    read by READ BINARY of class FF (PC/SC part 3, 3.2.2.1.8)."""
    memory = b""
    for page in range(4, _PAGES_MAX, _PAGES_AT_ONCE):
        read = exchange(transmit, bytes((0xFF, 0xB0, 0x00, page, 4 * _PAGES_AT_ONCE)))
        if not read.ok or not read.data:
            break
        memory += read.data
        found = message_in(memory)
        if found is not None:
            return found
    return None


def message_in(memory: Sequence[int]) -> bytes | None:
    """The first whole message of a Type 2 tag's memory (Type 2 Tag 1.2, TLV blocks 03)."""
    data, at = bytes(memory), 0
    while at < len(data):
        kind = data[at]
        if kind == 0xFE:
            return None
        if kind == 0x00:
            at += 1
            continue
        size = 3 if data[at + 1 : at + 2] == b"\xff" else 1
        length = int.from_bytes(data[at + 1 : at + 1 + size][-2:], "big")
        start = at + 1 + size
        at = start + length
        if kind == 0x03 and at <= len(data):
            return data[start:at]
    return None


def uid_of(transmit: Transmit) -> bytes:
    """The number of a card in a contactless PC/SC reader; empty for a contact card."""
    answer = exchange(transmit, bytes.fromhex("FFCA000000"))
    return answer.data if answer.ok and 4 <= len(answer.data) <= 10 else b""
