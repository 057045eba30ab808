"""A till's next certificate: for a key that is known, in time or long after the old one ran out."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric import ec

from appliance.fleet import audit
from appliance.fleet.authority import refusals, registry
from appliance.fleet.authority.ca import TILL_DAYS
from appliance.fleet.authority.joining import Desk, granted, issue, key_of, newest, pem, refused
from appliance.fleet.authority.registry import Status
from appliance.fleet.store import Transaction
from appliance.wire import seal
from appliance.wire.enrolment import Answer, Refused, Renewal

RENEW_BEFORE_MS = TILL_DAYS * 86_400_000 // 3


def renew(desk: Desk, asked: Renewal, address: str) -> Answer:
    key = key_of(asked.csr)
    if isinstance(key, Refused):
        return key
    with desk.store.transaction() as tx:
        answer = _renewed(desk, tx, asked, key, address)
    if answer is refusals.CLONED:
        desk.alarm("cloned", asked.uid, f"asked from {address} by machine {asked.hardware.serial}")
    return answer


def _renewed(
    desk: Desk, tx: Transaction, asked: Renewal, key: ec.EllipticCurvePublicKey, address: str
) -> Answer:
    till = registry.till_of(tx, asked.uid)
    if till is None or not _is_known(tx, asked, key):
        return refused(tx, asked.uid, refusals.NO_TILL, address)
    if till.status is not Status.ACTIVE:
        return refused(tx, asked.uid, refusals.DENIED, address)
    serial = asked.hardware.serial
    if serial and till.hw_serial and serial != till.hw_serial:
        return refused(tx, asked.uid, refusals.CLONED, address)
    last = newest(tx, till.uid)
    if last["revoked_ms"] is not None or last["not_after_ms"] - desk.now_ms() < RENEW_BEFORE_MS:
        issue(desk, tx, till.uid, key)
        audit.write(tx, desk.now_ms(), registry.BY_HAND, "till.renew", till.uid, "", address)
    return granted(desk, tx, till.uid)


def _is_known(tx: Transaction, asked: Renewal, key: ec.EllipticCurvePublicKey) -> bool:
    known = tx.one(
        "SELECT 1 AS yes FROM certificate WHERE till = :uid AND public_key = :key",
        uid=asked.uid,
        key=pem(key),
    )
    return known is not None and seal.is_signed(key, asked.signed, asked.signature)
