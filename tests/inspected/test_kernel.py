"""The kernel's rules as the contract fixes them: risk management, restrictions, static data."""

from __future__ import annotations

from typing import Any

import pytest

from inspected.asking import ask, refused

PAN = "9804000000000010"

# -- terminal risk management ------------------------------------------------------------------


def byte4(
    icc: dict[str, Any] | None = None, *, limit: int = 5000, amount: int = 1000, **more: Any
) -> str:
    """Byte 4 of the TVR, and byte 2 after a slash if it is not zero."""
    fields: dict[str, Any] = {
        "config": {"9F1B": f"{limit:08X}"},
        "params": {"81": f"{amount:08X}"},
        "icc": icc or {},
        **more,
    }
    answer = ask("trm", **fields)
    assert answer["tsi"] == "0800"
    tvr = answer["tvr"]
    assert (tvr[:2], tvr[4:6], tvr[8:]) == ("00", "00", "00")
    return tvr[6:8] + (f"/{tvr[2:4]}" if tvr[2:4] != "00" else "")


def spent(amount: int, date: str = "261120", pan: str = PAN, **more: Any) -> dict[str, Any]:
    return {"pan": pan, "date": date, "amount": amount, **more}


def test_the_floor_limit_is_reached_by_a_sum_that_equals_it() -> None:
    assert byte4(amount=4999) == "00"
    assert byte4(amount=5000) == "80"
    assert byte4(limit=0, amount=0) == "80"
    assert byte4(limit=2**32 - 1, amount=2**32 - 2) == "00"


def test_the_last_purchase_of_the_same_card_counts() -> None:
    assert byte4({"5A": PAN}, txn_log=[spent(4000)]) == "80"
    assert byte4({"5A": PAN}, txn_log=[spent(3999)]) == "00"
    assert byte4({"5A": PAN + "FFFF"}, txn_log=[spent(4000)]) == "80"
    assert byte4({"5A": PAN}, txn_log=[spent(4000, pan=PAN + "0")]) == "00"
    assert byte4({"5A": PAN + "0F"}, txn_log=[spent(4000, pan=PAN + "0")]) == "80"
    assert byte4({}, txn_log=[spent(4000)]) == "00"
    assert byte4({"5A": None}, txn_log=[spent(4000)]) == "00"


def test_one_purchase_counts_that_of_the_latest_date() -> None:
    assert byte4({"5A": PAN}, txn_log=[spent(2000), spent(2000)]) == "00"
    assert byte4({"5A": PAN}, txn_log=[spent(4000, "261121"), spent(1, "261120")]) == "80"
    assert byte4({"5A": PAN}, txn_log=[spent(1, "261121"), spent(4000, "261120")]) == "00"
    assert byte4({"5A": PAN}, txn_log=[spent(1), spent(4000)]) == "80"
    assert byte4({"5A": PAN}, txn_log=[spent(4000), spent(1)]) == "00"


def test_years_from_50_belong_to_the_last_century() -> None:
    assert byte4({"5A": PAN}, txn_log=[spent(4000, "000101"), spent(1, "991231")]) == "80"
    assert byte4({"5A": PAN}, txn_log=[spent(4000, "491231"), spent(1, "500101")]) == "80"
    assert byte4({"5A": PAN}, txn_log=[spent(4000, "500101"), spent(1, "491231")]) == "00"


def test_sequence_numbers_count_only_if_both_have_one() -> None:
    card = {"5A": PAN, "5F34": "01"}
    assert byte4(card, txn_log=[spent(4000)]) == "80"
    assert byte4(card, txn_log=[spent(4000, pan_seq=None)]) == "80"
    assert byte4(card, txn_log=[spent(4000, pan_seq="01")]) == "80"
    assert byte4(card, txn_log=[spent(4000, pan_seq="02")]) == "00"
    assert byte4(card, txn_log=[spent(4000), spent(1, "261122", pan_seq="02")]) == "80"
    assert byte4({"5A": PAN}, txn_log=[spent(4000, pan_seq="02")]) == "80"


