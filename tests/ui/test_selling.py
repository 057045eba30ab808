"""Selling by hand: what a finger and a keyboard do on the real screens, with a real Till."""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from appliance.catalogue.price_importer import import_prices
from appliance.catalogue.price_lists import PriceList
from appliance.core import commands as c
from appliance.core.devices import Category, DeviceState, Problem, Scanned
from appliance.core.facts import DenominationCount, Discount, LineId, Modifier
from appliance.core.item import ItemId
from appliance.ui.widgets.key import Key
from tests.ui.rig import BREAD, COFFEE, MILK, NOW, YOGHURT, Finger, Rig
from tests.ui.scenes.scene import BASKET, OPEN
from tests.ui.scenes.selling import LATTE

Opened = Callable[..., Rig]
MILK_CODE = "4822570949710"


def lines(rig: Rig) -> list[tuple[str, Decimal]]:
    basket = rig.till.look.basket
    return [(str(line.item), line.quantity) for line in basket.lines] if basket else []


def scan(rig: Rig, code: str) -> None:
    """A code from the scanner's wire."""
    rig.till.tell(Scanned("scanner", code, time.monotonic_ns()))
    rig.settle()


def press(rig: Rig, *names: str) -> None:
    for name in names:
        rig.desk.pressed(name)
        rig.settle()


def write(rig: Rig, text: str) -> None:
    for char in text:
        rig.desk.typed(char)
    rig.settle()


def test_three_scans_and_one_touch_are_a_cash_sale(opened: Opened) -> None:
    rig = opened(*OPEN)
    for _ in range(3):
        scan(rig, MILK_CODE)
    rig.tap("Готівка")
    assert rig.till.look.done is not None
    assert rig.till.look.done.total_minor == 3 * 4690
    assert rig.desk.name == "done"
    assert [pulse.cause.value for pulse in rig.paper.kicked][-1] == "sale"


def test_a_scan_ends_a_half_typed_quantity_and_says_so(opened: Opened) -> None:
    rig = opened(*OPEN, c.SellItem(BREAD))
    rig.tap("Кількість", "2")
    assert rig.screen.entry.text == "2"
    scan(rig, MILK_CODE)
    assert lines(rig) == [(BREAD, 1), (MILK, 1)]
    assert rig.desk.name == "sale"
    assert "«2»" in rig.desk.toast.text
    assert "cleared" in rig.desk.sounds.played
    rig.tap("Кількість", "2")
    assert rig.screen.entry.text == "2"
    rig.tap("Застосувати")
    assert lines(rig) == [(BREAD, 1), (MILK, 2)]


def test_scanning_and_typing_twice_never_makes_22(opened: Opened) -> None:
    """Scan, 2, the same scan, 2: once it sold 22 pieces elsewhere."""
    rig = opened(*OPEN)
    scan(rig, MILK_CODE)
    rig.tap("Кількість", "2", "Застосувати")
    scan(rig, MILK_CODE)
    rig.tap("Кількість", "2", "Застосувати")
    assert lines(rig) == [(MILK, 2)]


def test_a_quantity_set_beforehand_goes_to_the_next_scan_once(opened: Opened) -> None:
    rig = opened(*OPEN)
    rig.tap("Кількість", "6", "Застосувати")
    assert rig.key("6 ×")
    scan(rig, MILK_CODE)
    scan(rig, "4828401087873")
    assert lines(rig) == [(MILK, 6), (BREAD, 1)]


def test_a_touch_on_the_multiplier_drops_it(opened: Opened) -> None:
    rig = opened(*OPEN)
    write(rig, "*6")
    press(rig, "enter")
    rig.tap("6 ×")
    scan(rig, MILK_CODE)
    assert lines(rig) == [(MILK, 1)]


def test_a_line_pushed_aside_is_voided_and_the_toast_brings_it_back(opened: Opened) -> None:
    rig = opened(*BASKET)
    row = rig.desk.basket.rows.rect
    y = row.top - 20
    rig.drag((row.x + 300, y), (row.x + 100, y))
    assert (MILK, 1) not in lines(rig)
    assert rig.desk.toast.text.startswith("Прибрано: Молоко")
    undo = rig.desk.toast._undo_rect
    rig.tap_at(undo.x + 5, undo.y + 5)
    assert lines(rig)[0] == (MILK, 1)


def test_a_line_pushed_a_little_stays(opened: Opened) -> None:
    rig = opened(*BASKET)
    row = rig.desk.basket.rows.rect
    rig.drag((row.x + 300, row.top - 20), (row.x + 260, row.top - 20))
    assert len(lines(rig)) == 5


