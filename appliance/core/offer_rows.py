"""The shop's offers as a list that people read, and what one of them gave or would have cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from appliance.core.offers import Offer
from appliance.core.offers_when import next_start, this_end
from appliance.core.pricing.model import Bundle, Promotion, Threshold
from appliance.core.pricing.preview import Preview


@dataclass(frozen=True, slots=True)
class OfferRow:
    """goods: names of what it is about, () for everything. starts: when it comes, None for one that
    runs; ends: of one that runs, None for no end."""

    offer: Offer
    goods: tuple[str, ...] = ()
    starts: datetime | None = None
    ends: datetime | None = None

    @property
    def runs(self) -> bool:
        return self.starts is None


@dataclass(frozen=True, slots=True)
class OfferCost:
    """What an offer gave in some days, and what it would have given had it run all the time.

    sales, taken: of all these days, as they really were. gave, times: what the offer really took
    off then. would: the same sales with it. anybody: as if everyone had had its coupon. named: of the
    SKUs in `would`."""

    offer: str
    first: date
    last: date
    sales: int
    taken_minor: int
    gave_minor: int
    times: int
    would: Preview
    anybody: bool = False
    named: Mapping[str, str] | None = None


def listed(offers: Iterable[Offer], goods: Mapping[str, str], now: datetime) -> list[OfferRow]:
    """Those that run, then those that come, the next first; one that is over is not told.
    goods: names by SKU."""
    running, coming = [], []
    for offer in offers:
        starts = next_start(offer.when, now)
        if starts is None:
            continue
        named = tuple(sorted({goods.get(sku, sku) for sku in skus_of(offer.promotion)}))
        if starts == now:
            running.append(OfferRow(offer, named, ends=this_end(offer.when, now)))
        else:
            coming.append(OfferRow(offer, named, starts=starts))
    return running + sorted(coming, key=lambda row: row.starts or now)


def skus_of(promotion: Promotion) -> frozenset[str]:
    """The SKUs that an offer names; none: it is about all of them."""
    match promotion:
        case Threshold():
            return frozenset()
        case Bundle(items=items):
            return frozenset(sku for item in items for sku in item.skus)
        case _:
            return promotion.skus or frozenset()


def all_skus(offers: Sequence[Offer]) -> frozenset[str]:
    return frozenset(sku for offer in offers for sku in skus_of(offer.promotion))
