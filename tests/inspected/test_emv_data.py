"""EMV data as the contract fixes it to the byte: one test for each of its decisions."""

from __future__ import annotations

import pytest

from appliance.emv.dol import NUMERIC
from inspected.asking import ask, refused


def rows(data: str) -> list[list[object]]:
    return ask("tlv", hex=data)["tlv"]


# -- TLV ---------------------------------------------------------------------------------------


def test_no_bytes_are_no_objects() -> None:
    assert rows("") == []


def test_bytes_are_read_in_both_cases_and_printed_in_upper_case() -> None:
    assert rows("df01 02 abCd".replace(" ", "")) == [[0, "DF01", "ABCD"]]


@pytest.mark.parametrize("wrong", ["9", "9C 01 00", "9C010G", "0x9C0100", "9C0100\n", "٩C0100"])
def test_what_is_not_pairs_of_hexadecimal_digits_is_an_error(wrong: str) -> None:
    assert refused("tlv", hex=wrong)


@pytest.mark.parametrize("wrong", [None, 9, True, ["9C"], {"9C": "00"}])
def test_another_type_than_text_is_an_error_and_null_is_absent(wrong: object) -> None:
    assert refused("tlv", hex=wrong)
    assert refused("tlv")


def test_fields_that_nobody_asks_for_are_ignored() -> None:
    assert ask("tlv", hex="9C0100", note=float("1"), value=None) == {"tlv": [[0, "9C", "00"]]}


def test_only_a_tag_with_the_bit_for_it_is_taken_apart() -> None:
    assert rows("9F10035F2A00") == [[0, "9F10", "5F2A00"]]  # primitive that looks like TLV
    assert rows("94049C0100A5") == [[0, "94", "9C0100A5"]]
    assert rows("77039C0100") == [[0, "77", None], [1, "9C", "00"]]
    assert rows("FF0100") == [[0, "FF01", None]]
    assert rows("BF0C039C0100") == [[0, "BF0C", None], [1, "9C", "00"]]


def test_a_tag_goes_on_until_a_byte_without_its_high_bit() -> None:
    assert rows("1F0000") == [[0, "1F00", ""]]
    assert rows("5F80010155") == [[0, "5F8001", "55"]]
    assert rows("DF8180010155") == [[0, "DF818001", "55"]]
    assert refused("tlv", hex="DF818180010155")


def test_filler_is_skipped_where_a_tag_should_start_at_every_depth() -> None:
    assert rows("0000") == []
    assert rows("009C010000") == [[0, "9C", "00"]]
    assert rows("E10500009C0100") == [[0, "E1", None], [1, "9C", "00"]]
    assert rows("E1069C0100000000")[1:] == [[1, "9C", "00"]]
    assert refused("tlv", hex="FF")
    assert refused("tlv", hex="FFFF")


@pytest.mark.parametrize("length", ["02", "8102", "820002", "83000002", "8400000002"])
def test_a_length_may_be_longer_than_needed(length: str) -> None:
    assert rows(f"9A{length}2611") == [[0, "9A", "2611"]]


@pytest.mark.parametrize("length", ["80", "85", "8500000000", "FF", "FE", "A0"])
def test_other_forms_of_a_length_are_errors(length: str) -> None:
    assert refused("tlv", hex=f"E1{length}")
    assert refused("tlv", hex=f"9A{length}0000")
    assert refused("tlv", hex=f"9A{length}" + "00" * 300)
    assert refused("tlv", hex=f"9A{length}0000000001AA")


@pytest.mark.parametrize(
    "cut", ["5F", "DF81", "9C", "9C81", "9C8200", "9C01", "9C02AA", "9C84FFFFFFFF00"]
)
def test_what_is_cut_off_is_an_error_for_the_whole_at_any_depth(cut: str) -> None:
    inner = f"E1{len(cut) // 2:02X}{cut}"
    for data in (cut, "9A0100" + cut, inner, f"E1{len(inner) // 2:02X}{inner}"):
        assert refused("tlv", hex=data), data
    assert refused("tlv", hex="E1029C0100")  # the part ends beyond its template