def test_ten_percent_off_a_line_is_two_touches(opened: Opened) -> None:
    rig = opened(*OPEN, c.SellItem(MILK))
    row = rig.desk.basket.rows.rect
    rig.tap_at(row.x + 100, row.top - 20)
    rig.tap(rig.desk.kit.percent(Decimal(-10)))
    assert rig.till.look.basket is not None
    assert rig.till.look.basket.lines[0].discount_minor == 469


def test_a_price_is_overridden_with_a_reason(opened: Opened) -> None:
    rig = opened(*OPEN, c.SellItem(MILK))
    rig.tap("Кількість", "Ціна", "Пошкоджено", "4", "5", "Застосувати")
    assert rig.till.look.basket is not None
    assert rig.till.look.basket.lines[0].unit_price_minor == 4500
    assert rig.desk.toast.text.startswith("Нова ціна")


def test_a_price_far_below_the_shelf_asks_for_a_manager(opened: Opened) -> None:
    rig = opened(*OPEN, c.SellItem(MILK))
    rig.tap("Кількість", "Ціна", "Пошкоджено", "4", "0", "Застосувати")
    assert rig.desk.name == "approve"
    assert rig.till.look.basket is not None
    assert rig.till.look.basket.lines[0].unit_price_minor == 4690


def test_a_line_tells_how_its_price_came_about(opened: Opened) -> None:
    rig = opened(*OPEN, c.SellItem(MILK), c.DiscountLine(LineId(1), Discount(percent=Decimal(10))))
    rig.tap("Кількість")
    rig.tap_icon("why")
    told = [(text, amount) for text, amount, _ in rig.screen.steps]
    assert ("Знижка −10\u00a0%", "−4,69") in told
    assert told[-1] == ("До сплати", "42,21")
    rig.tap("Назад")
    assert rig.desk.name == "sale"


def test_quick_keys_sell_pieces_and_ask_for_a_weight_without_a_scale(opened: Opened) -> None:
    rig = opened(*OPEN)
    rig.tap("Батон")
    rig.tap("Банани")
    assert rig.desk.name == "number"
    rig.tap(",", "7", "5", "Застосувати")
    assert [quantity for _, quantity in lines(rig)] == [1, Decimal("0.75")]


def test_searching_forgives_and_sells_by_touch(opened: Opened) -> None:
    rig = opened(*OPEN)
    field = rig.screen.field.rect
    rig.tap_at(field.x + 100, field.y + 20)
    for char in "йогрт":
        rig.tap_at(*centre(next(k for k in rig.screen.every(Key) if k.face.title == char)))
    assert rig.screen.found
    rows = rig.screen.rows.rect
    wanted = rig.screen.found[0].id
    rig.tap_at(rows.x + 50, rows.top - 20)
    assert lines(rig) == [(wanted, 1)]


def test_enter_before_the_search_has_answered_sells_what_the_whole_word_means(
    opened: Opened,
) -> None:
    rig = opened(*OPEN)
    slow: list[Callable[[], None]] = []
    rig.desk.go("search")
    write(rig, "ла")
    rig.until(lambda: bool(rig.screen.found))
    work = rig.desk.work
    rig.desk.work = lambda job, then: slow.append(lambda: work(job, then))
    write(rig, "вацца оро")
    press(rig, "enter")
    assert lines(rig) == []
    rig.desk.work = work
    for ask in slow:
        ask()
    rig.until(lambda: bool(lines(rig)))
    assert rig.till.look.basket.lines[0].item == COFFEE


def centre(key: Any) -> tuple[float, float]:
    return key.rect.x + key.rect.w / 2, key.rect.y + key.rect.h / 2


def test_a_bare_number_offers_its_meanings_and_guesses_none(opened: Opened) -> None:
    rig = opened(*OPEN, c.SellItem(YOGHURT))
    write(rig, "4")
    rig.tap("Йогурт")
    assert lines(rig) == [(YOGHURT, 4)]


def test_cash_by_banknote_shows_the_change_and_a_second_tap_changes_nothing(
    opened: Opened,
) -> None:
    rig = opened(*BASKET)
    rig.tap("Інша сума", "600", "600")
    assert rig.screen.received_minor == 600_00
    rig.tap("Завершити")
    assert rig.till.look.done is not None
    assert rig.till.look.done.change_minor == 600_00 - 496_50


