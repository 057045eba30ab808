"""A purchase over contacts: the whole engine against a card with real keys."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.emv import tlv
from appliance.emv.ca_keys import CaKey, checked, checksum
from appliance.emv.engine import contact
from appliance.emv.engine.run import run
from appliance.emv.engine.session import KEPT
from appliance.emv.engine.steps import STEPS, Step, Went
from appliance.emv.engine.terms import Application, Finished, Outcome, Purchase, Terminal
from appliance.emv.recovery import PublicKey
from appliance.emv.tvr import Tvr
from appliance.malformed import Malformed
from hw_sim.emv_card import (
    AAC,
    AID,
    ARQC,
    CDA,
    CVM,
    DDA,
    ISSUER_AUTH,
    SDA,
    EmvCard,
    Issuer,
    ca_keys,
)

TAGS = {
    "9F09": "0001",
    "9F1A": "0804",
    "9F1B": "00002710",
    "9F33": "E0B8C8",
    "9F35": "22",
    "9F40": "F000F0A001",
}
ONLINE_ON_FLOOR = bytes.fromhex("0000008000")
PURCHASE = Purchase(1234, "0980", "261123", bytes.fromhex("A1B2C3D4"))


def terminal(application: dict[str, Any] | None = None, **tags: str) -> Terminal:
    return Terminal(
        {tag: bytes.fromhex(value) for tag, value in (TAGS | tags).items()},
        (Application(AID[:5], **(application or {})),),
        ca_keys(),
    )


def paid(
    card: EmvCard,
    till: Terminal | None = None,
    purchase: Purchase = PURCHASE,
    issuer: Issuer | None = None,
) -> Finished:
    engine = contact.transaction(till or terminal(), purchase)
    if issuer:
        return run(engine, card.transmit, issuer.authorise)
    return run(engine, card.transmit)


def tvr(finished: Finished) -> Tvr:
    return Tvr(int(finished.kept["95"], 16))


def lenient(**more: str) -> dict[str, str]:
    """Action codes of an issuer that lets everything pass offline."""
    return {"9F0D": "0000000000", "9F0E": "0000000000", "9F0F": "0000000000", **more}


def test_a_small_purchase_is_approved_offline_with_a_signed_cryptogram() -> None:
    card = EmvCard(extra=lenient())
    finished = paid(card)
    assert finished.outcome is Outcome.APPROVED
    assert tvr(finished) == Tvr.NOTHING
    assert finished.kept["9F27"] == "40"
    assert finished.kept["8A"] == b"Y1".hex().upper()
    assert finished.kept["9B"] == "E800"
    assert finished.kept["9F34"] == "1F0002"
    assert card.asked == ["00A4", "00B2", "00B2", "00A4", "80A8", "00B2", "00B2", "80AE"]


def test_only_what_a_receipt_needs_is_kept_and_no_card_number() -> None:
    finished = paid(EmvCard(extra=lenient()))
    assert set(finished.kept) <= {*KEPT, "masked PAN"}
    assert not {"5A", "57", "5F20", "5F24", "56", "9F6B", "9F1F", "9F20"} & set(KEPT)
    assert finished.kept["masked PAN"] == "************0010"
    assert "9804" not in repr({k: v for k, v in finished.kept.items() if k != "9F26"})


@pytest.mark.parametrize(
    ("profile", "command"), [(SDA, False), (DDA | SDA, True), (CDA | DDA | SDA, False)]
)
@pytest.mark.parametrize("format1", [False, True])
def test_the_best_authentication_that_both_know_is_done(
    profile: int, command: bool, format1: bool
) -> None:
    card = EmvCard(profile=profile, format1=format1, extra=lenient())
    finished = paid(card)
    assert finished.outcome is Outcome.APPROVED
    assert ("0088" in card.asked) == command
    assert tvr(finished) == (Tvr.SDA_SELECTED if profile == SDA else Tvr.NOTHING)


def test_without_a_common_way_authentication_is_not_performed() -> None:
    finished = paid(EmvCard(profile=0, extra=lenient()))
    assert tvr(finished) == Tvr.ODA_NOT_PERFORMED
    assert finished.kept["9B"] == "2800"


@pytest.mark.parametrize(
    ("profile", "failed"), [(SDA, Tvr.SDA_FAILED), (DDA, Tvr.DDA_FAILED), (CDA, Tvr.CDA_FAILED)]
)
def test_an_unknown_or_expired_scheme_key_fails_authentication(profile: int, failed: Tvr) -> None:
    known = ca_keys()
    expired = {name: CaKey(it.key, "261122") for name, it in known.items()}
    for keys in ({}, expired):
        till = replace(terminal(), ca_keys=keys)
        finished = paid(EmvCard(profile=profile, extra=lenient()), till)
        assert failed in tvr(finished)


def test_a_cryptogram_that_is_not_what_was_signed_is_declined() -> None:
    def other(answer: bytes) -> bytes:
        return answer.replace(b"\x9f\x10\x02\x06\x01", b"\x9f\x10\x02\x06\x02")

    finished = paid(EmvCard(extra=lenient(), tamper=other))
    assert finished.outcome is Outcome.DECLINED
    assert tvr(finished) == Tvr.CDA_FAILED
    assert finished.kept["8A"] == b"Z1".hex().upper()


def test_a_cryptogram_of_another_format_than_signed_is_declined_in_cda() -> None:
    card = EmvCard(extra=lenient(), answers={"80AE": "800B400001AABBCCDDEEFF00119000"})
    assert paid(card).outcome is not Outcome.APPROVED


def test_over_the_floor_limit_the_issuer_is_asked_and_authenticated() -> None:
    card = EmvCard(profile=CDA | CVM | ISSUER_AUTH, extra=lenient())
    issuer = Issuer()
    till = terminal({"tac_online": ONLINE_ON_FLOOR})
    finished = paid(card, till, replace(PURCHASE, amount_minor=10000), issuer)
    assert finished.outcome is Outcome.APPROVED
    assert not finished.reverse
    assert card.issuer_trusted
    assert card.asked[-3:] == ["80AE", "0082", "80AE"]
    assert tvr(finished) == Tvr.FLOOR_LIMIT_EXCEEDED
    assert finished.kept["9B"] == "F800"
    assert finished.kept["8A"] == "3030"
    assert not {"5A", "57", "5F24", "5F20"} & set(issuer.asked[0].tags)


def asked_online(
    card: EmvCard, issuer: Issuer | None, application: dict[str, Any] | None = None
) -> Finished:
    till = terminal({"tac_online": ONLINE_ON_FLOOR} | (application or {}))
    return paid(card, till, replace(PURCHASE, amount_minor=10000), issuer)


def test_what_the_issuer_declines_is_declined() -> None:
    finished = asked_online(EmvCard(extra=lenient()), Issuer(code=b"05"))
    assert (finished.outcome, finished.reverse) == (Outcome.DECLINED, False)
    assert finished.kept["9F27"] == "00"


def test_a_card_may_refuse_what_the_issuer_approved_and_that_is_reversed() -> None:
    decisions = iter([ARQC, AAC])
    finished = asked_online(
        EmvCard(extra=lenient(), decide=lambda asked: next(decisions)), Issuer()
    )
    assert (finished.outcome, finished.reverse) == (Outcome.DECLINED, True)


def test_a_false_issuer_is_noticed() -> None:
    card = EmvCard(profile=CDA | CVM | ISSUER_AUTH, extra=lenient())
    finished = asked_online(card, Issuer(lies=True))
    assert tvr(finished) == Tvr.ISSUER_AUTHENTICATION_FAILED | Tvr.FLOOR_LIMIT_EXCEEDED


@pytest.mark.parametrize(
    ("default", "outcome", "code"),
    [("0000000000", Outcome.APPROVED, b"Y3"), ("0000008000", Outcome.DECLINED, b"Z3")],
)
def test_without_the_issuer_the_default_codes_decide(
    default: str, outcome: Outcome, code: bytes
) -> None:
    finished = asked_online(EmvCard(extra=lenient(**{"9F0D": default})), None)
    assert finished.outcome is outcome
    assert bytes.fromhex(finished.kept["8A"]) == code


def test_an_issuer_without_action_codes_wants_to_be_asked_about_anything() -> None:
    till = terminal(**{"9F1B": "00000001"})
    assert paid(EmvCard(), till).outcome is Outcome.DECLINED  # nobody to be asked: FF as default
    assert paid(EmvCard(), till, issuer=Issuer()).outcome is Outcome.APPROVED


def test_denial_comes_before_everything() -> None:
    card = EmvCard(extra=lenient(**{"5F24": "261122", "9F0E": "0040000000"}))
    issuer = Issuer()
    finished = paid(card, issuer=issuer)
    assert finished.outcome is Outcome.DECLINED
    assert issuer.asked == []
    assert Tvr.EXPIRED in tvr(finished)


def script(template: str, *commands: str) -> bytes:
    parts = b"".join(tlv.encode("86", bytes.fromhex(it)) for it in commands)
    return tlv.encode(template, tlv.encode("9F18", b"ID01") + parts)


def test_scripts_run_before_and_after_the_last_word() -> None:
    before, after = "8424000001AA", "8424000101BB"
    card = EmvCard(extra=lenient())
    finished = asked_online(card, Issuer(scripts=script("72", after) + script("71", before)))
    assert finished.outcome is Outcome.APPROVED
    assert [it.hex().upper() for it in card.scripts] == [before, after]
    assert card.asked[-3:] == ["8424", "80AE", "8424"]
    assert finished.kept["9F5B"] == ("20" + b"ID01".hex().upper()) * 2
    assert int(finished.kept["9B"], 16) & 0x0400


def test_a_script_ends_at_the_first_command_that_the_card_refuses() -> None:
    commands = ("8424000001AA", "8499000001AA", "8424000001CC")
    card = EmvCard(extra=lenient())
    finished = asked_online(card, Issuer(scripts=script("71", *commands)))
    assert len(card.scripts) == 1
    assert finished.kept["9F5B"].startswith("12")
    assert Tvr.SCRIPT_FAILED_BEFORE_FINAL in tvr(finished)


# -- selection ---------------------------------------------------------------------------------

OTHER = AID[:5] + b"\x02\x02"


def test_without_a_directory_the_tills_own_list_is_tried_with_all_that_begin_so() -> None:
    card = EmvCard(has_pse=False, applications=((AID, 1), (OTHER, 2)), extra=lenient())
    finished = paid(card)
    assert finished.outcome is Outcome.APPROVED
    selects = [it for it in card.seen if it[:2] == b"\x00\xa4"]
    assert [it[3] for it in selects] == [0, 0, 2, 2, 0]


def test_the_cards_first_choice_is_taken_unless_it_wants_its_holders_word() -> None:
    card = EmvCard(applications=((AID, 2), (OTHER, 1)), extra=lenient())
    assert paid(card).kept["84"] == OTHER.hex().upper()
    card = EmvCard(applications=((AID, 2), (OTHER, 0x81)), extra=lenient())
    assert paid(card).kept["84"] == AID.hex().upper()
    card = EmvCard(applications=((AID, 0x81),), extra=lenient())
    assert paid(card).outcome is Outcome.ENDED


def test_the_holder_may_choose() -> None:
    card = EmvCard(applications=((AID, 0x81), (OTHER, 2)), extra=lenient())
    finished = run(contact.transaction(terminal(), PURCHASE), card.transmit, pick=lambda _: 1)
    assert finished.kept["84"] == OTHER.hex().upper()


def test_an_application_that_does_not_want_is_left_out_and_the_next_one_tried() -> None:
    class Choosy(EmvCard):
        def transmit(self, command: bytes) -> bytes:
            if command[:2] == b"\x80\xa8" and self.asked.count("80A8") == 0:
                self.seen.append(command)
                return b"\x69\x85"
            if command[:2] == b"\x00\xa4" and command[5:9] == b"1PAY":
                self._selected = False
            return super().transmit(command)

    card = Choosy(applications=((AID, 1), (OTHER, 2)), extra=lenient())
    assert paid(card).kept["84"] == OTHER.hex().upper()


@pytest.mark.parametrize(
    ("answers", "detail"),
    [
        ({"00A4": "6A81"}, "blocked"),
        ({"00A4": "6A82"}, "No application"),
        ({"80A8": "6A80"}, "start"),
        ({"80A8": "7704820201009000"}, "94 is missing"),
        ({"80AE": "6985"}, "no cryptogram"),
        ({"80AE": "9000"}, "neither"),
        ({"00B2020C": "9000"}, "not one template 70"),
        ({"00B2020C": "70035F34019000"}, "0 are left"),
        ({"00B2020C": "70045F3401019000"}, "5F34 twice"),
        ({"00B2020C": "70009000"}, "lacks 8C, 8D"),
        ({"00B2020C": "6A83"}, "cannot be read"),
    ],
)
def test_a_card_that_does_not_answer_as_it_must_ends_it(
    answers: dict[str, str], detail: str
) -> None:
    finished = paid(EmvCard(answers=answers, extra=lenient()))
    assert finished.outcome is Outcome.ENDED
    assert detail in finished.detail


def test_a_card_never_improves_on_what_it_was_asked_for() -> None:
    card = EmvCard(profile=0, extra=lenient(**{"9F0E": "8000000000"}), decide=lambda asked: 0x40)
    finished = paid(card)
    assert finished.outcome is Outcome.ENDED
    assert "better" in finished.detail


def test_old_cards_let_their_answers_be_fetched() -> None:
    card = EmvCard(extra=lenient())
    kept = b""

    def t0(command: bytes) -> bytes:
        nonlocal kept
        if command[:2] == b"\x00\xc0":
            return kept
        if command[:2] == b"\x00\xb2" and command[-1] == 0:
            kept = card.transmit(command)
            return kept if len(kept) == 2 else bytes([0x6C, (len(kept) - 2) % 256])
        if command[:2] == b"\x00\xb2":
            return kept
        answer = card.transmit(command)
        if len(answer) == 2:
            return answer
        kept = answer
        return bytes([0x61, (len(answer) - 2) % 256])

    assert run(contact.transaction(terminal(), PURCHASE), t0).outcome is Outcome.APPROVED


# -- cardholder --------------------------------------------------------------------------------


def verified(rules: str, purchase: Purchase = PURCHASE, **card: Any) -> Finished:
    return paid(EmvCard(cvm_list=rules, extra=lenient(**card)), purchase=purchase)


X = "00000BB800001388"


@pytest.mark.parametrize(
    ("rules", "results", "found"),
    [
        (X + "1F00", "1F0002", Tvr.NOTHING),
        (X + "1E00", "1E0000", Tvr.NOTHING),
        (X + "0000", "000001", Tvr.CVM_FAILED),
        (X + "42031F00", "1F0002", Tvr.NOTHING),
        (X + "42001F00", "1F0002", Tvr.PIN_PAD_MISSING),
        (X + "02001F00", "020001", Tvr.PIN_PAD_MISSING | Tvr.CVM_FAILED),
        (X + "6A001F00", "1F0002", Tvr.CVM_UNRECOGNISED),
        (X + "2A00", "2A0001", Tvr.CVM_UNRECOGNISED | Tvr.CVM_FAILED),
        (X + "1F01", "3F0001", Tvr.CVM_FAILED),
        (X + "41001F00", "1F0002", Tvr.PIN_NOT_ENTERED),
        (X + "1F06", "1F0602", Tvr.NOTHING),
        (X + "1E071F00", "1F0002", Tvr.NOTHING),
        (X + "1E051F02", "1F0202", Tvr.NOTHING),
    ],
)
def test_the_first_rule_that_fits_and_succeeds(rules: str, results: str, found: Tvr) -> None:
    finished = verified(rules, **{"9F42": "0980"})
    assert (finished.kept["9F34"], tvr(finished)) == (results, found)
    assert finished.wants_signature == (results[:2] == "1E")


CASH = 0x01


@pytest.mark.parametrize(
    ("rule", "kind", "terminal_type", "fits"),
    [
        ("5E03", 0x00, "22", True),
        ("5E01", CASH, "25", True),
        ("5E01", CASH, "22", False),
        ("5E01", 0x00, "25", False),
        ("5E04", CASH, "22", True),
        ("5E04", CASH, "25", False),
        ("5E04", 0x00, "22", False),
        ("5E05", 0x09, "22", True),
        ("5E02", 0x00, "22", True),
        ("5E02", CASH, "22", False),
        ("5E02", 0x09, "22", False),
        ("5E0A", 0x00, "22", False),
    ],
)
def test_a_condition_decides_whether_a_rule_is_looked_at(
    rule: str, kind: int, terminal_type: str, fits: bool
) -> None:
    card = EmvCard(cvm_list=X + rule + "1F00", extra=lenient())
    finished = paid(card, terminal(**{"9F35": terminal_type}), replace(PURCHASE, kind=kind))
    assert finished.kept["9F34"] == (rule + "00" if fits else "1F0002")
    assert finished.wants_signature == fits


@pytest.mark.parametrize(
    ("rule", "amount", "fits"),
    [
        ("5E06", 2999, True),
        ("5E06", 3000, False),
        ("5E07", 3001, True),
        ("5E07", 3000, False),
        ("5E08", 4999, True),
        ("5E08", 5000, False),
        ("5E09", 5001, True),
        ("5E09", 5000, False),
    ],
)
def test_amounts_of_the_list_are_limits(rule: str, amount: int, fits: bool) -> None:
    purchase = replace(PURCHASE, amount_minor=amount)
    finished = verified(X + rule + "1F00", purchase, **{"9F42": "0980"})
    assert finished.kept["9F34"] == (rule + "00" if fits else "1F0002")


def test_files_of_others_are_read_and_not_judged() -> None:
    """SFI 11 is no file of EMV: its records may hold anything, even what was said before."""
    locator = "0801010108020200" + "58010100"
    card = EmvCard(
        profile=0,
        extra=lenient(),
        answers={"80A8": f"771282020000940C{locator}9000", "00B2015C": "5A01009000"},
    )
    assert paid(card).outcome is Outcome.APPROVED
    assert bytes.fromhex("00B2015C00") in card.seen


def test_a_card_checks_the_pin_of_a_closed_loop_itself() -> None:
    assert verified(X + "0100", replace(PURCHASE, pin="1234")).kept["9F34"] == "010002"
    wrong = verified(X + "0100", replace(PURCHASE, pin="9999"))
    assert (wrong.kept["9F34"], tvr(wrong)) == ("010001", Tvr.CVM_FAILED)
    assert "9999" not in repr(replace(PURCHASE, pin="9999"))


def test_a_currency_that_is_not_the_cards_makes_its_amounts_say_nothing() -> None:
    assert verified(X + "1E061F00").kept["9F34"] == "1F0002"


def test_the_counters_are_asked_for_if_the_card_has_limits() -> None:
    card = EmvCard(extra=lenient(**{"9F14": "03", "9F23": "05"}), atc=19, last_online=15)
    finished = paid(card)
    assert Tvr.LOWER_OFFLINE_LIMIT_EXCEEDED in tvr(finished)
    assert card.asked.count("80CA") == 2


# -- a card that goes away, or is none ---------------------------------------------------------


def test_a_card_taken_away_at_any_moment_ends_it_and_an_approval_is_reversed() -> None:
    whole = EmvCard(profile=CDA | CVM | ISSUER_AUTH, extra=lenient())
    assert asked_online(whole, Issuer()).outcome is Outcome.APPROVED
    for lost_at in range(len(whole.seen)):
        card = EmvCard(profile=CDA | CVM | ISSUER_AUTH, extra=lenient(), lost_at=lost_at)
        issuer = Issuer()
        finished = asked_online(card, issuer)
        assert finished.outcome is Outcome.ENDED
        assert finished.reverse == bool(issuer.asked)


@given(st.lists(st.binary(max_size=40), max_size=30), st.integers(0, 9))
@settings(max_examples=100, deadline=None)
def test_no_card_makes_the_engine_stumble(answers: list[bytes], sound: int) -> None:
    card = EmvCard(extra=lenient())
    left = list(answers)

    def transmit(command: bytes) -> bytes:
        if len(card.seen) < sound or not left:
            return card.transmit(command)
        return left.pop()

    finished = run(contact.transaction(terminal(), PURCHASE), transmit)
    assert finished.outcome in Outcome
    assert "9804000000000010" not in repr(finished)


def test_a_card_without_end_is_ended() -> None:
    """Every record of every file is there, and more are promised than anybody reads."""
    locator = "0801FF00" * 8
    card = EmvCard(answers={"80A8": f"7728820200009420{locator}00009000"})

    def transmit(command: bytes) -> bytes:
        if card.asked.count("80A8") and command[:2] == b"\x00\xb2":
            return bytes.fromhex("70009000")
        return card.transmit(command)

    finished = run(contact.transaction(terminal(), PURCHASE), transmit)
    assert finished.outcome is Outcome.ENDED
    assert finished.detail == "The card does not come to an end"
    always_more = run(contact.transaction(terminal(), PURCHASE), lambda _: b"\x61\x05")
    assert always_more.outcome is Outcome.ENDED


# -- the table ---------------------------------------------------------------------------------


def test_the_table_leads_every_step_somewhere_and_all_to_the_end() -> None:
    assert set(contact.NEXT) == set(STEPS) == set(Step) - {Step.END}
    assert {went for ways in contact.NEXT.values() for went in ways} == set(Went)
    reached = {Step.SELECT}
    for _ in Step:
        reached |= {after for it in reached for after in contact.NEXT.get(it, {}).values()}
    assert reached == set(Step)


def test_a_scheme_key_is_taken_only_with_its_checksum() -> None:
    key = PublicKey(b"\x01" * 128, b"\x03")
    rid = AID[:5]
    digest = checksum(rid, 1, key)
    assert checked(rid, 1, key, digest) == CaKey(key)
    for wrong in ((rid, 2, key), (rid, 1, PublicKey(b"\x02" * 128, b"\x03"))):
        with pytest.raises(Malformed):
            checked(*wrong, digest)
