"""What a bench test found, short enough for a QR code and signed with the till's own key.

    KRAM1 + base32(zlib(fields) + signature + key)

The fields are a line each: till, machine's serial number, when, software, then a step a word with the
sign of its verdict. The signature is the till's ES256 over them, as under all that it sends its
fleet; its key stands behind it, compressed (SEC 1, 2.3.3), so that a scanner alone can check it. Whose key
that is says the fleet, which gave the till its certificate. Capital letters and digits make
the code a third smaller (ISO/IEC 18004, 7.4.4).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from appliance.core.verdict import Verdict
from appliance.wire import seal

START = "KRAM1"
_CONTEXT = b"kram bench test\n"
_SIGNATURE, _KEY = 64, 33
_FIELDS_MAX = 4096
_SIGNS = {
    Verdict.PASSED: "+",
    Verdict.FAILED: "!",
    Verdict.ABSENT: "0",
    Verdict.SKIPPED: "?",
}
_VERDICTS = {sign: verdict for verdict, sign in _SIGNS.items()}


class NoResult(ValueError):
    """The text is no signed result, or somebody changed it; the sentence says which."""


@dataclass(frozen=True, slots=True)
class Result:
    """at: the till's own time, an ISO date-time. steps: by the order they were done."""

    till: str
    serial: str
    at: str
    software: str
    steps: Mapping[str, Verdict]

    @property
    def passed(self) -> bool:
        return Verdict.FAILED not in self.steps.values()


def signed(result: Result, key: ec.EllipticCurvePrivateKey) -> str:
    """The text of the QR code."""
    fields = _written(result)
    signature = base64.b64decode(seal.sign(key, _CONTEXT + fields))
    public = key.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    code = base64.b32encode(zlib.compress(fields, 9) + signature + public)
    return START + code.decode().rstrip("=")


def opened(text: str) -> tuple[Result, str]:
    """The result and its key's fingerprint. Raises NoResult."""
    text = "".join(text.split()).upper()
    if not text.startswith(START):
        raise NoResult("This is no result of a bench test.")
    code = text.removeprefix(START)
    try:
        raw = base64.b32decode(code + "=" * (-len(code) % 8))
        packed, signature, public = (
            raw[: -_SIGNATURE - _KEY],
            raw[-_SIGNATURE - _KEY : -_KEY],
            raw[-_KEY:],
        )
        inflate = zlib.decompressobj()
        fields = inflate.decompress(packed, _FIELDS_MAX)
        if not inflate.eof or inflate.unused_data:
            raise NoResult("The result is damaged. Scan it again.")  # noqa: TRY301
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
        result = _read(fields)
    except NoResult:
        raise
    except (ValueError, binascii.Error, zlib.error, KeyError):
        raise NoResult("The result is damaged. Scan it again.") from None
    if not seal.is_signed(key, _CONTEXT + fields, base64.b64encode(signature).decode()):
        raise NoResult("The signature does not fit: somebody changed the result.")
    return result, fingerprint(key)


def fingerprint(key: ec.EllipticCurvePublicKey) -> str:
    """Sixteen digits in fours that tell one till's key from another's."""
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    digest = hashlib.sha256(der).hexdigest()[:16]
    return " ".join(digest[at : at + 4] for at in range(0, 16, 4))


def _written(result: Result) -> bytes:
    steps = " ".join(f"{name}{_SIGNS[verdict]}" for name, verdict in result.steps.items())
    lines = (result.till, result.serial, result.at, result.software, steps)
    return "\n".join(line.replace("\n", " ") for line in lines).encode()


def _read(fields: bytes) -> Result:
    till, serial, at, software, steps = fields.decode().split("\n")
    return Result(
        *(till, serial, at, software),
        {word[:-1]: _VERDICTS[word[-1]] for word in steps.split()},
    )
