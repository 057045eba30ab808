"""A customer's page: what was bought before, and from there a return or a copy."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from appliance.core import commands as c
from appliance.core.refusal import Refusal
from tests.ui.rig import Rig
from tests.ui.scenes.accounts import four_customers
from tests.ui.scenes.scene import OPEN

Opened = Callable[..., Rig]


def with_marias_page(opened: Opened, *, shift: bool = True) -> Rig:
    rig = opened(*OPEN)
    four_customers(rig.till)
    rig.settle()
    if not shift:
        for request in (c.CountDrawer(()), c.CloseShift(reason="перевірка")):
            assert not isinstance(rig.till.ask(request), Refusal)
        rig.settle()
    rig.desk.go("customer", customer="Марія")
    rig.until(lambda: rig.desk.look.accounts.page is not None)
    return rig


def opens(rig: Rig, row: int) -> None:
    rig.screen._open(row)
    rig.until(lambda: rig.desk.name == "return_lines" and rig.screen.receipt is not None)


def test_a_touch_on_a_purchase_shows_its_lines_and_back_is_the_customer(opened: Opened) -> None:
    rig = with_marias_page(opened)
    assert [it.number for it in rig.desk.look.accounts.page.purchases] == ["1-000002", "1-000001"]  # type: ignore[union-attr]
    rows = rig.screen.rows
    rig.tap_at(rows.rect.x + 40, rows.rect.top - 20)
    rig.until(lambda: rig.desk.name == "return_lines" and rig.screen.receipt is not None)
    assert rig.screen.receipt.number == "1-000002"
    rig.tap("Назад")
    rig.until(lambda: rig.desk.name == "customer")
    assert rig.screen.customer == "Марія"


def test_goods_come_back_from_a_purchase_of_the_customer(opened: Opened) -> None:
    rig = with_marias_page(opened)
    opens(rig, 1)
    rig.screen._pick(rig.screen.lines[0], Decimal(1))
    rig.screen.finish()
    rig.until(lambda: rig.desk.name == "sale")
    basket = rig.desk.look.basket
    assert basket is not None
    assert basket.total_minor == -319_00
    assert rig.desk.look.accounts.customer is not None
    assert rig.desk.look.accounts.customer.customer == "Марія"


def test_a_purchase_is_printed_again_as_a_copy(opened: Opened) -> None:
    rig = with_marias_page(opened)
    opens(rig, 1)
    before = len(rig.paper.printed)
    rig.screen.copy.press()
    rig.until(lambda: len(rig.paper.printed) > before)
    assert rig.paper.printed[-1].copy > 0
    assert rig.desk.name == "return_lines"


def test_purchases_are_looked_at_without_a_shift_too(opened: Opened) -> None:
    rig = with_marias_page(opened, shift=False)
    assert rig.desk.look.shift is None
    opens(rig, 0)
    rig.tap("Назад")
    rig.until(lambda: rig.desk.name == "customer")


def test_a_person_is_forgotten_after_two_touches_and_a_managers_word(opened: Opened) -> None:
    rig = with_marias_page(opened)
    rig.till.ask(c.AttachCustomer("Марія"))
    rig.till.ask(c.PayTab())
    rig.till.ask(c.TenderCash())
    rig.settle()
    rig.desk.go("customer", customer="Марія")
    rig.until(lambda: rig.desk.look.accounts.page is not None)
    rig.tap("Забути цю людину")
    assert rig.till._intake.customers is not None
    assert rig.till._intake.customers.get("Марія") is not None
    rig.tap("Торкніться ще раз: усе буде видалено")
    rig.until(lambda: rig.desk.name == "approve")
    rig.tap("Ірина")
    rig.until(lambda: rig.desk.name == "sale")
    assert rig.till._intake.customers.get("Марія") is None
    assert [r.type for r in rig.till.journal.records()][-2:] == ["Overridden", "CustomerErased"]


def test_who_owes_something_is_not_forgotten(opened: Opened) -> None:
    rig = with_marias_page(opened)
    rig.till.ask(c.SignIn("iryna"))
    rig.settle()
    rig.tap("Забути цю людину")
    rig.tap("Торкніться ще раз: усе буде видалено")
    rig.until(lambda: rig.desk.toast.parent is not None)
    assert "борг" in rig.desk.toast.text
    assert rig.desk.name == "customer"
    assert rig.screen.forget.face.title == "Забути цю людину"
