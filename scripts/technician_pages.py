"""Writes what docs/technician says of the code's own tables: devices, blink codes, the picture of a label."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image

from appliance.drivers import registry
from appliance.i18n import translator
from appliance.payments import registry as payments
from appliance.provision import blink, label
from appliance.provision.document import Fleet, Provision, Shop, Till
from appliance.provision.trouble import FLASHES, WORDS

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "technician"
DEVICES, TRIED = FOLDER / "devices.md", FOLDER / "tried.toml"
TROUBLESHOOT = {"en": FOLDER / "troubleshoot.md", "uk": FOLDER / "troubleshoot.uk.md"}
BLINKS, LABELS = (
    ROOT / "docs" / "images" / "blink-codes.svg",
    ROOT / "docs" / "images" / "labels.png",
)
_KINDS = {
    "POSPrinter": "receipt printer",
    "CashDrawer": "cash drawer",
    "Scanner": "scanner",
    "Scale": "scale",
    "LineDisplay": "customer's display",
    "SmartCardReader": "chip card reader",
    "ContactlessReader": "contactless reader",
}
_HEADS = {
    "en": ("flashes", "what is wrong", "what to do"),
    "uk": ("спалахи", "що не так", "що робити"),
}
_FLASHES = {"en": "long, then {n} short", "uk": "довгий, тоді коротких: {n}"}


def drivers() -> Iterator[tuple[str, str, str]]:
    """Each driver's name, what it is, and its module."""
    for name, target in registry.BUILT_IN.items():
        category, _, _driver = name.partition(".")
        yield name, _KINDS[category], target.partition(":")[0]
    for name, target in payments.BUILT_IN.items():
        yield f"payments.{name}", "payment", target.partition(":")[0]


def devices_table() -> str:
    rows = ["| driver | what | speaks | tried on real hardware |", "|---|---|---|---|"]
    tried = _tried()
    for name, kind, module in drivers():
        seen = "; ".join(f"{it['device']}, {it['on']}, {it['by']}" for it in tried.get(name, []))
        rows.append(f"| `{name}` | {kind} | {_first_line(module)} | {seen or 'never'} |")
    return "\n".join(rows)


def makes_table() -> str:
    rows = ["| known by its USB id | what | driver |", "|---|---|---|"]
    for path in sorted((ROOT / "config" / "devices").glob("*.toml")):
        profiles = tomllib.loads(path.read_text(encoding="utf-8"))["profile"]
        rows += [
            f"| {it['name']} | {_KINDS[it['category']]} | `{it['driver']}` |" for it in profiles
        ]
    return "\n".join(rows)


def blink_table(language: str) -> str:
    t = translator(language)
    head = _HEADS[language]
    rows = [f"| {' | '.join(head)} |", "|---|---|---|"]
    for trouble, (what, remedy) in WORDS.items():
        flashes = _FLASHES[language].format(n=FLASHES[trouble])
        rows.append(f"| {flashes} | {t(what)} | {t(remedy)} |")
    return "\n".join(rows)


def blink_picture() -> str:
    """Light over time, a row for each number, at 50 dots a second."""
    per_ms, row, left = 0.05, 34, 60
    shown = sorted(set(FLASHES.values()))
    width = left + round(max(sum(ms for _, ms in blink.pattern(n)) for n in shown) * per_ms) + 20
    size = f'width="{width}" height="{row * len(shown) + 16}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="15">',
        '<rect width="100%" height="100%" fill="#20242b"/>',
    ]
    for number, flashes in enumerate(shown):
        y = 12 + row * number
        parts.append(f'<text x="16" y="{y + 17}" fill="#fff">1+{flashes}</text>')
        at = float(left)
        for on, ms in blink.pattern(flashes):
            if on:
                parts.append(
                    f'<rect x="{at:g}" y="{y}" width="{ms * per_ms:g}" height="22" rx="4" fill="#5fd068"/>'
                )
            at += ms * per_ms
    return "\n".join([*parts, "</svg>", ""])


def labels_picture() -> Image.Image:
    shop = Shop(id="kyiv-1", name="Крамниця «Калина»")
    fleet = Fleet("https://fleet.example:8443")
    one = Provision(card="C7F3K9QR", shop=shop, till=Till(1, "Каса 1"), fleet=fleet)
    two = Provision(
        *("LX4TQ7NA",), shop=shop, till=Till(2, "Каса 2"), fleet=fleet, serial="10000000a1b2c3d4"
    )
    pictures = [label.picture(label.of(it, "uk")).convert("L") for it in (one, two)]
    gap = 16
    sheet = Image.new("L", (pictures[0].width * 2 + 3 * gap, pictures[0].height + 2 * gap), 0xC8)
    for number, it in enumerate(pictures):
        sheet.paste(it, (gap + number * (it.width + gap), gap))
    return sheet


def with_tables(text: str, **tables: str) -> str:
    """Between the marks of each name its table."""
    for name, table in tables.items():
        begin, end = (
            f"<!-- {name}: written by scripts/technician_pages.py -->",
            f"<!-- end of {name} -->",
        )
        head, found, rest = text.partition(begin)
        assert found, f"no {begin}"
        text = f"{head}{begin}\n{table}\n{end}{rest.partition(end)[2]}"
    return text


def pages() -> dict[Path, str]:
    """Each page as it must be."""
    made = {
        DEVICES: with_tables(
            DEVICES.read_text(encoding="utf-8"), drivers=devices_table(), makes=makes_table()
        ),
        BLINKS: blink_picture(),
    }
    for language, page in TROUBLESHOOT.items():
        made[page] = with_tables(page.read_text(encoding="utf-8"), blinks=blink_table(language))
    return made


def _tried() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for it in tomllib.loads(TRIED.read_text(encoding="utf-8")).get("tried", []):
        found.setdefault(it["driver"], []).append(it)
    return found


def _first_line(module: str) -> str:
    """Of its docstring, without importing what it needs."""
    path = ROOT / f"{module.replace('.', '/')}.py"
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return " ".join(text.split("\n\n")[0].split()).split(". ")[0].rstrip(".")


if __name__ == "__main__":
    for page, text in pages().items():
        page.write_text(text, encoding="utf-8")
    labels_picture().save(LABELS, optimize=True)
