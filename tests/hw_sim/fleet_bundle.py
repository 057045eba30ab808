"""A bundle that bears what the fleet looks for in one: signed by somebody, and what it is beside it."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID

from appliance.fleet.updates.bundle import Bundle, digest

COMPATIBLE = "kram-rpi-arm64"
_SIZE = 200_000
_DAY = datetime(2026, 1, 1, tzinfo=UTC)


@cache
def signature(*, detached: bool = False) -> bytes:
    """CMS, over something, which lies inside it unless it is detached."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "build")])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, _DAY, _DAY + timedelta(days=9))
    certificate = made.sign(key, hashes.SHA256())
    signed = pkcs7.PKCS7SignatureBuilder().set_data(b"manifest")
    return signed.add_signer(certificate, key, hashes.SHA256()).sign(
        Encoding.DER, [pkcs7.PKCS7Options.DetachedSignature] if detached else []
    )


def write(folder: Path, version: str, *, cms: bytes | None = None) -> Path:
    """Not one that RAUC would install."""
    signed = signature() if cms is None else cms
    path = folder / f"kram-{version}.raucb"
    filling = version.encode() * (_SIZE // len(version))
    path.write_bytes(b"hsqs" + filling + signed + len(signed).to_bytes(8, "big"))
    beside = path.with_name(f"{path.name}.json")
    beside.write_text(json.dumps({"version": version, "compatible": COMPATIBLE}))
    return path


def bundle(path: Path, version: str) -> Bundle:
    size, manifest = path.stat().st_size, hashlib.sha256(b"manifest").hexdigest()
    return Bundle(path, version, COMPATIBLE, digest(path), size, manifest)
