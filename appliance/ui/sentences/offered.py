"""What the till says of its offers: what each gives, when it runs, for whom, and what it cost."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from decimal import Decimal

from appliance import i18n
from appliance.core.offer_rows import OfferRow
from appliance.core.pricing.model import (
    Bundle,
    Conditions,
    Discount,
    Exact,
    NForM,
    NthPercent,
    PercentOff,
    PercentPromotion,
    Promotion,
    Threshold,
)
from appliance.ui.sentences.mark import N_
from appliance.ui.sentences.people import WEEKDAYS

GOODS_TOLD = 8
"""Names of goods in one offer's page; the rest are counted."""

_GIVES: dict[type, str] = {
    PercentPromotion: N_("{percent} off each"),
    NForM: N_("{buy} for the price of {pay}: the cheapest are free"),
    NthPercent: N_("The cheapest of every {every} is {percent} off"),
    Bundle: N_("Together for {amount}"),
    Threshold: N_("{off} off a basket from {amount} on"),
}
_MOST_PER_SALE: dict[type, str] = {
    PercentPromotion: N_("{count} pcs a receipt"),
    NForM: N_("{count} a receipt"),
    NthPercent: N_("{count} a receipt"),
    Bundle: N_("{count} a receipt"),
}


class OfferWords:
    """One language's words, with the shop's currency."""

    def __init__(self, language: str, currency: str) -> None:
        self._language, self._currency = language, currency
        self._say = i18n.translator(language)

    def gives(self, promotion: Promotion) -> str:
        """ "3 for the price of 2: the cheapest are free"."""
        text = self._say(_GIVES[type(promotion)])
        match promotion:
            case PercentPromotion(percent=percent):
                return text.format(percent=self._percent(percent))
            case NForM(buy=buy, pay=pay):
                return text.format(buy=buy, pay=pay)
            case NthPercent(every=every, percent=percent):
                return text.format(every=every, percent=self._percent(percent))
            case Bundle(price_minor=price):
                return text.format(amount=self._money(price))
            case Threshold(min_minor=least, discount=discount):
                return text.format(off=self._off(discount), amount=self._money(least))

    def short_when(self, row: OfferRow, now: datetime) -> str:
        """ "until 17:00", "from 01.12"; "now" of one that has no end."""
        if row.starts is not None:
            return self._say(N_("from {time}")).format(time=self._moment(row.starts, now))
        if row.ends is None:
            return self._say(N_("now"))
        return self._say(N_("until {time}")).format(time=self._end(row.ends, now))

    def rows(self, row: OfferRow, now: datetime) -> list[tuple[str, str]]:
        """(label, value) of all that a person at the till may be asked about it."""
        when, offer = row.offer.when, row.offer
        told = [
            (N_("What"), self.gives(offer.promotion)),
            (N_("Goods"), self._goods(row)),
            (N_("When"), self._when(row, now)),
        ]
        if when.group is not None:
            told.append((N_("For whom"), self._say(N_("group “{group}”")).format(group=when.group)))
        if when.coupon is not None:
            how = N_("“{word}”, typed or said") if offer.plain_coupon else N_("“{word}”, on paper")
            told.append((N_("Coupon"), self._say(how).format(word=when.coupon)))
        if limits := self._limits(row):
            told.append((N_("At most"), limits))
        return [(self._say(label), value) for label, value in told]

    def _goods(self, row: OfferRow) -> str:
        if not row.goods:
            return self._say(N_("all goods"))
        named = ", ".join(row.goods[:GOODS_TOLD])
        more = len(row.goods) - GOODS_TOLD
        return f"{named} + {more}" if more > 0 else named

    def _when(self, row: OfferRow, now: datetime) -> str:
        when = row.offer.when
        parts = [self.short_when(row, now)]
        if when.days is not None and len(when.days) < len(WEEKDAYS):
            parts.append(self._days(when))
        if when.hours is not None:
            start, end = (f"{at // 60:02d}:{at % 60:02d}" for at in when.hours)
            parts.append(f"{start}–{end}")
        if when.until is not None and when.until != row.ends:
            parts.append(self._say(N_("until {time}")).format(time=self._end(when.until, now)))
        return " · ".join(parts)

    def _days(self, when: Conditions) -> str:
        """ "Mon–Fri", "Mon, Wed"."""
        days = sorted(when.days or ())
        names = [self._say(WEEKDAYS[day - 1]) for day in days]
        in_a_row = len(days) > 2 and days[-1] - days[0] == len(days) - 1
        return f"{names[0]}–{names[-1]}" if in_a_row else ", ".join(names)

    def _limits(self, row: OfferRow) -> str:
        offer = row.offer
        most = None if isinstance(offer.promotion, Threshold) else offer.promotion.most
        parts: Iterable[str] = (
            self._say(_MOST_PER_SALE[type(offer.promotion)]).format(count=most) if most else "",
            self._say(N_("{count} receipts a customer")).format(count=offer.most_per_customer)
            if offer.most_per_customer
            else "",
        )
        return " · ".join(filter(None, parts))

    def _moment(self, at: datetime, now: datetime) -> str:
        """The hour of today, else the day."""
        if at.date() == now.date():
            return f"{at:%H:%M}"
        day = i18n.short_date(at, self._language)
        return day if at.time() == time() else f"{day} {at:%H:%M}"

    def _end(self, at: datetime, now: datetime) -> str:
        """Its last day, of one that ends at midnight."""
        if at.time() == time():
            return i18n.short_date(at - timedelta(1), self._language)
        return self._moment(at, now)

    def _money(self, minor: int) -> str:
        return i18n.money(minor, self._currency, self._language)

    def _percent(self, percent: Exact) -> str:
        return i18n.percent(Decimal(str(percent)).normalize(), self._language)

    def _off(self, discount: Discount) -> str:
        if isinstance(discount, PercentOff):
            return self._percent(discount.percent)
        return self._money(discount.amount_minor)
