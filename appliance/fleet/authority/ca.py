"""The fleet's own certificate authority: EC P-256, a root, and below it the one that signs.

`Authority` is what the rest of the fleet knows of it, so that another (step-ca, say) can stand
there. The root signs nothing but the intermediate: its key may be taken off the machine.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from appliance import whole_files

TILL_DAYS = 90
SERVICE_DAYS = 730
INTERMEDIATE_DAYS = 3650
ROOT_DAYS = 7300
CRL_DAYS = 365
"""Long, since a broker whose list has run out refuses everybody; a new one is made every day."""
EARLY = timedelta(days=1)
"""A certificate holds from the day before: the broker's clock may be behind."""
ANY_CLOCK = datetime(2020, 1, 1, tzinfo=UTC)
"""From when a server's certificates hold: a till without a battery for its clock wakes up in an
old year, and must reach its fleet all the same."""

ROOT, ISSUER, KEY = "ca.crt", "issuer.crt", "issuer.key"
ROOT_KEY = "ca.key"
_CURVE = ec.SECP256R1


class AuthorityError(Exception):
    """Its files are missing or damaged; the sentence says what to do."""


@dataclass(frozen=True, slots=True)
class Issued:
    """chain: the certificate and its issuer's, PEM. fingerprint: SHA-256 of the certificate."""

    chain: bytes
    serial: str
    fingerprint: str
    not_after_ms: int


class Authority(Protocol):
    """Signs certificates. Who may have one is not its business: the registry decides."""

    @property
    def root(self) -> bytes:
        """What everybody in the fleet trusts, PEM."""

    def till(self, key: ec.EllipticCurvePublicKey, uid: str, now: datetime) -> Issued:
        """A client's certificate whose common name is the till's uid."""

    def service(
        self, key: ec.EllipticCurvePublicKey, name: str, hosts: Sequence[str], now: datetime
    ) -> Issued:
        """A certificate for a broker, a collector or a console: server with hosts, else client."""

    def revoked(self, serials: Iterable[tuple[str, int]], now: datetime) -> bytes:
        """The list of (serial, revoked at ms), signed, PEM, for brokers."""


class OwnAuthority:
    """On three files in a folder: ca.crt, issuer.crt, issuer.key."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            self._root = x509.load_pem_x509_certificate((folder / ROOT).read_bytes())
            self._issuer = x509.load_pem_x509_certificate((folder / ISSUER).read_bytes())
            self._key = load_key(folder / KEY)
        except (OSError, ValueError) as error:
            raise AuthorityError(
                f"The fleet's certificate authority in {folder} cannot be used ({error}). "
                "Bring the folder back from a backup: with a new one every till must enrol again."
            ) from None
        if self._key.public_key() != self._issuer.public_key():
            raise AuthorityError(f"{folder / KEY} is not the key of {folder / ISSUER}.")

    @property
    def root(self) -> bytes:
        return self._root.public_bytes(Encoding.PEM)

    def till(self, key: ec.EllipticCurvePublicKey, uid: str, now: datetime) -> Issued:
        return self._issue(key, uid, now - EARLY, now + timedelta(days=TILL_DAYS))

    def service(
        self, key: ec.EllipticCurvePublicKey, name: str, hosts: Sequence[str], now: datetime
    ) -> Issued:
        return self._issue(key, name, ANY_CLOCK, now + timedelta(days=SERVICE_DAYS), hosts)

    def revoked(self, serials: Iterable[tuple[str, int]], now: datetime) -> bytes:
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self._issuer.subject)
            .last_update(now - EARLY)
            .next_update(now + timedelta(days=CRL_DAYS))
        )
        for serial, at_ms in serials:
            one = x509.RevokedCertificateBuilder().serial_number(int(serial, 16))
            at = datetime.fromtimestamp(at_ms / 1000, UTC)
            builder = builder.add_revoked_certificate(one.revocation_date(at).build())
        return builder.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM)

    def _issue(
        self,
        key: ec.EllipticCurvePublicKey,
        name: str,
        since: datetime,
        until: datetime,
        hosts: Sequence[str] = (),
    ) -> Issued:
        use = ExtendedKeyUsageOID.SERVER_AUTH if hosts else ExtendedKeyUsageOID.CLIENT_AUTH
        builder = _draft(key, name, self._issuer.subject, since, until)
        builder = (
            builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs=True), critical=True)
            .add_extension(x509.ExtendedKeyUsage([use]), critical=False)
            .add_extension(_issued_by(self._key), critical=False)
        )
        if hosts:
            names = x509.SubjectAlternativeName([_host(it) for it in hosts])
            builder = builder.add_extension(names, critical=False)
        made = builder.sign(self._key, hashes.SHA256())
        issuer = self._issuer.public_bytes(Encoding.PEM)
        return Issued(
            made.public_bytes(Encoding.PEM) + issuer,
            f"{made.serial_number:x}",
            fingerprint(made),
            int(made.not_valid_after_utc.timestamp() * 1000),
        )


def load_or_make(folder: Path, fleet: str, now: datetime) -> OwnAuthority:
    """The authority in a folder; made there when there is none. fleet: its name in certificates."""
    if not (folder / ROOT).exists():
        _make(folder, fleet, now)
    return OwnAuthority(folder)


def _make(folder: Path, fleet: str, now: datetime) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    root_key, key = ec.generate_private_key(_CURVE()), ec.generate_private_key(_CURVE())
    name = f"{fleet} fleet root"
    root = _authority(root_key, name, root_key, name, now + timedelta(days=ROOT_DAYS), below=1)
    issuer = _authority(
        key, f"{fleet} fleet issuer", root_key, name, now + timedelta(days=INTERMEDIATE_DAYS), 0
    )
    whole_files.write(folder / ROOT_KEY, pem(root_key), whole_files.ONLY_OWNER)
    whole_files.write(folder / KEY, pem(key), whole_files.ONLY_OWNER)
    whole_files.write(folder / ISSUER, issuer.public_bytes(Encoding.PEM))
    # Last: whoever finds it finds all of them.
    whole_files.write(folder / ROOT, root.public_bytes(Encoding.PEM))


def _authority(
    key: ec.EllipticCurvePrivateKey,
    name: str,
    signer: ec.EllipticCurvePrivateKey,
    signed_by: str,
    until: datetime,
    below: int,
) -> x509.Certificate:
    return (
        _draft(key.public_key(), name, _common_name(signed_by), ANY_CLOCK, until)
        .add_extension(x509.BasicConstraints(ca=True, path_length=below), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(_issued_by(signer), critical=False)
        .sign(signer, hashes.SHA256())
    )


def _draft(
    key: ec.EllipticCurvePublicKey, name: str, issuer: x509.Name, since: datetime, until: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_common_name(name))
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _common_name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _issued_by(signer: ec.EllipticCurvePrivateKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())


def _usage(*, signs: bool) -> x509.KeyUsage:
    """What a key is for: signing in a handshake, or signing certificates and lists."""
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=not signs,
        crl_sign=not signs,
        encipher_only=False,
        decipher_only=False,
    )


def _host(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def fingerprint(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex()


def pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def load_key(path: Path) -> ec.EllipticCurvePrivateKey:
    """A P-256 key from a file. Raises OSError, ValueError."""
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except TypeError:
        raise ValueError(f"{path} asks for a password") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, _CURVE):
        raise ValueError(f"{path} holds no P-256 key")  # noqa: TRY004 - its content is wrong
    return key
