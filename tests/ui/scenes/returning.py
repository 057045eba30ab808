"""Scenes of goods that come back."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from appliance.core import commands as c
from appliance.core.facts import LineId, SaleId, SaleRef, TenderType
from appliance.core.item import Tracking
from tests.ui.rig import COFFEE, Rig
from tests.ui.scenes.accounts import four_customers
from tests.ui.scenes.scene import APPROVED, BASKET, OPEN, SOLD, Scene, go


def _find_receipt(rig: Rig) -> None:
    rig.desk.go("returns")
    rig.settle()
    for char in "118":
        rig.screen.typed(char)


def _open_receipt(rig: Rig) -> None:
    rig.desk.go("returns")
    rig.settle()
    rig.does(c.FindReceipt(code="1"))
    rig.until(lambda: rig.desk.name == "return_lines")
    rig.screen.step(1)
    rig.screen._tapped(3)


def _receipts_of_regular(rig: Rig) -> None:
    rig.desk.go("returns")
    rig.settle()
    rig.does(c.Scan("MARIIA-0671"))
    rig.settle()


def _return_many(rig: Rig) -> None:
    """A part of a bag of apples: more than was sold is said at once."""
    rig.desk.go("returns")
    rig.settle()
    rig.does(c.FindReceipt(code="1"))
    rig.screen._tapped(2)
    rig.screen.ask_many()
    for digit in "0.236":
        rig.screen.typed(digit)


def _return_serial(rig: Rig) -> None:
    rig.desk.go("return_item", item=rig.catalogue.by_id(COFFEE))
    rig.screen.item = replace(rig.screen.item, tracking=Tracking.SERIAL)
    rig.screen.finish()
    rig.settle()


def _return_item(rig: Rig) -> None:
    rig.desk.go("return_item", item=rig.catalogue.by_id(COFFEE))
    rig.screen.step(1)


_FIRST = SaleRef(1, 1, SaleId(1))

PART_BY_CARD = (*BASKET, c.AskTender(TenderType.CARD, 200_00), APPROVED, c.TenderCash())

ALL_BACK = c.ReturnLines(
    _FIRST, tuple(c.Pick(LineId(at), Decimal(1)) for at in (1, 2, 4)), "Не підійшло"
)

TAKEN_BACK = c.ReturnLines(_FIRST, (c.Pick(LineId(2), Decimal(1)),), "Не підійшло")

SCENES = (
    Scene("returns", SOLD, _find_receipt),
    Scene("return-lines", SOLD, _open_receipt),
    Scene("return-item", SOLD, _return_item, everywhere=False),
    Scene("return-many", SOLD, _return_many, everywhere=False),
    Scene("return-serial", SOLD, _return_serial, everywhere=False),
    Scene("returns-customer", OPEN, _receipts_of_regular, four_customers, everywhere=False),
    Scene("pay-return", (*PART_BY_CARD, ALL_BACK), go("pay"), everywhere=False),
    Scene("sale-return", (*SOLD, TAKEN_BACK), everywhere=False),
    Scene("sale-exchange", (*SOLD, TAKEN_BACK, c.SellItem(COFFEE)), everywhere=False),
    Scene("done-return", (*SOLD, TAKEN_BACK, c.TenderCash()), go("done"), everywhere=False),
)
