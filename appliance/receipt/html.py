"""A layout as one self-contained HTML page, for e-mail, a phone and a browser's printer."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from html import escape
from pathlib import Path

from appliance.receipt import codes
from appliance.receipt.layout import (
    Align,
    Barcode,
    Block,
    Columns,
    Cut,
    Feed,
    Layout,
    Picture,
    QrCode,
    Rule,
    Ruler,
    Style,
    Text,
)

_MEDIA = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif"}

_CSS = """
:root { color-scheme: light }
body { margin: 0; background: #f3f1ec; color: #1b1a17;
  font: 16px/1.35 "Noto Sans", Roboto, system-ui, sans-serif; font-variant-numeric: tabular-nums }
main { box-sizing: border-box; max-width: 24rem; margin: 1.5rem auto; padding: 1.5rem 1.25rem;
  background: #fff; border-radius: 12px }
p, .row { margin: 0 }
p { text-wrap: balance }
.row { display: flex; flex-wrap: wrap; justify-content: flex-end; column-gap: .75rem }
.row span:first-child { flex: 1 1 auto; max-width: 100% }
.row b, .row i { font: inherit; white-space: nowrap }
.row i { display: inline-block; min-width: 1.1em; box-sizing: border-box; padding-left: .3em }
.indent { padding-left: 1rem }
.small { font-size: .8rem } .large { font-size: 1.4rem } .huge { font-size: 1.75rem }
.bold { font-weight: 700 }
.centre { text-align: center } .right { text-align: right }
hr { border: 0; border-top: 1.5px solid; margin: .6rem 0 }
svg, img { display: block; margin: .5rem auto; max-width: 100% }
@media print { body { background: none } main { margin: 0; padding: 0; max-width: none } }
""".strip()


def to_html(layout: Layout) -> str:
    """A whole page with style and codes inside; it loads nothing."""
    body = "\n".join(part for block in layout.blocks for part in _block(block))
    return (
        f'<!doctype html>\n<html lang="{escape(layout.language)}">\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(layout.title)}</title>\n<style>\n{_CSS}\n</style>\n"
        f"<main>\n{body}\n</main>\n</html>\n"
    )


def _block(block: Block) -> Iterator[str]:
    match block:
        case Text():
            align = "" if block.align is Align.LEFT else block.align.value
            yield f"<p{_classes(block.style, align)}>{escape(block.text)}</p>"
        case Columns():
            tail = "" if block.tail is None else f"<i>{escape(block.tail)}</i>"
            indent = "indent" if block.indent else ""
            yield (
                f"<div{_classes(block.style, 'row', indent)}><span>{escape(block.left)}</span>"
                f"<b>{escape(block.right)}{tail}</b></div>"
            )
        case Rule() | Ruler():
            yield "<hr>"
        case Feed():
            yield f'<div style="height:{block.halves * 0.65:g}rem"></div>'
        case QrCode():
            matrix = codes.qr(block.data)
            yield _svg(matrix, 160, 160, block.data)
        case Barcode():
            yield _svg((codes.code128(block.data),), 240, 56, block.data)
            yield f'<p class="centre small">{escape(block.data)}</p>'
        case Picture():
            yield from _picture(block)
        case Cut():
            return


def _classes(style: Style, *more: str) -> str:
    names = [name for name in more if name]
    if style.size.value != "normal":
        names.append(style.size.value)
    if style.bold:
        names.append("bold")
    return f' class="{" ".join(names)}"' if names else ""


def _svg(matrix: codes.Matrix, width: int, height: int, label: str) -> str:
    """Dark runs as one path; a code without its own ground would vanish on a dark page."""
    runs = []
    for y, row in enumerate(matrix):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x]:
                x += 1
            if x > start:
                runs.append(f"M{start} {y}h{x - start}v1h-{x - start}z")
            else:
                x += 1
    return (
        f'<svg role="img" aria-label="{escape(label)}" width="{width}" height="{height}" '
        f'viewBox="0 0 {len(matrix[0])} {len(matrix)}" preserveAspectRatio="none" '
        f'shape-rendering="crispEdges"><path d="{"".join(runs)}"/></svg>'
    )


def _picture(block: Picture) -> Iterator[str]:
    path = Path(block.path)
    media = _MEDIA.get(path.suffix.lower())
    if media is None or not path.is_file():
        return
    data = base64.b64encode(path.read_bytes()).decode("ascii")
    yield f'<img alt="" style="max-height:6rem" src="data:{media};base64,{data}">'
