"""The pictures of docs/performance.md: how much of each limit is used, how latencies spread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import LogLocator

from bench.results import Run

mpl.use("Agg")

INK, QUIET, FAINT, PAPER = "#1f2a37", "#6b7684", "#e6e9ed", "#ffffff"
GOOD, BAD, LIMIT = "#2f7d5b", "#c0392b", "#d08a1d"
POINTS_MAX = 250
"""Of a curve; more cannot be seen."""
FONTS = Path(__file__).resolve().parents[1] / "appliance" / "fonts"


def draw(run: Run, folder: Path) -> list[Path]:
    """The plots as SVG files in this folder."""
    folder.mkdir(parents=True, exist_ok=True)
    style: dict[Any, Any] = {
        "font.family": _font(),
        "svg.hashsalt": "kram",  # the same figures make the same file
        "svg.fonttype": "path",
        "axes.edgecolor": FAINT,
        "text.color": INK,
        "axes.labelcolor": QUIET,
        "xtick.color": QUIET,
        "ytick.color": INK,
    }
    made = []
    with mpl.rc_context(style):
        for name, figure in (("limits", _limits(run)), ("latencies", _latencies(run))):
            path = folder / f"{name}.svg"
            figure.savefig(path, metadata={"Date": None}, bbox_inches="tight", pad_inches=0.2)
            made.append(path)
    return made


def _font() -> list[str]:
    """The till's own letters where they are, so that the page looks like the product."""
    for path in sorted(FONTS.glob("NotoSans-*.ttf")):
        font_manager.fontManager.addfont(str(path))
    return ["Noto Sans", "DejaVu Sans"]


def _limits(run: Run) -> Figure:
    """One bar per row: the part of what is allowed that it takes up."""
    rows = list(reversed(run.rows))
    figure = Figure(figsize=(9.6, 0.46 * len(rows) + 1.1), facecolor=PAPER)
    axes = figure.add_subplot()
    shares = [100 * run.used[row["row"]] for row in rows]
    shown = [min(share, 150.0) for share in shares]
    colours = [GOOD if row["pass"] else BAD for row in rows]
    axes.barh(range(len(rows)), [150] * len(rows), height=0.56, color="#f3f5f7", zorder=1)
    axes.barh(range(len(rows)), shown, height=0.56, color=colours, zorder=2)
    axes.axvline(100, color=LIMIT, linewidth=1.6, zorder=3)
    for at, (row, share) in enumerate(zip(rows, shares, strict=True)):
        inside = shown[at] > 128
        axes.text(
            shown[at] + (-1.5 if inside else 1.5),
            at,
            f"{amount(row['value'])} {row['unit']}",
            va="center",
            ha="right" if inside else "left",
            fontsize=9,
            color=PAPER if inside else INK,
            fontweight="bold",
            zorder=4,
            bbox=None
            if inside or not 84 < share < 101
            else {"facecolor": "#f3f5f7", "edgecolor": "none", "pad": 1.2},
        )
    axes.set_yticks(range(len(rows)), [wrapped(short(row["row"])) for row in rows], fontsize=9)
    axes.set_xlim(0, 150)
    axes.set_ylim(-0.7, len(rows) - 0.3)
    axes.set_xticks([0, 25, 50, 75, 100, 125], ["0", "25 %", "50 %", "75 %", "limit", "125 %"])
    _bare(axes)
    axes.set_title(
        "How much of each limit is used (shorter is better)", loc="left", fontsize=12, pad=12
    )
    return figure


def _latencies(run: Run) -> Figure:
    """For each row with samples in ms: the part of all that were done within a time."""
    rows = [row for row in run.rows if row["unit"] == "ms" and row["row"] in run.samples]
    columns = 2
    lines = max(1, -(-len(rows) // columns))
    layout = ConstrainedLayoutEngine(hspace=0.12, wspace=0.06)
    figure = Figure(figsize=(9.6, 2.5 * lines), facecolor=PAPER, layout=layout)
    grid = figure.subplots(lines, columns, squeeze=False).flat
    for axes, row in zip(grid, rows, strict=False):
        _spread(axes, row, run.samples[row["row"]])
    figure.suptitle(
        "The part of all that was done within a time, in ms", x=0.01, ha="left", fontsize=12
    )
    for axes in figure.axes[len(rows) :]:
        axes.set_visible(False)
    return figure


def _spread(axes: Axes, row: Mapping[str, Any], samples: Sequence[float]) -> None:
    ordered = sorted(samples)
    limit, colour = row["limit"], GOOD if row["pass"] else BAD
    shares = [100 * (at + 1) / len(ordered) for at in range(len(ordered))]
    middle = ordered[len(ordered) // 2]
    low = min(ordered[0], limit) / 1.6
    high = max(ordered[-1], limit) * 1.6
    axes.axvspan(limit, high, color="#fdf3e3", zorder=0)
    axes.axvline(limit, color=LIMIT, linewidth=1.6, zorder=2)
    step = -(-len(ordered) // POINTS_MAX)
    ordered = [*ordered[:-1:step], ordered[-1], high]
    shares = [*shares[:-1:step], 100.0, 100.0]
    axes.fill_between(ordered, shares, step="post", color=colour, alpha=0.13, zorder=1)
    axes.step(ordered, shares, where="post", color=colour, linewidth=1.8, zorder=3)
    axes.text(limit, 103, f"limit {amount(limit)} ms", ha="center", fontsize=8, color=LIMIT)
    axes.plot([middle], [50], "o", color=colour, markersize=4, zorder=4)
    axes.annotate(
        f"half within {amount(middle)} ms",
        (middle, 50),
        xytext=(7, -3),
        textcoords="offset points",
        fontsize=8.5,
        color=INK,
        zorder=5,
        bbox={"facecolor": PAPER, "edgecolor": "none", "alpha": 0.8, "pad": 1.5},
    )
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    axes.set_ylim(0, 100)
    axes.set_yticks([0, 50, 99], ["0", "50 %", "99 %"], fontsize=8)
    wide = high / low > 100
    axes.xaxis.set_major_locator(LogLocator(10, subs=(1.0,) if wide else (1.0, 2.0, 5.0)))
    axes.xaxis.set_major_formatter(lambda value, _at: amount(value))
    axes.xaxis.set_minor_formatter(lambda _value, _at: "")
    axes.tick_params(axis="x", which="both", labelsize=8)
    axes.grid(axis="y", color=FAINT, linewidth=0.8)
    _bare(axes)
    axes.set_title(wrapped(short(row["row"]), 52), loc="left", fontsize=9.5, pad=16)


def _bare(axes: Axes) -> None:
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(axis="both", which="both", length=0)


def short(row: str) -> str:
    """The row's name without what a picture says anyway."""
    return row.split(" (Tryton", maxsplit=1)[0].replace(", llvmpipe", "")


def wrapped(text: str, width: int = 50) -> str:
    """On two lines when it is long, broken at the space nearest to the middle."""
    if len(text) <= width:
        return text
    spaces = [at for at, char in enumerate(text) if char == " "]
    at = min(spaces, key=lambda place: abs(place - len(text) / 2))
    return f"{text[:at]}\n{text[at + 1 :]}"


def amount(value: float) -> str:
    """Three digits that matter."""
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"
