"""DUKPT with AES, ANSI X9.24-3:2017: for closed-loop PIN pads and tests.

Every key comes from the one above it by encrypting derivation data, which says what the key is for,
of which algorithm it is and which transaction it belongs to.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from appliance.dukpt.counter import following, ones
from appliance.dukpt.pin_block import format_4_pan_field, format_4_pin_field, xor
from appliance.malformed import Malformed

KSN_BYTES = 12
ID_BYTES = 8
BLOCK = 16
COUNTER_BITS = 32
ONES_MAX = 16
UPDATE = 0xFFFFFFFF
"""The counter of the key that encrypts a device's next initial key."""


class KeyType(Enum):
    """(algorithm indicator, bits)"""

    TDES2 = (0, 128)
    TDES3 = (1, 192)
    AES128 = (2, 128)
    AES192 = (3, 192)
    AES256 = (4, 256)

    @property
    def algorithm(self) -> int:
        return self.value[0]

    @property
    def bits(self) -> int:
        return self.value[1]

    @property
    def is_aes(self) -> bool:
        return self in _AES.values()


_AES = {16: KeyType.AES128, 24: KeyType.AES192, 32: KeyType.AES256}


class Usage(Enum):
    """Key usage indicators; the two of the norm's own derivation stand last."""

    KEY_ENCRYPTION = 0x0002
    PIN = 0x1000
    MAC_GENERATION = 0x2000
    MAC_VERIFICATION = 0x2001
    MAC_BOTH = 0x2002
    DATA_ENCRYPTION = 0x3000
    DATA_DECRYPTION = 0x3001
    DATA_BOTH = 0x3002
    DERIVATION = 0x8000
    INITIAL = 0x8001


@dataclass(frozen=True, slots=True)
class Serial:
    """A key serial number, taken apart."""

    key_id: bytes
    counter: int

    @classmethod
    def read(cls, ksn: bytes) -> Serial:
        if len(ksn) != KSN_BYTES:
            raise Malformed("A key serial number has 12 bytes.")
        serial = cls(ksn[:ID_BYTES], int.from_bytes(ksn[ID_BYTES:]))
        if serial.counter.bit_count() > ONES_MAX and not serial.is_update:
            raise Malformed("The counter has more than 16 one-bits: no device uses it.")
        return serial

    @property
    def is_update(self) -> bool:
        return self.counter == UPDATE

    def following(self) -> bytes | None:
        """The next serial number; None: the device must stop."""
        counter = following(self.counter, COUNTER_BITS, ONES_MAX)
        return None if counter is None else self.key_id + counter.to_bytes(4)

    def tail(self, counter: int) -> bytes:
        return self.key_id[4:] + counter.to_bytes(4)


def base_type(bdk: bytes) -> KeyType:
    if len(bdk) not in _AES:
        raise Malformed("A base derivation key has 16, 24 or 32 bytes.")
    return _AES[len(bdk)]


def initial_key(bdk: bytes, serial: Serial) -> bytes:
    """What a device is loaded with."""
    return _derived(bdk, Usage.INITIAL, base_type(bdk), serial.key_id)


def derivation_key(ik: bytes, serial: Serial) -> bytes:
    """What the working keys of one transaction are made from."""
    key, counter = ik, 0
    for bit in ones(serial.counter, COUNTER_BITS):
        counter |= bit
        key = _derived(key, Usage.DERIVATION, _AES[len(ik)], serial.tail(counter))
    return key


def working_key(derivation: bytes, serial: Serial, usage: Usage, kind: KeyType) -> bytes:
    return _derived(derivation, usage, kind, serial.tail(serial.counter))


def pin_block(key: bytes, pin: str, pan: str, random: bytes) -> bytes:
    """ISO 9564 format 4."""
    inner = encrypt(key, format_4_pin_field(pin, random))
    return encrypt(key, xor(inner, format_4_pan_field(pan)))


def _derived(key: bytes, usage: Usage, kind: KeyType, tail: bytes) -> bytes:
    size = kind.bits // 8
    blocks = -(-size // BLOCK)
    what = (usage.value, kind.algorithm, kind.bits)
    middle = b"".join(it.to_bytes(2) for it in what)
    data = b"".join(bytes((1, number)) + middle + tail for number in range(1, blocks + 1))
    return encrypt(key, data)[:size]


def encrypt(key: bytes, blocks: bytes) -> bytes:
    # Each block is derivation data or a field of its own: nothing is chained.
    done = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    return done.update(blocks) + done.finalize()