def nested(levels: int, core: str) -> str:
    for _ in range(levels):
        core = f"E1{len(core) // 2:02X}{core}"
    return core


def test_objects_may_lie_at_depth_15_and_no_deeper() -> None:
    assert rows(nested(15, "9C0100"))[-1] == [15, "9C", "00"]
    assert rows(nested(16, ""))[-1] == [15, "E1", None]
    assert rows(nested(16, "0000"))[-1] == [15, "E1", None]
    assert refused("tlv", hex=nested(16, "9C0100"))
    assert refused("tlv", hex=nested(17, ""))


# -- an answer with its status word ------------------------------------------------------------


def test_an_answer_is_its_objects_and_its_last_two_bytes() -> None:
    assert ask("response", response="9000") == {"sw": "9000", "tlv": []}
    assert ask("response", response="9c01006a83") == {"sw": "6A83", "tlv": [[0, "9C", "00"]]}
    for short in ("", "90"):
        assert refused("response", response=short)
    assert refused("response", response="9C9000")
    assert refused("response", command="8", response="9000")


def format1(command: object, body: str, sw: str = "9000") -> object:
    return ask("response", command=command, response=body + sw).get("format1")


def test_format_1_of_get_processing_options() -> None:
    assert format1("80A8", "80065C0008010100") == {"82": "5C00", "94": "08010100"}
    assert format1("80a8", "80065C0008010100") is not None
    for wrong in ("8000", "80015C", "80025C00", "80055C00080101", "80075C000801010010"):
        assert refused("response", command="80A8", response=wrong + "9000"), wrong


def test_format_1_of_generate_ac() -> None:
    ac = "800B80 0001 1122334455667788".replace(" ", "")
    expected = {"9F27": "80", "9F36": "0001", "9F26": "1122334455667788"}
    assert format1("80AE800000", ac) == expected
    longer = "800D" + ac[4:] + "0610"
    assert format1("80AE", longer) == expected | {"9F10": "0610"}
    assert refused("response", command="80AE", response="800A" + ac[4:-2] + "9000")


def test_format_1_of_internal_authenticate() -> None:
    assert format1("0088000004A1B2C3D4", "8003AABBCC") == {"9F4B": "AABBCC"}
    assert format1("0088", "8000") == {"9F4B": ""}


def test_format_1_whatever_the_status_word_and_filler() -> None:
    assert format1("0088", "008001AA00", "6985") == {"9F4B": "AA"}


@pytest.mark.parametrize("command", [None, "", "80", "80CA", "00A8", "80AF", "8088"])
def test_no_format_1_for_another_or_a_shorter_command(command: object) -> None:
    assert "format1" not in ask("response", command=command, response="8001AA9000")


@pytest.mark.parametrize("body", ["", "80008000", "80009C0100", "77028000", "810100", "9F80010100"])
def test_no_format_1_unless_exactly_one_object_80(body: str) -> None:
    assert "format1" not in ask("response", command="80A8", response=body + "9000")


# -- FCI ---------------------------------------------------------------------------------------


def wrapped(tag: str, *parts: str) -> str:
    value = "".join(parts)
    return f"{tag}{len(value) // 2:02X}{value}"


def test_an_fci_needs_its_template_name_and_proprietary_part() -> None:
    assert ask("fci", hex=wrapped("6F", "8401AA", "A500")) == {"df_name": "AA", "applications": []}
    assert ask("fci", hex="00" + wrapped("6F", "A500", "8401AA"))["df_name"] == "AA"
    for wrong in (
        "",
        wrapped("6F", "8401AA"),
        wrapped("6F", "A500"),
        wrapped("6F", wrapped("A5", "8401AA")),
        wrapped("61", "8401AA", "A500"),
        "9C0100" + wrapped("6F", "8401AA", "A500"),
        wrapped("6F", "8401AA", "A500")[:-2],
    ):
        assert refused("fci", hex=wrong), wrong


