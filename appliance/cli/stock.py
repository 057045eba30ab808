"""An imported file's stock becomes facts: through the running till, or its journal when none runs."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import islice

from appliance.cli import where
from appliance.core import facts as f
from appliance.core.item import ItemId

BATCH = 500
"""Items per fact: some tens of kilobytes."""


def record(counts: Iterable[tuple[ItemId, Decimal]], source: str) -> int:
    """Sets stock to these quantities; how many items. Ends the command when it cannot be kept."""
    from appliance.daemon import socket_path

    running = socket_path(where.settings()).exists()
    send = _through_the_till if running else _into_the_journal
    return send(list(_batches(counts)), source)


def _batches(counts: Iterable[tuple[ItemId, Decimal]]) -> Iterator[tuple[f.StockMove, ...]]:
    moves = iter(f.StockMove(item, quantity) for item, quantity in counts)
    while batch := tuple(islice(moves, BATCH)):
        yield batch


def _through_the_till(batches: list[tuple[f.StockMove, ...]], source: str) -> int:
    for batch in batches:
        rows = [{"item": move.item, "quantity": format(move.quantity, "f")} for move in batch]
        request = {"command": "count_stock", "counts": rows, "source": source}
        answer = where.ask({**request, "id": uuid.uuid4().hex, "actor": "import"})
        if not answer.get("ok"):
            where.fail(f"The items are imported, their stock is not: {answer}", 1)
    return sum(map(len, batches))


def _into_the_journal(batches: list[tuple[f.StockMove, ...]], source: str) -> int:
    from datetime import datetime

    from appliance.daemon import open_journal
    from appliance.journal import JournalError

    try:
        with open_journal(where.settings()) as journal:
            for batch in batches:
                now = datetime.now().astimezone()
                journal.append([f.StockCounted(batch, source)], actor="import", at=now)
    except JournalError as error:
        where.fail(f"The items are imported, their stock is not: {error}", 1)
    return sum(map(len, batches))
