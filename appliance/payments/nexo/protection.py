"""Protection of nexo messages on their way between till and terminal, in the Adyen local form.

Source: docs.adyen.com, "Protect local communications"; keys by PBKDF2, AES-256-CBC over the
message, HMAC-SHA256 over its plain bytes. The header travels in the open and is compared.
"""

from __future__ import annotations

import binascii
import hashlib
import hmac
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC

from appliance.malformed import Malformed
from appliance.payments.json_text import read_object, same

SALT = b"AdyenNexoV1Salt"
ROUNDS = 4000
HMAC_BYTES, CIPHER_BYTES, BLOCK_BYTES = 32, 32, 16
CRYPTO_VERSION = 1
KINDS = ("SaleToPOIRequest", "SaleToPOIResponse")


@dataclass(frozen=True, slots=True)
class Keys:
    hmac_key: bytes
    cipher_key: bytes
    iv: bytes

    def cipher(self, nonce: bytes) -> Cipher[CBC]:
        iv = bytes(a ^ b for a, b in zip(self.iv, nonce, strict=True))
        return Cipher(AES256(self.cipher_key), CBC(iv))

    def mac(self, plain: bytes) -> bytes:
        return hmac.digest(self.hmac_key, plain, "sha256")


@dataclass(frozen=True, slots=True)
class KeyName:
    """Which passphrase it is, as terminal and till were both set up."""

    identifier: str
    version: int


def derive(passphrase: str) -> Keys:
    whole = HMAC_BYTES + CIPHER_BYTES + BLOCK_BYTES
    drawn = hashlib.pbkdf2_hmac("sha1", utf8(passphrase), SALT, ROUNDS, whole)
    cipher_end = HMAC_BYTES + CIPHER_BYTES
    return Keys(drawn[:HMAC_BYTES], drawn[HMAC_BYTES:cipher_end], drawn[cipher_end:])


def header_of(message: Mapping[str, Any]) -> dict[str, Any]:
    """A message is one request or one response, with its header in it."""
    if len(message) == 1:
        ((kind, body),) = message.items()
        if kind in KINDS and isinstance(body, dict):
            header = body.get("MessageHeader")
            if isinstance(header, dict):
                return header
    raise Malformed(f"no message: one member {' or '.join(KINDS)} with a MessageHeader is needed")


def seal(keys: Keys, plain: bytes, name: KeyName, nonce: bytes) -> dict[str, Any]:
    """The message as it travels. nonce: 16 bytes, drawn at random for this message alone."""
    if len(nonce) != BLOCK_BYTES:
        raise Malformed(f"nonce: {BLOCK_BYTES} bytes are needed")
    header = header_of(read_object(plain))
    padder = padding.PKCS7(BLOCK_BYTES * 8).padder()
    encryptor = keys.cipher(nonce).encryptor()
    blob = encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()
    return {
        "MessageHeader": header,
        "NexoBlob": _base64(blob),
        "SecurityTrailer": {
            "AdyenCryptoVersion": CRYPTO_VERSION,
            "Hmac": _base64(keys.mac(plain)),
            "KeyIdentifier": name.identifier,
            "KeyVersion": name.version,
            "Nonce": _base64(nonce),
        },
    }


def open_sealed(keys: Keys, secured: Mapping[str, Any]) -> bytes:
    """The plain bytes of what arrived. Nothing of the message is used before its HMAC is right."""
    header = _part(secured, "MessageHeader", dict)
    blob = from_base64(_part(secured, "NexoBlob", str), "NexoBlob")
    if not blob or len(blob) % BLOCK_BYTES:
        raise Malformed("NexoBlob: whole blocks are needed")
    mac, nonce = _trailer(_part(secured, "SecurityTrailer", dict))
    decryptor = keys.cipher(nonce).decryptor()
    padded = decryptor.update(blob) + decryptor.finalize()
    unpadder = padding.PKCS7(BLOCK_BYTES * 8).unpadder()
    try:
        plain = unpadder.update(padded) + unpadder.finalize()
    except ValueError:
        plain = None
    if plain is None or not hmac.compare_digest(keys.mac(plain), mac):
        raise Malformed("sealed with another passphrase, or changed on its way")
    if not same(header_of(read_object(plain)), header):
        raise Malformed("the header outside is not the one inside")
    return plain


def utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise Malformed(f"no text: half a surrogate pair at character {error.start}") from None


def from_base64(text: str, name: str, length: int | None = None) -> bytes:
    try:
        data = binascii.a2b_base64(text, strict_mode=True)
    except ValueError as error:
        raise Malformed(f"{name}: base64 with padding is needed: {error}") from None
    if length is not None and len(data) != length:
        raise Malformed(f"{name}: {length} bytes are needed")
    return data


def _base64(data: bytes) -> str:
    return b64encode(data).decode()


def _trailer(trailer: Mapping[str, Any]) -> tuple[bytes, bytes]:
    """HMAC and nonce."""
    if _part(trailer, "AdyenCryptoVersion", int) != CRYPTO_VERSION:
        raise Malformed(f"AdyenCryptoVersion: only {CRYPTO_VERSION} is known")
    _part(trailer, "KeyIdentifier", str)
    _part(trailer, "KeyVersion", int)
    mac = from_base64(_part(trailer, "Hmac", str), "Hmac", HMAC_BYTES)
    return mac, from_base64(_part(trailer, "Nonce", str), "Nonce", BLOCK_BYTES)


def _part(whole: Mapping[str, Any], name: str, kind: type) -> Any:
    value = whole.get(name)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise Malformed(f"{name} is missing, or not what it should be")
    return value
