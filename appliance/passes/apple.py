"""Apple's .pkpass: a zip of pass.json, icons, the SHA-1 of each in a manifest, and its signature.

The signature is a detached PKCS#7 one over the manifest, with the certificate of the pass type and
Apple's intermediate (WWDR) beside it.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID

from appliance.i18n import date, translator
from appliance.passes import CardPass, PassError, files
from appliance.passes.icon import COLOUR, icon

_OPTIONS = [
    pkcs7.PKCS7Options.DetachedSignature,
    pkcs7.PKCS7Options.Binary,
    pkcs7.PKCS7Options.NoCapabilities,
]


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs, as Apple knows the shop. wwdr: Apple's certificate that issued the shop's."""

    pass_type: str
    team: str
    certificate: x509.Certificate
    wwdr: x509.Certificate
    key: files.PrivateKey = field(repr=False)


def signer(
    *, pass_type: str, team: str, certificate: Path, key: Path, wwdr: Path, now: datetime
) -> Signer:
    """Raises PassError for whatever a telephone would refuse without a word."""
    mine, issuer = files.certificate(certificate, now), files.certificate(wwdr, now)
    private = files.private_key(files.secret(key), key)
    for oid, wanted, setting in (
        (NameOID.USER_ID, pass_type, "apple_pass_type"),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, team, "apple_team"),
    ):
        named = [str(it.value) for it in mine.subject.get_attributes_for_oid(oid)]
        if wanted not in named:
            told = ", ".join(named) or "nothing"
            raise PassError(f"{certificate} is for {told}, and {setting} is {wanted}")
    if mine.public_key() != private.public_key():
        raise PassError(f"{key} is not the key of {certificate}")
    try:
        mine.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError):
        raise PassError(
            f"{wwdr} did not issue {certificate}: take the WWDR certificate of its generation"
        ) from None
    return Signer(pass_type, team, mine, issuer, private)


def pkpass(card: CardPass, by: Signer) -> bytes:
    """The whole file."""
    parts = {"pass.json": _json(_described(card, by))}
    for scale, suffix in ((1, ""), (2, "@2x"), (3, "@3x")):
        parts[f"icon{suffix}.png"] = icon(card.shop, scale)
    # SHA-1 is what the format names; the signature over it is SHA-256.
    manifest = _json({name: hashlib.sha1(it).hexdigest() for name, it in parts.items()})  # noqa: S324
    parts |= {"manifest.json": manifest, "signature": _signature(manifest, by)}
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return packed.getvalue()


def _described(card: CardPass, by: Signer) -> dict[str, object]:
    t = translator(card.language)
    fields = [{"key": "hint", "label": t("Number ends in"), "value": card.hint}]
    ends: dict[str, object] = {}
    if card.expires is not None:
        until = date(card.expires, card.language)
        fields.append({"key": "until", "label": t("Valid until"), "value": until})
        ends = {"expirationDate": card.expires.isoformat()}
    red, green, blue = COLOUR
    return {
        "formatVersion": 1,
        "passTypeIdentifier": by.pass_type,
        "teamIdentifier": by.team,
        "serialNumber": card.serial,
        "organizationName": card.shop,
        "description": f"{card.title}, {card.shop}",
        "logoText": card.shop,
        "backgroundColor": f"rgb({red}, {green}, {blue})",
        "foregroundColor": "rgb(255, 255, 255)",
        "labelColor": "rgb(255, 255, 255)",
        "sharingProhibited": True,
        **ends,
        "barcodes": [
            {
                "format": "PKBarcodeFormatQR",
                "message": card.code,
                # What every scanner takes a QR code for that does not say otherwise.
                "messageEncoding": "iso-8859-1" if card.code.isascii() else "utf-8",
                "altText": card.shown,
            }
        ],
        "storeCard": {
            "primaryFields": [{"key": "kind", "label": "", "value": card.title}],
            "secondaryFields": fields,
        },
    }


def _signature(manifest: bytes, by: Signer) -> bytes:
    builder = pkcs7.PKCS7SignatureBuilder().set_data(manifest)
    builder = builder.add_signer(by.certificate, by.key, SHA256()).add_certificate(by.wwdr)
    return builder.sign(Encoding.DER, _OPTIONS)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()
