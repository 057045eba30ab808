"""Names, PINs, ages and training as fingers meet them, over a real till."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from appliance.core import commands as c
from appliance.core.facts import Discount, LineId
from appliance.core.refusal import Refusal
from tests.ui.rig import BEER, MILK, Rig
from tests.ui.scenes.people import many_people, pins_set, week_of_three
from tests.ui.scenes.scene import BASKET, OPEN

Opened = Callable[..., Rig]


def types(rig: Rig) -> list[str]:
    return [record.type for record in rig.till.journal.records()]


def guarded(opened: Opened, *requests: c.Request) -> Rig:
    rig = opened(*requests)
    pins_set(rig.till)
    rig.settle()
    return rig


def pin(rig: Rig, digits: str) -> None:
    for digit in digits:
        rig.tap(digit)


def test_a_locked_screen_opens_to_a_name_and_its_pin(opened: Opened) -> None:
    rig = guarded(opened, *BASKET)
    rig.desk.go("more")
    rig.tap("Заблокувати касу")
    rig.until(lambda: rig.desk.look.people.locked)
    assert rig.desk.name == "staff"
    for name in ("sale", "cash", "more", "recall", "line"):
        rig.desk.go(name)
        assert rig.desk.name == "staff"
    rig.desk.pressed("escape")
    assert rig.desk.name == "staff"
    rig.tap("Олена")
    pin(rig, "730518")
    rig.tap("Увійти")
    rig.until(lambda: rig.desk.name == "sale")
    assert rig.desk.look.basket is not None


def test_a_wrong_pin_is_told_and_wiped(opened: Opened) -> None:
    rig = guarded(opened, *OPEN)
    rig.till.ask(c.LockTill())
    rig.settle()
    rig.tap("Олена")
    pin(rig, "112358")
    rig.tap("Увійти")
    rig.until(lambda: rig.desk.toast.parent is not None)
    assert "PIN" in rig.desk.toast.text
    assert rig.screen._pin == ""
    assert rig.screen.field.text == ""


def test_a_pin_leaves_no_trace_on_a_page_that_is_left(opened: Opened) -> None:
    rig = guarded(opened, *OPEN)
    rig.desk.go("staff")
    rig.tap("Тарас")
    pin(rig, "480")
    staff = rig.screen
    rig.tap("Назад")
    assert staff._pin == ""


def test_the_idle_till_locks_and_keeps_the_basket(opened: Opened) -> None:
    rig = guarded(opened, *BASKET)
    rig.desk.touched_at -= 10_000
    rig.desk.second()
    rig.until(lambda: rig.desk.look.people.locked)
    assert rig.desk.look.basket is None
    assert rig.desk.look.people.basket_waits
    assert types(rig)[-1] == "CashierSignedOut"


def test_a_manager_allows_on_the_spot_and_the_cashier_goes_on(opened: Opened) -> None:
    rig = guarded(opened, *BASKET)
    rig.desk.submit(c.DiscountLine(LineId(2), Discount(percent=Decimal(50))))
    rig.until(lambda: rig.desk.name == "approve")
    rig.tap("Ірина")
    pin(rig, "915264")
    rig.tap("Дозволити")
    rig.until(lambda: rig.desk.name == "sale")
    assert types(rig)[-2:] == ["Overridden", "LineDiscounted"]
    assert rig.desk.look.cashier == "olena"


def test_to_go_back_leaves_everything_as_it_was(opened: Opened) -> None:
    rig = guarded(opened, *BASKET)
    before = types(rig)
    rig.desk.submit(c.DiscountLine(LineId(2), Discount(percent=Decimal(50))))
    rig.until(lambda: rig.desk.name == "approve")
    rig.tap("Назад")
    rig.settle()
    assert rig.desk.name == "sale"
    assert rig.desk.look.people.wanted is None
    assert types(rig) == before


@pytest.mark.parametrize("typed", ["", "01011990"])
def test_an_age_is_asked_and_the_item_is_sold_then(opened: Opened, typed: str) -> None:
    rig = opened(*OPEN)
    rig.till.ask(c.SellItem(BEER))
    rig.until(lambda: rig.desk.name == "age")
    pin(rig, typed)
    rig.tap("Вік достатній" if typed else "На вигляд 18")
    rig.until(lambda: rig.desk.name == "sale" and rig.desk.look.basket is not None)
    rig.until(lambda: bool(rig.desk.look.basket and rig.desk.look.basket.lines))
    assert [line.item for line in rig.desk.look.basket.lines] == [BEER]  # type: ignore[union-attr]
    assert rig.screen is not None
    answer: Any = rig.till.ask(c.SellItem(BEER))
    assert not isinstance(answer, Refusal)


def test_who_is_too_young_gets_nothing_and_it_is_written_down(opened: Opened) -> None:
    rig = opened(*OPEN, c.SellItem(MILK))
    rig.till.ask(c.SellItem(BEER))
    rig.until(lambda: rig.desk.name == "age")
    pin(rig, "24112008")
    assert not rig.key("Вік достатній").face.enabled
    rig.tap("Замало років")
    rig.settle()
    assert rig.desk.name == "sale"
    assert types(rig)[-1] == "AgeRefused"
    age = rig.desk._made["age"]
    assert age._digits == ""


def test_who_may_not_see_the_signals_is_told_who_may_and_sees_them_then(opened: Opened) -> None:
    rig = guarded(opened, *OPEN)
    rig.desk.go("more")
    rig.desk.submit(c.SeeSignals())
    rig.until(lambda: rig.desk.name == "approve")
    assert [person.name for person in rig.screen.people] == ["Ірина"]
    rig.tap("Ірина")
    pin(rig, "915264")
    rig.tap("Дозволити")
    rig.until(lambda: rig.desk.name == "signals")
    overridden = [r for r in rig.till.journal.records() if r.type == "Overridden"]
    assert [(r.fact.cashier, r.fact.approver) for r in overridden] == [("olena", "iryna")]


def test_the_signals_name_people_and_print(opened: Opened) -> None:
    rig = opened(*OPEN)
    week_of_three(rig.till)
    rig.till.ask(c.SignIn("iryna"))
    rig.settle()
    rig.desk.go("signals")
    rig.until(lambda: rig.screen.report is not None)
    first = rig.screen.person
    assert (first.name, first.stands_out) == ("Іван", True)
    rig.desk.pressed("down")
    assert rig.screen.person.name == "Олена"
    rig.tap("Надрукувати")
    rig.until(lambda: bool(rig.paper.printed))
    (job,) = [job for job in rig.paper.printed if job.slip]
    assert job.slip.startswith("signals:2026-11-17:2026-11-23")


def managed(opened: Opened) -> Rig:
    rig = guarded(opened, *OPEN)
    rig.till.ask(c.SignIn("iryna", "915264"))
    rig.settle()
    rig.desk.go("more")
    rig.tap("Ця каса")
    rig.tap("Люди")
    rig.until(lambda: rig.desk.name == "staff_list")
    return rig


def changes(rig: Rig) -> list[tuple[str, str, str]]:
    """Of the screen; the rig's own PINs came beside it."""
    told = (r for r in rig.till.journal.records() if r.type == "StaffChanged")
    records = [r for r in told if r.actor != "cli"]
    return [(r.actor, r.fact.staff, r.fact.change) for r in records]  # type: ignore[union-attr]


