"""The shop's own chip cards pay with their own keys; a copy, a torn card and a false host do not."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading

import pytest

from appliance.core.facts import TenderOutcome
from appliance.drivers.cards import chip
from appliance.emv.engine.terms import CardLost
from appliance.payments.iso8583.authorisation import SAID
from appliance.payments.iso8583.driver import NOT_CONFIRMED, ClosedLoopDialogue
from appliance.payments.iso8583.ledger import Ledger, State
from appliance.payments.line import LineLost, line_to
from hw_sim import emv_secrets
from hw_sim.card_files import tlv
from hw_sim.card_slot import CardSlot
from hw_sim.closed_loop_host import AID, ClosedLoopHost, card, chip_card, copied_card
from hw_sim.emv_card import CDA, CDOL1, DDA, SDA
from hw_sim.terminal import Temper

from .closed_loop import QUICK, data_of, new_data
from .conformance import ASKED_MINOR, live
from .test_closed_loop import at_host, errand

APPROVED, DECLINED = TenderOutcome.APPROVED, TenderOutcome.DECLINED


def charged(host):
    return [it.amount_minor for it in live(host)]


@pytest.mark.parametrize("tapped", [False, True], ids=["put in", "held to"])
@pytest.mark.parametrize("proof", [CDA, DDA, CDA | DDA | SDA])
def test_a_chip_card_proves_itself_to_the_till_and_to_its_issuer(proof, tapped):
    shown = chip_card(profile=proof | 0x04)
    with at_host(shown.transmit, tapped=tapped) as (host, dialogue, _, _slot):
        assert dialogue.pay(errand()).outcome is APPROVED
        assert charged(host) == [ASKED_MINOR]
    told = host.chips[0]
    assert (told["9F27"], int(told["9F02"].hex())) == (b"\x80", ASKED_MINOR)
    assert not {"57", "5A", "5F24", "5F20"} & set(told)
    assert shown.asked.count("80AE") == (1 if tapped else 2)
    assert shown.issuer_trusted is not tapped


def test_a_tapped_card_that_answers_at_once_is_checked_by_its_issuer():
    shown = chip_card(fast=True, pdol=bytes.fromhex("9F6604") + CDOL1)
    with at_host(shown.transmit, tapped=True) as (host, dialogue, _, slot):
        assert dialogue.pay(errand()).outcome is APPROVED
        assert "80AE" not in shown.asked
        slot.card = copied_card(fast=True, pdol=shown.pdol).transmit
        answer = dialogue.pay(errand(tender=2))
        assert (answer.outcome, answer.detail) == (DECLINED, SAID["63"])
        assert charged(host) == [ASKED_MINOR]


@pytest.mark.parametrize("tapped", [False, True], ids=["put in", "held to"])
def test_a_copied_card_is_declined_before_anybody_is_asked(tapped):
    shown = copied_card()
    with at_host(shown.transmit, tapped=tapped) as (host, dialogue, _, _slot):
        answer = dialogue.pay(errand())
        assert (answer.outcome, answer.detail) == (DECLINED, chip.COPY)
        assert "0200" not in host.heard


def test_a_copy_with_a_signature_but_without_the_secret_is_found_by_the_host():
    forged = chip_card(secret=emv_secrets.Secret(bytes(16), b"\0\0"))
    with at_host(forged.transmit) as (host, dialogue, _, _slot):
        answer = dialogue.pay(errand())
        assert (answer.outcome, answer.detail) == (DECLINED, SAID["63"])
        assert charged(host) == []


def test_a_card_whose_data_can_be_copied_whole_is_not_taken():
    with at_host(chip_card(profile=SDA).transmit) as (host, dialogue, _, _slot):
        assert dialogue.pay(errand()).detail == chip.COPY
        assert "0200" not in host.heard


def test_an_expired_card_is_told_so():
    shown = chip_card(extra={"5F24": "200131"})
    with at_host(shown.transmit) as (host, dialogue, _, _slot):
        assert dialogue.pay(errand()).detail == chip.EXPIRED
        assert "0200" not in host.heard


@pytest.mark.parametrize("tapped", [False, True], ids=["put in", "held to"])
def test_a_static_card_is_taken_where_shop_and_host_say_so_alone(tapped):
    for till_takes, host_takes, said in (
        (False, True, chip.COPY),
        (True, False, SAID["63"]),
        (True, True, ""),
    ):
        with at_host(card(), static=till_takes, tapped=tapped) as (host, dialogue, _, _slot):
            host.static = host_takes
            answer = dialogue.pay(errand())
            assert answer.detail == said
            assert charged(host) == ([] if said else [ASKED_MINOR])


def test_a_card_torn_away_before_any_command_is_never_charged_without_the_till_knowing():
    whole = chip_card()
    with at_host(whole.transmit) as (_host, dialogue, _, _slot):
        dialogue.pay(errand())
    ends = []
    for place in range(len(whole.seen) + 1):
        shown = chip_card(lost_at=place)
        with at_host(shown.transmit, card_s=0.15) as (host, dialogue, ledger, _slot):
            answer = dialogue.pay(errand())
            assert charged(host) == ([ASKED_MINOR] if answer.outcome is APPROVED else [])
            assert ledger.reversing() == []
            entry = ledger.of(errand().intent.id)
            ends.append((answer.outcome, entry and entry.state))
    before = ends.index((DECLINED, State.REVERSED))
    assert ends[:before] == [(TenderOutcome.CANCELLED, None)] * before
    assert ends[before:-1] == [(DECLINED, State.REVERSED)] * 2  # its issuer, its last word
    assert ends[-1] == (APPROVED, State.APPROVED)


def test_a_card_torn_away_and_held_again_pays_once():
    shown, turns = chip_card(), iter((6, 99))

    def shaky(command):
        if command[:2] == b"\x00\xa4" and not shown.seen:
            shown.lost_at = next(turns)
        try:
            return shown.transmit(command)
        except CardLost:
            shown.seen.clear()
            raise

    with at_host(shaky) as (host, dialogue, _, _slot):
        assert dialogue.pay(errand()).outcome is APPROVED
        assert charged(host) == [ASKED_MINOR]


def test_a_host_that_cannot_prove_itself_is_not_believed_by_the_card():
    shown = chip_card()
    with at_host(shown.transmit) as (host, dialogue, ledger, _slot):
        host.arpc = lambda proof: bytes(len(proof))
        answer = dialogue.pay(errand())
        assert (answer.outcome, answer.detail) == (DECLINED, NOT_CONFIRMED)
        assert charged(host) == []
        assert ledger.reversing() == []


def test_the_issuers_scripts_reach_the_card_before_and_after_its_last_word():
    first, last = bytes.fromhex("8424000001AA"), bytes.fromhex("8424000002BB")
    shown = chip_card()
    with at_host(shown.transmit) as (host, dialogue, _, _slot):
        host.scripts = tlv("71", tlv("86", first)) + tlv("72", tlv("86", last))
        assert dialogue.pay(errand()).outcome is APPROVED
    assert shown.scripts == [first, last]
    kinds = [it[:2].hex() for it in shown.seen]
    assert (
        kinds.index("8424") < len(kinds) - 1 - kinds[::-1].index("80ae") < kinds.index("8424") + 2
    )


def test_where_no_answer_comes_the_card_declines_and_the_host_takes_it_back():
    shown = chip_card()
    with at_host(shown.transmit) as (host, dialogue, _, _slot):
        host.next.append(Temper("charge_silently"))
        with pytest.raises(LineLost):
            dialogue.pay(errand())
        assert shown.seen[-1][:3] == b"\x80\xae\x00"  # a declining cryptogram is the last word
        assert dialogue.inquire(errand()).outcome is DECLINED
        assert charged(host) == []


def test_money_goes_back_onto_a_card_that_proved_itself():
    with at_host() as (host, dialogue, _, _slot):
        assert dialogue.refund(errand(-2000)).outcome is APPROVED
        assert [(it.kind, it.amount_minor) for it in host.ledger] == [("refund", 2000)]
        assert host.chips[0]["9C"] == b"\x20"


def test_a_till_without_the_key_of_the_cards_says_which_command_loads_it():
    with at_host() as (host, dialogue, _, _slot):
        for path in data_of(host.url).glob("card-keys/*.ca"):
            path.unlink()
        answer = dialogue.pay(errand())
        assert answer.outcome is DECLINED
        assert "till card-ca" in answer.detail
        assert "0200" not in host.heard


def pay_and_die_at_the_card(url, data, pipe):
    """A till that is killed when the host has approved, and the card is about to hear of it."""
    shown = chip_card()

    def stuck(command):
        if command[:2] == b"\x00\x82":
            os.write(pipe, b"!")
            threading.Event().wait()
        return shown.transmit(command)

    slot = CardSlot("slot", data, AID, stuck)
    slot.open(lambda _message: None)
    dialogue = ClosedLoopDialogue(line_to(url), Ledger(data / "loop.db"), QUICK, lambda: slot)
    dialogue.connect()
    dialogue.pay(errand())


def test_a_till_killed_between_the_hosts_approval_and_the_cards_last_word_takes_it_back():
    with ClosedLoopHost() as host:
        data = new_data(host.url)
        reading, writing = os.pipe()
        process = multiprocessing.get_context("fork").Process(
            target=pay_and_die_at_the_card, args=(host.url, data, writing)
        )
        process.start()
        os.close(writing)
        assert os.read(reading, 1) == b"!"
        assert charged(host) == [ASKED_MINOR]
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        os.close(reading)
        dialogue = ClosedLoopDialogue(
            line_to(host.url), Ledger(data / "loop.db"), QUICK, lambda: None
        )
        dialogue.connect()
        assert dialogue.inquire(errand()).outcome is DECLINED
        assert charged(host) == []
        dialogue.disconnect()
