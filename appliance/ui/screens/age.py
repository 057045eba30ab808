"""The customer's age: a look, or the date of birth from a paper, which is compared and forgotten."""

from __future__ import annotations

from datetime import date
from typing import Any

from appliance import i18n
from appliance.core import commands as c
from appliance.core.decide.restrictions import birth_date, years_old
from appliance.core.facts import AgeMethod
from appliance.core.item import ItemId
from appliance.core.view import Look
from appliance.ui import pen as pens
from appliance.ui.json_request import request_of
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.base import NumPadScreen
from appliance.ui.theme import TYPE
from appliance.ui.widgets.box import NOWHERE
from appliance.ui.widgets.field import NumberField
from appliance.ui.widgets.key import Kind
from appliance.ui.widgets.numpad import NumPad

DIGITS = 8


class AgeScreen(NumPadScreen):
    """How old, said large, with the latest day of birth that will do; below it the three ways on."""

    def build(self) -> None:
        kit, t = self.kit, self.kit.t
        self._panel = NOWHERE
        self._digits = ""
        self.field = NumberField(kit, "", size=TYPE.amount)
        self.pad = NumPad(kit, self._press, corner="")
        self.add_widget(self.field)
        self.add_widget(self.pad)
        self.back = self.key(t("Back"), self._leave, hotkey="escape")
        self.young = self.key(t("Too young"), self._refuse, Kind.DANGER, hotkey="f4")
        self.sure = self.key("", self._sure, Kind.PRIMARY, hotkey="enter")

    def enter(self, **_how: Any) -> None:
        self._digits = ""

    def leave(self) -> None:
        """Nobody's birthday stays on the screen."""
        self._digits = ""

    @property
    def age(self) -> int:
        wanted = self.look.people.wanted
        said = wanted.params.get("age", "") if wanted is not None else ""
        return int(said) if said.isdigit() else 0

    @property
    def name(self) -> str:
        wanted = self.look.people.wanted
        return wanted.params.get("name", "") if wanted is not None else ""

    def update(self, look: Look, before: Look) -> None:
        self._show()
        self.redraw()

    def arrange(self, rect: Rect) -> None:
        sizes = self.kit.measures
        pay, rest = rect.cut_bottom(sizes.pay_height, sizes.px(10))
        self._panel, right = self.halves(rest, 500, 400)
        field, pad = right.cut_top(max(sizes.px(78), 58), sizes.px(10))
        self.field.place(field)
        self.pad.place(pad)
        weights = (0.22, 0.28, 0.5)
        for key, place in zip(
            (self.back, self.young, self.sure), pay.columns(weights, sizes.gap), strict=True
        ):
            key.place(place)

    def paint(self, pen: Pen) -> None:
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        self.panel(pen, self._panel)
        area = self._panel.inset(sizes.px(24), sizes.px(14))
        name, middle, label, day = area.rows((1.1, 1.9, 0.6, 0.9))
        size = sizes.type(TYPE.title)
        pen.text(self.name, name, size, palette.ink, bold=True, align="center", lines=2)
        years = f"{self.age}+"
        pen.text(
            years, middle, sizes.type(TYPE.change_done), palette.warn, bold=True, align="center"
        )
        text = kit.t("Born on this day or before:")
        pen.text(text, label, sizes.type(TYPE.body), palette.quiet, align="center")
        latest = i18n.date(self._latest(), kit.language)
        size = pens.fitting_size((latest,), sizes.type(TYPE.digit), True, day.w, 16)
        pen.text(latest, day, size, palette.ink, bold=True, align="center")

    def _latest(self) -> date:
        today = self.desk.now().date()
        year = today.year - self.age
        try:
            return today.replace(year=year)
        except ValueError:  # 29 February
            return date(year, 2, 28)

    def _years(self) -> int | None:
        birth = birth_date(self._digits)
        return None if birth is None else years_old(birth, self.desk.now().date())

    def _show(self) -> None:
        t, digits = self.kit.t, self._digits
        shown = " ".join(filter(None, (digits[:2], digits[2:4], digits[4:])))
        years = self._years() if len(digits) == DIGITS else None
        wrong = ""
        if len(digits) == DIGITS and years is None:
            wrong = t("That is no date of birth")
        elif years is not None and years < self.age:
            wrong = t("Too young: {years}").format(years=years)
        label = t("Date of birth: day, month, year")
        if years is not None and not wrong:
            label = t("{years} years old").format(years=years)
        self.field.set(shown, placeholder=t("DD MM YYYY"), wrong=wrong, label=label)
        title = t("Looks {age} or older") if not digits else t("Old enough")
        able = not digits or (len(digits) == DIGITS and not wrong)
        self.sure.change(title=title.format(age=self.age), enabled=able)

    def _press(self, key: str) -> None:
        if key == "back":
            self._digits = self._digits[:-1]
        elif key.isascii() and key.isdigit() and len(self._digits) < DIGITS:
            self._digits += key
        self._show()

    def _sure(self) -> None:
        wanted = self.look.people.wanted
        if wanted is None:
            self.desk.home()
            return
        held = request_of(wanted.request)
        item = ItemId(wanted.params.get("item", ""))
        check = c.CheckAge(item, self.age)
        if self._digits:
            check = c.CheckAge(item, self.age, AgeMethod.DATE_OF_BIRTH, self._digits)

        def then() -> None:
            self.desk.home()
            if held is not None:
                self.desk.submit(held)

        self.desk.submit(check, done=then)

    def _refuse(self) -> None:
        wanted = self.look.people.wanted
        if wanted is not None:
            item = ItemId(wanted.params.get("item", ""))
            self.desk.submit(c.RefuseAge(item, self.age))
        self.desk.home()

    def _leave(self) -> None:
        self.desk.submit(c.NeverMind())
        self.desk.home()
