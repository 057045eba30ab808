"""DUKPT with two-key TDES, ANSI X9.24-1:2009: for closed-loop PIN pads and tests.

Scheme keys never pass a till. The names of the steps are those of annex A of the norm.
"""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.cmac import CMAC

from appliance.dukpt.counter import following, ones
from appliance.dukpt.pin_block import xor
from appliance.malformed import Malformed

KEY_BYTES = 16
KSN_BYTES = 10
BLOCK = 8
COUNTER_BITS = 21
ONES_MAX = 10
_COUNTER = (1 << COUNTER_BITS) - 1

_OTHER_HALF = bytes.fromhex("C0C0C0C000000000") * 2
_PIN = bytes.fromhex("00000000000000FF") * 2
_MAC_REQUEST = bytes.fromhex("000000000000FF00") * 2
_MAC_RESPONSE = bytes.fromhex("00000000FF000000") * 2
_DATA_REQUEST = bytes.fromhex("0000000000FF0000") * 2


@dataclass(frozen=True, slots=True)
class Serial:
    """A key serial number, taken apart. base: with the counter at zero."""

    base: int
    counter: int

    @classmethod
    def read(cls, ksn: bytes) -> Serial:
        if len(ksn) != KSN_BYTES:
            raise Malformed("A key serial number has 10 bytes.")
        whole = int.from_bytes(ksn)
        counter = whole & _COUNTER
        if counter.bit_count() > ONES_MAX:
            raise Malformed("The counter has more than 10 one-bits: no device uses it.")
        return cls(whole - counter, counter)

    def following(self) -> bytes | None:
        """The next serial number; None: the device must stop."""
        counter = following(self.counter, COUNTER_BITS, ONES_MAX)
        return None if counter is None else self.at(counter)

    def at(self, counter: int) -> bytes:
        return (self.base | counter).to_bytes(KSN_BYTES)


def initial_key(bdk: bytes, serial: Serial) -> bytes:
    """What a device is loaded with."""
    if len(bdk) != KEY_BYTES:
        raise Malformed("A base derivation key has 16 bytes.")
    head = serial.at(0)[:BLOCK]
    return encrypt(bdk, head) + encrypt(xor(bdk, _OTHER_HALF), head)


def transaction_key(ik: bytes, serial: Serial) -> bytes:
    """The key of the serial's counter, before any variant."""
    key, counter = ik, 0
    for bit in ones(serial.counter, COUNTER_BITS):
        counter |= bit
        register = serial.at(counter)[-BLOCK:]
        key = _generated(xor(key, _OTHER_HALF), register) + _generated(key, register)
    return key


def _generated(key: bytes, register: bytes) -> bytes:
    """Non-reversible key generation, one half."""
    left, right = key[:BLOCK], key[BLOCK:]
    return xor(_des(left, xor(register, right)), right)


def encrypted_pin(key: bytes, clear_pin_block: bytes) -> bytes:
    return encrypt(xor(key, _PIN), clear_pin_block)


def mac_key_request(key: bytes) -> bytes:
    return xor(key, _MAC_REQUEST)


def mac_key_response(key: bytes) -> bytes:
    return xor(key, _MAC_RESPONSE)


def data_key_request(key: bytes) -> bytes:
    variant = xor(key, _DATA_REQUEST)
    return encrypt(variant, variant[:BLOCK]) + encrypt(variant, variant[BLOCK:])


def retail_mac(key: bytes, data: bytes, length: int = 4) -> bytes:
    """ISO 9797-1 algorithm 3, zero-padded where needed, its first bytes."""
    left, right = key[:BLOCK], key[BLOCK:]
    last = _des_cbc(left, zero_padded(data))[-BLOCK:]
    return _des(left, _des(right, last, decrypt=True))[:length]


def cmac(key: bytes, data: bytes) -> bytes:
    """ISO 9797-1 algorithm 5."""
    made = CMAC(_cipher(key))
    made.update(data)
    return made.finalize()


def encrypted_data(key: bytes, data: bytes) -> bytes:
    """CBC from zeros, zero-padded where needed."""
    done = Cipher(_cipher(data_key_request(key)), modes.CBC(bytes(BLOCK))).encryptor()
    return done.update(zero_padded(data)) + done.finalize()


def zero_padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % BLOCK)


def encrypt(key: bytes, block: bytes) -> bytes:
    done = Cipher(_cipher(key), modes.ECB()).encryptor()
    return done.update(block) + done.finalize()


def _cipher(key: bytes) -> TripleDES:
    return TripleDES(key + key[:BLOCK])


def _des(key: bytes, block: bytes, decrypt: bool = False) -> bytes:
    """Single DES is TDES with one key three times."""
    cipher = Cipher(TripleDES(key * 3), modes.ECB())
    done = cipher.decryptor() if decrypt else cipher.encryptor()
    return done.update(block) + done.finalize()


def _des_cbc(key: bytes, data: bytes) -> bytes:
    done = Cipher(TripleDES(key * 3), modes.CBC(bytes(BLOCK))).encryptor()
    return done.update(data) + done.finalize()
