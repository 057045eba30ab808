"""Which file a till takes: unsigned, signed, foreign, changed, old, another's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from appliance.config.read import parse
from appliance.i18n import translator
from appliance.provision import document
from appliance.provision.keys import sign
from appliance.provision.trouble import FLASHES, WORDS, Trouble
from appliance.provision.verdict import (
    NotTaken,
    Standing,
    Taken,
    TakenBefore,
    digest_of,
    judge,
)
from provision.files import SERIAL, WHOLE, key, later, public

OURS, THEIRS = key(1), key(2)
NEW = Standing(SERIAL)
PINNED = Standing(SERIAL, keys=(public(OURS),))
SOLD = Standing(SERIAL, has_sold=True, number=2, shop="kyiv-1")
FILE = document.write(WHOLE)


def verdict(standing: Standing, it=WHOLE, signed=None) -> Trouble | str:
    content = document.write(it)
    found = judge(content, sign(signed, content) if signed else None, standing)
    match found:
        case NotTaken(trouble, _):
            return trouble
        case Taken():
            return "taken"
        case TakenBefore():
            return "before"


@pytest.mark.parametrize(
    ("standing", "signed", "expected"),
    [
        (NEW, None, "taken"),
        (NEW, OURS, "taken"),
        (SOLD, None, Trouble.SET_UP),
        (SOLD, OURS, Trouble.SET_UP),
        (PINNED, None, Trouble.UNSIGNED),
        (PINNED, THEIRS, Trouble.FOREIGN_KEY),
        (PINNED, OURS, "taken"),
        (replace(SOLD, keys=(public(OURS),)), None, Trouble.UNSIGNED),
        (replace(SOLD, keys=(public(OURS),)), OURS, "taken"),
    ],
    ids=[
        *("new, unsigned", "new, signed", "sold, unsigned", "sold, signed"),
        *("pinned, unsigned", "pinned, foreign", "pinned, ours"),
        *("pinned and sold, unsigned", "pinned and sold, ours"),
    ],
)
def test_the_table_of_the_page_holds(standing: Standing, signed, expected) -> None:
    assert verdict(standing, signed=signed) == expected


def test_the_key_of_the_first_signed_file_is_told() -> None:
    found = judge(FILE, sign(OURS, FILE), NEW)
    assert isinstance(found, Taken)
    assert found.signer == public(OURS)


@pytest.mark.parametrize(
    "signature",
    [b"", b"nonsense", sign(OURS, FILE)[:-9], sign(OURS, FILE + b" "), b"\xff" * 200],
    ids=["empty", "nonsense", "cut", "of other bytes", "no text"],
)
@pytest.mark.parametrize("standing", [NEW, PINNED], ids=["new", "pinned"])
def test_a_broken_signature_is_worse_than_none(signature: bytes, standing: Standing) -> None:
    found = judge(FILE, signature, standing)
    assert isinstance(found, NotTaken)
    assert found.trouble is Trouble.FORGED


def test_a_file_for_another_machine_is_not_taken() -> None:
    assert verdict(NEW, replace(WHOLE, serial="10000000ffffffff")) is Trouble.OTHER_MACHINE
    assert verdict(NEW, replace(WHOLE, serial=SERIAL)) == "taken"


def test_a_till_that_sells_stays_the_till_it_is() -> None:
    ours = replace(SOLD, keys=(public(OURS),))
    other_number = replace(WHOLE, till=replace(WHOLE.till, number=3))
    other_shop = replace(WHOLE, shop=replace(WHOLE.shop, id="lviv-1"))
    assert verdict(ours, other_number, OURS) is Trouble.OTHER_TILL
    assert verdict(ours, other_shop, OURS) is Trouble.OTHER_TILL
    assert verdict(replace(ours, has_sold=False), other_number, OURS) == "taken"


def test_an_old_signed_file_brings_no_old_password_back() -> None:
    ours = replace(PINNED, made=WHOLE.made)
    assert verdict(ours, WHOLE, OURS) is Trouble.OLD
    assert verdict(ours, replace(WHOLE, made=None), OURS) is Trouble.OLD
    assert verdict(ours, later(WHOLE), OURS) == "taken"


def test_the_same_file_again_is_only_wiped() -> None:
    assert verdict(replace(SOLD, digest=digest_of(FILE))) == "before"


def test_a_damaged_file_and_one_with_mistakes_are_told_apart() -> None:
    damaged = judge(FILE[:-9], None, NEW)
    wrong = judge(FILE.replace(b'"UAH"', b'"GRN"'), None, NEW)
    assert isinstance(damaged, NotTaken)
    assert isinstance(wrong, NotTaken)
    assert (damaged.trouble, wrong.trouble) == (Trouble.UNREADABLE, Trouble.FIELDS)


def test_the_settings_are_those_of_the_file_over_the_till_s_own() -> None:
    own = '# ours\n[shop]\nname = "Old"\ntax_id = "1"\n\n[cash]\nblind_count = false\n'
    found = judge(FILE, None, replace(NEW, settings=own))
    assert isinstance(found, Taken)
    read = parse(found.settings, "shop.toml", Path("/"))
    assert (read.shop.name, read.shop.tax_id) == ("Крамниця «Калина»", "1")
    assert (read.till.number, read.till.name) == (2, "Каса 2")
    assert read.shop.receipt_header == ("вул. Садова, 3", "Київ")
    assert read.cash.blind_count is False


def test_settings_that_do_not_fit_together_are_a_mistake_of_the_file() -> None:
    it = replace(WHOLE, settings="[cash]\nrounding_step = 0.5\n")
    it = replace(it, shop=replace(it.shop, currency="JPY"))
    found = judge(document.write(it), None, NEW)
    assert isinstance(found, NotTaken)
    assert "rounding_step" in found.mistakes[0].shown


def test_every_trouble_has_words_and_a_number_of_flashes() -> None:
    assert set(WORDS) == set(Trouble) == set(FLASHES)
    uk = translator("uk")
    assert [text for pair in WORDS.values() for text in pair if uk(text) == text] == []
