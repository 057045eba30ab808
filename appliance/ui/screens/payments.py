"""Payments that a person must see to: without an answer, astray, or to be given back."""

from __future__ import annotations

from functools import partial
from typing import Any

from appliance.core import commands as c
from appliance.core.facts import TenderOutcome
from appliance.core.open_matters import MatterKind
from appliance.core.pay_look import OpenPaymentLook
from appliance.core.view import Look
from appliance.ui import pen as pens
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.base import Screen
from appliance.ui.screens.lists import ListScreen
from appliance.ui.sentences.shift import MATTERS
from appliance.ui.theme import TYPE
from appliance.ui.widgets.box import NOWHERE
from appliance.ui.widgets.key import Key, Kind
from appliance.ui.words import N_


def told_of(payment: OpenPaymentLook) -> str:
    """What to do about it now."""
    if payment.waits:
        return N_("The terminal was asked. It answers by itself.")
    if payment.unsure:
        return N_("Do not charge it again. Ask the terminal, or look at its slip.")
    if payment.stray:
        return N_("The terminal took it for nothing. Give it back, or ring the goods up.")
    if payment.by_hand:
        return N_("Give it back on the terminal, then touch “Money given back”.")
    return N_("The terminal did not give it back. Try again.")


class PaymentsScreen(ListScreen):
    """Three keys, whose words are those of the chosen payment."""

    title = N_("Payments to look into")
    nothing = N_("Every payment has its answer. Nothing to do.")

    def build_ways(self) -> None:
        t = self.kit.t
        self.again = self.key(t("Ask now"), self._again, Kind.WAY)
        self.other = self.key(t("Rung up"), self._other)
        self.ends = self.key(t("A manager decides"), self._ends)
        self.ways = [self.again, self.other, self.ends]

    def enter(self, payment: OpenPaymentLook | None = None, **_how: Any) -> None:
        """payment: the one that is chosen; else the first."""
        known = self.look.pay.open
        self.chosen = known.index(payment) if payment in known else 0

    @property
    def _chosen(self) -> OpenPaymentLook | None:
        known = self.look.pay.open
        return known[self.chosen] if self.chosen < len(known) else None

    def count(self) -> int:
        return len(self.look.pay.open)

    def chose(self) -> None:
        it, t = self._chosen, self.kit.t
        basket = self.look.basket
        free = self.look.shift is not None and not (basket and basket.lines)
        doubtful = it is None or not (it.stray or it.reversal)
        asks = it is not None and not it.by_hand and not it.waits
        unsure = it is not None and it.unsure
        self.again.change(
            title=t("Ask now") if doubtful or unsure else t("Give it back"), enabled=asks
        )
        self.other.change(
            title=t("Recall the basket") if doubtful else t("Rung up"),
            enabled=it is not None and (it.stray or (doubtful and free)),
        )
        decides = doubtful or unsure
        waits = it is not None and it.waits
        self.ends.change(
            title=t("A manager decides") if decides else t("Money given back"),
            enabled=it is not None and not waits and (not decides or unsure),
        )

    def paint_row(self, pen: Pen, index: int, rect: Rect, pressed: bool) -> None:
        kit, it = self.kit, self.look.pay.open[index]
        area = self.paint_ground(pen, index, rect)
        kind = MatterKind.REVERSAL if it.reversal else MatterKind.UNKNOWN_PAYMENT
        kind = MatterKind.STRAY if it.stray else kind
        parts = (kit.t(MATTERS[kind][0]), it.port, it.name)
        note = " · ".join(filter(None, (kit.t(told_of(it)), kit.t(it.detail))))
        value = kit.money(it.amount_minor)
        title = " · ".join(filter(None, parts))
        self.paint_two(pen, area, title, note, value=value, ink=kit.palette.bad)

    def tapped(self) -> None:
        it = self._chosen
        if it is not None and not (it.stray or it.reversal) and self.other.face.enabled:
            self._other()

    def _again(self) -> None:
        it = self._chosen
        if it is None:
            return
        if it.unsure:
            self.desk.submit(c.InquireTender(it.asked, it.sale))
        else:
            self.desk.submit(c.GiveBack(it.sale, it.tender))

    def _other(self) -> None:
        it = self._chosen
        if it is None:
            return
        if it.stray:
            reason = self.kit.t(N_("Rung up as a sale"))
            self._settled(c.CloseStray(it.sale, it.tender, reason))
        else:
            self.desk.submit(c.RecallSale(it.sale), done=self.desk.home)

    def _ends(self) -> None:
        it = self._chosen
        if it is None:
            return
        reason = self.kit.t(N_("Given back to the customer"))
        if it.unsure:
            self.desk.go("verdict", payment=it)
        elif it.stray:
            self._settled(c.CloseStray(it.sale, it.tender, reason, given_back=True))
        else:
            self._settled(c.CloseReversal(it.sale, it.tender, reason))

    def _settled(self, request: c.Request) -> None:
        self.desk.submit(request, done=partial(self.desk.tell_key, "payment_settled"))


