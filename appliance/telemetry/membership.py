"""What makes a till one of its fleet: the files of `data_dir/fleet`.

till.key    made on the till, never leaves it
till.crt    the certificate for it and the issuer's; its common name is the till's uid
ca.crt      the fleet's root, the only one the till trusts for its fleet
fleet.pub   the keys whose commands and documents it believes
brokers     where it delivers, a URL a line, as the fleet last said
place.json  what its settings' section [fleet] shall say, until they do
"""

from __future__ import annotations

import json
import logging
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from appliance import whole_files
from appliance.malformed import Malformed
from appliance.wire import keyring
from appliance.wire.enrolment import Granted
from appliance.wire.keyring import FleetKey

log = logging.getLogger(__name__)

KEY, CERTIFICATE, ROOT, KEYS = "till.key", "till.crt", "ca.crt", "fleet.pub"
BROKERS, PLACE = "brokers", "place.json"
_NEXT_KEY = "till.key.next"
RENEW_PART = 3
"""A certificate is renewed once a third of its time is left: of 90 days, from day 60 on."""


class NotAMember(Exception):
    """The files are missing or do not fit together; the sentence says what to do."""


@dataclass(frozen=True, slots=True)
class Member:
    """A till that enrolled. keys: whom it obeys."""

    uid: str
    key: ec.EllipticCurvePrivateKey
    since: datetime
    until: datetime
    fingerprint: str
    keys: tuple[FleetKey, ...]

    def is_due(self, now: datetime) -> bool:
        """Whether a new certificate should be asked for. A clock that stands before its beginning
        is not trusted to say so."""
        return now > self.until - (self.until - self.since) / RENEW_PART


def folder_of(data_dir: Path) -> Path:
    return data_dir / "fleet"


def read(folder: Path) -> Member:
    """Raises NotAMember."""
    try:
        certificate = x509.load_pem_x509_certificate((folder / CERTIFICATE).read_bytes())
        key = _load(folder / KEY)
        keys = keyring.read((folder / KEYS).read_bytes())
        (folder / ROOT).read_bytes()
    except FileNotFoundError:
        raise NotAMember("This till belongs to no fleet: till enrol") from None
    except (OSError, ValueError, Malformed) as error:
        raise NotAMember(f"The till's papers cannot be read ({error}). Enrol it again.") from None
    if key.public_key() != certificate.public_key():
        raise NotAMember(f"{folder / KEY} is not the key of {folder / CERTIFICATE}. Enrol again.")
    return Member(
        str(certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value),
        key,
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
        certificate.fingerprint(hashes.SHA256()).hex(),
        keys,
    )


def new_key(folder: Path) -> ec.EllipticCurvePrivateKey:
    """A key for a till that wants to join. The same one when it tries again: an answer may have
    been lost, and a token counts for one key alone."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    made = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    whole_files.create(folder / _NEXT_KEY, made)
    return _load(folder / _NEXT_KEY)


def join(folder: Path, granted: Granted) -> Member:
    """The till belongs to the fleet from now on; the certificate is written last."""
    whole_files.write(folder / ROOT, granted.root.encode())
    _keep_brokers(folder, granted)
    whole_files.write(folder / PLACE, json.dumps(section_of(granted)).encode())
    whole_files.write(folder / KEYS, keyring.written(granted.keys))
    (folder / _NEXT_KEY).replace(folder / KEY)
    whole_files.write(folder / CERTIFICATE, granted.chain.encode())
    _as_owner_of(folder.parent, folder)
    return read(folder)


Section = dict[str, str | bool | int | tuple[str, ...]]


def section_of(granted: Granted) -> Section:
    """What the settings' section [fleet] says of it."""
    return {
        "uid": granted.uid,
        "tenant": granted.tenant,
        "shop": granted.shop,
        "brokers": granted.brokers,
        "server": granted.server,
    }


def section(folder: Path) -> Section | None:
    """What it joined as, whether or not the settings say so already."""
    if not (folder / CERTIFICATE).exists():
        return None
    try:
        found = json.loads((folder / PLACE).read_bytes())
    except (OSError, ValueError):
        return None
    return {key: tuple(it) if isinstance(it, list) else it for key, it in found.items()}


def renew(folder: Path, granted: Granted) -> Member:
    """The next certificate of the same key, and the fleet's newer keys when they go on from those
    that are pinned."""
    pinned = read(folder)
    if keyring.goes_on(pinned.keys, granted.keys):
        whole_files.write(folder / KEYS, keyring.written(granted.keys))
    else:
        log.error("the fleet's keys do not go on from those that this till knows; it keeps its own")
    issued = x509.load_pem_x509_certificate(granted.chain.encode())
    if issued.public_key() != pinned.key.public_key():
        raise NotAMember("The fleet sent a certificate for another key.")
    whole_files.write(folder / CERTIFICATE, granted.chain.encode())
    _keep_brokers(folder, granted)
    _as_owner_of(folder.parent, folder)
    return read(folder)


def brokers(folder: Path) -> tuple[str, ...]:
    """Where the fleet wants this till to deliver; none before it said so."""
    try:
        return tuple((folder / BROKERS).read_text(encoding="utf-8").split())
    except OSError:
        return ()


def _keep_brokers(folder: Path, granted: Granted) -> None:
    """Encrypted ones alone: a fleet that says nonsense is not followed."""
    if granted.brokers and all(it.startswith("mqtts://") for it in granted.brokers):
        whole_files.write(folder / BROKERS, "\n".join((*granted.brokers, "")).encode())


def request(key: ec.EllipticCurvePrivateKey, name: str) -> str:
    """The signing request, PEM. The fleet names the till; what it is called here is a hint."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    made = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    return made.public_bytes(Encoding.PEM).decode()


def public_der(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _load(path: Path) -> ec.EllipticCurvePrivateKey:
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError(f"{path.name} is no elliptic key")  # noqa: TRY004 - its content is wrong
    return key


def _as_owner_of(example: Path, folder: Path) -> None:
    """Typed as root, the files shall still be the till's."""
    if os.geteuid() != 0:
        return
    owner = example.stat()
    for path in (folder, *folder.iterdir()):
        os.chown(path, owner.st_uid, owner.st_gid)
