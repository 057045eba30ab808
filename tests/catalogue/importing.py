"""A small price list, and how the tests bring one in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from appliance.catalogue.importer import ImportReport, Settings, apply, read
from appliance.catalogue.problems import Kind
from appliance.catalogue.store import Catalogue

DEMO = Path(__file__).resolve().parents[2] / "config" / "demo"
TAXES = frozenset({"VAT20", "VAT7", "EXC5"})
HOW = Settings(tax_codes=TAXES, tax_aliases={"20%": ("VAT20",), "пдв 20%": ("VAT20",)})

GOOD = """Артикул;Назва;Ціна, грн;Од. вим.;Штрихкод;Ставка ПДВ;Залишок
A1;Молоко «Яготинське» 2,6 %;46,90;шт;4820000000017;VAT20;12
A2;Їжачок, ґудзики і п'єси;1 234,50;кг;;VAT20+EXC5;0,250
"""


def bringing(catalogue: Catalogue, folder: Path) -> Callable[..., ImportReport]:
    """Imports a text or bytes, and looks at the result at once."""

    def do(content: str | bytes, how: Settings = HOW, **options: object) -> ImportReport:
        path = folder / "list.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        report = apply(read(path, how), catalogue, **options)  # type: ignore[arg-type]
        catalogue.refresh()
        return report

    return do


def kinds(report: ImportReport) -> dict[Kind, int]:
    return report.problems.counts
