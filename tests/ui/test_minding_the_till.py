"""What is not selling: opening, counting and closing, prints, devices, prices and people."""

from __future__ import annotations

from collections.abc import Callable

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core import remedies
from appliance.core.devices import Category, DeviceState, Outcome, Problem
from appliance.core.refusal import Refusal
from appliance.core.state import PrintJob
from appliance.core.view import ElsewhereLook, TillsLook
from appliance.mailbox import ShopChanged
from appliance.ui import words
from tests.ui.rig import BREAD, COFFEE, MILK, Rig
from tests.ui.scenes.selling import asked_for

Opened = Callable[..., Rig]

SIGNED_IN = (c.SignIn("olena"),)
OPEN = (*SIGNED_IN, c.OpenShift(1000_00))
STAFF = (("olena", "Олена"), ("taras", "Тарас"))


def facts(rig: Rig, kind: type) -> list[f.Fact]:
    return [record.fact for record in rig.till.journal.records() if isinstance(record.fact, kind)]


def print_ends(rig: Rig, outcome: Outcome) -> f.EffectId:
    """The waiting print starts and ends so."""
    job = next(e for e in rig.till.journal.state.effects if isinstance(e, PrintJob))
    rig.does(c.StartEffect(job.effect), c.EndEffect(job.effect, outcome))
    rig.settle()
    return job.effect


# Opening


def test_nobody_at_the_till_is_asked_for_and_then_the_shift_opens(opened: Opened) -> None:
    rig = opened(cashiers=STAFF)
    rig.tap("Відкрити зміну")
    assert rig.desk.name == "staff"
    rig.tap("Тарас")
    rig.until(lambda: rig.desk.name == "sale")  # two requests, one after the other
    look = rig.till.look
    assert (look.cashier, rig.desk.name) == ("taras", "sale")
    assert look.shift is not None
    assert look.shift.float_minor == look.suggested_float_minor == 1000_00


def test_a_round_float_is_one_touch_and_a_second_touch_changes_nothing(opened: Opened) -> None:
    rig = opened(*SIGNED_IN)
    rig.tap("2000", "500", "500", "Відкрити зміну")
    assert rig.till.look.shift is not None
    assert rig.till.look.shift.float_minor == 500_00


def test_a_float_can_be_nothing(opened: Opened) -> None:
    rig = opened(*SIGNED_IN)
    notes = [key for key in rig.screen.notes if key.face.title == "0"]
    rect = notes[0].rect
    rig.tap_at(rect.x + rect.w / 2, rect.y + rect.h / 2)
    rig.tap("Відкрити зміну")
    assert rig.till.look.shift is not None
    assert rig.till.look.shift.float_minor == 0


def test_the_cashier_changes_by_the_status_bar_and_nothing_else_does(opened: Opened) -> None:
    rig = opened(*OPEN, c.SellItem(MILK), cashiers=STAFF)
    person = rig.desk.status._person
    rig.tap_at(person.x + person.w / 2, person.y + person.h / 2)
    assert rig.desk.name == "staff"
    rig.tap("Тарас")
    assert rig.till.look.cashier_name == "Тарас"
    assert rig.desk.name == "sale"
    assert rig.till.look.basket is not None


# Counting and closing


def test_counting_opens_the_drawer_without_counting_as_a_no_sale(opened: Opened) -> None:
    rig = opened(*OPEN)
    rig.tap("Ще", "Закрити зміну", "Відкрити шухляду")
    assert [pulse.cause for pulse in rig.paper.kicked][-1] is f.DrawerCause.COUNT
    assert rig.till.look.shift is not None
    assert rig.till.look.shift.no_sales == 0
    assert rig.desk.name == "close"


def test_a_difference_is_closed_with_the_reason_that_was_chosen(opened: Opened) -> None:
    rig = opened(*OPEN)
    rig.tap("Ще", "Закрити зміну", "Порівняти", "Помилка в решті", "Закрити зміну")
    closed = facts(rig, f.ShiftClosed)[0]
    assert isinstance(closed, f.ShiftClosed)
    assert (closed.difference_minor, closed.reason) == (-1000_00, "Помилка в решті")
    assert rig.desk.name == "open_shift"


def test_a_count_that_adds_up_asks_for_no_reason(opened: Opened) -> None:
    rig = opened(*OPEN)
    rig.tap("Ще", "Закрити зміну")
    rig.screen.step(rig.screen.counters[0], 1)
    rig.tap("Порівняти")
    assert all(key.parent is None for key in rig.screen.reasons.values())
    rig.tap("Закрити зміну")
    closed = facts(rig, f.ShiftClosed)[0]
    assert isinstance(closed, f.ShiftClosed)
    assert (closed.difference_minor, closed.reason) == (0, "")


