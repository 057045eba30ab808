"""The key that signs what tills obey: Ed25519, on the server alone; its successors are signed by it.

`signing.key` is the present one, `fleet.pub` the list that tills pin (`appliance.wire.keyring`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from appliance import whole_files
from appliance.fleet.authority.ca import AuthorityError
from appliance.malformed import Malformed
from appliance.wire import keyring
from appliance.wire.keyring import FleetKey

KEY, LIST = "signing.key", "fleet.pub"
_NEXT = "signing.key.next"


@dataclass(frozen=True, slots=True)
class Signer:
    """key_id: what stands in an envelope. keys: what tills are given."""

    key: Ed25519PrivateKey
    keys: tuple[FleetKey, ...]

    @property
    def key_id(self) -> str:
        return self.keys[-1].id


def load_or_make(folder: Path, now_ms: int) -> Signer:
    if not (folder / LIST).exists():
        key = Ed25519PrivateKey.generate()
        whole_files.write(folder / KEY, _pem(key), whole_files.ONLY_OWNER)
        whole_files.write(folder / LIST, keyring.written(keyring.first(key, now_ms)))
    return load(folder)


def load(folder: Path) -> Signer:
    """Raises AuthorityError. Ends a rotation that a power cut left half done."""
    try:
        keys = keyring.read((folder / LIST).read_bytes())
        key = _key(folder / KEY)
        if _public(key) != keys[-1].key and (folder / _NEXT).exists():
            (folder / _NEXT).replace(folder / KEY)
            key = _key(folder / KEY)
    except (OSError, ValueError, Malformed) as error:
        raise AuthorityError(
            f"The fleet's signing key in {folder} cannot be used ({error}). Bring {KEY} and {LIST} "
            "back from a backup: without them tills obey nobody."
        ) from None
    if _public(key) != keys[-1].key:
        raise AuthorityError(f"{folder / KEY} is not the last key of {folder / LIST}.")
    return Signer(key, keys)


def rotate(folder: Path, now_ms: int) -> Signer:
    """A new key, signed by the present one. Tills learn of it with the next list they are given."""
    old = load(folder)
    new = Ed25519PrivateKey.generate()
    keys = keyring.rotated(old.keys, old.key, new, now_ms)
    # The list decides: before it is written the old key holds, after it the next one.
    whole_files.write(folder / _NEXT, _pem(new), whole_files.ONLY_OWNER)
    whole_files.write(folder / LIST, keyring.written(keys))
    return load(folder)


def _key(path: Path) -> Ed25519PrivateKey:
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{path} holds no Ed25519 key")  # noqa: TRY004 - its content is wrong
    return key


def _public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


def _pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
