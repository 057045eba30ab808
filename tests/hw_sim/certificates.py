"""Certificates for simulated terminals and hosts, signed by themselves."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Certificate:
    """Signed by itself. path: PEM of certificate and key; a till trusts the same file."""

    path: Path
    fingerprint: str


def certificate(folder: Path, name: str, *hosts: str) -> Certificate:
    """name: its common name; hosts: the addresses it stands for."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    )
    if hosts:
        told = x509.SubjectAlternativeName([x509.IPAddress(ip_address(it)) for it in hosts])
        builder = builder.add_extension(told, critical=False)
    made = builder.sign(key, hashes.SHA256())
    path = folder / f"{name[:40]}.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return Certificate(path, made.fingerprint(hashes.SHA256()).hex())
