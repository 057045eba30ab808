"""What a model of receipt printer can do: width, code pages, raster, QR, cutter, status.

The models are python-escpos's collection (escpos-printer-db). Its JSON file is read directly,
because importing `escpos.capabilities` unpickles a file from the shared temporary folder.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from appliance.receipt.metrics import Metrics, for_dots


class Mode(StrEnum):
    """auto: the printer's own font when one code page holds the whole receipt, else a picture.
    text: its own font row by row, pictures only for rows that no page holds (for slow wires).
    raster: always a picture."""

    AUTO = "auto"
    TEXT = "text"
    RASTER = "raster"


class Cutter(StrEnum):
    FULL = "full"
    PART = "part"
    NONE = "none"


BAND_ROWS_MAX = 128
"""Rows in one raster command: cheap printers lose what does not fit their small buffer."""


@dataclass(frozen=True, slots=True)
class PrinterProfile:
    """code_pages: (ESC t number, name) in order of preference. status: it answers DLE EOT."""

    name: str
    columns: int
    dots: int
    dpi: int = 203
    code_pages: tuple[tuple[int, str], ...] = ()
    raster: bool = True
    qr: bool = True
    barcode: bool = True
    cutter: Cutter = Cutter.PART
    status: bool = True
    mode: Mode = Mode.AUTO

    @property
    def metrics(self) -> Metrics:
        return for_dots(self.dots, self.dpi)


# Pages that hold Ukrainian come first, then those that hold most of Europe.
_PREFERRED = ("CP1251", "CP1125", "CP866", "CP1252", "CP858", "CP850", "CP852", "CP437")
# What the models' collection does not know: the usual 80 mm head.
_DOTS, _COLUMNS, _DPI = 576, 48, 203
_DOTS_58, _COLUMNS_58 = 384, 32


def names() -> tuple[str, ...]:
    """Every model known, for messages and for choosing."""
    return tuple(sorted(_database()["profiles"]))


@cache
def profile(name: str, width_mm: int = 80) -> PrinterProfile:
    """A model by its name in the collection. width_mm: of the paper, where the model has no own
    width ("default", "simple"). Raises KeyError."""
    data = _database()["profiles"][name]
    features = data["features"]
    width = data["media"].get("width", {}).get("pixels")
    known = isinstance(width, int)
    narrow = width_mm < 70
    dots = width if known else _DOTS_58 if narrow else _DOTS
    columns = data["fonts"]["0"]["columns"]
    if not known:
        columns = _COLUMNS_58 if narrow else _COLUMNS
    dpi = data["media"].get("dpi")
    return PrinterProfile(
        name=name,
        # The collection gives some models the width of one character instead.
        columns=columns if columns >= _COLUMNS_58 // 2 else dots // 12,
        dots=dots - dots % 8,
        dpi=dpi if isinstance(dpi, int) else _DPI,
        code_pages=_code_pages(data["codePages"]),
        raster=features["bitImageRaster"],
        qr=features["qrCode"],
        barcode=features["barcodeB"],
        cutter=_cutter(features),
    )


def _cutter(features: Mapping[str, bool]) -> Cutter:
    if features["paperPartCut"]:
        return Cutter.PART
    return Cutter.FULL if features["paperFullCut"] else Cutter.NONE


def _code_pages(pages: Mapping[str, str]) -> tuple[tuple[int, str], ...]:
    known = [(int(number), name) for number, name in pages.items() if _is_known(name)]
    rank = {name: place for place, name in enumerate(_PREFERRED)}
    return tuple(sorted(known, key=lambda page: (rank.get(page[1], len(rank)), page[0])))


def _is_known(page: str) -> bool:
    """By its name alone: to read all pages of a model takes a small board half a second."""
    data = _database()["encodings"].get(page, {})
    return "data" in data or "python_encode" in data


@cache
def characters(page: str) -> Mapping[str, int]:
    """Each character of a code page above ASCII, and its byte; empty for a page nobody knows."""
    data: Mapping[str, Any] = _database()["encodings"].get(page, {})
    if "data" in data:
        upper = "".join(data["data"])
        return {character: 128 + place for place, character in enumerate(upper) if character != " "}
    if "python_encode" not in data:
        return {}
    table: dict[str, int] = {}
    for byte in range(128, 256):
        try:
            character = bytes([byte]).decode(data["python_encode"])
        except UnicodeDecodeError:
            continue
        if len(character) == 1:
            table[character] = byte
    return table


@cache
def _database() -> Mapping[str, Any]:
    package = importlib.util.find_spec("escpos")
    assert package is not None, "python-escpos is not installed"
    assert package.origin is not None
    text = Path(package.origin).with_name("capabilities.json").read_text(encoding="utf-8")
    database: Mapping[str, Any] = json.loads(text)
    return database
