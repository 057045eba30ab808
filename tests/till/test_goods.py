"""Families, kits, deposits and price lists from the catalogue's file into a basket and onto paper."""

from __future__ import annotations

from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest

from appliance.asked.goods import KITS_WITHIN_MAX, parts_of
from appliance.catalogue.price_importer import import_prices
from appliance.catalogue.price_lists import PriceList
from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.devices import Problem, WeightStatus
from appliance.core.item import Component, Item, ItemId, Unit
from appliance.core.receipt import ShopHeader
from appliance.core.refusal import Reason, Refusal
from appliance.documents import Papers
from tests.core.builders import MILK, POLICY
from tests.till.builders import NAMES, Running, open_shift, running, shelf

BOTTLE = Item(ItemId("bottle"), "Пляшка скляна", 500)
BEER = Item(ItemId("beer"), "Пиво 0,5 л", 5890, deposit=BOTTLE.id)
SIX = Item(ItemId("six"), "Пиво, 6 пляшок", 33000, components=(Component(BEER.id, Decimal(6)),))
CASE = Item(
    ItemId("case"),
    "Пиво, ящик",
    60000,
    gtins=("14820000000014",),
    components=(Component(SIX.id, Decimal(2)), Component(BEER.id, Decimal(1))),
)
SHIRT = Item(ItemId("shirt"), "Футболка", 30000)
RED = Item(ItemId("shirt-m"), "Футболка M", 30000, parent=SHIRT.id, variant="M")
LARGE = Item(ItemId("shirt-l"), "Футболка L", 32000, parent=SHIRT.id, variant="L")
SALAD = Item(ItemId("salad"), "Салат", 12000, Unit.KILOGRAM, tare_kg=Decimal("0.015"))
GOODS = (BOTTLE, BEER, SIX, CASE, SHIRT, RED, LARGE, SALAD)


@contextmanager
def selling(folder: Path, prices: str = "", **how: object):
    with shelf(folder) as catalogue, catalogue.write() as writer:
        writer.put(GOODS)
    if prices:
        (folder / "p.csv").write_text(prices, encoding="utf-8")
        with shelf(folder) as catalogue:
            told = PriceList("opt", "Опт", **how)  # type: ignore[arg-type]
            assert import_prices(folder / "p.csv", told, catalogue).applied
    with running(folder) as it:
        open_shift(it)
        yield it


def basket(it: Running) -> list[tuple[str, Decimal, int]]:
    look = it.till.look.basket
    return [(row.item, row.quantity, row.amount_minor) for row in look.lines] if look else []


def test_a_familys_key_asks_which_variant(tmp_path):
    with selling(tmp_path) as it:
        refused = it.tries(c.SellItem(SHIRT.id, Decimal(2)))
        assert refused == Refusal(
            Reason.VARIANT_NEEDED, {"name": "Футболка", "item": "shirt", "quantity": "2"}
        )
        it.does(c.SellItem(RED.id))
        assert basket(it) == [("shirt-m", 1, 30000)]


def test_a_case_takes_the_parts_of_its_parts_from_the_stock(tmp_path):
    with selling(tmp_path) as it:
        records = it.does(c.Scan("14820000000014"))
        added = next(r.fact for r in records if isinstance(r.fact, f.LineAdded))
        assert added.components == (f.StockMove(BEER.id, Decimal(13)),)
        assert basket(it) == [("case", 1, 60000)]


def test_kits_in_a_circle_end(tmp_path):
    with shelf(tmp_path) as catalogue:
        egg = Item(ItemId("egg"), "Яйце", 1, components=(Component(ItemId("hen"), Decimal(1)),))
        hen = Item(ItemId("hen"), "Курка", 1, components=(Component(egg.id, Decimal(1)),))
        with catalogue.write() as writer:
            writer.put([egg, hen])
        catalogue.refresh()
        assert len(parts_of(egg, catalogue)) == 1
        assert KITS_WITHIN_MAX < 10


def test_a_deposit_is_charged_and_empty_bottles_are_paid_back(tmp_path):
    with selling(tmp_path) as it:
        it.does(c.SellItem(BEER.id, Decimal(2)))
        it.does(c.ReturnDeposit(BOTTLE.id, Decimal(3)))
        assert basket(it) == [("beer", 2, 11780), ("bottle", 2, 1000), ("bottle", -3, -1500)]
        assert it.tries(c.ReturnDeposit(MILK.id)).reason is Reason.NOT_A_DEPOSIT
        assert it.tries(c.ReturnDeposit(ItemId("?"))).reason is Reason.NO_SUCH_ITEM


