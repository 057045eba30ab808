"""A purchase without contact: preparation, directory, combinations and outcomes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.emv.engine import contactless
from appliance.emv.engine.run import run
from appliance.emv.engine.terms import Application, Finished, Outcome, Purchase, Terminal
from appliance.emv.tvr import Tvr
from hw_sim.emv_card import AAC, AID, ARQC, CDA, PDOL, EmvCard

from .test_contact import ONLINE_ON_FLOOR, PURCHASE, lenient, terminal, tvr

X = "00000BB800001388"


def till(**application: Any) -> Terminal:
    limits: dict[str, Any] = {"floor_limit_minor": 5000, "tac_online": ONLINE_ON_FLOOR}
    return terminal(limits | application)


def card(**more: Any) -> EmvCard:
    given: dict[str, Any] = {"profile": CDA, "pdol": PDOL, "extra": lenient()}
    return EmvCard(**given | more)


def tapped(shown: EmvCard, at: Terminal | None = None, purchase: Purchase = PURCHASE) -> Finished:
    return run(contactless.transaction(at or till(), purchase), shown.transmit)


def qualifiers(at: Terminal, amount: int) -> list[str]:
    prepared = contactless.prepare(at, replace(PURCHASE, amount_minor=amount))
    return [it.ttq.hex().upper() for it in prepared]


def test_the_amount_decides_what_a_card_is_told() -> None:
    at = till(contactless_limit_minor=9000, cvm_limit_minor=3000)
    assert qualifiers(at, 2999) == ["26004000"]
    assert qualifiers(at, 3000) == ["26404000"]
    assert qualifiers(at, 5000) == ["26C04000"]
    assert qualifiers(at, 9000) == []


def test_too_much_for_contactless_is_paid_another_way() -> None:
    shown = card()
    finished = tapped(shown, till(contactless_limit_minor=1000))
    assert finished.outcome is Outcome.OTHER_INTERFACE
    assert shown.seen == []


def test_a_small_purchase_is_approved_with_one_signed_cryptogram() -> None:
    shown = card()
    finished = tapped(shown)
    assert finished.outcome is Outcome.APPROVED
    assert tvr(finished) == Tvr.NOTHING
    assert shown.asked == ["00A4", "00A4", "80A8", "00B2", "00B2", "80AE"]
    assert finished.kept["masked PAN"] == "************0010"


def test_over_the_floor_limit_the_issuer_decides_alone() -> None:
    shown = card()
    finished = tapped(shown, purchase=replace(PURCHASE, amount_minor=5000))
    assert finished.outcome is Outcome.ONLINE
    assert finished.kept["9F27"] == "80"
    assert shown.asked.count("80AE") == 1


def test_a_card_may_decline() -> None:
    assert tapped(card(decide=lambda _: AAC)).outcome is Outcome.DECLINED


def test_an_answer_that_was_not_signed_is_declined() -> None:
    def other(answer: bytes) -> bytes:
        return answer.replace(b"\x9f\x10\x02\x06\x01", b"\x9f\x10\x02\x06\x02")

    finished = tapped(card(tamper=other))
    assert (finished.outcome, tvr(finished)) == (Outcome.DECLINED, Tvr.CDA_FAILED)


def test_a_question_to_the_issuer_that_was_not_signed_as_it_stands_is_declined() -> None:
    def other(answer: bytes) -> bytes:
        return answer.replace(b"\x9f\x10\x02\x06\x01", b"\x9f\x10\x02\x06\x02")

    finished = tapped(card(tamper=other), purchase=replace(PURCHASE, amount_minor=5000))
    assert finished.outcome is Outcome.DECLINED
    assert tvr(finished) == Tvr.CDA_FAILED | Tvr.FLOOR_LIMIT_EXCEEDED
    assert finished.online is None


def test_what_the_issuer_is_asked_keeps_the_card_apart_and_out_of_sight() -> None:
    finished = tapped(card(), purchase=replace(PURCHASE, amount_minor=5000))
    assert finished.online is not None
    assert set(finished.online.card) == {"5A", "5F24", "5F34"}
    assert not {"5A", "57"} & set(finished.online.tags)
    assert "9804" not in repr(finished)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [("6986", Outcome.SEE_PHONE), ("6984", Outcome.OTHER_INTERFACE), ("6985", Outcome.ENDED)],
)
def test_a_card_may_send_its_holder_elsewhere(status: str, outcome: Outcome) -> None:
    assert tapped(card(answers={"80A8": status})).outcome is outcome


OTHER = AID[:5] + b"\x02\x02"


def test_the_next_combination_is_tried_when_the_first_does_not_want() -> None:
    shown = card(
        applications=((AID, 1), (OTHER, 2)),
        answers={"00A4040007" + AID.hex().upper(): "6283"},
    )
    assert tapped(shown).kept["84"] == OTHER.hex().upper()


def test_combinations_are_tried_in_the_order_of_their_priority() -> None:
    for first, second, chosen in ((2, 1, OTHER), (1, 2, AID), (0, 3, OTHER), (1, 1, AID)):
        finished = tapped(card(applications=((AID, first), (OTHER, second))))
        assert finished.kept["84"] == chosen.hex().upper()


@pytest.mark.parametrize("answer", ["6A82", "6F0A8401AAA505BF0C0261009000", "9000"])
def test_a_card_without_an_accepted_application_ends_it(answer: str) -> None:
    finished = tapped(card(answers={"00A404000E": answer}))
    assert finished.outcome is Outcome.ENDED
    assert finished.detail


# -- the cryptogram in the first answer --------------------------------------------------------


def test_a_fast_card_is_done_after_its_first_answer_and_its_records() -> None:
    shown = card(fast=True)
    finished = tapped(shown)
    assert finished.outcome is Outcome.APPROVED
    assert "80AE" not in shown.asked
    online = tapped(card(fast=True), purchase=replace(PURCHASE, amount_minor=5000))
    assert online.outcome is Outcome.ONLINE
    assert tapped(card(fast=True, decide=lambda _: AAC)).outcome is Outcome.DECLINED
    assert tapped(card(fast=True, decide=lambda _: ARQC)).outcome is Outcome.ONLINE


def test_a_fast_card_that_did_not_sign_this_purchase_is_declined() -> None:
    shown = card(fast=True)

    def transmit(command: bytes) -> bytes:
        if command[:2] == b"\x80\xa8":
            amount = command.index(bytes.fromhex("000000001234"))
            command = command[:amount] + bytes.fromhex("000000000001") + command[amount + 6 :]
        return shown.transmit(command)

    finished = run(contactless.transaction(till(), PURCHASE), transmit)
    assert (finished.outcome, tvr(finished)) == (Outcome.DECLINED, Tvr.DDA_FAILED)


def test_an_expired_fast_card_is_declined() -> None:
    shown = card(fast=True, extra=lenient(**{"5F24": "261122"}))
    finished = tapped(shown)
    assert (finished.outcome, tvr(finished)) == (Outcome.DECLINED, Tvr.EXPIRED)


def test_a_card_taken_away_at_any_moment_has_paid_nothing() -> None:
    for fast in (False, True):
        whole = card(fast=fast)
        assert tapped(whole).outcome is Outcome.APPROVED
        for lost_at in range(len(whole.seen)):
            finished = tapped(card(fast=fast, lost_at=lost_at))
            assert finished.outcome is Outcome.ENDED
            assert finished.detail == "The card was taken away"


@given(st.lists(st.binary(max_size=40), max_size=10), st.integers(0, 6), st.booleans())
@settings(max_examples=100, deadline=None)
def test_no_card_makes_the_engine_stumble(answers: list[bytes], sound: int, fast: bool) -> None:
    shown = card(fast=fast)
    left = list(answers)

    def transmit(command: bytes) -> bytes:
        if len(shown.seen) < sound or not left:
            return shown.transmit(command)
        return left.pop()

    finished = run(contactless.transaction(till(), PURCHASE), transmit)
    assert finished.outcome in Outcome
    assert "9804000000000010" not in repr(finished)


def test_limits_belong_to_their_application() -> None:
    at = replace(
        till(),
        applications=(
            Application(AID, partial=False, contactless_limit_minor=100),
            Application(OTHER, partial=False),
        ),
    )
    shown = card(applications=((AID, 1), (OTHER, 2)))
    assert tapped(shown, at).kept["84"] == OTHER.hex().upper()
