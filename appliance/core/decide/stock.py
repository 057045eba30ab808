"""Decisions about stock and the catalogue: what was counted or applied becomes a fact."""

from __future__ import annotations

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.decide.verdict import Decision


def record(command: c.CountStock | c.ApplyCatalogue) -> Decision:
    match command:
        case c.CountStock(counts=counts, source=source):
            return (f.StockCounted(counts, source),) if counts else ()
        case c.ApplyCatalogue():
            return (
                f.CatalogueApplied(command.version, command.items, command.file, command.digest),
            )
