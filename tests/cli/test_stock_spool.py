"""Stock from a price list waits on disk until the import is whole."""

from decimal import Decimal

from appliance.cli import stock
from appliance.core.item import ItemId


def test_a_spool_gives_back_what_was_put_however_much_it_is(monkeypatch):
    monkeypatch.setattr(stock, "SPOOL_IN_MEMORY_BYTES", 64)
    put = [(ItemId(f"A {n}"), Decimal(n) / 8) for n in range(100)]
    with stock.Spool() as spool:
        for item, quantity in put:
            spool.put(item, quantity)
        assert spool.count == 100
        assert list(spool) == put
        assert list(spool) == put


def test_stock_is_sent_in_batches_of_bounded_size():
    moves = ((ItemId(str(n)), Decimal(n)) for n in range(2 * stock.BATCH + 1))
    assert [len(batch) for batch in stock._batches(moves)] == [stock.BATCH, stock.BATCH, 1]
