"""The shop's offers for people to read, and what one of them would have cost: read only."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from itertools import takewhile
from pathlib import Path
from typing import Protocol

from appliance import shop
from appliance.config import ConfigError, Settings
from appliance.config.offer_files import FILE, load
from appliance.core.item import Item, ItemId
from appliance.core.offer_rows import OfferCost, OfferRow, all_skus, listed, skus_of
from appliance.core.offers import Offer, Offers
from appliance.core.past_basket import past_basket
from appliance.core.policy import Policy
from appliance.core.pricing.model import Promotion
from appliance.core.pricing.preview import Past, preview
from appliance.journal import reports, sales_reports
from appliance.journal.sales_reports import Days
from appliance.journal.sold_baskets import SoldBasket, sold_baskets
from appliance.terms import GOOD, Terms


class Goods(Protocol):
    def by_id(self, item: ItemId) -> Item | None: ...


@dataclass(frozen=True, slots=True)
class OfferDesk:
    """Asked on a worker. journal: the file of what was sold."""

    settings: Settings
    goods: Goods
    journal: Path

    def offers(self) -> Offers:
        """Those that the till holds: of the shop's file, or of the last one without a mistake."""
        for name in (FILE, GOOD):
            try:
                return load(self.settings.till.data_dir / name, self.settings.shop.currency)
            except ConfigError:
                continue
        return Offers()

    def list(self, now: datetime) -> list[OfferRow]:
        """now: the shop's own time, without an offset."""
        found = self.offers().offers
        return listed(found, self._names(all_skus(found)), now)

    def cost(
        self,
        offer: Offer,
        first: date,
        last: date,
        wanted: Callable[[], bool] = lambda: True,
    ) -> OfferCost:
        """Over what was sold in these days: what the offer gave, and what it would have given.
        wanted: asked at each basket; whoever does not wait any more gets what there is so far."""
        days, policies = Days(first, last), self._policies()
        asked, anybody = as_if(offer.promotion)
        skus = skus_of(offer.promotion) or None

        def past(found: SoldBasket) -> Past:
            time.sleep(0)  # the till sells meanwhile, and must not wait for this thread's turn
            day = date.fromisoformat(found.sale.at[:10]) if found.sale.at else last
            return past_basket(found.sale, found.sold, policies(day), offer.id)

        with reports.reading(self.journal) as con:
            con.execute("BEGIN")  # one moment for all of its sums
            sums = sales_reports.totals(con, days)
            gave = {it.offer: it for it in sales_reports.by_offer(con, days)}.get(offer.id)
            sold = takewhile(lambda _: wanted(), sold_baskets(con, days, skus))
            would = preview(map(past, sold), asked, offer.most_per_customer)
        return OfferCost(
            *(offer.id, first, last, sums.sales, sums.total_minor),
            gave_minor=gave.amount_minor if gave else 0,
            times=gave.times if gave else 0,
            would=would,
            anybody=anybody,
            named=self._names(would.skus),
        )

    def _policies(self) -> Callable[[date], Policy]:
        """The rules of each day, with the offers of today."""
        terms = Terms(self.settings, keep=False)
        shops = shop.policy(self.settings)
        return lru_cache(maxsize=400)(lambda day: terms.over(shops, day))

    def _names(self, skus: Mapping[str, object] | frozenset[str]) -> dict[str, str]:
        found = {sku: self.goods.by_id(ItemId(sku)) for sku in skus}
        return {sku: item.name for sku, item in found.items() if item is not None}


def as_if(promotion: Promotion) -> tuple[Promotion, bool]:
    """The promotion as if it had run all the time, and anybody had had its coupon; whether it asks
    for one. Its days, hours and group stay."""
    when = promotion.when
    always = replace(when, since=None, until=None, coupon=None)
    return replace(promotion, when=always), when.coupon is not None
