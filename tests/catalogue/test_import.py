"""Price lists as shops really have them: headings, encodings, broken rows, all or nothing."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook

from appliance.catalogue.columns import Column, recognise
from appliance.catalogue.encoding import EncodingUnknown
from appliance.catalogue.importer import Settings, apply, read
from appliance.catalogue.problems import Kind
from appliance.catalogue.shop_folder import load_shop
from appliance.catalogue.store import Catalogue
from appliance.catalogue.tables import TableError
from appliance.core.item import ItemId, Unit
from bench.items import write_csv

DEMO = Path(__file__).resolve().parents[2] / "config" / "demo"
TAXES = frozenset({"VAT20", "VAT7", "EXC5"})
HOW = Settings(tax_codes=TAXES, tax_aliases={"20%": ("VAT20",), "пдв 20%": ("VAT20",)})

GOOD = """Артикул;Назва;Ціна, грн;Од. вим.;Штрихкод;Ставка ПДВ;Залишок
A1;Молоко «Яготинське» 2,6 %;46,90;шт;4820000000017;VAT20;12
A2;Їжачок, ґудзики і п'єси;1 234,50;кг;;VAT20+EXC5;0,250
"""


@pytest.fixture
def catalogue(tmp_path: Path):
    with Catalogue(tmp_path / "catalogue.db") as made:
        yield made


@pytest.fixture
def bring(catalogue: Catalogue, tmp_path: Path):
    """Import a text or bytes, look at the result at once."""

    def do(content, how=HOW, **options):
        path = tmp_path / "list.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        report = apply(read(path, how), catalogue, **options)
        catalogue.refresh()
        return report

    return do


def kinds(report) -> dict[Kind, int]:
    return report.problems.counts


def test_a_ukrainian_list_comes_in_whole(bring, catalogue):
    stock = {}
    report = bring(GOOD, stock=stock.__setitem__)
    assert report.applied
    assert report.added == 2
    milk, hedgehog = (catalogue.by_id(ItemId(sku)) for sku in ("A1", "A2"))
    assert (milk.price_minor, milk.gtins, milk.taxes) == (4690, ("04820000000017",), ("VAT20",))
    assert (hedgehog.unit, hedgehog.price_minor) == (Unit.KILOGRAM, 123450)
    assert hedgehog.taxes == ("VAT20", "EXC5")
    assert stock == {"A1": Decimal(12), "A2": Decimal("0.250")}


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


BAD = [
    ("A2;Сир;-1;шт;;VAT20;1", Kind.NEGATIVE, "Ціна, грн"),
    ("A2;Сир;1,005;шт;;VAT20;1", Kind.TOO_MANY_DECIMALS, "Ціна, грн"),
    ("A2;Сир;дорого;шт;;VAT20;1", Kind.NOT_A_NUMBER, "Ціна, грн"),
    ("A2;Сир;1e5;шт;;VAT20;1", Kind.NOT_A_NUMBER, "Ціна, грн"),
    ("A2;Сир;NaN;шт;;VAT20;1", Kind.NOT_A_NUMBER, "Ціна, грн"),
    ("A2;Сир;;шт;;VAT20;1", Kind.NO_PRICE, "Ціна, грн"),
    ("A2;Сир;99999999999999999;шт;;VAT20;1", Kind.TOO_LARGE, "Ціна, грн"),
    ("A2;;1;шт;;VAT20;1", Kind.NO_NAME, "Назва"),
    ("A2;" + "С" * 201 + ";1;шт;;VAT20;1", Kind.TOO_LONG, "Назва"),
    ("A2;Сир;1;відро;;VAT20;1", Kind.UNKNOWN_UNIT, "Од. вим."),
    ("A2;Сир;1;шт;4820000000018;VAT20;1", Kind.CHECK_DIGIT, "Штрихкод"),
    ("A2;Сир;1;шт;48200000;VAT20;1", Kind.CHECK_DIGIT, "Штрихкод"),
    ("A2;Сир;1;шт;12345;VAT20;1", Kind.NOT_A_GTIN, "Штрихкод"),
    ("A2;Сир;1;шт;4,82E+12;VAT20;1", Kind.ROUNDED_GTIN, "Штрихкод"),
    ("A2;Сир;1;шт;;VAT99;1", Kind.UNKNOWN_TAX, "Ставка ПДВ"),
    ("A2;Сир;1;шт;;VAT20;1,5", Kind.TOO_MANY_DECIMALS, "Залишок"),
    (";Сир;1;шт;;VAT20;1", Kind.NO_KEY, "Артикул"),
    ("A1;Сир;1;шт;;VAT20;1", Kind.SKU_TWICE, "Артикул"),
    ("A2;Сир;1;шт;4820000000017;VAT20;1", Kind.GTIN_TWICE, "Штрихкод"),
    ("A2;Сир;1;шт;;VAT20;1;зайве", Kind.SPARE_CELLS, ""),
]


@pytest.mark.parametrize(("row", "kind", "heading"), BAD)
def test_a_bad_row_is_named_and_nothing_comes_in(bring, catalogue, row, kind, heading):
    report = bring("\n".join([*GOOD.splitlines()[:2], row]))
    assert not report.applied
    assert [(e.line, e.column, e.kind) for e in report.problems.kept] == [(3, heading, kind)]
    assert report.problems.kept[0].what
    assert report.problems.kept[0].remedy
    assert catalogue.count == 0


@pytest.mark.parametrize(("row", "kind", "heading"), BAD)
def test_a_bad_row_can_be_skipped(bring, catalogue, row, kind, heading):
    report = bring("\n".join([*GOOD.splitlines()[:2], row]), skip_bad=True)
    assert report.applied
    assert (report.problems.bad_rows, catalogue.count) == (1, 1)


def test_a_row_with_many_mistakes_tells_them_all(bring):
    report = bring(GOOD + "A3;;-5;відро;123;VAT99;x\n")
    assert set(kinds(report)) == {
        Kind.NO_NAME,
        Kind.NEGATIVE,
        Kind.UNKNOWN_UNIT,
        Kind.NOT_A_GTIN,
        Kind.UNKNOWN_TAX,
        Kind.NOT_A_NUMBER,
    }
    assert report.problems.bad_rows == 1


def test_ten_thousand_broken_rows_are_counted_by_kind_with_examples(bring, catalogue):
    rows = [f"B{i};Сир;{'x' if i % 4 else '-1'};шт;;VAT20;1" for i in range(10_000)]
    report = bring("\n".join([GOOD.splitlines()[0], *rows]))
    assert not report.applied
    assert kinds(report) == {Kind.NOT_A_NUMBER: 7_500, Kind.NEGATIVE: 2_500}
    assert len(report.problems.kept) == 1_000
    first_kind, count, examples = report.problems.by_kind()[0]
    assert (first_kind, count, [e.line for e in examples]) == (Kind.NOT_A_NUMBER, 7_500, [3, 4, 5])
    assert catalogue.count == 0


def test_lines_are_counted_as_an_editor_shows_them(bring):
    text = GOOD.splitlines()[0] + '\nA1;"Сир\nтвердий";1;шт;;VAT20;1\n\nA2;;1;шт;;VAT20;1\n'
    (error,) = bring(text).problems.kept
    assert error.line == 5


def test_an_unclosed_quotation_mark_is_said_and_not_swallowed(bring):
    with pytest.raises(TableError, match="quotation"):
        bring(GOOD + '"' + "A9;x\n" * 60_000)


def test_a_dry_run_says_what_would_happen_and_changes_nothing(bring, catalogue):
    bring(GOOD)
    version = catalogue.version
    report = bring(GOOD.replace("46,90", "50").replace("A2", "A9"), dry_run=True)
    assert (report.applied, report.added, report.changed) == (False, 1, 1)
    assert catalogue.version == version
    assert catalogue.by_id(ItemId("A1")).price_minor == 4690


def test_a_merge_touches_only_what_the_file_has_columns_for(bring, catalogue):
    bring(GOOD)
    report = bring("sku,price\nA1,50.00\n")
    assert (report.applied, report.changed) == (True, 1)
    milk = catalogue.by_id(ItemId("A1"))
    assert (milk.price_minor, milk.name) == (5000, "Молоко «Яготинське» 2,6 %")
    assert milk.gtins == ("04820000000017",)
    assert catalogue.count == 2


def test_a_new_item_needs_a_name_and_a_price(bring):
    assert kinds(bring("sku,price\nZ1,50.00\n")) == {Kind.NO_NAME: 1}
    assert kinds(bring("sku,name\nZ1,Tea\n")) == {Kind.NO_PRICE: 1}
    assert bring("sku,name,open_price,price\nZ1,Tea,yes,\n").applied


def test_without_an_sku_the_barcode_is_the_key(bring, catalogue):
    bring(GOOD)
    assert bring("barcode,price\n4820000000017,51\n").applied
    assert catalogue.by_id(ItemId("A1")).price_minor == 5100
    assert bring("barcode,name,price\n96385074,Жуйка,9.50\n").applied
    assert catalogue.by_gtin("00000096385074").name == "Жуйка"


def test_replace_makes_the_file_the_whole_truth(bring, catalogue):
    bring(GOOD)
    assert bring("sku,name,price\nZ1,Чай,5\n", replace_all=True).applied
    assert catalogue.count == 1
    assert catalogue.search("молоко") == []
    assert catalogue.by_gtin("04820000000017") is None


def test_a_barcode_of_another_item_of_the_catalogue_is_refused(bring, catalogue):
    bring(GOOD)
    thief = "sku,name,price,barcode\nB1,Сир,1,4820000000017\n"
    report = bring(thief)
    assert not report.applied
    (error,) = report.problems.kept
    assert (error.kind, error.line, error.detail) == (Kind.GTIN_TAKEN, 2, "A1")
    assert bring(thief, skip_bad=True).applied
    assert catalogue.by_gtin("04820000000017").id == "A1"
    assert catalogue.by_id(ItemId("B1")).gtins == ()


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("46,90", 4690),
        ("46.9", 4690),
        ("₴46,90", 4690),
        ("46,90 грн", 4690),
        ("1 234,50", 123450),
        ("1\u00a0234,50", 123450),
        ("1,234.50", 123450),
        ("1.234,50", 123450),
        ("1,234,567", 123456700),
        ("0", 0),
        (".5", 50),
    ],
)
def test_prices_are_read_as_people_write_them(bring, catalogue, typed, minor):
    assert bring(f'sku;name;price\n1;Чай;"{typed}"\n').applied
    assert catalogue.by_id(ItemId("1")).price_minor == minor


def test_a_price_that_may_mean_a_thousand_times_as_much_is_refused(bring):
    assert kinds(bring('sku;name;price\n1;Чай;"1,234"\n')) == {Kind.TOO_MANY_DECIMALS: 1}


def test_taxes_may_go_by_the_names_of_the_shop(bring, catalogue):
    assert bring("sku;name;price;ПДВ\n1;Чай;5;20%\n2;Сир;5;ПДВ 20%\n").applied
    assert catalogue.by_id(ItemId("2")).taxes == ("VAT20",)


def test_decimals_are_those_of_the_currency(bring, catalogue):
    yen = Settings(currency="JPY")
    assert kinds(bring("sku;name;price\n1;Tea;5.5\n", yen)) == {Kind.TOO_MANY_DECIMALS: 1}
    assert bring("sku;name;price\n1;Tea;550\n", yen).applied
    assert catalogue.by_id(ItemId("1")).price_minor == 550


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


def test_progress_is_told_while_rows_come_in(catalogue, tmp_path):
    path = tmp_path / "list.csv"
    write_csv(path, 7_000)
    told: list[int] = []
    report = apply(read(path, HOW), catalogue, progress=told.append)
    assert report.applied, report.problems.kept[:3]
    assert told == sorted(told)
    assert told[-1] == 7_000
    assert len(told) >= 4


def test_the_demo_shop_comes_in_with_its_pages_and_pictures(catalogue):
    report = load_shop(catalogue, DEMO, Settings(tax_codes=TAXES))
    assert (report.added, catalogue.count) == (300, 300)
    pages = catalogue.quick_keys()
    assert [page.name for page in pages][:5] == ["Швидкі", "Хліб", "Овочі", "Фрукти", "Молочне"]
    prices = {key.label: key.item.price_minor for key in pages[0].keys}
    assert prices["Банани"] == 6290
    assert prices["Яйця С1 10 шт"] == 6400
    assert len(prices) == 12
    for item in catalogue.items():
        assert not item.picture or (DEMO / "pictures" / item.picture).is_file()


def test_alcohol_in_the_demo_shop_asks_for_the_age_and_pays_excise(catalogue):
    load_shop(catalogue, DEMO)
    beer = catalogue.search("пиво львівське")[0]
    assert (beer.age_min, beer.taxes) == (18, ("VAT20", "EXC5"))
