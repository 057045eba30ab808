"""Gift cards and vouchers: what is on one, paying with it, topping it up; and amounts for them."""

from __future__ import annotations

from functools import partial

from appliance.core import commands as c
from appliance.core.facts import AccountKind
from appliance.core.money import exponent
from appliance.core.view import Look
from appliance.ui import pen as pens
from appliance.ui import words
from appliance.ui.entry import money_entry
from appliance.ui.kit import day
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.base import NumPadScreen, Screen
from appliance.ui.screens.text import TextScreen
from appliance.ui.theme import TYPE
from appliance.ui.widgets.box import NOWHERE
from appliance.ui.widgets.field import NumberField
from appliance.ui.widgets.key import Key, Kind
from appliance.ui.widgets.numpad import NumPad
from appliance.ui.words import N_

KINDS = {
    AccountKind.GIFT_CARD: N_("Gift card"),
    AccountKind.VOUCHER: N_("Voucher"),
}


class CardScreen(Screen):
    """A card in hand. amount_minor: what was typed on the payment screen for it."""

    def build(self) -> None:
        t = self.kit.t
        self.amount_minor: int | None = None
        self._panel = NOWHERE
        self.code = self.key(t("Type the code"), lambda: self.desk.go("card_code"), icon="search")
        self.sell = self.key(
            t("New gift card"), partial(self._amount, "sell"), icon="plus", size=TYPE.title
        )
        self.top_up = self.key(
            t("Top up"), partial(self._amount, "top_up"), icon="cash_in", size=TYPE.title
        )
        self.print = self.key(t("Print the balance"), self._print, icon="printer")
        self.block = self.key(t("Block"), self._block, Kind.DANGER, icon="lock")
        self.take_back = self.key(t("Take the card back"), self._take_back, icon="undo")
        self.back = self.key(t("Back"), self._leave, hotkey="escape")
        self.pay = self.key(t("Pay with it"), self._pay, Kind.PRIMARY, hotkey="enter")

    def enter(self, amount_minor: int | None = None, **_how: object) -> None:
        self.amount_minor = amount_minor

    def update(self, look: Look, before: Look) -> None:
        card, basket = look.accounts.card, look.basket
        due = basket.left_minor if basket and basket.lines else 0
        self.pay.change(enabled=bool(card and card.spendable and due > 0))
        if card is not None and card.spendable and due > 0:
            amount = min(card.spendable, due, self.amount_minor or due)
            self.pay.change(subtitle=self.kit.money(amount))
        else:
            self.pay.change(subtitle="")
        self.sell.change(enabled=look.shift is not None)
        gift = card is not None and card.kind is AccountKind.GIFT_CARD
        self.top_up.change(enabled=gift and look.shift is not None and not (card and card.why))
        self.print.change(enabled=card is not None)
        free = look.shift is not None and not (basket and basket.lines)
        self.take_back.change(enabled=bool(card and card.unspent and free))
        blocked = bool(card and card.blocked)
        self.block.change(
            title=self.kit.t("Unblock") if blocked else self.kit.t("Block"),
            enabled=card is not None,
        )
        self.redraw()

    def arrange(self, rect: Rect) -> None:
        sizes = self.kit.measures
        left, right = self.halves(rect, left=470, narrow=380)
        self._panel = left
        foot, right = right.cut_bottom(sizes.pay_height, sizes.px(10))
        back, pay = foot.cut_left(round(foot.w * 0.34), sizes.gap)
        self.back.place(back)
        self.pay.place(pay)
        keys = (self.code, self.sell, self.top_up, self.print, self.block, self.take_back)
        for key, place in zip(keys, right.grid(2, 3, sizes.gap), strict=False):
            key.place(place)

    def paint(self, pen: Pen) -> None:
        self.panel(pen, self._panel)
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        area = self._panel.inset(sizes.px(24), sizes.px(20))
        card = self.look.accounts.card
        if card is None:
            upper, lower = area.rows((1.2, 1))
            pen.icon("gift", upper, sizes.px(84), palette.quiet)
            text = kit.t("Scan the card. What is on it and what it can do stands here then.")
            size = sizes.type(TYPE.title)
            pen.text(text, lower, size, palette.quiet, align="center", valign="top", lines=4)
            return
        head, middle, below = area.rows((1, 1.6, 1.4))
        title = f"{kit.t(KINDS[card.kind])} …{card.hint}"
        size = pens.fitting_size((title,), sizes.type(TYPE.digit), True, head.w, 16)
        pen.text(title, head, size, palette.ink, bold=True, align="center")
        text = kit.money(card.balance)
        ink = palette.bad if card.why or card.balance < 0 else palette.go
        size = pens.fitting_size((text,), sizes.type(TYPE.change), True, middle.w, 24)
        pen.text(text, middle, size, ink, bold=True, align="center")
        notes = []
        if card.expires:
            notes.append(f"{kit.t('Valid until')} {day(kit, card.expires)}")
        if card.why:
            params = {"hint": card.hint, "date": day(kit, card.expires)}
            notes = [words.sentence(kit.t, card.why, params, kit.language)]
        elif card.spendable < card.balance:
            notes.append(f"{kit.t('Pays now')}: {kit.money(card.spendable)}")
        tone = palette.bad if card.why else palette.quiet
        size = sizes.type(TYPE.title)
        pen.text("\n".join(notes), below, size, tone, align="center", valign="top", lines=4)

    def _leave(self) -> None:
        self.desk.submit(c.CloseCard())
        self.desk.home()

    def _amount(self, ask: str) -> None:
        card = self.look.accounts.card
        account = card.account if card is not None and ask == "top_up" else ""
        self.desk.go("card_amount", ask=ask, account=account)

    def _pay(self) -> None:
        card = self.look.accounts.card
        if card is None or not self.pay.face.enabled:
            return
        amount = None if self.amount_minor is None else min(self.amount_minor, card.spendable)
        request = c.RedeemGiftCard(amount_minor=amount, account=card.account)
        self.desk.submit(request, done=self._paid)

    def _paid(self) -> None:
        self.desk.submit(c.CloseCard())
        if self.desk.name == "card":
            self.desk.go("cash")

    def _print(self) -> None:
        card = self.look.accounts.card
        if card is not None:
            told = partial(self.desk.tell_key, "card_printing")
            self.desk.submit(c.PrintBalance(card.account), done=told)

    def _take_back(self) -> None:
        card = self.look.accounts.card
        if card is not None:
            self.desk.submit(c.ReturnGiftCard(account=card.account), done=self._leave)

    def _block(self) -> None:
        card = self.look.accounts.card
        if card is not None:
            key = "card_unblocked" if card.blocked else "card_blocked"
            reason = self.kit.t("Found again") if card.blocked else self.kit.t("Lost or doubtful")
            self.desk.submit(
                c.BlockAccount(card.account, reason, not card.blocked),
                done=partial(self.desk.tell_key, key),
            )

    def scanned(self) -> None:
        """The till shows the card that was scanned here itself."""