def test_a_part_paid_can_be_handed_back(opened: Opened) -> None:
    rig = opened(*BASKET)
    rig.tap("Інша сума", "1", "0", "0", "Прийняти частину")
    assert rig.till.look.basket is not None
    assert rig.till.look.basket.tendered_minor == 100_00
    rig.tap("Віддати гроші")
    assert rig.till.look.basket.tendered_minor == 0


def test_after_a_tip_paying_goes_on_where_it_was(opened: Opened) -> None:
    rig = opened(*BASKET)
    rig.desk.go("pay")
    rig.does(c.AddTip(5_00))
    assert rig.desk.name == "pay"
    scan(rig, MILK_CODE)
    assert rig.desk.name == "sale"


def test_a_declined_card_goes_back_to_the_payment_also_after_the_first_sale(opened: Opened) -> None:
    rig = opened(*OPEN, c.SellItem(BREAD), c.TenderCash(100_00))
    rig.does(c.SellItem(MILK))
    rig.tap("Інша сума", "Картка", "1", "Відхилено")
    assert rig.desk.name == "cash"
    assert rig.till.look.pay.asked is None
    rig.tap("Назад")
    assert rig.desk.name == "sale"


def test_a_sale_paid_by_card_says_paid_and_speaks_of_no_change(opened: Opened) -> None:
    rig = opened(*OPEN, c.SellItem(MILK))
    rig.tap("Інша сума", "Картка", "Схвалено")
    done = rig.till.look.done
    assert done is not None
    assert not done.cash


def test_a_basket_is_suspended_under_a_name_and_recalled(opened: Opened) -> None:
    rig = opened(*BASKET)
    rig.tap("Відкласти")
    write(rig, "Марія")
    press(rig, "enter")
    assert [parked.name for parked in rig.till.look.suspended] == ["Марія"]
    rig.tap("Відкладені")
    rows = rig.screen.rows.rect
    rig.tap_at(rows.x + 50, rows.top - 20)
    assert len(lines(rig)) == 5
    assert rig.desk.name == "sale"


def test_a_basket_without_a_name_is_named_by_the_time(opened: Opened) -> None:
    rig = opened(*BASKET)
    press(rig, "f4", "enter")
    assert [parked.name for parked in rig.till.look.suspended] == ["Кошик 14:32"]


def test_a_shift_opens_and_closes_by_keyboard_alone(opened: Opened) -> None:
    rig = opened(c.SignIn("olena"))
    write(rig, "500")
    press(rig, "enter")
    assert rig.till.look.shift is not None
    assert rig.till.look.shift.float_minor == 500_00
    write(rig, "1063")
    press(rig, "enter", "f12", "enter")
    assert rig.desk.name == "sale"
    press(rig, "f9")
    rig.desk.go("close")
    press(rig, "down", "down")
    write(rig, "1")
    press(rig, "enter")
    assert rig.till.look.shift.counted_minor == 500_00
    press(rig, "enter")
    assert rig.till.look.shift is None
    assert rig.desk.name == "open_shift"
    assert "Z-звіт № 1" in rig.desk.toast.text


def test_the_expected_sum_is_not_shown_before_the_count(opened: Opened) -> None:
    rig = opened(*OPEN)
    rig.desk.go("close")
    assert rig.till.look.shift is not None
    assert rig.till.look.shift.expected_minor is None
    rig.tap("Порівняти")
    assert rig.till.look.shift.expected_minor == 1000_00
    rig.tap("Ще раз")
    rig.screen.step(rig.screen.counters[0], 1)
    rig.settle()
    rig.tap("Порівняти")
    assert rig.till.look.shift.attempt == 2
    assert rig.till.look.shift.counted_minor == 1000_00
    rig.tap("Закрити зміну")
    assert rig.till.look.last_z == 1


def test_a_refusal_is_shown_and_heard(opened: Opened) -> None:
    rig = opened(*OPEN)
    scan(rig, "4006381333931")
    assert rig.desk.toast.text.startswith("Коду 4006381333931 немає в каталозі")
    assert rig.desk.sounds.played[-1] == "refused"


def test_a_price_check_sells_nothing_until_it_is_told_to(opened: Opened) -> None:
    rig = opened(*OPEN)
    rig.tap("Ще", "Перевірка ціни")
    scan(rig, MILK_CODE)
    assert rig.desk.name == "price_check"
    assert lines(rig) == []
    rig.tap("Продати")
    assert lines(rig) == [(MILK, 1)]
    scan(rig, MILK_CODE)
    assert lines(rig) == [(MILK, 2)]


