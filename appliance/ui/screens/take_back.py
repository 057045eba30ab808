"""Goods that come back: how many, why, and where they go; whatever stands at the left."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

from appliance.core.facts import Restock
from appliance.ui.entry import Entry
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.base import Screen
from appliance.ui.screens.number import PadScreen
from appliance.ui.theme import TYPE
from appliance.ui.widgets.box import NOWHERE
from appliance.ui.widgets.key import Kind
from appliance.ui.words import N_

REASONS = (N_("Did not suit"), N_("Defect"), N_("Wrong item"), N_("Other reason"))
PLACES = {
    Restock.SHELF: N_("To the shelf"),
    Restock.SCRAP: N_("Write off"),
    Restock.SUPPLIER: N_("To the supplier"),
}
WEIGHT_STEP = Decimal("0.1")


class TakeBackScreen(Screen):
    """The right half: how many of the chosen line, where they go, why, and the way on."""

    def build(self) -> None:
        kit, t = self.kit, self.kit.t
        self.reason = 0
        self._panel = self._head = self._words = self._title = NOWHERE
        self.less = self.key("", lambda: self.step(-1), icon="minus", size=TYPE.digit)
        self.many = self.key("", self.ask_many, size=TYPE.amount)
        self.more = self.key("", lambda: self.step(1), icon="plus", size=TYPE.digit)
        self.places = {
            place: self.key(t(title), partial(self.put, place), size=TYPE.body)
            for place, title in PLACES.items()
        }
        self.reasons = [
            self.key(t(title), partial(self._because, at), size=TYPE.body)
            for at, title in enumerate(REASONS)
        ]
        self.back = self.key(t("Back"), self.go_back, hotkey="escape")
        self.apply = self.key(t("Take back"), self.finish, Kind.PRIMARY, hotkey="enter")
        self.build_list(kit.measures.px(64))

    def build_list(self, row_height: int) -> None:
        """What stands at the left."""

    # What a kind of return says of itself

    heading = ""
    note = ""
    note_warns = False

    def name(self) -> str:
        raise NotImplementedError

    def counted(self) -> str:
        """How many of the chosen one, as the screen shows it."""
        raise NotImplementedError

    def place_of(self) -> Restock:
        raise NotImplementedError

    def amount_minor(self) -> int:
        raise NotImplementedError

    def step(self, by: int) -> None:
        raise NotImplementedError

    def ask_many(self) -> None:
        """A touch on the number: it is typed."""

    def put(self, place: Restock) -> None:
        raise NotImplementedError

    def finish(self) -> None:
        raise NotImplementedError

    def go_back(self) -> None:
        self.desk.go("returns")

    def ways(self) -> tuple[tuple[float, ...], list[object]]:
        """The keys below, with their widths."""
        return (0.3, 0.7), [self.back, self.apply]

    def _because(self, at: int) -> None:
        self.reason = at
        self.show_choice()

    @property
    def reason_text(self) -> str:
        return self.kit.t(REASONS[self.reason])

    def show_choice(self) -> None:
        for place, key in self.places.items():
            key.change(kind=Kind.WAY if place is self.place_of() else Kind.PLAIN)
        for at, key in enumerate(self.reasons):
            key.change(kind=Kind.WAY if at == self.reason else Kind.PLAIN)
        self.many.change(title=self.counted())
        amount = self.amount_minor()
        title = self.kit.t("Take back")
        title = f"{title} {self.kit.amount(amount)}" if self.ready() else title
        self.apply.change(title=title, enabled=self.ready())
        self.redraw()

    def ready(self) -> bool:
        return True

    def arrange(self, rect: Rect) -> None:
        sizes = self.kit.measures
        left, right = self.halves(rect, left=470, narrow=360)
        self._panel = left
        self._head, body = left.cut_top(sizes.px(64))
        self._words = self._head
        self.arrange_list(body)
        pay, right = right.cut_bottom(sizes.pay_height, sizes.px(10))
        weights, keys = self.ways()
        for key, place in zip(keys, pay.columns(weights, sizes.gap), strict=True):
            key.place(place)  # type: ignore[attr-defined]
        gap = sizes.px(8)
        self._title, steps, where, whys = right.rows((0.55, 1.1, 0.9, 1.9), gap)
        less, many, more = steps.columns((1, 1.5, 1), sizes.gap)
        self.less.place(less)
        self.many.place(many)
        self.more.place(more)
        for key, place in zip(self.places.values(), where.columns(3, sizes.gap), strict=True):
            key.place(place)
        for key, place in zip(self.reasons, whys.grid(2, 2, sizes.gap), strict=True):
            key.place(place)

    def arrange_list(self, area: Rect) -> None:
        """Places what stands at the left."""

    def paint(self, pen: Pen) -> None:
        sizes, palette = self.kit.measures, self.kit.palette
        self.panel(pen, self._panel)
        head, note = self._words.inset(sizes.px(16), sizes.px(6)).rows((1.2, 1))
        title = sizes.type(TYPE.title)
        pen.text(self.heading, head, title, palette.ink, bold=True)
        tone = palette.warn if self.note_warns else palette.quiet
        pen.text(self.note, note, sizes.type(TYPE.small), tone)
        pen.fill(Rect(self._head.x + 1, self._head.y, self._head.w - 2, sizes.hair), palette.line)
        pen.text(self.name(), self._title, title, palette.ink, bold=True, lines=2)


class ReturnManyScreen(PadScreen):
    """How much comes back, typed: half a bag of apples, seven of forty bolts."""

    def enter(self, **how: Any) -> None:
        """title, unit; most: no more than that; to: the page that asks; then: called with it."""
        self.heading, self.unit, self.most = how["title"], how["unit"], how.get("most")
        self.to, self.then = how["to"], how["then"]
        self.entry = Entry(decimals=self.unit.decimals, whole_max=6)
        self.pad.set_corner("." if self.unit.decimals else "00")
        self.back.action = lambda: self.desk.go(self.to)

    def show_entry(self) -> None:
        kit, value = self.kit, self.entry.value
        wrong = ""
        if value is not None and self.most is not None and value > self.most:
            wrong = kit.t("{left} left").format(left=kit.quantity(self.most, self.unit))
        shown, unit = self.entry.shown(kit.point), kit.unit(self.unit)
        label = kit.t("Comes back")
        self.field.set(shown, placeholder="0", unit=unit, label=label, wrong=wrong)
        self.apply.change(enabled=bool(value) and not wrong)

    def finished(self) -> None:
        if self.apply.face.enabled:
            value = self.entry.value
            self.desk.go(self.to)
            self.then(value)
