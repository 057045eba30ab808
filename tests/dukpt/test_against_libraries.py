"""DUKPT with TDES, PIN blocks and MACs against pydukpt and psec, which others wrote."""

from __future__ import annotations

import pydukpt
from hypothesis import assume, given
from hypothesis import strategies as st
from psec import mac, pinblock

from appliance.dukpt import tdes
from appliance.dukpt.pin_block import format_0

KEY = st.binary(min_size=16, max_size=16)
DATA = st.binary(min_size=1, max_size=120)
PIN = st.text("0123456789", min_size=4, max_size=12)
PAN = st.text("0123456789", min_size=13, max_size=19)


@st.composite
def serials(draw: st.DrawFn) -> bytes:
    """A device's serial number whose counter a device may use."""
    counter = draw(st.integers(1, 2**21 - 1).filter(lambda it: it.bit_count() <= 10))
    head = int.from_bytes(draw(st.binary(min_size=10, max_size=10)))
    return (head >> 21 << 21 | counter).to_bytes(10)


@given(KEY, serials())
def test_every_key_of_a_transaction_is_theirs(bdk: bytes, ksn: bytes) -> None:
    serial = tdes.Serial.read(ksn)
    initial = tdes.initial_key(bdk, serial)
    assert initial == pydukpt.derive_ipek(bdk, ksn)
    key = tdes.transaction_key(initial, serial)
    assert key == pydukpt.derive_key(initial, ksn)
    assert tdes.mac_key_request(key) == pydukpt.mac_request_key(key)
    assert tdes.mac_key_response(key) == pydukpt.mac_response_key(key)
    assert tdes.data_key_request(key) == pydukpt.data_request_key(key)


@given(serials())
def test_the_same_number_follows(ksn: bytes) -> None:
    following = tdes.Serial.read(ksn).following()
    assume(following is not None)
    assert following == pydukpt.next_ksn(ksn)


@given(KEY, serials(), PIN, PAN)
def test_an_encrypted_pin_is_theirs(ik: bytes, ksn: bytes, pin: str, pan: str) -> None:
    key = tdes.transaction_key(ik, tdes.Serial.read(ksn))
    clear = format_0(pin, pan)
    assert clear == pinblock.encode_pinblock_iso_0(pin, pan)
    assert tdes.encrypted_pin(key, clear) == pydukpt.encrypt_pin(key, pin, pan)


@given(KEY, DATA, st.integers(1, 8))
def test_a_retail_mac_is_theirs(key: bytes, data: bytes, length: int) -> None:
    theirs = mac.generate_retail_mac(key[:8], key[8:], data, 1, length)
    assert tdes.retail_mac(key, data, length) == theirs
