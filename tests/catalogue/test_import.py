"""Rows of a price list: what they bring, what is wrong in them, all or nothing."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from appliance.catalogue.importer import Settings, apply, read
from appliance.catalogue.problems import Kind
from appliance.catalogue.store import Catalogue
from appliance.core.item import ItemId, Unit
from bench.items import write_csv
from tests.catalogue.importing import GOOD, HOW, bringing, kinds


@pytest.fixture
def catalogue(tmp_path: Path):
    with Catalogue(tmp_path / "catalogue.db") as made:
        yield made


@pytest.fixture
def bring(catalogue: Catalogue, tmp_path: Path):
    return bringing(catalogue, tmp_path)


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


def test_progress_is_told_while_rows_come_in(catalogue, tmp_path):
    path = tmp_path / "list.csv"
    write_csv(path, 7_000)
    told: list[int] = []
    report = apply(read(path, HOW), catalogue, progress=told.append)
    assert report.applied, report.problems.kept[:3]
    assert told == sorted(told)
    assert told[-1] == 7_000
    assert len(told) >= 4
