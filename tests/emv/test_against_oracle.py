"""The product and a second reading of the same page agree, whatever they are given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from inspected.asking import ask

from appliance.emv.tlv import encode, read, walk

from . import oracle
from .test_oda import CDOL1, CDOL2, PDOL, Chain, answer, cda_chain

FILLER = st.sampled_from([b"", b"", b"\x00", b"\x00\x00"])
TAGS = st.sampled_from(
    """9C 5F2A 9F02 9F36 9F13 9F27 9F4B 80 50 87 4F 84 9F38 DF8101 DF818001 DF81818001 1F00
    6F A5 BF0C 61 70 77 E1 FF8001""".split()
)


def _sized(value: bytes) -> st.SearchStrategy[bytes]:
    """The value with its length before it, in any form that says it."""
    count = len(value)
    forms = [bytes([0x80 + n]) + count.to_bytes(n, "big") for n in (1, 2, 3, 4) if count < 256**n]
    return st.sampled_from([*([bytes([count])] * 9 if count < 128 else []), *forms]).map(
        lambda head: head + value
    )


def _object(parts: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    return st.tuples(FILLER, TAGS, parts).flatmap(
        lambda it: _sized(it[2]).map(lambda sized: it[0] + bytes.fromhex(it[1]) + sized)
    )


OBJECTS = st.recursive(
    st.binary(max_size=4),
    lambda below: st.lists(_object(below), max_size=4).map(b"".join),
    max_leaves=12,
)


@st.composite
def damaged(draw: st.DrawFn, sound: st.SearchStrategy[bytes] = OBJECTS) -> str:
    """Mostly sound, sometimes with a byte changed, cut or added: the edge is where errors are."""
    data = bytearray(draw(sound))
    at = draw(st.integers(0, max(0, len(data) - 1)))
    match draw(st.sampled_from("sound sound sound change cut add".split())):
        case "change" if data:
            data[at] = draw(st.integers(0, 255))
        case "cut":
            del data[at:]
        case "add":
            data.insert(at, draw(st.integers(0, 255)))
    return data.hex().upper()


def bare(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: it for name, it in answer.items() if it is not None}


def agree(told: dict[str, Any], expected: Callable[[], dict[str, Any]]) -> None:
    try:
        right = expected()
    except oracle.Bad:
        assert list(told) == ["error"]
    else:
        assert bare(told) == bare(right)


HEX = st.one_of(damaged(), st.binary(max_size=24).map(lambda it: it.hex().upper()))


@given(HEX)
@settings(max_examples=100, deadline=None)
def test_tlv(text: str) -> None:
    agree(ask("tlv", hex=text), lambda: {"tlv": oracle.tlv(text)})


@given(OBJECTS)
@settings(deadline=None)
def test_what_was_read_can_be_written_again(data: bytes) -> None:
    try:
        objects = read(data)
    except ValueError:
        return
    for _, it in walk(objects):
        assert read(encode(it.tag, it.value)) == (it._replace(encoded=encode(it.tag, it.value)),)
        assert it.encoded in data


@given(
    st.sampled_from([None, "", "80", "80A8", "80AE8000", "0088000004", "80CA9F3600"]),
    st.one_of(HEX, st.binary(max_size=20).flatmap(_sized).map(lambda it: "80" + it.hex().upper())),
    st.sampled_from(["9000", "6A83", "90", ""]),
)
@settings(deadline=None)
def test_response(command: str | None, body: str, sw: str) -> None:
    told = ask("response", command=command, response=body + sw)
    agree(told, lambda: oracle.response(command, body + sw))


ENTRIES = st.lists(
    _object(st.lists(_object(st.binary(max_size=2)), max_size=3).map(b"".join)), max_size=4
).map(b"".join)
FCIS = st.tuples(ENTRIES, ENTRIES, ENTRIES, FILLER).map(
    lambda it: (
        it[3]
        + encode("6F", it[0] + encode("84", b"A") + encode("A5", it[1] + encode("BF0C", it[2])))
    )
)


@given(damaged(FCIS))
@settings(max_examples=80, deadline=None)
def test_fci(text: str) -> None:
    agree(ask("fci", hex=text), lambda: oracle.fci(text))


LISTED = st.tuples(
    st.sampled_from([*oracle.NUMERIC, "5A", "9F20", "57", "9F37", "E0", "7F01", "00", "DF8101"]),
    st.integers(0, 8),
)
VALUES = st.none() | st.binary(max_size=8).map(bytes.hex)


@given(st.lists(LISTED, max_size=6), st.data())
@settings(max_examples=80, deadline=None)
def test_dol(entries: list[tuple[str, int]], draw: st.DataObject) -> None:
    text = "".join(f"{tag}{length:02X}" for tag, length in entries)
    values = {tag.lower(): draw.draw(VALUES) for tag, _ in entries}
    agree(ask("dol", dol=text, values=values), lambda: oracle.dol(text, values))


@given(HEX)
@settings(deadline=None)
def test_dol_of_anything(text: str) -> None:
    agree(ask("dol", dol=text), lambda: oracle.dol(text, None))


QUADS = st.tuples(st.sampled_from([0, 8, 0x10, 0x58, 0xF0, 0xF8, 9]), *[st.integers(0, 3)] * 3).map(
    bytes
)


@given(st.lists(QUADS, max_size=3).map(b"".join).map(lambda it: it.hex().upper()))
@settings(deadline=None)
def test_afl(text: str) -> None:
    agree(ask("afl", afl=text), lambda: {"afl": oracle.afl(text)})


@given(st.binary(max_size=16).map(lambda it: it.hex().upper()))
@settings(deadline=None)
def test_cvm(text: str) -> None:
    agree(ask("cvm", cvm=text), lambda: oracle.cvm(text))


@given(st.from_regex("[0-9]{0,20}D?[0-9]{0,14}[DFA0]?F{0,2}", fullmatch=True))
@settings(max_examples=80, deadline=None)
def test_track2(text: str) -> None:
    even = text if len(text) % 2 == 0 else text + "F"
    agree(ask("track2", track2=even), lambda: oracle.track2(even))


DATES = st.sampled_from(["000101", "261122", "261123", "261124", "491231", "500101", "991231"])
SOME_BYTE = st.binary(min_size=1, max_size=1).map(lambda it: it.hex().upper())


def some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Any of these, under their names without the t."""
    return st.fixed_dictionaries({}, optional={k[1:]: v for k, v in fields.items()})


