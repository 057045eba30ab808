"""The catalogue from till to till: items, price lists and quick keys, as one file and whole.

What a till sends is a copy of its catalogue's file; what a till takes goes through the catalogue's own
writer, so that a basket that is open keeps its prices and the next one has the new ones.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

from appliance.catalogue.price_lists import delete_list, write_list
from appliance.catalogue.store import Catalogue
from appliance.core import codec

_BATCH = 2_000
_KEYS = "SELECT * FROM quick_key ORDER BY page, place"


def digest(catalogue: Catalogue) -> str:
    """SHA-256 of what it says, whatever its file looks like."""
    found = hashlib.sha256()
    for line in _lines(catalogue):
        found.update(line + b"\n")
    return found.hexdigest()


def _lines(catalogue: Catalogue) -> Iterator[bytes]:
    for item in catalogue.items():
        yield codec.canonical(codec.to_json(item))
    for told in catalogue.price_lists():
        said = codec.to_json(told)
        said.pop("number", None)
        yield codec.canonical(said)
        for sku, quantity, price in catalogue.prices_of(told):
            yield codec.canonical([sku, str(quantity), price])
    for row in _quick_keys(catalogue.path):
        yield codec.canonical(list(row))


def copy_of(path: Path, target: Path) -> None:
    """A file of one moment, also while somebody imports."""
    with (
        closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(target)) as made,
    ):
        source.backup(made)
        made.execute("PRAGMA journal_mode=DELETE").fetchone()
        made.execute("VACUUM")


def take_over(source: Path, catalogue: Path, expected: str) -> None:
    """Makes a catalogue say what the one in a file says. Raises ValueError when that is not what was
    announced, sqlite3.Error; then nothing changed."""
    with Catalogue(source) as new, Catalogue(catalogue) as held:
        if digest(new) != expected:
            raise ValueError("not the catalogue that was announced")
        with held.write() as writer:
            for known in held.price_lists():
                delete_list(writer.link, known)
            writer.clear()
            items = new.items()
            while batch := list(islice(items, _BATCH)):
                writer.add(batch)
            for told in new.price_lists():
                number = write_list(writer.link, told)
                writer.link.executemany(
                    "INSERT INTO price VALUES (?, ?, ?, ?)",
                    (
                        (sku, number, int(quantity * 1000), price)
                        for sku, quantity, price in new.prices_of(told)
                    ),
                )
            writer.link.execute("DELETE FROM quick_key")
            rows = _quick_keys(source)
            if rows:
                marks = ",".join("?" * len(rows[0]))
                writer.link.executemany(f"INSERT INTO quick_key VALUES ({marks})", rows)  # noqa: S608


def _quick_keys(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as con:
        return con.execute(_KEYS).fetchall()
