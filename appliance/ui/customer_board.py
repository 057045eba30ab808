"""What the customer's screen looks like: the item, the total and the change, large."""

from __future__ import annotations

from typing import Any

from appliance.core.pay_look import CodeLook
from appliance.core.view import BasketLook, LineLook, Look
from appliance.ui import pen as pens
from appliance.ui import theme
from appliance.ui.customer_scene import Scene, Story, Topic
from appliance.ui.kit import Kit
from appliance.ui.pen import Pen
from appliance.ui.port import UiSettings
from appliance.ui.rect import Rect
from appliance.ui.theme import TYPE, Colour
from appliance.ui.widgets.box import Box
from appliance.ui.widgets.offer_note import offer_note
from appliance.ui.words import N_

_QUIET = {
    Topic.AWAY: N_("One moment, please"),
    Topic.CLOSED: N_("This till is closed"),
    Topic.WELCOME: N_("Welcome!"),
}


class CustomerBoard(Box):
    """Draws one scene; nothing here can be touched."""

    def __init__(self, settings: UiSettings) -> None:
        self.settings = settings
        self.story = Story()
        self.scene: Scene = self.story.scene
        self.said: tuple[str, ...] = ()
        """The words on the screen, largest matter first: what a test or a log can read."""
        super().__init__(self._make_kit(settings.width, settings.height, "UAH"))

    def _make_kit(self, width: int, height: int, currency: str) -> Kit:
        palette = theme.PALETTES[self.settings.theme]
        return Kit(palette, theme.measures(width, height), self.settings.language, currency)

    def resized(self, width: int, height: int) -> None:
        self.kit = self._make_kit(width, height, self.kit.currency)
        self.place(Rect(0, 0, width, height))

    def hear(self, look: Look | None, now_s: float) -> None:
        """A new view. Draws only when it tells the customer something else."""
        if look is not None and look.currency != self.kit.currency:
            self.kit = self._make_kit(self.rect.w, self.rect.h, look.currency)
        self._turn(self.story.hear(look, now_s))

    def wait(self, now_s: float) -> None:
        self._turn(self.story.wait(now_s))

    def _turn(self, scene: Scene) -> None:
        before, self.scene = self.scene, scene
        if _shown(scene) != _shown(before):
            self.redraw()

    def paint(self, pen: Pen) -> None:
        pen.fill(self.rect, self.kit.palette.background)
        look = self.scene.look
        area = self.rect.inset(self.kit.measures.margin)
        match self.scene.topic:
            case Topic.BASKET if look is not None and look.basket is not None:
                self._paint_basket(pen, area, look.basket)
            case Topic.CODE if look is not None and look.pay.code and look.pay.asked:
                self._paint_code(pen, area, look.pay.code, look.pay.asked.amount_minor)
            case Topic.CHANGE if look is not None:
                self._paint_change(pen, area, look)
            case Topic.PRICE if look is not None:
                self._paint_price(pen, area, look)
            case topic:
                self._paint_quiet(pen, area, self.kit.t(_QUIET.get(topic, "")))

    # Between sales

    def _paint_quiet(self, pen: Pen, area: Rect, text: str) -> None:
        sizes, palette = self.kit.measures, self.kit.palette
        shop = self.scene.look.shop if self.scene.look else ""
        if not shop:
            shop, text = text, ""
        self.said = (text, shop)
        upper, lower = area.rows((1.15, 1))
        mark, _ = upper.cut_bottom(round(upper.h * 0.72))
        pen.icon("shop", mark, min(sizes.px(150), mark.h), palette.go)
        name, line, _ = lower.rows((1, 0.62, 0.9))
        size = pens.fitting_size((shop,), sizes.type(64), bold=True, width=name.w, least=22)
        pen.text(shop, name, size, palette.ink, bold=True, align="center")
        pen.text(text, line, sizes.type(30), palette.quiet, align="center")

    # A sale

    def _paint_basket(self, pen: Pen, area: Rect, basket: BasketLook) -> None:
        sizes = self.kit.measures
        if sizes.portrait:
            main, lines = area.cut_bottom(round(area.h * 0.62), sizes.margin)
        else:
            lines, main = area.cut_left(round(area.w * 0.42), sizes.margin)
        self._paint_lines(pen, lines, basket)
        self._paint_total(pen, main, basket)

    def _box(self, pen: Pen, rect: Rect, fill: Colour, **how: Any) -> None:
        sizes = self.kit.measures
        line = self.kit.palette.line
        pen.box(rect, fill, radius=sizes.radius_panel, line=line, width=sizes.hair, **how)

    def _paint_lines(self, pen: Pen, rect: Rect, basket: BasketLook) -> None:
        """The last lines, the newest lowest; as many as stand there whole."""
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        self._box(pen, rect, palette.panel)
        area = rect.inset(sizes.px(18), sizes.px(12))
        height = max(sizes.px(56), 46)
        room = max(1, area.h // height)
        shown = basket.lines[-room:]
        hidden = len(basket.lines) - len(shown)
        if hidden:
            shown = shown[1:]
            head, area = area.cut_top(height)
            earlier = kit.n("{count} more line above", "{count} more lines above", hidden + 1)
            pen.text(earlier, head, sizes.type(TYPE.body), palette.quiet)
        for line in shown:
            row, area = area.cut_top(height)
            if line == self.scene.line:
                ground = Rect(rect.x + 1, row.y, rect.w - 2, row.h)
                pen.fill(ground, palette.go_ground)
            self._paint_line(pen, row, line)

    def _paint_line(self, pen: Pen, row: Rect, line: LineLook) -> None:
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        size, note = sizes.type(TYPE.title), sizes.type(TYPE.small)
        amount = kit.amount(line.amount_minor)
        width = pens.text_width(amount, size, bold=True)
        pen.text(amount, row, size, palette.ink, bold=True, align="right")
        words = Rect(row.x, row.y, row.w - width - sizes.px(14), row.h)
        told = self._how_many(line)
        if not told:
            pen.text(line.name, words, size, palette.ink)
            return
        name, below = words.rows((1.25, 1))
        pen.text(line.name, name, size, palette.ink, valign="bottom")
        ink = palette.go if _off(line) else palette.quiet
        pen.text(told, below, note, ink, valign="top")

    def _how_many(self, line: LineLook) -> str:
        """ "2 × 24,50 · Discount −4,90", "3 for 2: −24,50"; nothing for one piece at its price."""
        kit, told = self.kit, ""
        if line.quantity != 1 or line.unit.decimals:
            told = f"{kit.quantity(line.quantity, line.unit)} × {kit.amount(line.unit_price_minor)}"
        if line.offers:
            off = offer_note(kit, line.offers)
            told = f"{told} · {off}" if told else off
        if line.discount_minor:
            off = f"{kit.t('Discount')} {kit.amount(-line.discount_minor)}"
            told = f"{told} · {off}" if told else off
        return told

    def _paint_total(self, pen: Pen, rect: Rect, basket: BasketLook) -> None:
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        self._box(pen, rect, palette.panel)
        foot, above = rect.cut_bottom(round(rect.h * 0.46))
        ground = Rect(foot.x + 1, foot.y + 1, foot.w - 2, foot.h)
        pen.box(ground, palette.go_ground, radius=sizes.radius_panel - 1, corners=pens.ROUND_BOTTOM)
        label, minor = kit.t("To pay"), basket.total_minor
        if basket.tenders:
            label, minor = kit.t("Still to pay"), basket.cash_due_minor
        if minor < 0:
            label, minor = kit.t("You get back"), -minor
        total = kit.money(minor)
        self.said = (label, total, self.scene.line.name if self.scene.line else "")
        self._paint_large(pen, foot, label, total)
        rows = []
        line = self.scene.line
        if basket.discount_minor and (line is None or basket.discount_minor != _off(line)):
            rows.append((kit.t("Discount"), kit.amount(-basket.discount_minor), palette.go))
        if basket.tenders:
            rows.append((kit.t("To pay"), kit.amount(basket.total_minor), palette.ink))
            rows.append((kit.t("Received"), kit.amount(basket.tendered_minor), palette.ink))
        area = above.inset(sizes.px(28), sizes.px(18))
        step = max(sizes.px(36), 28)
        for name, value, ink in reversed(rows):
            row, area = area.cut_bottom(step)
            size = sizes.type(TYPE.main_key)
            pen.text(name, row, size, ink)
            pen.text(value, row, size, ink, bold=True, align="right")
        if line is not None:
            self._paint_item(pen, area, line)

    def _paint_item(self, pen: Pen, area: Rect, line: LineLook) -> None:
        """The item just entered: its name, and what it comes to."""
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        big, size = sizes.type(40), sizes.type(30)
        if area.h < pens.line_height(big, bold=True) + pens.line_height(size, bold=True):
            return
        price, name = area.cut_bottom(pens.line_height(big, bold=True), sizes.px(6))
        lines = 2 if name.h >= 1.8 * pens.line_height(size, bold=True) else 1
        pen.text(line.name, name, size, palette.ink, bold=True, lines=lines, valign="top")
        amount = kit.amount(line.amount_minor)
        pen.text(amount, price, big, palette.ink, bold=True, align="right")
        told = self._how_many(line)
        room = price.w - pens.text_width(amount, big, bold=True) - sizes.px(16)
        place = Rect(price.x, price.y, max(0, room), price.h)
        ink = palette.go if _off(line) else palette.quiet
        pen.text(told, place, sizes.type(TYPE.main_key), ink, lines=2)

    def _paint_large(self, pen: Pen, foot: Rect, label: str, value: str) -> None:
        sizes, palette = self.kit.measures, self.kit.palette
        inner = foot.inset(sizes.px(28), sizes.px(16))
        head, below = inner.cut_top(max(sizes.px(38), 28))
        pen.text(label, head, sizes.type(26), palette.go, bold=True)
        large = min(sizes.type(theme.TYPE.change_done), round(below.h * 0.72))
        size = pens.fitting_size((value,), large, bold=True, width=below.w, least=28)
        pen.text(value, below, size, palette.go, bold=True, align="right")

    def _paint_code(self, pen: Pen, area: Rect, code: CodeLook, due_minor: int) -> None:
        """As large as the screen allows: it is scanned across a counter."""
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        side = min(area.w, area.h)
        if sizes.portrait:
            square, words = area.cut_top(min(side, round(area.h * 0.68)), sizes.px(12))
        else:
            square, words = area.cut_left(side, sizes.margin)
        pen.qr(code.code, square)
        head, value = kit.t("Scan and pay in your bank's app"), kit.money(due_minor)
        until = f"{kit.t('Valid until')} {code.until}"
        number = f"{kit.t('Payment number')} {code.reference}" if code.reference else ""
        self.said = (head, value, until, number)
        top, middle, foot = words.rows((1, 1, 0.8))
        pen.text(head, top, sizes.type(34), palette.ink, bold=True, lines=3)
        size = pens.fitting_size((value,), sizes.type(84), bold=True, width=middle.w, least=28)
        pen.text(value, middle, size, palette.go, bold=True)
        upper, lower = foot.rows(2)
        pen.text(until, upper, sizes.type(TYPE.main_key), palette.ink)
        pen.text(number, lower, sizes.type(TYPE.title), palette.quiet, lines=2)

    # After a sale, and a price check

    def _paint_change(self, pen: Pen, area: Rect, look: Look) -> None:
        done = look.done
        assert done is not None
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        self._box(pen, area, palette.go_ground)
        label, value = kit.t("Change"), kit.money(done.change_minor)
        if done.due_minor < 0:
            label, value = kit.t("Given back"), kit.money(-done.due_minor)
        elif not done.change_minor:
            label, value = kit.t("Paid"), kit.money(done.paid_minor)
        thanks = kit.t("Thank you!")
        self.said = (label, value, thanks)
        inner = area.inset(sizes.px(28), sizes.px(24))
        head, middle, note, foot = inner.rows((0.7, 2, 0.5, 0.8))
        pen.text(label, head, sizes.type(36), palette.go, bold=True, align="center")
        large = min(sizes.type(180), round(middle.h * 0.8))
        size = pens.fitting_size((value,), large, bold=True, width=middle.w, least=32)
        pen.text(value, middle, size, palette.go, bold=True, align="center")
        if done.change_minor:
            paid = f"{kit.t('received')} {kit.amount(done.paid_minor)} · "
            paid += f"{kit.t('to pay')} {kit.amount(done.due_minor)}"
            pen.text(paid, note, sizes.type(TYPE.main_key), palette.ink, align="center")
        pen.text(thanks, foot, sizes.type(34), palette.ink, bold=True, align="center")

    def _paint_price(self, pen: Pen, area: Rect, look: Look) -> None:
        price = look.price
        assert price is not None
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        self._box(pen, area, palette.panel)
        unit = f" / {kit.unit(price.unit)}" if price.unit.decimals else ""
        value = kit.money(price.price_minor) + unit
        self.said = (value, price.name)
        inner = area.inset(sizes.px(28), sizes.px(24))
        name, middle, _ = inner.rows((1, 1.5, 0.3))
        pen.text(price.name, name, sizes.type(40), palette.ink, bold=True, align="center", lines=2)
        large = min(sizes.type(150), round(middle.h * 0.8))
        size = pens.fitting_size((value,), large, bold=True, width=middle.w, least=28)
        pen.text(value, middle, size, palette.go, bold=True, align="center")


def _shown(scene: Scene) -> tuple[object, ...]:
    """What of a scene the customer could tell apart."""
    look = scene.look
    if look is None:
        return (scene.topic,)
    held = {
        Topic.BASKET: (look.basket, scene.line),
        Topic.CODE: look.pay.code,
        Topic.CHANGE: look.done,
        Topic.PRICE: look.price,
    }.get(scene.topic)
    return (scene.topic, look.shop, look.currency, held)


def _off(line: LineLook) -> int:
    """What was taken off a line, by hand or by offers."""
    return line.discount_minor + sum(it.amount_minor for it in line.offers)
