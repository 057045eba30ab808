"""A coupon by hand: its word or its code; and those in the basket, each with a way out."""

from __future__ import annotations

from typing import Any

from appliance.core import commands as c
from appliance.core.view import CouponLook, Look
from appliance.ui import pen as pens
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.text import TextScreen
from appliance.ui.theme import TYPE
from appliance.ui.widgets.rows import Rows
from appliance.ui.words import N_


class CouponScreen(TextScreen):
    """What the till accepts goes into the basket at once; a touch on one there takes it out."""

    placeholder = N_("The coupon's word, or the code below its picture")
    icon = "tag"
    done = N_("Accept")

    def build_rest(self) -> None:
        self.rows = Rows(
            self.kit, self._paint_row, row_height=self.kit.measures.touch(52), on_tap=self._remove
        )
        self.add_widget(self.rows)

    @property
    def coupons(self) -> tuple[CouponLook, ...]:
        return self.look.basket.coupons if self.look.basket else ()

    def enter(self, **_how: Any) -> None:
        self.board_wanted = True
        self.set_text("")

    def update(self, look: Look, before: Look) -> None:
        self.rows.set_rows(len(self.coupons), set(range(len(self.coupons))))
        self.redraw()

    def arrange_rest(self, area: Rect) -> None:
        self.rows.place(area.inset(1, 2))

    def paint(self, pen: Pen) -> None:
        sizes = self.kit.measures
        area = self.rows.rect.inset(-1, -2)
        self.panel(pen, area)
        if not self.coupons:
            text = self.kit.t("A coupon with a code is quicker scanned, here or on any page.")
            place = area.inset(sizes.pad, sizes.px(8))
            quiet, size = self.kit.palette.quiet, sizes.type(TYPE.body)
            pen.text(text, place, size, quiet, align="center", lines=2)

    def _paint_row(self, pen: Pen, index: int, rect: Rect, pressed: bool) -> None:
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        coupon = self.coupons[index]
        if pressed:
            pen.fill(rect, palette.bad_ground)
        pen.fill(Rect(rect.x, rect.y, rect.w, sizes.hair), palette.line)
        inner = rect.inset(sizes.pad, 3)
        bin_place, inner = inner.cut_right(sizes.px(40))
        pen.icon("bin", bin_place, sizes.px(26), palette.bad)
        told = kit.t("takes something off") if coupon.working else kit.t("waits for its goods")
        size, small = sizes.type(TYPE.body), sizes.type(TYPE.small)
        pen.text(told, inner, small, palette.go if coupon.working else palette.quiet, align="right")
        room = inner.w - pens.text_width(told, small) - sizes.px(12)
        pen.text(coupon.coupon, Rect(inner.x, inner.y, room, inner.h), size, palette.ink, bold=True)

    def _remove(self, index: int) -> None:
        self.desk.submit(c.RemoveCoupon(self.coupons[index].coupon))

    def finished(self) -> None:
        code = self.text.strip()
        if code:
            self.desk.submit(c.EnterCoupon(code), done=self._taken)

    def _taken(self) -> None:
        self.text = ""
        self.desk.home()