COUNTERS = st.sampled_from([0, 1, 9, 10, 11, 12, 0xFFFF]).map(lambda it: f"{it:04X}")
ANSWERS = st.builds(
    lambda head, tag, count, sw: head + tag + "02" + count + sw,
    st.sampled_from(["", "", "00"]),
    st.sampled_from(["9F36", "9F13"]),
    COUNTERS,
    st.sampled_from(["9000", "9000", "9000", "6A88", "", "009000"]),
)


@given(
    st.integers(0, 20),
    st.integers(0, 20),
    some(
        t5A=st.sampled_from(["9804", "9804FF", "98041F"]),
        t5F34=st.sampled_from(["01", "02"]),
        t9F14=st.sampled_from(["00", "01", "05"]),
        t9F23=st.sampled_from(["00", "01", "05"]),
    ),
    st.lists(
        st.fixed_dictionaries(
            {
                "pan": st.sampled_from(["9804", "98041"]),
                "date": DATES,
                "amount": st.integers(0, 20),
            },
            optional={"pan_seq": st.sampled_from(["01", "02"])},
        ),
        max_size=4,
    ),
    st.lists(
        st.tuples(st.sampled_from(["80CA9F3600", "80CA9F1300"]), ANSWERS).map(list), max_size=4
    ),
)
@settings(max_examples=100, deadline=None)
def test_trm(
    limit: int,
    amount: int,
    icc: dict[str, str],
    log: list[dict[str, Any]],
    apdus: list[list[str]],
) -> None:
    asked = {
        "config": {"9F1B": f"{limit:08X}"},
        "params": {"81": f"{amount:08X}"},
        "icc": icc,
        "txn_log": log,
        "apdus": apdus,
    }
    agree(ask("trm", **asked), lambda: oracle.trm(asked))


