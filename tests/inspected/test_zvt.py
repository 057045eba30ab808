"""ZVT as `till inspect` answers it: each sentence of the norm that a terminal's bytes depend on."""

from __future__ import annotations

import binascii
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.inspect.ops import answer


def zvt(hexed: str, **more: str) -> dict[str, Any]:
    return answer({"op": "zvt", "hex": hexed, **more})


def apdu(control: str, data: str) -> str:
    """Written here by hand: the tests' own second opinion of the length."""
    length = len(data) // 2
    head = f"{length:02X}" if length < 255 else f"FF{length & 255:02X}{length >> 8:02X}"
    return control + head + data


def fields(control: str, data: str, **more: str) -> dict[str, Any]:
    got = zvt(apdu(control, data), **more)
    assert "error" not in got, got
    return dict(got["fields"])


def refused(question: dict[str, Any]) -> bool:
    return list(answer(question)) == ["error"]


def bad(control: str, data: str, **more: str) -> bool:
    return refused({"op": "zvt", "hex": apdu(control, data), **more})


FIXED = {
    1: "01 02 03 05 19 27 8A 8C A0 D0 D2 D3 E0 E9 EA F0 F9 FA FB FC",
    2: "0D 0E 17 3A 49 87",
    3: "0B 0C 37 3D 88 AA",
    4: "29",
    5: "BA",
    6: "04",
    8: "3B EB",
    15: "2A",
}
LL = "22 23 2D 8B A7 D1 E1 E2 E3 E4 E5 E6 E7 E8 F1 F2 F3 F4 F5 F6 F7 F8".split()
LLL = "24 2E 3C 60 92 9A AF".split()
ALL = {tag for tags in FIXED.values() for tag in tags.split()} | set(LL) | set(LLL) | {"06"}


@pytest.mark.parametrize(("length", "tag"), [(n, tag) for n in FIXED for tag in FIXED[n].split()])
def test_a_tag_of_fixed_length_takes_its_bytes_and_no_fewer(length: int, tag: str) -> None:
    assert zvt(apdu("06FF", tag + "00" * length))["bmp"] == [[tag, "00" * length]]
    assert bad("06FF", tag + "00" * (length - 1))


@pytest.mark.parametrize("tag", LL)
def test_a_tag_of_two_digits_reads_them(tag: str) -> None:
    assert zvt(apdu("06FF", f"{tag}F1F2" + "31" * 12))["bmp"] == [[tag, "31" * 12]]
    assert zvt(apdu("06FF", f"{tag}F0F0"))["bmp"] == [[tag, ""]]
    assert bad("06FF", f"{tag}F1F2" + "31" * 11)
    assert bad("06FF", f"{tag}F1")
    assert bad("06FF", f"{tag}F1FA" + "31" * 20)
    assert bad("06FF", f"{tag}01F2" + "31" * 12)


@pytest.mark.parametrize("tag", LLL)
def test_a_tag_of_three_digits_reads_them(tag: str) -> None:
    assert zvt(apdu("06FF", f"{tag}F1F0F2" + "31" * 102))["bmp"] == [[tag, "31" * 102]]
    assert bad("06FF", f"{tag}F1F0F2" + "31" * 101)
    assert bad("06FF", f"{tag}F0F0")


def test_every_other_tag_is_an_error() -> None:
    for tag in range(256):
        if f"{tag:02X}" not in ALL:
            assert bad("06FF", f"{tag:02X}" + "F0" * 20), tag


def test_the_length_is_exact_and_its_long_form_has_the_low_byte_first() -> None:
    assert zvt("800000") == {"control": "8000", "length": 0, "bmp": [], "fields": {}}
    assert zvt("8000FF0000")["length"] == 0
    long = "3C" + "F2F5F6" + "41" * 256
    assert len(long) // 2 == 260
    assert zvt("06D3FF0401" + long)["length"] == 260
    for wrong in ("", "06", "0601", "060101", "06010104", "06010000", "0601FF", "0601FF00"):
        assert refused({"op": "zvt", "hex": wrong}), wrong
    assert refused({"op": "zvt", "hex": "06D3FF0104" + long})