class CardCodeScreen(TextScreen):
    """A card whose code no scanner reads."""

    placeholder = N_("The card's code, as it stands on it")
    icon = "gift"
    done = N_("Find")

    def enter(self, **_how: object) -> None:
        self.board_wanted = True
        self.board.layout = "en"
        self.board._make()
        self.set_text("")

    def finished(self) -> None:
        code = self.text.strip()
        if code:
            self.desk.submit(c.CheckCard(code))

    def paint(self, pen: Pen) -> None:
        top = self.field.rect.y - self.kit.measures.px(10)
        board = self.board.rect
        area = Rect(board.x, board.top, board.w, max(0, top - board.top))
        text = self.kit.t("Capitals and hyphens do not matter.")
        size = self.kit.measures.type(TYPE.body)
        pen.text(text, area, size, self.kit.palette.quiet, align="center")


HEADINGS = {
    "sell": N_("New gift card"),
    "top_up": N_("Top up"),
    "advance": N_("Money ahead"),
    "voucher": N_("Voucher as goodwill"),
    "pay_tab": N_("The customer pays the tab"),
}
NOTES = {
    "sell": N_("The till prints a card with its own code, or you scan a blank plastic one."),
    "top_up": N_("The money is on the card when the sale is paid."),
    "advance": N_("The basket is kept under its name until the rest is paid."),
    "voucher": N_("A voucher prints at once; the drawer stays shut."),
    "pay_tab": N_("The basket gets a line for it; it is paid like any other."),
}
PRESETS = (1, 2, 3, 5, 10, 20)
"""Tenths of the shop's largest note: what cards are usually bought for."""


