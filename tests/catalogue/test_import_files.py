"""Price lists as shops really have them: encodings, separators, headings, spreadsheets."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook

from appliance.catalogue.columns import Column, recognise
from appliance.catalogue.encoding import EncodingUnknown
from appliance.catalogue.importer import Settings, apply, read
from appliance.catalogue.problems import Kind
from appliance.catalogue.store import Catalogue
from appliance.catalogue.tables import TableError
from appliance.core.item import ItemId
from tests.catalogue.importing import DEMO, GOOD, HOW, TAXES, bringing, kinds


@pytest.fixture
def catalogue(tmp_path: Path):
    with Catalogue(tmp_path / "catalogue.db") as made:
        yield made


@pytest.fixture
def bring(catalogue: Catalogue, tmp_path: Path):
    return bringing(catalogue, tmp_path)


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "cp1251", "cp866", "koi8_u", "utf-16", "utf-16-le", "utf-16-be"],
)
def test_every_usual_encoding_is_told_and_read_right(bring, catalogue, encoding):
    # These two code pages lack ґ, «» or і; a file in them cannot have them.
    text = GOOD
    if encoding in {"cp866", "koi8_u"}:
        text = text.replace("ґ", "г").replace("«", '""').replace("»", '""').replace('""', "")
    if encoding == "cp866":
        text = text.replace("Ціна", "Цена").replace("і", "и")
    report = bring(text.encode(encoding))
    assert report.applied, report.problems.kept
    expected = text.splitlines()[2].split(";")[1]
    assert catalogue.by_id(ItemId("A2")).name == expected


def test_a_list_of_the_whole_demo_shop_is_told_in_cp1251(bring, catalogue):
    text = (DEMO / "catalogue.csv").read_text(encoding="utf-8").replace("×", "x")
    report = bring(text.encode("cp1251"), Settings())
    assert report.applied
    assert catalogue.search("печериці")[0].name.startswith("Печериці")


def test_bytes_of_no_encoding_are_refused_and_not_guessed(bring):
    with pytest.raises(EncodingUnknown, match="UTF-8"):
        bring(b"sku;name;price\n1;\x81\x8d\x8f\x90\x9d;1\n")


def test_a_broken_utf8_file_names_its_line(bring):
    content = (GOOD * 5).encode().replace("Їжачок".encode(), b"\xff\xfe", 1)
    with pytest.raises(EncodingUnknown, match="line 3"):
        bring(content)


def test_letters_damaged_before_are_told_as_such(bring):
    damaged = GOOD.replace("Молоко", "Молоко".encode().decode("cp1251"))
    assert kinds(bring(damaged)) == {Kind.MOJIBAKE: 1}
    assert kinds(bring(GOOD.replace("Молоко", "??????"))) == {Kind.MOJIBAKE: 1}


def test_an_encoding_told_by_a_person_is_used_and_checked(bring):
    how = Settings(tax_codes=TAXES, encoding="ascii")
    with pytest.raises(TableError, match="ascii"):
        bring(GOOD, how)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_told_by_the_headings(bring, catalogue, delimiter):
    content = f"sku{delimiter}name{delimiter}price\n1{delimiter}Tea{delimiter}2.50\n"
    assert bring(content).applied
    assert catalogue.by_id(ItemId("1")).price_minor == 250


def test_titles_above_the_headings_and_a_sep_line_are_passed_over(bring, catalogue):
    content = "sep=;\nТОВ «Ромашка»;;\nПрайс-лист;на 01.11.2026;\n\n" + GOOD
    assert bring(content).applied
    assert catalogue.count == 2


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (
            "Handle,SKU,Name,Category,Description,Sold by weight,Default price,Cost,Barcode,"
            "Track stock,In stock [Крамниця]",
            {
                "sku": 1,
                "name": 2,
                "category": 3,
                "weighed": 5,
                "price": 6,
                "cost": 7,
                "gtin": 8,
                "stock": 10,
            },
        ),
        (
            "Token,Item Name,Variation Name,SKU,Description,Category,GTIN,Price,Current Quantity Main",
            {"sku": 3, "name": 1, "variant": 2, "category": 5, "gtin": 6, "price": 7, "stock": 8},
        ),
        (
            "Id,Barcode,Item Name,Category,Supplier ID,Cost Price,Unit Price,Tax 1 Name",
            {"sku": 0, "gtin": 1, "name": 2, "category": 3, "cost": 5, "price": 6, "taxes": 7},
        ),
        (
            "Internal Reference,Name,Barcode,Sales Price,Cost,Quantity On Hand,Unit of Measure,Product Category",
            {
                "sku": 0,
                "name": 1,
                "gtin": 2,
                "price": 3,
                "cost": 4,
                "stock": 5,
                "unit": 6,
                "category": 7,
            },
        ),
        (
            "Код;Номенклатура;Артикул;Штрих-код;Базова одиниця виміру;Роздрібна ціна;Ставка ПДВ;Кінцевий залишок",
            {"sku": 2, "name": 1, "gtin": 3, "unit": 4, "price": 5, "taxes": 6, "stock": 7},
        ),
        (
            "Артикул;Название;Группа;Цена закупки;Цена розничная;Остаток;Ед. изм.",
            {"sku": 0, "name": 1, "category": 2, "cost": 3, "price": 4, "stock": 5, "unit": 6},
        ),
    ],
)
def test_headings_of_other_programs_are_recognised(headings, expected):
    cells = headings.split(";" if ";" in headings else ",")
    assert {c.value: place for c, place in recognise(cells).items()} == expected


@pytest.mark.parametrize("column", list(Column))
@pytest.mark.parametrize("written", [str.upper, str.title, "  {} ".format, "{}:".format])
def test_our_own_headings_are_recognised_however_written(column, written):
    assert recognise([written(column.value)]) == {column: 0}


def test_a_file_without_headings_is_refused_with_what_was_seen(bring):
    with pytest.raises(TableError, match="Молоко"):
        bring("1;Молоко;46,90\n2;Хліб;20\n")


@pytest.mark.parametrize(
    "content", [b"", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1xx", b"PK\x03\x04 no zip"]
)
def test_what_is_no_list_is_refused(bring, content):
    with pytest.raises(TableError):
        bring(content)


def test_lines_are_counted_as_an_editor_shows_them(bring):
    text = GOOD.splitlines()[0] + '\nA1;"Сир\nтвердий";1;шт;;VAT20;1\n\nA2;;1;шт;;VAT20;1\n'
    (error,) = bring(text).problems.kept
    assert error.line == 5


def test_an_unclosed_quotation_mark_is_said_and_not_swallowed(bring):
    with pytest.raises(TableError, match="quotation"):
        bring(GOOD + '"' + "A9;x\n" * 60_000)


def test_a_spreadsheet_with_numbers_in_its_cells_comes_in_right(catalogue, tmp_path):
    book = Workbook()
    sheet = book.active
    sheet.append(["Прайс", None, None, None, None])
    sheet.append(["Артикул", "Назва", "Ціна", "Штрихкод", "Залишок"])
    sheet.append([1001, "Молоко", 46.9, 4820000000017, 3.0])
    sheet.append(["1002", "Сода", 0.1 + 0.2, 12345670, None])
    sheet.append([1003, "UPC", 5, 36000291452, 1])
    path = tmp_path / "list.xlsx"
    book.save(path)
    stock = {}
    report = apply(read(path, HOW), catalogue, stock=stock.__setitem__)
    assert report.applied, report.problems.kept
    catalogue.refresh()
    assert catalogue.by_gtin("04820000000017").price_minor == 4690
    assert catalogue.by_gtin("00000012345670").price_minor == 30
    assert catalogue.by_gtin("00036000291452").name == "UPC"
    assert stock == {"1001": Decimal(3), "1003": Decimal(1)}
