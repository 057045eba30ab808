"""A batch of facts comes out as it went in, and what was altered on the way does not."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from appliance.core import codec
from appliance.journal.record import SELECT_ROWS, unpack
from appliance.journal.schema import connect_reader
from appliance.malformed import Malformed
from appliance.wire import batch as wire
from appliance.wire import limits, seal
from appliance.wire.batch import Batch, ChainBroken, WireFact
from appliance.wire.trust import Trust
from tests.journal.till import Ringing
from tests.wire.builders import chained, fact

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
DATA = st.dictionaries(
    TEXTS,
    st.recursive(
        st.integers(-(2**63) + 1, 2**63 - 1) | TEXTS | st.booleans() | st.none(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
        max_leaves=6,
    ),
    max_size=4,
)
FACTS = st.builds(
    fact,
    st.sampled_from(["SaleStarted", "LineAdded", "NeverHeardOf2"]),
    DATA,
    at_ms=st.integers(0, limits.AT_MS_MAX),
    offset_min=st.sampled_from([120, 180, -300, 0]),
    actor=TEXTS,
    cause=TEXTS,
    version=st.integers(1, 9),
)


@st.composite
def batches(draw: st.DrawFn) -> Batch:
    facts = draw(st.lists(FACTS, min_size=1, max_size=5))
    whole = chained(facts, epoch=draw(st.integers(1, 9)), first=draw(st.integers(1, 10**9)))
    if draw(st.booleans()):
        at = draw(st.integers(0, len(facts) - 1))
        hidden = replace(whole.facts[at], body=b"{}", withheld=True)
        whole = replace(whole, facts=(*whole.facts[:at], hidden, *whole.facts[at + 1 :]))
    return replace(whole, clock=draw(st.sampled_from(Trust)), signature=draw(st.just("c2ln")))


@given(batches())
def test_what_comes_out_is_what_went_in(sent: Batch) -> None:
    assert wire.decode(wire.encode(sent)) == sent
    payload, kind = wire.packed(wire.encode(sent))
    assert wire.decode(payload, kind) == sent
    assert wire.decode(payload) == sent, "without the content type, as over an MQTT 3.1.1 bridge"


@given(batches())
def test_a_fact_is_never_longer_in_a_batch_than_it_was_counted(sent: Batch) -> None:
    counted = sum(wire.entry_bytes(it) for it in sent.facts)
    bare = len(wire.encode(replace(sent, facts=sent.facts[:1])))
    assert len(wire.encode(sent)) <= bare + counted - wire.entry_bytes(sent.facts[0])


@given(batches().filter(lambda it: not any(fact.withheld for fact in it.facts)), st.data())
def test_no_fact_of_the_chain_can_be_changed_dropped_or_put_elsewhere(
    sent: Batch, data: st.DataObject
) -> None:
    told = json.loads(wire.encode(sent))
    at = data.draw(st.integers(0, len(sent.facts) - 1))
    change = data.draw(st.sampled_from(["data", "at", "type", "cause", "first", "prev", "epoch"]))
    match change:
        case "data":
            told["ev"][at]["data"]["and"] = "more"
        case "at":
            told["ev"][at]["at"] = (told["ev"][at]["at"] + 1) % limits.AT_MS_MAX
        case "type":
            told["ev"][at]["type"] += "x"
        case "cause":
            told["ev"][at]["cause"] = told["ev"][at].get("cause", "") + "x"
        case "first" | "epoch":
            told[change] += 1
        case "prev":
            told["prev"] = "00" * 32
    with pytest.raises(ChainBroken):
        wire.decode(json.dumps(told).encode())


def test_the_facts_of_a_real_till_prove_themselves_at_the_other_end(tmp_path: Path) -> None:
    till = Ringing(tmp_path / "journal.db")
    till.day()
    till.journal.close()
    con = connect_reader(tmp_path / "journal.db")
    facts = [
        WireFact(kind, at, off, by, cause, version, unpack(body), digest)
        for _, at, off, by, cause, kind, version, body, digest in con.execute(SELECT_ROWS)
    ]
    con.close()
    sent = replace(chained(facts, name="T1"), clock=Trust.NTP)
    assert [it.hash for it in sent.facts] == [it.hash for it in facts], "the journal's own chain"
    assert wire.decode(*wire.packed(wire.encode(sent))) == sent
    half = len(facts) // 2
    later = chained(facts[half:], name="T1", first=half + 1, prev=facts[half - 1].hash)
    assert wire.decode(wire.encode(later)).head == facts[-1].hash


@pytest.mark.parametrize(
    "told",
    [
        b"",
        b"[]",
        b"{}",
        b'{"v":2}',
        b"\xff",
        b'{"v":1,"v":1.5}',
        b'{"v":1,"epoch":NaN}',
        b'{"v":1,"epoch":99999999999999999999999}',
        b"[" * 100_000,
        b'{"v":1,"a":' + b"[" * 40 + b"]" * 40 + b"}",
        b'{"v":1,"name":"\\ud800"}',
        b"\x1f\x8b",
        gzip.compress(b"{}", mtime=0)[:-1],
        gzip.compress(b"{}", mtime=0) + b"x",
        gzip.compress(bytes(limits.FACT_BYTES_MAX + 1), mtime=0),
        bytes(limits.PAYLOAD_BYTES_MAX + 1),
    ],
)
def test_what_is_no_batch_is_malformed(told: bytes) -> None:
    with pytest.raises(Malformed):
        wire.decode(told)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("till", 1),
        ("epoch", 0),
        ("epoch", True),
        ("first", -1),
        ("prev", "zz"),
        ("prev", "00"),
        ("head", ""),
        ("ev", []),
        ("ev", {}),
        ("ev", [1]),
        ("ev", [{"type": "A", "at": 0, "off": 0, "by": "", "data": {}}] * 501),
        ("ev", [{"type": 'A"', "at": 0, "off": 0, "by": "", "data": {}}]),
        ("ev", [{"type": "A", "at": 10**15, "off": 0, "by": "", "data": {}}]),
        ("ev", [{"type": "A", "at": 0, "off": 1440, "by": "", "data": {}}]),
        ("ev", [{"type": "A", "at": 0, "off": 0, "data": {}}]),
        ("ev", [{"type": "A", "at": 0, "off": 0, "by": "", "data": []}]),
        ("ev", [{"type": "A", "at": 0, "off": 0, "by": "", "data": {"a": "\ud800"}}]),
        ("ev", [{"type": "A", "at": 0, "off": 0, "by": "", "data": {}, "hash": "00"}]),
        ("sig", "x" * 201),
    ],
)
def test_a_field_that_is_not_as_it_must_be_is_malformed(name: str, value: object) -> None:
    told = json.loads(wire.encode(chained([fact()])))
    told[name] = value
    with pytest.raises(Malformed):
        wire.decode(json.dumps(told).encode())


def test_a_newer_till_may_say_more_than_an_older_fleet_knows() -> None:
    told = json.loads(wire.encode(chained([fact()])))
    told["soon"] = {"more": 1}
    told["ev"][0]["later"] = "x"
    told["clock"] = "gps"
    assert wire.decode(json.dumps(told).encode()) == chained([fact()])


def test_the_largest_sale_there_is_still_fits() -> None:
    lines = [
        {
            "discount_minor": 0,
            "gross_minor": 345_00,
            "line": at,
            "net_minor": 287_50,
            "tax_minor": 5,
        }
        for at in range(10_000)
    ]
    sent = chained([fact("SaleCompleted", {"lines": lines})])
    payload, kind = wire.packed(wire.encode(sent))
    assert len(wire.encode(sent)) < limits.FACT_BYTES_MAX
    assert len(payload) < limits.PAYLOAD_BYTES_MAX
    assert wire.decode(payload, kind) == sent


def test_a_head_is_signed_by_one_key_alone() -> None:
    mine, other = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    head = chained([fact()]).head
    signature = seal.sign(mine, head)
    assert len(signature) == 88
    assert seal.is_signed(mine.public_key(), head, signature)
    assert not seal.is_signed(other.public_key(), head, signature)
    assert not seal.is_signed(mine.public_key(), codec.canonical({}), signature)
    for broken in ("", "!", signature[:-4], "A" * 88):
        assert not seal.is_signed(mine.public_key(), head, broken)
