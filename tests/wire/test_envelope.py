"""What is signed arrives as it was, or not at all."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from appliance.malformed import Malformed
from appliance.wire.envelope import ENVELOPE_MAX, Forged, opened, sealed

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
RING = {"k1": KEY.public_key()}

leaves = st.none() | st.booleans() | st.integers(-(2**63) + 1, 2**63 - 1) | st.text(max_size=20)
values = st.recursive(
    leaves, lambda it: st.lists(it, max_size=4) | st.dictionaries(st.text(max_size=8), it, max_size=4),
    max_leaves=12,
)  # fmt: skip
bodies = st.dictionaries(st.text(max_size=8), values, max_size=5)


@given(bodies)
def test_a_body_comes_out_as_it_went_in(body: dict[str, Any]) -> None:
    body["kind"] = "command"
    assert opened(sealed(body, "k1", KEY), RING, "command") == body


@given(bodies, st.integers(0, 10_000), st.integers(1, 255))
def test_a_byte_that_changed_on_the_way_is_noticed(
    body: dict[str, Any], at: int, flip: int
) -> None:
    body["kind"] = "command"
    payload = bytearray(sealed(body, "k1", KEY))
    payload[at % len(payload)] ^= flip
    try:
        found = opened(bytes(payload), RING, "command")
    except (Malformed, Forged):
        return
    assert found == body  # blanks, or another spelling of the same value


def test_the_order_of_members_does_not_count() -> None:
    payload = json.loads(sealed({"kind": "command", "b": 1, "a": 2}, "k1", KEY))
    payload["body"] = dict(reversed(payload["body"].items()))
    assert opened(json.dumps(payload, indent=2).encode(), RING, "command")["a"] == 2


def test_another_key_under_the_same_name_is_forged() -> None:
    with pytest.raises(Forged):
        opened(sealed({"kind": "command"}, "k1", OTHER), RING, "command")


def test_an_unknown_key_is_forged_whatever_it_signed() -> None:
    with pytest.raises(Forged, match="k2"):
        opened(sealed({"kind": "command"}, "k2", KEY), RING, "command")


def test_a_document_does_not_pass_for_a_command() -> None:
    with pytest.raises(Malformed):
        opened(sealed({"kind": "document"}, "k1", KEY), RING, "command")


def test_a_signature_of_the_bare_body_is_none_of_an_envelope() -> None:
    body = b'{"kind":"command"}'
    sig = base64.b64encode(KEY.sign(body)).decode()
    with pytest.raises(Forged):
        opened(json.dumps({"v": 1, "key": "k1", "body": json.loads(body), "sig": sig}).encode(),
               RING, "command")  # fmt: skip


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"v":2,"key":"k1","body":{},"sig":""}',
        b'{"v":1,"key":1,"body":{},"sig":""}',
        b'{"v":1,"key":"k1","body":[],"sig":""}',
        b'{"v":1,"key":"k1","body":{},"sig":"AAAA"}',
        b'{"v":1,"key":"k1","body":{"x":1.5},"sig":""}',
        b'{"v":1,"key":"k1","body":{"x":1e400},"sig":""}',
        b'{"v":1,"key":"k1","body":{"x":NaN},"sig":""}',
        b'{"v":1,"key":"k1","body":{"x":"\\ud800"},"sig":""}',
        b'{"v":1,"key":"k1","body":{"x":99999999999999999999},"sig":""}',
        b'{"v":1,"key":"k1","body":' + b'{"x":' * 40 + b"1" + b"}" * 40 + b',"sig":""}',
        b"[" * 100_000,
        b" " * (ENVELOPE_MAX + 1),
        b"\xff\xfe",
    ],
)
def test_what_is_no_envelope_is_malformed(payload: bytes) -> None:
    with pytest.raises(Malformed):
        opened(payload, RING, "command")


def test_a_fraction_cannot_be_signed() -> None:
    with pytest.raises(Malformed):
        sealed({"kind": "command", "price": 12.5}, "k1", KEY)
