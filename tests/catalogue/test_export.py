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


WORD = st.sampled_from(["Молоко", "вівсяне молоко", "M red", "Сироп 2", "без цукру"])
QUANTITY = st.integers(1, 10**6).map(lambda value: Decimal(value) / 1000)
MINUTE = st.integers(0, 24 * 60 - 1)


@st.composite
def traits(draw, others: list[str]) -> dict[str, object]:
    """What only some goods have; half of them have nothing of it."""
    found: dict[str, object] = {}
    if draw(st.booleans()):
        return found
    if others:
        found["components"] = tuple(
            Component(ItemId(sku), draw(QUANTITY))
            for sku in draw(st.lists(st.sampled_from(others), unique=True, max_size=3))
        )
        found["deposit"] = ItemId(draw(st.sampled_from(["", *others])))
    low = draw(st.none() | QUANTITY)
    options = st.lists(st.tuples(WORD, MINOR), min_size=2, max_size=3).map(tuple)
    return found | {
        "tare_kg": draw(st.none() | QUANTITY),
        "supplier": draw(st.one_of(st.just(""), TEXT)),
        "stock_policy": draw(st.sampled_from(StockPolicy)),
        "tracking": draw(st.sampled_from(Tracking)),
        "reorder_point": low,
        "reorder_to": None if low is None else low + draw(QUANTITY),
        "quantity_max": draw(st.none() | QUANTITY),
        "needs_manager": draw(st.booleans()),
        "sale_hours": tuple(draw(st.lists(st.tuples(MINUTE, st.just(24 * 60)), max_size=2))),
        "choices": tuple(
            Choice(name, draw(options), 0, 2) for name in draw(st.lists(WORD, max_size=2))
        ),
        "service": draw(st.booleans()),
        "uktzed": draw(st.sampled_from(["", "2203", "0401201100"])),
        "content": draw(
            st.none() | st.builds(Content, QUANTITY, st.sampled_from((Unit.KILOGRAM, Unit.LITRE)))
        ),
    }


@st.composite
def shops(draw) -> list[Item]:
    skus = draw(st.lists(CODE, unique=True, min_size=1, max_size=8))
    bodies = iter(draw(st.lists(st.integers(1, 10**13 - 1), unique=True, min_size=16, max_size=16)))
    return [
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
            cost_minor=draw(st.one_of(st.none(), MINOR)),
            **draw(traits([other for other in skus if other != sku])),
        )
        for sku in skus
    ]


@pytest.mark.parametrize("ending", FORMATS)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(shop=shops())
def test_import_of_an_export_is_the_same_shop(ending, shop):
    stock = {entry.id: Decimal(n) for n, entry in enumerate(shop)}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"shop{ending}"
        assert export(shop, path, stock=stock.get) == len(shop)
        counted: dict[ItemId, Decimal] = {}
        with Catalogue(Path(folder) / "back.db") as back:
            report = apply(read(path), back, stock=counted.__setitem__)
            assert report.applied, report.problems.kept
            assert list(back.items()) == shop
            assert counted == stock


@pytest.mark.parametrize("ending", FORMATS)
def test_the_demo_shop_goes_around(tmp_path, ending):
    with Catalogue(tmp_path / "a.db") as shop, Catalogue(tmp_path / "b.db") as back:
        apply(read(DEMO / "catalogue.csv"), shop)
        path = tmp_path / f"shop{ending}"
        assert export(shop.items(), path) == 300
        assert apply(read(path), back).applied
        assert list(back.items()) == list(shop.items())
        again = apply(read(path), back)
        assert (again.added, again.changed, again.same) == (0, 0, 300)


def test_currencies_without_minor_units_go_around(tmp_path):
    tea = Item(ItemId("1"), "Tea", 550, cost_minor=300)
    export([tea], tmp_path / "x.csv", currency="JPY")
    with Catalogue(tmp_path / "b.db") as back:
        assert apply(read(tmp_path / "x.csv", Settings(currency="JPY")), back).applied
        assert list(back.items()) == [tea]


def test_an_unknown_ending_is_refused_and_leaves_no_file(tmp_path):
    with pytest.raises(ValueError, match="xlsx"):
        export([], tmp_path / "x.pdf")
    assert list(tmp_path.iterdir()) == []


def test_an_export_that_fails_leaves_the_good_file_before_it(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("good")

    def broken():
        yield Item(ItemId("1"), "Tea", 550)
        raise OSError

    with pytest.raises(OSError):
        export(broken(), path)
    assert path.read_text() == "good"
    assert list(tmp_path.iterdir()) == [path]
