"""The band above every page of a training: nobody can take this for the real till."""

from __future__ import annotations

from appliance.ui import pen as pens
from appliance.ui import theme
from appliance.ui.kit import Kit
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect


def height(kit: Kit) -> int:
    return max(26, kit.measures.px(30))


def paint(pen: Pen, kit: Kit, band: Rect) -> None:
    """Stripes, and a word on how to end it."""
    violet, bright, ink = theme.STRIPES
    sizes = kit.measures
    pen.fill(band, violet)
    step = sizes.px(34)
    for at, x in enumerate(range(band.x, band.right, step)):
        if at % 2:
            pen.fill(Rect(x, band.y, min(step, band.right - x), band.h), bright)
    text = kit.t("TRAINING · nothing here is sold · touch here to end it")
    size = pens.fitting_size((text,), sizes.type(theme.TYPE.body), True, band.w - 20, 13)
    width = pens.text_width(text, size, True) + 2 * sizes.px(16)
    pen.fill(band.centred(min(width, band.w), band.h), bright)
    pen.text(text, band, size, ink, bold=True, align="center")
