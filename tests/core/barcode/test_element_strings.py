"""GS1 element strings: every identifier of the dictionary, every check, what stands together."""

from __future__ import annotations

import re
from datetime import date
from importlib.resources import files

import biip
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.core.barcode import decode
from appliance.core.barcode.check_digits import check_characters, check_digit
from appliance.core.barcode.checks import CHECKS
from appliance.core.barcode.dates import resolve_year
from appliance.core.barcode.dictionary import dictionary

TODAY = date(2026, 11, 23)
GS = "\x1d"
GTIN = "04012345678901"
GLN = "4012345678901"


def read(code: str, today: date = TODAY) -> dict[str, object]:
    return decode(code, today=today).as_dict()


def is_good(ai: str, value: str, today: date = TODAY) -> bool:
    """Whether the value is taken, told the same way by both ways of writing it."""
    plain = read(f"]C1{ai}{value}", today)
    assert plain["ai"] in ({ai: value}, {}) or plain["kind"] != "gs1", plain
    good = plain["error"] is None and plain["ai"] == {ai: value}
    if "(" not in value and GS not in value:
        assert (read(f"({ai}){value}", today)["error"] is None) == good
    return good


def with_check(digits: str) -> str:
    return digits + check_digit(digits)


def test_the_dictionary_is_whole():
    ais = dictionary()
    assert len(ais) == 541
    assert not any(a != b and b.startswith(a) for a in ais for b in ais)
    text = files("appliance.core.barcode").joinpath("gs1_dictionary.txt").read_text("utf-8")
    data = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#"))
    used = set(re.findall(r"(?<=,)[a-z]\w*", re.sub(r" # .*", "", data)))
    assert used == set(CHECKS)
    predefined = {ai[:2] for ai, entry in ais.items() if entry.predefined}
    assert predefined <= {"00", "01", "02", "03", "04", "41", *map(str, range(11, 21))} | {
        str(n) for n in range(31, 37)
    }
    assert all(entry.predefined for ai, entry in ais.items() if ai[:2] in predefined)


