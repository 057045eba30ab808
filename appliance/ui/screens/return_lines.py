"""Which lines of a receipt come back, and how much of each."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import partial

from appliance import i18n
from appliance.core import commands as c
from appliance.core.decide.deposits import containers
from appliance.core.facts import LineId, Restock
from appliance.core.item import Unit
from appliance.core.money import round_half_away
from appliance.core.refusal import Reason
from appliance.core.returns_look import ReceiptLook, SoldLineLook
from appliance.core.stock_look import FoundLook
from appliance.core.view import Look
from appliance.ui import pen as pens
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.take_back import WEIGHT_STEP, TakeBackScreen
from appliance.ui.theme import TYPE
from appliance.ui.widgets.key import Kind
from appliance.ui.widgets.rows import Rows


class ReturnLinesScreen(TakeBackScreen):
    """A touch on a line takes all of it, a scan of the goods one; plus and minus say how many."""

    def build_list(self, row_height: int) -> None:
        self.receipt: ReceiptLook | None = None
        self.picks: dict[LineId, Decimal] = {}
        self.where: dict[LineId, Restock] = {}
        self.serials: dict[LineId, str] = {}
        self.chosen = 0
        self._seen = -1
        self._back = "returns"
        self.rows = Rows(
            self.kit, self._paint_row, row_height=max(54, row_height), on_tap=self._tapped
        )
        self.add_widget(self.rows)
        self.copy = self.key("", self._copy, icon="printer", hotkey="f7", size=TYPE.title)
        self.void = self.key(
            self.kit.t("Void the whole sale"), self._void, Kind.DANGER, size=TYPE.body
        )

    @property
    def lines(self) -> tuple[SoldLineLook, ...]:
        return self.receipt.lines if self.receipt else ()

    @property
    def line(self) -> SoldLineLook | None:
        return self.lines[self.chosen] if self.chosen < len(self.lines) else None

    def enter(self, back: str = "", **_how: object) -> None:
        """What was chosen of this receipt stays chosen while a number is asked for. back: the page
        that this one was reached from."""
        self._back = back or self._back
        self.desk.submit(c.AimStock("receipt"))

    def update(self, look: Look, before: Look) -> None:
        found = look.receipts
        if found is not None and found.receipt is not None and found.serial != self._seen:
            self._seen, self.receipt = found.serial, found.receipt
            self.picks, self.where, self.serials = {}, {}, {}
            self.reason = 0
            open_lines = [at for at, line in enumerate(self.lines) if not line.never]
            self.chosen = open_lines[0] if open_lines else 0
            self.rows.set_rows(len(self.lines))
            self.rows.scroll_to(0)
        self._say()
        if self.rect.w:
            self.arrange(self.rect)
        goods = look.stock.found
        if goods is not None and goods is not before.stock.found and look.stock.at == "receipt":
            self._scanned(goods)
        self.show_choice()

    def leave(self) -> None:
        self.desk.submit(c.AimStock())

    def _scanned(self, goods: FoundLook) -> None:
        """One more of it comes back; of what is weighed, all that the label says."""
        for at, line in enumerate(self.lines):
            held = self.picks.get(line.line, Decimal(0))
            same = line.item == goods.item and goods.piece in ("", line.serial)
            if not same or line.never or held >= line.left:
                continue
            self.chosen = at
            if goods.piece:
                self.serials[line.line] = goods.piece
            self._pick(line, held + (goods.quantity or Decimal(1)))
            self.rows.show_row(at)
            return
        left = sum((line.left for line in self.lines if line.item == goods.item), Decimal(0))
        told = {"name": goods.name, "left": self.kit.number(left)}
        self.desk.sounds.play("refused")
        self.desk.tell_key(Reason.MORE_THAN_SOLD.value, **told)

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

    def arrange(self, rect: Rect) -> None:
        super().arrange(rect)
        sizes = self.kit.measures
        copy, self._words = self._head.cut_right(max(sizes.px(72), 56))
        self.copy.place(copy.inset(sizes.px(4), 1))

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
        return self._place(line) if line else Restock.SHELF

    def _place(self, line: SoldLineLook) -> Restock:
        return self.where.get(line.line, Restock.SCRAP if line.made else Restock.SHELF)

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
        if line.serial and quantity > 0 and line.line not in self.serials:
            self._ask_serial(line)
            return
        self._set(line, quantity)
        for deposit in self.lines:
            if deposit.of_line == line.line and not deposit.never:
                self._set(deposit, containers(line.unit, quantity) if quantity > 0 else quantity)
        self.rows.repaint(*range(len(self.lines)))
        self.show_choice()

    def _set(self, line: SoldLineLook, quantity: Decimal) -> None:
        quantity = min(max(quantity, Decimal(0)), line.left)
        if quantity:
            self.picks[line.line] = quantity
        else:
            self.picks.pop(line.line, None)

    def _ask_serial(self, line: SoldLineLook) -> None:
        title = self.kit.t("Scan or type the serial number")
        numbered = partial(self._numbered, line)
        self.desk.go("stock_text", title=title, to="return_lines", scan="piece", then=numbered)

    def _numbered(self, line: SoldLineLook, serial: str) -> None:
        if serial and serial != line.serial:
            told = {"name": line.name, "serial": serial}
            self.desk.tell_key(Reason.RETURN_SERIAL_OTHER.value, **told)
        elif serial:
            self.serials[line.line] = serial
            self._pick(line, line.left)

    def ask_many(self) -> None:
        line = self.line
        if line is not None and not line.never and not line.serial:
            about = {"title": line.name, "unit": line.unit, "most": line.left}
            self.desk.go("return_many", to="return_lines", then=partial(self._pick, line), **about)

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
            c.Pick(
                *(line.line, self.picks[line.line], self._place(line)),
                self.serials.get(line.line, ""),
            )
            for line in self.lines
            if line.line in self.picks
        )
        request = c.ReturnLines(self.receipt.sale, picks, self.reason_text)
        self.desk.submit(request, done=self.desk.home)

    def go_back(self) -> None:
        page = self.look.accounts.page
        if self._back == "customer" and page is not None:
            self.desk.go("customer", customer=page.customer.customer)
        else:
            super().go_back()

    def _copy(self) -> None:
        if self.receipt is not None:
            told = partial(self.desk.tell_key, "copy_printing")
            self.desk.submit(c.PrintReceipt(self.receipt.sale.sale), done=told)

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
