"""Terminal action analysis: what the findings mean to issuer and shop (Book 3, 10.7). Pure."""

from __future__ import annotations

from appliance.emv.engine.session import Session
from appliance.emv.engine.terms import NO_CODES
from appliance.emv.tags import needed

AAC, TC, ARQC = 0x00, 0x40, 0x80
"""Declined, approved offline, to be asked online: the two high bits of 9F27 and of P1."""

_ALL = b"\xff" * 5
"""What an issuer means who left out its codes for "online" and "default"."""

_ONLINE_ONLY, _OFFLINE_ONLY = (0x1, 0x4), (0x3, 0x6)
"""The low digit of the terminal type (9F35)."""


def before_online(session: Session) -> int:
    """The cryptogram to ask the card for."""
    kind = needed(session.terminal.tags, "9F35", 1)[0] & 0x0F
    shop = session.application.application
    if _matches(session, "9F0E", NO_CODES, shop.tac_denial):
        return AAC
    if kind in _ONLINE_ONLY:
        return ARQC
    if kind in _OFFLINE_ONLY:
        return when_unable(session)
    return ARQC if _matches(session, "9F0F", _ALL, shop.tac_online) else TC


def when_unable(session: Session) -> int:
    """The same when nobody can be asked; a terminal that is never without its issuer declines."""
    if needed(session.terminal.tags, "9F35", 1)[0] & 0x0F in _ONLINE_ONLY:
        return AAC
    shop = session.application.application
    return AAC if _matches(session, "9F0D", _ALL, shop.tac_default) else TC


def _matches(session: Session, issuer_tag: str, absent: bytes, shop: bytes) -> bool:
    issuer = session.card.get(issuer_tag, absent)
    codes = int.from_bytes(issuer, "big") | int.from_bytes(shop, "big")
    return bool(session.tvr & codes)
