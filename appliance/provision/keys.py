"""The key that provisioning files are signed with: Ed25519, at the technician's, never on a card.

`provision.key` signs. `provision.pub` has a line for each key that a till shall believe. Beside the
file on the card lies its signature with the public key, so that a new till can pin it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from appliance import whole_files
from appliance.malformed import Malformed

PRIVATE, PUBLIC = "provision.key", "provision.pub"
_KEY_MARK, _SIGNATURE_MARK = "kram-provision-key", "kram-provision-signature"
_CONTEXT = b"kram provisioning file 1\n"
_KEY_BYTES, _SIGNATURE_BYTES = 32, 64


class KeyTrouble(Exception):
    """The key cannot be made or used; the sentence says what to do."""


def make(folder: Path) -> bytes:
    """A pair of files; gives the public key. A key that is there is never written over."""
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    if not whole_files.create(folder / PRIVATE, pem, whole_files.ONLY_OWNER):
        raise KeyTrouble(f"{folder / PRIVATE} is there already. Tills believe it: keep it.")
    public = key.public_key().public_bytes_raw()
    whole_files.write(folder / PUBLIC, written([public]))
    return public


def load(path: Path) -> Ed25519PrivateKey:
    """path: of the file, or of its folder. Raises KeyTrouble."""
    path = path / PRIVATE if path.is_dir() else path
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except FileNotFoundError:
        raise KeyTrouble(f"There is no {path}. Make one: till provision keys") from None
    except OSError as error:
        raise KeyTrouble(f"{path} cannot be read: {error.strerror}.") from None
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyTrouble(
            f"{path} does not sign provisioning files. Name {PRIVATE} of till provision keys."
        )
    return key


def written(public: list[bytes]) -> bytes:
    return "".join(f"{_KEY_MARK} {_text(it)}\n" for it in public).encode()


def read(content: bytes) -> tuple[bytes, ...]:
    """The keys of a `provision.pub`. Raises Malformed."""
    found = []
    for line in content.decode("ascii", errors="replace").splitlines():
        words = line.split()
        if words and not line.startswith("#"):
            if words[0] != _KEY_MARK or len(words) < 2:
                raise Malformed(f"a line is {_KEY_MARK} and the key")
            found.append(_bytes(words[1], _KEY_BYTES))
    return tuple(found)


def sign(key: Ed25519PrivateKey, content: bytes) -> bytes:
    """The file beside the one that it signs."""
    public = key.public_key().public_bytes_raw()
    return f"{_SIGNATURE_MARK} {_text(public)} {_text(key.sign(_CONTEXT + content))}\n".encode()


def signer(content: bytes, signature: bytes) -> bytes:
    """The public key that signed this content. Raises Malformed."""
    words = signature.decode("ascii", errors="replace").split()
    if len(words) != 3 or words[0] != _SIGNATURE_MARK:
        raise Malformed("the signature breaks off or is none")
    public = _bytes(words[1], _KEY_BYTES)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(
            _bytes(words[2], _SIGNATURE_BYTES), _CONTEXT + content
        )
    except InvalidSignature:
        raise Malformed("the file was changed after it was signed") from None
    return public


def short(public: bytes) -> str:
    """How people tell one key from another."""
    return hashlib.sha256(public).hexdigest()[:16]


def _bytes(text: str, length: int) -> bytes:
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if len(found) != length:
        raise Malformed(f"base64 of {length} bytes is expected")
    return found


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()
