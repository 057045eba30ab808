"""Set up a shop from a folder: catalogue.csv with its items, quick_keys.toml with its pages."""

from __future__ import annotations

from pathlib import Path

from appliance.catalogue.importer import ImportReport, Settings, StockSink, apply, read
from appliance.catalogue.quick_keys import read_quick_keys
from appliance.catalogue.store import Catalogue


def load_shop(
    catalogue: Catalogue,
    folder: Path,
    settings: Settings | None = None,
    *,
    stock: StockSink | None = None,
) -> ImportReport:
    """The folder's items and pages into the catalogue; ValueError when one row is wrong."""
    report = apply(read(folder / "catalogue.csv", settings), catalogue, stock=stock)
    for error in report.problems.kept:
        raise ValueError(
            f"{folder / 'catalogue.csv'}, line {error.line}, {error.column}: {error.value!r}:"
            f" {error.what}; {error.remedy}"
        )
    pages = folder / "quick_keys.toml"
    if pages.exists():
        plans = read_quick_keys(pages)
        with catalogue.write() as writer:
            writer.set_quick_keys(plans)
    catalogue.refresh()
    return report
