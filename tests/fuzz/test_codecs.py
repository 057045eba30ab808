"""No bytes crash a codec, keep it busy for long, or make it take much memory."""

from __future__ import annotations

import time
import tracemalloc

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from appliance.wire import ack, alert, batch, enrolment, health, hello, keyring, state, topics
from appliance.wire.ack import Ack
from appliance.wire.alert import Severity, TillAlert
from appliance.wire.enrolment import Granted, Hardware, Renewal, Request
from appliance.wire.health import Health
from appliance.wire.hello import Ended, Hello
from appliance.wire.state import Doing, TillState
from tests.fuzz.targets import QUESTIONS, TARGETS, survives
from tests.wire.builders import AT_MS, NAME, TILL, chained, fact

LONG_S = 2.0
MEMORY_MAX = 64 << 20
SEEDS = [
    bytes.fromhex(value)
    for question in QUESTIONS
    for value in question.values()
    if isinstance(value, str)
    and len(value) % 2 == 0
    and set(value) <= set("0123456789ABCDEFabcdef")
]
TEXTS = [
    value.encode("utf-8", "surrogatepass")
    for question in QUESTIONS
    for value in question.values()
    if isinstance(value, str)
]
PI = Hardware("10000000abcdef01", "Raspberry Pi 4 Model B")
FLEET_KEYS = keyring.first(Ed25519PrivateKey.from_private_bytes(bytes(32)), AT_MS)
NOTES = [
    batch.encode(chained([fact(), fact("LineAdded")])),
    batch.packed(batch.encode(chained([fact()] * 9)))[0],
    ack.encode(Ack(1, 1250, got=(1301, 1350), hello="7f3a", replay_from=7)),
    hello.encode(Hello("7f3a", TILL, NAME, 1, 1, 1250, 1200, (Ended(1, 1250, bytes(32)),))),
    state.encode(TillState(Doing.READY, AT_MS, AT_MS)),
    health.encode(Health(AT_MS, {"disk_free_bytes": 1}, {"clock": "ntp"})),
    alert.encode(TillAlert("device", "printer", "paper_out", Severity.WARNING, AT_MS)),
    topics.Place("kram", "shop-1", TILL).up("ev").encode(),
    keyring.written(FLEET_KEYS),
    enrolment.encode_request(
        Request("csr", PI, NAME, 1, "0.1.0", code="ACEHKMPT", nonce=bytes(16))
    ),
    enrolment.encode_request(Request("csr", PI, NAME, token="secret")),
    enrolment.encode_renewal(Renewal(TILL, "csr", PI, "sig")),
    enrolment.encode_ticket("ticket"),
    enrolment.encode_answer(
        Granted(TILL, "kram", "shop-1", "chain", "root", FLEET_KEYS, ("mqtts://a:1",), "https://a")
    ),
    str(enrolment.new_token(bytes(32))).encode(),
]


@st.composite
def changed(draw: st.DrawFn) -> bytes:
    """A good message with a piece cut out, put in or doubled."""
    seed = draw(st.sampled_from(SEEDS + TEXTS + NOTES))
    low, high = sorted(draw(st.tuples(*[st.integers(0, len(seed))] * 2)))
    return seed[:low] + draw(st.binary(max_size=8)) + seed[high:] * draw(st.integers(1, 2))


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.binary(max_size=400), changed(), st.text(max_size=100).map(str.encode)))
@example(b"")
@example(b"\0")
def test_any_bytes_are_answered_or_malformed(name: str, data: bytes) -> None:
    survives(name, data)


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize(
    "data",
    [
        bytes(60_000),
        b"\xff" * 60_000,
        b"\xe1\x83\xff\xff\xff" * 10_000,
        b"\xe1\x84\x7f\xff\xff\xff",
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"1" * 60_000,
        b"\x10\x02" + b"\x10\x10" * 50_000,
        b"\n" * 100_000,
        b"A1" * 100_000,
    ],
    ids=["00", "FF", "templates", "length", "lists", "objects", "digits", "DLE", "lines", "hex"],
)
def test_hostile_size_costs_little_time_and_memory(name: str, data: bytes) -> None:
    tracemalloc.start()
    began = time.process_time()
    try:
        survives(name, data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert time.process_time() - began < LONG_S * 5  # tracing alone slows it down fivefold
    assert peak < MEMORY_MAX