def test_a_sequence_number_must_have_its_length_once_it_is_compared() -> None:
    fields = {"config": {"9F1B": "00001388"}, "params": {"81": "000003E8"}}
    icc = {"5A": PAN, "5F34": "0101"}
    assert refused("trm", **fields, icc=icc, txn_log=[spent(4000, pan_seq="01")])
    assert not refused("trm", **fields, icc=icc, txn_log=[spent(4000)])


LIMITS = {"9F14": "03", "9F23": "05"}


def velocity(
    atc: str | None, last: str | None, icc: dict[str, Any] | None = None, sw: str = "9000"
) -> str:
    apdus = []
    if atc is not None:
        apdus.append(["80ca9f3600", atc + sw])
    if last is not None:
        apdus.append(["80CA9F1300", last + sw])
    return byte4(LIMITS if icc is None else icc, apdus=apdus)


def counters(atc: int, last: int) -> tuple[str, str]:
    return f"9F3602{atc:04X}", f"9F1302{last:04X}"


@pytest.mark.parametrize(
    ("atc", "last", "expected"),
    [
        (20, 17, "00"),
        (20, 16, "40"),
        (20, 15, "40"),
        (20, 14, "60"),
        (20, 20, "60"),
        (20, 21, "60"),
        (1, 0, "00/08"),
        (0, 0, "60/08"),
        (9, 0, "60/08"),
        (0x0100, 0x00FE, "00"),
    ],
)
def test_a_card_that_was_long_offline_goes_online(atc: int, last: int, expected: str) -> None:
    assert velocity(*counters(atc, last)) == expected


def test_each_limit_stands_for_itself() -> None:
    assert velocity(*counters(20, 16), icc={"9F14": "05", "9F23": "03"}) == "20"


def test_without_both_limits_no_counter_is_looked_at() -> None:
    for icc in ({}, {"9F14": "00"}, {"9F23": "00"}, {"9F14": "00", "9F23": None}):
        assert velocity(*counters(9, 0), icc=icc) == "00"


@pytest.mark.parametrize(
    "unknown",
    [
        None,
        "",
        "9F36",
        "9F36020",
        "9F3601AA",
        "9F3603000014",
        "9F3502AAAA",
        "9F360200149C0100",
        "9F360200149F36020014",
        "E1059F36020014",
        "9F360400140000",
        "FF",
    ],
)
def test_a_counter_that_cannot_be_read_is_unknown(unknown: str | None) -> None:
    if unknown is not None and len(unknown) % 2:
        unknown += "0"
    known_last = "9F13020010"
    assert velocity(unknown, known_last) == "60"
    assert velocity("9F36020014", None if unknown is None else unknown) == "60"
    assert velocity(unknown, "9F13020000") == "60/08"


def test_a_counter_needs_its_status_word() -> None:
    assert velocity(*counters(20, 17), sw="6A88") == "60"
    assert velocity(*counters(20, 17), sw="") == "60"
    apdus = [["80CA9F3600", "9F360200149000"], ["80CA9F1300", "90"]]
    assert byte4(LIMITS, apdus=apdus) == "60"


def test_filler_and_a_longer_length_form_do_not_hide_a_counter() -> None:
    assert velocity("009F3681020014", "00009F138200020011") == "00"
    assert velocity("9F3602001400", "9F13020011") == "00"


@pytest.mark.parametrize("tag", ["9F14", "9F23"])
def test_limits_of_another_length_are_errors(tag: str) -> None:
    for wrong in ("", "0003"):
        fields = {"config": {"9F1B": "00001388"}, "params": {"81": "000003E8"}}
        assert refused("trm", **fields, icc=LIMITS | {tag: wrong})


