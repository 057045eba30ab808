"""A list of cards as spreadsheets write it: delimiters, encodings, headings, and every mistake at once."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.i18n import translator
from appliance.provision import card_list, tokens
from appliance.provision.card_list import Row
from appliance.provision.document import Fleet, Provision, Shop, Till
from appliance.provision.mistakes import Kind, Mistake
from appliance.wire.enrolment import Token
from provision.files import SSH_KEY, TOKEN

LIST = (
    "shop_id;shop;till;number;wifi;wifi_password;country;language;receipt_header;ssh key\n"
    "kyiv-1;Калина;Каса 1;1;Калина;solovei 1925;UA;uk;вул. Садова, 3 | Київ;\n"
    f"kyiv-1;Калина;Каса 2;2;;;;;;{SSH_KEY}\n"
)


def listed(folder: Path, content: str | bytes) -> list[Row]:
    found = _read(folder, content)
    rows = [it for it in found if isinstance(it, Row)]
    assert rows == found, [it.say(translator("en")) for it in found if isinstance(it, Mistake)]
    return rows


def mistakes(folder: Path, content: str | bytes) -> list[tuple[Kind, str, int]]:
    found = _read(folder, content)
    assert all(isinstance(it, Mistake) for it in found), "it was taken"
    return [(it.kind, it.place, it.line) for it in found if isinstance(it, Mistake)]


def _read(folder: Path, content: str | bytes) -> list[Row] | list[Mistake]:
    path = folder / "cards.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return card_list.read(path)


def test_each_row_is_a_till(tmp_path: Path) -> None:
    first, second = listed(tmp_path, LIST)
    assert (first.line, second.line) == (2, 3)
    it = first.provision
    assert it.shop == Shop(
        id="kyiv-1", name="Калина", language="uk", receipt_header=("вул. Садова, 3", "Київ")
    )
    assert it.till == Till(1, "Каса 1")
    assert (it.wifi.name, it.wifi.password, it.wifi.country) == ("Калина", "solovei 1925", "UA")
    assert second.provision.wifi.name == ""
    assert second.provision.ssh == (SSH_KEY,)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"], ids="plain mark windows unicode".split()
)
@pytest.mark.parametrize("delimiter", [";", ",", "\t"], ids="semicolon comma tab".split())
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids="unix windows".split())
def test_whatever_excel_makes_of_it_is_the_same_list(
    tmp_path: Path, encoding: str, delimiter: str, end: str
) -> None:
    cells = [line.split(";") for line in LIST.splitlines()]
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator=end).writerows(cells)
    assert listed(tmp_path, buffer.getvalue().encode(encoding)) == listed(tmp_path, LIST)


def test_a_line_that_names_the_delimiter_is_excel_s(tmp_path: Path) -> None:
    rows = listed(tmp_path, "sep=,\nshop,number\nA;B,7\n")
    assert [(it.line, it.provision.shop.name) for it in rows] == [(3, "A;B")]


def test_headings_may_be_ukrainian(tmp_path: Path) -> None:
    (row,) = listed(
        tmp_path, "Магазин;Номер каси;Каса;Мережа;Пароль Wi-Fi;Прихована\nА;3;К;М;12345678;так\n"
    )
    assert row.provision.till == Till(3, "К")
    assert row.provision.wifi.hidden
    assert row.provision.wifi.password == "12345678"


def test_every_mistake_is_told_at_once_with_row_and_column(tmp_path: Path) -> None:
    assert mistakes(
        tmp_path,
        "shop;number;Wi-Fi password;colour;token;number\n"
        "A;1;short;;;\n"
        "\n"
        '"B\nC";x;;;nonsense;\n'
        ";2;;;;;;spare\n",
    ) == [
        (Kind.UNKNOWN, "colour", 1),
        (Kind.TWICE, "number", 1),
        (Kind.WIFI_PASSWORD, "Wi-Fi password", 2),
        (Kind.NOT_ONE_LINE, "shop", 4),
        (Kind.NOT_A_NUMBER, "number", 4),
        (Kind.TOKEN, "token", 4),
        (Kind.MISSING, "shop", 6),
        (Kind.SPARE_CELLS, "", 6),
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", [(Kind.NO_ROWS, "", 0)]),
        ("Молочна;1;Каса 1;Склад\nМолочна;2;Каса 2;Склад\n", [(Kind.NO_HEADINGS, "", 1)]),
        ("shop;number\n", [(Kind.NO_ROWS, "", 0)]),
        ("shop\nA\n", [(Kind.MISSING, "number", 1)]),
        ("shop;number\nA;1\nA;1\n", [(Kind.SAME_TILL, "number", 3)]),
        (
            "shop;number;country\nA;1;Z\nA;1;\n;1;\n;1;\n",
            [
                (Kind.COUNTRY, "country", 2),
                (Kind.SAME_TILL, "number", 3),
                (Kind.MISSING, "shop", 4),
                (Kind.MISSING, "shop", 5),
            ],
        ),
        (b"shop;number\n\x81\x8d\x9d\xff;1\n", [(Kind.LETTERS, "", 0)]),
        ("shop;number\n" + "A;1\n" * 1_100_000, [(Kind.TOO_LONG_A_LIST, "", 0)]),
        ("shop;number;wifi_psk\nA;1;" + "ab" * 32 + "\n", [(Kind.MISSING, "wifi", 2)]),
        (
            f"shop;number;fleet;token\nA;1;https://f;{TOKEN}\nA;2;https://f;{TOKEN}\n",
            [(Kind.SAME_TOKEN, "token", 3)],
        ),
        (f"shop;number;token\nA;1;{TOKEN}\n", [(Kind.MISSING, "fleet", 2)]),
    ],
    ids=(
        "empty no-headings headings no-number same-till same-till-beside-mistakes letters too-long key-alone"
        " same-token token-alone"
    ).split(),
)
def test_a_list_that_cannot_be_meant_is_refused(tmp_path: Path, content, expected) -> None:
    assert mistakes(tmp_path, content) == expected


def test_two_shops_of_one_name_are_told_apart_by_their_ids(tmp_path: Path) -> None:
    assert len(listed(tmp_path, "shop_id;shop;number\na;Калина;1\nb;Калина;1\n")) == 2


def test_no_secret_is_quoted_in_a_mistake(tmp_path: Path) -> None:
    found = _read(tmp_path, "shop;number;wifi;wifi_password;token\nA;1;n;hunter2;hunter3\n")
    said = [it.say(translator("uk")) for it in found if isinstance(it, Mistake)]
    assert said
    assert not any("hunter" in line for line in said)


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_are_more_than_mistakes(tmp_path_factory: pytest.TempPathFactory, content) -> None:
    found = _read(tmp_path_factory.getbasetemp(), content)
    assert found
    assert all(isinstance(it, Row) or it.say(translator("en")) for it in found)


cell = st.text("абв ABC19;,|\t\"'\n=+-", max_size=12)


@settings(deadline=None)
@given(st.lists(st.lists(cell, min_size=5, max_size=5), min_size=1, max_size=5))
def test_no_cells_are_more_than_mistakes_on_their_own_lines(
    tmp_path_factory: pytest.TempPathFactory, cells
) -> None:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";")
    writer.writerow(["shop", "number", "till", "wifi", "address"])
    writer.writerows(cells)
    text = buffer.getvalue()
    found = _read(tmp_path_factory.getbasetemp(), text)
    assert all(0 <= it.line <= text.count("\n") + 1 for it in found)


# Tokens


def token(number: int) -> str:
    return str(Token("ABCDEFGH"[number] * 24, bytes(15)))


def rows(*shops: str) -> list[Row]:
    return [
        Row(line, Provision(shop=Shop(id=shop, name=shop), till=Till(line)))
        for line, shop in enumerate(shops, start=2)
    ]


def test_a_token_lets_a_till_into_the_shop_it_was_made_for(tmp_path: Path) -> None:
    for number, shop in enumerate(("a", "b", "b")):
        (tmp_path / f"kram-enrol-{shop}-00{number}.toml").write_text(
            f'server = "https://fleet:8443"\ntoken = "{token(number)}"\n'
        )
    held = tokens.read(tmp_path)
    given, wrong = tokens.given_out(rows("b", "a", "b"), held)
    assert wrong == []
    assert [row.provision.fleet.token for row, _ in given] == [token(1), token(0), token(2)]
    assert [path.name for _, path in given if path] == [
        "kram-enrol-b-001.toml",
        "kram-enrol-a-000.toml",
        "kram-enrol-b-002.toml",
    ]
    _, wrong = tokens.given_out(rows("a", "a", "c"), held)
    assert [(it.kind, it.line) for it in wrong] == [
        (Kind.NO_TOKEN_LEFT, 3),
        (Kind.NO_TOKEN_LEFT, 4),
    ]


def test_the_console_s_file_has_tokens_for_any_row(tmp_path: Path) -> None:
    path = tmp_path / "tokens.csv"
    lines = [f"till enrol --server https://fleet:8443 --token {token(n)}" for n in range(2)]
    path.write_text('\ufeff"Typed at the till, one line each"\r\n' + "\r\n".join(lines))
    given, wrong = tokens.given_out(rows("a", "b"), tokens.read(path))
    assert wrong == []
    assert [row.provision.fleet for row, _ in given] == [
        Fleet("https://fleet:8443", token(0)),
        Fleet("https://fleet:8443", token(1)),
    ]


def test_tokens_are_made_at_the_fleet_as_many_as_a_shop_needs() -> None:
    asked = []

    def mint(shop: str, count: int) -> list[Fleet]:
        asked.append((shop, count))
        return [Fleet("https://fleet", f"{shop}-{number}") for number in range(count)]

    given, wrong = tokens.given_out(rows("a", "b", "a"), [], mint)
    assert wrong == []
    assert sorted(asked) == [("a", 2), ("b", 1)]
    assert len({row.provision.fleet.token for row, _ in given}) == 3


def test_a_till_of_no_fleet_needs_no_token() -> None:
    given, wrong = tokens.given_out(rows("a"), [])
    assert (len(given), wrong) == (1, [])
    named = [
        replace(row, provision=replace(row.provision, fleet=Fleet("https://f")))
        for row in rows("a")
    ]
    _, wrong = tokens.given_out(named, [])
    assert [it.kind for it in wrong] == [Kind.NO_TOKEN_LEFT]


@pytest.mark.parametrize("content", ["", "shop,token\n"])
def test_a_file_without_tokens_says_how_to_make_some(tmp_path: Path, content: str) -> None:
    path = tmp_path / "tokens.csv"
    path.write_text(content)
    with pytest.raises(tokens.NoTokens, match="till fleet tokens"):
        tokens.read(path)