# Good and bad values of each check, carried by an identifier that uses it.
VALUES = {
    "00": ([with_check("34012345678901234")], ["340123456789012341", "3401234567890123"]),
    "01": ([GTIN, "00000012345670"], ["04012345678902", "0401234567890", "0401234567890X"]),
    "02": ([GTIN], ["04012345678900"]),
    "03": ([GTIN], ["04012345678900"]),
    "10": (["A", "a!\"%&'()*+,-./:;<=>?_"[:20], "1" * 20], ["", "1" * 21, "A B", "Ж", "A#", "A$"]),
    "11": (
        ["261123", "261100", "280229"],
        ["261323", "260023", "261132", "270229", "2611", "26112X"],
    ),
    "17": (["270100", "240229", "270228"], ["270229", "271301"]),
    "20": (["00", "99"], ["1", "123"]),
    "242": (["1", "123456"], ["", "1234567", "A"]),
    "253": ([GLN, GLN + "A" * 17], ["4012345678902", GLN + "A" * 18, GLN[:-1]]),
    "255": ([GLN, GLN + "123456789012"], [GLN + "A", GLN + "1" * 13]),
    "402": ([with_check("4012345678901234")], ["40123456789012340"]),
    "410": ([GLN], ["4012345678900"]),
    "417": ([GLN], ["4012345678900"]),
    "401": (["4012X", "4012"], ["401X", "401", "A4012"]),
    "421": (["804A", "276123456789"], ["804", "000A", "8041234567890"]),
    "422": (["804", "276"], ["999", "000", "80"]),
    "423": (["804", "804276", "804276616250040"], ["80427", "804000", "804276616250040056"]),
    "4300": (["Caf%C3%A9", "100%25"], ["100%", "%2", "%GG", "%%25"]),
    "4307": (["UA", "DE"], ["ua", "XX", "U"]),
    "4309": (["18000000003600000000", "0" * 20], ["18000000010000000000", "00000000003600000001"]),
    "4321": (["0", "1"], ["2", "A"]),
    "4324": (["2611230000", "2611002359"], ["2611232400", "2611230060", "261123"]),
    "4326": (["261123"], ["261100"]),
    "4330": (["001234", "001234-"], ["001234+", "00123", "001234--"]),
    "7003": (
        ["2611231730", "2611230000", "2611232359"],
        ["2611001730", "2611232400", "2611231260"],
    ),
    "7007": (["261101", "261101261123"], ["261100", "261101261100", "26110126"]),
    "7011": (["261123", "2611232359"], ["261100", "2611232460", "26112312"]),
    "7023": (["4012A"], ["A4012"]),
    "7030": (["804AB", "999AB"], ["000AB", "804"]),
    "7040": (["1AB_", "1AB-", "1ABz"], ["1AB+", "AAB1", "1AB"]),
    "7041": (["1A", "200", "9", "ZZ"], ["00", "A", "zz", "ZZZZ"]),
    "7241": (["01", "10", "80", "99"], ["00", "11", "79"]),
    "7250": (["20240229", "19000228"], ["20230229", "19000229", "20261301", "20261100"]),
    "7251": (["202402292359"], ["202402292400", "20240229"]),
    "7252": (["0", "1", "2", "9"], ["3", "8"]),
    "7258": (["1/1", "1/9", "3/7"], ["0/1", "2/1", "1/0", "123", "1/A", "/11", "11/"]),
    "8001": (["00010000100109", "12341234512310"[:13] + "5"], ["00000000100100", "00010000100120"]),
    "8003": (
        ["0" + GLN, "0" + GLN + "A" * 16],
        ["1" + GLN, "04012345678902", "0" + GLN + "A" * 17],
    ),
    "8004": (["4012ABC"], ["ABC4012", "401"]),
    "8006": ([GTIN + "0102", GTIN + "9999"], [GTIN + "0001", GTIN + "0302", GTIN + "0100"]),
    "8007": (
        ["FR7630006000011234567890189", "MU43BOMM0101123456789101000MUR"],
        [
            "FR7630006000011234567890188",
            "XX7630006000011234567890189",
            "FR76",
            "fr76300060000112345678",
        ],
    ),
    "8008": (
        ["26112317", "2611231730", "261123173059"],
        ["26112324", "2611231760", "261100170000"],
    ),
    "8010": (["4012#-/A"], ["4012a", "4012_", "401#"]),
    "8011": (["1", "123456789012"], ["0", "01", "1234567890123"]),
    "8013": (
        ["1987654Ad4X4bL5ttr2310c2K"],
        ["1987654Ad4X4bL5ttr2310c2J", "1987654Ad4X4bL5ttr2310cK2", "2K", "K"],
    ),
    "8014": (["1987654Ad4X4bL5ttr2310c2K"], ["1987654Ad4X4bL5ttr2310c22"]),
    "8017": ([with_check("40123456789012345")], ["401234567890123451"]),
    "8018": ([with_check("40123456789012345")], ["401234567890123451"]),
    "8026": ([GTIN + "0102"], [GTIN + "0201"]),
    "8030": (["ABCD", "AB=", "A==", "a-_9"], ["AB==", "A=", "AB+", "===", "A/"]),
    "8043": (["1" * 18, "1" * 20], ["1" * 17, "1" * 21]),
    "3910": (["9801", "980123456789012345"], ["0001", "980", "9801234567890123456"]),
    "3930": (["9801"], ["980", "0001"]),
    "3100": (["000000", "999999"], ["00000", "00000A"]),
    "90": (["A" * 30], ["A" * 31]),
    "99": (["A" * 90], ["A" * 91]),
}


@pytest.mark.parametrize("ai", VALUES)
def test_good_values_are_taken_and_bad_ones_are_not(ai):
    good, bad = VALUES[ai]
    assert [value for value in good if not is_good(ai, value)] == []
    assert [value for value in bad if is_good(ai, value)] == []


@pytest.mark.parametrize(
    ("coupon", "good"),
    [
        ("106141416543213150110120", True),
        ("012345612345611110123", True),
        ("012345612345611110123" + "10" + "110123" + "9", True),
        ("012345612345611110123" + "10" + "110123" + "0123456", True),
        ("012345612345611110123" + "10" + "110123" + "7123456", False),
        ("012345612345611110123" + "2" + "110123" + "9", True),
        ("012345612345611110123" + "3261231", True),
        ("012345612345611110123" + "3261200", False),
        ("012345612345611110123" + "3261101" + "4261101", True),
        ("012345612345611110123" + "3261101" + "4261102", False),
        ("012345612345611110123" + "50123456", True),
        ("012345612345611110123" + "5012345", False),
        ("012345612345611110123" + "611234567", True),
        ("012345612345611110123" + "60123456", False),
        ("012345612345611110123" + "90000", True),
        ("012345612345611110123" + "93000", False),
        ("012345612345611110123" + "90300", False),
        ("012345612345611110123" + "90002", False),
        ("012345612345611110123" + "7", False),
        ("712345671234561111012", False),
        ("012345612345601110123", False),
        ("012345612345611115123", False),
        ("", False),
        ("A", False),
    ],
)
def test_north_american_coupons_follow_their_grammar(coupon, good):
    assert (read(f"(8110){coupon}")["kind"] == "voucher") == good


