"""The codes that people carry, and the messages of enrolment."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.malformed import Malformed
from appliance.wire import enrolment as wire
from appliance.wire import ulid
from appliance.wire.enrolment import Granted, Hardware, Refused, Renewal, Request, Waiting
from wire.test_keyring import KEYS, chain

TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
HARDWARE = st.builds(Hardware, TEXT, TEXT)


def test_a_code_depends_on_all_that_the_till_saw() -> None:
    base = wire.pairing_code(b"root", b"key", b"nonce")
    assert wire.is_code(base)
    assert base == wire.pairing_code(b"root", b"key", b"nonce")
    others = {
        wire.pairing_code(b"another", b"key", b"nonce"),
        wire.pairing_code(b"root", b"another", b"nonce"),
        wire.pairing_code(b"root", b"key", b"another"),
    }
    assert len(others | {base}) == 4


@pytest.mark.parametrize(
    "typed", ["ACEH-KMPT", "aceh kmpt", "АСЕН-КМРТ", "асен кмрт", " ACEHKMPT\n"]
)
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert wire.as_typed(typed) == "ACEHKMPT"


@pytest.mark.parametrize("typed", ["", "ACEH", "ACEHKMPTA", "ACEHKMP0", "ACEHKMPB"])
def test_what_is_no_code_is_known_at_once(typed: str) -> None:
    assert not wire.is_code(wire.as_typed(typed))


def test_the_signs_of_a_code_are_not_taken_for_one_another() -> None:
    for alike in ("B8", "I1L|", "O0QD", "S5", "UV", "Z2"):
        assert sum(it in wire.ALPHABET for it in alike) <= 2, alike
    assert not set("B8I1O0S5UZ2") & set(wire.ALPHABET)


@given(st.binary(min_size=32, max_size=32))
def test_a_token_reads_as_it_was_written(root: bytes) -> None:
    token = wire.new_token(root)
    read = wire.read_token(f" {str(token).lower()}\n")
    assert read == token
    assert root.startswith(read.pin)
    assert token.secret not in repr(token)


@pytest.mark.parametrize("text", ["", "KRAM1", "KRAM1--", "KRAM1-AAAA-AAAA", "KRAM2-" + "A" * 24])
def test_what_is_no_token_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        wire.read_token(text)


@settings(max_examples=25)
@given(TEXT, HARDWARE, TEXT, st.integers(1, 999), TEXT, st.booleans())
def test_a_request_reads_as_it_was_written(csr, hardware, name, number, software, by_token) -> None:
    way = {"token": "secret"} if by_token else {"code": "ACEHKMPT", "nonce": bytes(16)}
    asked = Request(csr, hardware, name, number, software, **way)
    assert wire.decode_request(wire.encode_request(asked)) == asked


@settings(max_examples=25)
@given(TEXT, TEXT, HARDWARE, TEXT)
def test_a_renewal_reads_as_it_was_written(uid, csr, hardware, signature) -> None:
    asked = Renewal(uid, csr, hardware, signature)
    assert wire.decode_renewal(wire.encode_renewal(asked)) == asked


def test_a_renewal_s_signature_covers_all_of_it() -> None:
    asked = Renewal("uid", "csr", Hardware("serial", "model"))
    others = [
        Renewal("other", "csr", asked.hardware),
        Renewal("uid", "other", asked.hardware),
        Renewal("uid", "csr", Hardware("other", "model")),
    ]
    assert asked.signed not in [it.signed for it in others]
    assert Renewal("uid", "csr", asked.hardware, "sig").signed == asked.signed


@pytest.mark.parametrize(
    "answer",
    [
        Waiting("ticket", 1),
        Refused("no_code", "Say it again."),
        Granted("uid", "kram", "shop-1", "chain", "root", chain(*KEYS[:2]), ("a", "b"), "https"),
    ],
)
def test_an_answer_reads_as_it_was_written(answer) -> None:
    assert wire.decode_answer(wire.encode_answer(answer)) == answer


@pytest.mark.parametrize(
    "way",
    [{}, {"token": "a", "code": "ACEHKMPT"}, {"code": "short"}, {"code": "ACEHKMPT", "nonce": ""}],
)
def test_a_request_comes_by_one_way(way: dict[str, str]) -> None:
    from appliance.wire import fields

    with pytest.raises(Malformed):
        wire.decode_request(fields.message(csr="", hw={}, name="till-1", **way))


@given(st.integers(0, (1 << 48) - 1), st.integers(0, (1 << 48) - 1))
def test_ulids_sort_by_their_time(first: int, second: int) -> None:
    assert ulid.is_ulid(ulid.new(first))
    assert (ulid.new(first)[:10] < ulid.new(second)[:10]) == (first < second)
