"""What a sales report shows: plain rows for the screen, the paper and the command line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class ReportBy(StrEnum):
    """What the takings are told by."""

    SUMS = "sums"
    HOUR = "hour"
    DAY = "day"
    ITEM = "item"
    CATEGORY = "category"
    MARGIN = "margin"
    CASHIER = "cashier"
    TENDER = "tender"
    TAX = "tax"
    OFFER = "offer"
    CUSTOMER = "customer"
    DIFFERENCE = "difference"
    SHORTAGE = "shortage"
    STOCK = "stock"


class Span(StrEnum):
    """Days that people ask for by name."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"

    def days(self, today: date) -> tuple[date, date]:
        """(first, last), both included; the last 7, 30 and 365 days end today."""
        match self:
            case Span.TODAY:
                return today, today
            case Span.YESTERDAY:
                return today - timedelta(1), today - timedelta(1)
            case Span.WEEK:
                return today - timedelta(6), today
            case Span.MONTH:
                return today - timedelta(29), today
            case Span.YEAR:
                return today - timedelta(364), today


@dataclass(frozen=True, slots=True)
class ReportBar:
    """key: the hour, the day, the SKU. before: the same over as many days before, None where there
    is no such thing. note: what stands beside, in finished words ("12 шт")."""

    key: str
    label: str
    amount_minor: int
    before_minor: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Headline:
    """The sums above every report. total: goods sold less what came back, without tips and without
    prepaid money for gift cards, advances and debts. margin: None where no cost is known."""

    sales: int = 0
    total_minor: int = 0
    average_minor: int = 0
    discount_minor: int = 0
    returns: int = 0
    returned_minor: int = 0
    tip_minor: int = 0
    prepaid_minor: int = 0
    rounding_minor: int = 0
    margin_minor: int | None = None


@dataclass(frozen=True, slots=True)
class SalesReport:
    by: ReportBy
    first: date
    last: date
    bars: tuple[ReportBar, ...]
    now: Headline
    before: Headline
    compared: tuple[date, date]


@dataclass(frozen=True, slots=True)
class Glance:
    """Days on one page: takings by hour or day, the best items, kinds of money. before: the sums of
    the days compared; of a day that still goes on, up to the same time of day."""

    report: SalesReport
    items: tuple[ReportBar, ...]
    tenders: tuple[ReportBar, ...]
    until: str = ""
