"""The host's derivation against a device's: one goes down the tree of keys from its root, the other
holds future keys, uses each once and forgets it. Both have to arrive at the same key."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.dukpt import aes, tdes
from appliance.dukpt.counter import following

KEY_16 = st.binary(min_size=16, max_size=16)
Child = Callable[[bytes, int], bytes]


class Device:
    """A PIN pad: its future key registers, one for each bit of the counter (X9.24-1 annex A.2)."""

    def __init__(self, ik: bytes, bits: int, ones_max: int, child: Child) -> None:
        self.bits, self.ones_max, self.child = bits, ones_max, child
        self.counter = 1
        self.registers = {bit: child(ik, 1 << bit) for bit in range(bits)}

    def use(self) -> tuple[int, bytes]:
        """The key of this transaction, which is gone afterwards."""
        lowest = (self.counter & -self.counter).bit_length() - 1
        used, key = self.counter, self.registers.pop(lowest)
        if used.bit_count() < self.ones_max:
            for bit in range(lowest):
                self.registers[bit] = self.child(key, used | 1 << bit)
            self.counter += 1
        else:
            self.counter += 1 << lowest
        return used, key


def tdes_child(serial: tdes.Serial) -> Child:
    def child(key: bytes, counter: int) -> bytes:
        register = serial.at(counter)[-8:]
        left = tdes._generated(tdes.xor(key, tdes._OTHER_HALF), register)
        return left + tdes._generated(key, register)

    return child


def aes_child(serial: aes.Serial) -> Child:
    def child(key: bytes, counter: int) -> bytes:
        kind = aes.base_type(key)
        return aes._derived(key, aes.Usage.DERIVATION, kind, serial.tail(counter))

    return child


@given(KEY_16, st.binary(min_size=10, max_size=10))
def test_a_device_s_first_transactions_have_the_host_s_tdes_keys(bdk: bytes, ksn: bytes) -> None:
    serial = tdes.Serial(int.from_bytes(ksn) >> 21 << 21, 0)
    ik = tdes.initial_key(bdk, serial)
    device = Device(ik, tdes.COUNTER_BITS, tdes.ONES_MAX, tdes_child(serial))
    for _ in range(20):
        counter, key = device.use()
        assert tdes.transaction_key(ik, tdes.Serial(serial.base, counter)) == key


@given(st.sampled_from([16, 24, 32]).flatmap(lambda n: st.binary(min_size=n, max_size=n)))
def test_a_device_s_first_transactions_have_the_host_s_aes_keys(bdk: bytes) -> None:
    serial = aes.Serial(b"KRAM-PAD", 0)
    ik = aes.initial_key(bdk, serial)
    device = Device(ik, aes.COUNTER_BITS, aes.ONES_MAX, aes_child(serial))
    for _ in range(20):
        counter, key = device.use()
        assert aes.derivation_key(ik, aes.Serial(serial.key_id, counter)) == key


@pytest.mark.parametrize(("bits", "ones_max"), [(9, 3), (12, 5), (8, 8), (6, 1)])
def test_counters_follow_each_other_as_in_a_device_and_end_where_it_stops(
    bits: int, ones_max: int
) -> None:
    device = Device(b"", bits, ones_max, lambda _key, _counter: b"")
    used = []
    while device.counter < 1 << bits:
        used.append(device.use()[0])
    allowed = [it for it in range(1, 1 << bits) if it.bit_count() <= ones_max]
    assert used == allowed
    for counter, after in itertools.pairwise([0, *allowed]):
        assert following(counter, bits, ones_max) == after
    assert following(allowed[-1], bits, ones_max) is None


def test_a_tdes_device_makes_a_million_transactions_and_no_more() -> None:
    counter: int | None = 0
    count = -1
    while counter is not None:
        counter, count = following(counter, tdes.COUNTER_BITS, tdes.ONES_MAX), count + 1
    assert count == 2**20 - 1
