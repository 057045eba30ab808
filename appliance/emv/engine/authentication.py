"""Offline data authentication: which kind, and what it proves (Book 3, 10.3)."""

from __future__ import annotations

from appliance.emv import dates, oda, static_data
from appliance.emv.engine import apdu
from appliance.emv.engine.reading import answered
from appliance.emv.engine.session import Session
from appliance.emv.engine.terms import Dialogue
from appliance.emv.response import DONE, Response
from appliance.emv.tags import needed
from appliance.emv.tlv import first
from appliance.emv.tvr import Tsi, Tvr
from appliance.malformed import Malformed

_RID_BYTES = 5

# Bits of the card's profile (82, byte 1) and of the terminal's capabilities (9F33, byte 3).
_KINDS = (
    ("CDA", 0x01, 0x08, Tvr.CDA_FAILED),
    ("DDA", 0x20, 0x40, Tvr.DDA_FAILED),
    ("SDA", 0x40, 0x80, Tvr.SDA_FAILED),
)
"""The best first."""


def choose(session: Session) -> tuple[str, Tvr] | None:
    """The best kind that card and terminal both know, and its bit of failure."""
    profile = needed(session.card, "82", 2)[0]
    capabilities = needed(session.terminal.tags, "9F33", 3)[2]
    return next(
        (
            (kind, failed)
            for kind, card_bit, terminal_bit, failed in _KINDS
            if profile & card_bit and capabilities & terminal_bit
        ),
        None,
    )


def authenticate(session: Session) -> Dialogue[None]:
    chosen = choose(session)
    if chosen is None:
        session.tvr |= Tvr.ODA_NOT_PERFORMED
        return
    kind, failed = chosen
    session.tsi |= Tsi.ODA_PERFORMED
    if kind == "SDA":
        session.tvr |= Tvr.SDA_SELECTED
    try:
        proven = _static(session) if kind == "SDA" else _card_key(session)
        if proven and kind == "DDA":
            proven = yield from _dynamic(session)
    except Malformed:
        session.tvr |= Tvr.ICC_DATA_MISSING
        proven = False
    if not proven:
        session.tvr |= failed
    session.combined = proven and kind == "CDA"


def _issuer(session: Session) -> oda.Issuer | None:
    rid = session.application.aid[:_RID_BYTES]
    index = needed(session.card, "8F", 1)[0]
    needed(session.card, "90")
    ca = session.terminal.ca_keys.get((rid, index))
    if ca is None or (ca.expires and _date(session) > dates.comparable(ca.expires)):
        return None
    issuer = oda.issuer(ca.key, session.card)
    return issuer if issuer and _runs(session, issuer.expiry_mmyy) else None


def _static(session: Session) -> bool:
    needed(session.card, "93")
    issuer = _issuer(session)
    return bool(issuer and oda.static(issuer.key, session.card, _signed_data(session)))


def _card_key(session: Session) -> bool:
    needed(session.card, "9F46")
    needed(session.card, "9F47")
    issuer = _issuer(session)
    found = issuer and oda.card(issuer.key, session.card, _signed_data(session))
    if not found or not _runs(session, found.expiry_mmyy):
        return False
    session.card_key = found.key
    return True


def _signed_data(session: Session) -> bytes:
    locator = needed(session.card, "94")
    return static_data.gather(locator, session.records, session.card)


def _dynamic(session: Session) -> Dialogue[bool]:
    """DDA: the card signs the terminal's unpredictable number."""
    if "9F49" not in session.card:
        session.card["9F49"] = session.application.application.ddol
    challenge = session.filled("9F49")
    if session.purchase.unpredictable not in challenge:
        return False
    command = apdu.internal_authenticate(challenge)
    got = yield from apdu.send(command)
    if got.status != DONE:
        return False
    signature = answered(command, got).get("9F4B")
    return signature is not None and _signed(session, signature, challenge)


def proves_fast(session: Session, challenge: bytes) -> bool:
    """fDDA: the signature came with the records, and the challenge needs no command."""
    session.tsi |= Tsi.ODA_PERFORMED
    return _card_key(session) and _signed(session, session.card.get("9F4B", b""), challenge)


def _signed(session: Session, signature: bytes, challenge: bytes) -> bool:
    assert session.card_key is not None
    found = oda.dynamic(session.card_key, {"9F4B": signature}, challenge, combined=False)
    if not found:
        return False
    session.card["9F4C"] = found.icc_dynamic_number
    return True


def combined_by_card(session: Session, got: Response, cdol2_data: bytes) -> bool:
    """CDA: the answer to GENERATE AC is what the card signed, in answer to what was sent."""
    assert session.card_key is not None
    template = first(got.objects, "77")
    signature = template and template.first("9F4B")
    if not signature:
        return False
    tags = {"9F4B": signature.value}
    found = oda.dynamic(session.card_key, tags, session.purchase.unpredictable, combined=True)
    if not found or found.signed is None:
        return False
    sent = oda.Generated(session.pdol_data, session.cdol1_data, cdol2_data, got.body + got.status)
    if not oda.transaction(found.signed, sent):
        return False
    session.card["9F4C"] = found.icc_dynamic_number
    session.card["9F26"] = found.signed.cryptogram
    return True


def _runs(session: Session, expiry_mmyy: bytes) -> bool:
    """Whether a certificate holds in the month of the purchase."""
    mmyy = expiry_mmyy.hex()
    return _date(session) <= dates.comparable(f"{mmyy[2:]}{mmyy[:2]}31")


def _date(session: Session) -> int:
    return dates.comparable(session.purchase.date)
