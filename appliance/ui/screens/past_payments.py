"""Every question to a terminal or a bank, newest first, each with what became of it."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.core.intents import OPEN, IntentState, PastIntent
from appliance.core.pay_look import OpenPaymentLook
from appliance.core.view import Look
from appliance.ui.kit import day
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.lists import ListScreen
from appliance.ui.widgets.key import Kind
from appliance.ui.words import N_

ROWS_MAX = 200

STATES = {
    IntentState.CREATED: N_("Not sent yet"),
    IntentState.SENT: N_("Sent, no answer yet"),
    IntentState.APPROVED: N_("Approved"),
    IntentState.PARTIALLY_APPROVED: N_("Approved in part"),
    IntentState.DECLINED: N_("Declined"),
    IntentState.CANCELLED: N_("Cancelled"),
    IntentState.UNKNOWN: N_("Unknown"),
    IntentState.REVERSED: N_("Reversed"),
    IntentState.SETTLED: N_("Compared with the terminal"),
}


class PastPaymentsScreen(ListScreen):
    """Read from the books when it opens and whenever a payment moves on. What is open leads to where
    the terminal is asked again or a manager decides."""

    title = N_("All payments by terminal and code")
    nothing = N_("No terminal and no bank was asked for anything here.")

    def build_ways(self) -> None:
        t = self.kit.t
        self.back.action = lambda: self.desk.go("more")
        self.payments: Sequence[PastIntent] = ()
        self.open_only = False
        self.which = self.key(t("Only open ones"), self._switch)
        self.settle = self.key(t("Settle it"), self.tapped, Kind.PRIMARY, hotkey="f12")
        self.ways = [self.which, self.settle]

    def enter(self, **_how: object) -> None:
        self.chosen, self.open_only = 0, False
        self._ask()

    def _ask(self) -> None:
        books, open_only = self.desk.books, self.open_only
        title = N_("All of them") if open_only else N_("Only open ones")
        self.which.change(title=self.kit.t(title))
        if books is None or not self.look.people.reports:
            self._show(())
            return

        def answered(found: Sequence[PastIntent]) -> None:
            if open_only == self.open_only:
                self._show(found)

        states = OPEN if open_only else frozenset[IntentState]()
        self.desk.work(lambda: books.payments(states, ROWS_MAX), answered)

    def _show(self, found: Sequence[PastIntent]) -> None:
        self.payments = found
        super().update(self.look, self.look)
        self.rows.repaint(*range(len(found)))

    def update(self, look: Look, before: Look) -> None:
        if look.pay != before.pay or look.people.reports != before.people.reports:
            self._ask()
        super().update(look, before)

    def count(self) -> int:
        return len(self.payments)

    def chose(self) -> None:
        self.settle.change(enabled=self._open is not None)

    @property
    def _open(self) -> OpenPaymentLook | None:
        """The chosen one among those that a person must see to."""
        if self.chosen >= len(self.payments):
            return None
        it = self.payments[self.chosen].intent
        return next(
            (
                one
                for one in self.look.pay.open
                if one.sale == it.sale and it.tender in (one.tender, one.asked)
            ),
            None,
        )

    def paint_row(self, pen: Pen, index: int, rect: Rect, pressed: bool) -> None:
        kit, past = self.kit, self.payments[index]
        it, palette = past.intent, kit.palette
        area = self.paint_ground(pen, index, rect)
        state = kit.t(STATES[it.state])
        if it.state is IntentState.PARTIALLY_APPROVED:
            state += f" {kit.money(it.amount_minor)}"
        when = f"{day(kit, past.at.date().isoformat())} {past.at:%H:%M}"
        known = [when, past.cashier, it.port, kit.t(it.detail) if it.detail else "", it.reason]
        bad, warn = IntentState.UNKNOWN, (IntentState.CREATED, IntentState.SENT)
        ink = palette.bad if it.state is bad else palette.warn if it.state in warn else None
        title = f"{state} · {past.epoch}/{it.sale}-{it.tender}"
        note = " · ".join(filter(None, known))
        self.paint_two(pen, area, title, note, value=kit.money(it.asked_minor), ink=ink)

    def tapped(self) -> None:
        if self._open is not None:
            self.desk.go("payments", payment=self._open)

    def _switch(self) -> None:
        self.open_only, self.chosen = not self.open_only, 0
        self._ask()
