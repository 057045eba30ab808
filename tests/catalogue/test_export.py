"""What is exported imports to the same."""

from __future__ import annotations

import tempfile
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.catalogue.exporter import FORMATS, export
from appliance.catalogue.importer import Settings, apply, read
from appliance.catalogue.model import Entry
from appliance.catalogue.store import Catalogue
from appliance.core.item import Item, ItemId, Unit

DEMO = Path(__file__).resolve().parents[2] / "config" / "demo"

# What an import leaves as it is: one line, single spaces, printable, composed letters.
TEXT = st.text(
    st.sampled_from("абвгґдеєжзиіїйклмнопрстуфхцчшщьюяАБВЇ abcXYZ0123456789=+-@«»\"',;\t|№%ęéß"),
    min_size=1,
    max_size=30,
).map(lambda text: " ".join(text.split()) or "х")
CODE = st.text(st.sampled_from("ABCabc0123456789-./Ж"), min_size=1, max_size=12)
MINOR = st.integers(0, 10**9)


def gtin14(body: int) -> str:
    digits = f"{body:013d}"
    total = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(digits))
    return digits + str(-total % 10)


@st.composite
def shops(draw) -> list[Entry]:
    skus = draw(st.lists(CODE, unique=True, min_size=1, max_size=8))
    bodies = iter(draw(st.lists(st.integers(1, 10**13 - 1), unique=True, min_size=16, max_size=16)))
    return [
        Entry(
            Item(
                id=ItemId(sku),
                name=draw(TEXT),
                price_minor=draw(MINOR),
                unit=draw(st.sampled_from(Unit)),
                gtins=tuple(gtin14(next(bodies)) for _ in range(draw(st.integers(0, 2)))),
                plu=draw(st.sampled_from(["", "1", "00152", "999999"])),
                taxes=draw(st.sampled_from([(), ("VAT20",), ("VAT20", "EXC5")])),
                category=draw(st.one_of(st.just(""), TEXT)),
                colour=draw(st.sampled_from(["", "A9CBE8", "000000"])),
                picture=draw(st.sampled_from(["", "milk.png"])),
                discountable=draw(st.booleans()),
                open_price=draw(st.booleans()),
                age_min=draw(st.integers(0, 120)),
            ),
            draw(st.one_of(st.none(), MINOR)),
        )
        for sku in skus
    ]


@pytest.mark.parametrize("ending", FORMATS)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(shop=shops())
def test_import_of_an_export_is_the_same_shop(ending, shop):
    stock = {entry.item.id: Decimal(n) for n, entry in enumerate(shop)}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"shop{ending}"
        assert export(shop, path, stock=stock.get) == len(shop)
        counted: dict[ItemId, Decimal] = {}
        with Catalogue(Path(folder) / "back.db") as back:
            report = apply(read(path), back, stock=counted.__setitem__)
            assert report.applied, report.problems.kept
            assert list(back.entries()) == shop
            assert counted == stock


@pytest.mark.parametrize("ending", FORMATS)
def test_the_demo_shop_goes_around(tmp_path, ending):
    with Catalogue(tmp_path / "a.db") as shop, Catalogue(tmp_path / "b.db") as back:
        apply(read(DEMO / "catalogue.csv"), shop)
        path = tmp_path / f"shop{ending}"
        assert export(shop.entries(), path) == 300
        assert apply(read(path), back).applied
        assert list(back.entries()) == list(shop.entries())
        again = apply(read(path), back)
        assert (again.added, again.changed, again.same) == (0, 0, 300)


def test_currencies_without_minor_units_go_around(tmp_path):
    tea = Entry(Item(ItemId("1"), "Tea", 550), 300)
    export([tea], tmp_path / "x.csv", currency="JPY")
    with Catalogue(tmp_path / "b.db") as back:
        assert apply(read(tmp_path / "x.csv", Settings(currency="JPY")), back).applied
        assert list(back.entries()) == [tea]


def test_an_unknown_ending_is_refused_and_leaves_no_file(tmp_path):
    with pytest.raises(ValueError, match="xlsx"):
        export([], tmp_path / "x.pdf")
    assert list(tmp_path.iterdir()) == []


def test_an_export_that_fails_leaves_the_good_file_before_it(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("good")

    def broken():
        yield Entry(Item(ItemId("1"), "Tea", 550))
        raise OSError

    with pytest.raises(OSError):
        export(broken(), path)
    assert path.read_text() == "good"
    assert list(tmp_path.iterdir()) == [path]
