"""The demo shop's goods that need more than a price, and its price lists, come in without a slip."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from appliance.catalogue.importer import apply, read
from appliance.catalogue.price_importer import import_prices
from appliance.catalogue.price_lists import PriceList
from appliance.catalogue.store import Catalogue
from appliance.core.item import Component, Content, ItemId, Unit

DEMO = Path(__file__).resolve().parents[2] / "config" / "demo"


@pytest.fixture
def shop(tmp_path):
    with Catalogue(tmp_path / "catalogue.db") as catalogue:
        for name in ("catalogue.csv", "goods_more.csv"):
            report = apply(read(DEMO / name), catalogue)
            assert report.applied, report.problems.kept
        catalogue.refresh()
        yield catalogue


def test_the_further_goods_are_what_they_should_show(shop):
    case = shop.by_gtin("14820000080016")
    assert case.components == (Component(ItemId("1302"), Decimal(12)),)
    assert case.content == Content(Decimal(6), Unit.LITRE)
    assert [it.id for it in shop.deposits()] == ["1301", "1303"]
    assert [it.variant for it in shop.variants_of(ItemId("1305"))] == ["36–38", "39–41", "42–44"]
    assert shop.by_id(ItemId("1309")).open_price
    assert shop.by_plu("310").tare_kg == Decimal("0.012")
    vodka = shop.by_id(ItemId("1311"))
    assert (vodka.age_min, vodka.min_price_minor) == (18, 9960)
    assert vodka.sale_hours


@pytest.mark.parametrize("file", sorted((DEMO / "prices").glob("*.csv")), ids=lambda it: it.stem)
def test_every_row_of_a_price_list_is_good_and_cheaper(shop, file):
    report = import_prices(file, PriceList(file.stem), shop)
    assert report.applied, report.problems.kept
    shop.refresh()
    (told,) = shop.price_lists()
    assert told.prices >= 3
    for sku, _, price in shop.prices_of(told):
        assert 0 < price < shop.by_id(ItemId(sku)).price_minor
