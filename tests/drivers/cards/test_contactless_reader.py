"""The contactless reader's driver over nfcpy's radio by UDP."""

import errno

import ndef
import nfc
import pytest

from appliance.codes.unguessable import new_code
from appliance.core.barcode.own import OwnKind
from appliance.core.devices import CardRefused, CardTrouble, Problem, Scanned
from appliance.drivers.options import ConfigError
from appliance.drivers.registry import create
from hw_sim.card_files import PPSE, Card, fci
from hw_sim.nfc_tag import Type2Tag, Type3Tag, Type4Tag

UID4, UID7, UID8 = (bytes.fromhex(it) for it in ("A1B2C3D4", "04A1B2C3D4E5F6", "02FE010203040506"))


@pytest.fixture
def reader(port, start, till):
    def with_(kinds="106A", **settings):
        path = f"udp:127.0.0.1:{port}"
        driver = start(
            category="ContactlessReader", driver="nfcpy", path=path, kinds=kinds, **settings
        )
        till.wait_ready()
        return driver

    return with_


def text(code):
    return b"".join(ndef.message_encoder([ndef.TextRecord(code)]))


def test_a_tag_of_type_2_says_the_shops_code(reader, port, till):
    reader()
    code = new_code(OwnKind.VOUCHER).text
    link = b"".join(ndef.message_encoder([ndef.UriRecord(f"https://shop.example/{code}")]))
    with Type2Tag(port, UID7, link):
        assert till.wait(Scanned)[0].data == code


def test_a_tag_of_type_3_says_the_shops_code(reader, port, till):
    reader("212F")
    code = new_code(OwnKind.GIFT_CARD).text
    with Type3Tag(port, UID8, text(code)):
        assert till.wait(Scanned)[0].data == code


def test_a_phone_of_type_4_says_the_shops_code(reader, port, till):
    reader()
    with Type4Tag(port, UID4, Card(message=text("Картка 17"))):
        assert till.wait(Scanned)[0].data == "Картка 17"


def test_a_tag_without_a_message_is_known_by_its_number(reader, port, till):
    reader()
    with Type2Tag(port, UID7, None):
        assert till.wait(Scanned)[0].data == "uid:04A1B2C3D4E5F6"


def test_a_number_counts_only_where_the_shop_wants_it(reader, port, till):
    reader(uid=False)
    with Type2Tag(port, UID7, None):
        assert till.wait(CardRefused)[0].trouble is CardTrouble.EMPTY


def test_a_bank_card_is_sent_to_the_terminal_and_nothing_of_it_is_read(reader, port, till):
    reader()
    visa = bytes.fromhex("A0000000031010")
    card = Card({PPSE: fci(PPSE), visa: fci(visa, "VISA")})
    with Type4Tag(port, UID4, card) as tag:
        assert till.wait(CardRefused)[0].trouble is CardTrouble.BANK_CARD
    assert not any(visa in command for command in tag.commands)


def test_a_tag_that_stays_is_one_touch(reader, port, till):
    reader()
    with Type2Tag(port, UID7, text("AAAA1111")):
        till.wait(Scanned)
    with Type2Tag(port, UID7, text("BBBB2222")):
        till.wait(Scanned, 2)
    assert [scan.data for scan in till.all(Scanned)] == ["AAAA1111", "BBBB2222"]


class Unplugged(nfc.ContactlessFrontend):
    """The radio of nfcpy whose USB cable comes out: what libusb says then is all that is played."""

    out = False

    def open(self, path):
        if Unplugged.out:
            return False
        return super().open(path)

    def sense(self, *targets, **options):
        if Unplugged.out:
            raise OSError(errno.ENODEV, "No such device")
        return super().sense(*targets, **options)


def test_a_reader_pulled_out_is_told_and_found_again(reader, port, till, monkeypatch):
    monkeypatch.setattr(nfc, "ContactlessFrontend", Unplugged)
    monkeypatch.setattr(Unplugged, "out", False)
    driver = reader()
    Unplugged.out = True
    till.wait_problem(Problem.UNPLUGGED)
    Unplugged.out = False
    driver.nudge()
    till.wait_ready(2)
    monkeypatch.setattr(nfc, "ContactlessFrontend", Unplugged.__base__)
    with Type2Tag(port, UID7, text("AAAA1111")):
        assert till.wait(Scanned)[0].data == "AAAA1111"


def test_an_unknown_kind_of_radio_is_told_when_the_till_starts():
    with pytest.raises(ConfigError, match="kinds"):
        create({"name": "x", "category": "ContactlessReader", "driver": "nfcpy", "kinds": "13M"})
