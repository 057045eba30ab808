"""What else can be done with a line: its wishes, who serves it; a page of tiles that subjects fill."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from appliance.core import commands as c
from appliance.core.facts import LineId, Modifier
from appliance.core.item import Choice, Item
from appliance.core.view import LineLook, Look
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.base import Screen
from appliance.ui.theme import TYPE
from appliance.ui.widgets.box import NOWHERE
from appliance.ui.widgets.key import Key, Kind
from appliance.ui.words import N_


def always(_line: LineLook) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class LineTile:
    """page: the screen that opens with `line=` the line's number."""

    title: str
    icon: str
    page: str
    enabled: Callable[[LineLook], bool] = always


LINE_TILES: list[LineTile] = [
    LineTile(N_("Wishes"), "plus", "wishes"),
    LineTile(N_("Who serves"), "person", "served_by"),
]
"""In the order they are shown. A subject adds its own."""


class OnLine(Screen):
    """A page about one line of the basket, which stands at its left; gone with the line."""

    def build(self) -> None:
        self.line_id: LineId | None = None
        self.back = self.key(self.kit.t("Back"), self.desk.home, hotkey="escape")

    @property
    def line(self) -> LineLook | None:
        basket = self.look.basket
        lines = basket.lines if basket else ()
        return next((line for line in lines if line.line == self.line_id), None)

    def enter(self, line: LineId | None = None, **_how: Any) -> None:
        self.line_id = line
        self.desk.adopt(self.desk.basket, self)
        self.desk.basket.update(self.look)
        self.desk.basket.select(line)

    def update(self, look: Look, before: Look) -> None:
        self.desk.basket.update(look)
        if self.line is None:
            self.desk.home()
            return
        self.show_line(self.line)
        self.redraw()

    def show_line(self, line: LineLook) -> None:
        """The line is this now."""

    def arrange(self, rect: Rect) -> None:
        sizes = self.kit.measures
        left, right = self.halves(rect)
        self.desk.basket.place(left)
        pay, body = right.cut_bottom(sizes.pay_height, sizes.px(10))
        self.arrange_ways(pay)
        self.arrange_body(body)

    def arrange_ways(self, area: Rect) -> None:
        self.back.place(area.cut_left(round(area.w * 0.4))[0])

    def arrange_body(self, area: Rect) -> None:
        raise NotImplementedError


