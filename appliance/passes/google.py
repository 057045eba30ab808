"""Google's way: a link with the whole card in a token (JWT, RS256) that the shop's account signed.

Nothing is sent to Google by the till: whoever opens the link brings the card there.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from appliance.passes import CardPass, PassError, files

SAVE = "https://pay.google.com/gp/v/save/"


@dataclass(frozen=True, slots=True)
class Account:
    """A service account of Google's cloud that may make passes for this issuer."""

    issuer: str
    email: str
    key: RSAPrivateKey = field(repr=False)


def account(issuer: str, path: Path) -> Account:
    """Of the JSON file that Google gives. Raises PassError."""
    data = files.secret(path)
    try:
        told = json.loads(data)
        email, pem = told["client_email"], told["private_key"].encode()
    except (ValueError, KeyError, TypeError, AttributeError):
        raise PassError(
            f"{path} is no key of a service account, as Google gives it in JSON"
        ) from None
    key = files.private_key(pem, path)
    if not isinstance(key, RSAPrivateKey):
        raise PassError(f"the key in {path} is not RSA, which Google's tokens are signed with")
    return Account(issuer, email, key)


def save_link(card: CardPass, by: Account, now: datetime) -> str:
    """The class of the shop's cards travels along, so that nothing has to be set up before."""
    kind = f"{by.issuer}.kram-{card.kind}"
    thing: dict[str, object] = {
        "id": f"{by.issuer}.{card.serial}",
        "classId": kind,
        "state": "ACTIVE",
        "cardNumber": card.shown,
        "barcode": {"type": "QR_CODE", "value": card.code, "alternateText": card.shown},
    }
    if card.expires is not None:
        thing["validTimeInterval"] = {"end": {"date": card.expires.isoformat()}}
    family = {
        "id": kind,
        "issuerName": card.shop,
        "merchantName": card.shop,
        "cardNumberLabel": card.title,
        "reviewStatus": "UNDER_REVIEW",
    }
    claims = {
        "iss": by.email,
        "aud": "google",
        "typ": "savetowallet",
        "iat": int(now.timestamp()),
        "payload": {"giftCardClasses": [family], "giftCardObjects": [thing]},
    }
    signed = f"{_part({'alg': 'RS256', 'typ': 'JWT'})}.{_part(claims)}"
    signature = by.key.sign(signed.encode(), PKCS1v15(), SHA256())
    return f"{SAVE}{signed}.{_base64(signature)}"


def _part(value: object) -> str:
    return _base64(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
