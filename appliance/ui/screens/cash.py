"""Cash: what was handed over, by banknote or by number; the change large and split into notes."""

from __future__ import annotations

from functools import partial

from appliance.core import commands as c
from appliance.core.cash import likely_tenders, split_change
from appliance.core.money import exponent
from appliance.core.view import Look
from appliance.ui import pen as pens
from appliance.ui.entry import money_entry
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.base import Screen, just_sold
from appliance.ui.screens.pay import paint_left, tender_text
from appliance.ui.screens.tender_keys import TenderKey, tender_keys
from appliance.ui.theme import TYPE
from appliance.ui.widgets.box import NOWHERE
from appliance.ui.widgets.field import NumberField
from appliance.ui.widgets.key import Key, Kind
from appliance.ui.widgets.numpad import NumPad

WAYS_MAX = 3
"""Keys of other ways below the bill; more stand on a page of their own."""


class CashScreen(Screen):
    """A banknote key fills in its amount; the green key takes it."""

    def build(self) -> None:
        kit, t = self.kit, self.kit.t
        self.entry = money_entry(kit.currency)
        self._bill = NOWHERE
        self._notes: list[Key] = []
        self._likely: tuple[int, ...] | None = None
        self.field = NumberField(kit, t("Received"))
        self.pad = NumPad(kit, self._press, corner=self.entry.corner)
        self.add_widget(self.field)
        self.add_widget(self.pad)
        self._keys: tuple[TenderKey, ...] = ()
        self._ways: list[Key] = []
        self.back = self.key(t("Back"), self.desk.home, hotkey="escape")
        self.hand_back = self.key(t("Hand money back"), self._hand_back, Kind.DANGER)
        self.finish = self.key(t("Finish"), self._take, Kind.PRIMARY, hotkey="f12")

    def enter(self, **_how: object) -> None:
        self.entry = self.entry.typed("clear")

    @property
    def due_minor(self) -> int:
        return self.look.basket.cash_due_minor if self.look.basket else 0

    @property
    def back_minor(self) -> int:
        """What the customer gets back, 0 when the customer pays."""
        return max(0, -self.due_minor)

    @property
    def received_minor(self) -> int:
        """Of a refund: what is given out."""
        typed = self.entry.minor(exponent(self.kit.currency))
        return abs(self.due_minor) if typed is None else typed

    def update(self, look: Look, before: Look) -> None:
        if look.basket is None or not look.basket.lines:
            if not just_sold(look, before) and self.desk.name == "cash":
                self.desk.home()
            return
        likely = likely_tenders(self.due_minor, look.denominations)
        keys = tender_keys(look)
        if keys != self._keys or not self._ways:
            self._make_ways(keys)
        if likely != self._likely:
            self._likely = likely
            self._make_notes(likely)
        if self.rect.w:
            self.arrange(self.rect)
        self._show()

    def _make_ways(self, keys: tuple[TenderKey, ...]) -> None:
        for key in self._ways:
            self.remove_widget(key)
        self._keys = keys
        pay, t = self.look.pay, self.kit.t
        more = bool(pay.tip_percents) or pay.charge_percent is not None
        room = WAYS_MAX if len(keys) <= WAYS_MAX and not more else WAYS_MAX - 1
        self._ways = [
            self.key(t(it.title), partial(self._other_way, it), Kind.WAY, size=TYPE.body)
            for it in keys[:room]
        ]
        if more or len(keys) > room:
            self._ways.append(self.key(t("Other ways"), self._all_ways, size=TYPE.body))

    def _amount_minor(self) -> int | None:
        """What was typed, signed as the basket needs it; None for all that is left."""
        if not self.entry.text:
            return None
        typed, self.entry = self.received_minor, self.entry.typed("clear")
        return -typed if self.back_minor else typed

    def _other_way(self, way: TenderKey) -> None:
        way.press(self.desk, self._amount_minor())
        self._show()

    def _all_ways(self) -> None:
        self.desk.go("pay", amount_minor=self._amount_minor())

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
                subtitle=self.kit.amount(abs(self.due_minor)),
            )
        )

    def arrange(self, rect: Rect) -> None:
        sizes = self.kit.measures
        left, right = self.halves(rect, left=380, narrow=330)
        if self._ways:
            ways, left = left.cut_bottom(sizes.touch(60), sizes.px(10))
            for key, place in zip(self._ways, ways.columns(len(self._ways), 8), strict=True):
                key.place(place)
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
        due, back = abs(self.due_minor), self.back_minor
        label = kit.t("Given out") if back else kit.t("Received")
        self.field.set(shown, placeholder=kit.amount(due), currency=kit.currency, label=label)
        enough = self.received_minor >= due
        title = kit.t("Finish") if enough else kit.t("Take a part")
        if back:
            title = kit.t("Give out {amount}").format(amount=kit.money(self.received_minor))
        allowed = self.received_minor <= back if back else True
        self.finish.change(
            title=title, enabled=allowed and (self.received_minor > 0 or self.due_minor == 0)
        )
        self.redraw()

    def paint(self, pen: Pen) -> None:
        basket = self.look.basket
        if basket is None:
            return
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        self.panel(pen, self._bill)
        change = 0 if self.back_minor else max(0, self.received_minor - self.due_minor)
        short = max(0, self.due_minor - self.received_minor)
        foot, above = self._bill.cut_bottom(max(sizes.px(132), 112))
        if self.back_minor:
            paint_left(self, pen, foot, self.due_minor + min(self.received_minor, self.back_minor))
        else:
            self._paint_change(pen, foot, change, short)
        area = above.inset(sizes.px(20), sizes.px(14))
        step = sizes.px(26)
        head = kit.t("To give back") if basket.total_minor < 0 else kit.t("To pay")
        rows = [(head, abs(basket.total_minor))]
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
            self.row_text(pen, row, tender_text(self, tender), kit.amount(-tender.amount_minor))
        big, area = area.cut_top(max(sizes.px(62), 48))
        text = kit.money(abs(self.due_minor))
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
        empty = self.entry.typed("clear")
        self.entry = empty if amount is None else empty.holding(amount)
        self._show()

    def _take(self) -> None:
        self.desk.submit(c.TenderCash(self._amount_minor()))

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
