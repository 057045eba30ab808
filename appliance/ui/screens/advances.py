"""Money paid ahead, and cards that another till spent too: lists that a person works through."""

from __future__ import annotations

from functools import partial

from appliance.core import commands as c
from appliance.ui import words
from appliance.ui.kit import day
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.lists import ListScreen
from appliance.ui.screens.text import TextScreen
from appliance.ui.theme import TYPE
from appliance.ui.words import N_


class AdvancesScreen(ListScreen):
    """Who paid ahead, the next due first."""

    title = words.N_("Paid ahead")
    nothing = words.N_("Nobody has paid ahead")

    def build_ways(self) -> None:
        t = self.kit.t
        self.new = self.key(t("Take money ahead"), lambda: self.desk.go("advance_name"))
        self.back_money = self.key(t("Give it back"), self._refund)
        self.more = self.key(t("Pay more"), self._more)
        self.fetch = self.key(t("Fetch the goods"), self._fetch)
        self.ways = [self.new, self.more, self.back_money, self.fetch]

    def enter(self, **_how: object) -> None:
        self.chosen = 0
        self.desk.submit(c.ListAdvances())

    def count(self) -> int:
        return len(self.look.accounts.advances or ())

    def chose(self) -> None:
        advances = self.look.accounts.advances or ()
        chosen = advances[self.chosen] if self.chosen < len(advances) else None
        free = not (self.look.basket and self.look.basket.lines)
        self.new.change(enabled=self.look.shift is not None)
        self.back_money.change(enabled=chosen is not None and free)
        waits = chosen is not None and chosen.sale is not None and free
        self.fetch.change(enabled=waits)
        self.more.change(enabled=waits and self.look.shift is not None)

    def paint_row(self, pen: Pen, index: int, rect: Rect, pressed: bool) -> None:
        kit = self.kit
        advance = (self.look.accounts.advances or ())[index]
        area = self.paint_ground(pen, index, rect)
        note = f"{kit.t('Fetch by')} {day(kit, advance.due)}"
        if advance.overdue:
            note = f"{kit.t('Overdue')} · {note}"
        ink = kit.palette.bad if advance.overdue else None
        self.paint_two(pen, area, advance.name, note, value=kit.money(advance.balance), ink=ink)

    def _refund(self) -> None:
        advance = (self.look.accounts.advances or ())[self.chosen]
        self.desk.submit(c.RefundAdvance(advance.account), done=self.desk.home)

    def _more(self) -> None:
        """Another part of the price, towards the same goods."""
        advance = (self.look.accounts.advances or ())[self.chosen]
        self.desk.go("card_amount", ask="advance", kept_for=advance.name, sale=advance.sale)

    def _fetch(self) -> None:
        advance = (self.look.accounts.advances or ())[self.chosen]
        if advance.sale is not None:
            self.desk.submit(c.RecallSale(advance.sale), done=self.desk.home)


class AdvanceNameScreen(TextScreen):
    """Whom the goods are kept for; then how much is paid now."""

    placeholder = N_("Name, phone or number of the order")
    icon = "person"
    done = N_("Next")

    def enter(self, **_how: object) -> None:
        self.board_wanted = True
        customer = self.look.accounts.customer
        self.set_text(customer.name if customer else "")

    def finished(self) -> None:
        name = self.text.strip()
        if name:
            self.desk.go("card_amount", ask="advance", kept_for=name)

    def paint(self, pen: Pen) -> None:
        top = self.field.rect.y - self.kit.measures.px(10)
        board = self.board.rect
        area = Rect(board.x, board.top, board.w, max(0, top - board.top))
        text = self.kit.t("The goods in the basket are set aside under this name.")
        if self.look.basket is None:
            text = self.kit.t(
                "No goods are in the basket: the money alone is kept under this name."
            )
        size = self.kit.measures.type(TYPE.body)
        pen.text(text, area, size, self.kit.palette.quiet, align="center", lines=2)


class ShortsScreen(ListScreen):
    """Cards of which more was spent than they held, at tills that did not know of each other."""

    title = words.N_("Cards to look after")
    nothing = words.N_("No card was spent twice. Nothing to do.")

    def build_ways(self) -> None:
        self.bear = self.key(self.kit.t("The shop bears it"), self._bear)
        self.ways = [self.bear]

    def count(self) -> int:
        return len(self.look.accounts.shorts)

    def chose(self) -> None:
        self.bear.change(enabled=self.count() > 0)

    def paint_row(self, pen: Pen, index: int, rect: Rect, pressed: bool) -> None:
        kit, short = self.kit, self.look.accounts.shorts[index]
        area = self.paint_ground(pen, index, rect)
        title = f"{kit.t('Card')} …{short.hint}"
        note = kit.t("Spent here and at {till}: look for the customer.").format(till=short.detail)
        value = kit.money(-short.short_minor)
        self.paint_two(pen, area, title, note, value=value, ink=kit.palette.bad)

    def _bear(self) -> None:
        short = self.look.accounts.shorts[self.chosen]
        reason = self.kit.t("The shop bears it")
        told = partial(self.desk.tell_key, "settled")
        self.desk.submit(c.WriteOffShort(short.account, reason), done=told)
