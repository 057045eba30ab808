"""One line of the basket: its quantity, price or discount; always absolute, always named."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from appliance.core import commands as c
from appliance.core.facts import Discount, LineId
from appliance.core.item import Unit
from appliance.core.money import exponent
from appliance.core.view import LineLook, Look
from appliance.ui.entry import Entry, money_entry
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.base import Screen
from appliance.ui.theme import TYPE
from appliance.ui.widgets.box import NOWHERE
from appliance.ui.widgets.field import NumberField
from appliance.ui.widgets.key import Key, Kind
from appliance.ui.widgets.numpad import NumPad
from appliance.ui.widgets.offer_note import offer_note
from appliance.ui.words import N_

MODES = ("quantity", "price", "percent", "off")
PRESETS = (5, 10, 15, 20, 50)
REASONS = (N_("Shelf price"), N_("Damaged"), N_("Agreed"))
_TITLES = {
    "quantity": N_("Quantity"),
    "price": N_("Price"),
    "percent": N_("Discount %"),
    "off": N_("Discount"),
}


class LineScreen(Screen):
    """A preset percent is two taps: the line, the percent."""

    def build(self) -> None:
        kit, t = self.kit, self.kit.t
        self.line_id: LineId | None = None
        self.mode = "quantity"
        self.reason = REASONS[0]
        self.entry = Entry()
        self._head = NOWHERE
        self.modes = {
            mode: self.key(self._title(mode), partial(self._turn, mode), Kind.QUIET)
            for mode in MODES
        }
        self.field = NumberField(kit, "")
        self.add_widget(self.field)
        self.pad = NumPad(kit, self._press)
        self.add_widget(self.pad)
        self.presets: list[Key] = []
        self.back = self.key(t("Back"), self.desk.home, hotkey="escape")
        self.why = self.key("", self._why, icon="why")
        self.more = self.key("", self._more, icon="more")
        self.void = self.key(t("Remove"), self._void, Kind.DANGER, hotkey="delete")
        self.apply = self.key(t("Apply"), self._apply, Kind.PRIMARY, hotkey="enter")

    def _title(self, mode: str) -> str:
        title = self.kit.t(_TITLES[mode])
        return f"{title}, {self.kit.symbol}" if mode == "off" else title

    @property
    def _short(self) -> bool:
        return self.kit.measures.narrow or self.kit.measures.portrait

    @property
    def line(self) -> LineLook | None:
        basket = self.look.basket
        lines = basket.lines if basket else ()
        return next((line for line in lines if line.line == self.line_id), None)

    def enter(self, line: LineId | None = None, mode: str = "quantity", **_how: object) -> None:
        self.line_id = line if line is not None else self.line_id
        self.desk.adopt(self.desk.basket, self)
        self.desk.basket.update(self.look)
        self.desk.basket.select(self.line_id)
        self._turn(mode)

    def update(self, look: Look, before: Look) -> None:
        self.desk.basket.update(look)
        if self.line is None:
            self.desk.home()
            return
        if self.desk.basket.selected != self.line_id:
            self.desk.basket.select(self.line_id)
        self._show()

    def _turn(self, mode: str) -> None:
        self.mode = mode
        line = self.line
        unit = line.unit if line else Unit.PIECE
        if mode == "quantity":
            self.entry = Entry(decimals=unit.decimals, whole_max=6)
        elif mode == "percent":
            self.entry = Entry(decimals=1, whole_max=3)
        else:
            self.entry = money_entry(self.kit.currency)
        self.pad.set_corner(self.entry.corner)
        for name, key in self.modes.items():
            key.change(kind=Kind.CHOSEN if name == mode else Kind.QUIET)
        self._make_presets()
        if self.rect.w:
            self.arrange(self.rect)
        self._show()

    def _make_presets(self) -> None:
        for key in self.presets:
            self.remove_widget(key)
        kit, line = self.kit, self.line
        self.presets = []
        if self.mode == "price":
            for reason in REASONS:
                kind = Kind.WAY if reason == self.reason else Kind.PLAIN
                self.presets.append(self.key(kit.t(reason), partial(self._because, reason), kind))
            return
        if self.mode == "quantity" and line is not None and line.unit is Unit.PIECE:
            less = self.key("", partial(self._step, -1), icon="minus", size=TYPE.title)
            more = self.key("", partial(self._step, 1), icon="plus", size=TYPE.title)
            self.presets = [less, more]
        if self.mode == "off":
            return
        most = 4 if self._short else 5
        for percent in PRESETS[: most - len(self.presets)]:
            title = kit.percent(-Decimal(percent))
            give = partial(self._give, Discount(percent=Decimal(percent)))
            self.presets.append(self.key(title, give, Kind.WAY, size=TYPE.body))
        if line is not None and line.discount is not None:
            self.presets[-1].parent.remove_widget(self.presets.pop())
            self.presets.append(self.key(kit.t("None"), partial(self._give, None)))

    def arrange(self, rect: Rect) -> None:
        sizes = self.kit.measures
        left, right = self.halves(rect)
        self.desk.basket.place(left)
        if self._short:
            self._head = NOWHERE
        else:
            self._head, right = right.cut_top(max(sizes.px(58), 46), sizes.px(6))
        pay, right = right.cut_bottom(sizes.pay_height, sizes.px(10))
        ways = (self.back, self.why, self.more, self.void, self.apply)
        places = pay.columns((0.2, 0.12, 0.12, 0.24, 0.32), sizes.gap)
        for key, place in zip(ways, places, strict=True):
            key.place(place)
        modes, right = right.cut_top(sizes.touch(44), sizes.px(8))
        for key, place in zip(self.modes.values(), modes.columns(len(MODES), 4), strict=True):
            key.place(place)
        field, right = right.cut_top(max(sizes.px(62), 48), sizes.px(8))
        self.field.place(field)
        if self._short:
            # A low screen has no height for another row: the presets stand beside the pad.
            column, pad = right.cut_right(round(right.w * 0.24), sizes.gap)
            places = column.rows(len(self.presets), sizes.gap) if self.presets else []
            if not self.presets:
                pad = right
        else:
            presets, pad = right.cut_top(sizes.touch(52), sizes.px(8))
            places = presets.columns(max(1, len(self.presets)), sizes.gap)
        for key, place in zip(self.presets, places, strict=False):
            key.place(place)
        self.pad.place(pad)

    def paint(self, pen: Pen) -> None:
        line = self.line
        if line is None or self._head is NOWHERE:
            return
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        area = self._head.inset(sizes.px(4), 0)
        amount = kit.money(line.amount_minor)
        from appliance.ui.pen import text_width

        size = sizes.type(TYPE.digit)
        pen.text(amount, area, size, palette.ink, bold=True, align="right")
        room = area.w - text_width(amount, size, True) - sizes.px(12)
        name, note = Rect(area.x, area.y, room, area.h).rows((1.15, 1))
        pen.text(line.name, name, sizes.type(TYPE.title), palette.ink, bold=True, valign="bottom")
        text = f"{kit.quantity(line.quantity, line.unit)} × {kit.amount(line.unit_price_minor)}"
        if line.offers:
            text += f" · {offer_note(kit, line.offers)}"
        if line.discount_minor:
            text += f" · {kit.t('Discount')} {kit.amount(-line.discount_minor)}"
        pen.text(text, note, sizes.type(TYPE.small), palette.quiet, valign="top")

    def _show(self) -> None:
        line, kit = self.line, self.kit
        if line is None:
            return
        label, unit, currency, now = self._title(self.mode), "", "", ""
        if self.mode == "quantity":
            now = kit.number(line.quantity)
            unit = kit.unit(line.unit)
        elif self.mode == "price":
            now, currency = kit.amount(line.unit_price_minor), kit.currency
        elif self.mode == "percent":
            held = line.discount.percent if line.discount else None
            now, unit = kit.number(held) if held is not None else "0", "%"
        else:
            now, currency = kit.amount(line.discount_minor), kit.currency
        if self._short:
            label = line.name
        shown = self.entry.shown(kit.point)
        self.field.set(
            shown, before=now, placeholder=now, unit=unit, currency=currency, label=label
        )
        self.apply.change(enabled=bool(self.entry.text))
        self.redraw()

    # What keys do

    def _press(self, key: str) -> None:
        self.entry = self.entry.typed(key)
        self._show()

    def _because(self, reason: str) -> None:
        self.reason = reason
        self._make_presets()
        self.arrange(self.rect)

    def _step(self, by: int) -> None:
        line = self.line
        if line is None:
            return
        if line.quantity + by <= 0:
            self._void()
            return
        self.entry = self.entry.typed("clear")
        self.desk.submit(c.ChangeQuantity(line.line, line.quantity + by))

    def _give(self, discount: Discount | None) -> None:
        if self.line_id is not None:
            self.desk.submit(c.DiscountLine(self.line_id, discount), done=self.desk.home)

    def _why(self) -> None:
        self.desk.go("why", line=self.line_id)

    def _more(self) -> None:
        self.desk.go("line_more", line=self.line_id)

    def _void(self) -> None:
        if self.line_id is not None:
            line = self.line_id
            self.desk.home()
            self.desk.submit(c.VoidLine(line))

    def _apply(self) -> None:
        line, value = self.line_id, self.entry.value
        minor = self.entry.minor(exponent(self.kit.currency))
        if line is None or value is None or minor is None:
            return
        request: c.Request
        match self.mode:
            case "quantity":
                request = c.ChangeQuantity(line, value)
            case "price":
                request = c.OverridePrice(line, minor, self.kit.t(self.reason))
            case "percent":
                request = c.DiscountLine(line, Discount(percent=value))
            case _:
                request = c.DiscountLine(line, Discount(amount_minor=minor))
        self.entry = self.entry.typed("clear")
        self.desk.submit(request, done=self.desk.home, refused=lambda _why: self._show())

    def scanned(self) -> None:
        """The number was for this line only: the scan takes it off the screen, and says so."""
        text = self.entry.shown(self.kit.point)
        self.desk.home()
        if text:
            self.desk.sounds.play("cleared")
            self.desk.tell_key("entry_cleared", text=text)

    def typed(self, text: str) -> bool:
        if text == "%":
            self._turn("percent")
        else:
            self._press(text)
        return True

    def command(self, name: str) -> bool:
        if name == "back":
            self._press("back")
            return True
        if name in ("pageup", "pagedown"):
            step = 1 if name == "pagedown" else -1
            self._turn(MODES[(MODES.index(self.mode) + step) % len(MODES)])
            return True
        if name in ("up", "down"):
            self.desk.basket.step(1 if name == "down" else -1)
            self.line_id = self.desk.basket.selected
            self._turn(self.mode)
            return True
        return False
