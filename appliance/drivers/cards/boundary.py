"""The boundary: here card data becomes a ciphertext, and nothing behind it ever holds a number.

The key is one of DUKPT (ANSI X9.24-1:2009 with TDES, X9.24-3:2017 with AES): each card of each
payment is encrypted under a key of its own, which the host makes again from the serial number. The
till keeps the initial key of this one reader in a file that its owner alone may read. It is a file,
not the inside of a tamper-proof device: good for a shop's own cards, never for a scheme's.
"""

from __future__ import annotations

import hmac
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC

from appliance.drivers.cards.ksn import CannotSeal, KsnCounter
from appliance.drivers.cards.owner_file import write_for_owner
from appliance.dukpt import aes, tdes
from appliance.malformed import Malformed

FOLDER = "card-keys"
"""In the data folder. No backup holds it: a copy of the counter would repeat serial numbers."""

TDES, AES = "tdes", "aes"
SHOWN_DIGITS = 4
MAC_BYTES = 8
_BLOCK = 16
_NAME = re.compile(r"[A-Za-z0-9._-]{1,60}")


@dataclass(frozen=True, slots=True)
class SealedCard:
    """All that leaves the drivers of a card that was read. cipher: tdes or aes. ciphertext: BER-TLV
    objects, zero-padded, CBC from zeros under the data encryption key of the serial number ksn."""

    cipher: str
    ksn: bytes
    ciphertext: bytes
    last4: str
    aid: str


@dataclass(frozen=True, slots=True)
class CardKey:
    """ksn: the serial number that the key came with, its counter at zero."""

    cipher: str
    ksn: bytes
    initial: bytes = field(repr=False)

    def __post_init__(self) -> None:
        counter = self._serial(self.ksn).counter
        lengths = (16,) if self.cipher == TDES else (16, 24, 32)
        if len(self.initial) not in lengths:
            raise Malformed(f"A {self.cipher} key has {' or '.join(map(str, lengths))} bytes.")
        if counter:
            raise Malformed("A new key's serial number ends with a counter of zero.")

    def _serial(self, ksn: bytes) -> tdes.Serial | aes.Serial:
        if self.cipher == TDES:
            return tdes.Serial.read(ksn)
        if self.cipher == AES:
            return aes.Serial.read(ksn)
        raise Malformed(f'The cipher is "{TDES}" or "{AES}", not "{self.cipher}".')

    def following(self, ksn: bytes) -> bytes | None:
        return self._serial(ksn).following()

    def encrypted(self, ksn: bytes, clear: bytes) -> bytes:
        if self.cipher == TDES:
            return tdes.encrypted_data(
                tdes.transaction_key(self.initial, tdes.Serial.read(ksn)), clear
            )
        serial = aes.Serial.read(ksn)
        kind = aes.base_type(self.initial)
        derived = aes.derivation_key(self.initial, serial)
        key = aes.working_key(derived, serial, aes.Usage.DATA_ENCRYPTION, kind)
        done = Cipher(algorithms.AES(key), modes.CBC(bytes(_BLOCK))).encryptor()
        return done.update(clear + bytes(-len(clear) % _BLOCK)) + done.finalize()

    def mac(self, ksn: bytes, data: bytes, *, response: bool) -> bytes:
        """ISO 9797-1: algorithm 3 with TDES, algorithm 5 (CMAC) with AES; its first eight bytes."""
        if self.cipher == TDES:
            made = tdes.transaction_key(self.initial, tdes.Serial.read(ksn))
            variant = tdes.mac_key_response if response else tdes.mac_key_request
            return tdes.retail_mac(variant(made), data, MAC_BYTES)
        serial = aes.Serial.read(ksn)
        usage = aes.Usage.MAC_VERIFICATION if response else aes.Usage.MAC_GENERATION
        derived = aes.derivation_key(self.initial, serial)
        key = aes.working_key(derived, serial, usage, aes.base_type(self.initial))
        done = CMAC(algorithms.AES(key))
        done.update(data)
        return done.finalize()[:MAC_BYTES]


@dataclass(frozen=True, slots=True)
class Authenticator:
    """Keys for one question and its answer, which are of no other."""

    ksn: bytes
    key: CardKey = field(repr=False)

    def signed(self, question: bytes) -> bytes:
        return self.key.mac(self.ksn, question, response=False)

    def proves(self, answer: bytes, mac: bytes) -> bool:
        return hmac.compare_digest(self.key.mac(self.ksn, answer, response=True), mac)


class Boundary:
    """Seals what one reader reads. Made from what `load_key` wrote; raises CannotSeal."""

    def __init__(self, data: Path, device: str) -> None:
        self.data = data
        self._device = device

    def seal(self, clear: bytes, pan: str, aid: bytes) -> SealedCard:
        """clear: what the host is to have, as BER-TLV."""
        key, ksn = self._next_key()
        return SealedCard(
            key.cipher,
            ksn,
            key.encrypted(ksn, clear),
            pan[-SHOWN_DIGITS:],
            aid.hex().upper(),
        )

    def authenticator(self) -> Authenticator:
        """For the next message to the host. Raises CannotSeal."""
        key, ksn = self._next_key()
        return Authenticator(ksn, key)

    def _next_key(self) -> tuple[CardKey, bytes]:
        key = _key_of(self.data, self._device)
        return key, KsnCounter(_counter(self.data, self._device, key), key.following).take()


def load_key(data: Path, device: str, key: CardKey) -> None:
    """Puts a reader's key in. Raises CannotSeal for one that this till had before."""
    if not _NAME.fullmatch(device):
        raise CannotSeal(f'The reader\'s name "{device}" has other signs than letters and digits.')
    path = _key_file(data, device)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        KsnCounter.begin(_counter(data, device, key), key.ksn)
    except FileExistsError:
        raise CannotSeal(
            "This key was loaded before. Its numbers must not come twice: have a new one made."
        ) from None
    text = json.dumps(
        {"cipher": key.cipher, "ksn": key.ksn.hex().upper(), "initial_key": key.initial.hex()}
    )
    write_for_owner(path, text + "\n")


def key_trouble(data: Path, device: str) -> str:
    """Why this reader could seal no card, "" when it could. Takes no number."""
    try:
        key = _key_of(data, device)
    except CannotSeal as error:
        return str(error)
    counter = _counter(data, device, key)
    return "" if counter.exists() else f"{counter} is missing. Load a new key into this till."


def _key_of(data: Path, device: str) -> CardKey:
    path = _key_file(data, device)
    try:
        told: Any = json.loads(path.read_text(encoding="ascii"))
        return CardKey(
            str(told["cipher"]), bytes.fromhex(told["ksn"]), bytes.fromhex(told["initial_key"])
        )
    except FileNotFoundError:
        raise CannotSeal("This till has no card key. Load one: till card-key.") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CannotSeal(f"{path} is damaged. Load a new key into this till.") from error


def _key_file(data: Path, device: str) -> Path:
    return data / FOLDER / f"{device}.key"


def _counter(data: Path, device: str, key: CardKey) -> Path:
    return data / FOLDER / f"{device}-{key.ksn.hex().upper()}.ksn"