def test_the_scale_takes_the_container_off_and_the_line_says_so(tmp_path):
    with selling(tmp_path) as it:
        for gross, expected in (("0.427", "0.412"), ("0.015", None)):
            answers: list[object] = []
            it.till.submit(c.WeighItem(SALAD.id), reply=answers.append)
            it.till.ask(c.NeverMind())
            it.till.tell(
                WeightStatus(
                    "scale",
                    weight_kg=Decimal(gross),
                    stable=True,
                    problem=Problem.NONE,
                    tag=it.hands.weighed[-1],
                )
            )
            it.till.ask(c.NeverMind())
            if expected is None:
                assert answers[0].reason is Reason.WEIGHT_UNDER_TARE
        (line,) = it.till.look.basket.lines
        assert (line.quantity, line.tare_kg) == (Decimal("0.412"), Decimal("0.015"))


PRICES = "sku,price,quantity_min\nmilk,42.00,6\nbeer,50.00,0\n"


def test_a_list_sells_and_the_receipt_shows_the_price_really_used(tmp_path):
    with selling(tmp_path, PRICES) as it:
        it.does(c.SellItem(MILK.id, Decimal(6)))
        (line,) = it.till.look.basket.lines
        assert (line.unit_price_minor, line.price_list, line.amount_minor) == (4200, "Опт", 25200)
        it.does(c.TenderCash())
        records = it.till.journal.facts_of_sale(it.till.journal.epoch, f.SaleId(1))
        paper = Papers(ShopHeader("Крам"), POLICY, NAMES, "uk").receipt(records)
        assert (paper.lines[0].unit_price_minor, paper.lines[0].amount_minor) == (4200, 25200)
        assert paper.discounts == ()


@pytest.mark.parametrize(
    ("since", "expected"), [("2026-11-23T14:32:00", 5000), ("2026-11-23T14:33:00", 5890)]
)
def test_a_scheduled_price_begins_by_the_tills_own_clock(tmp_path, since, expected):
    with shelf(tmp_path) as catalogue, catalogue.write() as writer:
        writer.put(GOODS)
    (tmp_path / "p.csv").write_text(PRICES)
    with shelf(tmp_path) as catalogue:
        import_prices(tmp_path / "p.csv", PriceList("new", since=since), catalogue)
    with running(tmp_path) as it:
        open_shift(it)
        it.does(c.SellItem(BEER.id))
        assert it.till.look.basket.lines[0].amount_minor == expected


def test_a_price_check_shows_todays_list(tmp_path):
    with selling(tmp_path, PRICES) as it:
        it.does(c.CheckPrice("beer"))
        assert it.till.look.price.price_minor == 5000


def test_wishes_stand_under_their_line_on_the_receipt(tmp_path):
    with selling(tmp_path) as it:
        it.does(c.SellItem(MILK.id, Decimal(2)))
        wishes = (f.Modifier("вівсяне", 1500), f.Modifier("тепле"))
        it.does(c.ModifyLine(f.LineId(1), wishes))
        it.does(c.TenderCash())
        records = it.till.journal.facts_of_sale(it.till.journal.epoch, f.SaleId(1))
        (line,) = Papers(ShopHeader("Крам"), POLICY, NAMES, "uk").receipt(records).lines
        assert (line.unit_price_minor, line.amount_minor) == (6190, 12380)
        assert [(wish.name, wish.price_minor) for wish in line.wishes] == [
            ("вівсяне", 1500),
            ("тепле", 0),
        ]


STRONG = Item(ItemId("strong"), "Пиво міцне", 7000, age_min=18, quantity_max=Decimal(10))
RUM = Item(ItemId("rum"), "Ром", 90000, age_min=18)
CRATE = Item(
    ItemId("crate"),
    "Ящик міцного",
    80000,
    gtins=("14820000000021",),
    components=(Component(STRONG.id, Decimal(6)),),
)
CAKE = Item(ItemId("cake"), "Ромова баба", 5000, components=(Component(RUM.id, Decimal("0.02")),))


def test_a_case_is_as_limited_as_its_bottles_and_a_cake_is_no_rum(tmp_path):
    with shelf(tmp_path) as catalogue, catalogue.write() as writer:
        writer.put((STRONG, RUM, CRATE, CAKE))
    with running(tmp_path) as it:
        open_shift(it)
        it.does(c.SellItem(CAKE.id))
        asked = it.tries(c.Scan("14820000000021"))
        assert isinstance(asked, Refusal)
        assert asked.reason is Reason.AGE_CHECK_NEEDED
        it.does(c.CheckAge(CRATE.id, 18))
        it.does(c.Scan("14820000000021"))
        over = it.tries(c.SellItem(STRONG.id, Decimal(5)))
        assert over == Refusal(Reason.ITEM_QUANTITY_MAX, {"name": "Пиво міцне", "most": "10"})
        it.does(c.SellItem(STRONG.id, Decimal(4)))
