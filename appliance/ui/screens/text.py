"""Screens where text is typed: a field at the top, a keyboard below, something in between."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from appliance.core import commands as c
from appliance.core.facts import LineSource
from appliance.core.item import Item, Unit
from appliance.core.refusal import Reason, Refusal
from appliance.core.view import Look
from appliance.ui import pen as pens
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.base import Screen
from appliance.ui.theme import TYPE
from appliance.ui.widgets.field import Field
from appliance.ui.widgets.key import Key, Kind
from appliance.ui.widgets.keyboard import Keyboard
from appliance.ui.widgets.rows import Rows
from appliance.ui.words import N_, in_stock


class TextScreen(Screen):
    """placeholder, icon, done: of the field and of the keyboard's green key."""

    placeholder = ""
    icon = "search"
    done = ""
    symbols = False
    """Whether what is typed may hold signs that names of goods and people have not."""
    text_max = 60

    def build(self) -> None:
        kit, t = self.kit, self.kit.t
        self.text = ""
        self.board_wanted = True
        self.field = Field(kit, t(self.placeholder), icon=self.icon, on_tap=self._show_board)
        self.add_widget(self.field)
        self.back = self.key("", self.desk.home, icon="back", hotkey="escape", size=TYPE.title)
        self.board = Keyboard(kit, self._board_key, done=t(self.done), symbols=self.symbols)
        self.build_rest()

    def build_rest(self) -> None:
        """What stands between the field and the keyboard."""

    def arrange(self, rect: Rect) -> None:
        sizes = self.kit.measures
        top, rest = rect.cut_top(sizes.field_height, sizes.px(10))
        back, field = top.cut_left(sizes.touch(64), sizes.gap)
        self.back.place(back)
        self.field.place(field)
        if self.board_wanted:
            board, rest = rest.cut_bottom(Keyboard.height(self.kit), sizes.px(10))
            self.show(self.board, board)
        else:
            self.hide(self.board)
        self.arrange_rest(rest)

    def arrange_rest(self, area: Rect) -> None:
        """Places what stands in between."""

    def changed(self) -> None:
        """The text is another one."""

    def finished(self) -> None:
        """Enter."""

    def set_text(self, text: str) -> None:
        self.text = text[: self.text_max]
        self.field.set(self.text, active=True)
        self.changed()

    def _board_key(self, key: str) -> None:
        if key == "hide":
            self.board_wanted = False
            self.place(self.rect)
        elif key == "enter":
            self.finished()
        elif key == "back":
            self.set_text(self.text[:-1])
        else:
            self.set_text(self.text + key)

    def _show_board(self) -> None:
        self.board_wanted = True
        self.place(self.rect)

    def scanned(self) -> None:
        text = self.text
        self.desk.home()
        if text:
            self.desk.sounds.play("cleared")
            self.desk.tell_key("entry_cleared", text=text)

    def typed(self, text: str) -> bool:
        self.set_text(self.text + text)
        return True

    def command(self, name: str) -> bool:
        if name == "back":
            self.set_text(self.text[:-1])
            return True
        if name == "enter":
            self.finished()
            return True
        return False


