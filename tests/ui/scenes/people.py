"""Scenes of who stands at the till: names, PINs, badges, approvals, signals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from appliance.core import commands as c
from appliance.core.facts import Discount, LineId
from appliance.door import Door
from appliance.people.staff import StaffBook
from appliance.till import Till
from tests.ui.rig import BREAD, COFFEE, MILK, NOW, Rig
from tests.ui.scenes.scene import BASKET, OPEN, Scene, as_person, does, go


def pins_set(till: Till) -> None:
    """PINs are set while the till runs: from now on they are asked for."""
    folder = till.journal.path.parent
    book = StaffBook(folder, till.policy.staff)
    with StaffBook(folder, till.policy.staff) as command:
        for staff, pin in (("iryna", "915264"), ("olena", "730518"), ("taras", "480273")):
            command.set_pin(staff, pin, NOW)
    till._door = Door(book)
    till._door.post = till._mailbox.prove
    till._intake = replace(till._intake, staff=book)
    till._turn_to_new_staff()
    does(till, c.SignIn("olena", "730518"))


def week_of_three(till: Till) -> None:
    """What three people did, one of them more often than the others."""
    sale = (c.SellItem(BREAD), c.SellItem(MILK), c.TenderCash())
    void = (c.SellItem(BREAD), c.SellItem(COFFEE), c.VoidLine(LineId(2)), c.TenderCash())
    off = (c.SellItem(MILK), c.DiscountLine(LineId(1), Discount(percent=Decimal(10))))

    for who, voids, discounts, opened in (
        ("olena", 1, 1, 1),
        ("ivan", 6, 2, 2),
        ("taras", 1, 1, 0),
    ):
        acts = [*[sale] * (10 - voids - discounts), *[void] * voids]
        acts += [(*off, c.TenderCash())] * discounts
        for request in (it for act in acts for it in act):
            as_person(till, request, who)
        for _ in range(opened):
            as_person(till, c.NoSale("Розмін"), who)


def many_people(till: Till) -> None:
    """Fifteen people: more than a page of names holds."""
    _boss(till)
    names = "Андрій Богдан Віра Ганна Дмитро Євген Жанна Зоя Катерина Левко Марта"
    for name in names.split():
        does(till, c.PutPerson(name, "cashier"))


def _locked(till: Till) -> None:
    pins_set(till)
    does(till, c.LockTill())


def _boss(till: Till) -> None:
    """The manager is at the till; one person has a badge, one nothing yet."""
    pins_set(till)
    does(till, c.SignIn("iryna", "915264"), c.GiveBadge("olena", "04A2B9C1D2E380"))
    does(till, c.PutPerson("Софія", "senior"))


def _person(page: str, staff: str, typed: str = "") -> Callable[[Rig], None]:
    def open_(rig: Rig) -> None:
        rig.desk.go(page, staff=staff)
        for char in typed:
            rig.screen.typed(char)
        rig.settle()

    return open_


def _badge_awaited(rig: Rig) -> None:
    rig.desk.go("person", staff="sofiia")
    rig.desk.submit(c.AimBadge("sofiia"))
    rig.settle()


def _signals(rig: Rig) -> None:
    rig.desk.go("signals")
    rig.until(lambda: rig.screen.report is not None)
    rig.settle()


def _pin_typed(rig: Rig) -> None:
    rig.settle()
    rig.tap("Олена")
    for digit in "7305":
        rig.screen.typed(digit)


def _too_much(rig: Rig) -> None:
    rig.till.ask(c.DiscountLine(LineId(2), Discount(percent=Decimal(50))))
    rig.settle()
    rig.tap("Ірина")
    for digit in "91526":
        rig.screen.typed(digit)


SCENES = (
    Scene("staff", OPEN, go("staff")),
    Scene("staff-many", OPEN, go("staff"), many_people, everywhere=False),
    Scene("locked", BASKET, _pin_typed, _locked),
    Scene("approve", BASKET, _too_much, pins_set),
    Scene("people", OPEN, go("staff_list"), _boss),
    Scene("person", OPEN, _person("person", "olena"), _boss),
    Scene("person-badge", OPEN, _badge_awaited, _boss),
    Scene("person-name", OPEN, _person("person_name", "", "Софія"), _boss, everywhere=False),
    Scene("person-role", OPEN, _person("person_role", "sofiia"), _boss),
    Scene("person-pin", OPEN, _person("person_pin", "sofiia", "4802"), _boss),
    Scene("signals", OPEN, _signals, week_of_three),
)