def test_a_new_person_is_added_and_chooses_a_pin_in_a_minute(opened: Opened) -> None:
    rig = managed(opened)
    rig.tap("Нова людина")
    rig.screen.set_text("Софія")
    rig.screen.finished()
    rig.tap("Старший касир")
    rig.until(lambda: rig.desk.name == "person" and rig.screen.person is not None)
    rig.tap("Задати PIN")
    pin(rig, "584027")
    rig.tap("Далі")
    pin(rig, "584028")
    rig.tap("Задати PIN")
    assert rig.screen.field.wrong
    for _ in range(2):
        pin(rig, "584027")
        rig.tap("Далі" if not rig.screen._first else "Задати PIN")
    rig.until(lambda: rig.desk.name == "person" and rig.screen.person.has_pin)
    assert rig.desk._made["person_pin"]._pin == rig.desk._made["person_pin"]._first == ""
    rig.till.ask(c.SignIn("sofiia", "584027"))
    rig.until(lambda: rig.desk.look.cashier == "sofiia")
    assert changes(rig) == [("iryna", "sofiia", "added"), ("iryna", "sofiia", "pin_set")]


def test_a_touch_and_the_next_tag_is_the_persons(opened: Opened) -> None:
    rig = managed(opened)
    rig.desk.go("person", staff="olena")
    rig.tap("Видати бейдж")
    rig.until(lambda: rig.screen.waits)
    rig.desk.scanned_by_window("04A2B9C1D2E380")
    rig.until(lambda: rig.screen.person.has_badge)
    assert rig.desk.name == "person"
    assert rig.desk.look.basket is None
    rig.tap("Бейдж загублено")
    rig.until(lambda: not rig.screen.person.has_badge)
    assert [change for *_, change in changes(rig)] == ["badge_given", "badge_blocked"]