class SearchScreen(TextScreen):
    """Names as they are typed, best first; a number is looked up as a code with Enter."""

    placeholder = N_("Name or code")
    done = N_("Find")

    def build_rest(self) -> None:
        self.found: list[Item] = []
        self.left: dict[str, Decimal] = {}
        self.chosen = 0
        self._asked = self._known = self._entered = 0
        self.times: Key | None = None
        self.rows = Rows(
            self.kit,
            self._paint_row,
            row_height=max(50, self.kit.measures.px(56)),
            on_tap=self._sell,
        )
        self.add_widget(self.rows)
        self.quantity_key = self.key("", self._as_multiplier, Kind.WAY)
        self.line_key = self.key("", self._as_quantity, Kind.WAY)
        for key in (self.quantity_key, self.line_key):
            self.remove_widget(key)

    def enter(self, text: str = "", **_how: object) -> None:
        self.board_wanted = not text
        self._answered(self._asked, [])
        self.set_text(text)

    def leave(self) -> None:
        """The price check's search that goes elsewhere ends the price check; back there it aims anew."""
        self._entered = 0
        if self.look.price_check:
            self.desk.submit(c.AimScanner(price_check=False))

    def changed(self) -> None:
        """Asks the shelf; an answer to an older question is not shown."""
        self._asked += 1
        asked, text = self._asked, self.text.strip()
        if not text:
            self._answered(asked, [])
        else:
            self.desk.work(partial(self._search, text), partial(self._searched, asked))
        if self.rect.w:
            self.arrange(self.rect)

    def _search(self, text: str) -> tuple[list[Item], dict[str, Decimal]]:
        """On the worker: what was found, and what is left of it."""
        found, stock = self.desk.shelf.search(text, 30), self.desk.stock
        return found, stock.left([item.id for item in found]) if stock is not None else {}

    def _searched(self, asked: int, told: tuple[list[Item], dict[str, Decimal]]) -> None:
        if asked == self._asked:
            self.left = told[1]
        self._answered(asked, told[0])

    def _answered(self, asked: int, found: list[Item]) -> None:
        if asked != self._asked:
            return
        self.found, self.chosen, self._known = found, 0, asked
        self.rows.set_rows(len(found))
        self.rows.scroll_to(0)
        self.redraw()
        if found and self._entered == asked:
            self._sell(0)

    def arrange_rest(self, area: Rect) -> None:
        sizes = self.kit.measures
        number = self._small_number()
        if number is None:
            self.hide(self.quantity_key)
            self.hide(self.line_key)
        else:
            # A bare number could mean two more things: both are offered, neither is guessed.
            shown = self.kit.number(number)
            bar, area = area.cut_top(sizes.touch(52), sizes.gap)
            line = self.desk.basket.line
            places = bar.columns(2, sizes.gap)
            self.quantity_key.change(title=f"{shown} × {self.kit.t('next item')}")
            self.show(self.quantity_key, places[0])
            if line is not None:
                self.line_key.change(title=f"{line.name}: {shown} {self.kit.unit(line.unit)}")
                self.show(self.line_key, places[1])
            else:
                self.hide(self.line_key)
        self.rows.place(area.inset(1, 2))

    def _small_number(self) -> int | None:
        text = self.text.strip()
        return int(text) if text.isdecimal() and len(text) <= 3 and int(text) > 0 else None

    def paint(self, pen: Pen) -> None:
        sizes, palette = self.kit.measures, self.kit.palette
        area = self.rows.rect.inset(-1, -2)
        self.panel(pen, area)
        if not self.found:
            text = self.kit.t("Nothing found. Try a part of the name.")
            if self.text.strip().isdecimal():
                text = self.kit.t("No name has this. If it is a code, touch Find.")
            elif not self.text.strip():
                text = self.kit.t("Type a part of the name; mistakes are forgiven")
            place = area.inset(sizes.pad, sizes.px(8))
            size = sizes.type(TYPE.body)
            pen.text(text, place, size, palette.quiet, align="center", lines=2)

    def _paint_row(self, pen: Pen, index: int, rect: Rect, pressed: bool) -> None:
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        item = self.found[index]
        if pressed or (index == self.chosen and self.desk.keyboard_used):
            pen.fill(rect, palette.go_ground)
        pen.fill(Rect(rect.x, rect.y, rect.w, sizes.hair), palette.line)
        inner = rect.inset(sizes.pad, 0)
        price = kit.price(self.desk.price_now(item), item.unit)
        size = sizes.type(TYPE.body)
        pen.text(price, inner, size, palette.ink, bold=True, align="right")
        room = inner.w - pens.text_width(price, size, True) - sizes.px(14)
        name, note = Rect(inner.x, inner.y + 3, room, inner.h - 6).rows((1.15, 1))
        pen.text(item.name, name, size, palette.ink, valign="bottom")
        left = self.left.get(item.id)
        shown = (
            "" if left is None else f"{kit.t(in_stock(self.look))}: {kit.quantity(left, item.unit)}"
        )
        about = " · ".join(filter(None, (shown, item.category, item.plu or str(item.id))))
        pen.text(about, note, sizes.type(TYPE.note), palette.quiet, valign="top")

    def _sell(self, index: int) -> None:
        item = self.found[index]
        if self.look.price_check:
            self.desk.go("price_check")
            self.desk.submit(c.CheckPrice(item.gtins[0] if item.gtins else str(item.id)))
            return
        quantity, self.desk.multiplier = self.desk.multiplier, None
        self.text = ""
        self.desk.home()
        refused = partial(self._refused, item)
        if item.unit is Unit.KILOGRAM and quantity is None:
            self.desk.submit(c.WeighItem(item.id, LineSource.SEARCH), refused=refused)
            return
        request = c.SellItem(item.id, quantity, source=LineSource.SEARCH)
        self.desk.submit(request, refused=refused)

    def _refused(self, item: Item, refusal: Refusal) -> None:
        if refusal.reason in (Reason.NO_SCALE, Reason.WEIGHT_NEEDED):
            self.desk.go("number", item=item, ask="weight")
        elif refusal.reason is Reason.PRICE_NEEDED:
            self.desk.go("number", item=item, ask="price")

    def _as_multiplier(self) -> None:
        number = self._small_number()
        self.text = ""
        self.desk.multiplier = Decimal(number) if number else None
        self.desk.home()

    def _as_quantity(self) -> None:
        number, line = self._small_number(), self.desk.basket.line
        self.text = ""
        self.desk.home()
        if number and line is not None:
            self.desk.submit(c.ChangeQuantity(line.line, Decimal(number)))

    def finished(self) -> None:
        """Digits are a code; words take the first, or the chosen, item found."""
        text = self.text.strip()
        if text.isdecimal():
            self.text = ""
            self.desk.go("price_check" if self.look.price_check else self.desk.home_name)
            self.desk.scan(text, LineSource.TYPED)
        elif self._known != self._asked:
            # Enter came before the answer: what is shown is of half the word.
            self._entered = self._asked
        elif self.found:
            self._sell(min(self.chosen, len(self.found) - 1))

    def command(self, name: str) -> bool:
        if name in ("up", "down") and self.found:
            step = 1 if name == "down" else -1
            before, self.chosen = self.chosen, min(max(0, self.chosen + step), len(self.found) - 1)
            self.rows.repaint(before, self.chosen)
            self.rows.show_row(self.chosen)
            return True
        if name == "back" and len(self.text) <= 1:
            self.text = ""
            self.desk.home()
            return True
        return super().command(name)


