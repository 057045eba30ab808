"""Who works here: everybody in a list, and one person's page with all that a manager may change."""

from __future__ import annotations

from functools import partial

from appliance.core import commands as c
from appliance.core.people_look import PersonLook
from appliance.core.view import Look
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.base import Screen
from appliance.ui.screens.lists import ListScreen
from appliance.ui.sentences.people import role
from appliance.ui.theme import TYPE
from appliance.ui.widgets.box import NOWHERE
from appliance.ui.widgets.key import Key, Kind
from appliance.ui.words import N_


def person_of(look: Look, staff: str) -> PersonLook | None:
    return next((it for it in look.people.staff if it.id == staff), None)


class StaffListScreen(ListScreen):
    """A touch on a name opens the person's page."""

    title = N_("People")
    nothing = N_("Nobody yet. Add the manager first.")

    def build_ways(self) -> None:
        self.back.action = lambda: self.desk.go("more")
        self.new = self.key(
            self.kit.t("New person"), lambda: self.desk.go("person_name"), Kind.WAY, icon="plus"
        )
        self.ways = [self.new]

    def count(self) -> int:
        return len(self.look.people.staff)

    def paint_row(self, pen: Pen, index: int, rect: Rect, pressed: bool) -> None:
        t, person = self.kit.t, self.look.people.staff[index]
        area = self.paint_ground(pen, index, rect)
        has = [t("PIN")] if person.has_pin else []
        has += [t("badge")] if person.has_badge else []
        note = " · ".join((role(t, person.role), *(has or [t("no PIN, no badge")])))
        self.paint_two(pen, area, person.name, note)

    def tapped(self) -> None:
        self.desk.go("person", staff=self.look.people.staff[self.chosen].id)