def test_no_sale_and_pay_out_are_one_reason_away(opened: Opened) -> None:
    rig = opened(*OPEN)
    rig.tap("Ще", "Відкрити шухляду", "Розміняти купюру")
    assert rig.till.look.shift is not None
    assert rig.till.look.shift.no_sales == 1
    rig.tap("Ще", "Видати готівку", "2", "0", "0", "Витрати")
    rig.tap_at(*centre(rig.screen.apply))
    assert rig.till.look.shift.pay_out_minor == 200_00
    assert "200,00" in rig.desk.toast.text


def test_the_language_and_the_palette_turn_at_once(opened: Opened) -> None:
    rig = opened(*BASKET)
    rig.tap("Ще", "Налаштування", "English")
    assert rig.desk.kit.language == "en"
    rig.tap("Dark", "Back")
    assert rig.desk.kit.palette.name == "dark"
    assert rig.key("Cash 496.50")
    assert len(rig.desk.basket.lines) == 5


def test_trouble_stands_in_the_status_bar_and_leads_to_its_remedy(opened: Opened) -> None:
    rig = opened(*OPEN)
    rig.device(Category.POS_PRINTER, DeviceState.FAULT, Problem.PAPER_OUT)
    chip = rig.desk.status._chip
    rig.tap_at(chip.x + 10, chip.y + 10)
    assert rig.desk.name == "devices"
    rig.device(Category.POS_PRINTER, DeviceState.READY, Problem.NONE)
    assert rig.desk.status.trouble(rig.desk.look)[0] == ""


def test_an_idle_till_blanks_and_the_waking_touch_does_nothing_else(opened: Opened) -> None:
    rig = opened(*OPEN, blank_after_s=60)
    rig.desk.touched_at -= 61
    rig.desk.second()
    assert rig.desk.name == "idle"
    rig.tap_at(820, 395)
    assert rig.desk.name == "sale"
    assert lines(rig) == []


def test_a_scan_wakes_an_idle_till_and_sells(opened: Opened) -> None:
    rig = opened(*OPEN)
    rig.desk.go("idle")
    scan(rig, MILK_CODE)
    assert rig.desk.name == "sale"
    assert lines(rig) == [(MILK, 1)]


def test_a_second_tap_of_a_trembling_finger_does_not_reach_the_next_screen(
    opened: Opened,
) -> None:
    rig = opened(*BASKET)
    rig.tap("Готівка")
    assert rig.desk.name == "done"
    rig.desk._turned_at = time.monotonic()
    rig.desk.on_touch_down(Finger(*centre(rig.screen.next)))
    rig.settle()
    assert rig.desk.name == "done"


def test_arrows_choose_lines_and_delete_voids(opened: Opened) -> None:
    rig = opened(*BASKET)
    press(rig, "up", "up", "up", "up", "delete")
    assert MILK not in [item for item, _ in lines(rig)]
    press(rig, "undo")
    assert MILK in [item for item, _ in lines(rig)]


def test_the_focus_ring_reaches_keys_and_enter_presses_them(opened: Opened) -> None:
    rig = opened(*OPEN)
    rig.tap("Ще")
    press(rig, "tab", "tab")
    focused = [key for key in rig.screen.every(Key) if key.focused]
    assert len(focused) == 1
    chosen = rig.screen.chosen
    press(rig, "right", "up", "enter")
    assert rig.desk.name != "more" or rig.screen.chosen is not chosen


def test_a_long_basket_scrolls_and_keeps_only_visible_rows(opened: Opened) -> None:
    rig = opened(*OPEN, *[c.SellItem(ItemId(str(1100 + at)), Decimal(1)) for at in range(40)])
    rows = rig.desk.basket.rows
    assert rows.count == 40
    at_end = rows.offset
    assert at_end == rows.offset_max
    rig.desk.toast.dismiss()
    finger = Finger(rows.rect.x + 50, rows.rect.y + 50)
    rig.desk._turned_at = 0.0
    rig.desk.on_touch_down(finger)
    finger.grab_current, finger.y, finger.dy = rows, rows.rect.y - 50, -100
    rows.on_touch_move(finger)
    assert rows.offset == at_end - 100
    assert len(rows._groups) <= 10


def test_counts_of_a_closed_shift_are_not_offered_to_the_next(opened: Opened) -> None:
    rig = opened(*OPEN)
    rig.desk.go("close")
    rig.screen.step(rig.screen.counters[0], 1)
    rig.does(c.CountDrawer((DenominationCount(1000_00, 1),)), c.CloseShift())
    rig.does(c.OpenShift(100_00))
    rig.settle()
    rig.desk.go("close")
    assert rig.screen.counted_minor == 0


