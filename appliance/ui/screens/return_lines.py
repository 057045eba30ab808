"""What comes back, why, and where the goods go: lines of a receipt, or one item without any."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import partial

from appliance import i18n
from appliance.core import commands as c
from appliance.core.facts import LineId, Restock
from appliance.core.item import Item, Unit
from appliance.core.money import round_half_away
from appliance.core.returns_look import ReceiptLook, SoldLineLook
from appliance.core.view import Look
from appliance.ui import pen as pens
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.base import Screen
from appliance.ui.theme import TYPE
from appliance.ui.widgets.box import NOWHERE
from appliance.ui.widgets.key import Kind
from appliance.ui.widgets.rows import Rows
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
        self._panel = self._head = self._title = self._count = NOWHERE
        self.less = self.key("", lambda: self.step(-1), icon="minus", size=TYPE.digit)
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
        self.arrange_list(body)
        pay, right = right.cut_bottom(sizes.pay_height, sizes.px(10))
        weights, keys = self.ways()
        for key, place in zip(keys, pay.columns(weights, sizes.gap), strict=True):
            key.place(place)  # type: ignore[attr-defined]
        gap = sizes.px(8)
        self._title, steps, where, whys = right.rows((0.55, 1.1, 0.9, 1.9), gap)
        less, self._count, more = steps.columns((1, 1.5, 1), sizes.gap)
        self.less.place(less)
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
        head, note = self._head.inset(sizes.px(16), sizes.px(6)).rows((1.2, 1))
        title = sizes.type(TYPE.title)
        pen.text(self.heading, head, title, palette.ink, bold=True)
        tone = palette.warn if self.note_warns else palette.quiet
        pen.text(self.note, note, sizes.type(TYPE.small), tone)
        pen.fill(Rect(self._head.x + 1, self._head.y, self._head.w - 2, sizes.hair), palette.line)
        pen.text(self.name(), self._title, title, palette.ink, bold=True, lines=2)
        counted = self.counted()
        size = sizes.type(TYPE.amount)
        size = pens.fitting_size((counted,), size, True, self._count.w, sizes.type(TYPE.body))
        pen.text(counted, self._count, size, palette.ink, bold=True, align="center")


class ReturnLinesScreen(TakeBackScreen):
    """A touch on a line takes all of it; plus and minus say how many."""

    def build_list(self, row_height: int) -> None:
        self.receipt: ReceiptLook | None = None
        self.picks: dict[LineId, Decimal] = {}
        self.where: dict[LineId, Restock] = {}
        self.chosen = 0
        self._seen = -1
        self.rows = Rows(
            self.kit, self._paint_row, row_height=max(54, row_height), on_tap=self._tapped
        )
        self.add_widget(self.rows)
        self.void = self.key(
            self.kit.t("Void the whole sale"), self._void, Kind.DANGER, size=TYPE.body
        )

    @property
    def lines(self) -> tuple[SoldLineLook, ...]:
        return self.receipt.lines if self.receipt else ()

    @property
    def line(self) -> SoldLineLook | None:
        return self.lines[self.chosen] if self.chosen < len(self.lines) else None

    def enter(self, **_how: object) -> None:
        self._seen = -1
        self.reason = 0

    def update(self, look: Look, before: Look) -> None:
        found = look.receipts
        if found is not None and found.receipt is not None and found.serial != self._seen:
            self._seen, self.receipt = found.serial, found.receipt
            self.picks, self.where = {}, {}
            open_lines = [at for at, line in enumerate(self.lines) if not line.never]
            self.chosen = open_lines[0] if open_lines else 0
            self.rows.set_rows(len(self.lines))
            self.rows.scroll_to(0)
        self._say()
        if self.rect.w:
            self.arrange(self.rect)
        self.show_choice()

    def _say(self) -> None:
        receipt, kit = self.receipt, self.kit
        if receipt is None:
            return
        self.heading = f"{kit.t('Receipt')} {receipt.number} · {kit.amount(receipt.total_minor)}"
        at = i18n.date_time(datetime.fromisoformat(receipt.at), kit.language)
        self.note, self.note_warns = at, receipt.late_days > 0
        if receipt.late_days:
            late = kit.n("{count} day too late", "{count} days too late", receipt.late_days)
            self.note = f"{at} · {late}"

    def arrange_list(self, area: Rect) -> None:
        sizes = self.kit.measures
        self.rows.place(Rect(area.x + 1, area.y + sizes.px(6), area.w - 2, area.h - sizes.px(6)))

    def ways(self) -> tuple[tuple[float, ...], list[object]]:
        if self.receipt is not None and self.receipt.may_void:
            self.show(self.void, self.void.rect)
            return (0.2, 0.34, 0.46), [self.back, self.void, self.apply]
        self.hide(self.void)
        return super().ways()

    def _paint_row(self, pen: Pen, index: int, rect: Rect, pressed: bool) -> None:
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        line = self.lines[index]
        picked = self.picks.get(line.line, Decimal(0))
        if index == self.chosen or pressed:
            pen.fill(rect, palette.go_ground)
            pen.fill(Rect(rect.x, rect.y, sizes.px(5), rect.h), palette.go)
        pen.fill(Rect(rect.x, rect.y, rect.w, sizes.hair), palette.line)
        inner = rect.inset(sizes.px(16), sizes.px(4))
        body = sizes.type(TYPE.body)
        amount = kit.amount(-self._share(line, picked)) if picked else kit.amount(line.left_minor)
        ink = palette.bad if picked else palette.quiet
        if line.never:
            amount = ""
        pen.text(amount, inner, body, ink, bold=bool(picked), align="right")
        count, rest = inner.cut_left(sizes.px(52), sizes.px(8))
        many = f"−{kit.number(picked)}" if picked else ""
        fitted = pens.fitting_size((many,), body, True, count.w, sizes.type(TYPE.note))
        pen.text(many, count, fitted, palette.bad, bold=True)
        room = rest.w - pens.text_width(amount, body, True) - sizes.px(12)
        name, note = Rect(rest.x, rest.y, room, rest.h).rows((1.15, 1))
        tone = palette.quiet if line.never else palette.ink
        size = pens.fitting_size((line.name,), body, False, name.w, sizes.type(TYPE.note))
        pen.text(line.name, name, size, tone, valign="bottom")
        pen.text(self._about(line), note, sizes.type(TYPE.note), palette.quiet, valign="top")

    def _about(self, line: SoldLineLook) -> str:
        kit = self.kit
        sold = kit.quantity(line.quantity, line.unit)
        if line.never == "already_returned":
            return f"{sold} · {kit.t('came back already')}"
        if line.never:
            return kit.t("does not come back by itself")
        if line.left == line.quantity:
            return f"{kit.t('sold')} {sold}"
        left = kit.quantity(line.left, line.unit)
        return kit.t("sold {sold}, {left} left").format(sold=sold, left=left)

    def _share(self, line: SoldLineLook, quantity: Decimal) -> int:
        if not line.left:
            return 0
        return round_half_away(Fraction(line.left_minor) * Fraction(quantity) / Fraction(line.left))

    # What the panel asks

    def name(self) -> str:
        return self.line.name if self.line else ""

    def counted(self) -> str:
        line = self.line
        if line is None or line.never:
            return "—"
        picked = self.kit.number(self.picks.get(line.line, Decimal(0)))
        return f"{picked} / {self.kit.quantity(line.left, line.unit)}"

    def place_of(self) -> Restock:
        line = self.line
        return self.where.get(line.line, Restock.SHELF) if line else Restock.SHELF

    def amount_minor(self) -> int:
        return sum(
            self._share(line, self.picks[line.line])
            for line in self.lines
            if line.line in self.picks
        )

    def ready(self) -> bool:
        return bool(self.picks)

    def step(self, by: int) -> None:
        line = self.line
        if line is None or line.never:
            return
        size = Decimal(1) if line.unit is Unit.PIECE else WEIGHT_STEP
        held = self.picks.get(line.line, Decimal(0))
        if line.unit is not Unit.PIECE and not held and by > 0:
            self._pick(line, line.left)
        else:
            self._pick(line, held + size * by)

    def _pick(self, line: SoldLineLook, quantity: Decimal) -> None:
        quantity = min(max(quantity, Decimal(0)), line.left)
        if quantity:
            self.picks[line.line] = quantity
        else:
            self.picks.pop(line.line, None)
        self.rows.repaint(self.chosen)
        self.show_choice()

    def put(self, place: Restock) -> None:
        if self.line is not None:
            self.where[self.line.line] = place
        self.show_choice()

    def _tapped(self, index: int) -> None:
        before, self.chosen = self.chosen, index
        self.rows.repaint(before, index)
        line = self.line
        if line is not None and not line.never and line.line not in self.picks:
            self._pick(line, line.left)
        self.show_choice()

    def finish(self) -> None:
        if self.receipt is None or not self.picks:
            return
        picks = tuple(
            c.Pick(line, quantity, self.where.get(line, Restock.SHELF))
            for line, quantity in self.picks.items()
        )
        request = c.ReturnLines(self.receipt.sale, picks, self.reason_text)
        self.desk.submit(request, done=self.desk.home)

    def _void(self) -> None:
        if self.receipt is not None:
            request = c.VoidCompleted(self.reason_text, self.receipt.sale)
            self.desk.submit(request, done=self.desk.home)

    def command(self, name: str) -> bool:
        if name in ("up", "down") and self.lines:
            before = self.chosen
            self.chosen = min(max(0, before + (1 if name == "down" else -1)), len(self.lines) - 1)
            self.rows.repaint(before, self.chosen)
            self.rows.show_row(self.chosen)
            self.show_choice()
            return True
        return False

    def typed(self, text: str) -> bool:
        if text in ("+", "-"):
            self.step(1 if text == "+" else -1)
            return True
        if text.isdecimal() and self.line is not None and not self.line.never:
            self._pick(self.line, Decimal(int(text)))
            return True
        return False


class ReturnItemScreen(TakeBackScreen):
    """One item whose receipt nobody has; the till knows the most that it may bring."""

    def enter(self, item: Item | None = None, **_how: object) -> None:
        self.item = item
        self.reason = 0
        self.quantity = Decimal(1)
        self.where_to = Restock.SHELF
        self.heading = self.kit.t("Return without a receipt")
        self.note = self.kit.t("It brings its lowest price of 30 days")

    def update(self, look: Look, before: Look) -> None:
        self.show_choice()

    def arrange(self, rect: Rect) -> None:
        super().arrange(rect)

    def paint(self, pen: Pen) -> None:
        super().paint(pen)
        sizes, palette = self.kit.measures, self.kit.palette
        item = self.item
        if item is None:
            return
        area = Rect(self._panel.x, self._panel.y, self._panel.w, self._panel.h - self._head.h)
        area = area.inset(sizes.px(16))
        size = sizes.type(TYPE.main_key)
        name, price = area.rows((1, 1))
        pen.text(item.name, name, size, palette.ink, bold=True, lines=3, valign="bottom")
        shelf = f"{self.kit.t('Price')}: {self.kit.price(item.price_minor, item.unit)}"
        pen.text(shelf, price, sizes.type(TYPE.body), palette.quiet, valign="top")

    def name(self) -> str:
        return self.item.name if self.item else ""

    def counted(self) -> str:
        unit = self.item.unit if self.item else Unit.PIECE
        return self.kit.quantity(self.quantity, unit)

    def place_of(self) -> Restock:
        return self.where_to

    def amount_minor(self) -> int:
        return 0

    def show_choice(self) -> None:
        super().show_choice()
        self.apply.change(title=self.kit.t("Take back"), enabled=self.item is not None)

    def step(self, by: int) -> None:
        piece = self.item is None or self.item.unit is Unit.PIECE
        size = Decimal(1) if piece else WEIGHT_STEP
        self.quantity = max(size, self.quantity + size * by)
        self.show_choice()

    def put(self, place: Restock) -> None:
        self.where_to = place
        self.show_choice()

    def go_back(self) -> None:
        self.desk.go("return_search")

    def finish(self) -> None:
        if self.item is None:
            return
        request = c.ReturnWithoutReceipt(
            self.item.id, self.quantity, self.reason_text, restock=self.where_to
        )
        self.desk.submit(request, done=self.desk.home)