def test_input_is_read_in_both_cases_and_printed_in_upper_case() -> None:
    got = zvt("060f0129"[:4] + "05" + "29" + "abcdef12")
    assert got["control"] == "060F"
    assert got["fields"] == {"terminal_id": "ABCDEF12"}
    assert refused({"op": "zvt", "hex": "80 00 00"})
    assert refused({"op": "zvt", "hex": "80000"})
    assert refused({"op": "zvt"})


@pytest.mark.parametrize(
    ("control", "data", "expected"),
    [
        ("0600", "123456BA", {"password": "123456", "config_byte": "BA"}),
        ("0600", "123456BA0978", {"password": "123456", "config_byte": "BA", "currency": 978}),
        *[(it, "000000", {"password": "000000"}) for it in "0620 0630 0631 0650 0693".split()],
        ("0501", "", {}),
        ("0501", "ABCDEF", {"password": "ABCDEF"}),
        ("061E", "", {}),
        ("061E", "6C", {"result_code": "6C"}),
        ("04FF", "", {}),
        ("04FF", "0A", {"intermediate_status": "0A"}),
        ("04FF", "0A15", {"intermediate_status": "0A", "timeout_min": 15}),
        ("060F", "", {}),
        ("060F", "F0F0F3414243DC", {"software_version": "ABC", "terminal_status": "DC"}),
        ("060F", "F0F0F000", {"software_version": "", "terminal_status": "00"}),
        ("060F", "2700", {"result_code": "00"}),
        ("06D1", "40", {"attribute": "40", "text": ""}),
        ("06D1", "0027004100", {"attribute": "00", "text": "'\0A"}),
        ("0670", "", {}),
    ],
)
def test_some_commands_start_with_fixed_fields(
    control: str, data: str, expected: dict[str, Any]
) -> None:
    assert fields(control, data) == expected


@pytest.mark.parametrize(
    ("control", "data"),
    [
        ("0600", ""),
        ("0600", "123456"),
        ("0600", "123456BA09"),
        ("0600", "123456BA0A78"),
        *[(it, data) for it in "0620 0630 0631 0650 0693".split() for data in ("", "0000")],
        ("0501", "0000"),
        ("04FF", "0A1A"),
        ("060F", "F0F0F3414243"),
        ("060F", "F0F0F34142"),
        ("060F", "F0F0"),
        ("060F", "F0FAF0DC"),
        ("06D1", ""),
    ],
)
def test_a_fixed_field_that_is_cut_off_or_no_number_is_an_error(control: str, data: str) -> None:
    assert bad(control, data)


def test_bmps_follow_the_fixed_fields_and_lose_against_them() -> None:
    assert fields("0600", "000000BA09784908400300") == {
        "password": "000000",
        "config_byte": "BA",
        "currency": 978,
        "service_byte": "00",
    }
    assert fields("061E", "6C2700")["result_code"] == "6C"
    assert fields("04FF", "0A00490978")["currency"] == 978
    assert fields("060F", "F0F0F100DC490978")["currency"] == 978
    assert zvt(apdu("06D1", "00490978"))["bmp"] == []


def test_numbers_are_bcd_and_the_first_of_two_counts() -> None:
    data = "04000000001234040000000099990B00001737000016490980870815"
    assert fields("040F", data) == {
        "amount": 1234,
        "trace": 17,
        "original_trace": 16,
        "currency": 980,
        "receipt": 815,
    }
    for wrong in ("04000000001A34", "0B00001A", "37A00016", "49098A", "87A815", "87FF00"):
        assert bad("040F", wrong), wrong
    assert fields("040F", "0400000000123404A00000009999")["amount"] == 1234
    assert fields("040F", "87FFFF") == {}
    assert fields("040F", "87FFFF870001") == {}


def test_the_rest_is_hex_as_it_stands() -> None:
    data = "270003A20D11290E271217001F29ABCDEF018A050C23595A"
    assert fields("040F", data) == {
        "result_code": "00",
        "service_byte": "A2",
        "date_mmdd": "1129",
        "card_expiry_yymm": "2712",
        "card_seq": "001F",
        "terminal_id": "ABCDEF01",
        "card_type": "05",
        "time": "23:59:5A",
    }