PROOFS = (
    N_("The terminal's slip"),
    N_("The terminal's own journal"),
    N_("The bank says so"),
    N_("The customer's bank app"),
)
"""How a manager knows; it stands in the journal with the name."""


class VerdictScreen(Screen):
    """What the till asked, what the terminal said, and a named manager's word of what is true."""

    def build(self) -> None:
        t = self.kit.t
        self.payment: OpenPaymentLook | None = None
        self.proof = ""
        self._panel = self._note = NOWHERE
        self.proofs: dict[str, Key] = {
            it: self.key(t(it), partial(self._choose, it), size=TYPE.body) for it in PROOFS
        }
        self.back = self.key(t("Back"), self._leave, hotkey="escape")
        self.no = self.key(t("Was not paid"), self._not_paid, Kind.DANGER)
        self.yes = self.key(t("Was paid"), self._paid, Kind.PRIMARY)

    def enter(self, payment: OpenPaymentLook | None = None, **_how: Any) -> None:
        """Back from a manager's PIN without a payment named: the same one."""
        self.payment = payment or self.payment
        self._choose("")

    def update(self, look: Look, before: Look) -> None:
        it = self.payment
        if it is not None and it not in look.pay.open and not self._asked_now(look):
            self._leave()

    def _asked_now(self, look: Look) -> bool:
        """The payment of the basket at the counter stands in no list."""
        asked, basket, it = look.pay.asked, look.basket, self.payment
        if asked is None or basket is None or it is None:
            return False
        return asked.unsure and (basket.sale, asked.tender) == (it.sale, it.asked)

    def _choose(self, proof: str) -> None:
        self.proof = proof
        back = self.payment is not None and self.payment.amount_minor < 0
        back = back or (self.payment is not None and self.payment.reversal)
        t = self.kit.t
        for name, key in self.proofs.items():
            key.change(kind=Kind.WAY if name == proof else Kind.PLAIN)
        self.no.change(
            title=t("Did not go back") if back else t("Was not paid"), enabled=bool(proof)
        )
        self.yes.change(title=t("Went back") if back else t("Was paid"), enabled=bool(proof))
        self.redraw()

    def arrange(self, rect: Rect) -> None:
        sizes = self.kit.measures
        pay, rest = rect.cut_bottom(sizes.pay_height, sizes.px(10))
        back, no, yes = pay.columns((0.24, 0.34, 0.42), sizes.gap)
        self.back.place(back)
        self.no.place(no)
        self.yes.place(yes)
        self._panel, right = self.halves(rest, left=520, narrow=420)
        self._note, right = right.cut_top(sizes.px(44))
        for key, place in zip(self.proofs.values(), right.grid(1, 4, sizes.gap), strict=True):
            key.place(place)

    def paint(self, pen: Pen) -> None:
        it = self.payment
        if it is None:
            return
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        self.panel(pen, self._panel)
        area = self._panel.inset(sizes.px(20), sizes.px(14))
        head, area = area.cut_top(sizes.px(40))
        pen.text(kit.t("What is true?"), head, sizes.type(TYPE.title), palette.ink, bold=True)
        warning, area = area.cut_bottom(max(sizes.px(92), 76), sizes.px(8))
        rows = (
            (N_("The till asked for"), kit.money(it.amount_minor)),
            (N_("Terminal"), it.port),
            (N_("Payment"), f"{it.sale}-{it.asked}"),
            (N_("Basket"), it.name),
            (N_("The terminal said"), kit.t(it.detail or N_("nothing"))),
            (N_("Its reference"), it.reference),
        )
        for label, value in rows:
            if value:
                row, area = area.cut_top(max(sizes.px(34), 27))
                room = row.w - pens.text_width(kit.t(label), sizes.type(TYPE.body)) - sizes.px(16)
                shown = pens.wrap(value, sizes.type(TYPE.body), True, room, 1)[0]
                self.row_text(pen, row, kit.t(label), shown, strong=True)
        pen.box(warning, palette.warn_ground, radius=sizes.radius)
        told = kit.t(
            "A manager answers for this with name and PIN. The end of the day compares it with the"
            " terminal."
        )
        inner = warning.inset(sizes.px(14), sizes.px(8))
        pen.text(told, inner, sizes.type(TYPE.body), palette.warn, bold=True, lines=3)
        pen.text(
            kit.t("How do you know?"), self._note, sizes.type(TYPE.body), palette.ink, bold=True
        )

    def _decide(self, outcome: TenderOutcome) -> None:
        it = self.payment
        if it is not None and self.proof:
            request = c.ResolveTender(it.sale, it.asked, outcome, self.kit.t(self.proof))
            self.desk.submit(request, done=partial(self.desk.tell_key, "payment_settled"))

    def _paid(self) -> None:
        self._decide(TenderOutcome.APPROVED)

    def _not_paid(self) -> None:
        self._decide(TenderOutcome.DECLINED)

    def _leave(self) -> None:
        """To where it was chosen: the list, or the basket at the counter."""
        self.payment = None
        if self.look.pay.asked is None and self.look.pay.open:
            self.desk.go("payments")
        else:
            self.desk.home()
