"""A tip on top of the basket: a quick percentage, or an amount."""

from __future__ import annotations

from functools import partial

from appliance.core import commands as c
from appliance.core.money import exponent
from appliance.ui.entry import money_entry
from appliance.ui.screens.number import PadScreen
from appliance.ui.widgets.key import Key, Kind


class TipScreen(PadScreen):
    """Reached from all ways to pay, while no money was taken yet."""

    def build(self) -> None:
        super().build()
        kit = self.kit
        self.heading = kit.t("Tip")
        self.back.action = lambda: self.desk.go("pay")
        self._base = 0
        self._percents: tuple[Key, ...] = ()

    def enter(self, **_how: object) -> None:
        kit = self.kit
        self.entry = money_entry(kit.currency)
        self.pad.set_corner(self.entry.corner)
        for key in self.row:
            self.remove_widget(key)
        basket = self.look.basket
        base = 0 if basket is None else basket.total_minor - self.look.pay.tip_minor
        self.row = []
        for percent in self.look.pay.tip_percents:
            amount = round(base * percent / 100)
            self.row.append(
                self.key(
                    kit.percent(percent),
                    partial(self._give, amount),
                    Kind.WAY,
                    subtitle=kit.amount(amount),
                )
            )
        self.row.append(self.key(kit.t("No tip"), partial(self._give, 0), Kind.DANGER))

    def show_entry(self) -> None:
        kit = self.kit
        held = self.look.pay.tip_minor
        self.row[-1].change(enabled=bool(held))
        self.field.set(
            self.entry.shown(kit.point),
            placeholder=kit.amount(held),
            currency=kit.currency,
            label=kit.t("Tip"),
        )
        super().show_entry()

    def _give(self, amount_minor: int) -> None:
        self.desk.submit(c.AddTip(amount_minor), done=lambda: self.desk.go("pay"))

    def finished(self) -> None:
        minor = self.entry.minor(exponent(self.kit.currency))
        if minor:
            self._give(minor)