def test_to_leave_the_page_ends_the_waiting_for_a_tag(opened: Opened) -> None:
    rig = managed(opened)
    rig.desk.go("person", staff="olena")
    rig.tap("Видати бейдж")
    rig.until(lambda: rig.screen.waits)
    rig.tap("Назад")
    rig.until(lambda: rig.desk.look.people.badge_for == "")


def test_a_person_leaves_after_two_touches_and_the_last_manager_not_at_all(opened: Opened) -> None:
    rig = managed(opened)
    rig.desk.go("person", staff="olena")
    rig.tap("Більше не працює")
    assert changes(rig) == []
    rig.tap("Торкніться ще раз: Олена іде")
    rig.until(lambda: rig.desk.name == "staff_list")
    assert "olena" not in [person.id for person in rig.desk.look.people.staff]
    rig.desk.go("person_role", staff="iryna")
    rig.tap("Касир")
    rig.until(lambda: rig.desk.toast.parent is not None)
    assert "останній керівник" in rig.desk.toast.text
    assert changes(rig) == [("iryna", "olena", "removed")]


def test_a_cashier_is_told_to_let_the_manager_sign_in(opened: Opened) -> None:
    rig = guarded(opened, *OPEN)
    rig.desk.go("more")
    rig.tap("Ця каса")
    rig.tap("Люди")
    rig.until(lambda: rig.desk.toast.parent is not None)
    assert rig.desk.name == "sale"
    assert "Хай увійде" in rig.desk.toast.text


def test_of_many_people_everybody_finds_the_own_name(opened: Opened) -> None:
    rig = guarded(opened, *OPEN)
    many_people(rig.till)
    rig.settle()
    rig.desk.go("staff")
    everyone = [person.id for person in rig.desk.look.people.staff]
    assert len(everyone) == 15
    seen: list[str] = []
    for _ in range(2):
        seen += [person.id for person in rig.screen.people]
        rig.tap("Інші")
    assert seen == everyone
    assert [person.id for person in rig.screen.people] == everyone[:9]


def test_whoever_takes_over_by_badge_does_not_inherit_the_managers_pages(opened: Opened) -> None:
    rig = managed(opened)
    rig.till.ask(c.GiveBadge("olena", "04A2B9C1D2E380"))
    rig.desk.go("person", staff="olena")
    rig.desk.scanned_by_window("04A2B9C1D2E380")
    rig.until(lambda: rig.desk.look.cashier == "olena")
    rig.until(lambda: rig.desk.name == "sale")