def test_the_payment_type_is_told_of_an_authorisation_alone() -> None:
    assert fields("0601", "1940") == {"payment_type": "40"}
    assert fields("040F", "1940") == {}
    assert fields("0622", "1940") == {}


def test_texts_are_read_in_their_alphabet_and_lose_their_nuls() -> None:
    umlauts = "5B5C5D7B7C7D7E40"
    assert fields("040F", "8BF0F8" + umlauts)["card_name"] == "[\\]{|}~@"
    assert fields("040F", "8BF0F8" + umlauts, charset="din66003")["card_name"] == "ÄÖÜäöüß§"
    assert fields("040F", "3CF0F0F484000000")["additional_text"] == "ä"
    assert fields("06D1", "008E99", charset="cp437")["text"] == "ÄÖ"
    assert fields("040F", "06082406070241800700")["text"] == "AÇ\n"
    assert bad("06D1", "0080", charset="din66003")
    assert bad("040F", "3CF0F0F180", charset="din66003")
    assert not bad("040F", "A7F0F180", charset="din66003")
    assert bad("040F", "", charset="utf-8")


@pytest.mark.parametrize(
    ("pan", "shown"),
    [
        ("474843EEEEEE7743", "474843******7743"),
        ("4748431234567743", "474843******7743"),
        ("4761739001010119FF", "476173******0119"),
        ("4761739001010119123F", "476173*********9123"),
        ("123456789012", "123456**9012"),
        ("1234567890", "1234567890"),
        ("12345678901F", "123456*8901"),
        ("EEEEEE123456EEEE", "****************"),
        ("123EEE4567890123", "123*********0123"),
        ("12345678D0123456", "123456**D***3456"),
        ("123456ABCD7890", "123456ABCD7890"),
        ("FF", ""),
        ("", ""),
        ("12F3", "12F3"),
    ],
)
def test_a_card_number_is_masked_even_if_the_terminal_does_not(pan: str, shown: str) -> None:
    length = f"{len(pan) // 2:02}"
    data = f"22F{length[0]}F{length[1]}{pan}"
    assert fields("040F", data)["pan_masked"] == shown


def test_the_container_is_read_as_emv_reads_its_objects() -> None:
    got = zvt(apdu("040F", "06810C240A07024142000703430000"))
    assert got["tlv"] == [[0, "24", None], [1, "07", "4142"], [1, "07", "430000"]]
    assert got["fields"] == {"text": "AB\nC"}
    assert "tlv" not in zvt("800000")
    assert zvt(apdu("040F", "0600"))["tlv"] == []
    assert zvt(apdu("040F", "060225000602FFFF"))["tlv"] == [[0, "25", None]]
    assert bad("040F", "06022502")
    assert bad("040F", "0680")
    assert bad("040F", "068500")
    assert bad("040F", "0605430141")


@pytest.mark.parametrize(
    ("tag", "value", "name", "word"),
    [
        ("1F12", "00", "card_technology", "magnetic stripe"),
        ("1F12", "01", "card_technology", "chip"),
        ("1F12", "02", "card_technology", "NFC"),
        ("1F12", "03", "card_technology", "unknown"),
        ("1F12", "", "card_technology", "unknown"),
        ("1F12", "0001", "card_technology", "unknown"),
        ("1F10", "00", "cardholder_authentication", "none"),
        ("1F10", "01", "cardholder_authentication", "signature"),
        ("1F10", "02", "cardholder_authentication", "online PIN"),
        ("1F10", "03", "cardholder_authentication", "offline encrypted PIN"),
        ("1F10", "04", "cardholder_authentication", "offline plaintext PIN"),
        ("1F10", "05", "cardholder_authentication", "offline encrypted PIN and signature"),
        ("1F10", "06", "cardholder_authentication", "offline plaintext PIN and signature"),
        ("1F10", "07", "cardholder_authentication", "online PIN and signature"),
        ("1F10", "08", "cardholder_authentication", "unknown"),
        ("43", "A0000000041010", "aid", "A0000000041010"),
        ("1F40", "4D6F766500", "device_name", "Move"),
        ("1F42", "0012AB", "serial", "0012AB"),
    ],
)
def test_the_container_tells_of_card_and_terminal_at_any_depth(
    tag: str, value: str, name: str, word: str
) -> None:
    it = f"{tag}{len(value) // 2:02X}{value}"
    other = f"{tag}0199"
    wrapped = f"60{len(it) // 2:02X}{it}"
    for content in (it, wrapped, it + other, wrapped + other):
        assert fields("040F", f"06{len(content) // 2:02X}{content}") == {name: word}