def test_a_sale_that_another_command_voided_leaves_no_dead_editor(opened: Opened) -> None:
    rig = opened(*BASKET)
    rig.desk.go("line", line=LineId(1))
    rig.does(c.VoidSale())
    rig.settle()
    assert rig.desk.name == "sale"


def test_a_scanned_code_of_an_open_price_asks_for_it(opened: Opened) -> None:
    rig = opened(*OPEN)
    rig.till.ask(c.Scan("309"))
    rig.until(lambda: rig.desk.name == "number")
    rig.tap("1", "5", "0", "Застосувати")
    assert rig.till.look.basket is not None
    assert rig.till.look.basket.total_minor == 150_00


def test_a_scanned_code_of_weighed_goods_asks_for_the_weight_without_a_scale(
    opened: Opened,
) -> None:
    rig = opened(*OPEN)
    rig.till.ask(c.Scan("310"))
    rig.until(lambda: rig.desk.name == "number")
    rig.tap(",", "5", "Застосувати")
    assert [quantity for _, quantity in lines(rig)] == [Decimal("0.5")]


def test_a_scanned_family_asks_which_one_and_sells_it(opened: Opened) -> None:
    rig = opened(*OPEN)
    rig.till.ask(c.Scan("4820000080026"))
    rig.until(lambda: rig.desk.name == "variants" and bool(rig.screen.items))
    rows = rig.screen.rows.rect
    rig.tap_at(rows.x + 100, rows.top - 20)
    assert lines(rig) == [("1306", Decimal(1))]


def test_a_coffee_whose_milk_nobody_named_turns_to_its_wishes_when_paid(opened: Opened) -> None:
    rig = opened(*OPEN)
    with rig.catalogue.write() as writer:
        writer.put([LATTE])
    rig.catalogue.refresh()
    rig.till.ask(c.SellItem(LATTE.id))
    rig.settle()
    rig.tap("Готівка")
    rig.until(lambda: rig.desk.name == "wishes" and bool(rig.screen.options))
    assert "Молоко" in rig.desk.toast.text
    rig.tap("вівсяне", "Назад", "Готівка")
    assert rig.till.look.done is not None
    assert rig.till.look.done.total_minor == 80_00


def test_empty_bottles_come_back_by_touches(opened: Opened) -> None:
    rig = opened(*OPEN)
    rig.desk.go("containers")
    rig.until(lambda: bool(rig.screen.items))
    rows = rig.screen.rows.rect
    for _ in range(3):
        rig.tap_at(rows.x + 100, rows.top - 20)
    assert rig.till.look.basket is not None
    assert rig.till.look.basket.total_minor == -15_00
    assert rig.desk.name == "containers"


def test_a_quick_key_shows_the_price_of_the_hour(opened: Opened) -> None:
    rig = opened(*OPEN)
    file = rig.catalogue.path.with_name("prices.csv")
    file.write_text("sku,price\n1007,20.00\n")
    happy = PriceList("happy", start_min=17 * 60, end_min=19 * 60)
    assert import_prices(file, happy, rig.catalogue).applied
    rig.catalogue.refresh()
    rig.desk.load_pages()

    def shown(hour: int, minute: int) -> str:
        rig.desk.now = lambda: NOW.replace(hour=hour, minute=minute)
        rig.desk.second()
        rig.settle()
        return next(k.face.subtitle for k in rig.screen._keys if k.face.title == "Батон")

    times = [(16, 59), (17, 0), (17, 1), (18, 59), (19, 0)]
    assert [shown(*at) for at in times] == ["26,50", "20,00", "20,00", "20,00", "26,50"]


def test_a_line_tells_what_each_wish_adds_also_beside_another_price(opened: Opened) -> None:
    oat = c.ModifyLine(LineId(1), (Modifier("вівсяне", 15_00), Modifier("гаряче")))
    rig = opened(*OPEN, c.SellItem(COFFEE, Decimal(2)), oat)

    def note() -> str:
        return rig.desk.basket.line_note(rig.desk.basket.lines[0])[0]

    assert note() == "2 × 319,00 · вівсяне +15,00, гаряче"
    rig.does(c.OverridePrice(LineId(1), 300_00, "Домовлено"))
    assert note() == "2 × 300,00 · ціну змінено · вівсяне +15,00, гаряче"