@pytest.mark.parametrize(
    ("coupon", "good"),
    [
        ("001234561234560123456", True),
        ("061234567890121234569123456789012345", True),
        ("201234561234560123456", False),
        ("0712345671234560123456", False),
        ("0012345612345601234567", False),
        ("00123456123456012345", False),
    ],
)
def test_positive_offers_follow_theirs(coupon, good):
    assert (read(f"(8112){coupon}")["error"] is None) == good


def sample(charset: str, length: int) -> str:
    return ("1234567890" * 10)[:length] if charset != "Z" else ("Ab_-" * 25)[:length]


@pytest.mark.parametrize("ai", sorted(dictionary()))
def test_lengths_and_character_sets_of_every_identifier(ai):
    entry = dictionary()[ai]
    first, last = entry.components[0], entry.components[-1]
    assert not is_good(ai, "")
    assert not is_good(ai, "1" * (entry.length_max + 1))
    assert not is_good(ai, " " * first.length_min)
    if any(component.checks for component in entry.components):
        return  # VALUES holds these
    shortest = "".join(sample(c.charset, c.length_min) for c in entry.components if not c.optional)
    longest = "".join(sample(c.charset, c.length_max) for c in entry.components)
    assert is_good(ai, shortest)
    assert is_good(ai, longest)
    assert is_good(ai, longest[:-1]) == (last.length_min < last.length_max)
    assert is_good(ai, "A" + longest[1:]) == (first.charset != "N")


@pytest.mark.parametrize(
    ("text", "ai"),
    [
        (f"01{GTIN}10L1", {"01": GTIN, "10": "L1"}),
        (f"{GS}01{GTIN}10L1{GS}", {"01": GTIN, "10": "L1"}),
        (f"01{GTIN}{GS}10L1", {"01": GTIN, "10": "L1"}),
        (f"01{GTIN}{GS}", {"01": GTIN}),
        (f"10L1{GS}01{GTIN}", {"10": "L1", "01": GTIN}),
        (f"10L1{GS}10L1", {"10": "L1"}),
        (f"10L101{GTIN}", {"10": f"L101{GTIN}"}),
        (f"{GS}{GS}01{GTIN}", None),
        (f"01{GTIN}{GS}{GS}", None),
        (f"01{GTIN}{GS}{GS}10L1", None),
        (f"10L1{GS}{GS}", None),
        (f"10{GS}21A", None),
        (f"10L1{GS}10L2", None),
        (f"01{GTIN}1", None),
        (f"01{GTIN}10", None),
        (f"01{GTIN}99", None),
        ("01040123456789", None),
        ("05123", None),
        ("0401234567890123", None),
        ("3106000001", None),
    ],
)
def test_separators(text, ai):
    answer = read("]C1" + text)
    assert answer["ai"] == (ai or {})
    assert (answer["error"] is None) == (ai is not None)


