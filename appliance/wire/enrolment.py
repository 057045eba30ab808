"""How a till joins its fleet: what it asks over HTTPS, and the codes that people carry.

There are two ways in. A **token** is made at the fleet for one till, and holds a secret and the
fingerprint of the fleet's root, so that the till speaks to no other fleet. A **pairing code** is
shown by the till and typed at the fleet. The till computes it from the root that it was shown, its
own key and a nonce; whoever stands in between shows another root, hence another code, which the
fleet does not know. To find a key of one's own with the same code takes 25^8 / 2 runs of scrypt.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from appliance.core import codec
from appliance.malformed import Malformed
from appliance.wire import fields, keyring
from appliance.wire.keyring import FleetKey

ALPHABET = "ACDEFGHJKLMNPQRTVWXY34679"
"""Without what looks alike on a poor display or in handwriting: B 8, I 1, O 0, S 5, U, Z 2."""
CODE_SIGNS = 8
PAIRING_S = 900
NONCE_BYTES = 16
_SCRYPT = {"n": 1 << 14, "r": 8, "p": 1}
"""16 MB and some 50 ms on a server: a till makes one, whoever forges needs 76 thousand million."""

_CYRILLIC = str.maketrans("АСЕНКМРТХУ", "ACEHKMPTXY")
"""What a Ukrainian keyboard types for letters that look the same."""

TOKEN_MARK = "KRAM1"  # noqa: S105 - what every token begins with
SECRET_BYTES = PIN_BYTES = 15
REQUEST_MAX = 16 * 1024
_PEM_MAX = 8 * 1024
_BROKERS_MAX = 8
_RENEWAL = b"kram renewal 1\n"


def pairing_code(root: bytes, public_key: bytes, nonce: bytes) -> str:
    """root: SHA-256 of the root that the till was shown. public_key: its own, as DER."""
    bound = hashlib.sha256(root + public_key + nonce).digest()
    number = int.from_bytes(hashlib.scrypt(bound, salt=b"kram pairing 1", dklen=16, **_SCRYPT))
    signs = []
    for _ in range(CODE_SIGNS):
        number, sign = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[sign])
    return "".join(signs)


def as_typed(code: str) -> str:
    """What a person typed, in capital Latin letters, without spaces and dashes."""
    return "".join(it for it in code.upper().translate(_CYRILLIC) if it.isalnum())


def is_code(code: str) -> bool:
    return len(code) == CODE_SIGNS and set(code) <= set(ALPHABET)


def as_shown(code: str) -> str:
    return f"{code[:4]}-{code[4:]}"


def hashed(secret: str) -> str:
    """How a secret stands in the database; it is long enough to need no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Token:
    """secret: what the fleet knows by its hash. pin: the first bytes of the root's SHA-256."""

    secret: str
    pin: bytes

    def __str__(self) -> str:
        return f"{TOKEN_MARK}-{self.secret}-{_base32(self.pin)}"

    def __repr__(self) -> str:
        """No log ever shows a secret."""
        return f"Token(pin={self.pin.hex()})"


def new_token(root: bytes) -> Token:
    return Token(_base32(secrets.token_bytes(SECRET_BYTES)), root[:PIN_BYTES])


def read_token(text: str) -> Token:
    """Raises Malformed."""
    mark, _, rest = text.strip().upper().partition("-")
    secret, _, pin = rest.partition("-")
    try:
        told = base64.b32decode(pin)
        if mark == TOKEN_MARK and len(base64.b32decode(secret)) == SECRET_BYTES == len(told):
            return Token(secret, told)
    except (binascii.Error, ValueError):
        pass
    raise Malformed(f"a token is {TOKEN_MARK}-, 24 letters and digits, a dash and 24 more")


