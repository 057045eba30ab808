"""The sale: basket at the left; search, quick keys, functions and the ways to pay at the right."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal
from functools import partial
from pathlib import Path

from appliance.core import commands as c
from appliance.core.item import Item, Unit
from appliance.core.refusal import Reason, Refusal
from appliance.core.view import Look
from appliance.ui import pen as pens
from appliance.ui.port import QuickKey
from appliance.ui.rect import Rect
from appliance.ui.screens.base import Screen, just_sold
from appliance.ui.theme import TYPE
from appliance.ui.widgets.field import Field
from appliance.ui.widgets.key import Face, Key, Kind

FEW_BELOW = 10
"""A quick key tells how many are left when they are fewer: else its price is quicker to read."""


class SaleScreen(Screen):
    """Three scans and one tap on the green key are a whole sale."""

    def build(self) -> None:
        kit, t = self.kit, self.kit.t
        self.page = 0
        self.first_tab = 0
        self._keys: list[Key] = []
        self._tabs: list[Key] = []
        self._pages: tuple[object, ...] = ()
        self._left: dict[str, Decimal] = {}
        self.field = Field(
            kit, t("Scan, or type a name or a code"), on_tap=lambda: self.desk.go("search")
        )
        self.add_widget(self.field)
        self.times = self.key("", self._drop_multiplier, Kind.PLAIN, size=TYPE.title)
        self.remove_widget(self.times)
        self.functions = [
            self.key(t("Quantity"), self._quantity, hotkey="f2"),
            self.key(t("Discount"), lambda: self.desk.go("discount"), hotkey="f3"),
            self.key(t("Suspend"), self._suspend, hotkey="f4"),
            self.key(t("More"), lambda: self.desk.go("more"), hotkey="f9"),
        ]
        self.exact = self.key(
            t("Cash"),
            self._cash,
            Kind.PRIMARY,
            subtitle=t("no change · one touch"),
            hotkey="f12",
        )
        self.other = self.key(
            t("Other amount"),
            lambda: self.desk.go("cash"),
            Kind.WAY,
            size=TYPE.title,
            subtitle=t("with change"),
            hotkey="f11",
        )

    def enter(self, **_how: object) -> None:
        self.desk.adopt(self.desk.basket, self)
        self.field.set("")

    def update(self, look: Look, before: Look) -> None:
        t = self.kit.t
        self.desk.basket.update(look)
        basket = look.basket
        lines = bool(basket and basket.lines)
        for key in self.functions[:2]:
            key.change(enabled=lines or key is self.functions[0])
        if lines or not look.suspended:
            self.functions[2].change(title=t("Suspend"), enabled=lines, badge=self._parked(look))
        else:
            self.functions[2].change(title=t("Recall"), enabled=True, badge=self._parked(look))
        due = basket.cash_due_minor if basket else 0
        title = f"{t('Cash')} {self.kit.amount(due)}" if lines else t("Cash")
        subtitle = t("no change · one touch")
        if due < 0:
            title = f"{t('Give back')} {self.kit.amount(-due)}"
            subtitle = t("in cash") if self._only_cash(look) else t("the way it was paid")
        self.exact.change(title=title, subtitle=subtitle, enabled=lines)
        self.other.change(enabled=lines)
        if self._pages is not self.desk.pages:
            self._pages = self.desk.pages
            self.page = min(self.page, max(0, len(self.desk.pages) - 1))
            self._make_tabs()
            self._make_keys()
            if self.rect.w:
                self.arrange(self.rect)
            self._ask_left()
        elif just_sold(look, before):
            self._ask_left()
        self._show_multiplier()

    def _parked(self, look: Look) -> str:
        return str(len(look.suspended)) if look.suspended else ""

    def _only_cash(self, look: Look) -> bool:
        """Whether the money came in cash alone; what came otherwise goes back otherwise."""
        refunds = look.basket.refunds if look.basket else ()
        return all(it.type == "cash" for it in refunds)

    def _cash(self) -> None:
        if self._only_cash(self.look):
            self.desk.submit(c.TenderCash())
        else:
            self.desk.go("pay")

    # The right half

    def _make_tabs(self) -> None:
        for key in self._tabs:
            self.remove_widget(key)
        self._tabs = []
        for index, page in enumerate(self.desk.pages):
            kind = Kind.CHOSEN if index == self.page else Kind.QUIET
            self._tabs.append(self.key(page.name, partial(self._turn, index), kind, size=TYPE.body))
        self._tabs.append(self.key("", self._more_tabs, Kind.QUIET, icon="more"))

    def _make_keys(self) -> None:
        for key in self._keys:
            self.remove_widget(key)
        page = self.desk.pages[self.page] if self.desk.pages else None
        self._keys = []
        for quick in page.keys if page else ():
            self._keys.append(self._quick_key(quick))

    def _ask_left(self) -> None:
        """What is left of this page's goods, asked off the screen's thread after each sale."""
        stock = self.desk.stock
        if stock is None or not self.desk.pages:
            return
        items = [str(quick.item.id) for quick in self.desk.pages[self.page].keys]
        self.desk.work(lambda: stock.left(items), self._told_left)

    def _told_left(self, left: dict[str, Decimal]) -> None:
        self._left = left
        if self.desk.pages:
            for key, quick in zip(self._keys, self.desk.pages[self.page].keys, strict=False):
                key.change(badge=self._few(quick.item))

    def _price(self, item: Item) -> str:
        return "" if item.open_price else self.kit.price(self.desk.price_now(item), item.unit)

    def minute(self) -> None:
        """The happy hour has begun, or is over."""
        if self.desk.pages:
            for key, quick in zip(self._keys, self.desk.pages[self.page].keys, strict=False):
                key.change(subtitle=self._price(quick.item))

    def _few(self, item: Item) -> str:
        """How many are left, once they are few; of weighed goods in round figures."""
        left = self._left.get(item.id)
        if left is None or left >= FEW_BELOW or item.service:
            return ""
        step = Decimal(1) if left >= 1 or item.unit is Unit.PIECE else Decimal("0.1")
        round_left = max(left, Decimal(0)).quantize(step, ROUND_FLOOR)
        return self.kit.quantity(round_left, item.unit)

    def _quick_key(self, quick: QuickKey) -> Key:
        path = Path(self.desk.settings.pictures) / quick.picture if quick.picture else None
        item = quick.item
        face = Face(
            quick.label,
            subtitle=self._price(item),
            badge=self._few(item),
            strip=quick.colour.lstrip("#"),
            picture=str(path) if path is not None and path.is_file() else "",
            align="left",
        )
        key = Key(self.kit, face, partial(self._sell, quick))
        self.add_widget(key)
        return key

    def _turn(self, index: int) -> None:
        self.page = index
        for at, key in enumerate(self._tabs[:-1]):
            key.change(kind=Kind.CHOSEN if at == index else Kind.QUIET)
        self._make_keys()
        self.arrange(self.rect)
        self._ask_left()

    def _more_tabs(self) -> None:
        """The next tabs that fit; after the last ones the first again."""
        shown = [i for i, key in enumerate(self._tabs[:-1]) if key.parent is not None]
        last = shown[-1] if shown else 0
        self.first_tab = last + 1 if last + 1 < len(self._tabs) - 1 else 0
        self._turn(self.first_tab)

    def arrange(self, rect: Rect) -> None:
        sizes = self.kit.measures
        left, right = self.halves(rect)
        self.desk.basket.place(left)
        field, right = right.cut_top(sizes.field_height, sizes.px(10))
        if self.desk.multiplier is not None:
            times, field = field.cut_left(sizes.px(120), sizes.gap)
            self.show(self.times, times)
        else:
            self.hide(self.times)
        self.field.place(field)
        pay, right = right.cut_bottom(sizes.pay_height, sizes.px(10))
        exact, other = pay.cut_left(round((pay.w - sizes.gap) * 0.62), sizes.gap)
        # The one way on stands at the lower right on every screen.
        other = Rect(pay.x, pay.y, other.w, pay.h)
        exact = Rect(other.right + sizes.gap, pay.y, pay.right - other.right - sizes.gap, pay.h)
        self.exact.place(exact)
        self.other.place(other)
        functions, right = right.cut_bottom(sizes.function_height, sizes.px(10))
        for key, place in zip(
            self.functions, functions.columns(len(self.functions), sizes.gap), strict=True
        ):
            key.place(place)
        tabs, grid = right.cut_top(sizes.touch(44), sizes.px(10))
        self._arrange_tabs(tabs)
        self._arrange_keys(grid)

    def _arrange_tabs(self, area: Rect) -> None:
        sizes = self.kit.measures
        size = sizes.type(TYPE.body)
        widths = [
            pens.text_width(key.face.title, size, True) + 2 * sizes.px(16)
            for key in self._tabs[:-1]
        ]
        if self.first_tab >= len(widths):
            self.first_tab = 0
        more = sizes.touch(48)
        all_fit = sum(widths) <= area.w
        room = area.w if all_fit else area.w - more
        if all_fit:
            self.first_tab = 0
        x = area.x
        for index, key in enumerate(self._tabs[:-1]):
            fits = index >= self.first_tab and x + widths[index] <= area.x + room
            if not fits:
                self.hide(key)
                if index >= self.first_tab:
                    room = 0
                continue
            self.show(key, Rect(x, area.y, widths[index], area.h))
            x += widths[index]
        if not self._tabs:
            return
        if all_fit:
            self.hide(self._tabs[-1])
        else:
            self.show(self._tabs[-1], Rect(area.right - more, area.y, more, area.h))

    def _arrange_keys(self, area: Rect) -> None:
        """As many as can be touched well; a page longer than that is cut at the till's size."""
        sizes = self.kit.measures
        columns = 3 if sizes.narrow else 4
        rows = max(1, min(4, (area.h + sizes.gap) // (max(60, sizes.px(76)) + sizes.gap)))
        cells = area.grid(columns, rows, sizes.gap)
        for index, key in enumerate(self._keys):
            if index < len(cells):
                self.show(key, cells[index])
            else:
                self.hide(key)

    # What keys do

    def _sell(self, quick: QuickKey) -> None:
        """A piece at once; what is weighed from the scale, or by hand when there is none."""
        item = quick.item
        quantity, self.desk.multiplier = self.desk.multiplier, None
        self._show_multiplier()
        if item.unit is Unit.KILOGRAM and quantity is None:
            self.desk.submit(c.WeighItem(item.id), refused=partial(self._not_weighed, quick))
            return
        self.desk.submit(c.SellItem(item.id, quantity), refused=partial(self._not_weighed, quick))

    def _not_weighed(self, quick: QuickKey, refusal: Refusal) -> None:
        if refusal.reason in (Reason.NO_SCALE, Reason.WEIGHT_NEEDED):
            self.desk.go("number", item=quick.item, ask="weight")
        elif refusal.reason is Reason.PRICE_NEEDED:
            self.desk.go("number", item=quick.item, ask="price")

    def _quantity(self) -> None:
        line = self.desk.basket.line
        if line is None:
            self.desk.go("number", ask="multiplier")
        else:
            self.desk.go("line", line=line.line)

    def _suspend(self) -> None:
        basket = self.look.basket
        self.desk.go("suspend" if basket and basket.lines else "recall")

    def _drop_multiplier(self) -> None:
        self.desk.multiplier = None
        self._show_multiplier()

    def _show_multiplier(self) -> None:
        wanted = self.desk.multiplier is not None
        if wanted:
            number = self.kit.number(self.desk.multiplier or 0)
            self.times.change(title=f"{number} ×", subtitle=self.kit.t("next item"))
        if wanted != (self.times.parent is not None) and self.rect.w:
            self.arrange(self.rect)

    # Keyboard and scanner

    def scanned(self) -> None:
        self.field.set("")

    def typed(self, text: str) -> bool:
        if text == "*":
            self.desk.go("number", ask="multiplier")
        else:
            self.desk.go("search", text=text)
        return True

    def command(self, name: str) -> bool:
        if name in ("up", "down"):
            self.desk.basket.step(1 if name == "down" else -1)
            return True
        if name == "enter":
            line = self.desk.basket.line
            if line is not None:
                self.desk.go("line", line=line.line)
            return True
        if name == "delete":
            line = self.desk.basket.line
            if line is not None:
                self.desk.submit(c.VoidLine(line.line))
            return True
        if name in ("pageup", "pagedown") and self.desk.pages:
            step = 1 if name == "pagedown" else -1
            self._turn((self.page + step) % len(self.desk.pages))
            return True
        return False
