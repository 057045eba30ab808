"""The fleet's keys: who names the next one, and what a till believes."""

import json
from itertools import pairwise

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from appliance.malformed import Malformed
from appliance.wire import keyring

KEYS = [Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in range(6)]


def chain(*keys: Ed25519PrivateKey) -> tuple[keyring.FleetKey, ...]:
    made = keyring.first(keys[0], 0)
    for number, (old, new) in enumerate(pairwise(keys), start=1):
        made = keyring.rotated(made, old, new, number)
    return made


@given(st.integers(1, len(KEYS)))
def test_a_list_reads_as_it_was_written(length: int) -> None:
    keys = chain(*KEYS[:length])
    assert keyring.read(keyring.written(keys)) == keys


def test_a_till_believes_the_last_two_keys() -> None:
    keys = chain(*KEYS[:4])
    assert [*keyring.believed(keys)] == [keys[2].id, keys[3].id]
    assert [*keyring.believed(keys[:1])] == [keys[0].id]


def test_a_list_goes_on_only_from_what_is_pinned() -> None:
    pinned = chain(*KEYS[:2])
    assert keyring.goes_on(pinned, chain(*KEYS[:3]))
    assert keyring.goes_on(pinned, pinned)
    assert not keyring.goes_on(pinned, pinned[:1])
    assert not keyring.goes_on(pinned, chain(KEYS[0], KEYS[5]))
    assert not keyring.goes_on(pinned, chain(KEYS[5]))


def test_a_key_that_its_predecessor_did_not_sign_is_no_key_of_the_fleet() -> None:
    honest, stranger = chain(*KEYS[:3]), chain(KEYS[4], KEYS[5])
    for forged in ((*honest[:2], stranger[1]), (honest[0], honest[2]), honest[1:]):
        with pytest.raises(Malformed):
            keyring.read(keyring.written(forged))


@pytest.mark.parametrize("change", ["id", "key", "since_ms", "sig"])
def test_a_list_that_was_altered_anywhere_is_refused(change: str) -> None:
    told = json.loads(keyring.written(chain(*KEYS[:2])))
    value = told["keys"][1][change]
    told["keys"][1][change] = value + 1 if isinstance(value, int) else value[:-3] + "AA" + value[-1]
    with pytest.raises(Malformed):
        keyring.read(json.dumps(told).encode())


def test_whoever_has_not_the_old_key_cannot_name_the_next() -> None:
    with pytest.raises(ValueError, match="not the last"):
        keyring.rotated(chain(KEYS[0]), KEYS[1], KEYS[2], 1)
