"""Scenes of customers, gift cards and money ahead."""

from __future__ import annotations

from decimal import Decimal

from appliance.core import commands as c
from appliance.core.refusal import Refusal
from appliance.people.customers import Customer
from appliance.till import Till
from tests.ui.rig import BREAD, COFFEE, MILK, Rig
from tests.ui.scenes.scene import BASKET, OPEN, Scene, does, go


def four_customers(till: Till) -> None:
    """Four customers; the first owes something and has bought before."""
    book = till._intake.customers
    assert book is not None
    for name, phone, limit in (
        ("Марія Коваленко", "067 123 45 67", 500_00),
        ("Марина Ковальчук", "050 765 43 21", 0),
        ("Іван Петренко", "063 222 11 00", 0),
        ("ТОВ «Марівна»", "044 555 12 34", 0),
    ):
        card = "MARIIA-0671" if limit else ""
        book.add(Customer(name.split()[0], name, phone, limit_minor=limit), code=card)
    does(till, c.AttachCustomer("Марія"), c.SellItem(COFFEE, Decimal(12)), c.TenderCash())
    does(till, c.AttachCustomer("Марія"), c.SellItem(MILK), c.PutOnTab(), c.SkipReceipt())


def _regular(till: Till) -> None:
    four_customers(till)
    does(till, c.AttachCustomer("Марія"), c.SellItem(COFFEE), c.SellItem(BREAD, Decimal(2)))


def _find_customer(rig: Rig) -> None:
    rig.desk.go("customers")
    for char in "ковал":
        rig.screen._board_key(char)
    rig.settle()


def _new_customer(rig: Rig) -> None:
    rig.desk.go("customer_new", text="Оксана")
    rig.screen.finished()
    rig.screen.set_text("067 555 11 22")
    rig.screen.finished()


def with_card(till: Till) -> None:
    does(till, c.SellGiftCard(500_00, "PLASTIC-5RMY"), c.TenderCash())
    does(till, c.SellItem(COFFEE), c.Scan("PLASTIC-5RMY"))


def _card_amount(rig: Rig) -> None:
    rig.desk.go("card_amount", ask="sell")
    rig.tap("500")


def _two_advances(till: Till) -> None:
    for name, amount, due in (
        ("Пані Марія", 200_00, "2026-12-01"),
        ("Замовлення 17, торт", 500_00, "2026-11-20"),
    ):
        does(till, c.SellItem(COFFEE, Decimal(3)), c.TakeAdvance(amount, name, due))
        does(till, c.TenderCash(), c.SkipReceipt())


def spent_twice(till: Till) -> None:
    with_card(till)
    card = till.look.accounts.card
    assert card is not None
    does(till, c.RedeemGiftCard(account=card.account), c.CloseCard())
    origin = "Каса 2 · 1-000118"
    note = c.NoteForeignMovement(card.account, card.kind, -450_00, origin)
    assert not isinstance(till.ask(note, actor="cli"), Refusal)


SCENES = (
    Scene("customers", OPEN, _find_customer, four_customers),
    Scene("customer-new", OPEN, _new_customer),
    Scene("customer", OPEN, go("customer"), _regular),
    Scene("card", OPEN, go("card"), with_card),
    Scene("card-scan", OPEN, go("card"), everywhere=False),
    Scene("card-amount", OPEN, _card_amount),
    Scene("advances", OPEN, go("advances"), _two_advances),
    Scene("advance-name", BASKET, go("advance_name"), everywhere=False),
    Scene("shorts", OPEN, go("shorts"), spent_twice, everywhere=False),
    Scene("pay-customer", OPEN, go("pay"), _regular),
)
