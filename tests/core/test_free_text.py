"""Free text keeps no card number, whoever typed it; codes are left as they are."""

from __future__ import annotations

import typing
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.barcode.check_digits import check_digit
from appliance.core.card_numbers import has_card_number
from appliance.core.free_text import FREE, starred
from tests.core.builders import opened

CARD = "4761739001010119"
GROUPED = "4761 7390 0101 0119"

LOOKED_UP = frozenset(
    {
        # Codes and numbers by which something is found again; many are GTINs, and long.
        *("account", "badge", "code", "coupon", "customer", "drawer", "groups", "key", "lot", "of"),
        *("origin", "paper", "port", "promotion", "seed", "serial", "source", "spent_offers"),
        *("staff", "taker", "which", "by", "scope", "photo_sha256"),
        # Closed sets, dates and versions.
        *("able", "birth", "currency", "due", "expiry", "first", "last", "purpose", "purposes"),
        *("role", "text_version", "until", "version", "slot", "ended", "wanted", "why"),
        # What a driver writes to itself, and what is kept as a hash alone.
        *("memo", "pin", "secret"),
        # What programs tell each other, much of it signed or hashed; a basket comes starred.
        *("answer", "approver", "args", "basket", "error", "id", "issuer", "page", "rejected"),
        *("sha256", "to", "type"),
    }
)


def test_every_text_of_every_command_is_either_free_or_looked_up() -> None:
    texts = set()
    for kind in typing.get_args(c.Command):
        hints = typing.get_type_hints(kind)
        texts |= {it.name for it in fields(kind) if "str" in str(hints[it.name])}
    assert not FREE & LOOKED_UP
    assert texts <= FREE | LOOKED_UP, "say of a new field which it is"
    assert texts >= FREE


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (CARD, "************0119"),
        (f"карта {CARD}.", "карта ************0119."),
        (f"slip 17, {GROUPED}, Ivan", "slip 17, **** **** **** 0119, Ivan"),
    ],
)
def test_a_card_number_in_a_reason_is_journalled_with_its_last_digits_alone(
    typed: str, kept: str
) -> None:
    facts = opened().does(c.MoveCash(f.CashDirection.PAY_OUT, 5_00, typed))
    assert [it.reason for it in facts if isinstance(it, f.CashMoved)] == [kept]


def test_what_a_terminal_answers_is_starred_as_well() -> None:
    answer = c.AnswerTender(
        f.SaleId(1), 1, f.TenderOutcome.APPROVED, 4690, f"RRN1 {CARD}", f"card {GROUPED}"
    )
    kept = starred(answer)
    assert (kept.reference, kept.detail) == ("RRN1 ************0119", "card **** **** **** 0119")


@given(st.text(), st.sampled_from(["", "Ваш номер ", "x:"]))
def test_other_words_stay_as_they_are(text: str, before: str) -> None:
    command = c.VoidSale(before + text)
    if not has_card_number(command.reason):
        assert starred(command) is command


@given(st.integers(0, 10**9 - 1))
def test_a_barcode_in_a_note_stays_readable(rest: int) -> None:
    body = f"482{rest:09}"
    command = c.VoidSale(f"замість {body + check_digit(body)}")
    assert starred(command) is command
