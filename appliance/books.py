"""The shop's books: sales reports from the journal's sums and the catalogue's names, for any thread.

Reads only, over a connection of its own for each report, so that it never makes the till wait.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from appliance.config import Settings
from appliance.core.facts import TenderType
from appliance.core.item import Item, ItemId, Unit
from appliance.core.report_rows import Headline, ReportBar, ReportBy, SalesReport
from appliance.i18n import Translator, number, translator
from appliance.journal import reports, sales_reports, stock_reports
from appliance.journal.sales_reports import Days, ItemSums, KeyedSums

ROWS_MAX = 500

TENDERS = {
    TenderType.CASH: "Cash",
    TenderType.FOREIGN_CASH: "Foreign cash",
    TenderType.CARD: "Card",
    TenderType.QR: "QR code",
    TenderType.GIFT_CARD: "Gift card",
    TenderType.VOUCHER: "Voucher",
    TenderType.ACCOUNT: "On account",
    TenderType.ADVANCE: "Advance",
    TenderType.LOYALTY: "Points",
}
UNITS = {Unit.PIECE: "pcs", Unit.KILOGRAM: "kg", Unit.LITRE: "l", Unit.METRE: "m"}


class Goods(Protocol):
    def by_id(self, item: ItemId) -> Item | None: ...


@dataclass(frozen=True, slots=True)
class Books:
    """people, taxes: names by id and by code. names_of_customers: by id, what the shop knows."""

    journal: Path
    goods: Goods
    translate: Translator
    language: str
    people: Mapping[str, str] = field(default_factory=dict)
    taxes: Mapping[str, str] = field(default_factory=dict)
    customer: Callable[[str], str] = lambda customer: customer

    def report(self, by: ReportBy, first: date, last: date) -> SalesReport:
        """The takings of these days by something, with as many days before beside them."""
        days = Days(first, last)
        with reports.reading(self.journal) as con:
            con.execute("BEGIN")  # one moment for all of its sums
            bars = _QUESTIONS[by](self, con, days)
            now, before = self._headline(con, days), self._headline(con, days.before)
        return SalesReport(by, first, last, bars[:ROWS_MAX], now, before)

    def _headline(self, con: sqlite3.Connection, days: Days) -> Headline:
        sums = sales_reports.totals(con, days)
        margin = sales_reports.margin_of(con, days)
        return Headline(
            sales=sums.sales,
            total_minor=sums.total_minor,
            average_minor=sums.average_minor,
            discount_minor=sums.discount_minor,
            returns=sums.returns,
            returned_minor=sums.returned_minor,
            tip_minor=sums.tip_minor,
            margin_minor=margin,
        )

    def _keyed(
        self,
        question: Callable[[sqlite3.Connection, Days], tuple[KeyedSums, ...]],
        con: sqlite3.Connection,
        days: Days,
        label: Callable[[str], str],
        *,
        every_key: bool = True,
    ) -> tuple[ReportBar, ...]:
        found = question(con, days)
        sales = {it.key: it.sums.sales for it in found}
        if not every_key:
            return tuple(
                ReportBar(
                    it.key, label(it.key), it.sums.total_minor, note=self._sales(it.sums.sales)
                )
                for it in found
            )
        both = sales_reports.compare(found, question(con, days.before))
        bars = [
            ReportBar(key, label(key), now, then, self._sales(sales.get(key, 0)))
            for key, (now, then) in both.items()
        ]
        return tuple(bars)

    def by_hour(self, con: sqlite3.Connection, days: Days) -> tuple[ReportBar, ...]:
        return self._keyed(sales_reports.by_hour, con, days, str)

    def by_day(self, con: sqlite3.Connection, days: Days) -> tuple[ReportBar, ...]:
        def label(key: str) -> str:
            day = date.fromisoformat(key)
            return f"{day:%d.%m}"

        return self._keyed(sales_reports.by_day, con, days, label, every_key=False)

    def by_cashier(self, con: sqlite3.Connection, days: Days) -> tuple[ReportBar, ...]:
        bars = self._keyed(sales_reports.by_cashier, con, days, self._person)
        return tuple(sorted(bars, key=lambda bar: (-bar.amount_minor, bar.key)))

    def by_item(self, con: sqlite3.Connection, days: Days) -> tuple[ReportBar, ...]:
        now = sales_reports.by_item(con, days)
        then = {it.item: it.gross_minor for it in sales_reports.by_item(con, days.before)}
        return tuple(
            ReportBar(it.item, it.name, it.gross_minor, then.get(it.item, 0), self._quantity(it))
            for it in now
        )

    def by_category(self, con: sqlite3.Connection, days: Days) -> tuple[ReportBar, ...]:
        def sums(of: Days) -> tuple[ItemSums, ...]:
            return sales_reports.by_category(sales_reports.by_item(con, of), self._category)

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
                " ".join(filter(None, (self.translate(TENDERS[TenderType(it.type)]), it.currency))),
                it.amount_minor,
                then.get((it.type, it.currency), 0),
                f"{it.count} ×",
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
                f"{it.times} ×",
            )
            for it in sales_reports.by_offer(con, days)
        )

    def by_customer(self, con: sqlite3.Connection, days: Days) -> tuple[ReportBar, ...]:
        return tuple(
            ReportBar(
                it.key, self.customer(it.key), it.sums.total_minor, note=self._sales(it.sums.sales)
            )
            for it in sales_reports.by_customer(con, days)
        )

    def differences(self, con: sqlite3.Connection, days: Days) -> tuple[ReportBar, ...]:
        """Shortage (below 0) and surplus, shift by shift."""
        return tuple(
            ReportBar(
                str(it.z_number),
                f"{it.day:%d.%m} · Z{it.z_number} · {self._person(it.person)}",
                it.difference_minor,
                note=it.reason,
            )
            for it in sales_reports.differences(con, days)
        )

    def stock(self, con: sqlite3.Connection, _days: Days) -> tuple[ReportBar, ...]:
        """What lies on the shelves now, by its worth at average cost."""
        bars = []
        for sku, level in stock_reports.levels(con).items():
            worth = level.value_minor
            if worth:
                item = self.goods.by_id(ItemId(sku))
                bars.append(
                    ReportBar(sku, item.name if item else sku, worth, note=str(level.quantity))
                )
        return tuple(sorted(bars, key=lambda bar: (-bar.amount_minor, bar.key)))

    # Names

    def _person(self, staff: str) -> str:
        return self.people.get(staff, staff)

    def _category(self, sku: str) -> str:
        item = self.goods.by_id(ItemId(sku))
        return item.category if item and item.category else self.translate("Without a category")

    def _sales(self, count: int) -> str:
        return f"{number(count, self.language)} ×" if count else ""

    def _quantity(self, it: ItemSums) -> str:
        unit = self.translate(UNITS[Unit(it.unit)])
        return f"{number(it.quantity, self.language)} {unit}"


def _share(part_minor: int, whole_minor: int) -> str:
    if whole_minor <= 0:
        return ""
    return f"{Decimal(100 * part_minor) / whole_minor:.0f} %"


_QUESTIONS: dict[ReportBy, Callable[[Books, sqlite3.Connection, Days], tuple[ReportBar, ...]]] = {
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
    ReportBy.STOCK: Books.stock,
}


def of_shop(goods: Goods, settings: Settings) -> Books:
    """The books of this till, in its language."""
    language = settings.shop.language.value
    return Books(
        settings.till.data_dir / "journal.db",
        goods,
        translator(language),
        language,
        {person.id: person.name for person in settings.staff},
        {code: tax.name or code for code, tax in settings.taxes.items()},
    )
