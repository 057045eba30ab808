"""What a price check tells beside the price: whose it is, what is on offer, what comes next."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import islice

from appliance.core.item import Item, PriceStep, Unit
from appliance.core.money import round_half_away
from appliance.core.offer_rows import skus_of
from appliance.core.offers import Offer
from appliance.core.offers_when import runs
from appliance.core.price_steps import item_price, unit_price

AHEAD = timedelta(days=1)
"""How far ahead a coming price is told: the catalogue hands out no lists that begin later."""

BREAKS_SHOWN = 3
OFFERS_SHOWN = 2


@dataclass(frozen=True, slots=True)
class BreakLook:
    """From this quantity on, each unit costs that."""

    quantity: Decimal
    price_minor: int


@dataclass(frozen=True, slots=True)
class ComingLook:
    """at: the shop's local time at which the price becomes another."""

    at: datetime
    price_minor: int


@dataclass(frozen=True, slots=True)
class PriceTold:
    """list: the name of the price list that asks price_minor now, "" for the item's own price.
    usual_minor: that own price, where a list asks another. per_minor: for 1 per_unit (a litre) of
    what the package holds, where that is known. offers: those that run for it now, by their names
    in each language."""

    price_minor: int
    list: str = ""
    usual_minor: int | None = None
    breaks: tuple[BreakLook, ...] = ()
    coming: ComingLook | None = None
    per_minor: int | None = None
    per_unit: Unit | None = None
    offers: tuple[Mapping[str, str], ...] = ()


def on_offer(
    item: Item, offers: Iterable[Offer], at: datetime, groups: Collection[str] = ()
) -> tuple[Mapping[str, str], ...]:
    """The offers that name the item, run now and are for this customer; a coupon may be needed."""
    found = (
        offer.names
        for offer in offers
        if item.id in skus_of(offer.promotion)
        and (offer.when.group is None or offer.when.group in groups)
        and runs(offer.when, at)
    )
    return tuple(islice(found, OFFERS_SHOWN))


def tell(item: Item, at: datetime, groups: Collection[str] = ()) -> PriceTold:
    """Everything that can be said of the price of one, for this customer, now."""
    price, step = item_price(item, at, groups)
    holds = item.content
    per = None if holds is None else round_half_away(Fraction(price) / Fraction(holds.quantity))
    per_unit = None if holds is None else holds.unit
    if not item.prices:
        return PriceTold(price, per_minor=per, per_unit=per_unit)
    return PriceTold(
        price_minor=price,
        list=(step.name or step.list) if step else "",
        usual_minor=item.price_minor if price != item.price_minor else None,
        breaks=_breaks(item, price, at, groups),
        coming=_coming(item, price, at, groups),
        per_minor=per,
        per_unit=per_unit,
    )


def _breaks(item: Item, price: int, at: datetime, groups: Collection[str]) -> tuple[BreakLook, ...]:
    found: list[BreakLook] = []
    for quantity in sorted({step.quantity_min for step in item.prices}):
        if quantity <= 1:
            continue
        then = max(
            unit_price(item.price_minor, item.prices, quantity, at, groups)[0], item.min_price_minor
        )
        if then != (found[-1].price_minor if found else price):
            found.append(BreakLook(quantity, then))
    return tuple(found[:BREAKS_SHOWN])


def _coming(item: Item, price: int, at: datetime, groups: Collection[str]) -> ComingLook | None:
    for moment in sorted(_moments(item.prices, at)):
        then = item_price(item, moment, groups)[0]
        if then != price:
            return ComingLook(moment, then)
    return None


def _moments(steps: Collection[PriceStep], at: datetime) -> set[datetime]:
    """When any of the lists begins or ends before long."""
    found: set[datetime] = set()
    for step in steps:
        found.update(datetime.fromisoformat(it) for it in (step.since, step.until) if it)
        hours = {0 if step.days else None, step.start_min, step.end_min}
        for day in (at.date(), at.date() + timedelta(days=1)):
            midnight = datetime.combine(day, time())
            found.update(midnight + timedelta(minutes=it) for it in hours if it is not None)
    return {it for it in found if at < it <= at + AHEAD}
