"""A price list of a million items: brought in by the till's command while a till goes on selling."""

from __future__ import annotations

import itertools
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from appliance.core import commands as c
from appliance.core.refusal import Refusal
from appliance.till import Till
from bench.catalogue import Imported
from bench.items import items
from bench.row import Row, percentile
from bench.till import codes, till_on

LINES = 10
"""Scans of one basket."""
PAUSE_S = 0.02
"""Between two scans: a quick cashier's twenty at once; the till sleeps as it does at a counter."""
LIST = "bench"


def rows(folder: Path, imported: Imported, scans: int) -> list[Row]:
    """scans: measured before, for how slow a scan is without an import. The shop's own folder:
    the command finds it by its settings, the till sells from its catalogue."""
    prices = folder / "prices.csv"
    write_prices(prices, imported.items)
    goods = itertools.cycle(codes(2_000, imported.items))
    with till_on(folder, imported.path) as till:
        quiet = list(_selling(till, goods, _for(scans)))
        before = till.look.catalogue_version
        began = time.perf_counter()
        importing = _import(imported, prices, folder)
        busy = list(_selling(till, goods, lambda: importing.poll() is None))
        if importing.returncode:
            raise RuntimeError((folder / "prices.log").read_text()[-2000:])
        till.ask(c.VoidSale())
        while till.look.catalogue_version == before:  # it turns to the list when a basket is over
            time.sleep(0.01)
        took = time.perf_counter() - began
        busy += _selling(till, goods, _for(scans // 5))  # the log is tidied up behind it
    name = f"price list of {imported.items:,} items"
    added = percentile(busy, 99) - percentile(quiet, 99)
    return [
        Row(f"{name} applied while selling", took, "s", "limit", 30.0, "at most 30 s"),
        Row(
            f"{name}, delay added to a scan meanwhile, p99",
            max(added, 0.0),
            "ms",
            "limit",
            5.0,
            "at most 5 ms",
            samples=tuple(busy),
        ),
    ]


def write_prices(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as out:
        out.write("sku,price\n")
        for item in items(count):
            price = item.price_minor * 9 // 10
            out.write(f"{item.id},{price // 100}.{price % 100:02d}\n")


def _import(imported: Imported, prices: Path, folder: Path) -> subprocess.Popen[bytes]:
    """`till prices import`, a process of its own as in a shop."""
    config = imported.path.parent.parent / "shop.toml"
    till = str(Path(sys.executable).with_name("till"))
    command = [till, "--config", str(config), "prices", "import", str(prices), "--list", LIST]
    with (folder / "prices.log").open("wb") as log:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def _for(scans: int) -> Callable[[], bool]:
    left = iter(range(scans))
    return lambda: next(left, None) is not None


def _selling(till: Till, goods: Iterator[str], goes_on: Callable[[], bool]) -> Iterator[float]:
    """Each scan's time until it is answered, in ms; a full basket is paid."""
    for scan in itertools.count(1):
        if not goes_on():
            return
        began = time.perf_counter()
        answer = till.ask(c.Scan(next(goods)))
        yield (time.perf_counter() - began) * 1000
        assert not isinstance(answer, Refusal), answer
        if scan % LINES == 0:
            till.ask(c.TenderCash())
        time.sleep(PAUSE_S)