@dataclass(frozen=True, slots=True)
class Hardware:
    """serial: of the processor; "" where there is none."""

    serial: str = ""
    model: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """csr: PEM, signed by the till's key. name, number: how the till calls itself. Either token, a
    token's secret, or code and nonce."""

    csr: str
    hardware: Hardware
    name: str
    number: int = 1
    software: str = ""
    token: str = ""
    code: str = ""
    nonce: bytes = b""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The code is to be typed at the fleet until then. ticket: what to ask again with."""

    ticket: str
    until_ms: int


@dataclass(frozen=True, slots=True)
class Granted:
    """The till belongs to the fleet. chain: its certificate and the issuer's. root: what to trust.
    brokers: the preferred one first."""

    uid: str
    tenant: str
    shop: str
    chain: str
    root: str
    keys: tuple[FleetKey, ...]
    brokers: tuple[str, ...]
    server: str


@dataclass(frozen=True, slots=True)
class Refused:
    """reason: for programs. say: for people, what to do."""

    reason: str
    say: str


@dataclass(frozen=True, slots=True)
class Renewal:
    """A new certificate for a key that the fleet knows. signature: of the rest, by that key, as
    `wire.seal` writes it."""

    uid: str
    csr: str
    hardware: Hardware
    signature: str = ""

    @property
    def signed(self) -> bytes:
        return _RENEWAL + codec.canonical(self.as_json())

    def as_json(self) -> dict[str, Any]:
        return {"uid": self.uid, "csr": self.csr, "hw": _hardware(self.hardware)}


def encode_request(it: Request) -> bytes:
    way = {"token": it.token} if it.token else {"code": it.code, "nonce": it.nonce.hex()}
    return fields.message(
        csr=it.csr,
        hw=_hardware(it.hardware),
        name=it.name,
        number=it.number,
        sw=it.software,
        **way,
    )


def decode_request(payload: bytes) -> Request:
    """Raises Malformed."""
    value = fields.parse(payload, REQUEST_MAX)
    code, nonce = fields.text(value, "code", ""), fields.text(value, "nonce", "")
    token = fields.text(value, "token", "")
    if bool(token) == bool(code):
        raise Malformed("either a token or a code")
    if code and not is_code(code):
        raise Malformed("code: eight of its signs")
    return Request(
        fields.text(value, "csr", longest=_PEM_MAX),
        _read_hardware(value),
        fields.text(value, "name", longest=64),
        fields.whole(value, "number", 1, least=1),
        fields.text(value, "sw", "", longest=64),
        token,
        code,
        _hex(nonce, NONCE_BYTES) if code else b"",
    )


def encode_ticket(ticket: str) -> bytes:
    return fields.message(ticket=ticket)


def decode_ticket(payload: bytes) -> str:
    return fields.text(fields.parse(payload), "ticket", longest=128)


def encode_renewal(it: Renewal) -> bytes:
    return fields.message(**it.as_json(), sig=it.signature)


def decode_renewal(payload: bytes) -> Renewal:
    value = fields.parse(payload, REQUEST_MAX)
    return Renewal(
        fields.text(value, "uid", longest=64),
        fields.text(value, "csr", longest=_PEM_MAX),
        _read_hardware(value),
        fields.text(value, "sig", longest=200),
    )


Answer = Waiting | Granted | Refused


def encode_answer(it: Answer) -> bytes:
    match it:
        case Waiting(ticket, until_ms):
            return fields.message(ticket=ticket, until_ms=until_ms)
        case Refused(reason, say):
            return fields.message(error=reason, say=say)
        case Granted():
            return fields.message(
                uid=it.uid,
                tenant=it.tenant,
                shop=it.shop,
                chain=it.chain,
                root=it.root,
                keys=keyring.as_json(it.keys),
                brokers=list(it.brokers),
                server=it.server,
            )


def decode_answer(payload: bytes) -> Answer:
    """Raises Malformed."""
    value = fields.parse(payload, 4 * REQUEST_MAX)
    if "error" in value:
        return Refused(fields.text(value, "error", longest=64), fields.text(value, "say", ""))
    if "ticket" in value:
        return Waiting(fields.text(value, "ticket"), fields.whole(value, "until_ms"))
    brokers = fields.rows(value, "brokers", _BROKERS_MAX)
    return Granted(
        fields.text(value, "uid", longest=64),
        fields.text(value, "tenant", longest=64),
        fields.text(value, "shop", longest=64),
        fields.text(value, "chain", longest=_PEM_MAX),
        fields.text(value, "root", longest=_PEM_MAX),
        keyring.from_json(value.get("keys")),
        _texts(brokers, "brokers"),
        fields.text(value, "server"),
    )


def _texts(values: Sequence[Any], name: str) -> tuple[str, ...]:
    return tuple(fields.text({name: it}, name) for it in values)


def _hardware(it: Hardware) -> dict[str, str]:
    return {"serial": it.serial, "model": it.model}


def _read_hardware(value: dict[str, Any]) -> Hardware:
    told = fields.table(value, "hw", 8)
    return Hardware(
        fields.text(told, "serial", "", longest=64), fields.text(told, "model", "", longest=128)
    )


def _hex(text: str, length: int) -> bytes:
    try:
        found = bytes.fromhex(text)
    except ValueError:
        found = b""
    if len(found) != length:
        raise Malformed(f"nonce: {length} bytes in hexadecimal")
    return found


def _base32(content: bytes) -> str:
    return base64.b32encode(content).decode()
