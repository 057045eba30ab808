"""Sizes of type and space on each paper, in printer dots."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from appliance.receipt.layout import Size, Style

FONTS = Path(__file__).parents[1] / "fonts"
REGULAR = FONTS / "NotoSans-Regular.ttf"
BOLD = FONTS / "NotoSans-Bold.ttf"


def font_path(style: Style) -> Path:
    return BOLD if style.bold else REGULAR


@dataclass(frozen=True, slots=True)
class Metrics:
    """width: printable dots. A row is line_height times its type size high."""

    width: int
    dpi: int
    margin: int
    sizes: MappingProxyType[Size, int]
    gap: int
    indent: int
    rule: int
    rule_space: int
    half_feed: int
    qr_width_max: int
    barcode_height: int
    logo_height_max: int
    line_height_percent: int = 130

    def row(self, size: Size) -> int:
        """Height of one row of that type."""
        return self.sizes[size] * self.line_height_percent // 100


_SIZES_80 = {Size.SMALL: 21, Size.NORMAL: 25, Size.LARGE: 36, Size.HUGE: 44}
_SIZES_58 = {Size.SMALL: 19, Size.NORMAL: 22, Size.LARGE: 30, Size.HUGE: 36}

MM_80 = Metrics(
    width=576,
    dpi=203,
    margin=4,
    sizes=MappingProxyType(_SIZES_80),
    gap=12,
    indent=22,
    rule=2,
    rule_space=12,
    half_feed=12,
    qr_width_max=200,
    barcode_height=64,
    logo_height_max=160,
)
MM_58 = replace(
    MM_80,
    width=384,
    margin=2,
    sizes=MappingProxyType(_SIZES_58),
    gap=8,
    indent=16,
    rule_space=10,
    half_feed=10,
    qr_width_max=170,
    barcode_height=56,
    logo_height_max=120,
)


def for_paper(width_mm: int) -> Metrics:
    """The metrics of 58 or 80 mm paper."""
    return MM_58 if width_mm < 70 else MM_80


def for_dots(width: int, dpi: int = 203) -> Metrics:
    """The metrics of a print head with so many dots."""
    return replace(MM_58 if width < 480 else MM_80, width=width, dpi=dpi)
