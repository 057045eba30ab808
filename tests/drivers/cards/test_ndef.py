"""Messages on tags: read as an independent library reads them, and never a crash."""

import ndef as ndeflib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.codes.unguessable import new_code
from appliance.core.barcode.own import OwnKind
from appliance.drivers.cards import ndef


def message(*records):
    return b"".join(ndeflib.message_encoder(records))


words = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60).filter(
    lambda text: text == text.strip() and text.strip("\0")
)


@given(st.lists(words, min_size=1, max_size=4), st.sampled_from(["UTF-8", "UTF-16"]))
def test_a_text_that_a_library_wrote_is_read_as_it_is(texts, encoding):
    written = message(*(ndeflib.TextRecord(text, encoding=encoding) for text in texts))
    assert ndef.codes(written) == texts


@given(st.binary(max_size=300))
def test_no_message_raises(data):
    for record in ndef.records(data):
        assert len(record.payload) + len(record.type) <= len(data)
    ndef.codes(data)


@given(st.lists(st.binary(min_size=1, max_size=300), min_size=1, max_size=4), st.data())
def test_a_message_cut_anywhere_gives_a_prefix_of_its_records(payloads, data):
    whole = message(*(ndeflib.Record("urn:nfc:ext:shop:code", "", it) for it in payloads))
    cut = data.draw(st.integers(0, len(whole)))
    assert [it.payload for it in ndef.records(whole[:cut])] == payloads[
        : len(list(ndef.records(whole[:cut])))
    ]
    assert [it.payload for it in ndef.records(whole)] == payloads


@pytest.mark.parametrize("prefix", range(36))
def test_every_abbreviation_of_a_link_is_the_librarys(prefix):
    written = b"\xd1\x01\x06U" + bytes([prefix]) + b"abc.d"
    [record] = ndeflib.message_decoder(written)
    assert ndef.codes(written) == [record.iri]


@pytest.mark.parametrize(
    "link",
    [
        "https://shop.example/c/{}",
        "https://shop.example/c/{}/",
        "https://shop.example/?card={}",
        "https://shop.example/page#{}",
        "kram:{}",
    ],
)
def test_a_link_that_carries_the_shops_code_is_that_code(link):
    code = new_code(OwnKind.VOUCHER).text
    assert ndef.codes(message(ndeflib.UriRecord(link.format(code)))) == [code]


def test_another_link_stays_a_link():
    link = "https://id.gs1.org/01/04820000123457"
    assert ndef.codes(message(ndeflib.UriRecord(link))) == [link]


def test_chunks_are_put_together():
    chunked = b"\xb1\x01\x03T\x02en" + b"\x36\x00\x03GC7" + b"\x56\x00\x02K3"
    assert ndef.codes(chunked) == ["GC7K3"]


def test_what_is_whole_counts_though_the_rest_is_broken():
    whole = message(ndeflib.TextRecord("A1"), ndeflib.TextRecord("B2"))
    assert ndef.codes(whole[:-1]) == ["A1"]
