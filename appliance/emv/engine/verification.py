"""Cardholder verification: the first rule of the card's list that fits and succeeds (Book 3, 10.5)."""

from __future__ import annotations

from appliance.emv import cvm_list
from appliance.emv.engine import apdu
from appliance.emv.engine.session import Session
from appliance.emv.engine.terms import Dialogue
from appliance.emv.response import DONE
from appliance.emv.tags import needed
from appliance.emv.tvr import Tsi, Tvr

SUPPORTED_BY_CARD = 0x10
"""Bit of the profile (82, byte 1)."""

FAIL, PLAINTEXT_PIN, ONLINE_PIN, PLAINTEXT_PIN_AND_SIGNATURE = 0x00, 0x01, 0x02, 0x03
ENCIPHERED_PIN, ENCIPHERED_PIN_AND_SIGNATURE, SIGNATURE, NOTHING = 0x04, 0x05, 0x1E, 0x1F

# Method: the bit of the terminal's capabilities (9F33, byte 2) that it needs.
_NEEDS = {
    PLAINTEXT_PIN: 0x80,
    ONLINE_PIN: 0x40,
    PLAINTEXT_PIN_AND_SIGNATURE: 0x80 | 0x20,
    ENCIPHERED_PIN: 0x10,
    ENCIPHERED_PIN_AND_SIGNATURE: 0x10 | 0x20,
    SIGNATURE: 0x20,
    NOTHING: 0x08,
}
_PINS = frozenset(_NEEDS) - {SIGNATURE, NOTHING}

UNKNOWN, FAILED, SUCCESSFUL = 0x00, 0x01, 0x02
GO_ON = 0x40
_NONE_FITS = b"\x3f\x00\x01"


def verify(session: Session) -> Dialogue[None]:
    if not needed(session.card, "82", 2)[0] & SUPPORTED_BY_CARD:
        return
    listed = session.card.get("8E", b"")
    if not listed:
        session.tvr |= Tvr.ICC_DATA_MISSING
        return
    found = cvm_list.read(listed)
    session.tsi |= Tsi.CVM_PERFORMED
    for method, condition in found.rules:
        if not _applies(session, found, method & 0x3F, condition):
            continue
        result = yield from _perform(session, method & 0x3F)
        session.cvm_results = bytes([method, condition, result])
        if result != FAILED:
            return
        if not method & GO_ON or method & 0x3F == FAIL:
            session.tvr |= Tvr.CVM_FAILED
            return
    session.tvr |= Tvr.CVM_FAILED
    if session.cvm_results[2:] == b"\x00":
        session.cvm_results = _NONE_FITS


def _applies(session: Session, found: cvm_list.CvmList, method: int, condition: int) -> bool:
    kind = session.purchase.kind
    attended = needed(session.terminal.tags, "9F35", 1)[0] & 0x0F <= 0x03
    cash, cashback = kind == 0x01, kind == 0x09
    amount = session.purchase.amount_minor
    own_currency = session.card.get("9F42") == session.purchase.tags()["5F2A"]
    match condition:
        case 0x00:
            return True
        case 0x01:
            return cash and not attended
        case 0x02:
            return not cash and not cashback
        case 0x03:
            return _is_supported(session, method)
        case 0x04:
            return cash and attended
        case 0x05:
            return cashback
        case 0x06:
            return own_currency and amount < found.x
        case 0x07:
            return own_currency and amount > found.x
        case 0x08:
            return own_currency and amount < found.y
        case 0x09:
            return own_currency and amount > found.y
    return False


def _is_supported(session: Session, method: int) -> bool:
    needs = _NEEDS.get(method)
    return needs is not None and needed(session.terminal.tags, "9F33", 3)[1] & needs == needs


def _perform(session: Session, method: int) -> Dialogue[int]:
    if method != FAIL and method not in _NEEDS:
        session.tvr |= Tvr.CVM_UNRECOGNISED
        return FAILED
    if method == FAIL:
        return FAILED
    if not _is_supported(session, method):
        if method in _PINS:
            session.tvr |= Tvr.PIN_PAD_MISSING
        return FAILED
    if method == NOTHING:
        return SUCCESSFUL
    if method == SIGNATURE:
        session.wants_signature = True
        return UNKNOWN
    if method in (PLAINTEXT_PIN, PLAINTEXT_PIN_AND_SIGNATURE):
        result = yield from _plaintext_pin(session)
        if result == SUCCESSFUL and method == PLAINTEXT_PIN_AND_SIGNATURE:
            session.wants_signature = True
            return UNKNOWN
        return result
    # Enciphered and online PINs need a pad that no part of this till can be.
    session.tvr |= Tvr.PIN_PAD_MISSING
    return FAILED


def _plaintext_pin(session: Session) -> Dialogue[int]:
    if session.purchase.pin is None:
        session.tvr |= Tvr.PIN_NOT_ENTERED
        return FAILED
    got = yield from apdu.send(apdu.verify_plaintext(session.purchase.pin))
    if got.status == DONE:
        return SUCCESSFUL
    if got.status in (b"\x63\xc0", b"\x69\x83", b"\x69\x84"):
        session.tvr |= Tvr.PIN_TRY_LIMIT_EXCEEDED
    return FAILED
