"""`till inspect` of QR codes, sentence by sentence of its contract."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from appliance.inspect.ops import WORDS, answer
from appliance.malformed import Malformed

IBAN = "UA213223130000026007233566001"


def ask(op: str, **given: Any) -> dict[str, Any]:
    return {k: v for k, v in answer({"op": op, **given}).items() if v is not None}


def is_error(found: dict[str, Any]) -> bool:
    return list(found) == ["error"] and bool(found["error"])


# crc16


@pytest.mark.parametrize(("text", "crc"), [("", "FFFF"), ("123456789", "29B1"), ("Каса", "82BC")])
def test_the_checksum_runs_over_utf_8(text: str, crc: str) -> None:
    assert ask("crc16", text=text) == {"crc": crc}


def test_half_a_character_has_no_checksum() -> None:
    assert is_error(ask("crc16", text="\ud800"))
    assert is_error(ask("mpm", payload="000201\ud8006304FFFF"))
    assert is_error(ask("mpm_build", tree=[["00", "01"], ["59", "\ud800"]]))


# mpm


def summed(body: str) -> str:
    return body + "6304" + ask("crc16", text=body + "6304")["crc"]


def mpm(*objects: str) -> dict[str, Any]:
    return ask("mpm", payload=summed("000201" + "".join(objects)))


def test_the_shortest_code_is_its_format_and_its_checksum() -> None:
    payload = summed("000201")
    crc = payload[-4:]
    found = {"tree": [("00", "01"), ("63", crc)], "crc": crc}
    assert ask("mpm", payload=payload) == ask("mpm", payload=payload.lower()) == found


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "000201",
        summed(""),
        summed("0002025802UA"),
        summed("5802UA000201"),
        summed("000201") + "5802UA",
        summed("000201")[:-4] + "0000",
        summed("000201")[:-1],
        summed("0002015900"),
        summed("0002015910Abc"),
        summed("00020159"),
        summed("000201x902AB"),
        summed("00020159 2AB"),
        summed("000201٥902AB"),
        summed("00020126050001"),
        summed("0002012604Text"),
        summed("00020162040100"),
        summed("0002019905000"),
        "0002016303" + "ABC",
    ],
)
def test_what_is_no_merchant_s_code_is_an_error(payload: str) -> None:
    assert is_error(ask("mpm", payload=payload))


def test_templates_are_opened_one_level_and_nothing_else_is() -> None:
    found = mpm("02080004test", "26080004test", "64080004test", "80080004test", "99080004test")
    inner = [("00", "test")]
    assert found["tree"][1:-1] == [
        ("02", "0004test"),
        *((id_, inner) for id_ in ("26", "64", "80", "99")),
    ]
    assert mpm("5108000400AA")["tree"][1] == ("51", [("00", "00AA")])
    assert mpm("52080004test")["tree"][1] == ("52", "0004test")
    assert mpm("6104test", "6504test", "7904test")["tree"][1:-1] == [
        (id_, "test") for id_ in ("61", "65", "79")
    ]


def test_order_unknown_ids_repeats_and_an_early_checksum_are_no_errors() -> None:
    found = mpm("6304abcd", "5402.5", "540210", "5303840", "5303980", "0302XX")
    assert (found["amount"], found["currency"]) == (".5", "840")
    assert "amount_minor" not in found
    assert found["tree"][1] == ("63", "abcd")


def test_lengths_count_characters() -> None:
    assert mpm("5906Каса №")["tree"][1] == ("59", "Каса №")
    assert mpm("5901😀")["tree"][1] == ("59", "😀")


@pytest.mark.parametrize(
    ("currency", "amount", "minor"),
    [
        ("980", "87.5", 8750),
        ("980", "87.50", 8750),
        ("980", "0", 0),
        ("980", "007", 700),
        ("980", "87.", None),
        ("980", ".5", None),
        ("980", "10.000", None),
        ("980", "1,50", None),
        ("980", "-1", None),
        ("980", "1e2", None),
        ("980", " 1", None),
        ("980", "٣", None),
        ("392", "100", 100),
        ("392", "100.0", None),
        ("392", "100.00", None),
        ("048", "1.234", 1234),
        ("048", "1.2345", None),
        ("990", "1.2345", 12345),
        ("927", "1.2345", 12345),
        ("000", "1.25", 125),
        ("UAH", "1.25", 125),
        ("999", "1.255", None),
    ],
)
def test_an_amount_is_paid_only_if_the_currency_has_it(
    currency: str, amount: str, minor: int | None
) -> None:
    found = mpm(f"53{len(currency):02}{currency}", f"54{len(amount):02}{amount}")
    assert (found["amount"], found["currency"]) == (amount, currency)
    assert found.get("amount_minor") == minor


def test_an_amount_without_a_currency_is_none() -> None:
    assert mpm("540210")["amount"] == "10"
    assert "amount_minor" not in mpm("540210")
    assert "amount_minor" not in mpm("5303980")


# mpm_build


def test_what_was_built_is_read_as_it_was() -> None:
    tree = [["00", "01"], ["26", [["00", "ua.kram"], ["63", "in here it is a text"]]], ["59", "Ї"]]
    payload = ask("mpm_build", tree=tree)["payload"]
    found = ask("mpm", payload=payload)
    as_lists = [[k, [list(x) for x in v] if isinstance(v, list) else v] for k, v in found["tree"]]
    assert as_lists[:-1] == tree


@pytest.mark.parametrize(
    "tree",
    [
        None,
        "",
        [],
        [["01", "12"], ["00", "01"]],
        [["00", "02"]],
        [["00", "01"], ["59", ""]],
        [["00", "01"], ["59", "x" * 100]],
        [["00", "01"], ["63", "ABCD"]],
        [["00", "01"], ["26", "text"]],
        [["00", "01"], ["59", [["00", "x"]]]],
        [["00", "01"], ["26", []]],
        [["00", "01"], ["59", []]],
        [["00", "01"], ["26", [["00", ""]]]],
        [["00", "01"], ["26", [["00", "x" * 96]]]],
        [["00", "01"], ["26", [["00", [["01", "x"]]]]]],
        [["00", "01"], ["26", [["0", "x"]]]],
        [["00", "01"], ["26", ["00", "x"]]],
        [["00", "01"], ["5", "x"]],
        [["00", "01"], ["599", "x"]],
        [["00", "01"], ["5x", "x"]],
        [["00", "01"], ["٥٩", "x"]],
        [["00", "01"], [59, "x"]],
        [["00", "01"], ["59", 1]],
        [["00", "01"], ["59", None]],
        [["00", "01"], ["59"]],
        [["00", "01"], ["59", "x", "y"]],
        [["00", "01"], "5901x"],
        {"00": "01"},
    ],
    ids=str,
)
def test_a_tree_that_is_no_code_is_not_built(tree: Any) -> None:
    assert is_error(ask("mpm_build", tree=tree))


def test_99_characters_are_the_most() -> None:
    assert "payload" in ask("mpm_build", tree=[["00", "01"], ["59", "Ї" * 99]])
    assert "payload" in ask("mpm_build", tree=[["00", "01"], ["26", [["00", "x" * 95]]]])


# nbu

LINES = ["BCD", "002", "1", "UCT", "", "ФОП Гончар", IBAN, "UAH87.5", "3141592653", "", "", "Кава"]
LINES_3 = ["BCD", "003", "1", "ICT", "", "X", IBAN, "UAH1", "1", "", "", "", "", "FEFF", "", "", ""]


def url(lines: list[str], eol: str = "\n", encoding: str = "utf-8") -> str:
    data = eol.join(lines).encode(encoding)
    return "https://bank.gov.ua/qr/" + base64.urlsafe_b64encode(data).decode().rstrip("=")


def nbu(lines: list[str], **how: str) -> dict[str, Any]:
    return ask("nbu", url=url(lines, **how))


def changed(lines: list[str], number: int, value: str) -> list[str]:
    return [value if at == number else it for at, it in enumerate(lines, 1)]


@pytest.mark.parametrize("eol", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("tail", [0, 1, 2, 9])
def test_any_line_end_and_empty_lines_at_the_end_are_read(eol: str, tail: int) -> None:
    found = nbu(LINES + [""] * tail, eol=eol)
    assert found == {
        "version": "002",
        "encoding": "UTF-8",
        "fields": [*LINES, ""],
        "amount_minor": 8750,
        "iban_valid": True,
    }


def test_either_alphabet_of_base64_with_or_without_padding() -> None:
    lines = changed(LINES, 12, "~~~???>>>")
    plain = url(lines)
    data = plain.rpartition("/")[2]
    assert "-" in data or "_" in data
    head = "https://bank.gov.ua/qr/"
    padded = data + "=" * (-len(data) % 4)
    standard = data.replace("-", "+").replace("_", "/")
    found = ask("nbu", url=plain)
    assert ask("nbu", url=head + padded) == ask("nbu", url=head + standard) == found


@pytest.mark.parametrize(
    "address",
    [
        "http://bank.gov.ua/qr/",
        "https://bank.gov.ua/",
        "https://qr.bank.gov.ua/",
        "HTTPS://BANK.GOV.UA/qr/",
        " https://bank.gov.ua/qr/",
        "",
    ],
)
def test_another_address_is_an_error(address: str) -> None:
    assert is_error(ask("nbu", url=url(LINES).replace("https://bank.gov.ua/qr/", address)))


@pytest.mark.parametrize("text", ["", "A", "!!!!", "QkNE QQ", "QkNE\n", "QQ=", "QQ===", "=QQ", "Ї"])
def test_bad_base64_is_an_error(text: str) -> None:
    assert is_error(ask("nbu", url=f"https://bank.gov.ua/qr/{text}"))
    assert is_error(ask("nbu", url=url(LINES) + text + "*"))


def test_nine_lines_are_enough_even_if_the_last_is_empty() -> None:
    assert len(nbu(LINES[:9])["fields"]) == 13
    assert nbu([*LINES[:8], ""])["fields"][8:] == [""] * 5
    assert is_error(nbu(LINES[:8]))
    assert len(nbu(changed(LINES[:9], 2, "003"))["fields"]) == 17


def test_text_behind_the_last_line_is_an_error() -> None:
    assert is_error(nbu([*LINES, "", "x"]))
    assert is_error(nbu([*LINES, "", "", " "]))
    assert is_error(nbu([*LINES_3, "x"]))
    assert "fields" in nbu([*LINES_3, "", ""])


@pytest.mark.parametrize(
    ("number", "value"),
    [(1, "bcd"), (1, ""), (2, "001"), (2, "2"), (3, "3"), (3, ""), (4, "SCT"), (4, ""), (4, "uct")],
)
def test_a_wrong_head_is_an_error(number: int, value: str) -> None:
    assert is_error(nbu(changed(LINES, number, value)))


@pytest.mark.parametrize("function", ["UCT", "ICT", "XCT"])
@pytest.mark.parametrize("version", ["002", "003"])
def test_all_functions_are_read_in_both_versions(function: str, version: str) -> None:
    assert "fields" in nbu(changed(changed(LINES, 4, function), 2, version))


def test_both_encodings_and_what_does_not_fit_them() -> None:
    found = nbu(changed(LINES, 3, "2"), encoding="cp1251")
    assert (found["encoding"], found["fields"][5]) == ("CP1251", "ФОП Гончар")
    assert is_error(nbu(LINES, encoding="cp1251"))
    raw = "\n".join(changed(LINES, 3, "2")).encode("cp1251") + b"\x98"
    assert is_error(ask("nbu", url="https://bank.gov.ua/qr/" + base64.b64encode(raw).decode()))


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("UAH87.5", 8750),
        ("UAH87.50", 8750),
        ("UAH87", 8700),
        ("UAH0.01", 1),
        ("UAH", None),
        ("UAH0", None),
        ("UAH0.00", None),
        ("", None),
    ],
)
def test_the_payer_chooses_what_is_empty_or_zero(text: str, minor: int | None) -> None:
    assert nbu(changed(LINES, 8, text)).get("amount_minor") == minor


@pytest.mark.parametrize(
    "text",
    ["87.50", "USD1", "UAH87.", "UAH.5", "UAH1.234", "UAH1,50", "UAH-1", "UAH 1", "uah1", "UAH٣"],
)
def test_another_amount_is_an_error(text: str) -> None:
    assert is_error(nbu(changed(LINES, 8, text)))


@pytest.mark.parametrize(
    ("iban", "valid"),
    [
        (IBAN, True),
        (IBAN.lower(), False),
        (f"{IBAN[:4]} {IBAN[4:]}", False),
        (IBAN[:-1], False),
        (IBAN[:-1] + "2", False),
        ("AT611904300234573201", True),
        ("ZZ611904300234573201", False),
        ("", False),
    ],
)
def test_an_account_that_is_none_is_told_and_no_error(iban: str, valid: bool) -> None:
    assert nbu(changed(LINES, 7, iban))["iban_valid"] is valid


@pytest.mark.parametrize(
    ("locks", "editable"),
    [
        ("FEFF", False),
        ("feff", False),
        ("0000", False),
        ("FFFF", True),
        ("0100", True),
        ("", True),
        ("FEF", True),
        ("FEFFF", True),
        ("XEFF", True),
    ],
)
def test_the_amount_s_lock_is_one_bit(locks: str, editable: bool) -> None:
    assert nbu(changed(LINES_3, 14, locks))["editable"] is editable
    assert "editable" not in nbu(LINES)


# nbu_build


def test_lines_are_joined_as_asked_for() -> None:
    fields = [*LINES, ""]
    for eol, end in (("lf", "\n"), ("crlf", "\r\n")):
        assert ask("nbu_build", fields=fields, eol=eol) == {"url": url(fields, end)}
        found = ask("nbu_build", fields=fields, eol=eol, trailing_eol=True)
        assert found == {"url": url([*fields, ""], end)}
    assert ask("nbu_build", fields=fields, eol=None, trailing_eol=None) == {"url": url(fields)}
    assert "=" not in ask("nbu_build", fields=LINES_3)["url"]


def test_the_third_field_says_the_encoding() -> None:
    fields = changed([*LINES, ""], 3, "2")
    assert ask("nbu_build", fields=fields) == {"url": url(fields, encoding="cp1251")}
    assert is_error(ask("nbu_build", fields=changed(fields, 12, "чай ☕")))
    assert is_error(ask("nbu_build", fields=changed([*LINES, ""], 12, "\ud800")))


@pytest.mark.parametrize(
    "given",
    [
        {"fields": LINES},
        {"fields": [*LINES, "", ""]},
        {"fields": changed([*LINES, ""], 2, "003")},
        {"fields": changed(LINES_3, 2, "002")},
        {"fields": changed([*LINES, ""], 1, "BCE")},
        {"fields": changed([*LINES, ""], 3, "3")},
        {"fields": changed([*LINES, ""], 12, "a\nb")},
        {"fields": changed([*LINES, ""], 12, "a\r")},
        {"fields": [*LINES, None]},
        {"fields": [*LINES, 1]},
        {"fields": "BCD"},
        {},
        {"fields": [*LINES, ""], "eol": "cr"},
        {"fields": [*LINES, ""], "eol": 1},
        {"fields": [*LINES, ""], "trailing_eol": "yes"},
        {"fields": [*LINES, ""], "trailing_eol": 1},
    ],
    ids=str,
)
def test_fields_that_do_not_fit_are_not_built(given: dict[str, Any]) -> None:
    assert is_error(ask("nbu_build", **given))


# epc

EPC = ["BCD", "002", "1", "SCT", "", "Cafe Muster", "AT611904300234573201", "EUR4.9", "", "", "Bon"]


def test_lines_end_in_lf_or_crlf_and_empty_ones_at_the_end_are_dropped() -> None:
    found = {"fields": EPC, "amount_minor": 490, "iban_valid": True}
    assert ask("epc", payload="\n".join(EPC)) == found
    assert ask("epc", payload="\r\n".join([*EPC, "", "", ""])) == found
    short = ask("epc", payload="\n".join(EPC[:7]))
    assert short == {"fields": EPC[:7], "iban_valid": True}
    assert is_error(ask("epc", payload="\r".join(EPC)))


@pytest.mark.parametrize(
    ("number", "value"),
    [
        (1, "BCE"),
        (2, "003"),
        (2, "001"),
        (3, "0"),
        (3, "9"),
        (3, "12"),
        (3, ""),
        (4, "UCT"),
        (8, "4.9"),
        (8, "EUR"),
        (8, "EUR4."),
        (8, "EUR.9"),
        (8, "EUR4,9"),
        (8, "EUR4.900"),
        (8, "CHF4.9"),
        (10, "RF18539007547034"),
    ],
)
def test_what_epc_does_not_allow_is_an_error_read_or_built(number: int, value: str) -> None:
    fields = changed(EPC, number, value)
    assert is_error(ask("epc", payload="\n".join(fields)))
    assert is_error(ask("epc_build", fields=fields))


def test_seven_to_twelve_lines() -> None:
    assert is_error(ask("epc", payload="\n".join(EPC[:6])))
    assert is_error(ask("epc", payload="\n".join([*EPC, "info", "x"])))
    assert len(ask("epc", payload="\n".join([*EPC, "info"]))["fields"]) == 12
    assert is_error(ask("epc_build", fields=EPC[:6]))
    assert is_error(ask("epc_build", fields=[*EPC, "info", "x"]))
    built = ask("epc_build", fields=[*EPC, "", "", ""])
    assert built == {"payload": "\n".join(EPC)}


def test_version_001_with_a_bic_all_charsets_and_zero() -> None:
    assert "fields" in ask("epc", payload="\n".join(changed(changed(EPC, 2, "001"), 5, "BKAUATWW")))
    for charset in "12345678":
        assert "fields" in ask("epc", payload="\n".join(changed(EPC, 3, charset)))
    assert ask("epc", payload="\n".join(changed(EPC, 8, "EUR0")))["amount_minor"] == 0


def test_spaces_in_an_epc_account_are_ignored() -> None:
    spaced = changed(EPC, 7, "AT61 1904 3002 3457 3201")
    assert ask("epc", payload="\n".join(spaced))["iban_valid"] is True
    assert ask("epc", payload="\n".join(changed(EPC, 7, "at61")))["iban_valid"] is False


@pytest.mark.parametrize("field", ["a\nb", "a\r"])
def test_a_line_end_in_a_field_is_not_built(field: str) -> None:
    assert is_error(ask("epc_build", fields=changed(EPC, 11, field)))
    assert is_error(ask("swiss_build", fields=changed(SWISS, 6, field)))


# swiss

SWISS = [
    *("SPC", "0200", "1", "CH9300762011623852957", "S", "Muster", "Hauptgasse", "7", "3000"),
    *("Bern", "CH", "", "", "", "", "", "", "", "48.50", "CHF", "", "", "", "", "", "", ""),
    *("NON", "", "Bon 7", "EPD"),
]


def test_the_lines_of_a_bill() -> None:
    found = {
        "fields": SWISS,
        "amount_minor": 4850,
        "currency": "CHF",
        "iban_valid": True,
        "reference_valid": True,
    }
    assert ask("swiss", payload="\r\n".join(SWISS)) == found
    assert ask("swiss", payload="\n".join([*SWISS, "", "", ""])) == found
    more = [*SWISS, "//S1/10/7", "", "AV2"]
    assert ask("swiss", payload="\n".join(more))["fields"] == more
    assert is_error(ask("swiss", payload="\n".join([*SWISS, "a", "b", "c", "d"])))
    assert is_error(ask("swiss", payload="\n".join(SWISS[:30])))
    assert "amount_minor" not in ask("swiss", payload="\n".join(changed(SWISS, 19, "")))


@pytest.mark.parametrize(
    ("number", "value"),
    [
        (1, "SPD"),
        (2, "0100"),
        (3, "2"),
        (31, ""),
        (31, "EPC"),
        (19, "48"),
        (19, "48.5"),
        (19, "48.500"),
        (19, ".50"),
        (19, "CHF48.50"),
        (20, "USD"),
        (20, ""),
        (28, "QR"),
        (28, ""),
    ],
)
def test_what_a_bill_does_not_allow_is_an_error_read_or_built(number: int, value: str) -> None:
    fields = changed(SWISS, number, value)
    assert is_error(ask("swiss", payload="\r\n".join(fields)))
    assert is_error(ask("swiss_build", fields=fields))


@pytest.mark.parametrize(
    ("kind", "reference", "valid"),
    [
        ("NON", "", True),
        ("NON", "7", False),
        ("QRR", "210000000003139471430009017", True),
        ("QRR", "210000000003139471430009018", False),
        ("QRR", "21000000000313947143000901", False),
        ("QRR", "21000 00000031394714300090 17", False),
        ("QRR", "", False),
        ("SCOR", "RF18539007547034", True),
        ("SCOR", "rf18539007547034", False),
        ("SCOR", "RF18 5390 0754 7034", False),
        ("SCOR", "RF19539007547034", False),
        ("SCOR", "RF18", False),
        ("SCOR", "", False),
        ("SCOR", "RF45G72UUR", True),
    ],
)
def test_references_are_checked_by_their_type(kind: str, reference: str, valid: bool) -> None:
    fields = changed(changed(SWISS, 28, kind), 29, reference)
    assert ask("swiss", payload="\r\n".join(fields))["reference_valid"] is valid


def test_a_bill_s_account_has_no_blanks() -> None:
    spaced = changed(SWISS, 4, "CH93 0076 2011 6238 5295 7")
    assert ask("swiss", payload="\n".join(spaced))["iban_valid"] is False


def test_a_built_bill_has_no_line_end_after_the_last() -> None:
    built = ask("swiss_build", fields=[*SWISS, "", ""])["payload"]
    assert built == "\r\n".join(SWISS)
    assert ask("swiss_build", fields=[*SWISS, "info", ""])["payload"].endswith("EPD\r\ninfo")


# All


@pytest.mark.parametrize("op", ["mpm", "nbu", "epc", "swiss", "crc16"])
def test_a_text_is_needed(op: str) -> None:
    assert is_error(ask(op))
    assert is_error(ask(op, payload=1, url=1, text=1))
    assert is_error(ask(op, payload=None, url=None, text=None))


def test_an_amount_longer_than_any_code_is_an_error_and_no_crash() -> None:
    long = "9" * 5000
    assert is_error(nbu(changed(LINES, 8, f"UAH{long}")))
    assert is_error(ask("epc", payload="\n".join(changed(EPC, 8, f"EUR{long}"))))
    assert is_error(ask("swiss", payload="\n".join(changed(SWISS, 19, f"{long}.00"))))


def test_people_read_any_code_line_by_line() -> None:
    word = WORDS["qr"]
    assert "NBU 002, UTF-8" in word(url(LINES))
    assert "8750" in word(url(LINES))
    assert word("\n".join(EPC)).startswith("EPC\n 1  BCD")
    assert word("\r\n".join(SWISS)).endswith("reference: valid")
    told = word(summed("00020126080004test5303980540510.50"))
    assert "26\n  00  test" in told
    assert "1050" in told
    with pytest.raises(Malformed):
        word("https://example.org")
