"""Cash: what was handed over, by banknote or by number; the change large and split into notes."""

from __future__ import annotations

from functools import partial

from appliance.core import commands as c
from appliance.core.cash import likely_tenders, split_change
from appliance.core.money import exponent
from appliance.core.view import Look
from appliance.ui import pen as pens
from appliance.ui.entry import Entry
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.base import Screen
from appliance.ui.theme import TYPE
from appliance.ui.widgets.box import NOWHERE
from appliance.ui.widgets.field import NumberField
from appliance.ui.widgets.key import Key, Kind
from appliance.ui.widgets.numpad import NumPad


class CashScreen(Screen):
    """A banknote key fills in its amount; the green key takes it."""

    def build(self) -> None:
        kit, t = self.kit, self.kit.t
        self.entry = Entry(decimals=exponent(kit.currency), whole_max=7)
        self._bill = NOWHERE
        self._notes: list[Key] = []
        self._likely: tuple[int, ...] | None = None
        self.field = NumberField(kit, t("Received"))
        self.pad = NumPad(kit, self._press, corner=".")
        self.add_widget(self.field)
        self.add_widget(self.pad)
        self.back = self.key(t("Back"), self.desk.home, hotkey="escape")
        self.hand_back = self.key(t("Hand money back"), self._hand_back, Kind.DANGER)
        self.finish = self.key(t("Finish"), self._take, Kind.PRIMARY, hotkey="f12")

    def enter(self, **_how: object) -> None:
        self.entry = self.entry.typed("clear")

    @property
    def due_minor(self) -> int:
        return self.look.basket.cash_due_minor if self.look.basket else 0

    @property
    def received_minor(self) -> int:
        typed = self.entry.minor(exponent(self.kit.currency))
        return self.due_minor if typed is None else typed

    def update(self, look: Look, before: Look) -> None:
        if look.basket is None or not look.basket.lines:
            if look.done is before.done and self.desk.name == "cash":
                self.desk.home()
            return
        likely = likely_tenders(self.due_minor, look.denominations)
        if likely != self._likely:
            self._likely = likely
            self._make_notes(likely)
        if self.rect.w:
            self.arrange(self.rect)
        self._show()

    def _make_notes(self, likely: tuple[int, ...]) -> None:
        for key in self._notes:
            self.remove_widget(key)
        colours = {d.value_minor: d.colour for d in self.look.denominations if d.is_note}
        self._notes = []
        for amount in likely:
            note = colours.get(amount) or _note_colour(amount, colours)
            self._notes.append(
                self.key(
                    self.kit.short(amount),
                    partial(self._put, amount),
                    Kind.WAY,
                    size=TYPE.digit,
                    note=note.lstrip("#"),
                )
            )
        self._notes.append(
            self.key(
                self.kit.t("exact"),
                partial(self._put, None),
                Kind.WAY,
                size=TYPE.title,
                subtitle=self.kit.amount(self.due_minor),
            )
        )

    def arrange(self, rect: Rect) -> None:
        sizes = self.kit.measures
        left, right = self.halves(rect, left=380, narrow=330)
        self._bill = left
        pay, right = right.cut_bottom(sizes.pay_height, sizes.px(10))
        back, rest = pay.cut_left(round(pay.w * 0.24), sizes.gap)
        self.back.place(back)
        if self.look.basket and self.look.basket.tenders:
            hand, rest = rest.cut_left(round(pay.w * 0.3), sizes.gap)
            self.show(self.hand_back, hand)
        else:
            self.hide(self.hand_back)
        self.finish.place(rest)
        field, right = right.cut_top(max(sizes.px(72), 56), sizes.px(10))
        self.field.place(field)
        notes, pad = right.cut_top(max(sizes.px(76), 56), sizes.px(10))
        for key, place in zip(self._notes, notes.columns(len(self._notes), sizes.gap), strict=True):
            key.place(place)
        self.pad.place(pad)

    def _show(self) -> None:
        kit = self.kit
        shown = self.entry.shown(kit.point)
        self.field.set(shown, placeholder=kit.amount(self.due_minor), unit=kit.symbol)
        enough = self.received_minor >= self.due_minor
        title = kit.t("Finish") if enough else kit.t("Take a part")
        self.finish.change(title=title, enabled=self.received_minor > 0 or self.due_minor == 0)
        self.redraw()

    def paint(self, pen: Pen) -> None:
        basket = self.look.basket
        if basket is None:
            return
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        self.panel(pen, self._bill)
        change = max(0, self.received_minor - self.due_minor)
        short = max(0, self.due_minor - self.received_minor)
        foot, above = self._bill.cut_bottom(max(sizes.px(132), 112))
        self._paint_change(pen, foot, change, short)
        area = above.inset(sizes.px(20), sizes.px(14))
        step = sizes.px(26)
        rows = [(kit.t("To pay"), basket.total_minor)]
        if basket.rounding_minor:
            rows.append((kit.t("Cash rounding"), basket.rounding_minor))
        for label, amount in rows:
            row, area = area.cut_top(step)
            size = sizes.type(TYPE.body)
            pen.text(label, row, size, palette.quiet)
            plus = "+" if amount > 0 and label != rows[0][0] else ""
            pen.text(plus + kit.amount(amount), row, size, palette.quiet, align="right")
        for tender in basket.tenders:
            row, area = area.cut_top(step)
            self.row_text(pen, row, kit.t("Received"), kit.amount(-tender.amount_minor))
        big, area = area.cut_top(max(sizes.px(62), 48))
        text = kit.money(self.due_minor)
        size = pens.fitting_size((text,), sizes.type(40), True, round(big.w * 0.76), 20)
        pen.text(text, big, size, palette.ink, bold=True, align="right")
        room = Rect(big.x, big.y, big.w - pens.text_width(text, size, True) - 6, big.h)
        pen.text(kit.t("In cash"), room, sizes.type(TYPE.body), palette.ink, lines=2)
        pen.fill(Rect(self._bill.x + 1, area.top - 2, self._bill.w - 2, sizes.hair), palette.line)

    def _paint_change(self, pen: Pen, foot: Rect, change: int, short: int) -> None:
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        ground, ink = (
            (palette.warn_ground, palette.warn) if short else (palette.go_ground, palette.go)
        )
        place = Rect(foot.x + 1, foot.y + 1, foot.w - 2, foot.h)
        pen.box(place, ground, radius=sizes.radius_panel - 1, corners=pens.ROUND_BOTTOM)
        area = foot.inset(sizes.px(20), sizes.px(12))
        head, area = area.cut_top(sizes.px(24))
        note, area = area.cut_bottom(sizes.px(24))
        label = kit.t("Still to pay") if short else kit.t("Change")
        pen.text(label, head, sizes.type(TYPE.body), ink, bold=True)
        text = kit.money(short or change)
        size = pens.fitting_size((text,), sizes.type(TYPE.change), True, area.w, 24)
        pen.text(text, area, size, ink, bold=True)
        parts = self._split(change)
        pen.text(parts, note, sizes.type(TYPE.small), ink)

    def _split(self, change: int) -> str:
        return split_text(self, change)

    def _press(self, key: str) -> None:
        self.entry = self.entry.typed(key)
        self._show()

    def _put(self, amount: int | None) -> None:
        """A banknote says the whole amount at once; a second tap on it says the same."""
        self.entry = self.entry.typed("clear")
        if amount is not None:
            whole, rest = divmod(amount, 10 ** exponent(self.kit.currency))
            for char in f"{whole}.{rest:0{exponent(self.kit.currency)}d}" if rest else str(whole):
                self.entry = self.entry.typed(char)
        self._show()

    def _take(self) -> None:
        self.desk.submit(c.TenderCash(self.received_minor if self.entry.text else None))
        self.entry = self.entry.typed("clear")

    def _hand_back(self) -> None:
        basket = self.look.basket
        if basket and basket.tenders:
            self.desk.submit(c.VoidTender(basket.tenders[-1].tender))

    def scanned(self) -> None:
        if self.entry.text:
            self.desk.tell_key("entry_cleared", text=self.entry.shown(self.kit.point))
            self.desk.sounds.play("cleared")
        self.entry = self.entry.typed("clear")

    def typed(self, text: str) -> bool:
        self._press(text)
        return True

    def command(self, name: str) -> bool:
        if name == "back":
            self._press("back")
            return True
        if name == "enter":
            self.finish.press()
            return True
        return False


def split_text(screen: Screen, change_minor: int) -> str:
    """The change in notes and coins: "100 + 20 + 10 + 5 + 0,50"."""
    kit = screen.kit
    parts = split_change(change_minor, screen.look.denominations)
    texts = [
        f"{count} × {kit.short(value)}" if count > 1 else kit.short(value) for value, count in parts
    ]
    return " + ".join(texts)


def _note_colour(amount: int, colours: dict[int, str]) -> str:
    """A sum of notes wears the colour of the largest note in it."""
    smaller = [value for value in colours if value <= amount]
    return colours[max(smaller)] if smaller else ""