def test_open_matters_beside_the_count_are_links(opened: Opened) -> None:
    rig = opened(
        *OPEN,
        c.SellItem(MILK),
        c.SuspendSale("Марія"),
        c.SellItem(BREAD),
        c.TenderCash(),
        c.PrintReceipt(),
    )
    rig.desk.go("close")
    parked = rig.screen.parked.rect
    rig.tap_at(parked.x + parked.w / 2, parked.y + parked.h / 2)
    assert rig.desk.name == "recall"
    rig.desk.go("close")
    waiting = rig.screen.matters.rect
    rig.tap_at(waiting.x + waiting.w / 2, waiting.y + waiting.h / 2)
    assert rig.desk.name == "matters"


def test_the_next_cashier_is_offered_what_was_counted(opened: Opened) -> None:
    rig = opened(*OPEN)
    rig.desk.go("close")
    rig.screen.step(rig.screen.counters[1], 1)
    rig.tap("Порівняти", "Закрити зміну")
    assert rig.desk.name == "open_shift"
    assert rig.screen.field.placeholder == "500,00"


def test_an_x_report_is_printed_and_closes_nothing(opened: Opened) -> None:
    rig = opened(*OPEN, c.SellItem(MILK), c.TenderCash(100_00))
    rig.desk.go("x_report")
    rig.tap("Надрукувати")
    assert [job.what for job in rig.paper.printed][-1] is f.PrintWhat.X_REPORT
    assert rig.till.look.shift is not None
    assert rig.desk.toast.text == "Звіт друкується"


# Prints


def test_a_receipt_nobody_is_sure_of_is_printed_again_as_a_copy(opened: Opened) -> None:
    rig = opened(*OPEN, c.SellItem(MILK), c.TenderCash(), c.PrintReceipt())
    print_ends(rig, Outcome.UNKNOWN)
    chip = rig.desk.status._chip
    rig.tap_at(chip.x + chip.w / 2, chip.y + chip.h / 2)
    assert rig.desk.name == "matters"
    rig.tap("Надрукувати копію")
    assert rig.paper.printed[-1].copy == 1
    assert [matter.waiting for matter in rig.till.look.matters] == [True]


def test_a_receipt_that_did_come_out_is_settled_with_what_was_seen(opened: Opened) -> None:
    rig = opened(*OPEN, c.SellItem(MILK), c.TenderCash(), c.PrintReceipt())
    effect = print_ends(rig, Outcome.UNKNOWN)
    rig.desk.go("matters")
    rig.tap("Вийшло")
    assert facts(rig, f.MatterClosed) == [f.MatterClosed(effect, "Вийшло з принтера")]
    assert rig.till.look.matters == ()
    assert rig.desk.status.trouble(rig.desk.look)[0] == ""


def test_a_receipt_that_waits_for_the_printer_can_be_called_off(opened: Opened) -> None:
    rig = opened(*OPEN, c.SellItem(MILK), c.TenderCash(), c.PrintReceipt())
    rig.desk.go("matters")
    assert not rig.key("Надрукувати копію").face.enabled
    rig.tap("Не потрібно")
    assert rig.till.look.matters == ()
    assert len(facts(rig, f.PrintSkipped)) == 1


def test_arrows_and_function_keys_work_through_the_list(opened: Opened) -> None:
    rig = opened(*OPEN, c.SellItem(MILK), c.TenderCash(), c.PrintReceipt())
    first = print_ends(rig, Outcome.UNKNOWN)
    rig.does(c.SellItem(BREAD), c.TenderCash(), c.PrintReceipt())
    print_ends(rig, Outcome.FAILED)
    rig.desk.go("matters")
    rig.desk.pressed("down")
    rig.desk.pressed("f7")
    rig.settle()
    assert [matter.effect for matter in rig.till.look.matters] == [first]


# Devices


def test_a_device_tells_its_own_way_out(opened: Opened) -> None:
    rig = opened(*OPEN)
    rig.device(Category.SCALE, DeviceState.MISSING, Problem.UNPLUGGED)
    scale = next(d for d in rig.till.look.devices if d.category is Category.SCALE)
    told = words.remedy(lambda text: text, scale)
    assert told == remedies.remedy(Category.SCALE, Problem.UNPLUGGED)[1]
    rig.device(Category.SCANNER, DeviceState.MISSING, Problem.NO_ANSWER)
    scanner = next(d for d in rig.till.look.devices if d.category is Category.SCANNER)
    assert words.remedy(lambda text: text, scanner) != told
    rig.desk.go("devices")
    assert rig.screen.count() == 2


