"""What `till inspect card` shows of a card, and what it never shows."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from appliance.cli.cards import text_of
from appliance.drivers.cards.look import look_at, masked
from hw_sim.card_files import DONE, PPSE, Card, fci, tlv

AID = bytes.fromhex("A0000000031010")
PSE = b"1PAY.SYS.DDF01"
PAN = "4761739001010119"
"""A published test card."""
RECORD = tlv(
    "70",
    tlv("57", bytes.fromhex(PAN + "D22122011000000000")),
    tlv("5A", bytes.fromhex(PAN)),
    tlv("5F20", b"TEST/CARD"),
    tlv("5F24", bytes.fromhex("221231")),
)
ENTRY = tlv("61", tlv("4F", AID), tlv("50", b"VISA CREDIT"), tlv("87", b"\x01"))


class Scheme(Card):
    """A test card of a scheme: options, then one record."""

    def __call__(self, command):
        if command[:2] == b"\x80\xa8":
            self.asked = command
            return tlv("77", tlv("82", b"\x19\x80"), tlv("94", bytes.fromhex("08010100"))) + DONE
        return super().__call__(command)


def contactless():
    pdol = tlv("9F38", bytes.fromhex("9F02065F2A02"))
    return Scheme(
        {PPSE: fci(PPSE, inside=tlv("BF0C", ENTRY)), AID: fci(AID, "VISA CREDIT", pdol)},
        {(AID, 1, 1): RECORD},
        uid=bytes.fromhex("11223344"),
    )


def test_a_contactless_card_shows_its_applications_and_that_it_has_expired():
    card = contactless()
    said = text_of(look_at(card), date(2026, 11, 29))
    assert said.splitlines() == [
        "Number of the card: 11223344",
        "Directory: 2PAY.SYS.DDF01",
        "A0000000031010  VISA CREDIT",
        "    476173******0119",
        "    expired 2022-12",
    ]
    assert card.asked == bytes.fromhex("80A800000A8308") + bytes(8) + b"\x00"


def test_a_contact_card_lists_its_applications_in_records():
    card = Scheme(
        {PSE: fci(PSE, inside=tlv("88", b"\x01")), AID: fci(AID)},
        {(PSE, 1, 1): tlv("70", ENTRY), (AID, 1, 1): RECORD},
    )
    said = text_of(look_at(card), date(2020, 1, 1))
    assert "Directory: 1PAY.SYS.DDF01" in said
    assert "good until 2022-12" in said


def test_nothing_but_the_first_six_and_last_four_digits_leaves():
    look = look_at(contactless())
    for said in (repr(look), text_of(look, date(2026, 1, 1))):
        assert PAN not in said
        assert PAN[:7] not in said
        assert PAN[-5:] not in said
        assert "TEST/CARD" not in said
        assert "2011000" not in said


@given(st.text("0123456789", min_size=1, max_size=19))
def test_a_mask_never_leaves_more_than_ten_digits(number):
    said = masked(number)
    assert len(said) == len(number)
    assert sum(it != "*" for it in said) <= max(4, min(10, len(number) - 1))


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_a_card_of_noise_is_no_crash(first, second):
    look_at(Scheme({PPSE: first, PSE: second, AID: second}, {(AID, 1, 1): first}))
    listing = fci(PPSE, inside=tlv("BF0C", ENTRY))
    look_at(Scheme({PPSE: listing, AID: first}, {(AID, 1, 1): second}))


def test_a_card_of_nobody_says_so():
    assert "no application" in text_of(look_at(Card()), date(2026, 1, 1))
