"""An imported file's stock becomes facts: through the running till, or its journal when none runs."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import islice
from typing import Self

from appliance.cli import where
from appliance.core import facts as f
from appliance.core.item import ItemId

BATCH = 500
"""Items per fact: some tens of kilobytes."""


SPOOL_IN_MEMORY_BYTES = 1 << 20


class Spool:
    """Quantities kept until the import is whole, on disk: a million need no more memory.

    A SKU is one line without ends, as the importer reads it.
    """

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(  # noqa: SIM115 (closed by __exit__)
            SPOOL_IN_MEMORY_BYTES, "w+", encoding="utf-8", newline="\n"
        )
        self.count = 0

    def put(self, item: ItemId, quantity: Decimal) -> None:
        self._file.write(f"{quantity} {item}\n")
        self.count += 1

    def __iter__(self) -> Iterator[tuple[ItemId, Decimal]]:
        self._file.seek(0)
        for line in self._file:
            quantity, item = line[:-1].split(" ", 1)
            yield ItemId(item), Decimal(quantity)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


def record(counts: Iterable[tuple[ItemId, Decimal]], source: str) -> int:
    """Sets stock to these quantities; how many items. Ends the command when it cannot be kept."""
    from appliance.daemon import socket_path

    running = socket_path(where.settings()).exists()
    send = _through_the_till if running else _into_the_journal
    return send(_batches(counts), source)


def _batches(counts: Iterable[tuple[ItemId, Decimal]]) -> Iterator[tuple[f.StockMove, ...]]:
    moves = iter(f.StockMove(item, quantity) for item, quantity in counts)
    while batch := tuple(islice(moves, BATCH)):
        yield batch


def _through_the_till(batches: Iterable[tuple[f.StockMove, ...]], source: str) -> int:
    done = 0
    for batch in batches:
        rows = [{"item": move.item, "quantity": format(move.quantity, "f")} for move in batch]
        request = {"command": "count_stock", "counts": rows, "source": source}
        answer = where.ask({**request, "id": uuid.uuid4().hex, "actor": "import"})
        if not answer.get("ok"):
            where.fail(f"The items are imported, their stock is not: {answer}", 1)
        done += len(batch)
    return done


def _into_the_journal(batches: Iterable[tuple[f.StockMove, ...]], source: str) -> int:
    from datetime import datetime

    from appliance.daemon import open_journal
    from appliance.journal import JournalError

    done = 0
    try:
        with open_journal(where.settings()) as journal:
            for batch in batches:
                now = datetime.now(where.settings().shop.zone)
                journal.append([f.StockCounted(batch, source)], actor="import", at=now)
                done += len(batch)
    except JournalError as error:
        where.fail(f"The items are imported, their stock is not: {error}", 1)
    return done
