"""Gift cards, vouchers and badges: random, typed by hand, kept as a hash only."""

from __future__ import annotations

import pytest

from appliance.codes.unguessable import SYMBOLS, code_hash, hint, new_code
from appliance.core.barcode.own import OwnKind, read_own

PEPPER = bytes(range(32))
KINDS = (OwnKind.GIFT_CARD, OwnKind.VOUCHER, OwnKind.BADGE)


@pytest.mark.parametrize("kind", KINDS)
def test_every_code_is_another_one_and_uses_every_symbol(kind):
    codes = [new_code(kind) for _ in range(2_000)]
    assert len(set(codes)) == 2_000
    assert {len(code.body) for code in codes} == {SYMBOLS}
    assert SYMBOLS * 5 >= 80
    for place in range(SYMBOLS):
        assert len({code.body[place] for code in codes}) == 32


def test_a_code_typed_badly_has_the_hash_of_the_printed_one():
    code = new_code(OwnKind.GIFT_CARD)
    kept = code_hash(code.text, PEPPER)
    typed = code.grouped.lower().replace("0", "o").replace("1", "l")
    for text in (typed, f" {code.grouped}\r\n", "]C0" + code.text, "]Q1" + code.text):
        assert code_hash(text, PEPPER) == kept
    assert hint(typed) == code.text[-4:]


def test_a_hash_says_nothing_without_the_pepper():
    code = new_code(OwnKind.BADGE)
    kept = code_hash(code.text, PEPPER)
    assert kept != code_hash(code.text, PEPPER[::-1])
    assert len(kept) == 40
    assert code.body not in kept.upper()


def test_codes_of_other_makers_are_hashed_as_they_stand():
    assert code_hash("kram:voucher:7\r\n", PEPPER) == code_hash("kram:voucher:7", PEPPER)
    assert code_hash("kram:voucher:7", PEPPER) != code_hash("kram:voucher:8", PEPPER)
    assert code_hash("\udcff", PEPPER)
    assert hint("kram:voucher:77") == "r:77"


def test_the_hash_stays_what_it_is():
    """Hashes lie in the journal for years."""
    assert read_own("GC7K3M9Q2X4D8APZ5RMY") is not None
    assert code_hash("GC7K3M9Q2X4D8APZ5RMY", PEPPER) == "152ee0e664da39431e9f58e9e157cdde38dad471"