def test_what_risk_management_needs_must_be_there_and_well_formed() -> None:
    good: dict[str, Any] = {
        "config": {"9F1B": "00001388"},
        "params": {"81": "000003E8"},
        "icc": {"5A": PAN},
        "txn_log": [spent(1)],
        "apdus": [],
    }
    assert not refused("trm", **good)
    assert not refused("trm", **good | {"config": {"9f1b": "00001388"}})
    for name in ("config", "params", "icc"):
        assert refused("trm", **good | {name: None})


@pytest.mark.parametrize(
    "wrong",
    [
        {"config": {}},
        {"config": {"9F1B": None}},
        {"config": {"9F1B": "001388"}},
        {"config": {"9F1B": 5000}},
        {"params": {"81": "0000000003E8"}},
        {"params": []},
        {"txn_log": {}},
        {"txn_log": [1]},
        {"txn_log": [None]},
        {"txn_log": [spent(1, pan=9804)]},
        {"txn_log": [spent(1, pan="98x4")]},
        {"txn_log": [spent(1, date="2611")]},
        {"txn_log": [spent(1, date=261120)]},
        {"txn_log": [spent(True)]},
        {"txn_log": [{"pan": PAN, "date": "261120"}]},
        {"txn_log": [spent(1) | {"amount": "1"}]},
        {"txn_log": [spent(1) | {"amount": 1.0}]},
        {"txn_log": [spent(1, pan_seq="1")]},
        {"apdus": {}},
        {"apdus": [["80CA9F3600"]]},
        {"apdus": ["80CA9F3600"]},
        {"apdus": [["80CA9F3600", 9000]]},
        {"apdus": [["80CA9F3600", "9"]]},
        {"icc": {"5A": "980"}},
    ],
    ids=str,
)
def test_malformed_parts_are_errors(wrong: dict[str, Any]) -> None:
    good: dict[str, Any] = {
        "config": {"9F1B": "00001388"},
        "params": {"81": "000003E8"},
        "icc": {"5A": PAN},
    }
    assert not refused("trm", **good)
    assert refused("trm", **good | wrong)


# -- processing restrictions -------------------------------------------------------------------

CONFIG = {"9F09": "0001", "9F35": "22", "9F40": "F000F0A001", "9F1A": "0804"}
PARAMS = {"9C": "00", "9A": "261123"}
ICC = {"5F24": "301231"}
ATM = {"9F35": "14"}


def byte2(
    icc: dict[str, Any] | None = None,
    params: dict[str, Any] | None = None,
    config: dict[str, Any] | None = None,
) -> str:
    answer = ask(
        "restrictions",
        config=CONFIG | (config or {}),
        params=PARAMS | (params or {}),
        icc=ICC | (icc or {}),
    )
    tvr = answer["tvr"]
    assert list(answer) == ["tvr"]
    assert (tvr[:2], tvr[4:]) == ("00", "000000")
    return tvr[2:4]


def test_another_version_is_noticed() -> None:
    assert byte2({"9F08": "0001"}) == "00"
    assert byte2({"9F08": "0002"}) == "80"


@pytest.mark.parametrize("kind", ["14", "15", "16"])
def test_an_atm_is_a_terminal_of_such_a_type_that_gives_cash(kind: str) -> None:
    assert byte2({"9F07": "0200"}, config={"9F35": kind}) == "00"
    assert byte2({"9F07": "0100"}, config={"9F35": kind}) == "10"
    assert byte2({"9F07": "0100"}, config={"9F35": kind, "9F40": "7000F0A001"}) == "00"
    assert byte2({"9F07": "0200"}, config={"9F35": kind, "9F40": "7000F0A001"}) == "10"


@pytest.mark.parametrize("kind", ["11", "13", "17", "21", "22", "24", "25", "26", "34", "0E"])
def test_everything_else_is_no_atm(kind: str) -> None:
    assert byte2({"9F07": "0100"}, config={"9F35": kind}) == "00"
    assert byte2({"9F07": "FE00"}, config={"9F35": kind}) == "10"


