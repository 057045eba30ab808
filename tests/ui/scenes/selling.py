"""Scenes of selling: the basket, its lines, prices, wishes, ages, what is scanned and typed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from appliance.catalogue.price_importer import import_prices
from appliance.catalogue.price_lists import PriceList
from appliance.catalogue.store import Catalogue
from appliance.core import commands as c
from appliance.core.facts import Discount, LineId, Modifier, SaleId, StockCause, StockDelta
from appliance.core.item import Choice, Item, ItemId
from appliance.core.policy import Policy
from appliance.core.view import ElsewhereLook, TillsLook
from appliance.journal import Journal
from appliance.mailbox import ShopChanged
from appliance.till import Till
from tests.ui.rig import APPLES, BEER, BREAD, COFFEE, NOW, Rig
from tests.ui.scenes.machine import near_end
from tests.ui.scenes.scene import BASKET, OPEN, SIGNED_IN, VODKA, Scene, does, go


def _search(rig: Rig) -> None:
    rig.desk.go("search")
    for char in "кава":
        rig.screen._board_key(char)
        rig.settle()


def _other_tills(till: Till) -> None:
    """One of them was asked for a basket and has not said that it came."""
    till.ask(c.HandOverSale(SaleId(2), "till-3", "golden"), actor="till", spoken=False)
    there = (
        ElsewhereLook("till-2", SaleId(7), "Столик 4", 3, 412_50),
        ElsewhereLook("till-2", SaleId(8), "Пан Іван, повернення", 1, 89_90, can_go=False),
    )
    names = (("till-2", "Каса 2"), ("till-3", "Каса 3"))
    till.tell(ShopChanged(there, TillsLook("192.168.1.11:1885", ("till-2",), names=names)))


def asked_for(rig: Rig) -> None:
    """A basket of another till was touched: it is asked for, and the till goes on meanwhile."""
    rig.till.share_with(SilentTills())
    rig.desk.go("recall")
    rig.settle()
    rig.screen.chosen = len(rig.desk.look.suspended) + len(rig.desk.look.under_way)
    rig.screen.tapped()
    rig.settle()


class SilentTills:
    """The shop's others, that take their time."""

    def fetch(self, till: str, sale: SaleId) -> None: ...

    def take_back(self, key: str) -> None: ...


def _other_tills_alone(till: Till) -> None:
    """Nothing is suspended at them; of coffee there is."""
    does(till, c.MoveStock(StockCause.RECEIVED, (StockDelta(COFFEE, Decimal(14)),)))
    till.tell(ShopChanged((), TillsLook("192.168.1.11:1885", ("till-2",))))


def _price(rig: Rig) -> None:
    rig.desk.go("price_check")
    rig.settle()
    rig.does(c.CheckPrice(COFFEE))


def _price_of_list(rig: Rig) -> None:
    rig.desk.go("price_check")
    rig.settle()
    rig.does(c.CheckPrice(WATER))


def _lists(_journal: Journal, catalogue: Catalogue) -> None:
    """Water has its happy hour; water and beer are cheaper by the half dozen."""
    happy = PriceList("happy", "Щаслива година", start_min=14 * 60, end_min=17 * 60)
    many = PriceList("many", "Гуртом дешевше", priority=1)
    by_six = f"{WATER},33.50,6\n{WATER},31.90,12\n{BEER},59.90,6\n"
    for prices, rows in ((happy, f"{WATER},34.90,\n"), (many, by_six)):
        file = catalogue.path.with_name("prices.csv")
        file.write_text("sku,price,quantity_min\n" + rows, encoding="utf-8")
        assert import_prices(file, prices, catalogue).applied
    catalogue.refresh()


BOTTLE, WATER, SOCKS = ItemId("1301"), ItemId("1302"), ItemId("1305")


def _containers(rig: Rig) -> None:
    rig.desk.go("containers")
    rig.settle()


def _toast(rig: Rig) -> None:
    rig.till.ask(c.RestoreLine(LineId(5)))
    rig.does(c.VoidLine(LineId(5)))


def _refused(rig: Rig) -> None:
    rig.till.ask(c.Scan("4820000999993"))
    rig.pump()


def _line(rig: Rig) -> None:
    rig.desk.go("line", line=LineId(2))
    rig.screen.typed("5")


LATTE = Item(
    ItemId("latte"),
    "Лате 300 мл",
    65_00,
    choices=(
        Choice("Молоко", (("звичайне", 0), ("вівсяне", 15_00), ("кокосове", 20_00)), least=1),
        Choice("До кави", (("ванільний сироп", 10_00), ("кориця", 0)), most=2),
    ),
)


def _coffee_bar(_journal: Journal, catalogue: Catalogue) -> None:
    with catalogue.write() as writer:
        writer.put([LATTE])
    catalogue.refresh()


def _rate_missing(policy: Policy) -> Policy:
    """As on the last day of a year whose new rates nobody has written down yet."""
    return replace(policy, rates_missing={"EXC5": "2026-11-23"})


def _untaxed(rig: Rig) -> None:
    rig.till.ask(c.SellItem(BEER))
    rig.pump()


