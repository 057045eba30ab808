"""What is typed about a person: the name, and the PIN that the person chooses."""

from __future__ import annotations

from appliance.core import commands as c
from appliance.core.refusal import Refusal
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.base import NumPadScreen
from appliance.ui.screens.pins import PIN_DIGITS_MAX, PIN_DIGITS_MIN
from appliance.ui.screens.staff_list import person_of
from appliance.ui.screens.text import TextScreen
from appliance.ui.theme import TYPE
from appliance.ui.widgets.box import NOWHERE
from appliance.ui.widgets.field import NumberField
from appliance.ui.widgets.key import Kind
from appliance.ui.widgets.numpad import NumPad
from appliance.ui.words import N_


class PersonNameScreen(TextScreen):
    """As the till greets and receipts print it."""

    placeholder = N_("Name")
    icon = "person"
    done = N_("Next")

    def build_rest(self) -> None:
        self.staff = ""
        self._words = NOWHERE
        self.back.action = self._leave

    def enter(self, staff: str = "", called: str = "", **_how: object) -> None:
        """staff: who is called otherwise from now on; nobody: a new person."""
        self.staff, self.board_wanted = staff, True
        person = person_of(self.look, staff)
        self.set_text(person.name if person else called)

    def arrange_rest(self, area: Rect) -> None:
        self._words = area

    def paint(self, pen: Pen) -> None:
        sizes, text = self.kit.measures, self.kit.t("The name stands on receipts and reports.")
        size, area = sizes.type(TYPE.body), self._words.inset(sizes.px(24), sizes.px(10))
        pen.text(text, area, size, self.kit.palette.quiet, align="center", lines=2)

    def finished(self) -> None:
        name, person = self.text.strip(), person_of(self.look, self.staff)
        if not name:
            return
        if person is None:
            self.desk.go("person_role", called=name)
            return
        request = c.PutPerson(name, person.role, person.id)
        self.desk.submit(request, done=self._leave)

    def _leave(self) -> None:
        if self.staff:
            self.desk.go("person", staff=self.staff)
        else:
            self.desk.go("staff_list")

    def scanned(self) -> None:
        """A stray scan is goods or a badge, no name; what was typed stays."""


class PersonPinScreen(NumPadScreen):
    """Typed twice by the person himself, unseen."""

    def build(self) -> None:
        kit = self.kit
        self.staff = self._first = self._pin = ""
        self._panel = NOWHERE
        self.field = NumberField(kit, "", size=TYPE.total)
        self.pad = NumPad(kit, self._press, corner="")
        self.add_widget(self.field)
        self.add_widget(self.pad)
        self.back = self.key(kit.t("Back"), self._leave, hotkey="escape")
        self.apply = self.key("", self._entered, Kind.PRIMARY, hotkey="enter")

    def enter(self, staff: str = "", **_how: object) -> None:
        self.staff = staff
        self._again()

    def leave(self) -> None:
        """No PIN stays on a page that is left."""
        self._first = self._pin = ""

    def _again(self) -> None:
        self._first = self._pin = ""
        self._show()

    def arrange(self, rect: Rect) -> None:
        sizes = self.kit.measures
        pay, rest = rect.cut_bottom(sizes.pay_height, sizes.px(10))
        self._panel, right = self.halves(rest, 500, 400)
        field, pad = right.cut_top(max(sizes.px(78), 58), sizes.px(10))
        self.field.place(field)
        self.pad.place(pad)
        back, go = pay.cut_left(pay.w // 4, sizes.gap)
        self.back.place(back)
        self.apply.place(go)

    def paint(self, pen: Pen) -> None:
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        self.panel(pen, self._panel)
        area = self._panel.inset(sizes.px(24), sizes.px(18))
        person = person_of(self.look, self.staff)
        head, area = area.cut_top(sizes.px(64))
        name = person.name if person else ""
        pen.text(name, head, sizes.type(TYPE.main_key), palette.ink, bold=True, lines=2)
        text = kit.t(
            "Choose 4 to 8 digits and type them yourself, twice. Not 1111, 1234 or a year."
        )
        pen.text(text, area, sizes.type(TYPE.title), palette.quiet, valign="top", lines=6)

    def _show(self, wrong: str = "") -> None:
        t = self.kit.t
        label = t("The same once more") if self._first else t("The new PIN")
        self.field.set("•" * len(self._pin), placeholder="", label=label, wrong=wrong)
        ready = len(self._pin) >= PIN_DIGITS_MIN
        self.apply.change(title=t("Set the PIN") if self._first else t("Next"), enabled=ready)
        self.redraw()

    def _press(self, key: str) -> None:
        if key == "back":
            self._pin = self._pin[:-1]
        elif key.isascii() and key.isdigit() and len(self._pin) < PIN_DIGITS_MAX:
            self._pin += key
        self._show()

    def _entered(self) -> None:
        if len(self._pin) < PIN_DIGITS_MIN:
            return
        if not self._first:
            self._first, self._pin = self._pin, ""
            self._show()
            return
        pin, same = self._pin, self._pin == self._first
        self._again()
        if not same:
            self._show(self.kit.t("Not the same: type both again"))
            return
        self.desk.submit(c.SetPin(self.staff, pin), done=self._set, refused=self._refused)

    def _set(self) -> None:
        self._leave()
        self.desk.tell_key("pin_set")

    def _refused(self, _refusal: Refusal) -> None:
        self._show()

    def _leave(self) -> None:
        self.desk.go("person", staff=self.staff)