class LineMoreScreen(OnLine):
    def build(self) -> None:
        super().build()
        self.tiles = [
            self.key(self.kit.t(tile.title), partial(self._open, tile), icon=tile.icon)
            for tile in LINE_TILES
        ]

    def show_line(self, line: LineLook) -> None:
        for key, tile in zip(self.tiles, LINE_TILES, strict=True):
            key.change(enabled=tile.enabled(line))

    def arrange_body(self, area: Rect) -> None:
        rows = max(3, -(-len(self.tiles) // 2))
        for key, place in zip(self.tiles, area.grid(2, rows, self.kit.measures.gap), strict=False):
            key.place(place)

    def _open(self, tile: LineTile) -> None:
        self.desk.go(tile.page, line=self.line_id)


class WishesScreen(OnLine):
    """Toggles of the item's choices; what is wished stands on the line at once."""

    COLUMNS = 3

    def build(self) -> None:
        super().build()
        self._empty = NOWHERE
        self.choices: tuple[Choice, ...] = ()
        self.options: list[tuple[Choice, str, int, Key]] = []
        self._heads: list[tuple[Choice, Rect]] = []

    def enter(self, line: LineId | None = None, **how: Any) -> None:
        super().enter(line, **how)
        self._offer(())
        held = self.line
        if held is None:
            return

        def found(item: Item | None) -> None:
            if item is not None and self.line is not None and self.line.item == item.id:
                self._offer(item.choices)

        self.desk.work(lambda: self.desk.shelf.by_id(held.item), found)

    def _offer(self, choices: tuple[Choice, ...]) -> None:
        for *_, key in self.options:
            self.remove_widget(key)
        self.choices = choices
        self.options = [
            (choice, name, price, self._option(choice, name, price))
            for choice in choices
            for name, price in choice.options
        ]
        if self.rect.w:
            self.arrange(self.rect)
        if self.line is not None:
            self.show_line(self.line)
        self.redraw()

    def _option(self, choice: Choice, name: str, price: int) -> Key:
        title = f"{name}\n+{self.kit.amount(price)}" if price else name
        return self.key(title, partial(self._toggle, choice, name, price), size=TYPE.body)

    def show_line(self, line: LineLook) -> None:
        wished = {wish.name for wish in line.modifiers}
        for _choice, name, _price, key in self.options:
            key.change(kind=Kind.WAY if name in wished else Kind.PLAIN)

    def arrange_body(self, area: Rect) -> None:
        self._empty, self._heads = area, []
        if not self.options:
            return
        sizes = self.kit.measures
        head, gap = sizes.px(30), sizes.gap
        rows = [-(-len(choice.options) // self.COLUMNS) for choice in self.choices]
        room = (area.h - head * len(rows)) // sum(rows) - gap
        high = min(sizes.touch(72), room)
        keys = iter(self.options)
        for choice, many in zip(self.choices, rows, strict=True):
            above, area = area.cut_top(head)
            self._heads.append((choice, above))
            body, area = area.cut_top(many * (high + gap) - gap, gap)
            for place in body.grid(self.COLUMNS, many, gap)[: len(choice.options)]:
                *_, key = next(keys)
                key.place(place)

    def paint(self, pen: Pen) -> None:
        sizes = self.kit.measures
        for choice, head in self._heads:
            pen.text(self._head(choice), head, sizes.type(TYPE.small), self.kit.palette.quiet)
        if not self.options:
            text = self.kit.t("Nothing to choose for this item. Choices stand in the catalogue.")
            size = sizes.type(TYPE.body)
            area = self._empty.inset(sizes.px(20))
            pen.text(text, area, size, self.kit.palette.quiet, align="center", lines=3)

    def _head(self, choice: Choice) -> str:
        if choice.least == choice.most == 1:
            text = self.kit.t("{name}: choose one")
        elif choice.least:
            text = self.kit.t("{name}, from {least} to {most}")
        elif choice.most > 1:
            text = self.kit.t("{name}, up to {most}")
        else:
            text = "{name}"
        return text.format(name=choice.name, least=choice.least, most=choice.most)

    def _toggle(self, choice: Choice, name: str, price: int) -> None:
        line = self.line
        if line is None:
            return
        own = {option for option, _ in choice.options}
        others = [wish for wish in line.modifiers if wish.name not in own]
        taken = [wish for wish in line.modifiers if wish.name in own]
        if any(wish.name == name for wish in taken):
            taken = [wish for wish in taken if wish.name != name]
        else:
            taken = [*taken, Modifier(name, price)][-max(1, choice.most) :]
        self.desk.submit(c.ModifyLine(line.line, (*others, *taken)))


class ServedByScreen(OnLine):
    """Who of the staff does this line."""

    PEOPLE_MAX = 12

    def build(self) -> None:
        super().build()
        people = self.desk.settings.cashiers[: self.PEOPLE_MAX]
        self.people = [
            (staff, self.key(name, partial(self._assign, staff), icon="person"))
            for staff, name in people
        ]
        nobody = self.key(self.kit.t("Nobody in particular"), partial(self._assign, ""))
        self.people.append(("", nobody))

    def show_line(self, line: LineLook) -> None:
        for staff, key in self.people:
            key.change(kind=Kind.WAY if staff == line.staff else Kind.PLAIN)

    def arrange_body(self, area: Rect) -> None:
        rows = max(4, -(-len(self.people) // 2))
        places = area.grid(2, rows, self.kit.measures.gap)
        for (_, key), place in zip(self.people, places, strict=False):
            key.place(place)

    def _assign(self, staff: str) -> None:
        if self.line_id is not None:
            self.desk.submit(c.AssignLine(self.line_id, staff), done=self.desk.home)
