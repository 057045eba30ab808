"""Customers at a whole till: tabs, points, tiers, and what is left of who is forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.accounts import points_of, tab_of
from appliance.core.facts import LineSource
from appliance.core.receipt import ShopHeader
from appliance.core.refusal import Reason
from appliance.core.state import PrintJob
from appliance.documents import Papers
from appliance.people.customers import CustomerBook
from tests.till.builders import NAMES, Running, open_shift, running
from tests.till.cards import customer, refused, selling_cards


@pytest.fixture
def book(tmp_path: Path) -> Iterator[CustomerBook]:
    with CustomerBook(tmp_path) as made:
        yield made


@pytest.fixture
def it(tmp_path: Path, book: CustomerBook) -> Iterator[Running]:
    with selling_cards(tmp_path, book) as made:
        yield made


def test_a_tab_goes_to_its_limit_and_is_paid_later(it: Running, book: CustomerBook) -> None:
    maria = customer(book, limit_minor=100_00)
    it.sells("wine")
    assert refused(it, c.PutOnTab()) is Reason.NO_CUSTOMER
    it.does(c.AttachCustomer(maria.id))
    assert refused(it, c.PutOnTab(100_01)) is Reason.TAB_LIMIT_LEFT
    it.does(c.PutOnTab())
    it.does(c.TenderCash())
    assert it.till.journal.ledger.account(tab_of(maria.id)).balance == -100_00  # type: ignore[union-attr]
    it.does(c.AttachCustomer(maria.id))
    assert refused(it, c.PayTab(100_01)) is Reason.TAB_OWES_LESS
    it.does(c.PayTab())
    it.does(c.TenderCash())
    assert it.till.journal.ledger.account(tab_of(maria.id)).balance == 0  # type: ignore[union-attr]


def test_points_are_earned_with_the_sale_and_pay_the_next(it: Running, book: CustomerBook) -> None:
    maria = customer(book)
    it.sells("wine")
    it.does(c.AttachCustomer(maria.id))
    it.does(c.TenderCash())
    points = it.till.journal.ledger.account(points_of(maria.id))
    assert points is not None
    assert points.balance == 25
    it.sells("milk")
    it.does(c.AttachCustomer(maria.id))
    shown = it.till.look.accounts.customer
    assert shown is not None
    assert shown.points == 25
    assert shown.points_minor == 2_50
    it.does(c.RedeemPoints())
    it.does(c.TenderCash())
    earned = (46_90 - 2_50) // 10_00
    after = it.till.journal.ledger.account(points_of(maria.id))
    assert after is not None
    assert after.balance == earned


def test_the_receipt_says_how_many_points_there_are_and_a_copy_says_the_same(
    it: Running, book: CustomerBook
) -> None:
    maria = customer(book)
    papers = Papers(ShopHeader("Kram"), it.till.policy, NAMES, "uk")
    for sku in ("wine", "milk"):
        it.sells(sku)
        it.does(c.AttachCustomer(maria.id))
        it.does(c.TenderCash())

    def notes(sale: int) -> list[tuple[str, int | None]]:
        job = PrintJob(effect=1, what=f.PrintWhat.RECEIPT, sale=f.SaleId(sale))
        return [(row.label, row.count) for row in papers.document(job, it.till.journal).notes]

    assert notes(1) == [("Points earned", 25), ("Points there are now", 25)]
    assert notes(2) == [("Points earned", 4), ("Points there are now", 29)]


def test_who_spends_enough_is_of_the_tiers_group(it: Running, book: CustomerBook) -> None:
    maria = customer(book)
    for _ in range(2):
        it.sells("wine")
        it.does(c.AttachCustomer(maria.id))
        it.does(c.TenderCash())
    it.does(c.AttachCustomer(maria.id))
    assert it.till.journal.state.sale.groups == ("silver",)  # type: ignore[union-attr]


def test_no_name_ever_enters_the_journal(it: Running) -> None:
    it.does(c.RegisterCustomer("Марія Коваленко", "0671234567", card="LOYAL-000001"))
    it.sells("milk")
    it.does(c.Scan("LOYAL-000001", source=LineSource.SCAN))
    it.does(c.TenderCash())
    bodies = b"".join(record.body for record in it.till.journal.records(0, 10_000)).decode()
    assert "Марія" not in bodies
    assert "671234567" not in bodies
    assert "LOYAL" not in bodies


def test_a_customer_who_is_erased_leaves_nothing_but_the_sales(
    it: Running, book: CustomerBook, tmp_path: Path
) -> None:
    it.does(c.RegisterCustomer("Марія Коваленко", "0671234567"))
    it.sells("milk")
    it.does(c.TenderCash())
    maria = book.by_phone("067 1234567")
    assert maria is not None
    assert len(it.till.journal.ledger.purchases(maria.id)) == 1
    it.does(c.EraseCustomer(maria.id, "asked for"), actor="ivan")
    assert book.get(maria.id) is None
    assert len(it.till.journal.ledger.purchases(maria.id)) == 1
    for name in ("people.db", "people.db-wal"):
        file = tmp_path / name
        assert not file.exists() or "Коваленко".encode() not in file.read_bytes()


def test_whoever_was_forgotten_before_an_old_copy_came_back_is_forgotten_again(
    tmp_path: Path,
) -> None:
    with CustomerBook(tmp_path) as book, running(tmp_path, customers=book) as it:
        open_shift(it)
        it.does(c.RegisterCustomer("Марія", "0671234567"))
        it.does(c.VoidSale()) if it.till.journal.state.sale.live_lines else None  # type: ignore[union-attr]
        it.does(c.AttachCustomer(""))
        maria = book.by_phone("0671234567")
        assert maria is not None
        it.does(c.EraseCustomer(maria.id, "asked for"), actor="ivan")
        book.add(maria)
    with CustomerBook(tmp_path) as book, running(tmp_path, customers=book) as it:
        it.does(c.FindCustomers(""))
        assert book.get(maria.id) is None


def test_a_customer_without_consent_or_with_a_known_phone_is_not_kept(it: Running) -> None:
    assert refused(it, c.RegisterCustomer("Марія", purposes=())) is Reason.CONSENT_NEEDED
    it.does(c.RegisterCustomer("Марія", "0671234567"))
    assert refused(it, c.RegisterCustomer("Інша", "+380671234567")) is Reason.CUSTOMER_KNOWN
    assert refused(it, c.RegisterCustomer("Інша", "12")) is Reason.PHONE_WRONG
