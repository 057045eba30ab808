"""A stock paper: goods received, sent, written off; scanned row by row and booked as one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from appliance.core import commands as c
from appliance.core.facts import StockCause, StockDelta
from appliance.core.item import Tracking
from appliance.core.money import exponent
from appliance.core.stock_look import FoundLook
from appliance.core.view import Look
from appliance.ui.entry import Entry
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.base import Screen
from appliance.ui.sentences.stock import CAUSES
from appliance.ui.theme import TYPE
from appliance.ui.widgets.box import NOWHERE
from appliance.ui.widgets.field import NumberField
from appliance.ui.widgets.key import Kind
from appliance.ui.widgets.numpad import NumPad
from appliance.ui.widgets.rows import Rows
from appliance.ui.words import N_

WHY = (N_("Broken"), N_("Past its day"), N_("Lost or stolen"), N_("Used in the shop"))
MODES = {"quantity": N_("Quantity"), "cost": N_("Cost"), "expiry": N_("Best before")}
_PRICED = (StockCause.RECEIVED, StockCause.TRANSFER_IN)
_WHO = {
    StockCause.RECEIVED: N_("Supplier"),
    StockCause.SUPPLIER_RETURN: N_("Supplier"),
    StockCause.TRANSFER_IN: N_("Shop"),
    StockCause.TRANSFER_OUT: N_("Shop"),
    StockCause.WRITE_OFF: N_("Reason"),
}


@dataclass
class Row:
    """One row of the paper being written."""

    found: FoundLook
    quantity: Decimal
    cost_minor: Decimal | None = None
    lot: str = ""
    expiry: str = ""
    piece: str = ""

    def delta(self) -> StockDelta:
        told = (self.lot, self.piece, self.expiry, self.cost_minor)
        return StockDelta(self.found.item, self.quantity, *told)


@dataclass
class Draft:
    """The paper as far as it is written; it stays while other pages are looked at."""

    rows: list[Row] = field(default_factory=list)
    chosen: int = 0
    partner: str = ""
    document: str = ""
    seen: int = 0


class StockPaperScreen(Screen):
    """Scan, type how many, scan on; the green key books it."""

    def build(self) -> None:
        kit, t = self.kit, self.kit.t
        self.cause = StockCause.RECEIVED
        self.mode = "quantity"
        self.entry = Entry()
        self._panel = self._head = NOWHERE
        self.rows = Rows(
            kit, self._paint_row, row_height=max(54, kit.measures.px(60)), on_tap=self._choose
        )
        self.add_widget(self.rows)
        self.modes = {
            mode: self.key(t(title), partial(self._turn, mode), Kind.QUIET, size=TYPE.body)
            for mode, title in MODES.items()
        }
        self.lot = self.key(t("Lot"), self._ask_lot, size=TYPE.body)
        self.drop = self.key("", self._drop, Kind.DANGER, icon="cancel", hotkey="delete")
        self.field = NumberField(kit, "")
        self.add_widget(self.field)
        self.pad = NumPad(kit, self._press)
        self.add_widget(self.pad)
        self.back = self.key(t("Back"), self.desk.home, hotkey="escape")
        self.find = self.key(t("Find"), self._find, hotkey="f3")
        self.who = self.key("", self._ask_who, hotkey="f4", size=TYPE.body)
        self.paper = self.key(t("Document"), self._ask_document, hotkey="f5", size=TYPE.body)
        self.book = self.key(t("Book it"), self._book, Kind.PRIMARY, hotkey="f12")

    @property
    def draft(self) -> Draft:
        made: Draft = self.desk.drafts.setdefault(self.cause, Draft())
        return made

    @property
    def row(self) -> Row | None:
        rows = self.draft.rows
        return rows[min(self.draft.chosen, len(rows) - 1)] if rows else None

    def enter(self, cause: StockCause | None = None, **_how: object) -> None:
        """cause: what kind of paper; none: the one that was up."""
        self.cause = cause or self.cause
        found = self.look.stock.found
        if cause is not None:
            self.draft.seen = found.serial if found is not None else 0
        self.desk.submit(c.AimStock("paper"))
        self._turn("quantity")

    def leave(self) -> None:
        self.desk.submit(c.AimStock())

    def update(self, look: Look, before: Look) -> None:
        found = look.stock.found
        if found is not None and found.serial > self.draft.seen and look.stock.at == "paper":
            self.draft.seen = found.serial
            self.add(found)
        self._show()

    def add(self, found: FoundLook) -> None:
        """A scan: one more of a row that is there, or a new row."""
        draft = self.draft
        if found.tracking is Tracking.SERIAL and not found.piece:
            ask = partial(self._numbered, found)
            self.desk.go("stock_text", title=self.kit.t("Serial number"), scan="piece", then=ask)
            return
        for at, row in enumerate(draft.rows):
            same = (row.found.item, row.lot, row.piece) == (found.item, found.lot, "")
            if same and not found.piece:
                row.quantity += found.quantity or Decimal(1)
                draft.chosen = at
                break
        else:
            cost = found.cost_minor if self.cause in _PRICED else None
            one = found.quantity or Decimal(1)
            expiry = found.expiry if self.cause is StockCause.RECEIVED else ""
            draft.rows.append(Row(found, one, cost, found.lot, expiry, found.piece))
            draft.chosen = len(draft.rows) - 1
        self._turn("quantity")

    def _numbered(self, found: FoundLook, piece: str) -> None:
        if piece:
            self.add(replace(found, piece=piece))

    # What is typed

    def _turn(self, mode: str) -> None:
        self.mode = mode
        row = self.row
        decimals = row.found.unit.decimals if row else 0
        if mode == "cost":
            decimals = exponent(self.kit.currency)
        self.entry = Entry(decimals=0 if mode == "expiry" else decimals, whole_max=8)
        self.pad.set_corner("." if decimals and mode != "expiry" else "00")
        for name, key in self.modes.items():
            key.change(kind=Kind.CHOSEN if name == mode else Kind.QUIET)
        self._show()

    def _press(self, key: str) -> None:
        row = self.row
        if row is None:
            return
        self.entry = self.entry.typed(key)
        if self.mode == "quantity":
            row.quantity = self.entry.value or Decimal(0)
            if row.piece:
                row.quantity = Decimal(1)
        elif self.mode == "cost":
            minor = self.entry.minor(exponent(self.kit.currency))
            row.cost_minor = None if minor is None else Decimal(minor)
        else:
            row.expiry = day_of(self.entry.shown("."))
        self._show()

    def _show(self) -> None:
        kit, draft, row = self.kit, self.draft, self.row
        self.rows.set_rows(len(draft.rows))
        if draft.rows:
            self.rows.show_row(min(draft.chosen, len(draft.rows) - 1))
        shown = self.entry.shown(kit.point)
        unit = kit.unit(row.found.unit) if row and self.mode == "quantity" else ""
        currency = kit.currency if self.mode == "cost" else ""
        hint = "0" if self.mode != "expiry" else kit.t("DDMMYY")
        if row is not None:
            stands = {
                "quantity": kit.number(row.quantity),
                "cost": "" if row.cost_minor is None else kit.amount(round(row.cost_minor)),
                "expiry": row.expiry,
            }[self.mode]
            if self.mode == "expiry":
                shown = f"{shown} › {stands}" if shown and stands else shown
            hint = stands or hint
        label = kit.t(MODES[self.mode])
        self.field.set(shown, placeholder=hint, unit=unit, currency=currency, label=label)
        self.modes["cost"].change(enabled=row is not None and self.cause in _PRICED)
        coming = row is not None and self.cause is StockCause.RECEIVED
        self.modes["expiry"].change(enabled=coming)
        title = f"{kit.t('Lot')}: {row.lot}" if row is not None and row.lot else kit.t("Lot")
        self.lot.change(title=title, enabled=row is not None)
        self.drop.change(enabled=row is not None)
        self.who.change(title=draft.partner or kit.t(_WHO[self.cause]))
        self.paper.change(title=draft.document or kit.t("Document"))
        ready = bool(draft.rows) and all(it.quantity > 0 for it in draft.rows)
        self.book.change(enabled=ready)
        self.redraw()

    # Questions in words

    def _ask_lot(self) -> None:
        if self.row is not None:
            title = self.kit.t("Lot number")
            self.desk.go(
                "stock_text", title=title, text=self.row.lot, scan="lot", then=self._set_lot
            )

    def _set_lot(self, lot: str) -> None:
        if self.row is not None:
            self.row.lot = lot

    def _ask_who(self) -> None:
        words = [self.kit.t(why) for why in WHY] if self.cause is StockCause.WRITE_OFF else []
        title = self.kit.t(_WHO[self.cause])
        set_who = partial(setattr, self.draft, "partner")
        told = {"title": title, "text": self.draft.partner, "presets": words, "then": set_who}
        self.desk.go("stock_text", **told)

    def _ask_document(self) -> None:
        set_document = partial(setattr, self.draft, "document")
        title = self.kit.t("Number of the document")
        self.desk.go("stock_text", title=title, text=self.draft.document, then=set_document)

    def _find(self) -> None:
        self.desk.go("stock_find")

    # Acts

    def _choose(self, index: int) -> None:
        self.draft.chosen = index
        self._turn("quantity")

    def _drop(self) -> None:
        draft = self.draft
        if draft.rows:
            draft.rows.pop(min(draft.chosen, len(draft.rows) - 1))
            draft.chosen = max(0, min(draft.chosen, len(draft.rows) - 1))
            self._turn("quantity")

    def _book(self) -> None:
        draft = self.draft
        why = self.cause is StockCause.WRITE_OFF
        request = c.MoveStock(
            self.cause,
            tuple(row.delta() for row in draft.rows),
            partner="" if why else draft.partner,
            document=draft.document,
            reason=draft.partner if why else "",
        )
        self.desk.submit(request, done=self._booked)

    def _booked(self) -> None:
        del self.desk.drafts[self.cause]
        self.desk.go("stock_lists", tab="papers")
        self.desk.tell_key("paper_booked")

    # Picture

    def arrange(self, rect: Rect) -> None:
        sizes = self.kit.measures
        pay, rest = rect.cut_bottom(sizes.pay_height, sizes.px(10))
        places = pay.columns((0.16, 0.15, 0.22, 0.2, 0.27), sizes.gap)
        keys = (self.back, self.find, self.who, self.paper, self.book)
        for key, place in zip(keys, places, strict=True):
            key.place(place)
        left, right = self.halves(rest)
        self._panel = left
        self._head, body = left.cut_top(sizes.px(50))
        self.rows.place(Rect(body.x + 1, body.y + sizes.px(6), body.w - 2, body.h - sizes.px(6)))
        modes, right = right.cut_top(sizes.touch(52), sizes.gap)
        row = modes.columns((0.26, 0.29, 0.31, 0.14), sizes.gap)
        for key, place in zip(self.modes.values(), row[:3], strict=True):
            key.place(place)
        self.drop.place(row[3])
        shown, right = right.cut_top(max(sizes.px(68), 52), sizes.gap)
        lot, shown = shown.cut_right(round(shown.w * 0.34), sizes.gap)
        self.lot.place(lot)
        self.field.place(shown)
        self.pad.place(right)

    def paint(self, pen: Pen) -> None:
        sizes, palette, kit = self.kit.measures, self.kit.palette, self.kit
        self.panel(pen, self._panel)
        head = self._head.inset(sizes.px(16), 0)
        size = sizes.type(TYPE.title)
        pen.text(kit.t(CAUSES[self.cause]), head, size, palette.ink, bold=True)
        rows = self.draft.rows
        if rows:
            costs = [row.quantity * row.cost_minor for row in rows if row.cost_minor is not None]
            told = kit.money(round(sum(costs, Decimal(0)))) if costs else ""
            if not told:
                told = kit.n("{count} row", "{count} rows", len(rows))
            pen.text(told, head, size, palette.ink, bold=True, align="right")
        else:
            area = self.rows.rect.inset(sizes.px(18))
            text = kit.t("Scan the goods, or find them by name")
            body = sizes.type(TYPE.body)
            pen.text(text, area, body, palette.quiet, align="center", lines=3)

    def _paint_row(self, pen: Pen, index: int, rect: Rect, pressed: bool) -> None:
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        row = self.draft.rows[index]
        if pressed or index == self.draft.chosen:
            pen.fill(rect, palette.go_ground)
            pen.fill(Rect(rect.x, rect.y, sizes.px(5), rect.h), palette.go)
        pen.fill(Rect(rect.x, rect.y, rect.w, sizes.hair), palette.line)
        inner = rect.inset(sizes.px(14), sizes.px(4))
        size = sizes.type(TYPE.body)
        amount = kit.quantity(row.quantity, row.found.unit)
        pen.text(amount, inner, size, palette.ink, bold=True, align="right")
        room = Rect(inner.x, inner.y, round(inner.w * 0.74), inner.h)
        name, note = room.rows((1.15, 1))
        pen.text(row.found.name, name, size, palette.ink, valign="bottom")
        cost = "" if row.cost_minor is None else kit.amount(round(row.cost_minor))
        about = " · ".join(filter(None, (row.piece or row.lot, row.expiry, cost)))
        if not about and row.found.left is not None:
            about = f"{kit.t('In stock')}: {kit.number(row.found.left)}"
        pen.text(about, note, sizes.type(TYPE.note), palette.quiet, valign="top")

    def scanned(self) -> None:
        """Scans come here; what was typed stands in its row already."""

    def typed(self, text: str) -> bool:
        self._press(text)
        return True

    def command(self, name: str) -> bool:
        if name == "back":
            self._press("back")
            return True
        if name in ("up", "down") and self.draft.rows:
            step = 1 if name == "down" else -1
            self._choose(min(max(0, self.draft.chosen + step), len(self.draft.rows) - 1))
            return True
        return False


def day_of(digits: str) -> str:
    """ "311226" or "31122026" as an ISO date, "" while it is none; "1226" is that month's end."""
    digits = "".join(filter(str.isdigit, digits))
    try:
        if len(digits) == 4:
            first = date(2000 + int(digits[2:]), int(digits[:2]), 1)
            after = first.toordinal() + 31
            return (date.fromordinal(after).replace(day=1) - timedelta(days=1)).isoformat()
        if len(digits) in (6, 8):
            year = int(digits[4:]) + (2000 if len(digits) == 6 else 0)
            return date(year, int(digits[2:4]), int(digits[:2])).isoformat()
    except ValueError:
        return ""
    return ""
