"""What letting a till in takes, by whichever way it came: its row, its certificate, the answer."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import CertificateSigningRequest, load_pem_x509_certificate
from cryptography.x509 import load_pem_x509_csr as load_csr

from appliance.fleet import audit
from appliance.fleet.authority import refusals, registry
from appliance.fleet.authority.ca import Authority
from appliance.fleet.authority.registry import Status
from appliance.fleet.authority.signing import Signer
from appliance.fleet.clock import now_ms
from appliance.fleet.public import Public
from appliance.fleet.store import Row, Store, Transaction
from appliance.wire import topics, ulid
from appliance.wire.enrolment import Granted, Refused, Request

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Desk:
    """What enrolment needs of the fleet. signer, public: asked each time, since keys are rotated and
    cells move. alarm: told rule, till and what is known, when something looks like fraud."""

    store: Store
    authority: Authority
    signer: Callable[[], Signer]
    public: Callable[[], Public]
    now_ms: Callable[[], int] = now_ms
    alarm: Callable[[str, str, str], None] = lambda rule, till, detail: log.warning(
        "%s: till %s, %s", rule, till, detail
    )
    changed: Callable[[], None] = lambda: None


def join(
    desk: Desk,
    tx: Transaction,
    request: Request,
    key: ec.EllipticCurvePublicKey,
    shop: str,
    person: str,
    address: str,
) -> str | Refused:
    """A new till of this shop, with its certificate; its uid."""
    if not topics.LEVEL.fullmatch(shop):
        return refusals.BAD_SHOP
    tenant = shop_of(tx, desk, shop)
    now, uid, serial = desk.now_ms(), ulid.new(desk.now_ms()), request.hardware.serial
    for other in tx.rows(
        "SELECT uid, hw_serial FROM till WHERE shop = :shop AND name = :name AND status = 'active'",
        shop=shop,
        name=request.name,
    ):
        if not serial or other["hw_serial"] != serial:
            return refused(tx, other["uid"], refusals.same_number(shop, request.name), address)
        # The same machine with a new card: what it was before is no more.
        registry.end_till(tx, other["uid"], Status.RETIRED, "replaced")
        audit.write(tx, now, person, "till.retired", other["uid"], f"replaced by {uid}", address)
    tx.run(
        "INSERT INTO till (uid, tenant, shop, name, number, hw_serial, hw_model, cell, status,"
        " enrolled_ms, sw) VALUES (:uid, :tenant, :shop, :name, :number, :serial, :model, :cell,"
        " 'active', :now, :sw)",
        uid=uid,
        tenant=tenant,
        shop=shop,
        name=request.name,
        number=request.number,
        serial=serial,
        model=request.hardware.model,
        cell=_cell_of(tx, shop),
        now=now,
        sw=request.software,
    )
    issue(desk, tx, uid, key)
    audit.write(tx, now, person, "till.enrol", uid, f"{shop}, {request.name}, {serial}", address)
    return uid


def shop_of(tx: Transaction, desk: Desk, shop: str) -> str:
    """The tenant of a shop; a shop that nobody named before is there from now on."""
    tenant = desk.public().tenant
    tx.run(
        "INSERT INTO shop (shop, tenant, name) VALUES (:shop, :tenant, :shop)"
        # Held until the transaction ends: of two tills with one number, one is first.
        " ON CONFLICT (shop) DO UPDATE SET shop = excluded.shop",
        shop=shop,
        tenant=tenant,
    )
    found = tx.one("SELECT tenant FROM shop WHERE shop = :shop", shop=shop)
    return tenant if found is None else str(found["tenant"])


def _cell_of(tx: Transaction, shop: str) -> str:
    """Where the shop's other tills are."""
    found = tx.one("SELECT cell FROM till WHERE shop = :shop AND cell <> '' LIMIT 1", shop=shop)
    return "" if found is None else str(found["cell"])


def issue(desk: Desk, tx: Transaction, uid: str, key: ec.EllipticCurvePublicKey) -> None:
    now = desk.now_ms()
    issued = desk.authority.till(key, uid, datetime.fromtimestamp(now / 1000, UTC))
    registry.record(tx, uid, issued, pem(key), now)


def granted(desk: Desk, tx: Transaction, uid: str) -> Granted:
    till, public = registry.till_of(tx, uid), desk.public()
    assert till is not None
    return Granted(
        uid,
        till.tenant,
        till.shop,
        newest(tx, uid)["pem"],
        desk.authority.root.decode(),
        desk.signer().keys,
        public.brokers(till.cell),
        public.url,
    )


def newest(tx: Transaction, uid: str) -> Row:
    found = tx.one(
        "SELECT pem, public_key, not_after_ms, revoked_ms FROM certificate WHERE till = :uid"
        " ORDER BY revoked_ms IS NOT NULL, issued_ms DESC LIMIT 1",
        uid=uid,
    )
    assert found is not None, "every till was given one"
    return found


def refused(tx: Transaction, target: str, answer: Refused, address: str) -> Refused:
    audit.write(tx, now_ms(), registry.BY_HAND, "till.refused", target, answer.reason, address)
    return answer


def root_fingerprint(authority: Authority) -> bytes:
    return load_pem_x509_certificate(authority.root).fingerprint(hashes.SHA256())


def der(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def pem(key: ec.EllipticCurvePublicKey) -> str:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def key_of(csr: str) -> ec.EllipticCurvePublicKey | Refused:
    """The key of a signing request, which proves that it has it. Nothing else of it is believed."""
    try:
        request: CertificateSigningRequest = load_csr(csr.encode())
        key = request.public_key()
        good = request.is_signature_valid
    except (ValueError, UnsupportedAlgorithm, InvalidSignature):
        return refusals.BAD_CSR
    if not good or not isinstance(key, ec.EllipticCurvePublicKey):
        return refusals.BAD_CSR
    return key if isinstance(key.curve, ec.SECP256R1) else refusals.BAD_CSR
