"""Certificates of the fleet's own machines: the broker, the web server, collectors, the console."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from appliance import whole_files
from appliance.fleet.authority.ca import SERVICE_DAYS, Authority, load_key, pem

COLLECTOR, CONSOLE, BRIDGE = "_collector", "_console", "_bridge"
INTEGRATOR = "_integrator"
"""Common names of clients that are no tills; a till's uid has no underscore."""
_RENEW = timedelta(days=SERVICE_DAYS // 3)


@dataclass(frozen=True, slots=True)
class Identity:
    """Files to speak TLS with. chain: the certificate and its issuer's."""

    chain: Path
    key: Path
    trust: Path


def identity(
    folder: Path, authority: Authority, name: str, hosts: Sequence[str], now: datetime
) -> Identity:
    """In a folder of its own; made, and made again when it runs out or its hosts changed."""
    found = Identity(folder / "tls.crt", folder / "tls.key", folder / "ca.crt")
    if not _good(found, name, hosts, now) or found.trust.read_bytes() != authority.root:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = ec.generate_private_key(ec.SECP256R1())
        issued = authority.service(key.public_key(), name, hosts, now)
        whole_files.write(found.trust, authority.root)
        whole_files.write(found.key, pem(key), whole_files.ONLY_OWNER)
        whole_files.write(found.chain, issued.chain)
    return found


def _good(found: Identity, name: str, hosts: Sequence[str], now: datetime) -> bool:
    try:
        certificate = x509.load_pem_x509_certificate(found.chain.read_bytes())
        if load_key(found.key).public_key() != certificate.public_key():
            return False
        found.trust.read_bytes()
    except (OSError, ValueError):
        return False
    return (
        certificate.subject.rfc4514_string() == f"CN={name}"
        and certificate.not_valid_after_utc - now > _RENEW
        and set(hosts) <= set(_hosts(certificate))
    )


def _hosts(certificate: x509.Certificate) -> list[str]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return [str(it.value) for it in names]
