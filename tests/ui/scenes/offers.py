"""Scenes of offers and coupons."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from appliance.core import commands as c
from appliance.core.facts import LineId
from tests.ui.rig import CHEESE, CHOCOLATE, COFFEE, MILK, ROOT, YOGHURT, Rig
from tests.ui.scenes.scene import MANAGED, OPEN, Scene


def _price_of_offer(rig: Rig) -> None:
    rig.desk.go("price_check")
    rig.settle()
    rig.does(c.CheckPrice(YOGHURT))


def _why_offer(rig: Rig) -> None:
    rig.desk.go("why", line=LineId(3))
    rig.settle()


def _offers(offer: str = "", *, cost: bool = False) -> Callable[[Rig], None]:
    def shown(rig: Rig) -> None:
        rig.desk.go("offers")
        rig.until(lambda: bool(rig.screen.offers))
        if offer:
            ids = [row.offer.id for row in rig.screen.offers]
            rig.screen._choose(ids.index(offer))
        if cost:
            rig.screen._turn()
            rig.until(lambda: rig.screen.cost is not None)

    return shown


def _coupon(rig: Rig) -> None:
    rig.desk.go("coupon")
    for char in "дру":
        rig.screen._board_key(char)
    rig.settle()


OFFERS = (ROOT / "config" / "demo" / "offers.toml").read_text(encoding="utf-8")

OFFERED: tuple[c.Request, ...] = (
    *OPEN,
    c.SellItem(MILK),
    c.SellItem(YOGHURT, Decimal(3)),
    c.SellItem(CHOCOLATE, Decimal(2)),
    c.SellItem(CHEESE),
    c.EnterCoupon("осінь"),
    c.SellItem(COFFEE, Decimal(2)),
)
"""Three for two, the second for half, a coupon that was typed, and something off the basket."""

SCENES = (
    Scene("sale-offers", OFFERED, offers=OFFERS),
    Scene("why-offer", OFFERED, _why_offer, everywhere=False, offers=OFFERS),
    Scene("price-check-offer", OPEN, _price_of_offer, everywhere=False, offers=OFFERS),
    Scene("coupon", OFFERED, _coupon, offers=OFFERS),
    Scene("offers", OPEN, _offers(), offers=OFFERS),
    Scene("offers-coming", OPEN, _offers("winter-tea"), everywhere=False, offers=OFFERS),
    Scene(
        "offers-cost",
        (*MANAGED, *OFFERED[2:], c.TenderCash(), c.SellItem(YOGHURT, Decimal(6)), c.TenderCash()),
        _offers("yoghurt-3-2", cost=True),
        offers=OFFERS,
    ),
)
