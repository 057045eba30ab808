"""A whole day at a till, so that the golden Z report is what a shop really gets."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.policy import AutoPrint, Drawer, ForeignCurrency, Person, PortRule
from appliance.core.receipt import Report, ShopHeader
from appliance.documents import Papers
from tests.core.builders import POLICY
from tests.till.builders import NAMES, Running, running

CARD = f.TenderType.CARD
PEOPLE = {"uk": ("Олена", "Іван", "Ліва"), "en": ("Olena", "Ivan", "Left")}
WORDS = {
    "uk": ("Помилка в решті", "Оплата неясна 14:31", "розмін"),
    "en": ("Wrong change", "Unsure 14:31", "change"),
}


@cache
def z_report(language: str, shop: ShopHeader) -> Report:
    olena, ivan, left = PEOPLE[language]
    policy = replace(
        POLICY,
        language=language,
        auto_print=AutoPrint.NEVER,
        staff=(Person("olena", olena, "manager"), Person("ivan", ivan, "manager")),
        drawers=(Drawer("left", left), Drawer("right", "")),
        ports=(PortRule("terminal", CARD),),
        foreign=(ForeignCurrency("EUR", Decimal("48.2")),),
        tip_percents=(Decimal(10),),
    )
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder), policy=policy, pepper=b"golden") as it,
    ):
        _day(it, *WORDS[language])
        journal = it.till.journal
        record = next(r for r in journal.records() if isinstance(r.fact, f.ShiftClosed))
        key = journal.shifts.key_of(1)
        return Papers(shop, policy, NAMES, language).z_report(record, journal.shifts, key)


def _counted(*pieces: tuple[int, int]) -> c.CountDrawer:
    return c.CountDrawer(tuple(f.DenominationCount(value, count) for value, count in pieces))


def _day(it: Running, why: str, unsure: str, small_change: str) -> None:
    """Cash, a card, euros, a tip, a gift card and a return; bags, a handover, a count that is off."""
    by_card = (c.AskTender(CARD), c.ConfirmTender(1, f.TenderOutcome.APPROVED))
    in_doubt = (c.AskTender(CARD), c.ConfirmTender(1, f.TenderOutcome.UNKNOWN))
    wine, milk, bread = (c.SellItem(sku) for sku in ("wine", "milk", "bread"))  # type: ignore[arg-type]
    for request in (
        *(c.SignIn("olena"), c.OpenShift(500_00)),
        *(wine, milk, c.DiscountBasket(f.Discount(percent=Decimal(5))), c.TenderCash(500_00)),
        *(wine, c.AddTip(20_00), *by_card),
        *(milk, c.TenderForeignCash("EUR", 5_00)),
        *(c.SellGiftCard(300_00), c.TenderCash()),
        c.DropToSafe("0417", 500_00),
        c.MoveCash(f.CashDirection.PAY_IN, 100_00, small_change),
        _counted((100_00, 4), (20_00, 4), (5_00, 1), (1_00, 4), (50, 1)),
        *(c.HandOver("ivan", why), c.SignIn("ivan")),
        *(bread, bread, c.TenderCash()),
        *(c.ReturnWithoutReceipt(milk.item, Decimal(1), why, 40_00), c.TenderCash()),
        *(c.NoSale(small_change), milk, *in_doubt, c.SuspendSale(unsure)),
        *(c.CountForeign("EUR", 5_00), _counted((50_00, 9), (20_00, 2), (5_00, 1), (1_00, 3))),
        c.CloseShift(why, drop_minor=300_00, bag="0418", anyway=True),
    ):
        it.does(request)