def test_objects_after_the_template_are_ignored() -> None:
    fci = wrapped("6F", "8401AA", "A500")
    assert ask("fci", hex=fci + wrapped("6F", "8401BB") + "9C0100")["df_name"] == "AA"


def test_label_priority_and_pdol_stand_directly_in_the_proprietary_part() -> None:
    part = wrapped("A5", "5003E9414A", "87018F", "9F38039F3704")
    assert ask("fci", hex=wrapped("6F", "8401AA", part)) == {
        "df_name": "AA",
        "label": "éAJ",
        "priority": 15,
        "pdol": "9F3704",
        "applications": [],
    }
    elsewhere = wrapped(
        "6F", "8401AA", "500141", "870101", wrapped("A5", wrapped("BF0C", "500142"))
    )
    assert ask("fci", hex=elsewhere) == {"df_name": "AA", "applications": []}
    empty = wrapped("6F", "8400", wrapped("A5", "5000", "9F3800"))
    assert ask("fci", hex=empty) == {"df_name": "", "label": "", "pdol": "", "applications": []}


@pytest.mark.parametrize("priority", ["8700", "87020101"])
def test_a_priority_that_is_not_one_byte_is_an_error(priority: str) -> None:
    assert refused("fci", hex=wrapped("6F", "8401AA", wrapped("A5", priority)))
    entry = wrapped("61", "4F01AA", priority)
    assert refused("fci", hex=wrapped("6F", "8401AA", wrapped("A5", wrapped("BF0C", entry))))


def test_every_entry_counts_and_of_other_repeated_tags_the_first() -> None:
    entries = (
        wrapped("61", "4F02A001", "4F02A002", "500141", "870183", "8700"),
        "9C0100",
        wrapped("61", "4F02A003"),
    )
    part = wrapped(
        "A5",
        "500141",
        "500142",
        "870102",
        "8700",
        wrapped("BF0C", *entries),
        wrapped("BF0C", "6100"),
    )
    fci = wrapped("6F", "8401AA", "8401BB", part, wrapped("A5", "500143"))
    assert ask("fci", hex=fci) == {
        "df_name": "AA",
        "label": "A",
        "priority": 2,
        "applications": [
            {"aid": "A001", "label": "A", "priority": 3},
            {"aid": "A003", "label": None, "priority": None},
        ],
    }


def test_an_entry_without_aid_is_an_error() -> None:
    entry = wrapped("BF0C", wrapped("61", "500141"))
    assert refused("fci", hex=wrapped("6F", "8401AA", wrapped("A5", entry)))


# -- DOL ---------------------------------------------------------------------------------------


def data(dol: str, **values: object) -> str:
    answer = ask("dol", dol=dol, values={tag.removeprefix("t"): it for tag, it in values.items()})
    return answer["data"]


def test_a_list_is_tags_and_one_byte_lengths() -> None:
    assert ask("dol", dol="") == {"list": []}
    assert ask("dol", dol="9f37049AFF") == {"list": [["9F37", 4], ["9A", 255]]}
    assert ask("dol", dol="0003")["list"] == [["00", 3]]
    assert ask("dol", dol="DF81800104")["list"] == [["DF818001", 4]]
    assert ask("dol", dol="9A03", values=None) == {"list": [["9A", 3]]}


@pytest.mark.parametrize("cut", ["9A", "9F", "9F37", "DF81", "9A039C", "DF8181800104", "00"])
def test_a_list_that_ends_inside_an_entry_is_an_error(cut: str) -> None:
    assert refused("dol", dol=cut)
    assert refused("dol", dol=cut, values={})


def test_what_is_not_there_empty_or_constructed_is_zeros() -> None:
    assert ask("dol", dol="9A039F3704", values={})["data"] == "00000000000000"
    assert (
        data("5A039A02E0027F010195029F3701", t5A=None, t9A="", tE0="AABB", t7F01="AA") == "0" * 22
    )
    assert ask("dol", dol="5A00", values={"5A": "11"})["data"] == ""