@pytest.mark.parametrize(
    ("parts", "good"),
    [
        (f"(01){GTIN}(02){GTIN}", False),
        (f"(01){GTIN}(37)1", False),
        (f"(01){GTIN}(255){GLN}", False),
        (f"(01){GTIN}(8006){GTIN}0101", False),
        (f"(01){GTIN}(8026){GTIN}0101", True),
        (f"(02){GTIN}(37)1", True),
        (f"(02){GTIN}(255){GLN}", True),
        (f"(01){GTIN}(03){GTIN}", True),
        ("(21)A(235)B", False),
        ("(8017)401234567890123457(8018)401234567890123457", None),
        ("(3102)000001(3103)000001", False),
        ("(3102)000001(3112)000001", True),
        ("(3202)000001(3203)000001", False),
        ("(3302)000001(3303)000001", False),
        ("(3502)000001(3503)000001", False),
        ("(3602)000001(3603)000001", False),
        ("(3402)000001(3403)000001", True),
        ("(3402)000001(3402)000001", True),
        ("(3900)1(3901)1", False),
        ("(3920)1(3921)1", False),
        ("(3940)0001(3941)0001", False),
        ("(3950)000001(3951)000001", False),
        ("(3920)1(3930)9801", False),
        ("(3922)1(3931)9801", False),
        ("(3900)1(3920)1", True),
        ("(3940)0001(3900)1", True),
        ("(420)A(421)804A", True),
        ("(422)804(426)804", True),
        ("(7250)20240229(7251)202402292359", True),
        ("(17)261123", True),
    ],
)
def test_what_may_not_stand_together(parts, good):
    if good is None:
        gsrn = with_check("40123456789012345")
        parts, good = f"(8017){gsrn}(8018){gsrn}", False
    assert (read(parts)["error"] is None) == good


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("(3103)001234", {"weight": "1.234"}),
        ("(3100)001234", {"weight": "1234"}),
        ("(3103)000050", {"weight": "0.050"}),
        ("(3105)000000", {"weight": "0.00000"}),
        ("(3202)001234", {"weight": None}),
        ("(3922)1199", {"price": "11.99", "currency": None}),
        ("(3929)1", {"price": "0.000000001"}),
        ("(3920)007", {"price": "7"}),
        ("(3932)9801199", {"price": "11.99", "currency": "980"}),
        ("(3932)9805", {"price": "0.05", "currency": "980"}),
        ("(30)0012", {"count": 12}),
        ("(37)5", {"count": 5}),
        ("(30)7(37)5", {"count": 7}),
        ("(17)270200", {"expiry": "2027-02-28"}),
        ("(17)280200", {"expiry": "2028-02-29"}),
        ("(7003)2611231730", {"expiry": "2026-11-23"}),
        ("(7003)2611231730(17)270100", {"expiry": "2027-01-31"}),
        ("(15)261101", {"best_before": "2026-11-01", "expiry": None}),
        ("(16)261101", {"sell_by": "2026-11-01"}),
        ("(11)261101", {"produced": "2026-11-01"}),
        ("(13)261101", {"packed": "2026-11-01"}),
        ("(10)B(21)S", {"batch": "B", "serial": "S"}),
        (f"(02){GTIN}", {"gtin": GTIN, "kind": "gs1"}),
        (f"(255){GLN}123", {"kind": "voucher", "voucher": GLN + "123", "gtin": None}),
        ("(8112)001234561234560123456", {"kind": "voucher", "voucher": None}),
        ("(8017)" + with_check("40123456789012345"), {"kind": "badge"}),
        ("(8018)" + with_check("40123456789012345"), {"kind": "gs1", "badge": None}),
    ],
)
def test_derived_fields(code, fields):
    answer = read(code)
    assert {name: answer.get(name) for name in fields} == fields


@pytest.mark.parametrize("year", [2000, 2026, 2049, 2050, 2051, 2099])
def test_the_century_is_the_one_within_49_years_before_and_50_after(year):
    today = date(year, 6, 15)
    for two in range(100):
        resolved = resolve_year(two, today)
        assert resolved % 100 == two
        assert year - 50 < resolved <= year + 50


def test_february_is_as_long_as_in_the_resolved_year():
    # 00 is 2000, a leap year, until 2050; from 2051 on it is 2100, which is none.
    assert is_good("17", "000229", date(2049, 1, 1))
    assert not is_good("17", "000229", date(2051, 1, 1))
    assert read("(17)000200", date(2051, 1, 1))["expiry"] == "2100-02-28"


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="23456789ABCXYZ_az", min_size=5, max_size=23))
def test_a_wrong_character_spoils_the_check_pair(body):
    value = "4012" + body[4:]
    pair = check_characters(value)
    assert pair is not None
    assert is_good("8013", value + pair)
    assert not is_good("8013", value[:-1] + ("B" if value[-1] != "B" else "C") + pair)


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, 10**13 - 1).map(lambda n: with_check(f"{n:013}")),
    st.text(alphabet="ABCxyz0189-/", min_size=1, max_size=20),
    st.dates(date(1980, 1, 1), date(2070, 1, 1)),
    st.integers(0, 999_999),
    st.integers(0, 5),
)
def test_an_independent_library_reads_the_same(gtin, batch, day, weight, places):
    code = f"01{gtin}17{day:%y%m%d}310{places}{weight:06}10{batch}"
    ours = read("]C1" + code)
    theirs = biip.parse("]C1" + code).gs1_message
    assert theirs is not None
    assert ours["ai"] == {s.ai.ai: s.value for s in theirs.element_strings}
    assert ours["gtin"] == gtin
    assert ours["weight"] == str(theirs.element_strings[2].decimal)
    expiry = theirs.element_strings[1].date
    assert expiry is not None
    assert ours["expiry"][4:] == expiry.isoformat()[4:]  # its century depends on its clock


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="0123456789", min_size=12, max_size=14))
def test_the_same_library_judges_trade_item_numbers_the_same(digits):
    theirs = biip.parse(digits).gtin
    ours = read(digits, TODAY)
    if ours["kind"] == "item":
        assert theirs is not None
        assert theirs.as_gtin_14() == ours["gtin"]
    elif ours["kind"] == "invalid":
        assert theirs is None
