"""What Apple and Google give a shop, made by an authority of the test's own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
SINCE, UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2049, 1, 1, tzinfo=UTC)
PASS_TYPE, TEAM, ISSUER = "pass.ua.shop.card", "TEAM123456", "3388000000012345678"


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def name(common: str, *more: x509.NameAttribute[str]) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common), *more])


def issued(
    subject: x509.Name,
    key: rsa.RSAPrivateKey,
    issuer: x509.Name,
    by: rsa.RSAPrivateKey,
    *,
    ca: bool = False,
    until: datetime = UNTIL,
) -> x509.Certificate:
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer)
    made = made.public_key(key.public_key()).serial_number(x509.random_serial_number())
    made = made.not_valid_before(SINCE).not_valid_after(until)
    made = made.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    return made.sign(by, SHA256())


@dataclass(frozen=True)
class Papers:
    """Of a shop that is set up for both wallets: the files and the key that verifies Google's."""

    folder: Path
    root_key: rsa.RSAPrivateKey
    wwdr_key: rsa.RSAPrivateKey
    key: rsa.RSAPrivateKey

    @property
    def settings(self) -> str:
        return f"""\
[passes]
apple_pass_type = "{PASS_TYPE}"
apple_team = "{TEAM}"
apple_certificate = "{self.folder / "card.cer"}"
apple_key = "{self.folder / "card.key"}"
apple_wwdr = "{self.folder / "wwdr.pem"}"
google_issuer = "{ISSUER}"
google_key = "{self.folder / "google.json"}"
"""

    def write(self) -> Papers:
        root, wwdr = name("Root"), name("WWDR")
        top = issued(root, self.root_key, root, self.root_key, ca=True)
        (self.folder / "root.pem").write_bytes(top.public_bytes(Encoding.PEM))
        between = issued(wwdr, self.wwdr_key, root, self.root_key, ca=True)
        (self.folder / "wwdr.pem").write_bytes(between.public_bytes(Encoding.PEM))
        self.certify()
        self.secret("card.key", pem(self.key))
        told = {"type": "service_account", "client_email": "till@shop.iam.gserviceaccount.com"}
        told["private_key"] = pem(self.key).decode()
        self.secret("google.json", json.dumps(told).encode())
        return self

    def certify(self, *, pass_type: str = PASS_TYPE, until: datetime = UNTIL) -> None:
        subject = name(
            "Pass Type ID",
            x509.NameAttribute(NameOID.USER_ID, pass_type),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, TEAM),
        )
        leaf = issued(subject, self.key, name("WWDR"), self.wwdr_key, until=until)
        (self.folder / "card.cer").write_bytes(leaf.public_bytes(Encoding.DER))

    def secret(self, file: str, content: bytes) -> None:
        (self.folder / file).write_bytes(content)
        (self.folder / file).chmod(0o600)


def pem(key: rsa.RSAPrivateKey, password: bytes = b"") -> bytes:
    sealed = BestAvailableEncryption(password) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, sealed)