def test_lines_are_direct_parts_of_the_first_text_block() -> None:
    assert fields("06D3", "060A24082503070141070142")["text"] == "B"
    assert fields("06D3", "060B6009240307014107024243")["text"] == "A"
    assert "text" not in fields("06D3", "060B2404250207002403070141")
    assert fields("06D3", "060424020700")["text"] == ""
    assert "text" not in fields("06D3", "0603070141")


def test_an_abort_with_a_receipt_lists_what_is_still_open() -> None:
    assert fields("061E", "B1870001060A23080802000208020003") == {
        "result_code": "B1",
        "receipt": 1,
        "receipts": [1, 2, 3],
    }
    assert fields("061E", "B187FFFF0606230408020017")["receipts"] == [17]
    assert fields("061E", "B187FFFF")["receipts"] == []
    assert "receipts" not in fields("061E", "B10606230408020017")
    assert "receipts" not in fields("040F", "8700010606230408020017")
    assert bad("061E", "B1870001060623040802001A")
    assert not bad("040F", "870001060623040802001A")
    assert fields("061E", "B187000106082306250408020017")["receipts"] == [1]


LENGTHS = [
    ("apdu", 0, "00"),
    ("apdu", 254, "FE"),
    ("apdu", 255, "FFFF00"),
    ("apdu", 700, "FFBC02"),
    ("apdu", 65535, "FFFFFF"),
    ("ll", 0, "F0F0"),
    ("ll", 18, "F1F8"),
    ("ll", 99, "F9F9"),
    ("lll", 189, "F1F8F9"),
    ("lll", 700, "F7F0F0"),
    ("lll", 999, "F9F9F9"),
    ("ber", 0, "00"),
    ("ber", 127, "7F"),
    ("ber", 128, "8180"),
    ("ber", 255, "81FF"),
    ("ber", 256, "820100"),
    ("ber", 700, "8202BC"),
    ("ber", 65536, "83010000"),
    ("ber", 2**32 - 1, "84FFFFFFFF"),
]


@pytest.mark.parametrize(("kind", "value", "hexed"), LENGTHS)
def test_lengths_are_written_short_and_read_back(kind: str, value: int, hexed: str) -> None:
    question = {"op": "zvt_length", "kind": kind}
    assert answer(question | {"value": value}) == {"hex": hexed}
    assert answer(question | {"hex": hexed}) == {"value": value}
    assert answer(question | {"hex": hexed, "value": 1}) == {"value": value}
    assert refused(question | {"hex": hexed + "00"})
    assert refused(question | {"hex": hexed[:-2]})


def test_longer_forms_are_read_and_what_is_out_of_range_is_refused() -> None:
    length = {"op": "zvt_length"}
    assert answer(length | {"kind": "apdu", "hex": "FF0500"}) == {"value": 5}
    assert answer(length | {"kind": "ber", "hex": "8400000005"}) == {"value": 5}
    for kind, value in [("apdu", 65536), ("ll", 100), ("lll", 1000), ("ber", 2**32)]:
        assert refused(length | {"kind": kind, "value": value})
        assert refused(length | {"kind": kind, "value": -1})
    for kind, hexed in [("ber", "80"), ("ber", "8500"), ("ll", "F1FA"), ("ll", "0108"), ("ll", "")]:
        assert refused(length | {"kind": kind, "hex": hexed})
    assert refused(length | {"kind": "l", "value": 1})
    assert refused(length | {"kind": "ll"})
    assert refused(length | {"kind": "ll", "value": True})


def kermit(data: bytes) -> bytes:
    """The same CRC by the standard library's unreflected one, mirrored before and after."""

    def mirrored(value: int, bits: int) -> int:
        return int(f"{value:0{bits}b}"[::-1], 2)

    turned = bytes(mirrored(byte, 8) for byte in data)
    return mirrored(binascii.crc_hqx(turned, 0), 16).to_bytes(2, "little")