@given(
    st.sampled_from(["14", "15", "16", "22", "25"]),
    st.sampled_from(["F000F0A001", "7000F0A001"]),
    st.sampled_from(["00", "01", "09", "20"]),
    DATES,
    some(
        t9F08=st.sampled_from(["0001", "0002"]),
        t9F07=st.binary(min_size=2, max_size=2).map(lambda it: it.hex().upper()),
        t5F28=st.sampled_from(["0804", "0276"]),
        t5F25=DATES,
    ),
    DATES,
)
@settings(max_examples=100, deadline=None)
def test_restrictions(
    kind: str, capabilities: str, service: str, today: str, icc: dict[str, str], expiry: str
) -> None:
    asked = {
        "config": {"9F09": "0001", "9F35": kind, "9F40": capabilities, "9F1A": "0804"},
        "params": {"9C": service, "9A": today},
        "icc": icc | {"5F24": expiry},
    }
    agree(ask("restrictions", **asked), lambda: oracle.restrictions(asked))


RECORDS = st.builds(
    lambda sfi, number, head, body: [sfi, number, head + body],
    st.sampled_from([1, 2, 11, 30]),
    st.integers(1, 3),
    st.sampled_from(["7001", "7001", "708101", "7002", "007001", "7701", ""]),
    SOME_BYTE,
)


@given(
    st.lists(QUADS, min_size=1, max_size=3).map(b"".join).map(lambda it: it.hex().upper()),
    st.lists(RECORDS, max_size=12),
    some(t82=st.sampled_from(["5900", "59"]), t9F4A=st.sampled_from(["82", "", "8282"])),
)
@settings(max_examples=100, deadline=None)
def test_static_data(afl: str, records: list[list[Any]], tags: dict[str, str]) -> None:
    asked = {"afl": afl, "records": records, **tags}
    agree(ask("static_data", **asked), lambda: {"static_data": oracle.static_data(asked)})


def _raised(value: Any) -> Any:
    match value:
        case str():
            return value.upper() if value not in ("dda", "cda") else value
        case dict():
            return {name: _raised(it) for name, it in value.items() if it is not None}
    return value


@given(
    st.sampled_from([128, 144, 176]),
    st.sampled_from([128, 140, 141, 144]),
    st.sampled_from([128, 134, 135, 144]),
    st.sampled_from(["dda", "cda", "cda"]),
    st.fixed_dictionaries(
        {},
        optional={
            "static_data": st.sampled_from([None, "", "5A00"]),
            "dynamic_data": st.sampled_from([None, "", "A1B2C3D5"]),
            "response": st.sampled_from(
                [None, "", "9000", "77809000", answer()[:-4], "00" + answer(), "77009000"]
            ),
            "cdol2_data": st.sampled_from([None, "00"]),
        },
    ),
    st.dictionaries(
        st.sampled_from("5A 90 92 93 9F46 9F48 9F4B".split()),
        st.sampled_from(["", "98", "9804000000000010FF", "00" * 128, "00" * 144, "AABB"]),
        max_size=1,
    ),
    st.sampled_from([None, None, "5A", "92", "93", "9F46", "9F48", "9F4B"]),
)
@settings(max_examples=40, deadline=None)
def test_oda(
    ca: int,
    issuer: int,
    card: int,
    mode: str,
    more: dict[str, Any],
    other: dict[str, str],
    without: str | None,
) -> None:
    chain = Chain(ca, issuer, card, dynamic=cda_chain().dynamic)
    asked = {
        "mode": mode,
        "response": answer(),
        "pdol_data": PDOL.hex(),
        "cdol1_data": CDOL1.hex(),
        "cdol2_data": CDOL2.hex(),
    } | more
    removed = {without: None} if without else {}
    question = _raised(chain.question(icc=other | removed, **asked))
    told = ask("oda", **question)
    assert told == oracle.oda(question)
