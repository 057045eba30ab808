"""What a till reports at its command line, beside what a fleet makes of the same till's facts."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from appliance.core import codec
from appliance.core.facts import ShiftTotals
from appliance.fleet.store import Store, migrate, open_store
from appliance.fleet.store.ingest import Ingest
from appliance.journal.scale import unscaled
from tests.fleet import tills
from tests.fleet.agree import SALE, agree
from tests.fleet.tills import SITE

SOLD = tuple(it for it in SALE if it not in ("tip_minor", "prepaid_minor", "returned_minor"))


def same_as_reports(folder: Path) -> None:
    """folder: a till's, with shop.toml and its journal."""
    store = open_store(f"sqlite:///{folder / 'fleet.db'}")
    try:
        migrate(store)
        tills.register(store, SITE)
        ingest = Ingest(store)
        for batch in tills.batches(folder / "journal.db"):
            ingest.take(batch, SITE)
        agree(store, folder / "journal.db", SITE.till, SITE.shop)
        _same_z(store, reported(folder, "z"))
        _same_sales(store, reported(folder, "sales"))
        _same_stock(store, reported(folder, "stock"))
    finally:
        store.close()


def reported(folder: Path, what: str) -> Any:
    till = Path(sys.executable).with_name("till")
    command = [str(till), "--config", str(folder / "shop.toml")]
    done = subprocess.run(
        [*command, "report", what, "--json"], capture_output=True, text=True, check=True, cwd=folder
    )
    return json.loads(done.stdout)


def _same_z(store: Store, told: dict[str, Any]) -> None:
    row = store.one("SELECT * FROM shift WHERE z_number = :number", number=told["z_number"])
    assert row is not None
    totals = {name: it for name, it in told["totals"].items() if name != "cash_minor"}
    assert codec.from_json(ShiftTotals, json.loads(row["totals"])) == codec.from_json(
        ShiftTotals, totals
    )
    for name in ("counted_minor", "difference_minor", "closed_by", "opened_by", "currency"):
        assert row[name] == told[name]


def _same_sales(store: Store, told: list[dict[str, Any]]) -> None:
    known = {row["sale"]: row for row in store.rows("SELECT * FROM sale")}
    assert known.keys() == {it["sale"] for it in told if it["status"] != "open"}
    for it in told:
        if it["status"] == "completed":
            row = known[it["sale"]]
            assert [row[name] for name in SOLD] == [it[name] for name in SOLD]


def _same_stock(store: Store, told: list[dict[str, Any]]) -> None:
    rows = store.rows("SELECT sku, quantity FROM stock")
    known = {row["sku"]: str(unscaled(row["quantity"])) for row in rows}
    assert known == {it["item"]: it["quantity"] for it in told}
