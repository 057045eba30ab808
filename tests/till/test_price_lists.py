"""Price lists at a running till: by hour, day, date, group and quantity, on time without a network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from appliance.catalogue.price_importer import import_prices
from appliance.catalogue.price_lists import PriceList
from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.item import Item, ItemId
from appliance.core.refusal import Reason, Refusal
from tests.core.builders import APPLES
from tests.till.builders import Clock, Running, open_shift, running, shelf

MONDAY = datetime(2026, 11, 23, 14, 32, tzinfo=UTC)
VODKA = Item(ItemId("vodka"), "Горілка", 14_000, min_price_minor=13_500)


@contextmanager
def selling(
    folder: Path, *lists: tuple[PriceList, str], clock: Clock | None = None
) -> Iterator[Running]:
    """lists: each with its rows, "sku,price,quantity_min"."""
    clock = clock or Clock(MONDAY)
    with shelf(folder, clock) as catalogue:
        with catalogue.write() as writer:
            writer.put([VODKA])
        for told, rows in lists:
            bring(folder, told, rows)
    with running(folder, clock=clock) as it:
        open_shift(it)
        yield it


def bring(folder: Path, told: PriceList, rows: str) -> None:
    """As `till prices import` does, beside the till."""
    (folder / "prices.csv").write_text("sku,price,quantity_min\n" + rows, encoding="utf-8")
    with shelf(folder) as catalogue:
        assert import_prices(folder / "prices.csv", told, catalogue).applied


def milk_costs(it: Running, quantity: str = "1") -> int:
    """In a new basket, which is left empty."""
    it.does(c.SellItem(ItemId("milk"), Decimal(quantity)))
    look = it.till.look.basket
    assert look is not None
    price = look.lines[0].unit_price_minor
    it.does(c.VoidSale())
    return price


def total(it: Running) -> int:
    assert it.till.look.basket is not None
    return it.till.look.basket.total_minor


@pytest.mark.parametrize(
    ("told", "times"),
    [
        (
            PriceList("happy", start_min=17 * 60, end_min=19 * 60),
            {"23 16:59:59": 4690, "23 17:00:00": 4000, "23 18:59:59": 4000, "23 19:00:00": 4690},
        ),
        (
            PriceList("night", start_min=22 * 60, end_min=6 * 60),
            {"23 21:59": 4690, "23 22:00": 4000, "24 05:59": 4000, "24 06:00": 4690},
        ),
        (
            PriceList("weekend", days=(6, 7)),
            {"23 12:00": 4690, "28 00:00": 4000, "29 23:59": 4000, "30 00:00": 4690},
        ),
        (
            PriceList("week", since="2026-11-25T08:00:00", until="2026-11-27T00:00:00"),
            {"25 07:59:59": 4690, "25 08:00": 4000, "26 23:59:59": 4000, "27 00:00": 4690},
        ),
    ],
)
def test_a_list_sells_from_its_first_second_to_its_last(tmp_path, told, times):
    with selling(tmp_path, (told, "milk,40.00,\n")) as it:
        for text, price in times.items():
            it.clock.now = datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=UTC)
            assert milk_costs(it) == price, text


def test_a_scheduled_price_starts_by_itself_while_the_till_runs_without_a_network(tmp_path):
    new = PriceList("december", since="2026-12-01T00:00:00")
    with selling(tmp_path, (new, "milk,52.00,\n")) as it:
        for now, price in (("2026-11-30T23:59:59", 4690), ("2026-12-01T00:00:00", 5200)):
            it.clock.now = datetime.fromisoformat(now).replace(tzinfo=UTC)
            assert milk_costs(it) == price


def test_a_basket_keeps_the_prices_of_the_time_it_began_at(tmp_path):
    happy = PriceList("happy", start_min=17 * 60, end_min=19 * 60)
    with selling(tmp_path, (happy, "milk,40.00,\nbread,20.00,\n")) as it:
        it.clock.now = MONDAY.replace(hour=18, minute=59)
        it.sells("milk")
        it.clock.move(minutes=5)
        it.sells("bread")
        assert total(it) == 4000 + 2000
        it.does(c.TenderCash())
        it.sells("bread")
        assert total(it) == 2450


def test_a_suspended_basket_comes_back_with_its_prices(tmp_path):
    happy = PriceList("happy", start_min=17 * 60, end_min=19 * 60)
    with selling(tmp_path, (happy, "milk,40.00,\n")) as it:
        it.clock.now = MONDAY.replace(hour=18)
        it.sells("milk")
        it.does(c.SuspendSale("Стіл 4"))
        it.clock.move(hours=3)
        it.does(c.RecallSale(f.SaleId(1)))
        it.sells("milk")
        assert total(it) == 8000


@pytest.mark.parametrize("jump", [timedelta(days=-400), timedelta(days=400), timedelta(hours=-3)])
def test_a_clock_that_is_set_is_followed_at_once(tmp_path, jump):
    """A board without a battery starts in the past until the network tells it the time."""
    there = MONDAY + jump
    then = (there - timedelta(minutes=1)).replace(tzinfo=None).isoformat(timespec="seconds")
    end = (there + timedelta(minutes=1)).replace(tzinfo=None).isoformat(timespec="seconds")
    with selling(tmp_path, (PriceList("now", since=then, until=end), "milk,40.00,\n")) as it:
        assert milk_costs(it) == 4690
        it.clock.now = there
        assert milk_costs(it) == 4000
        it.clock.now = MONDAY
        assert milk_costs(it) == 4690


def test_a_list_that_comes_in_while_a_basket_is_open_waits_for_the_next(tmp_path):
    with selling(tmp_path) as it:
        it.sells("milk")
        bring(tmp_path, PriceList("new"), "milk,40.00,\nbread,20.00,\n")
        version = it.till.look.catalogue_version
        it.sells("bread")
        assert total(it) == 4690 + 2450
        it.does(c.TenderCash())
        while it.till.look.catalogue_version == version:
            it.till.tell(None)  # type: ignore[arg-type] # a second without anything to do
            it.till.ask(c.NeverMind())
        assert milk_costs(it) == 4000


def test_the_line_is_priced_again_when_a_scan_reaches_the_next_quantity(tmp_path):
    opt = (PriceList("opt", "Опт"), "milk,46.00,3\nmilk,42.00,6\n")
    with selling(tmp_path, opt) as it:
        totals = []
        for _ in range(6):
            it.does(c.Scan("04820000000017"))
            totals.append(total(it))
        assert totals == [4690, 9380, 3 * 4600, 4 * 4600, 5 * 4600, 6 * 4200]
        (line,) = it.till.look.basket.lines
        assert (line.quantity, line.price_list) == (6, "Опт")
        it.does(c.ChangeQuantity(line.line, Decimal(2)))
        assert total(it) == 9380


def test_weighed_goods_have_quantity_prices_too(tmp_path):
    with selling(tmp_path, (PriceList("opt"), "apples,35.00,2.5\n")) as it:
        it.does(c.SellItem(APPLES.id, Decimal("2.499")))
        assert it.till.look.basket.lines[0].unit_price_minor == 3990
        it.does(c.ChangeQuantity(f.LineId(1), Decimal("2.5")))
        assert total(it) == 8750


def test_of_lists_that_overlap_the_higher_one_wins_then_the_cheaper_then_the_first_by_name(
    tmp_path,
):
    lists = (
        (PriceList("b"), "milk,44.00,\nbread,20.00,\n"),
        (PriceList("a"), "milk,43.00,\nbread,20.00,\n"),
        (PriceList("vip", priority=5), "milk,45.00,\n"),
    )
    with selling(tmp_path, *lists) as it:
        it.sells("milk", "bread")
        rows = [(x.unit_price_minor, x.price_list) for x in it.till.look.basket.lines]
        assert rows == [(4500, "vip"), (2000, "a")]


def test_an_item_that_a_list_has_no_price_for_falls_back_to_its_own(tmp_path):
    with selling(tmp_path, (PriceList("new"), "milk,40.00,6\n")) as it:
        it.sells("bread", "milk")
        assert total(it) == 2450 + 4690


def test_an_item_whose_own_price_is_zero_is_sold_at_its_lists_price_only_where_one_holds(tmp_path):
    free = Item(ItemId("gift"), "Подарунок", 0)
    with shelf(tmp_path) as catalogue, catalogue.write() as writer:
        writer.put([free])
    with selling(tmp_path, (PriceList("new"), "gift,10.00,\n")) as it:
        it.sells("gift")
        assert total(it) == 1000


def test_no_list_sells_below_the_least_price(tmp_path):
    with selling(tmp_path, (PriceList("cheap"), "vodka,99.00,\n")) as it:
        it.sells("vodka")
        assert total(it) == 13_500
        for request, reason in (
            (c.OverridePrice(f.LineId(1), 13_499, "x"), Reason.PRICE_BELOW_MIN),
            (
                c.DiscountLine(f.LineId(1), f.Discount(percent=Decimal(5))),
                Reason.DISCOUNT_BELOW_MIN,
            ),
        ):
            refused = it.tries(request, actor="ivan")
            assert isinstance(refused, Refusal)
            assert (refused.reason, refused.params["least"]) == (reason, "135.00 UAH")


def test_a_price_set_by_hand_stays_whatever_the_lists_say(tmp_path):
    with selling(tmp_path, (PriceList("opt"), "milk,42.00,6\n")) as it:
        it.sells("milk")
        told = it.does(c.OverridePrice(f.LineId(1), 4500, "Пошкоджено"))
        assert told[-1].fact.reason == "Пошкоджено"
        it.does(c.ChangeQuantity(f.LineId(1), Decimal(10)))
        assert total(it) == 45_000
        assert it.tries(c.OverridePrice(f.LineId(1), 4400, " ")).reason is Reason.REASON_NEEDED
        assert it.tries(c.OverridePrice(f.LineId(1), 100, "x")).reason is Reason.PERMISSION_NEEDED


def test_a_customers_group_prices_the_whole_basket_again(tmp_path):
    club = (PriceList("club", group="club"), "milk,42.00,\n")
    with selling(tmp_path, club) as it:
        it.sells("milk")
        assert total(it) == 4690
        sale = it.till.journal.state.sale
        joined = f.CustomerAttached(sale.sale, "c-1", groups=("club",))
        it.till.journal.append((joined,), actor="olena", at=it.clock())
        it.sells("milk")
        assert total(it) == 8400


def test_an_open_price_is_asked_for_and_no_list_changes_it(tmp_path):
    with selling(tmp_path, (PriceList("all"), "service,1.00,\n")) as it:
        refused = it.tries(c.SellItem(ItemId("service")))
        assert refused == Refusal(Reason.PRICE_NEEDED, {"name": "Послуга"})
        it.does(c.SellItem(ItemId("service"), unit_price_minor=12_345))
        assert total(it) == 12_345
        for wrong in (-1, 10**18):
            refused = it.tries(c.SellItem(ItemId("service"), unit_price_minor=wrong))
            assert refused.reason is Reason.PRICE_WRONG


@pytest.mark.parametrize("named", [{"unit_price_minor": 1}, {"amount_minor": 1}])
def test_goods_with_a_price_get_another_one_by_hand_only_with_a_reason(tmp_path, named):
    with selling(tmp_path) as it:
        refused = it.tries(c.SellItem(ItemId("milk"), **named))
        assert refused == Refusal(Reason.PRICE_FIXED, {"name": "Молоко"})
        it.sells("milk")
        beyond = it.tries(c.OverridePrice(f.LineId(1), 1, "Пом'ята пачка"))
        assert beyond.reason is Reason.PERMISSION_NEEDED
        assert it.tries(c.OverridePrice(f.LineId(1), 4300, "")).reason is Reason.REASON_NEEDED
        it.does(c.OverridePrice(f.LineId(1), 4300, "Пом'ята пачка"))
        assert total(it) == 4300


def test_a_price_check_tells_the_list_the_quantities_and_what_comes(tmp_path):
    lists = (
        (PriceList("opt", "Опт"), "milk,42.00,6\n"),
        (PriceList("day", "День", priority=-1, until="2026-11-24T08:00:00"), "milk,45.00,\n"),
    )
    with selling(tmp_path, *lists) as it:
        it.does(c.CheckPrice("04820000000017"))
        price = it.till.look.price
        assert (price.price_minor, price.told.list, price.told.usual_minor) == (4500, "День", 4690)
        assert [(x.quantity, x.price_minor) for x in price.told.breaks] == [(6, 4200)]
        assert price.told.coming.price_minor == 4690
        assert price.told.coming.at == datetime(2026, 11, 24, 8)
        assert it.till.look.basket is None
