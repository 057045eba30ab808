"""Whose data the till keeps, and who may look at them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.core import commands as c
from appliance.core.facts import TenderType
from appliance.core.policy import Person, PortRule
from appliance.core.refusal import Reason
from appliance.core.roles import CASHIER, ROLES, Permission
from appliance.door import Door
from appliance.journal import Journal
from appliance.people.customers import Customer, CustomerBook
from appliance.people.staff import StaffBook
from appliance.till import Till
from tests.core.builders import POLICY
from tests.till.builders import NAMES, Clock, Hands, Running, shelf
from tests.till.test_door import CASHIERS, MANAGERS, look, reason

PEOPLE = (Person("olena", "Олена", "newcomer"), Person("ivan", "Іван", "manager"))
NEWCOMER = replace(
    CASHIER, name="newcomer", permissions=CASHIER.permissions - {Permission.CUSTOMERS}
)
NEW = c.RegisterCustomer("Марія", "067 123 45 67")


@contextmanager
def till_of_a_newcomer(folder: Path) -> Iterator[tuple[Running, CustomerBook]]:
    """Olena is at the till, who may sell but not look after customers."""
    clock, hands = Clock(), Hands()
    policy = replace(
        POLICY,
        staff=PEOPLE,
        roles={**ROLES, "newcomer": NEWCOMER},
        ports=(PortRule("terminal", TenderType.CARD),),
    )
    with (
        shelf(folder) as catalogue,
        Journal.open(folder / "journal.db", "till-1") as journal,
        StaffBook(folder, PEOPLE) as staff,
        CustomerBook(folder) as customers,
    ):
        for who, pin in (("ivan", MANAGERS), ("olena", CASHIERS)):
            staff.set_pin(who, pin, clock())
        till = Till(
            *(journal, catalogue, policy, NAMES, hands),  # type: ignore[arg-type]
            clock=clock,
            door=Door(staff),
            customers=customers,
        )
        till.start()
        it = Running(till, hands, clock)
        it.does(c.SignIn("olena", CASHIERS))
        it.does(c.OpenShift(100_00))
        try:
            yield it, customers
        finally:
            till.stop()


def test_who_may_not_add_a_customer_keeps_nothing_of_the_person(tmp_path: Path) -> None:
    with till_of_a_newcomer(tmp_path) as (it, book):
        assert reason(it.tries(NEW)) is Reason.PERMISSION_NEEDED
        assert book.every() == ()


def test_a_manager_allows_a_new_customer_on_the_spot(tmp_path: Path) -> None:
    with till_of_a_newcomer(tmp_path) as (it, book):
        it.tries(NEW)
        wanted = look(it).people.wanted
        assert wanted is not None
        records = it.does(c.Approved(wanted.request, "ivan", MANAGERS))
        assert [r.type for r in records][:3] == [
            "Overridden",
            "CustomerRegistered",
            "ConsentRecorded",
        ]
        assert [person.name for person in book.every()] == ["Марія"]


def test_nobody_is_kept_while_a_terminal_is_asked(tmp_path: Path) -> None:
    with till_of_a_newcomer(tmp_path) as (it, book):
        it.does(c.SignIn("ivan", MANAGERS))
        it.sells("milk")
        it.does(c.AskTender(TenderType.CARD))
        assert reason(it.tries(NEW)) is Reason.TENDER_PENDING
        assert book.every() == ()


def test_customers_are_not_looked_at_without_the_right(tmp_path: Path) -> None:
    with till_of_a_newcomer(tmp_path) as (it, book):
        book.add(Customer("c1", "Марія", "067 123 45 67"))
        assert reason(it.tries(c.FindCustomers("мар"))) is Reason.SIGN_IN_FIRST
        assert reason(it.tries(c.ShowCustomer("c1"))) is Reason.SIGN_IN_FIRST
        assert reason(it.tries(c.AimCard(customer="c1"))) is Reason.PERMISSION_NEEDED
        assert look(it).accounts.page is None
        assert not look(it).accounts.found
        it.does(c.SignIn("ivan", MANAGERS))
        it.does(c.FindCustomers("мар"))
        assert [person.name for person in look(it).accounts.found or ()] == ["Марія"]


def test_the_barcode_of_goods_becomes_nobodys_card(tmp_path: Path) -> None:
    with till_of_a_newcomer(tmp_path) as (it, book):
        it.does(c.SignIn("ivan", MANAGERS))
        book.add(Customer("c1", "Марія"))
        it.does(c.AimCard(customer="c1"))
        assert reason(it.tries(c.Scan("4820000000017"))) is Reason.CARD_IS_GOODS
        with_card = c.RegisterCustomer("Олег", card="4820000000017")
        assert reason(it.tries(with_card)) is Reason.CARD_IS_GOODS
        it.does(c.AimCard())
        it.does(c.Scan("4820000000017"))
        assert [line.item for line in look(it).basket.lines] == ["milk"]  # type: ignore[union-attr]


def test_whoever_a_manager_lets_be_forgotten_is_gone_at_once(tmp_path: Path) -> None:
    with till_of_a_newcomer(tmp_path) as (it, book):
        nina = book.add(Customer("", "Ніна", "067 123-45-67"))
        forget = {"command": "erase_customer", "customer": nina.id, "reason": "просить"}
        it.does(c.Approved(forget, "ivan", MANAGERS))
        assert book.every() == ()


def test_a_store_that_cannot_be_read_is_told_to_the_manager_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with till_of_a_newcomer(tmp_path) as (it, book):
        nina = book.add(Customer("", "Ніна"))

        def unreadable(*_: object) -> None:
            raise sqlite3.DatabaseError("database disk image is malformed")

        with monkeypatch.context() as patched:
            patched.setattr(CustomerBook, "get", unreadable)
            attach = {"command": "attach_customer", "customer": nina.id}
            assert reason(it.tries(c.Approved(attach, "ivan", MANAGERS))) is Reason.STORAGE_FAULT
        it.sells("milk")