class SuspendScreen(TextScreen):
    """A name to find the basket by; the time will do when there is no better one."""

    placeholder = N_("Name of the basket")
    icon = "pause"
    done = N_("Suspend")

    def build_rest(self) -> None:
        self.default = ""
        self.suspend = self.key(self.kit.t("Suspend"), self.finished, Kind.PRIMARY, hotkey="f12")

    def enter(self, **_how: object) -> None:
        self.board_wanted = True
        self.default = f"{self.kit.t('Basket')} {self.desk.now():%H:%M}"
        self.field.placeholder = self.default
        self.set_text("")

    def update(self, look: Look, before: Look) -> None:
        if look.basket is None or not look.basket.lines:
            self.desk.home()

    def changed(self) -> None:
        self.suspend.change(subtitle=self.text.strip() or self.default)

    def arrange_rest(self, area: Rect) -> None:
        sizes = self.kit.measures
        place, _ = area.cut_top(min(area.h, sizes.pay_height))
        _, right = place.cut_left(round(place.w * 0.45), sizes.gap)
        self.suspend.place(right)

    def paint(self, pen: Pen) -> None:
        basket = self.look.basket
        if basket is None:
            return
        sizes, palette = self.kit.measures, self.kit.palette
        key = self.suspend.rect
        area = Rect(self.rect.x + sizes.px(6), key.y, key.x - self.rect.x - sizes.px(16), key.h)
        count = self.kit.n("{count} line", "{count} lines", len(basket.lines))
        upper, lower = area.rows((1.2, 1))
        size = sizes.type(TYPE.digit)
        total = self.kit.money(basket.total_minor)
        pen.text(total, upper, size, palette.ink, bold=True, valign="bottom")
        pen.text(count, lower, sizes.type(TYPE.body), palette.quiet, valign="top")

    def finished(self) -> None:
        name = self.text.strip() or self.default
        self.text = ""
        self.desk.submit(c.SuspendSale(name), done=self.desk.home)