HOME, AWAY = "0804", "0276"


@pytest.mark.parametrize(
    ("service", "country", "enough"),
    [
        ("01", HOME, ["8100"]),
        ("01", AWAY, ["4100"]),
        ("00", HOME, ["2100", "0900", "2900"]),
        ("00", AWAY, ["1100", "0500", "1500"]),
        ("09", HOME, ["2180", "0980"]),
        ("09", AWAY, ["1140", "0540"]),
    ],
)
def test_a_service_needs_its_bits_and_no_others(
    service: str, country: str, enough: list[str]
) -> None:
    params = {"9C": service}
    for usage in enough:
        assert byte2({"9F07": usage, "5F28": country}, params) == "00"
    for usage in range(0x0100, 0x10000, 0x40):
        if usage & 0x0100:
            fits = any(usage & int(it, 16) == int(it, 16) for it in enough)
            told = byte2({"9F07": f"{usage:04X}", "5F28": country}, params)
            assert told == ("00" if fits else "10")


def test_a_service_is_looked_at_only_if_the_cards_country_is_known() -> None:
    for service in ("00", "01", "09"):
        assert byte2({"9F07": "0100"}, {"9C": service}) == "00"


@pytest.mark.parametrize("service", ["20", "02", "30", "10", "90"])
def test_other_transactions_are_not_restricted(service: str) -> None:
    assert byte2({"9F07": "0100", "5F28": HOME}, {"9C": service}) == "00"


def test_a_country_without_usage_control_restricts_nothing() -> None:
    assert byte2({"5F28": AWAY}, {"9C": "01"}) == "00"


def test_dates_are_inclusive() -> None:
    assert byte2({"5F25": "261123"}) == "00"
    assert byte2({"5F25": "261124"}) == "20"
    assert byte2({"5F24": "261123"}) == "00"
    assert byte2({"5F24": "261122"}) == "40"
    assert byte2({"5F24": "261122", "5F25": "261124"}) == "60"


def test_centuries_turn_at_50() -> None:
    assert byte2({"5F24": "491231"}) == "00"
    assert byte2({"5F24": "500101"}) == "40"
    assert byte2({"5F25": "991231"}) == "00"
    assert byte2({"5F25": "500101", "5F24": "991231"}, {"9A": "991230"}) == "00"


def test_everything_wrong_at_once() -> None:
    icc = {"9F08": "FFFF", "9F07": "0000", "5F25": "301231", "5F24": "261122"}
    assert byte2(icc) == "F0"


@pytest.mark.parametrize("where", ["config", "params", "icc"])
def test_all_of_it_is_always_required_in_its_length(where: str) -> None:
    fields: dict[str, Any] = {"config": CONFIG, "params": PARAMS, "icc": ICC}
    for tag, value in fields[where].items():
        for wrong in (None, "", value + "00", value[:-2], 1):
            changed = fields | {where: fields[where] | {tag: wrong}}
            assert refused("restrictions", **changed), (tag, wrong)
    assert refused("restrictions", **fields | {where: None})


@pytest.mark.parametrize("tag", ["9F08", "9F07", "5F28", "5F25"])
def test_what_a_card_may_leave_out_must_have_its_length_when_it_is_there(tag: str) -> None:
    for wrong in ("", "01", "01020304"):
        icc = ICC | {"9F07": "FFFF", tag: wrong}
        assert refused("restrictions", config=CONFIG, params=PARAMS, icc=icc)


def test_a_country_is_needed_only_with_usage_control() -> None:
    assert byte2({"5F28": "08"}) == "00"


def test_members_that_are_no_tags_are_ignored() -> None:
    assert byte2({"note": "a test card", "": 1, "5F2": None}) == "00"


def test_a_date_is_made_of_digits() -> None:
    assert refused("restrictions", config=CONFIG, params=PARAMS, icc={"5F24": "30AB31"})


