"""What a code says about the goods it is on, as typed values for the basket."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from appliance.core.barcode.result import Decoded

CURRENCY_LETTERS = {
    "036": "AUD", "124": "CAD", "156": "CNY", "203": "CZK", "208": "DKK", "348": "HUF",
    "352": "ISK", "376": "ILS", "392": "JPY", "398": "KZT", "410": "KRW", "498": "MDL",
    "554": "NZD", "578": "NOK", "752": "SEK", "756": "CHF", "826": "GBP", "840": "USD",
    "941": "RSD", "944": "AZN", "946": "RON", "949": "TRY", "975": "BGN", "978": "EUR",
    "980": "UAH", "981": "GEL", "985": "PLN",
}  # fmt: skip
"""The currencies that labels here name, by ISO 4217 number. A price in any other is not known by
letters, and so never taken for the shop's own."""


@dataclass(frozen=True, slots=True)
class Content:
    """What the code does not say is None.

    lot, serial: text. expiry: the last good day; expiry_time: until when on that day, where the
    code names it. weight_kg: net. count: pieces. price: of what the label is on, in `currency`
    (ISO 4217 letters), or in the shop's own where the code names none (`currency_named` False).
    """

    gtin: str | None = None
    lot: str | None = None
    serial: str | None = None
    expiry: date | None = None
    expiry_time: time | None = None
    best_before: date | None = None
    sell_by: date | None = None
    produced: date | None = None
    packed: date | None = None
    weight_kg: Decimal | None = None
    count: int | None = None
    price: Decimal | None = None
    currency: str | None = None
    currency_named: bool = False

    def expired(self, today: date, now: time | None = None) -> bool:
        """Whether it may no longer be sold. now: the hour, for goods that expire within a day."""
        if self.expiry is None:
            return False
        if self.expiry == today and self.expiry_time is not None and now is not None:
            return now >= self.expiry_time
        return self.expiry < today

    def price_in(self, currency: str) -> Decimal | None:
        """The price if it is in the shop's currency."""
        foreign = self.currency_named and self.currency != currency
        return None if foreign else self.price


def content(decoded: Decoded) -> Content:
    """The typed content of any understood code: an element string, a link or a scale's label."""
    return Content(
        gtin=decoded.gtin,
        lot=decoded.batch,
        serial=decoded.serial,
        expiry=_day(decoded.expiry),
        expiry_time=_time(decoded),
        best_before=_day(decoded.best_before),
        sell_by=_day(decoded.sell_by),
        produced=_day(decoded.produced),
        packed=_day(decoded.packed),
        weight_kg=_number(decoded.weight),
        count=decoded.count,
        price=_number(decoded.price),
        currency=CURRENCY_LETTERS.get(decoded.currency or ""),
        currency_named=decoded.currency is not None,
    )


def _day(text: str | None) -> date | None:
    """The day, or None of one that the calendar of the computer lacks (the year 10000)."""
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        return None


def _time(decoded: Decoded) -> time | None:
    """The hour of 7003, where 17 does not name another day."""
    value = decoded.ai.get("7003")
    if value is None or "17" in decoded.ai:
        return None
    return time(int(value[6:8]), int(value[8:10]))


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
