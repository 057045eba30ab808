"""The demo shop's folder comes in as it is sold."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.catalogue.importer import Settings
from appliance.catalogue.shop_folder import load_shop
from appliance.catalogue.store import Catalogue
from tests.catalogue.importing import DEMO, TAXES


@pytest.fixture
def catalogue(tmp_path: Path):
    with Catalogue(tmp_path / "catalogue.db") as made:
        yield made


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
