"""The shop's own chip cards pay over real middleware: pcscd with a virtual reader, nfcpy's radio."""

import threading
from contextlib import contextmanager

import pytest

from appliance.core.devices import CardRefused, CardTrouble, Scanned
from appliance.core.facts import TenderOutcome, TenderType
from appliance.drivers.cards import ca_key, chip
from appliance.drivers.cards.boundary import CardKey, load_key
from appliance.dukpt import aes
from appliance.emv.recovery import PublicKey
from appliance.payments.dialogue import Errand
from appliance.payments.iso8583.driver import ClosedLoopDialogue, Settings
from appliance.payments.iso8583.ledger import Ledger
from appliance.payments.line import line_to
from appliance.payments.port import Intent
from hw_sim import emv_card
from hw_sim.card_files import Card, fci
from hw_sim.closed_loop_host import AID, BDK, ClosedLoopHost, chip_card, copied_card
from hw_sim.nfc_tag import Type4Tag
from hw_sim.pcsc import READER

KSN = bytes.fromhex("123456789012345600000000")
UID = bytes.fromhex("A1B2C3D4")
CONTACT = {"category": "SmartCardReader", "driver": "pcsc", "reader": READER}


@pytest.fixture
def at_reader(start, till, tmp_path):
    """A till with its reader, its keys and its host."""

    @contextmanager
    def with_(**settings):
        load_key(tmp_path, "cards", CardKey("aes", KSN, aes.initial_key(BDK, aes.Serial.read(KSN))))
        public = PublicKey(emv_card.CA.modulus, emv_card.CA.exponent)
        ca_key.load(tmp_path, ca_key.line_of(emv_card.RID, emv_card.CA_INDEX, public, "351231"))
        reader = start(aid=AID.hex(), **settings)
        till.wait_ready()
        with ClosedLoopHost() as host:
            ledger = Ledger(tmp_path / "loop.db")
            quick = Settings("KRAM0001", answer_s=5.0, card_s=10.0)
            dialogue = ClosedLoopDialogue(line_to(host.url), ledger, quick, lambda: reader)
            dialogue.connect()
            yield host, dialogue
            dialogue.disconnect()
            ledger.close()

    return with_


def errand(tender=1, amount=4690):
    return Errand(Intent(f"K7-1-1-{tender}", 1, tender, TenderType.CARD, amount, "UAH"))


def charged(host):
    return [it.amount_minor for it in host.ledger if not it.reversed]


@pytest.mark.xdist_group("pcscd")
def test_a_card_in_the_slot_pays_and_hears_its_issuer(at_reader, till, hold):
    with at_reader(**CONTACT) as (host, dialogue):
        shown = chip_card()
        hold(shown.transmit)
        assert [dialogue.pay(errand(it)).outcome for it in (1, 2)] == [TenderOutcome.APPROVED] * 2
        assert charged(host) == [4690, 4690]
        assert shown.issuer_trusted
        assert len(set(host.ksns)) == 2
        # By itself the card waits in the slot without a word.
        assert not till.all(Scanned)
        assert not till.all(CardRefused)


@pytest.mark.xdist_group("pcscd")
def test_a_copied_card_in_the_slot_is_declined(at_reader, hold):
    with at_reader(**CONTACT) as (host, dialogue):
        hold(copied_card().transmit)
        answer = dialogue.pay(errand())
        assert (answer.outcome, answer.detail) == (TenderOutcome.DECLINED, chip.COPY)
        assert charged(host) == []


@pytest.mark.xdist_group("pcscd")
def test_a_card_pulled_while_its_issuer_is_asked_is_not_charged(at_reader, hold):
    with at_reader(**CONTACT) as (host, dialogue):
        pulled = None

        def pull(proof):
            pulled.pull()
            return proof

        host.arpc = pull
        pulled = hold(chip_card().transmit)
        assert dialogue.pay(errand()).outcome is TenderOutcome.DECLINED
        assert charged(host) == []


@pytest.mark.xdist_group("pcscd")
def test_another_card_goes_its_own_way_while_a_payment_waits_and_is_told_once(
    at_reader, till, hold
):
    with at_reader(**CONTACT) as (host, dialogue):
        answers = []
        paying = threading.Thread(target=lambda: answers.append(dialogue.pay(errand())))
        paying.start()
        visa = bytes.fromhex("A0000000031010")
        other = hold(Card({b"2PAY.SYS.DDF01": fci(b"2PAY.SYS.DDF01"), visa: fci(visa)}))
        assert till.wait(CardRefused)[0].trouble is CardTrouble.BANK_CARD
        other.take_out()
        hold(chip_card().transmit)
        paying.join(10)
        assert [it.outcome for it in answers] == [TenderOutcome.APPROVED]
        assert charged(host) == [4690]
        assert len(till.all(CardRefused)) == 1


def test_a_tapped_card_pays_and_its_issuer_decides_alone(at_reader, port):
    path = f"udp:127.0.0.1:{port}"
    with at_reader(category="ContactlessReader", driver="nfcpy", path=path, kinds="106A") as (
        host,
        dialogue,
    ):
        shown = chip_card()
        with Type4Tag(port, UID, shown.transmit):
            assert dialogue.pay(errand()).outcome is TenderOutcome.APPROVED
        assert charged(host) == [4690]
        assert shown.asked.count("80AE") == 1
        with Type4Tag(port, UID, copied_card().transmit):
            assert dialogue.pay(errand(2)).detail == chip.COPY
        assert charged(host) == [4690]
