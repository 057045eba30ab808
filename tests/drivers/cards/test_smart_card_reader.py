"""The chip card reader's driver over a real pcscd and a virtual reader."""

import ndef
import pytest

from appliance.codes.unguessable import new_code
from appliance.core.barcode.own import OwnKind
from appliance.core.devices import CardRefused, CardTrouble, Problem, Scanned
from appliance.drivers.options import ConfigError
from appliance.drivers.registry import create
from hw_sim.card_files import PPSE, Card, fci, tlv
from hw_sim.pcsc import READER, ChipCard

pytestmark = pytest.mark.xdist_group("pcscd")


def text(code):
    return b"".join(ndef.message_encoder([ndef.TextRecord(code)]))


@pytest.fixture
def reader(pcscd, start, till):
    driver = start(category="SmartCardReader", driver="pcsc", reader=READER)
    till.wait_ready()
    return driver


def scans(till):
    return [scan.data for scan in till.all(Scanned)]


def test_a_card_with_the_shops_code_is_a_scanned_code(reader, till, hold):
    code = new_code(OwnKind.BADGE).text
    hold(Card(message=text(code)))
    assert till.wait(Scanned)[0].data == code


def test_a_long_message_is_read_piece_by_piece(reader, till, hold):
    code = "X" * 500
    hold(Card(message=text(code), read_max=40))
    assert till.wait(Scanned)[0].data == code


def test_a_card_in_the_slot_is_one_touch_until_it_is_put_in_again(reader, till, hold):
    first = hold(Card(message=text("AAAA1111")))
    till.wait(Scanned, 1)
    first.take_out()
    hold(Card(message=text("BBBB2222")))
    till.wait(Scanned, 2)
    assert scans(till) == ["AAAA1111", "BBBB2222"]


def test_a_card_changed_quicker_than_the_service_looks_is_another_touch(reader, till, hold):
    first = hold(Card(message=text("AAAA1111")))
    till.wait(Scanned, 1)
    other = ChipCard(Card(message=text("BBBB2222")))
    first.swap(other)
    try:
        till.wait(Scanned, 2)
    finally:
        other.take_out()


def test_a_card_without_a_message_is_known_by_its_number(reader, till, hold):
    hold(Card(uid=bytes.fromhex("04A1B2C3D4E5F6")))
    assert till.wait(Scanned)[0].data == "uid:04A1B2C3D4E5F6"


def test_a_phone_that_makes_up_its_number_is_told_so(reader, till, hold):
    hold(Card(uid=bytes.fromhex("08A1B2C3")))
    assert till.wait(CardRefused)[0].trouble is CardTrouble.CHANGING_NUMBER


def test_a_bank_card_is_sent_to_the_terminal_and_nothing_of_it_is_read(reader, till, hold):
    visa = bytes.fromhex("A0000000031010")
    card = Card({PPSE: fci(PPSE), visa: fci(visa, "VISA")}, uid=bytes.fromhex("11223344"))
    chip = hold(card)
    assert till.wait(CardRefused)[0].trouble is CardTrouble.BANK_CARD
    assert not any(visa in command for command in chip.commands)
    assert not till.all(Scanned)


def test_a_card_pulled_in_the_middle_says_to_hold_it_still(reader, till, hold):
    chip = ChipCard(Card(message=text("X" * 500), read_max=40))
    chip.gone_after = 6
    chip.insert()
    assert till.wait(CardRefused)[0].trouble is CardTrouble.UNREAD
    hold(Card(message=text("AAAA1111")))
    assert till.wait(Scanned)[0].data == "AAAA1111"


def test_the_card_service_that_ends_is_told_and_found_again(reader, pcscd, till, hold):
    pcscd.stop()
    till.wait_problem(Problem.NO_ANSWER)
    pcscd.start()
    reader.nudge()
    till.wait_ready(2)
    hold(Card(message=text("AAAA1111")))
    assert till.wait(Scanned)[0].data == "AAAA1111"


def test_a_reader_that_is_not_there_is_missing(pcscd, start, till):
    start(category="SmartCardReader", driver="pcsc", reader="ACR122U")
    till.wait_problem(Problem.UNPLUGGED)


def test_a_wrong_aid_is_told_when_the_till_starts():
    with pytest.raises(ConfigError, match="aid"):
        create({"name": "x", "category": "SmartCardReader", "driver": "pcsc", "aid": "F0"})


def test_a_technician_sees_what_a_card_in_the_slot_has(reader, hold):
    visa = bytes.fromhex("A0000000031010")
    listing = fci(PPSE, inside=tlv("BF0C", tlv("61", tlv("4F", visa), tlv("50", b"VISA"))))
    hold(Card({PPSE: listing, visa: fci(visa)}))
    look = reader.await_look(lambda: False)
    assert [(it.aid, it.label) for it in look.applications] == [("A0000000031010", "VISA")]