def _expired(rig: Rig) -> None:
    """Yoghurt whose date is over."""
    rig.till.ask(c.Scan("(01)04821096456375(17)261121(10)L7"))
    rig.pump()


def _discount(rig: Rig) -> None:
    rig.desk.go("line", line=LineId(2), mode="percent")


def _multiplier(rig: Rig) -> None:
    rig.desk.multiplier = Decimal(6)
    rig.desk.go("sale")


def _number(rig: Rig) -> None:
    apples = rig.catalogue.by_id(APPLES)
    rig.desk.go("number", ask="weight", item=apples)
    for char in "0.75":
        rig.screen.typed(char)


def _wine(rig: Rig) -> None:
    rig.till.ask(c.SellItem(BEER))
    rig.settle()


def _too_late(rig: Rig) -> None:
    """Vodka was rung by day and is to be paid in the night."""
    rig.till.ask(c.CheckAge(VODKA, 18))
    rig.till.ask(c.SellItem(VODKA))
    rig.settle()
    rig.till._writer._clock = lambda: NOW.replace(hour=23, minute=5)
    rig.till.ask(c.TenderCash())
    rig.settle()


def _young(rig: Rig) -> None:
    _wine(rig)
    for digit in "24112008":
        rig.screen.typed(digit)


def _few(till: Till) -> None:
    for item, left in (("1001", "3"), ("1049", "2.4"), ("1095", "1")):
        delta = StockDelta(ItemId(item), Decimal(left))
        does(till, c.MoveStock(StockCause.RECEIVED, (delta,)))


def _told_few(rig: Rig) -> None:
    rig.screen._ask_left()
    rig.settle()


SCENES = (
    Scene("open-shift", SIGNED_IN),
    Scene("sale-empty", OPEN),
    Scene("sale", after=near_end),
    Scene("sale-few", OPEN, _told_few, _few, everywhere=False),
    Scene("sale-toast", open=_toast, everywhere=False),
    Scene("sale-refused", open=_refused, everywhere=False),
    Scene("sale-expired", open=_expired),
    Scene("sale-multiplier", open=_multiplier, everywhere=False),
    Scene("search", open=_search),
    Scene("line", open=_line),
    Scene(
        "why", (*BASKET, c.DiscountBasket(Discount(percent=Decimal(5)))), go("why", line=LineId(4))
    ),
    Scene(
        "why-list",
        (
            *OPEN,
            c.CheckAge(BEER, 18),
            c.SellItem(BEER, Decimal(6)),
            c.DiscountBasket(Discount(percent=Decimal(5))),
        ),
        go("why", line=LineId(1)),
        past=_lists,
    ),
    Scene("line-price", open=go("line", line=LineId(2), mode="price"), everywhere=False),
    Scene(
        "wishes",
        (
            *OPEN,
            c.SellItem(LATTE.id, Decimal(2)),
            c.ModifyLine(LineId(1), (Modifier("вівсяне", 15_00),)),
        ),
        go("wishes", line=LineId(1)),
        everywhere=False,
        past=_coffee_bar,
    ),
    Scene("tax-missing", open=_untaxed, everywhere=False, change=_rate_missing),
    Scene("line-more", open=go("line_more", line=LineId(4))),
    Scene("served-by", open=go("served_by", line=LineId(4)), everywhere=False),
    Scene("line-discount", open=_discount, everywhere=False),
    Scene("number", open=_number),
    Scene("discount", open=go("discount")),
    Scene("suspend", open=go("suspend")),
    Scene(
        "recall",
        (
            *BASKET,
            c.SuspendSale("Пані Марія"),
            c.SellItem(BREAD),
            c.SuspendSale("Кошик 14:32"),
        ),
        go("recall"),
    ),
    Scene(
        "recall-shop",
        (
            *BASKET,
            c.SuspendSale("Пані Марія"),
            c.SellItem(BREAD),
            c.SuspendSale("Кошик 14:32"),
        ),
        go("recall"),
        _other_tills,
    ),
    Scene(
        "recall-asked",
        (*BASKET, c.SuspendSale("Пані Марія"), c.SellItem(BREAD), c.SuspendSale("Кошик 14:32")),
        asked_for,
        _other_tills,
        everywhere=False,
    ),
    Scene("price-check", OPEN, _price),
    Scene("price-check-shop", OPEN, _price, _other_tills_alone, everywhere=False),
    Scene("price-check-list", OPEN, _price_of_list, past=_lists),
    Scene("variants", OPEN, go("variants", family=SOCKS)),
    Scene(
        "containers",
        (*OPEN, c.SellItem(WATER, Decimal(2)), c.ReturnDeposit(BOTTLE, Decimal(5))),
        _containers,
    ),
    Scene(
        "sale-deposit",
        (*OPEN, c.SellItem(WATER, Decimal(2)), c.ReturnDeposit(BOTTLE, Decimal(3))),
        everywhere=False,
    ),
    Scene("age", BASKET, _wine),
    Scene("hours-over", OPEN, _too_late),
    Scene("age-young", BASKET, _young, everywhere=False),
)