# -- static data -------------------------------------------------------------------------------

ONE = "70035F3400"


def static(afl: str, records: list[Any], **more: Any) -> Any:
    return ask("static_data", afl=afl, records=records, **more).get("static_data")


def test_signed_records_are_put_together_in_the_order_of_the_locator() -> None:
    records = [[2, 1, "7001BB"], [1, 3, "7001A3"], [1, 2, "7001A2"], [1, 1, "7001A1"], [9, 9, ""]]
    assert static("0801030210010101", records) == "A1A2BB"
    assert static("1001010108010302", records) == "BBA1A2"
    assert static("08010300", []) == ""


def test_files_up_to_10_give_the_contents_and_others_the_whole_record() -> None:
    assert static("50010101", [[10, 1, "7001AA"]]) == "AA"
    assert static("58010101", [[11, 1, "7001AA"]]) == "7001AA"
    assert static("F0010101", [[30, 1, "DEADBEEF"]]) == "DEADBEEF"
    assert static("08010101", [[1, 1, "7000"]]) == ""
    assert static("08010101", [[1, 1, "708101AA"]]) == "AA"
    assert static("58010101", [[11, 1, "708101AA"]]) == "708101AA"
    assert static("08010101", [[1, 1, "70029FFF"]]) == "9FFF"  # contents are not looked into


@pytest.mark.parametrize(
    "wrong", ["", "70", "007001AA", "7001AA00", "7002AA", "7701AA", "7080AA", "70850000000001AA"]
)
def test_a_record_of_contents_is_exactly_its_template(wrong: str) -> None:
    assert refused("static_data", afl="08010101", records=[[1, 1, wrong]])
    assert static("58010101", [[11, 1, wrong]]) == wrong
    assert static("08020201", [[1, 1, wrong], [1, 2, "7001AA"]]) == "AA"  # unneeded


def test_of_two_records_the_first_counts() -> None:
    assert static("08010101", [[1, 1, "7001AA"], [1, 1, "7001BB"]]) == "AA"


def test_the_profile_is_appended_if_the_list_of_signed_tags_names_it() -> None:
    records = [[1, 1, "7001AA"]]
    assert static("08010101", records, **{"82": "5900"}) == "AA"
    assert static("08010101", records, **{"82": "5900", "9F4A": "82"}) == "AA5900"
    assert static("08010101", records, **{"82": "5900", "9f4a": "82"}) == "AA5900"
    assert static("08010101", records, **{"9F4A": ""}) == "AA"
    assert static("08010101", records, **{"9F4A": None, "82": 7}) == "AA"
    for wrong in (
        {"9F4A": "82"},
        {"9F4A": "82", "82": "59"},
        {"9F4A": "82", "82": None},
        {"9F4A": "8282", "82": "5900"},
        {"9F4A": "5A", "82": "5900"},
        {"9F4A": "00", "82": "5900"},
    ):
        assert refused("static_data", afl="08010101", records=records, **wrong)


def test_a_missing_record_and_a_malformed_locator_are_errors() -> None:
    for afl in ("", "08010102", "08000101", "09010101"):
        assert refused("static_data", afl=afl, records=[[1, 1, "7001AA"]])
    assert refused("static_data", afl="08010101")


@pytest.mark.parametrize("wrong", [[True, 1, "7000"], [1, True, "7000"], ["1", 1, "7000"]])
def test_true_is_no_record_number(wrong: list[Any]) -> None:
    assert refused("static_data", afl="08010101", records=[wrong])
    assert refused("static_data", afl="08010100", records=[wrong])


@pytest.mark.parametrize("wrong", [[[1, 1]], [1], ["7000"], {}, [[1, 1, None]], [[1.0, 1, "7000"]]])
def test_records_of_another_shape_are_errors(wrong: object) -> None:
    assert refused("static_data", afl="08010100", records=wrong)
