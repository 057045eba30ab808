"""`till inspect tlv` and its like in words: a technician sees what is meant, and no card number."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.cli import contract
from appliance.emv.tlv import encode
from appliance.emv.tvr import Tsi, Tvr
from appliance.inspect import emv_values
from appliance.inspect.emv_dictionary import bit_names, elements
from appliance.inspect.emv_words import WORDS
from appliance.malformed import Malformed

PAN = "9804000000000028"


def told(word: str, text: str) -> list[str]:
    out = io.BytesIO()
    assert contract.inspect_command((word, text), stdout=out) == 0
    return out.getvalue().decode().splitlines()


def test_a_tree_shows_names_nesting_and_meaning() -> None:
    assert told("tlv", "77 0A 9F27:01:40 82 02 5900 0000") == [
        "77  Answer, format 2",
        "    9F27  Cryptogram information data: 40: TC: approved offline",
        "    82  Application interchange profile (AIP): 5900",
        "        SDA supported",
        "        Cardholder verification supported",
        "        Terminal risk management to be performed",
        "        CDA supported",
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("9505800000C010", "Offline data authentication not performed"),
        ("9505800000C010", "Script failed after the final cryptogram"),
        ("9B02E800", "Terminal risk management performed"),
        ("9F07022900", "Valid for domestic services"),
        ("9F3303E0F8C8", "Enciphered PIN, checked by the card"),
        ("9F0D05F860AC8800", "Card on the terminal's exception file"),
        ("9F6604B600C080", "Verification on the customer's device supported"),
        ("9F4005F000F0A001", "Code table 1"),
        ("9F34031F0002", "result: successful"),
        ("9F27018A", "advice required"),
        ("9F27018A", "PIN try limit exceeded"),
        ("8E0A000003E8000000004403", "4403: Enciphered PIN, checked by the card,"),
        ("9403080101", "not readable, 3 bytes"),
        ("9A03261123", "9A  Transaction date: 2026-11-23"),
        ("9A03991123", "1999-11-23"),
        ("9A03AA1123", "not readable"),
        ("9F2103235959", "23:59:59"),
        ("9C0109", "Purchase with cashback"),
        ("9F350122", "Attended, offline with online capability, a merchant's"),
        ("9F1B0400001388", "Terminal floor limit: 5000"),
        ("8F0192", "8F  Scheme's public key index: 92"),
        ("4F08A000000004101001", "A000000004101001"),
        ("DF010101", "DF01  Unknown: 01"),
        ("500341071B", "Application label: A??"),
        ("87018F", "not without the cardholder's confirmation"),
        ("8C069F02069F3704", "9F37     4 bytes  Unpredictable number"),
        ("940408010201", "file 1: records 1 to 2, 1 of them signed"),
    ],
)
def test_values_are_told_in_words(text: str, line: str) -> None:
    assert any(line in it for it in told("tlv", text)), told("tlv", text)


def test_a_long_value_goes_over_several_lines() -> None:
    head, *rest = told("tlv", "908180" + "AB" * 128)
    assert head == "90  Issuer public key certificate: 128 bytes"
    assert [it.strip() for it in rest] == ["AB" * 32] * 4


def test_an_answer_ends_with_its_status_in_words() -> None:
    assert told("response", "9000") == ["9000  done"]
    assert told("response", "6a83") == ["6A83  no such record"]
    assert told("response", "63C2") == ["63C2  wrong PIN, 2 tries left"]
    assert told("response", "6110") == ["6110  16 more bytes to be fetched"]
    assert told("response", "6C1A") == ["6C1A  wrong length, 26 is right"]
    assert told("response", "6FFF") == ["6FFF  unknown"]


def test_a_command_before_the_answer_opens_its_format_1() -> None:
    assert told("response", "80AE8000/800B40000111223344AABBCCDD9000") == [
        "80  Answer, format 1: 11 bytes",
        "    9F27  Cryptogram information data: 40: TC: approved offline",
        "    9F36  Application transaction counter (ATC): 1",
        "    9F26  Application cryptogram: 11223344AABBCCDD",
        "9000  done",
    ]
    assert "slash" in told("response", "800B40000111223344AABBCCDD9000")[-1]


def test_lists_are_told_line_by_line() -> None:
    assert told("dol", "9F0206 DF0101") == [
        "2 elements, 7 bytes",
        "9F02     6 bytes  Amount, authorised",
        "DF01     1 bytes  Unknown",
    ]
    assert told("afl", "10010402") == [
        "1 files",
        "file 2: records 1 to 4, 2 of them signed",
    ]
    assert told("cvm", "000003E800000000 5E06")[1] == (
        "5E06: Signature, if the amount is under X in the card's currency;"
        " if it does not succeed, go on with the next"
    )


def test_an_application_is_told_with_what_it_asks_for_and_lists() -> None:
    text = (
        "6F308407F04B52414D0001A52550074B52414D2D49448701829F38069F02069F3704"
        "BF0C0D610B4F06F04B52414D02870103"
    )
    assert told("fci", text) == [
        "F04B52414D0001  KRAM-ID  (priority 2)",
        "asks for:",
        "    9F02     6 bytes  Amount, authorised",
        "    9F37     4 bytes  Unpredictable number",
        "lists:",
        "    F04B52414D02  (priority 3)",
    ]


def test_a_track_shows_no_more_than_first_six_and_last_four() -> None:
    assert told("track2", PAN + "D3012620123456789F") == [
        "980400******0028",
        "expires 12/30",
        "service code 620",
        "9 more digits, not shown",
    ]
    assert told("track2", "98040012D3012620")[0] == "****0012"


@pytest.mark.parametrize("word", sorted(WORDS))
def test_what_cannot_be_read_is_told_and_ends_with_1(
    word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert contract.inspect_command((word, "5Z")) == 1
    assert "hexadecimal" in capsys.readouterr().err


WHERE = st.sampled_from(
    "5A 57 9F6B 56 99 9F1F 9F20 50 5F20 9F10 9F7C DF01 9F02 80 9F36 81 5F34 84 9F06 86".split()
)
NUMBERS = st.from_regex("[2-9][0-9]{12,18}", fullmatch=True).filter(lambda it: len(set(it)) > 2)


@given(WHERE, NUMBERS, st.sampled_from(["packed", "shifted", "ascii", "track"]), st.booleans())
@settings(deadline=None)
def test_no_form_of_a_card_number_is_printed(tag: str, pan: str, form: str, nested: bool) -> None:
    nibbles = {"packed": pan, "shifted": "F" + pan, "track": pan + "D3012620123"}
    text = pan.encode().hex() if form == "ascii" else nibbles[form]
    data = encode(tag, bytes.fromhex(text + "F" * (len(text) % 2)))
    if nested:
        data = encode("70", data)
    printed = WORDS["tlv"](data.hex()).replace(" ", "").replace("\n", "")
    middle = pan[6:-4]
    assert pan not in printed
    assert pan.encode().hex() not in printed.lower()
    assert middle + pan[-4:] not in printed


@given(st.binary(max_size=40))
@settings(deadline=None)
def test_no_bytes_make_it_stumble(data: bytes) -> None:
    for word in WORDS.values():
        try:
            word(data.hex())
        except Malformed:
            continue


@given(st.sampled_from(sorted(elements())), st.binary(max_size=24))
@settings(deadline=None)
def test_no_value_makes_an_element_stumble(tag: str, value: bytes) -> None:
    assert emv_values.lines(tag, value)


def test_every_element_is_shown_in_a_way_there_is() -> None:
    plain = {it.kind for it in elements().values() if not it.kind.startswith("bits ")}
    assert plain - {"hex"} == set(emv_values._KINDS)
    fields = {it.kind.split()[1] for it in elements().values() if it.kind.startswith("bits ")}
    assert fields == set(bit_names())


@pytest.mark.parametrize(("tag", "flags", "length"), [("95", Tvr, 5), ("9B", Tsi, 2)])
def test_the_kernels_bits_are_those_of_the_dictionary(
    tag: str, flags: type[Tvr | Tsi], length: int
) -> None:
    places = {
        f"{length - (bit.bit_length() - 1) // 8}.{(bit.bit_length() - 1) % 8 + 1}"
        for bit in (it.value for it in flags)
        if bit
    }
    assert places == set(bit_names()[tag])