# Prices


def test_a_price_check_left_by_the_status_bar_sells_again(opened: Opened) -> None:
    rig = opened(*OPEN)
    rig.tap("Ще", "Перевірка ціни")
    assert rig.till.look.price_check
    chip = rig.desk.status._chip
    rig.tap_at(chip.x + chip.w / 2, chip.y + chip.h / 2)
    assert rig.desk.name == "devices"
    rig.settle()
    assert not rig.till.look.price_check


def test_an_idle_till_forgets_the_price_check(opened: Opened) -> None:
    rig = opened(*OPEN)
    rig.desk.go("price_check")
    rig.settle()
    rig.desk.go("idle")
    rig.settle()
    assert not rig.till.look.price_check


def test_a_search_within_the_price_check_shows_a_price_and_sells_nothing(opened: Opened) -> None:
    rig = opened(*OPEN)
    rig.tap("Ще", "Перевірка ціни")
    for char in "lavazza":
        rig.desk.typed(char)
    assert rig.desk.name == "search"
    rig.settle()
    rig.desk.pressed("enter")
    rig.settle()
    assert rig.desk.name == "price_check"
    assert rig.till.look.price_check
    assert rig.till.look.price is not None
    assert rig.till.look.price.item == COFFEE
    assert rig.till.look.basket is None


def test_a_search_begun_in_the_price_check_and_left_for_the_sale_sells(opened: Opened) -> None:
    rig = opened(*OPEN)
    rig.tap("Ще", "Перевірка ціни")
    rig.desk.typed("к")
    assert rig.desk.name == "search"
    rig.desk.go("sale")
    rig.settle()
    assert not rig.till.look.price_check


def test_a_second_search_begins_without_what_the_first_one_found(opened: Opened) -> None:
    rig = opened(*OPEN)
    rig.desk.typed("м")
    rig.settle()
    assert rig.screen.rows.count > 1
    rig.desk.home()
    rig.desk.typed("1")
    assert rig.screen.rows.count == 0
    rig.settle()


# Money in and out


def test_paying_in_names_what_it_is_for_and_opens_the_drawer(opened: Opened) -> None:
    rig = opened(*OPEN)
    rig.tap("Ще", "Внести готівку", "3", "0", "0", "Знайдений надлишок")
    apply = rig.screen.apply.rect
    rig.tap_at(apply.x + apply.w / 2, apply.y + apply.h / 2)
    moved = facts(rig, f.CashMoved)[0]
    assert isinstance(moved, f.CashMoved)
    assert (moved.direction, moved.amount_minor) == (f.CashDirection.PAY_IN, 300_00)
    assert moved.reason == "Знайдений надлишок"
    assert rig.paper.kicked[-1].cause is f.DrawerCause.PAY_IN


def test_more_cannot_be_paid_out_than_lies_in_the_drawer(opened: Opened) -> None:
    rig = opened(*OPEN)
    rig.tap("Ще", "Видати готівку", "2", "0", "0", "0")
    apply = rig.screen.apply.rect
    rig.tap_at(apply.x + apply.w / 2, apply.y + apply.h / 2)
    assert facts(rig, f.CashMoved) == []
    assert rig.desk.name == "pay_out"
    assert rig.desk.toast.text.startswith("У шухляді")


def test_what_cannot_be_done_with_an_open_basket_is_faint(opened: Opened) -> None:
    rig = opened(*OPEN, c.SellItem(MILK))
    rig.tap("Ще")
    faint = {key.face.icon for key in rig.screen.tiles.values() if not key.face.enabled}
    assert {"resume", "receipt", "lock"} <= faint
    answer = rig.till.ask(c.CloseShift())
    assert isinstance(answer, Refusal)


# Baskets of other tills


def test_a_basket_of_another_till_that_was_touched_is_told_to_be_asked_for(opened: Opened) -> None:
    rig = opened(*OPEN)
    there = (ElsewhereLook("till-2", f.SaleId(7), "Столик 4", 3, 412_50),)
    names = (("till-2", "Каса 2"),)
    rig.till.tell(ShopChanged(there, TillsLook("192.168.1.11:1885", ("till-2",), names=names)))
    asked_for(rig)
    assert rig.desk.name == "sale"
    assert rig.desk.toast.parent is not None
    assert rig.desk.toast.text == "Запит кошика: Каса 2"
