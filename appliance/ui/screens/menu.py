"""More: everything that is not selling, one touch away."""

from __future__ import annotations

from functools import partial

from appliance.core import commands as c
from appliance.core.view import Look
from appliance.ui.rect import Rect
from appliance.ui.screens.base import Screen
from appliance.ui.widgets.key import Key, Kind
from appliance.ui.words import N_


class MoreScreen(Screen):
    """Twelve tiles; what cannot be done now is faint rather than gone."""

    def build(self) -> None:
        t, go = self.kit.t, self.desk.go
        self.price = self._tile(N_("Price check"), "price_check", partial(go, "price_check"), "f5")
        self.recall = self._tile(N_("Suspended baskets"), "resume", partial(go, "recall"), "f6")
        self.copy = self._tile(N_("Last receipt again"), "receipt", self._copy, "f7")
        self.void = self._tile(N_("Void the sale"), "cancel", self._void, "f8", Kind.DANGER)
        self.pay_in = self._tile(N_("Pay in"), "cash_in", partial(go, "pay_in"), "")
        self.pay_out = self._tile(N_("Pay out"), "cash_out", partial(go, "pay_out"), "")
        self.drawer = self._tile(N_("Open the drawer"), "drawer", partial(go, "no_sale"), "")
        self.report = self._tile(N_("X report"), "report", partial(go, "x_report"), "")
        self.matters = self._tile(N_("Prints to look after"), "matters", partial(go, "matters"), "")
        self.devices = self._tile(N_("Devices"), "devices", partial(go, "devices"), "")
        self.settings = self._tile(N_("Settings"), "settings", partial(go, "settings"), "")
        self.close = self._tile(N_("Close the shift"), "lock", partial(go, "close"), "")
        self.tiles = [
            self.price,
            self.recall,
            self.copy,
            self.void,
            self.pay_in,
            self.pay_out,
            self.drawer,
            self.report,
            self.matters,
            self.devices,
            self.settings,
            self.close,
        ]
        self.back = self.key(t("Back"), self.desk.home, hotkey="escape")

    def _tile(
        self, title: str, icon: str, action: object, hotkey: str, kind: Kind = Kind.PLAIN
    ) -> Key:
        return self.key(self.kit.t(title), action, kind, icon=icon, hotkey=hotkey)  # type: ignore[arg-type]

    def update(self, look: Look, before: Look) -> None:
        lines = bool(look.basket and look.basket.lines)
        tendered = bool(look.basket and look.basket.tenders)
        shift = look.shift is not None
        self.void.change(enabled=lines and not tendered)
        self.recall.change(badge=str(len(look.suspended)) if look.suspended else "")
        self.recall.change(enabled=bool(look.suspended) and not lines)
        self.copy.change(enabled=look.done is not None)
        for key in (self.pay_in, self.pay_out, self.drawer, self.report):
            key.change(enabled=shift)
        self.close.change(enabled=shift and not lines)
        self.matters.change(badge=str(len(look.matters)) if look.matters else "")

    def arrange(self, rect: Rect) -> None:
        sizes = self.kit.measures
        back, rest = rect.cut_bottom(sizes.pay_height, sizes.px(10))
        self.back.place(back.cut_left(back.w // 4)[0])
        columns, rows = (3, 4) if sizes.portrait else (4, 3)
        for key, place in zip(self.tiles, rest.grid(columns, rows, sizes.gap), strict=True):
            key.place(place)

    def _copy(self) -> None:
        self.desk.home()
        tell = partial(self.desk.tell_key, "copy_printing")
        self.desk.submit(c.PrintReceipt(), done=tell)

    def _void(self) -> None:
        self.desk.home()
        self.desk.submit(c.VoidSale())
