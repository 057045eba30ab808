"""Tax rates that change on a day, on a running till: baskets, receipts, copies and the Z report."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from appliance import shift_sections
from appliance.catalogue.store import Catalogue
from appliance.config import load
from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.item import Item, ItemId
from appliance.core.receipt import Receipt, ShopHeader
from appliance.core.refusal import Reason, Refusal
from appliance.documents import Papers
from appliance.journal import reports
from appliance.terms import Terms
from tests.core.builders import POLICY
from tests.till.builders import NAMES, Clock, Running, open_shift, running
from tests.till.returning import bought, take

SOUP = Item(ItemId("soup"), "Suppe", 10_00, taxes=("MEALS",))
BOTTLE = Item(ItemId("bottle"), "Butelka", 1_00, taxes=("DEPOSIT",))
TEA = Item(ItemId("tea"), "Herbata", 12_30, taxes=("STANDARD",))
CUPS = [Item(ItemId(name), name, 12_50, taxes=("STANDARD",)) for name in ("cup", "mug")]
NEW_YEARS_EVE = datetime(2025, 12, 31, 23, 58, tzinfo=UTC)
END_OF_THE_LOW_RATE = datetime(2020, 12, 31, 23, 58, tzinfo=UTC)
BEFORE_DEPOSITS = datetime(2025, 9, 30, 23, 58, tzinfo=UTC)


@contextmanager
def shop(
    folder: Path, country: str, currency: str, now: datetime, prices: str = ""
) -> Iterator[Running]:
    settings = folder / "shop.toml"
    settings.write_text(
        f'[shop]\ncurrency = "{currency}"\n[till]\ndata_dir = "{folder}"\n'
        f'[prices]\ntax_table = "{country}"\n{prices}'
    )
    with Catalogue(folder / "catalogue.db") as catalogue, catalogue.write() as writer:
        writer.put([SOUP, BOTTLE, TEA, *CUPS])
    read = load(settings)
    terms = Terms(read)
    own = replace(POLICY, currency=currency, taxes={}, tax_rounding=read.prices.tax_rounding.value)
    policy = terms.over(own, now.date())
    with running(folder, policy=policy, clock=Clock(now), terms=terms) as it:
        open_shift(it)
        yield it


def paid(it: Running) -> f.SaleCompleted:
    it.does(c.TenderCash())
    records = it.till.journal.records()
    return [record.fact for record in records if isinstance(record.fact, f.SaleCompleted)][-1]


def copy_of(it: Running, sale: int) -> Receipt:
    """As the till that has been running all the while prints it."""
    papers = Papers(ShopHeader("Ecke"), it.till.policy, NAMES, "en")
    return papers.receipt(list(it.till.journal.facts_of_sale(it.till.journal.epoch, sale)))


def test_a_rate_that_changes_at_midnight_holds_from_the_first_basket_of_the_day(tmp_path):
    with shop(tmp_path, "de", "EUR", NEW_YEARS_EVE) as it:
        it.sells("soup")
        old = paid(it)
        it.sells("soup")
        it.clock.move(minutes=5)
        it.sells("soup")
        begun_before = paid(it)
        it.sells("soup")
        new = paid(it)
        assert [(tax.rate, tax.tax_minor) for tax in old.taxes] == [(19, 1_60)]
        assert [(tax.rate, tax.tax_minor) for tax in begun_before.taxes] == [(19, 3_19)]
        assert [(tax.rate, tax.tax_minor) for tax in new.taxes] == [(7, 65)]
        assert {old.total_minor, new.total_minor} == {10_00}
        assert [copy_of(it, sale).taxes[0].rate for sale in (1, 2, 3)] == [19, 19, 7]


def test_a_shift_over_midnight_keeps_the_sums_of_both_rates_apart(tmp_path):
    with shop(tmp_path, "de", "EUR", NEW_YEARS_EVE) as it:
        it.sells("soup")
        paid(it)
        it.clock.move(minutes=5)
        it.sells("soup")
        paid(it)
        totals = it.till.journal.state.shift.totals
        assert [(tax.rate, tax.tax_minor) for tax in totals.taxes] == [(7, 65), (19, 1_60)]
        with reports.reading(tmp_path / "journal.db") as con:
            assert reports.x_report(con).totals.taxes == totals.taxes
        sections = shift_sections.sold(totals, it.till.policy, "en")
        rows = [row for section in sections for row in section.rows]
        assert [(row.label, row.amount_minor) for row in rows if "MwSt" in row.label] == [
            ("MwSt. Speisen C 7%", 65),
            ("MwSt. Speisen C 19%", 1_60),
        ]


@pytest.mark.parametrize(
    ("eve", "old", "new", "rows"),
    [
        (NEW_YEARS_EVE, "soup", ("soup", "soup"), [(7, 1_31), (19, -1_60)]),
        (NEW_YEARS_EVE, "soup", (), [(19, -1_60)]),
        (END_OF_THE_LOW_RATE, "tea", ("cup",), [(16, -1_70), (19, 2_00)]),
        (END_OF_THE_LOW_RATE, "tea", (), [(16, -1_70)]),
    ],
    ids=["falls", "falls, nothing new", "rises", "rises, nothing new"],
)
def test_an_exchange_across_a_change_of_a_rate_has_a_row_for_each_rate(
    tmp_path, eve, old, new, rows
):
    with shop(tmp_path, "de", "EUR", eve) as it:
        sale = bought(it, old)
        it.clock.move(minutes=5)
        it.does(take(sale, (1, 1)))
        it.sells(*new)
        exchanged = paid(it)
        assert [(tax.rate, tax.tax_minor) for tax in exchanged.taxes] == rows
        assert sum(tax.gross_minor for tax in exchanged.taxes) == exchanged.total_minor
        printed = copy_of(it, 2).taxes
        assert [(row.rate, row.tax_minor) for row in printed] == rows
        totals = it.till.journal.state.shift.totals
        left = {rate: tax for rate, tax in rows if tax > 0}
        assert {tax.rate: tax.tax_minor for tax in totals.taxes if tax.tax_minor} == left
        with reports.reading(tmp_path / "journal.db") as con:
            assert reports.x_report(con).totals.taxes == totals.taxes


def test_goods_of_an_exchange_come_back_at_the_rate_they_were_sold_at(tmp_path):
    with shop(tmp_path, "de", "EUR", END_OF_THE_LOW_RATE) as it:
        sale = bought(it, "tea")
        it.clock.move(minutes=5)
        it.does(take(sale, (1, 1)))
        again = bought(it, "cup")
        it.does(take(again, (2, 1)))
        assert [(tax.rate, tax.tax_minor) for tax in paid(it).taxes] == [(19, -2_00)]


def test_goods_whose_tax_begins_tomorrow_are_refused_until_then_and_others_sell(tmp_path):
    with shop(tmp_path, "pl", "PLN", BEFORE_DEPOSITS) as it:
        refused = it.tries(c.SellItem(BOTTLE.id))
        told = {"name": "Butelka", "code": "DEPOSIT", "day": "2025-09-30"}
        assert refused == Refusal(Reason.TAX_RATE_MISSING, told)
        it.sells("tea")
        assert paid(it).taxes == (f.TaxTotal("STANDARD", 10_00, 2_30, 12_30, Decimal(23)),)
        it.clock.move(minutes=5)
        it.sells("bottle")
        assert paid(it).total_minor == 1_00


@pytest.mark.parametrize(
    ("country", "currency", "prices", "tax"),
    [
        ("pl", "PLN", "", 4_67),
        ("pl", "PLN", 'tax_rounding = "line"\n', 4_68),
        ("de", "EUR", "", 4_00),
        ("de", "EUR", 'tax_rounding = "total"\n', 3_99),
    ],
)
def test_a_receipt_rounds_as_the_country_does_unless_the_shop_says_otherwise(
    tmp_path, country, currency, prices, tax
):
    with shop(tmp_path, country, currency, NEW_YEARS_EVE, prices) as it:
        it.sells("cup", "mug")
        assert sum(row.tax_minor for row in paid(it).taxes) == tax