def test_values_are_named_in_both_cases_and_must_be_hexadecimal() -> None:
    assert data("9F3701", t9f37="AA") == "AA"
    for wrong in ("A", 1, True, [], "GG"):
        assert refused("dol", dol="9A01", values={"9A": wrong})
    for wrong in ("9A", ["9A"], 1):
        assert refused("dol", dol="9A01", values=wrong)


@pytest.mark.parametrize("tag", sorted(NUMERIC))
def test_numeric_values_keep_their_last_bytes_and_are_filled_on_the_left(tag: str) -> None:
    assert data(f"{tag}02", **{tag: "010203"}) == "0203"
    assert data(f"{tag}04", **{tag: "010203"}) == "00010203"
    assert data(f"{tag}03", **{tag: "010203"}) == "010203"
    assert data(f"{tag}00", **{tag: "010203"}) == ""


@pytest.mark.parametrize("tag", ["5A", "9F20"])
def test_compressed_numbers_keep_their_first_bytes_and_are_filled_with_f(tag: str) -> None:
    assert data(f"{tag}02", **{tag: "010203"}) == "0102"
    assert data(f"{tag}04", **{tag: "010203"}) == "010203FF"


@pytest.mark.parametrize(
    "tag", ["95", "9F37", "57", "50", "82", "9F1B", "9F36", "81", "DF01", "00"]
)
def test_all_others_keep_their_first_bytes_and_are_filled_on_the_right(tag: str) -> None:
    assert data(f"{tag}02", **{tag: "010203"}) == "0102"
    assert data(f"{tag}04", **{tag: "010203"}) == "01020300"


def test_a_tag_that_is_asked_for_twice_is_given_twice() -> None:
    assert data("9C019C02", t9C="21") == "210021"


# -- AFL, CVM list, track 2 --------------------------------------------------------------------


def test_a_locator_names_files_and_records() -> None:
    assert ask("afl", afl="f0FFFF01")["afl"] == [
        {"sfi": 30, "first": 255, "last": 255, "oda_records": 1}
    ]
    assert ask("afl", afl="08010303")["afl"][0]["oda_records"] == 3


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "080101",
        "0801010008",
        "09010100",
        "0C010100",
        "00010100",
        "F8010100",
        "08000100",
        "08000000",
        "08020100",
        "08010304",
        "0801010008010102",
    ],
)
def test_a_locator_that_locates_nothing_is_an_error(wrong: str) -> None:
    assert refused("afl", afl=wrong)


def test_a_cvm_list_is_two_binary_amounts_and_rules() -> None:
    assert ask("cvm", cvm="FFFFFFFF00000001") == {"x": 4294967295, "y": 1, "rules": []}
    assert ask("cvm", cvm="00000000000000001f00420300ff")["rules"] == ["1F00", "4203", "00FF"]
    for wrong in ("", "00000000000000", "000000000000000001"):
        assert refused("cvm", cvm=wrong)


def test_track_2_is_taken_apart() -> None:
    assert ask("track2", track2="9d3012620f") == {
        "pan": "9",
        "expiry_yymm": "3012",
        "service_code": "620",
        "discretionary": "",
    }
    longest = ask("track2", track2="9804000000000000010D30126209")
    assert (longest["pan"], longest["discretionary"]) == ("9804000000000000010", "9")


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "D3012620",  # no PAN
        "98040000000000000109D3012620",  # twenty digits
        "9804D301262F",  # two digits of service code
        "9804D301A620F",
        "9804D3012620FF",
        "9804D30126201FF0",
        "9804D3012620A0FF",
        "9804F3012620",
        "9804D3012D62",
        "A804D3012620",
        "9804301262",
    ],
)
def test_anything_else_is_no_track_2(wrong: str) -> None:
    assert refused("track2", track2=wrong if len(wrong) % 2 == 0 else wrong + "F")
