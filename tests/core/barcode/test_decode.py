"""What the till reads from a scanned code: the contract's rules, one by one."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.core.barcode import REGIONS, Decoded, decode
from appliance.core.barcode.check_digits import check_digit, value_check_digit

TODAY = date(2026, 11, 23)
GS = "\x1d"
GTIN = "04012345678901"
VECTORS = json.loads((Path(__file__).parents[2] / "data" / "barcodes.json").read_text("utf-8"))


def read(code: str, region: str = "ua", today: date = TODAY) -> dict[str, object]:
    return decode(code, region=region, today=today).as_dict()


def with_check(digits: str) -> str:
    return digits + check_digit(digits)


def expect(code: str, *, region: str = "ua", today: date = TODAY, **fields: object) -> None:
    answer = read(code, region, today)
    assert {name: answer.get(name) for name in fields} == fields, answer


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["id"])
def test_the_contracts_examples(vector):
    expect(vector["input"], region=vector.get("region", "ua"), **vector["expected"])


@pytest.mark.parametrize(
    ("code", "kind", "symbology"),
    [
        ("4820024700016", "item", "ean13"),
        (" \t4820024700016\r\n", "item", "ean13"),
        ("036000291452", "item", "upca"),
        ("12345670", "item", "ean8"),
        ("08765438", "item", "upce"),
        ("08765439", "invalid", None),
        ("88765438", "invalid", None),
        (with_check("1401234567890"), "item", "itf14"),
        ("14012345678903", "invalid", None),
        ("123456789", "unknown", None),
        ("", "unknown", None),
        (" \r\n", "unknown", None),
        ("\u0664\u0668\u0662\u0660", "unknown", None),
        ("]E04820024700016", "item", "ean13"),
        ("]E0036000291452", "item", "upca"),
        ("]E008765438", "item", "upce"),
        ("]E008765439", "invalid", "upce"),
        ("]E088765438", "invalid", "upce"),
        ("]E0482002470001X", "invalid", "ean13"),
        ("]E0123456789", "invalid", None),
        ("]E0", "invalid", None),
        ("]E412345670", "item", "ean8"),
        ("]E408765438", "invalid", "ean8"),
        ("]E41234567", "invalid", "ean8"),
        ("]E4ABCDEFGH", "invalid", "ean8"),
        ("]E14820024700016", "item", "other"),
        ("]I0" + with_check("1401234567890"), "item", "itf14"),
        ("]I114012345678903", "invalid", "itf14"),
        ("]I1123456", "unknown", "itf"),
        ("]I1ABCDEFGHIJKLMN", "unknown", "itf"),
        ("]C04820024700016", "item", "code128"),
        ("]C04820024700011", "invalid", "code128"),
        ("]A0HELLO", "unknown", "code39"),
        ("]Azkram:badge:7", "badge", "code39"),
        ("]Q1https://example.com", "link", "qr"),
        ("]Q3https://example.com", "link", "gs1-qr"),
        ("]d2HTTP://EXAMPLE.COM/", "link", "gs1-datamatrix"),
        ("]Q0HELLO", "unknown", "qr"),
        ("]d1HELLO", "unknown", "datamatrix"),
        ("]L0HELLO", "unknown", "pdf417"),
        ("]z0HELLO", "unknown", "aztec"),
        ("]X9HELLO", "unknown", "other"),
        ("]z0", "unknown", "aztec"),
        ("]C1", "invalid", "gs1-128"),
        ("]C1" + GS, "invalid", "gs1-128"),
        ("]C1HELLO", "invalid", "gs1-128"),
        ("]C1(01)" + GTIN, "invalid", "gs1-128"),
        ("]C1 01" + GTIN, "invalid", "gs1-128"),
        ("]J110A", "gs1", "gs1-dotcode"),
        ("]e001" + GTIN, "gs1", "databar"),
        ("]9X", "unknown", None),
        ("]", "unknown", None),
        ("kram:badge:Anna-7", "badge", None),
        ("kram:voucher:" + "A" * 32, "voucher", None),
        ("kram:voucher:" + "A" * 33, "invalid", None),
        ("kram:badge:", "invalid", None),
        ("kram:badge:7\n8", "invalid", None),
        ("kram:pay:7", "invalid", None),
        ("KRAM:badge:7", "unknown", None),
        (f"(01){GTIN}", "gs1", None),
        (f"(01){GTIN}{GS}", "invalid", None),
        ("(01)123", "invalid", None),
        ("(10)A(10)A", "gs1", None),
        ("(10)A(10)B", "invalid", None),
        ("(10)", "invalid", None),
        ("(99)a)b", "gs1", None),
        ("(x)", "unknown", None),
        ("(1", "invalid", None),
        (f"10A{GS}21B", "gs1", None),
        (f"nonsense{GS}", "invalid", None),
        (f"01{GTIN}", "gs1", None),
        (f"01{GTIN[:-1]}2", "unknown", None),
        (f"02{GTIN}", "gs1", None),
        ("00" + with_check("12345678901234567"), "gs1", None),
        ("00123456789012345670", "unknown", None),
    ],
)
def test_the_first_rule_that_fits_decides(code, kind, symbology):
    expect(code, kind=kind, symbology=symbology)


@pytest.mark.parametrize(
    ("six", "ten"),
    [
        ("123450", "1200000345"),
        ("123451", "1210000345"),
        ("123452", "1220000345"),
        ("123453", "1230000045"),
        ("123454", "1234000005"),
        ("123455", "1234500005"),
        ("123456", "1234500006"),
        ("123459", "1234500009"),
    ],
)
@pytest.mark.parametrize("system", ["0", "1"])
def test_upc_e_expands_by_its_sixth_digit(six, ten, system):
    upc_a = with_check(system + ten)
    expect(f"]E0{system}{six}{upc_a[-1]}", kind="item", gtin="00" + upc_a, symbology="upce")


@pytest.mark.parametrize(
    ("digits", "kind"),
    [
        ("050000000000", "voucher"),
        ("990000000000", "voucher"),
        ("980000000000", "voucher"),
        ("984000000000", "voucher"),
        ("985000000000", "item"),
        ("977000000000", "item"),
        ("978000000000", "item"),
        ("200000000000", "item"),
        ("290000000000", "item"),
    ],
)
def test_prefixes_that_are_vouchers(digits, kind):
    code = with_check(digits)
    expect(
        code,
        kind=kind,
        gtin=None if kind == "voucher" else "0" + code,
        voucher=code if kind == "voucher" else None,
    )


def test_upc_a_that_starts_with_5_is_a_voucher_with_its_13_digits():
    code = with_check("51234567890")
    expect(code, kind="voucher", voucher="0" + code, symbology="upca")


@pytest.mark.parametrize("addon", ["12", "51999"])
def test_an_addon_changes_nothing_but_the_addon(addon):
    isbn = "9789660312340"
    plain = read(isbn)
    assert read(isbn + addon) == plain | {"addon": addon}
    assert read("]E3" + isbn + addon) == plain | {"addon": addon}
    assert read("]E3" + "4820024700016" + addon)["addon"] == addon
    expect("4820024700016" + addon, kind="unknown")
    expect("]E3" + isbn, kind="invalid", symbology="ean13")
    expect("]E3" + isbn[:-1] + "9" + addon, kind="invalid", symbology="ean13")
    expect("]E3" + isbn + addon[:-1] + "X", kind="invalid", symbology="ean13")


REGIONAL = [
    ("ua", "21 22 23 24 25 26 27", "ppIIIIIWWWWWC", [3] * 7),
    ("ua", "28", "ppIIIIIPPPPPC", [2]),
    ("us", "02", "ppIIIIIVPPPPC", [2]),
    ("gb", "20", "ppIIIIIVPPPPC", [2]),
    ("se", "20 21 22", "ppIIIIIIPPPPC", [2, 1, 0]),
    ("no", "20 21 22", "ppIIIIIIPPPPC", [2, 1, 0]),
    *[
        (region, "23 24 25", "ppIIIIIIWWWWC", [3, 2, 1])
        for region in ("se", "no", "fi", "ee", "lv", "lt")
    ],
    ("dk", "21 22 23 24", "ppIIIIPPPPPPC", [2] * 4),
    ("dk", "26 28", "ppIIIIWWWWWWC", [3] * 2),
    ("dk", "27", "ppIIIIIWWWWWC", [3]),
    ("de", "22 23", "ppIIIIVPPPPPC", [2] * 2),
    ("de", "28 29", "ppIIIIVWWWWWC", [3] * 2),
]
RULES = [
    (region, prefix, pattern, decimals)
    for region, prefixes, pattern, places in REGIONAL
    for prefix, decimals in zip(prefixes.split(), places, strict=True)
]


@settings(max_examples=20, deadline=None)
@given(st.data())
@pytest.mark.parametrize(("region", "prefix", "pattern", "decimals"), RULES)
def test_every_rule_of_every_region(region, prefix, pattern, decimals, data):
    item_length = pattern.count("I")
    sign = "W" if "W" in pattern else "P"
    item = data.draw(st.integers(0, 10**item_length - 1)).__format__(f"0{item_length}")
    field = data.draw(st.integers(0, 10 ** pattern.count(sign) - 1)).__format__(
        f"0{pattern.count(sign)}"
    )
    v = value_check_digit(field) if "V" in pattern else ""
    code = with_check(prefix + item + v + field)
    whole = int(field) // 10**decimals
    value = f"{whole}.{field[-decimals:]}" if decimals else str(whole)
    expect(
        code,
        region=region,
        kind="weighed" if sign == "W" else "priced",
        gtin=None,
        plu=item,
        base=with_check(prefix + item + "0" * len(v + field)),
        weight=value if sign == "W" else None,
        price=value if sign == "P" else None,
    )
    if v:
        wrong = str((int(v) + 1) % 10)
        expect(with_check(prefix + item + wrong + field), region=region, kind="invalid")


@pytest.mark.parametrize("region", REGIONS)
def test_prefixes_outside_a_regions_table_are_plain(region):
    listed = {prefix for name, prefix, *_ in RULES if name == region}
    for prefix in {f"2{n}" for n in range(10)} | {"02", "04"}:
        kind = read(with_check(prefix + "0000000000"), region)["kind"]
        assert (kind in ("weighed", "priced")) == (prefix in listed), (region, prefix)


def test_the_examples_of_value_check_digits():
    assert value_check_digit("2875") == "9"
    assert value_check_digit("14685") == "6"


@settings(max_examples=400, deadline=None)
@given(
    st.one_of(
        st.text(),
        st.text(alphabet="0123456789", max_size=22),
        st.text(alphabet="]E0C13d2QJ(01)27\x1d/.:%ABkram-http", max_size=40),
        st.text(alphabet="0123456789\x1d", max_size=40).map(lambda s: "]C1" + s),
        st.text(alphabet="0128/?=&;%a", max_size=40).map(lambda s: "https://a/01/" + s),
    )
)
def test_whatever_the_code_it_answers_and_keeps_its_promises(code):
    for region in ("ua", "de"):
        decoded = decode(code, region=region, today=TODAY)
        assert isinstance(decoded, Decoded)
        answer = decoded.as_dict()
        assert list(answer)[:5] == ["kind", "gtin", "ai", "symbology", "error"]
        assert (answer["error"] is not None) == (answer["kind"] in ("unknown", "invalid"))
        if answer["error"] is not None:
            assert set(answer) == {"kind", "gtin", "ai", "symbology", "error"}
            assert (answer["gtin"], answer["ai"]) == (None, {})


@pytest.mark.parametrize(
    "code",
    [
        "1" * 1_000_000,
        "(10)A" * 100_000,
        "]C1" + f"10A{GS}" * 100_000,
        "https://a" + "/01" * 200_000,
        "https://a/01/" + GTIN + "?" + "10=A&" * 100_000,
        "]C110" + "A" * 1_000_000,
        "\ud800\udfff",
    ],
    ids=lambda code: code[:12].encode("ascii", "replace").decode(),
)
def test_an_endless_code_is_answered_at_once(code):
    decode(code, today=TODAY)
