"""Names and PINs: who takes the till over, who unlocks it, and who allows what a cashier may not."""

from __future__ import annotations

from functools import partial
from typing import Any

from appliance.core import commands as c
from appliance.core.people_look import PersonLook
from appliance.core.refusal import Reason
from appliance.core.view import Look
from appliance.ui import words
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.base import Screen
from appliance.ui.sentences.people import role
from appliance.ui.theme import TYPE
from appliance.ui.widgets.box import NOWHERE
from appliance.ui.widgets.field import NumberField
from appliance.ui.widgets.key import Kind
from appliance.ui.widgets.numpad import NumPad

PEOPLE_MAX = 10
"""Names on one page; of more than these, one place turns the page."""
PAGES = {"see_signals": "signals", "print_signals": "signals"}
"""What is opened once somebody allowed it; everything else goes on where it was."""
PIN_DIGITS_MAX = 8
PIN_DIGITS_MIN = 4


class PinScreen(Screen):
    """Names at the left, the PIN of the chosen one at the right. A badge does it all alone."""

    go_title = words.N_("Sign in")

    def build(self) -> None:
        kit, t = self.kit, self.kit.t
        self._head = NOWHERE
        self._pin = ""
        self.chosen = ""
        self.people: tuple[PersonLook, ...] = ()
        self.page = 0
        self.others = self.key(t("Others"), self._turn, icon="right", size=TYPE.title)
        self.tiles = [
            self.key("", partial(self.choose, at), icon="person", size=TYPE.title)
            for at in range(PEOPLE_MAX)
        ]
        self.field = NumberField(kit, "", size=TYPE.total)
        self.pad = NumPad(kit, self._press, corner="")
        self.add_widget(self.field)
        self.add_widget(self.pad)
        self.back = self.key(t("Back"), self.give_up, hotkey="escape")
        self.enter_key = self.key(t(self.go_title), self._entered, Kind.PRIMARY, hotkey="enter")

    # What the two pages differ in.

    def who(self, look: Look) -> tuple[PersonLook, ...]:
        """Whose names stand here."""
        raise NotImplementedError

    def heading(self) -> str:
        raise NotImplementedError

    def hand_in(self, staff: str, pin: str) -> None:
        """The name, with its PIN where one is asked for."""
        raise NotImplementedError

    def give_up(self) -> None:
        self.desk.home()

    @property
    def may_leave(self) -> bool:
        return True

    # What they share.

    def _here(self, look: Look) -> tuple[PersonLook, ...]:
        """The names of this page."""
        everyone = self.who(look)
        if len(everyone) <= PEOPLE_MAX:
            return everyone
        size = PEOPLE_MAX - 1
        self.page %= -(-len(everyone) // size)
        return everyone[self.page * size : (self.page + 1) * size]

    def _turn(self) -> None:
        self.page, self.chosen, self._pin = self.page + 1, "", ""
        self.update(self.look, self.look)

    def enter(self, **_how: Any) -> None:
        self._pin, self.page = "", 0
        people = self._here(self.look)
        usual = self.look.cashier if any(p.id == self.look.cashier for p in people) else ""
        self.chosen = people[0].id if len(people) == 1 else usual

    def leave(self) -> None:
        """No PIN stays on a page that is left."""
        self._pin = ""

    def update(self, look: Look, before: Look) -> None:
        people = self._here(look)
        if people != self.people:
            self.people = people
            self.arrange(self.rect)
        for person, key in zip(people, self.tiles, strict=False):
            here = person.id == self.chosen
            subtitle = role(self.kit.t, person.role)
            kind = Kind.WAY if here else Kind.PLAIN
            key.change(title=person.name, subtitle=subtitle, kind=kind)
        self._show_pin()
        self.redraw()

    def arrange(self, rect: Rect) -> None:
        if not rect.w:
            return
        sizes, guarded = self.kit.measures, self.look.people.guarded
        pay, rest = rect.cut_bottom(sizes.pay_height, sizes.px(10))
        self._head, rest = rest.cut_top(max(sizes.px(66), 54), sizes.px(6))
        left, right = self.halves(rest, 500, 400) if guarded else (rest, NOWHERE)
        self._lay_tiles(left, wide=not guarded)
        back, go = pay.cut_left(pay.w // 4, sizes.gap)
        if self.may_leave:
            self.show(self.back, back)
        else:
            self.hide(self.back)
        for widget in (self.field, self.pad, self.enter_key):
            if not guarded:
                self.hide(widget)
        if guarded:
            field, pad = right.cut_top(max(sizes.px(78), 58), sizes.px(10))
            self.show(self.field, field)
            self.show(self.pad, pad)
            self.show(self.enter_key, go.cut_right(right.w if not sizes.portrait else go.w)[0])

    def _lay_tiles(self, area: Rect, *, wide: bool) -> None:
        sizes, count = self.kit.measures, len(self.people)
        more = len(self.who(self.look)) > PEOPLE_MAX
        columns = 4 if wide and not sizes.portrait else 2
        rows = max(1, -(-(PEOPLE_MAX if more else count) // columns))
        height = min(area.h, rows * sizes.px(112) + (rows - 1) * sizes.gap)
        places = area.cut_top(height)[0].grid(columns, rows, sizes.gap)
        low = rows > 3
        for key in (*self.tiles, self.others):
            key.change(icon="" if low else "right" if key is self.others else "person")
        for at, key in enumerate(self.tiles):
            if at < count:
                self.show(key, places[at])
            else:
                self.hide(key)
        if more:
            self.show(self.others, places[PEOPLE_MAX - 1])
        else:
            self.hide(self.others)

    def paint(self, pen: Pen) -> None:
        sizes = self.kit.measures
        area = self._head.inset(sizes.px(6), 0)
        size = sizes.type(TYPE.main_key)
        pen.text(self.heading(), area, size, self.kit.palette.ink, bold=True, lines=2)

    def choose(self, at: int) -> None:
        if at >= len(self.people):
            return
        self.chosen, self._pin = self.people[at].id, ""
        if not self.look.people.guarded:
            self.hand_in(self.chosen, "")
            return
        self.update(self.look, self.look)

    def _press(self, key: str) -> None:
        if key == "back":
            self._pin = self._pin[:-1]
        elif key.isascii() and key.isdigit() and len(self._pin) < PIN_DIGITS_MAX:
            self._pin += key
        self._show_pin()

    def _show_pin(self) -> None:
        name = next((p.name for p in self.people if p.id == self.chosen), "")
        label = name or self.kit.t("Choose a name")
        self.field.set("•" * len(self._pin), placeholder="", label=label)
        ready = bool(self.chosen) and len(self._pin) >= PIN_DIGITS_MIN
        self.enter_key.change(enabled=ready)

    def _entered(self) -> None:
        if self.chosen and len(self._pin) >= PIN_DIGITS_MIN:
            pin, self._pin = self._pin, ""
            self._show_pin()
            self.hand_in(self.chosen, pin)

    def typed(self, text: str) -> bool:
        if self.look.people.guarded:
            self._press(text)
        return True

    def command(self, name: str) -> bool:
        if name == "back":
            self._press("back")
            return True
        return name == "escape" and not self.may_leave


class StaffScreen(PinScreen):
    """Who is at the till; and all there is to see while it is locked."""

    def enter(self, then_open: int | None = None, chosen: str = "", **how: Any) -> None:
        """chosen: whose turn it is; he still has to prove it."""
        self.then_open = then_open
        super().enter(**how)
        self.chosen = chosen or self.chosen

    @property
    def may_leave(self) -> bool:
        return not self.look.people.locked

    def who(self, look: Look) -> tuple[PersonLook, ...]:
        known = tuple(PersonLook(id_, name, "") for id_, name in self.desk.settings.cashiers)
        return look.people.staff or known

    def heading(self) -> str:
        t, people = self.kit.t, self.look.people
        if not people.locked:
            return t("Who is at the till? Touch the name or scan the badge.")
        if people.basket_waits:
            return t("The till is locked, a basket waits. Touch your name or scan your badge.")
        return t("The till is locked. Touch your name or scan your badge.")

    def hand_in(self, staff: str, pin: str) -> None:
        then_open = self.then_open

        def here() -> None:
            self.desk.home()
            if then_open is not None:
                self.desk.submit(c.OpenShift(then_open))

        self.desk.submit(c.SignIn(staff, pin), done=here)


class ApproveScreen(PinScreen):
    """What the cashier may not, and who may: his PIN or badge does it at once, and once only."""

    go_title = words.N_("Allow it")

    def who(self, look: Look) -> tuple[PersonLook, ...]:
        wanted = look.people.wanted
        by = wanted.by if wanted is not None else ()
        return tuple(person for person in look.people.staff if person.id in by)

    def heading(self) -> str:
        wanted = self.look.people.wanted
        if wanted is None:
            return ""
        key = Reason.PERMISSION_NEEDED.value
        return words.sentence(self.kit.t, key, wanted.params, self.kit.language)

    def give_up(self) -> None:
        self.desk.submit(c.NeverMind())
        self.desk.home()

    def hand_in(self, staff: str, pin: str) -> None:
        wanted = self.look.people.wanted
        if wanted is None:
            self.desk.home()
            return
        page = PAGES.get(wanted.request.get("command", ""), "")
        then = partial(self.desk.go, page) if page else self.desk.home
        self.desk.submit(c.Approved(wanted.request, staff, pin), done=then)
