"""Foreign cash: which currency, which notes; what it is worth and what change it gives."""

from __future__ import annotations

from functools import partial

from appliance import i18n
from appliance.core import commands as c
from appliance.core.foreign import converted
from appliance.core.money import exponent
from appliance.core.pay_look import ForeignLook
from appliance.core.view import Look
from appliance.ui.entry import money_entry
from appliance.ui.rect import Rect
from appliance.ui.screens.number import PadScreen
from appliance.ui.screens.pay import foreign_text
from appliance.ui.theme import TYPE
from appliance.ui.widgets.key import Key, Kind


class ForeignScreen(PadScreen):
    """The number is in the foreign currency; what it is worth stands above it."""

    def build(self) -> None:
        super().build()
        self.at = 0
        self._tabs: list[Key] = []
        self.back.action = lambda: self.desk.go("cash")

    def enter(self, **_how: object) -> None:
        self.at = 0
        self._choose(0)

    @property
    def chosen(self) -> ForeignLook | None:
        known = self.look.pay.foreign
        return known[self.at] if self.at < len(known) else None

    def _choose(self, at: int) -> None:
        self.at = at
        rule = self.chosen
        for key in (*self._tabs, *self.row):
            self.remove_widget(key)
        self._tabs, self.row = [], []
        if rule is None:
            return
        self.entry = money_entry(rule.currency)
        self.pad.set_corner(self.entry.corner)
        self._tabs = [
            self.key(it.currency, partial(self._choose, i), Kind.CHOSEN if i == at else Kind.PLAIN)
            for i, it in enumerate(self.look.pay.foreign)
        ]
        self.row = [
            self.key(
                foreign_text(note, rule.currency, self.kit),
                partial(self._put, note),
                Kind.WAY,
                size=TYPE.digit,
            )
            for note in rule.quick
        ]
        if self.rect.w:
            self.arrange(self.rect)
        self.show_entry()

    def arrange(self, rect: Rect) -> None:
        super().arrange(rect)
        if len(self._tabs) > 1:
            sizes = self.kit.measures
            tabs, _ = self._head.cut_right(min(self._head.w // 2, len(self._tabs) * sizes.px(92)))
            for key, place in zip(self._tabs, tabs.columns(len(self._tabs), 6), strict=True):
                key.place(place)
            self._head = self._head.cut_left(self._head.w - tabs.w - sizes.gap)[0]
        else:
            for key in self._tabs:
                self.hide(key)

    def update(self, look: Look, before: Look) -> None:
        if look.basket is None or not look.basket.lines:
            return
        super().update(look, before)

    @property
    def foreign_minor(self) -> int:
        rule = self.chosen
        return (self.entry.minor(exponent(rule.currency)) or 0) if rule else 0

    def show_entry(self) -> None:
        kit, rule, basket = self.kit, self.chosen, self.look.basket
        if rule is None or basket is None:
            self.apply.change(enabled=False)
            return
        if rule.rate is None:
            self.heading = kit.t("No rate of {currency} is set").format(currency=rule.currency)
        else:
            rate = kit.number(rule.rate.normalize())
            worth_one = i18n.with_sign(rate, kit.currency, kit.language)
            self.heading = f"1 {rule.currency} = {worth_one}"
        label, worth = kit.t("Received"), 0
        if rule.rate is not None and self.foreign_minor:
            worth = converted(self.foreign_minor, rule.currency, rule.rate, kit.currency)
            change = worth - basket.cash_due_minor
            label = f"= {kit.money(worth)}"
            if change:
                told = kit.t("Change") if change > 0 else kit.t("Still to pay")
                label += f" · {told} {kit.amount(abs(change))}"
        shown = self.entry.shown(kit.point)
        self.field.set(shown, placeholder="0", currency=rule.currency, label=label)
        self.apply.change(title=kit.t("Take it"), enabled=bool(worth))
        self.redraw()

    def _put(self, note: int) -> None:
        """A note is one more of it."""
        self.entry = self.entry.holding(self.foreign_minor + note)
        self.show_entry()

    def finished(self) -> None:
        rule = self.chosen
        if rule is not None and self.foreign_minor:
            minor, self.entry = self.foreign_minor, self.entry.typed("clear")
            self.desk.submit(c.TenderForeignCash(rule.currency, minor), done=self._taken)

    def _taken(self) -> None:
        if self.desk.name == "foreign":
            self.desk.go("cash")