@given(st.binary(max_size=80) | st.lists(st.sampled_from(b"\x10\x02\x03")).map(bytes))
def test_any_apdu_comes_out_of_its_serial_frame(data: bytes) -> None:
    frame = bytes.fromhex(answer({"op": "zvt_serial", "apdu": data.hex()})["frame"])
    doubled = b"".join(b"\x10\x10" if it == 0x10 else bytes([it]) for it in data)
    assert frame == b"\x10\x02" + doubled + b"\x10\x03" + kermit(data + b"\x03")
    assert answer({"op": "zvt_serial", "frame": frame.hex()}) == {"apdu": data.hex().upper()}
    for cut in range(len(frame)):
        assert refused({"op": "zvt_serial", "frame": frame[:cut].hex()})
    assert refused({"op": "zvt_serial", "frame": frame.hex() + "00"})


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "8000001003F5E3",
        "1003800000100332C9",
        "10028010000010030000",
        "100280000010030000",
        "10028000001002",
        "1002",
    ],
)
def test_a_frame_that_is_not_whole_is_an_error(frame: str) -> None:
    assert refused({"op": "zvt_serial", "frame": frame})


def test_the_frame_form_counts_before_the_apdu_form() -> None:
    frame = answer({"op": "zvt_serial", "apdu": ""})["frame"]
    assert answer({"op": "zvt_serial", "apdu": "00", "frame": frame}) == {"apdu": ""}
    assert refused({"op": "zvt_serial"})


APDUS = st.tuples(st.binary(min_size=2, max_size=2), st.binary(max_size=300)).map(
    lambda it: bytes.fromhex(apdu(it[0].hex(), it[1].hex()))
)


@given(st.lists(APDUS, max_size=5), st.data())
def test_a_stream_gives_the_same_however_it_is_cut(whole: list[bytes], data: st.DataObject) -> None:
    sent = b"".join(whole)
    begun = data.draw(APDUS)
    sent += begun[: data.draw(st.integers(0, len(begun) - 1))]
    cuts = sorted(data.draw(st.lists(st.integers(0, len(sent)), max_size=8)))
    chunks = [sent[a:b].hex() for a, b in zip([0, *cuts], [*cuts, len(sent)], strict=True)]
    assert answer({"op": "zvt_stream", "chunks": chunks}) == {
        "apdus": [it.hex().upper() for it in whole],
        "rest": sent[sum(map(len, whole)) :].hex().upper(),
    }


def test_a_stream_has_no_errors_of_content_but_reads_hex_alone() -> None:
    assert answer({"op": "zvt_stream", "chunks": []}) == {"apdus": [], "rest": ""}
    assert answer({"op": "zvt_stream", "chunks": ["FFFFFF"]}) == {"apdus": [], "rest": "FFFFFF"}
    assert answer({"op": "zvt_stream", "chunks": ["FFFFFF", "0000"]})["apdus"] == ["FFFFFF0000"]
    for chunks in ("800000", ["8"], [1], [None], None):
        assert refused({"op": "zvt_stream", "chunks": chunks})


CONTROLS = "0600 0601 0620 0630 0631 0650 0693 0501 061E 04FF 060F 06D1 06D3 040F 8000".split()


@given(
    st.sampled_from(CONTROLS),
    st.lists(st.binary(max_size=6) | st.sampled_from([bytes.fromhex(it) for it in sorted(ALL)])),
    st.sampled_from(["cp437", "din66003"]),
)
def test_whatever_a_terminal_sends_is_answered_or_refused(
    control: str, parts: list[bytes], charset: str
) -> None:
    got = zvt(apdu(control, b"".join(parts).hex().upper()), charset=charset)
    if list(got) != ["error"]:
        assert {"control", "length", "bmp", "fields"} <= set(got)
        written = "".join(_again(tag, value) for tag, value in got["bmp"])
        assert b"".join(parts).hex().upper().endswith(written) or "06" in dict(got["bmp"])


def _again(tag: str, value: str) -> str:
    """A BMP as it was on the wire."""
    if tag in LL:
        return tag + "".join(f"F{it}" for it in f"{len(value) // 2:02}") + value
    if tag in LLL:
        return tag + "".join(f"F{it}" for it in f"{len(value) // 2:03}") + value
    return tag + value
