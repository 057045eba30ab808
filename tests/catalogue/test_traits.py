"""What only some goods have: it comes in, is found again, and says what is wrong with it."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from appliance.catalogue import schema, trade_cells
from appliance.catalogue.fold import FOLD_VERSION
from appliance.catalogue.importer import ImportReport, apply, read
from appliance.catalogue.problems import Kind
from appliance.catalogue.store import Catalogue
from appliance.core.item import (
    Choice,
    Component,
    Content,
    Item,
    ItemId,
    StockPolicy,
    Tracking,
    Unit,
)

HEADINGS = "sku,name,price"


@pytest.fixture
def catalogue(tmp_path: Path):
    with Catalogue(tmp_path / "catalogue.db") as made:
        yield made


def bring(catalogue: Catalogue, tmp_path: Path, text: str, **how: bool) -> ImportReport:
    path = tmp_path / "goods.csv"
    path.write_text(text, encoding="utf-8")
    report = apply(read(path), catalogue, **how)
    catalogue.refresh()
    return report


def kinds(report: ImportReport) -> list[tuple[Kind, str]]:
    return [(error.kind, error.column) for error in report.problems.kept]


def test_ukrainian_headings_bring_every_trait(catalogue, tmp_path):
    report = bring(
        catalogue,
        tmp_path,
        "Артикул;Назва;Ціна;Склад;Застава;Тара, кг;Мінімальна ціна;Постачальник;"
        "Політика залишку;Облік;Точка замовлення;Замовляти до;Максимум в чек;"
        "Потрібен керівник;Години продажу;Модифікатори;Послуга;УКТЗЕД;Собівартість\n"
        "Д1;Пляшка застава;5;;;;;;;;;;;;;;;;\n"
        "К1;Пиво;58,90;Д1*1;Д1;0,015;45;Оболонь;заборонити;партія;24;120;10;так;10:00-22:00;"
        "Склянка (0-1): пластик +3,00 | скло;ні;2203 00;31,20\n",
    )
    assert report.applied, report.problems.kept
    assert catalogue.by_id(ItemId("К1")) == Item(
        ItemId("К1"),
        "Пиво",
        5890,
        components=(Component(ItemId("Д1"), Decimal(1)),),
        deposit=ItemId("Д1"),
        tare_kg=Decimal("0.015"),
        min_price_minor=4500,
        supplier="Оболонь",
        stock_policy=StockPolicy.BLOCK,
        tracking=Tracking.LOT,
        reorder_point=Decimal(24),
        reorder_to=Decimal(120),
        quantity_max=Decimal(10),
        needs_manager=True,
        sale_hours=((600, 1320),),
        choices=(Choice("Склянка", (("пластик", 300), ("скло", 0))),),
        uktzed="220300",
        cost_minor=3120,
    )


@pytest.mark.parametrize(
    ("heading", "cell", "kind"),
    [
        ("components", "1*x", Kind.NOT_COMPONENTS),
        ("components", "1*0", Kind.NOT_COMPONENTS),
        ("components", "1*2; 1*3", Kind.NOT_COMPONENTS),
        ("components", "A", Kind.ITSELF),
        ("parent", "A", Kind.ITSELF),
        ("deposit", "nowhere", Kind.UNKNOWN_ITEM),
        ("components", "nowhere*2", Kind.UNKNOWN_ITEM),
        ("tare_kg", "0", Kind.NOT_POSITIVE),
        ("tare_kg", "0.0005", Kind.TOO_MANY_DECIMALS),
        ("min_price", "-1", Kind.NEGATIVE),
        ("min_price", "11", Kind.BELOW_MIN_PRICE),
        ("stock_policy", "maybe", Kind.NOT_A_STOCK_POLICY),
        ("tracking", "eye", Kind.NOT_A_TRACKING),
        ("reorder_point", "-1", Kind.NEGATIVE),
        ("reorder_to", "-5", Kind.NEGATIVE),
        ("quantity_max", "0", Kind.NOT_POSITIVE),
        ("needs_manager", "sometimes", Kind.NOT_YES_OR_NO),
        ("sale_hours", "25:00-26:00", Kind.NOT_HOURS),
        ("sale_hours", "10:00", Kind.NOT_HOURS),
        ("sale_hours", "10:00-10:00", Kind.NOT_HOURS),
        ("choices", "milk", Kind.NOT_CHOICES),
        ("choices", "Milk (2-1): a | b", Kind.NOT_CHOICES),
        ("choices", "Milk: a | b +x", Kind.NOT_CHOICES),
        ("uktzed", "12", Kind.NOT_UKTZED),
        ("uktzed", "beer", Kind.NOT_UKTZED),
        ("content", "0 g", Kind.NOT_CONTENT),
        ("content", "two", Kind.NOT_CONTENT),
        ("content", "5 oz", Kind.NOT_CONTENT),
    ],
)
def test_a_wrong_trait_is_named_by_its_column(catalogue, tmp_path, heading, cell, kind):
    report = bring(catalogue, tmp_path, f'{HEADINGS},{heading}\nA,Tea,10,"{cell}"\n')
    assert not report.applied
    expected = "price" if kind is Kind.BELOW_MIN_PRICE else heading
    assert kinds(report)[0][0] is kind
    assert kinds(report)[0][1] in (expected, "components")


def test_what_is_ordered_up_to_is_at_least_the_point_of_ordering(catalogue, tmp_path):
    report = bring(catalogue, tmp_path, f"{HEADINGS},reorder_point,reorder_to\nA,Tea,10,20,10\n")
    assert kinds(report) == [(Kind.REORDER_WRONG, "reorder_to")]


def test_a_merge_without_the_column_keeps_the_trait(catalogue, tmp_path):
    bring(catalogue, tmp_path, f"{HEADINGS},supplier,min_price\nA,Tea,10,Lipton,8\n")
    bring(catalogue, tmp_path, "sku,price\nA,12\n")
    kept = catalogue.by_id(ItemId("A"))
    assert (kept.price_minor, kept.supplier, kept.min_price_minor) == (1200, "Lipton", 800)
    report = bring(catalogue, tmp_path, "sku,price\nA,7\n")
    assert kinds(report) == [(Kind.BELOW_MIN_PRICE, "price")]


def test_a_family_finds_its_variants_also_when_they_come_first(catalogue, tmp_path):
    report = bring(
        catalogue,
        tmp_path,
        f"{HEADINGS},parent,variant\n"
        "T-M,Футболка M,300,T,M\nT-L,Футболка,300,T,L\nT,Футболка,300,,\n",
    )
    assert report.applied, report.problems.kept
    found = catalogue.variants_of(ItemId("T"))
    assert [(it.id, it.name, it.variant) for it in found] == [
        ("T-M", "Футболка M", "M"),
        ("T-L", "Футболка L", "L"),
    ]
    assert catalogue.variants_of(ItemId("T-M")) == []
    bring(catalogue, tmp_path, "sku,parent\nT-M,\n")
    assert [it.id for it in catalogue.variants_of(ItemId("T"))] == ["T-L"]


def test_deposits_are_what_goods_name_as_theirs(catalogue, tmp_path):
    bring(catalogue, tmp_path, f"{HEADINGS},deposit\nD,Пляшка,5,\nB,Пиво,50,D\nW,Вода,20,D\n")
    assert [it.id for it in catalogue.deposits()] == ["D"]
    assert catalogue.is_deposit(ItemId("D"))
    assert not catalogue.is_deposit(ItemId("B"))
    with catalogue.write() as writer:
        writer.remove(ItemId("B"))
        writer.put([replace(catalogue.by_id(ItemId("W")), deposit=ItemId(""))])
    catalogue.refresh()
    assert catalogue.deposits() == []


def test_a_file_of_the_first_format_gets_the_new_columns_in_place(tmp_path):
    path = tmp_path / "old.db"
    old = sqlite3.connect(path, isolation_level=None)
    for statement in schema._FIRST_TABLES.split(";\n"):
        if statement.strip():
            old.execute(statement)
    old.executemany(
        "INSERT INTO meta VALUES (?, ?)",
        [("version", 3), ("items", 1), ("fold", FOLD_VERSION), ("next_row", 2)],
    )
    old.execute(
        "INSERT INTO item VALUES (1, 'A', 'Tea', 550, 'H87', '', '', '', '', '', '', 1, 0, 0, 300)"
    )
    old.execute("PRAGMA user_version = 1")
    old.close()
    with Catalogue(path) as catalogue:
        tea = Item(ItemId("A"), "Tea", 550, cost_minor=300)
        assert catalogue.by_id(ItemId("A")) == tea
        with catalogue.write() as writer:
            assert writer.put([replace(tea, supplier="Lipton")]) == (0, 1, 0)
        catalogue.refresh()
        assert catalogue.by_id(ItemId("A")).supplier == "Lipton"
        assert catalogue.price_lists() == []


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("0,9 л", Content(Decimal("0.9"), Unit.LITRE)),
        ("900 ml", Content(Decimal("0.9"), Unit.LITRE)),
        ("450г", Content(Decimal("0.45"), Unit.KILOGRAM)),
        ("6×0.33 l", Content(Decimal("1.98"), Unit.LITRE)),
        ("12x500 МЛ", Content(Decimal(6), Unit.LITRE)),
        ("0.5 g", Content(Decimal("0.0005"), Unit.KILOGRAM)),
    ],
)
def test_what_a_package_holds_is_read_as_people_write_it_and_goes_around(cell, expected):
    assert trade_cells.content(cell) == expected
    assert trade_cells.content(trade_cells.content_text(expected)) == expected
