"""Price lists: all of a file or nothing, seen by readers whole, beside the items' own prices."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from appliance.catalogue.list_times import moment, span, weekdays
from appliance.catalogue.price_importer import PricesReport, TooManyLists, import_prices
from appliance.catalogue.price_lists import BREAKS_MAX, LISTS_MAX, PriceList, delete_list
from appliance.catalogue.problems import CellError, Kind
from appliance.catalogue.store import Catalogue
from appliance.catalogue.tables import TableError
from appliance.core.item import Item, ItemId, PriceStep

NOW = datetime(2026, 12, 1, 12, 0)
TEA = Item(ItemId("A"), "Tea", 1000, gtins=("04820000000017",), plu="7")
COFFEE = Item(ItemId("B"), "Coffee", 2000)
CAKE = Item(ItemId("C"), "Cake", 3000)


@pytest.fixture
def catalogue(tmp_path: Path):
    with Catalogue(tmp_path / "catalogue.db", clock=lambda: NOW) as made:
        with made.write() as writer:
            writer.put([TEA, COFFEE, CAKE])
        made.refresh()
        yield made


def bring(
    catalogue: Catalogue, text: str, told: PriceList | None = None, **how: bool
) -> PricesReport:
    path = catalogue.path.with_name("prices.csv")
    path.write_text(text, encoding="utf-8")
    report = import_prices(path, told or PriceList("sale"), catalogue, **how)
    catalogue.refresh()
    return report


def steps(catalogue: Catalogue, sku: str) -> tuple[PriceStep, ...]:
    found = catalogue.by_id(ItemId(sku))
    assert found is not None
    return found.prices


def problems(report: PricesReport) -> list[tuple[int, str, str, Kind]]:
    return [(e.line, e.column, e.value, e.kind) for e in report.problems.kept]


def test_a_list_comes_in_and_every_way_to_an_item_knows_it(catalogue):
    told = PriceList("opt", "Опт", 5, group="wholesale")
    report = bring(catalogue, "sku,price,quantity_min\nA,9.00,\nA,8.50,10\nB,18.00,0\n", told)
    assert report.applied
    assert (report.rows, report.told.prices, report.missing) == (3, 3, 1)
    expected = (
        PriceStep("opt", 900, priority=5, group="wholesale", name="Опт"),
        PriceStep("opt", 850, Decimal(10), 5, "wholesale", name="Опт"),
    )
    assert steps(catalogue, "A") == expected
    assert catalogue.by_gtin(TEA.gtins[0]).prices == expected
    assert catalogue.by_plu("7").prices == expected
    assert catalogue.search("tea")[0].prices == expected
    assert steps(catalogue, "C") == ()


def test_readers_keep_their_prices_until_they_turn_to_the_new_ones(catalogue):
    path = catalogue.path.with_name("p.csv")
    path.write_text("sku,price\nA,9\n")
    import_prices(path, PriceList("sale"), catalogue)
    assert steps(catalogue, "A") == ()
    assert catalogue.refresh()
    assert steps(catalogue, "A") == (PriceStep("sale", 900),)


def test_the_same_list_again_replaces_all_its_prices_and_no_others(catalogue):
    bring(catalogue, "sku,price\nA,9\nB,19\n")
    bring(catalogue, "sku,price\nA,7\n", PriceList("other"))
    bring(catalogue, "sku,price\nB,18\n", PriceList("sale", "Sale", 3))
    assert steps(catalogue, "A") == (PriceStep("other", 700),)
    assert steps(catalogue, "B") == (PriceStep("sale", 1800, priority=3, name="Sale"),)


def test_ukrainian_headings_and_a_barcode_instead_of_the_sku(catalogue):
    report = bring(catalogue, "Штрихкод;Ціна, грн;Від кількості\n4820000000017;8,90;1,5\n")
    assert report.applied
    assert steps(catalogue, "A") == (PriceStep("sale", 890, Decimal("1.5")),)


def test_bad_rows_are_told_and_nothing_is_changed(catalogue):
    bring(catalogue, "sku,price\nA,9\n")
    text = (
        "sku,price,quantity_min\nA,8,\nZ,1,\nB,x,\n,5,\nC,,\nC,-1,\nB,1,-2\nB,1,0.0001\n"
        "A,7,0\nC,5,\n"
    )
    report = bring(catalogue, text)
    assert not report.applied
    assert sorted(problems(report)) == sorted(
        [
            (3, "sku", "Z", Kind.UNKNOWN_ITEM),
            (4, "price", "x", Kind.NOT_A_NUMBER),
            (5, "sku", "", Kind.NO_KEY),
            (6, "price", "", Kind.NO_PRICE),
            (7, "price", "-1", Kind.NEGATIVE),
            (8, "quantity_min", "-2", Kind.NEGATIVE),
            (9, "quantity_min", "0.0001", Kind.TOO_MANY_DECIMALS),
            (10, "sku", "A", Kind.PRICE_TWICE),
        ]
    )
    assert steps(catalogue, "A") == (PriceStep("sale", 900),)
    report = bring(catalogue, text, skip_bad=True)
    assert report.applied
    assert (steps(catalogue, "A")[0].price_minor, steps(catalogue, "C")[0].price_minor) == (
        800,
        500,
    )


def test_a_dry_run_checks_all_and_changes_nothing(catalogue):
    report = bring(catalogue, "sku,price\nA,9\nB,1\n", dry_run=True)
    assert (report.applied, report.rows, report.missing) == (False, 2, 1)
    assert catalogue.price_lists() == []


def test_an_item_has_no_more_quantity_steps_than_a_till_looks_through(catalogue):
    rows = "".join(f"A,{100 - n},{n}\n" for n in range(1, BREAKS_MAX + 2))
    report = bring(catalogue, "sku,price,quantity_min\n" + rows)
    assert problems(report) == [(BREAKS_MAX + 2, "sku", "A", Kind.TOO_MANY_BREAKS)]


def test_a_shop_has_no_more_lists_than_a_till_looks_through(catalogue):
    for n in range(LISTS_MAX):
        bring(catalogue, "sku,price\nA,9\n", PriceList(f"list{n}"))
    with pytest.raises(TooManyLists, match="delete one"):
        bring(catalogue, "sku,price\nA,9\n", PriceList("another"))
    assert bring(catalogue, "sku,price\nA,8\n", PriceList("list3")).applied


def test_a_file_without_prices_is_no_price_list(catalogue):
    with pytest.raises(TableError, match="price"):
        bring(catalogue, "sku,name\nA,Tea\n")


def test_lists_that_ended_long_ago_or_begin_later_are_left_out(catalogue):
    def list_with(name: str, since: datetime | None, until: datetime | None) -> None:
        times = {
            key: value.isoformat() for key, value in (("since", since), ("until", until)) if value
        }
        bring(catalogue, "sku,price\nA,9\n", PriceList(name, **times))

    hour, week = timedelta(hours=1), timedelta(days=7)
    list_with("ended", None, NOW - week)
    list_with("just ended", None, NOW - hour)
    list_with("soon", NOW + hour, None)
    list_with("later", NOW + week, None)
    assert sorted(step.list for step in steps(catalogue, "A")) == ["just ended", "soon"]
    assert len(catalogue.price_lists()) == 4


def test_a_list_deleted_leaves_the_items_own_prices(catalogue):
    bring(catalogue, "sku,price\nA,9\n")
    bring(catalogue, "sku,price\nA,8\n", PriceList("other"))
    with catalogue.write() as writer:
        delete_list(writer.link, next(it for it in catalogue.price_lists() if it.id == "sale"))
    catalogue.refresh()
    assert steps(catalogue, "A") == (PriceStep("other", 800),)


def test_prices_outlive_a_catalogue_brought_in_anew(catalogue):
    bring(catalogue, "sku,price\nA,9\n")
    with catalogue.write() as writer:
        writer.clear()
        writer.put([TEA])
    catalogue.refresh()
    assert steps(catalogue, "A") == (PriceStep("sale", 900),)


def test_days_hours_and_dates_as_people_write_them():
    assert weekdays("1-5") == weekdays("Mon-Fri") == weekdays("пн–пт") == (1, 2, 3, 4, 5)
    assert weekdays("Sat,Нд") == (6, 7)
    assert weekdays("fri-mon") == (1, 5, 6, 7)
    assert weekdays("1-7") == weekdays("") == ()
    assert span("17:00-19:30") == (1020, 1170)
    assert span("22-6") == (1320, 360)
    assert span("") == (None, None)
    assert moment("2026-12-01") == moment("2026-12-01 00:00") == "2026-12-01T00:00:00"
    for wrong, text in (
        (weekdays, "8"),
        (weekdays, "someday"),
        (span, "7-8, 9-10"),
        (moment, "soon"),
    ):
        with pytest.raises(CellError):
            wrong(text)
    with pytest.raises(CellError):
        moment("2026-12-01T08:00+02:00")