class CardAmountScreen(NumPadScreen):
    """An amount for something named, by a preset or the pad. ask: a key of HEADINGS."""

    def build(self) -> None:
        kit, t = self.kit, self.kit.t
        self.ask, self.account, self.kept_for = "sell", "", ""
        self.sale: int | None = None
        self._panel = NOWHERE
        self.entry = money_entry(kit.currency)
        self.field = NumberField(kit, t("Amount"))
        self.pad = NumPad(kit, self._press, corner=self.entry.corner)
        self.add_widget(self.field)
        self.add_widget(self.pad)
        self.presets = [
            self.key(kit.short(amount), partial(self._preset, amount), Kind.WAY, size=TYPE.title)
            for amount in usual_sums(self.look)
        ]
        self.back = self.key(t("Back"), self.desk.home, hotkey="escape")
        self.plastic: Key = self.key(t("Scan a plastic card"), self._plastic, icon="scan")
        self.apply = self.key(t("Apply"), self._apply, Kind.PRIMARY, hotkey="enter")

    def enter(
        self,
        ask: str = "sell",
        account: str = "",
        kept_for: str = "",
        sale: int | None = None,
        **_how: object,
    ) -> None:
        """kept_for, sale: of money ahead: under which name the goods wait, and where already."""
        self.ask, self.account, self.kept_for, self.sale = ask, account, kept_for, sale
        self.entry = self.entry.typed("clear")
        title = self.kit.t("Print a card") if ask == "sell" else self.kit.t("Apply")
        self.apply.change(title=title)

    def leave(self) -> None:
        if self.look.accounts.aim:
            self.desk.submit(c.AimCard())

    def update(self, look: Look, before: Look) -> None:
        if before.accounts.aim == "card" and not look.accounts.aim:
            self.desk.home()
            return
        self._show()

    def arrange(self, rect: Rect) -> None:
        sizes = self.kit.measures
        left, right = self.halves(rect, left=430, narrow=350)
        self._panel = left
        inner = left.inset(sizes.px(20), sizes.px(16))
        _, inner = inner.cut_top(sizes.px(150))
        for key, place in zip(self.presets, inner.grid(2, 3, sizes.gap), strict=False):
            key.place(place)
        foot, right = right.cut_bottom(sizes.pay_height, sizes.px(10))
        back, rest = foot.cut_left(round(foot.w * 0.22), sizes.gap)
        self.back.place(back)
        if self.ask == "sell":
            plastic, rest = rest.cut_left(round(foot.w * 0.36), sizes.gap)
            self.show(self.plastic, plastic)
        else:
            self.hide(self.plastic)
        self.apply.place(rest)
        field, pad = right.cut_top(max(sizes.px(72), 54), sizes.px(10))
        self.field.place(field)
        self.pad.place(pad)

    def paint(self, pen: Pen) -> None:
        self.panel(pen, self._panel)
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        head, _ = self._panel.inset(sizes.px(22), sizes.px(14)).cut_top(sizes.px(146))
        upper, lower = head.rows((1, 2))
        title = kit.t(HEADINGS[self.ask])
        size = pens.fitting_size((title,), sizes.type(TYPE.main_key), True, upper.w, 15)
        pen.text(title, upper, size, palette.ink, bold=True)
        waits = self.look.accounts.aim == "card"
        note = kit.t("Scan the blank card now") if waits else kit.t(NOTES[self.ask])
        ink = palette.accent if waits else palette.quiet
        size = sizes.type(TYPE.body)
        pen.text(note, lower, size, ink, valign="top", lines=4, bold=waits)

    def _show(self) -> None:
        shown = self.entry.shown(self.kit.point)
        self.field.set(shown, placeholder="0", currency=self.kit.currency)
        self.apply.change(enabled=bool(self.entry.value))
        self.plastic.change(enabled=bool(self.entry.value))
        self.redraw()

    def _preset(self, amount: int) -> None:
        self.entry = self.entry.holding(amount)
        self._show()

    def _press(self, key: str) -> None:
        self.entry = self.entry.typed(key)
        self._show()

    def _plastic(self) -> None:
        amount = self.entry.minor(exponent(self.kit.currency))
        if amount:
            self.desk.submit(c.AimCard(amount))

    def _apply(self) -> None:
        amount = self.entry.minor(exponent(self.kit.currency))
        if not amount:
            return
        requests: dict[str, c.Request] = {
            "sell": c.SellGiftCard(amount),
            "top_up": c.TopUpGiftCard(amount, account=self.account),
            "advance": c.TakeAdvance(amount, self.kept_for, sale=self.sale),
            "voucher": c.IssueVoucher(amount, self.kit.t("Goodwill")),
            "pay_tab": c.PayTab(amount),
        }
        self.desk.submit(requests[self.ask], done=self._done)

    def _done(self) -> None:
        if self.desk.name == "card_amount":
            self.desk.home()
        if self.ask == "voucher":
            self.desk.tell_key("voucher_printing")

    def scanned(self) -> None:
        """A scan here is the blank card."""


def usual_sums(look: Look) -> tuple[int, ...]:
    """Round amounts for a card: 100, 200, 300, 500, 1000, 2000 where the largest note is 1000."""
    tenth = max((it.value_minor for it in look.denominations if it.is_note), default=0) // 10
    return tuple(times * tenth for times in PRESETS) if tenth else ()