class PersonScreen(Screen):
    """What is known at the left, what can be changed at the right."""

    def build(self) -> None:
        self.staff = self.name = ""
        self._panel = NOWHERE
        self._sure = False
        self.back = self.key(
            self.kit.t("Back"), lambda: self.desk.go("staff_list"), hotkey="escape"
        )
        self.pin = self._way("PIN", "lock", lambda: self.desk.go("person_pin", staff=self.staff))
        self.badge = self._way(N_("Give a badge"), "tag", self._aim)
        self.block = self._way(N_("Badge is lost"), "cancel", self._block)
        self.rename = self._way(
            N_("Another name"), "person", lambda: self.desk.go("person_name", staff=self.staff)
        )
        self.role = self._way(
            N_("Another role"), "shield", lambda: self.desk.go("person_role", staff=self.staff)
        )
        self.remove = self._way(N_("Works here no more"), "bin", self._remove, Kind.DANGER)
        self.ways = (self.pin, self.badge, self.block, self.rename, self.role, self.remove)

    def _way(self, title: str, icon: str, action: object, kind: Kind = Kind.PLAIN) -> Key:
        return self.key(self.kit.t(title), action, kind, icon=icon, size=TYPE.title)  # type: ignore[arg-type]

    def enter(self, staff: str = "", called: str = "", **_how: object) -> None:
        """called: of somebody who was added just now, whose id the next view tells."""
        self.staff, self.name = staff, called
        self._sure = False

    def leave(self) -> None:
        if self.look.people.badge_for:
            self.desk.submit(c.AimBadge())

    @property
    def person(self) -> PersonLook | None:
        return person_of(self.look, self.staff)

    @property
    def waits(self) -> bool:
        """Whether the next code is this person's badge."""
        return bool(self.staff) and self.look.people.badge_for == self.staff

    def update(self, look: Look, before: Look) -> None:
        if not self.staff and self.name:
            found = [it.id for it in look.people.staff if it.name == self.name]
            self.staff = found[-1] if found else ""
        t, person = self.kit.t, self.person
        for key in self.ways:
            key.change(enabled=person is not None)
        if person is not None:
            self.pin.change(title=t("Another PIN") if person.has_pin else t("Set a PIN"))
            again = t("Another badge") if person.has_badge else t("Give a badge")
            self.badge.change(title=again, kind=Kind.WAY if self.waits else Kind.PLAIN)
            self.block.change(enabled=person.has_badge)
            title = t("Touch again: {name} leaves") if self._sure else t("Works here no more")
            self.remove.change(title=title.format(name=person.name))
        self.redraw()

    def arrange(self, rect: Rect) -> None:
        sizes = self.kit.measures
        foot, area = rect.cut_bottom(sizes.pay_height, sizes.px(10))
        self.back.place(foot.cut_left(foot.w // 4)[0])
        self._panel, right = self.halves(area, left=430, narrow=330)
        for key, place in zip(self.ways, right.grid(2, 3, sizes.gap), strict=True):
            key.place(place)

    def paint(self, pen: Pen) -> None:
        self.panel(pen, self._panel)
        person, t = self.person, self.kit.t
        if person is None:
            return
        sizes, palette = self.kit.measures, self.kit.palette
        area = self._panel.inset(sizes.px(20), sizes.px(16))
        head, area = area.cut_top(sizes.px(64))
        size = sizes.type(TYPE.main_key)
        pen.text(person.name, head, size, palette.ink, bold=True, lines=2)
        rows = (
            (t("Role"), role(t, person.role)),
            (t("PIN"), t("set") if person.has_pin else t("none")),
            (t("Badge"), t("given") if person.has_badge else t("none")),
        )
        for label, value in rows:
            row, area = area.cut_top(sizes.px(42))
            self.row_text(pen, row, label, value)
        text, ink = t("A PIN or a badge is needed to sign in."), palette.quiet
        if self.waits:
            text, ink = t("Scan the badge now, or hold the card to its reader."), palette.accent
        elif person.has_pin or person.has_badge or not self.look.people.guarded:
            text = ""
        pen.text(text, area, sizes.type(TYPE.title), ink, bold=self.waits, lines=4)

    def _aim(self) -> None:
        self.desk.submit(c.AimBadge("" if self.waits else self.staff))

    def _block(self) -> None:
        self.desk.submit(
            c.BlockBadge(self.staff), done=partial(self.desk.tell_key, "badge_blocked")
        )

    def _remove(self) -> None:
        """What cannot be taken back, as the PIN is gone with it, takes two touches."""
        if not self._sure:
            self._sure = True
            self.update(self.look, self.look)
            return
        self._sure = False
        self.desk.submit(
            c.RemovePerson(self.staff),
            done=lambda: self.desk.go("staff_list"),
            refused=lambda _: self.update(self.look, self.look),
        )

    def scanned(self) -> None:
        """A scan here is the badge; the page stays."""


class PersonRoleScreen(Screen):
    """One key a role; a touch gives it."""

    def build(self) -> None:
        self._head = NOWHERE
        self.staff = self.name = ""
        self.keys: dict[str, Key] = {}
        self.back = self.key(self.kit.t("Back"), self._leave, hotkey="escape")

    def enter(self, staff: str = "", called: str = "", **_how: object) -> None:
        """staff: whose role; else called: of somebody new."""
        person = person_of(self.look, staff)
        self.staff, self.name = staff, person.name if person else called
        for key in self.keys.values():
            self.remove_widget(key)
        self.keys = {
            it: self.key(
                role(self.kit.t, it).capitalize(),
                partial(self._give, it),
                Kind.WAY if person and person.role == it else Kind.PLAIN,
                size=TYPE.title,
            )
            for it in self.look.people.roles
        }

    def arrange(self, rect: Rect) -> None:
        sizes = self.kit.measures
        foot, area = rect.cut_bottom(sizes.pay_height, sizes.px(10))
        self.back.place(foot.cut_left(foot.w // 4)[0])
        self._head, area = area.cut_top(sizes.px(56), sizes.px(6))
        columns = 2 if sizes.portrait else 3
        rows = max(2, -(-len(self.keys) // columns))
        for key, place in zip(
            self.keys.values(), area.grid(columns, rows, sizes.gap), strict=False
        ):
            key.place(place)

    def paint(self, pen: Pen) -> None:
        size = self.kit.measures.type(TYPE.main_key)
        area = self._head.inset(self.kit.measures.px(6), 0)
        text = self.kit.t("What is {name} here?").format(name=self.name)
        pen.text(text, area, size, self.kit.palette.ink, bold=True)

    def _give(self, chosen: str) -> None:
        self.desk.submit(c.PutPerson(self.name, chosen, self.staff), done=self._leave_done)

    def _leave_done(self) -> None:
        self.desk.go("person", staff=self.staff, called=self.name)

    def _leave(self) -> None:
        if self.staff:
            self.desk.go("person", staff=self.staff)
        else:
            self.desk.go("person_name", called=self.name)
