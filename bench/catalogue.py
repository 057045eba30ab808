"""A million items: brought in by the command a shopkeeper uses, found by code, found by name."""

from __future__ import annotations

import itertools
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from appliance.catalogue.store import Catalogue
from bench.items import items, mistype, write_csv
from bench.row import Row, percentile

SOUGHT = 20_000
"""Items among which lookups and searches choose."""
PEAK = Path(__file__).with_name("peak.py")
SHOP = """\
[shop]
name = "Bench"
currency = "UAH"

[till]
data_dir = "data"

[taxes.VAT20]
name = "ПДВ"
letter = "А"
rate = 20
"""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import of so many items took; path: the catalogue it made."""

    path: Path
    items: int
    took_s: float
    peak_mb: float


def price_list(folder: Path, count: int) -> Path:
    path = folder / f"{count}.csv"
    if not path.exists():
        write_csv(path, count)
    return path


def import_items(folder: Path, count: int) -> Imported:
    """`till catalogue import` of a spreadsheet, from the first byte to the last fsync."""
    shop = folder / f"import-{count}"
    shop.mkdir()
    config = shop / "shop.toml"
    config.write_text(SHOP, encoding="utf-8")
    till = str(Path(sys.executable).with_name("till"))
    command = [till, "--config", str(config), "catalogue", "import", str(price_list(folder, count))]
    began = time.perf_counter()
    peak_mb = peak_of(command)
    took = time.perf_counter() - began
    return Imported(shop / "data" / "catalogue.db", count, took, peak_mb)


def peak_of(command: Sequence[str]) -> float:
    """The memory that a command takes at most, in MB. Raises RuntimeError when it fails."""
    told = subprocess.run(
        [sys.executable, "-I", "-S", str(PEAK), *command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        text=True,
    )
    if told.returncode != 0:
        raise RuntimeError(f"{Path(command[0]).name} failed: {told.stderr[-2000:]}")
    return int(told.stdout) / 1024


def import_rows(imported: Imported) -> list[Row]:
    name = f"import of {imported.items:,} items"
    return [
        Row(name, imported.took_s, "s", "limit", 60.0, "at most 60 s"),
        Row(
            f"{name}, peak memory",
            imported.peak_mb,
            "MB",
            "limit of the running till",
            220.0,
            "bounded: at most 220 MB",
        ),
    ]


def gtin_lookup(imported: Imported, lookups: int) -> Row:
    chance = random.Random(3)  # the same codes every time
    known = [item for item in itertools.islice(items(imported.items), SOUGHT) if item.gtins]
    wanted = chance.choices(known, k=lookups)
    samples = []
    with Catalogue(imported.path) as catalogue:
        for item in wanted:
            began = time.perf_counter()
            found = catalogue.by_gtin(item.gtins[0])
            samples.append((time.perf_counter() - began) * 1000)
            assert found is not None
            assert found.id == item.id
    return Row(
        f"GTIN lookup in {imported.items:,} items, p99",
        percentile(samples, 99),
        "ms",
        "limit",
        0.3,
        "at most 0.3 ms",
        samples=tuple(samples),
    )


def name_search(imported: Imported, searches: int) -> Row:
    """What people type: a brand, goods and a brand, goods and a size; each with one slip."""
    chance = random.Random(4)  # the same slips every time
    known = list(itertools.islice(items(imported.items), SOUGHT))
    samples = []
    with Catalogue(imported.path) as catalogue:
        for turn in range(searches):
            text = _typed(chance.choice(known).name, turn, chance)
            began = time.perf_counter()
            catalogue.search(text)
            samples.append((time.perf_counter() - began) * 1000)
    return Row(
        f"name search with a typo in {imported.items:,} items, p99",
        percentile(samples, 99),
        "ms",
        "limit",
        30.0,
        "at most 30 ms",
        samples=tuple(samples),
    )


def _typed(name: str, turn: int, chance: random.Random) -> str:
    goods, brand = name.split(maxsplit=1)[0], name.split("«")[1].split("»", maxsplit=1)[0]
    match turn % 4:
        case 0:
            return mistype(brand, chance)
        case 1:
            return f"{goods} {mistype(brand, chance)}"
        case 2:
            return (
                f"{mistype(goods, chance)} {name.rsplit(maxsplit=1)[-1]}"
                if len(goods) > 2
                else goods
            )
        case _:
            return name.replace(brand, mistype(brand, chance))
