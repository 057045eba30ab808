"""A number for something named: how many of the next item, a weight, a price, a basket discount."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from appliance.core import commands as c
from appliance.core.facts import Discount
from appliance.core.item import Item
from appliance.core.money import exponent
from appliance.core.view import Look
from appliance.ui.entry import Entry, money_entry
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.base import NumPadScreen
from appliance.ui.theme import TYPE
from appliance.ui.widgets.box import NOWHERE
from appliance.ui.widgets.field import NumberField
from appliance.ui.widgets.key import Key, Kind
from appliance.ui.widgets.numpad import NumPad


class PadScreen(NumPadScreen):
    """Basket at the left, a named number with its pad at the right, the way on below."""

    def build(self) -> None:
        kit, t = self.kit, self.kit.t
        self.entry = Entry()
        self.heading = ""
        self._head = NOWHERE
        self.field = NumberField(kit, "")
        self.pad = NumPad(kit, self._press)
        self.add_widget(self.field)
        self.add_widget(self.pad)
        self.row: list[Key] = []
        self.back = self.key(t("Back"), self.desk.home, hotkey="escape")
        self.apply = self.key(t("Apply"), self.finished, Kind.PRIMARY, hotkey="enter")

    def update(self, look: Look, before: Look) -> None:
        self.desk.basket.update(look)
        self.show_entry()

    def arrange(self, rect: Rect) -> None:
        sizes = self.kit.measures
        self.desk.adopt(self.desk.basket, self)
        left, right = self.halves(rect)
        self.desk.basket.place(left)
        self._head, right = right.cut_top(max(sizes.px(52), 44), sizes.px(6))
        pay, right = right.cut_bottom(sizes.pay_height, sizes.px(10))
        back, done = pay.cut_left(round(pay.w * 0.34), sizes.gap)
        self.back.place(back)
        self.apply.place(done)
        field, right = right.cut_top(max(sizes.px(72), 54), sizes.px(10))
        self.field.place(field)
        if self.row:
            row, right = right.cut_top(sizes.touch(58), sizes.px(10))
            for key, place in zip(self.row, row.columns(len(self.row), sizes.gap), strict=True):
                key.place(place)
        self.pad.place(right)

    def paint(self, pen: Pen) -> None:
        sizes, palette = self.kit.measures, self.kit.palette
        area = self._head.inset(sizes.px(4), 0)
        pen.text(self.heading, area, sizes.type(TYPE.main_key), palette.ink, bold=True, lines=2)

    def show_entry(self) -> None:
        self.apply.change(enabled=bool(self.entry.value))

    def finished(self) -> None:
        """The way on."""

    def _press(self, key: str) -> None:
        self.entry = self.entry.typed(key)
        self.show_entry()

    def scanned(self) -> None:
        text = self.entry.shown(self.kit.point)
        self.entry = self.entry.typed("clear")
        self.desk.home()
        if text:
            self.desk.sounds.play("cleared")
            self.desk.tell_key("entry_cleared", text=text)


class NumberScreen(PadScreen):
    """ask: "multiplier" for the next item, "weight" or "price" of the item given."""

    def enter(self, ask: str = "multiplier", item: Item | None = None, **_how: object) -> None:
        self.ask, self.item = ask, item
        t = self.kit.t
        self.entry = {
            "multiplier": Entry(whole_max=4),
            "weight": Entry(decimals=3, whole_max=4),
            "price": money_entry(self.kit.currency),
        }[ask]
        self.pad.set_corner(self.entry.corner)
        self.heading = item.name if item else t("How many of the next item?")
        self.label = {
            "multiplier": t("Next item"),
            "weight": t("Weight"),
            "price": t("Price"),
        }[ask]
        self.unit = {"multiplier": "×", "weight": t("kg"), "price": ""}[ask]
        self.currency = self.kit.currency if ask == "price" else ""

    def show_entry(self) -> None:
        shown = self.entry.shown(self.kit.point)
        self.field.set(
            shown, placeholder="0", unit=self.unit, currency=self.currency, label=self.label
        )
        super().show_entry()

    def finished(self) -> None:
        value, minor = self.entry.value, self.entry.minor(exponent(self.kit.currency))
        if not value or minor is None:
            return
        self.entry = self.entry.typed("clear")
        self.desk.home()
        if self.item is None:
            self.desk.multiplier = value
            self.desk.home()
        elif self.ask == "weight":
            self.desk.submit(c.SellItem(self.item.id, value))
        else:
            self.desk.submit(c.SellItem(self.item.id, None, minor))


PRESETS = (3, 5, 7, 10, 15)


class DiscountScreen(PadScreen):
    """A discount on the whole basket: a preset percent, or an amount typed."""

    def build(self) -> None:
        super().build()
        kit = self.kit
        self.heading = kit.t("Discount on the whole basket")
        self.percent = True
        for preset in PRESETS:
            title = kit.percent(-Decimal(preset))
            give = partial(self._give, Discount(percent=Decimal(preset)))
            self.row.append(self.key(title, give, Kind.WAY, size=TYPE.body))
        self.kind = self.key("", self._turn, size=TYPE.title)
        self.none = self.key(kit.t("None"), partial(self._give, None), Kind.DANGER)
        self.row += [self.none]

    def enter(self, **_how: object) -> None:
        self._set(percent=True)

    def _set(self, *, percent: bool) -> None:
        self.percent = percent
        self.entry = Entry(decimals=1, whole_max=3) if percent else money_entry(self.kit.currency)
        self.pad.set_corner(self.entry.corner)
        self.kind.change(title=f"% › {self.kit.symbol}" if percent else f"{self.kit.symbol} › %")

    def _turn(self) -> None:
        self._set(percent=not self.percent)
        self.show_entry()

    def arrange(self, rect: Rect) -> None:
        super().arrange(rect)
        sizes = self.kit.measures
        kind, _ = self.field.rect.cut_right(sizes.touch(84))
        rest = Rect(self.field.rect.x, kind.y, self.field.rect.w - kind.w - sizes.gap, kind.h)
        self.field.place(rest)
        self.kind.place(kind)

    def show_entry(self) -> None:
        kit, basket = self.kit, self.look.basket
        held = basket.discount if basket else None
        self.none.change(enabled=held is not None)
        unit, currency = ("%", "") if self.percent else ("", kit.currency)
        shown = self.entry.shown(kit.point)
        self.field.set(
            shown, placeholder="0", unit=unit, currency=currency, label=kit.t("Discount")
        )
        super().show_entry()

    def _give(self, discount: Discount | None) -> None:
        self.desk.submit(c.DiscountBasket(discount), done=self.desk.home)

    def finished(self) -> None:
        value, minor = self.entry.value, self.entry.minor(exponent(self.kit.currency))
        if value and minor is not None:
            self._give(Discount(percent=value) if self.percent else Discount(amount_minor=minor))

    def typed(self, text: str) -> bool:
        if text == "%":
            self._set(percent=True)
            return True
        return super().typed(text)
