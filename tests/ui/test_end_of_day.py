"""Before a shift closes: what is still open, where it is settled, and who may close over it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.policy import Drawer
from tests.ui.rig import BREAD, COFFEE, MILK, Rig
from tests.ui.scenes.accounts import spent_twice
from tests.ui.scenes.paying import OPEN_DAY
from tests.ui.scenes.scene import OPEN

Opened = Callable[..., Rig]
IN_DOUBT = (
    *OPEN,
    c.SellItem(COFFEE),
    c.AskTender(f.TenderType.CARD),
    c.ConfirmTender(1, f.TenderOutcome.UNKNOWN),
    c.SuspendSale("неясно"),
)


def facts(rig: Rig, kind: type) -> list[f.Fact]:
    return [record.fact for record in rig.till.journal.records() if isinstance(record.fact, kind)]


def count_all(rig: Rig) -> None:
    """As much as should be there, so that the count adds up."""
    state = rig.till.journal.state
    assert state.shift is not None
    left = state.shift.cash_minor
    rows = []
    for value in sorted((d.value_minor for d in rig.till.look.denominations), reverse=True):
        pieces, left = divmod(left, value)
        rows.append(f.DenominationCount(value, pieces))
    assert left == 0
    rig.does(c.CountDrawer(tuple(rows)))
    rig.settle()


def test_a_day_with_nothing_open_goes_straight_to_the_count(opened: Opened) -> None:
    rig = opened(*OPEN)
    rig.tap("Ще", "Закрити зміну")
    assert rig.desk.name == "close"


def test_each_open_matter_leads_where_it_is_settled(opened: Opened) -> None:
    rig = opened(*OPEN_DAY)
    rig.desk.go("more")
    rig.tap("Закрити зміну")
    assert rig.desk.name == "open_matters"
    pages = []
    for at in range(rig.screen.count()):
        rig.screen.chosen = at
        rig.screen.chose()
        rig.tap("Розібратися")
        pages.append(rig.desk.name)
        rig.desk.go("open_matters")
    assert pages == ["payments"] * 2 + ["foreign_count"] * 2 + ["matters", "recall"]


def test_a_suspended_basket_only_warns(opened: Opened) -> None:
    rig = opened(*OPEN, c.SellItem(MILK), c.SuspendSale("Марія"))
    rig.tap("Ще", "Закрити зміну", "Рахувати й закрити")
    assert rig.desk.name == "close"
    count_all(rig)
    rig.tap("Закрити зміну")
    (closed,) = facts(rig, f.ShiftClosed)
    assert isinstance(closed, f.ShiftClosed)
    assert closed.open_matters == ("suspended:1",)


def test_money_in_doubt_is_not_closed_over_without_having_been_seen(opened: Opened) -> None:
    rig = opened(*IN_DOUBT)
    rig.desk.go("close")
    count_all(rig)
    rig.tap("Закрити зміну")
    assert facts(rig, f.ShiftClosed) == []
    assert rig.desk.name == "open_matters"


def test_a_cashier_needs_a_manager_to_close_over_money_in_doubt(opened: Opened) -> None:
    rig = opened(*IN_DOUBT)
    rig.tap("Ще", "Закрити зміну", "Рахувати й закрити")
    count_all(rig)
    rig.tap("Закрити зміну")
    assert facts(rig, f.ShiftClosed) == []
    assert rig.desk.name == "approve"
    rig.tap("Ірина")
    (closed,) = facts(rig, f.ShiftClosed)
    assert isinstance(closed, f.ShiftClosed)
    assert closed.open_matters == ("unknown_payment:1",)
    (allowed,) = facts(rig, f.Overridden)
    assert isinstance(allowed, f.Overridden)
    assert (allowed.cashier, allowed.approver) == ("olena", "iryna")


def test_a_basket_with_a_payment_in_doubt_is_recalled_to_its_terminal(opened: Opened) -> None:
    rig = opened(*IN_DOUBT)
    chip = rig.desk.status._chip
    rig.tap_at(chip.x + chip.w / 2, chip.y + chip.h / 2)
    assert rig.desk.name == "payments"
    rig.tap("Повернути кошик")
    assert rig.desk.name == "terminal"


def test_money_that_moved_for_nothing_is_settled_by_somebody_who_may(opened: Opened) -> None:
    rig = opened(*OPEN_DAY, c.SignIn("iryna"))
    rig.desk.go("payments")
    rig.screen.chosen = 1
    rig.screen.chose()
    rig.tap("Гроші повернено")
    (closed,) = facts(rig, f.PaymentStrayClosed)
    assert isinstance(closed, f.PaymentStrayClosed)
    assert closed.reason == "Повернено покупцеві"
    assert [it.stray for it in rig.till.look.pay.open] == [False]


def test_foreign_notes_are_asked_for_by_currency_and_told_after_the_count(opened: Opened) -> None:
    rig = opened(*OPEN_DAY)
    rig.desk.go("foreign_count")
    assert [it.expected_minor for it in rig.till.look.cash.foreign] == [None, None]
    rig.tap("5", "0", "Пораховано")
    assert rig.screen.code == "USD"
    rig.tap("1", "Пораховано")
    told = {it.currency: (it.counted_minor, it.expected_minor) for it in rig.till.look.cash.foreign}
    assert told == {"EUR": (50_00, 50_00), "USD": (1_00, 20_00)}
    kinds = {it.kind.value for it in rig.till.look.cash.matters}
    assert "foreign" not in kinds


def test_notes_that_come_after_the_count_ask_for_another(opened: Opened) -> None:
    rig = opened(*OPEN, c.SellItem(MILK), c.TenderForeignCash("EUR", 10_00))
    rig.does(c.CountForeign("EUR", 10_00))
    assert rig.till.look.cash.matters == ()
    rig.does(c.SellItem(MILK), c.TenderForeignCash("EUR", 5_00))
    assert [it.waits for it in rig.till.look.cash.foreign] == [True]


def test_a_count_before_the_handover_takes_its_reason_along(opened: Opened) -> None:
    rig = opened(*OPEN)
    rig.tap("Ще", "Передати шухляду", "Спершу порахувати", "Порівняти", "Помилка в решті")
    rig.tap("Хто приймає", "Тарас")
    (handed,) = facts(rig, f.ShiftHandedOver)
    assert isinstance(handed, f.ShiftHandedOver)
    assert (handed.taker, handed.counted_minor, handed.reason) == ("taras", 0, "Помилка в решті")
    rig.until(lambda: rig.till.look.cashier == "taras")
    assert rig.till.look.cash.owner == "taras"


def test_with_several_drawers_one_is_chosen_before_the_shift_opens(opened: Opened) -> None:
    rig = opened(c.SignIn("olena"))
    policy = replace(rig.till.policy, drawers=(Drawer("a", "Ліва"), Drawer("b", "Права")))
    rig.till._follow(policy)
    rig.does(c.SignIn("olena"))
    rig.settle()
    rig.tap("Ліва")
    assert rig.desk.name == "drawers"
    rig.tap("Працювати з нею")
    rig.tap("Відкрити зміну")
    (shift,) = facts(rig, f.ShiftOpened)
    assert isinstance(shift, f.ShiftOpened)
    assert shift.drawer == "b"
    rig.tap("Ще", "Інша шухляда", "Працювати з нею")
    assert rig.desk.name == "open_shift"
    rig.tap("Відкрити зміну")
    assert [it.open for it in rig.till.look.cash.drawers] == [True, True]


def test_a_drawer_that_holds_too_much_says_so_quietly(opened: Opened) -> None:
    rig = opened(*OPEN)
    policy = replace(rig.till.policy, drawer_max_minor=900_00, drawer_target_minor=500_00)
    rig.till._follow(policy)
    rig.does(c.SellItem(BREAD))
    told, stops, page = rig.desk.status.trouble(rig.till.look)
    assert (told, stops, page) == ("У шухляді багато готівки", False, "safe_drop")


def test_a_card_spent_twice_is_told_above_every_page_and_leads_where_it_is_settled(
    opened: Opened,
) -> None:
    rig = opened(*OPEN)
    spent_twice(rig.till)
    rig.settle()
    chip = rig.desk.status._chip
    rig.tap_at(chip.x + chip.w / 2, chip.y + chip.h / 2)
    assert rig.desk.name == "shorts"
