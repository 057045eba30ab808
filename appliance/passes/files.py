"""Certificates and keys from their files, each trouble said so that it can be mended."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from appliance.passes import PassError

_OTHERS = 0o077
_PEM = b"-----BEGIN"

PrivateKey = RSAPrivateKey | EllipticCurvePrivateKey


def content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise PassError(f"{path} cannot be read: {error.strerror}") from None


def secret(path: Path) -> bytes:
    """Of a file that its owner alone may read: whoever has the key makes passes in the shop's name."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise PassError(f"{path} cannot be read: {error.strerror}") from None
    if mode & _OTHERS:
        raise PassError(f"others may read {path}: chmod 600 {path}")
    return content(path)


def certificate(path: Path, now: datetime) -> x509.Certificate:
    """As PEM, or as DER, which Apple's .cer files are."""
    data = content(path)
    load = x509.load_pem_x509_certificate if _PEM in data else x509.load_der_x509_certificate
    try:
        found = load(data)
    except ValueError:
        raise PassError(f"{path} is no certificate, neither PEM nor DER") from None
    if now > found.not_valid_after_utc:
        raise PassError(f"{path} expired on {found.not_valid_after_utc:%Y-%m-%d}: get a new one")
    if now < found.not_valid_before_utc:
        raise PassError(
            f"{path} is valid from {found.not_valid_before_utc:%Y-%m-%d} on: see to the clock"
        )
    return found


def private_key(pem: bytes, path: Path) -> PrivateKey:
    try:
        key = load_pem_private_key(pem, password=None)
    except TypeError:
        raise PassError(
            f"the key in {path} has a password: openssl pkey -in {path} -out KEY.pem"
        ) from None
    except ValueError:
        raise PassError(f"{path} holds no private key as PEM") from None
    if not isinstance(key, PrivateKey):
        raise PassError(f"the key in {path} is neither RSA nor of an elliptic curve")
    return key
