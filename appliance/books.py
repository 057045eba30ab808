"""The shop's books: sales reports from the journal's sums and the catalogue's names, for any thread.

Reads only, over a connection of its own for each report, so that it never makes the till wait.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Protocol

from appliance.config import Settings
from appliance.core.facts import TenderType
from appliance.core.intents import IntentState, PastIntent
from appliance.core.item import Item, ItemId, Unit
from appliance.core.money import round_half_away
from appliance.core.report_rows import Glance, Headline, ReportBar, ReportBy, SalesReport
from appliance.core.signals import USUAL_THRESHOLD, SignalsReport, Threshold
from appliance.i18n import Translator, number, plural_translator, short_date, translator
from appliance.journal import past_payments, people_reports, reports, sales_reports, stock_reports
from appliance.journal.sales_reports import Days, ItemSums, KeyedSums, Sums
from appliance.people.customers import CustomerBook
from appliance.people.staff import names as staff_names
from appliance.shift_sections import TENDER_NAMES

ROWS_MAX = 500
GLANCE_ITEMS = 5
WEEK = 7
EVERY_DAY = 62
"""Of more days than these only those with a sale are told."""

SUMS = {
    "sold": "Goods at full price",
    "discounts": "Discounts",
    "returns": "Returns",
    "takings": "Takings",
    "rounding": "Rounding",
    "tips": "Tips",
    "prepaid": "For cards and advances",
}
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

UNITS = {Unit.PIECE: "pcs", Unit.KILOGRAM: "kg", Unit.LITRE: "l", Unit.METRE: "m"}


class Goods(Protocol):
    def by_id(self, item: ItemId) -> Item | None: ...


@dataclass(frozen=True, slots=True)
class Books:
    """people, taxes: names by id and by code. customer: the name by id, "" of one who is erased."""

    journal: Path
    goods: Goods
    translate: Translator
    language: str
    people: Mapping[str, str] = field(default_factory=dict)
    taxes: Mapping[str, str] = field(default_factory=dict)
    customer: Callable[[str], str] = lambda _customer: ""
    threshold: Threshold = USUAL_THRESHOLD

    def report(self, by: ReportBy, first: date, last: date) -> SalesReport:
        """The takings of these days by something, with as many days before beside them."""
        days = Days(first, last)
        with reports.reading(self.journal) as con:
            con.execute("BEGIN")  # one moment for all of its sums
            bars = _QUESTIONS[by](self, con, days)
            now, before = self._headline(con, days), self._headline(con, days.before)
        return SalesReport(by, first, last, bars[:ROWS_MAX], now, before, _pair(days.before))

    def glance(self, first: date, last: date, now: datetime) -> Glance:
        """These days on one page. now: the shop's own time; a day that still goes on is compared
        with the same day of the week before as it was by then."""
        days = Days(first, last)
        by = ReportBy.HOUR if days.count == 1 else ReportBy.DAY
        going = first == last == now.date()
        with reports.reading(self.journal) as con:
            con.execute("BEGIN")
            bars = _QUESTIONS[by](self, con, days)
            sums, before = self._headline(con, days), self._headline(con, days.before)
            if going:
                second = now.hour * 3600 + now.minute * 60 + now.second
                then = sales_reports.totals_until(con, days.before.first, second)
                before = _headline_of(then, None)
            items = self._best(con, days)
            tenders = self.by_tender(con, days)
        report = SalesReport(by, first, last, bars[:ROWS_MAX], sums, before, _pair(days.before))
        return Glance(report, items, tenders[:GLANCE_ITEMS], f"{now:%H:%M}" if going else "")

    def signals(self, first: date, last: date) -> SignalsReport:
        """What each person did in these days that a manager may want to look at again."""
        with reports.reading(self.journal) as con:
            con.execute("BEGIN")
            people = people_reports.signals(con, Days(first, last), self.threshold)
            seen = people_reports.card_numbers(con, Days(first, last))
        named = tuple(replace(it, name=self._person(it.cashier)) for it in people)
        return SignalsReport(first, last, self.threshold, named, seen)

    def payments(self, states: Collection[IntentState], limit: int) -> tuple[PastIntent, ...]:
        """Questions to terminals and banks, newest first; states (): of every state."""
        with reports.reading(self.journal) as con:
            found = past_payments.intents(con, states=states, limit=limit)
        return tuple(replace(it, cashier=self._person(it.cashier)) for it in found)

    def _headline(self, con: sqlite3.Connection, days: Days) -> Headline:
        return _headline_of(sales_reports.totals(con, days), sales_reports.margin_of(con, days))

    def _keyed(
        self,
        question: Callable[[sqlite3.Connection, Days], tuple[KeyedSums, ...]],
        con: sqlite3.Connection,
        days: Days,
        label: Callable[[str], str],
    ) -> tuple[ReportBar, ...]:
        found = question(con, days)
        sales = {it.key: it.sums.sales for it in found}
        both = sales_reports.compare(found, question(con, days.before))
        bars = [
            ReportBar(key, label(key), now, then, self._sales(sales.get(key, 0)))
            for key, (now, then) in both.items()
        ]
        return tuple(bars)

    def by_hour(self, con: sqlite3.Connection, days: Days) -> tuple[ReportBar, ...]:
        return self._keyed(sales_reports.by_hour, con, days, str)

    def by_day(self, con: sqlite3.Connection, days: Days) -> tuple[ReportBar, ...]:
        """Each day beside its like of the days compared; of few days also those without a sale."""
        now = {it.key: it.sums for it in sales_reports.by_day(con, days)}
        if not now:
            return ()
        then = {it.key: it.sums.total_minor for it in sales_reports.by_day(con, days.before)}
        apart = days.first - days.before.first
        every = [days.first + timedelta(at) for at in range(days.count)]
        if days.count > EVERY_DAY:
            every = [day for day in every if day.isoformat() in now]
        bars = []
        for day in every:
            sums = now.get(day.isoformat(), Sums())
            before = then.get((day - apart).isoformat(), 0)
            label = self._day(day, week=days.count <= WEEK)
            key = day.isoformat()
            bars.append(ReportBar(key, label, sums.total_minor, before, self._sales(sums.sales)))
        return tuple(bars)

    def sums(self, con: sqlite3.Connection, days: Days) -> tuple[ReportBar, ...]:
        """How the takings come about, and what money came in beside them."""
        now, then = (sales_reports.totals(con, it) for it in (days, days.before))

        def told(of: Sums) -> tuple[int, ...]:
            sold = of.total_minor + of.returned_minor + of.discount_minor
            left = (-of.discount_minor, -of.returned_minor, of.total_minor)
            return (sold, *left, of.rounding_minor, of.tip_minor, of.prepaid_minor)

        rows = zip(SUMS.items(), told(now), told(then), strict=True)
        back = self._times(now.returns)
        return tuple(
            ReportBar(key, self.translate(name), of, before, back if key == "returns" else "")
            for (key, name), of, before in rows
            if of or before or key == "takings"
        )

    def by_cashier(self, con: sqlite3.Connection, days: Days) -> tuple[ReportBar, ...]:
        bars = self._keyed(sales_reports.by_cashier, con, days, self._person)
        return tuple(sorted(bars, key=lambda bar: (-bar.amount_minor, bar.key)))

    def by_item(self, con: sqlite3.Connection, days: Days) -> tuple[ReportBar, ...]:
        then = {it.item: it.gross_minor for it in sales_reports.by_item(con, days.before)}
        return tuple(
            ReportBar(it.item, it.name, it.gross_minor, then.get(it.item, 0), self._quantity(it))
            for it in sales_reports.by_item(con, days)
        )

    def _best(self, con: sqlite3.Connection, days: Days) -> tuple[ReportBar, ...]:
        return tuple(
            ReportBar(it.item, it.name, it.gross_minor, note=self._quantity(it))
            for it in sales_reports.by_item(con, days, GLANCE_ITEMS)
        )

    def by_category(self, con: sqlite3.Connection, days: Days) -> tuple[ReportBar, ...]:
        category = cache(self._category)

        def sums(of: Days) -> tuple[ItemSums, ...]:
            return sales_reports.by_category(sales_reports.by_item(con, of), category)

        then = {it.item: it.gross_minor for it in sums(days.before)}
        return tuple(
            ReportBar(it.item, it.name, it.gross_minor, then.get(it.item, 0)) for it in sums(days)
        )

    def by_margin(self, con: sqlite3.Connection, days: Days) -> tuple[ReportBar, ...]:
        """Items by what they earned; those of unknown cost are left out."""
        bars = [
            ReportBar(
                it.item, it.name, it.margin_minor, note=_share(it.margin_minor, it.known_minor)
            )
            for it in sales_reports.by_item(con, days)
            if it.margin_minor is not None
        ]
        return tuple(sorted(bars, key=lambda bar: (-bar.amount_minor, bar.key)))

    def by_tender(self, con: sqlite3.Connection, days: Days) -> tuple[ReportBar, ...]:
        then = {
            (it.type, it.currency): it.amount_minor
            for it in sales_reports.by_tender(con, days.before)
        }
        return tuple(
            ReportBar(
                f"{it.type}{it.currency}",
                " ".join(
                    filter(None, (self.translate(TENDER_NAMES[TenderType(it.type)]), it.currency))
                ),
                it.amount_minor,
                then.get((it.type, it.currency), 0),
                self._times(it.count),
            )
            for it in sales_reports.by_tender(con, days)
        )

    def by_tax(self, con: sqlite3.Connection, days: Days) -> tuple[ReportBar, ...]:
        then = {it.code: it.tax_minor for it in sales_reports.by_tax(con, days.before)}
        return tuple(
            ReportBar(it.code, self.taxes.get(it.code, it.code), it.tax_minor, then.get(it.code, 0))
            for it in sales_reports.by_tax(con, days)
        )

    def by_offer(self, con: sqlite3.Connection, days: Days) -> tuple[ReportBar, ...]:
        then = {it.offer: it.amount_minor for it in sales_reports.by_offer(con, days.before)}
        return tuple(
            ReportBar(
                it.offer,
                it.name or it.offer,
                it.amount_minor,
                then.get(it.offer, 0),
                self._times(it.times),
            )
            for it in sales_reports.by_offer(con, days)
        )

    def by_customer(self, con: sqlite3.Connection, days: Days) -> tuple[ReportBar, ...]:
        return tuple(
            ReportBar(
                it.key,
                self.customer(it.key) or self.translate("Former customer"),
                it.sums.total_minor,
                note=self._sales(it.sums.sales),
            )
            for it in sales_reports.by_customer(con, days)
        )

    def differences(self, con: sqlite3.Connection, days: Days) -> tuple[ReportBar, ...]:
        """Shortage (below 0) and surplus, shift by shift."""
        return tuple(
            ReportBar(
                str(it.z_number),
                f"{self._day(it.day)} · Z{it.z_number} · {self._person(it.person)}",
                it.difference_minor,
                note=it.reason,
            )
            for it in sales_reports.differences(con, days)
        )

    def stock(self, con: sqlite3.Connection, _days: Days) -> tuple[ReportBar, ...]:
        """What lies on the shelves now, by its worth at average cost."""
        bars = []
        for sku, level in stock_reports.levels(con).items():
            item = self.goods.by_id(ItemId(sku))
            worth = level.at_cost_of(item).value_minor
            if worth and not (item and item.service):
                name = item.name if item else sku
                bars.append(ReportBar(sku, name, worth, note=self._many(item, level.quantity)))
        return tuple(sorted(bars, key=lambda bar: (-bar.amount_minor, bar.key)))

    def shortages(self, con: sqlite3.Connection, days: Days) -> tuple[ReportBar, ...]:
        """What counts and write-offs took off the shelves (below 0) or put there, at cost."""
        bars = []
        for sku, quantity, average in stock_reports.shortages(con, days.first, days.last):
            item = self.goods.by_id(ItemId(sku))
            note, worth = self._many(item, quantity), average
            if average is None and item is not None and item.cost_minor is not None:
                worth = round_half_away(Fraction(quantity) * item.cost_minor)
            if worth is None:
                note += " · " + self.translate("no cost")
            bars.append(ReportBar(sku, item.name if item else sku, worth or 0, note=note))
        return tuple(bars)

    # Names

    def _person(self, staff: str) -> str:
        return self.people.get(staff, staff)

    def _category(self, sku: str) -> str:
        item = self.goods.by_id(ItemId(sku))
        return item.category if item and item.category else self.translate("Without a category")

    def _sales(self, count: int) -> str:
        say = plural_translator(self.language)
        told = say("{count} receipt", "{count} receipts", count)
        return told.format(count=number(count, self.language)) if count else ""

    def _times(self, count: int) -> str:
        return f"{number(count, self.language)} ×" if count else ""

    def _day(self, day: date, *, week: bool = False) -> str:
        """ "23.11", and within one week "пн 23.11"."""
        told = short_date(day, self.language)
        return f"{self.translate(WEEKDAYS[day.weekday()])} {told}" if week else told

    def _quantity(self, it: ItemSums) -> str:
        return f"{number(it.quantity, self.language)} {self.translate(UNITS[Unit(it.unit)])}"

    def _many(self, item: Item | None, quantity: Decimal) -> str:
        unit = item.unit if item else Unit.PIECE
        return f"{number(quantity, self.language)} {self.translate(UNITS[unit])}"


def _headline_of(sums: Sums, margin_minor: int | None) -> Headline:
    return Headline(
        sales=sums.sales,
        total_minor=sums.total_minor,
        average_minor=sums.average_minor,
        discount_minor=sums.discount_minor,
        returns=sums.returns,
        returned_minor=sums.returned_minor,
        tip_minor=sums.tip_minor,
        prepaid_minor=sums.prepaid_minor,
        rounding_minor=sums.rounding_minor,
        margin_minor=margin_minor,
    )


def _pair(days: Days) -> tuple[date, date]:
    return days.first, days.last


def _share(part_minor: int, whole_minor: int) -> str:
    if whole_minor <= 0:
        return ""
    return f"{Decimal(100 * part_minor) / whole_minor:.0f} %"


_QUESTIONS: dict[ReportBy, Callable[[Books, sqlite3.Connection, Days], tuple[ReportBar, ...]]] = {
    ReportBy.SUMS: Books.sums,
    ReportBy.HOUR: Books.by_hour,
    ReportBy.DAY: Books.by_day,
    ReportBy.ITEM: Books.by_item,
    ReportBy.CATEGORY: Books.by_category,
    ReportBy.MARGIN: Books.by_margin,
    ReportBy.CASHIER: Books.by_cashier,
    ReportBy.TENDER: Books.by_tender,
    ReportBy.TAX: Books.by_tax,
    ReportBy.OFFER: Books.by_offer,
    ReportBy.CUSTOMER: Books.by_customer,
    ReportBy.DIFFERENCE: Books.differences,
    ReportBy.SHORTAGE: Books.shortages,
    ReportBy.STOCK: Books.stock,
}


def of_shop(goods: Goods, settings: Settings, customers: CustomerBook | None = None) -> Books:
    """The books of this till, in its language."""
    language = settings.shop.language.value

    def name(customer: str) -> str:
        known = customers.get(customer) if customers is not None else None
        return known.name if known is not None else ""

    return Books(
        settings.till.data_dir / "journal.db",
        goods,
        translator(language),
        language,
        {person.id: person.name for person in settings.staff} | staff_names(settings.till.data_dir),
        {code: tax.name or code for code, tax in settings.taxes.items()},
        name,
        threshold=Threshold(settings.signals.times_median, settings.signals.at_least),
    )
