"""All ways to pay: what was taken, with a key to hand each back; what is left; and every way on."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from appliance.core import commands as c
from appliance.core.facts import TenderType
from appliance.core.view import Look, TenderLook
from appliance.ui import pen as pens
from appliance.ui import words
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.base import Screen
from appliance.ui.screens.tender_keys import TenderKey, tender_keys
from appliance.ui.theme import TYPE
from appliance.ui.widgets.box import NOWHERE
from appliance.ui.widgets.key import Key, Kind

SHOWN_MAX = 4
"""Tenders that have a row of their own; the rest stand in the sum."""


class PayScreen(Screen):
    """Reached from the cash screen; a number typed there is for the way chosen here."""

    def build(self) -> None:
        t = self.kit.t
        self.amount_minor: int | None = None
        self._panel = NOWHERE
        self._shown: tuple[object, ...] = ()
        self._ways: list[Key] = []
        self._removes: list[Key] = []
        self._rows: list[Rect] = []
        self._left = NOWHERE
        self.back = self.key(t("Back"), lambda: self.desk.go("cash"), hotkey="escape")
        self.finish = self.key(t("Finish"), lambda: self.desk.submit(c.Settle()), Kind.PRIMARY)

    def enter(self, amount_minor: int | None = None, **_how: object) -> None:
        self.amount_minor = amount_minor

    def update(self, look: Look, before: Look) -> None:
        basket = look.basket
        if basket is None or not basket.lines:
            return
        keys = tender_keys(look)
        shown = (keys, basket.tenders, look.pay)
        if shown != self._shown:
            self._shown = shown
            self._make(keys, basket.tenders[-SHOWN_MAX:])
        self.finish.change(enabled=not basket.left_minor and not basket.cash_due_minor)
        if self.rect.w:
            self.arrange(self.rect)
        self.redraw()

    def _make(self, keys: tuple[TenderKey, ...], tenders: tuple[TenderLook, ...]) -> None:
        for key in (*self._ways, *self._removes):
            self.remove_widget(key)
        kit, look = self.kit, self.look
        self._ways = [
            self.key(kit.t("Cash"), lambda: self.desk.go("cash"), Kind.WAY, icon="cash"),
            *(
                self.key(
                    kit.t(it.title),
                    partial(self._press, it),
                    Kind.WAY,
                    icon=it.icon,
                    subtitle=it.subtitle if it.most_minor is None else kit.money(it.most_minor),
                )
                for it in keys
            ),
        ]
        # Extras belong to what is bought, before any money: never to money that goes back.
        may_add = not tenders and look.basket is not None and look.basket.left_minor > 0
        if look.pay.tip_percents and may_add:
            tip = kit.money(look.pay.tip_minor) if look.pay.tip_minor else ""
            self._ways.append(
                self.key(kit.t("Tip"), lambda: self.desk.go("tip"), icon="plus", subtitle=tip)
            )
        if look.pay.charge_percent is not None and may_add:
            on = look.pay.service_percent is not None
            self._ways.append(
                self.key(
                    kit.t("Service charge"),
                    self._charge,
                    Kind.CHOSEN if on else Kind.PLAIN,
                    icon="percent",
                    subtitle=kit.percent(look.pay.charge_percent),
                )
            )
        if _by_card(tenders):
            told = kit.t("Back to the card")
            self._ways.append(
                self.key(kit.t("Customer left"), self._give_up, icon="undo", subtitle=told)
            )
        self._removes = [
            self.key(kit.t("Hand back"), partial(self._void, it), Kind.DANGER, size=TYPE.body)
            for it in tenders
        ]

    def _press(self, way: TenderKey) -> None:
        way.press(self.desk, self.amount_minor)
        self.amount_minor = None

    def _void(self, tender: TenderLook) -> None:
        self.desk.submit(c.VoidTender(tender.tender))

    def _give_up(self) -> None:
        self.desk.submit(c.GiveUpSale(self.kit.t("Customer left")), done=self.desk.home)

    def _charge(self) -> None:
        off = self.look.pay.service_percent is not None
        self.desk.submit(c.AddServiceCharge(Decimal(0) if off else None))

    def arrange(self, rect: Rect) -> None:
        sizes = self.kit.measures
        left, right = self.halves(rect, left=440, narrow=380)
        pay, right = right.cut_bottom(sizes.pay_height, sizes.px(10))
        back, finish = pay.cut_left(round(pay.w * 0.34), sizes.gap)
        self.back.place(back)
        self.finish.place(finish)
        self._panel = left
        foot, above = left.cut_bottom(max(sizes.px(132), 112))
        self._left = foot
        area = above.inset(sizes.px(16), sizes.px(10))
        _head, area = area.cut_top(sizes.px(40))
        self._rows = []
        for key in self._removes:
            row, area = area.cut_top(max(sizes.px(56), 50), sizes.px(6))
            self._rows.append(row)
            key.place(row.cut_right(sizes.px(150))[0])
        columns = 2 if len(self._ways) <= 8 else 3
        rows = max(3, -(-len(self._ways) // columns))
        for key, place in zip(self._ways, right.grid(columns, rows, sizes.gap), strict=False):
            key.place(place)

    def paint(self, pen: Pen) -> None:
        basket = self.look.basket
        if basket is None:
            return
        kit, sizes = self.kit, self.kit.measures
        self.panel(pen, self._panel)
        head, _ = self._panel.inset(sizes.px(16), sizes.px(10)).cut_top(sizes.px(40))
        back = basket.total_minor < 0
        label = kit.t("To give back") if back else kit.t("To pay")
        self.row_text(pen, head, label, kit.money(abs(basket.total_minor)), strong=True)
        for row, tender in zip(self._rows, basket.tenders[-SHOWN_MAX:], strict=False):
            words_at = row.cut_left(row.w - sizes.px(160))[0]
            self.row_text(pen, words_at, tender_text(self, tender), kit.amount(tender.amount_minor))
        left = basket.cash_due_minor if not basket.left_minor else basket.left_minor
        paint_left(self, pen, self._left, left)


def _by_card(tenders: tuple[TenderLook, ...]) -> bool:
    """Terminals took all that was taken, so that all of it can go back without the customer."""
    ways = [TenderType.CARD.value, TenderType.QR.value]
    return bool(tenders) and all(it.type in ways and it.status == "taken" for it in tenders)


def tender_text(screen: Screen, tender: TenderLook) -> str:
    """ "Card", "Card · …4821", "USD 20"."""
    kit = screen.kit
    if tender.currency:
        return f"{tender.currency} {foreign_text(tender.foreign_minor, tender.currency, kit)}"
    name = kit.t(words.TENDERS[tender.type])
    if tender.reverses:
        return f"{name}: {kit.t('taken back')}"
    return f"{name} · {tender.reference}" if tender.reference else name


def foreign_text(minor: int, currency: str, kit: object) -> str:
    """Notes without needless decimals, coins with all of theirs."""
    from appliance.core.money import from_minor

    value = from_minor(minor, currency)
    whole = value.to_integral_value()
    return kit.number(whole if value == whole else value)  # type: ignore[attr-defined, no-any-return]


def paint_left(screen: Screen, pen: Pen, foot: Rect, left_minor: int) -> None:
    """What is still to pay, or to give back, in huge digits at the panel's foot."""
    kit, sizes, palette = screen.kit, screen.kit.measures, screen.kit.palette
    well = left_minor == 0
    ground, ink = (palette.go_ground, palette.go) if well else (palette.warn_ground, palette.warn)
    place = Rect(foot.x + 1, foot.y + 1, foot.w - 2, foot.h)
    pen.box(place, ground, radius=sizes.radius_panel - 1, corners=pens.ROUND_BOTTOM)
    area = foot.inset(sizes.px(20), sizes.px(12))
    head, area = area.cut_top(sizes.px(26))
    label = kit.t("Still to pay") if left_minor >= 0 else kit.t("Still to give back")
    pen.text(kit.t("All paid") if well else label, head, sizes.type(TYPE.body), ink, bold=True)
    text = kit.money(abs(left_minor))
    size = pens.fitting_size((text,), sizes.type(TYPE.change), True, area.w, 24)
    pen.text(text, area, size, ink, bold=True)
