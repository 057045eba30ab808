"""The largest basket that there can be, of lines that do not join: nothing is lost, nothing hangs."""

from __future__ import annotations

import time
from decimal import Decimal
from pathlib import Path

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.item import Item, ItemId, Unit
from appliance.core.refusal import Reason, Refusal
from tests.core.builders import POLICY
from tests.till.builders import Clock, Running, open_shift, running, shelf

FEW = 3
"""So many lines are scanned by hand; the journal brings the others along."""
SECONDS = 10
"""For one scan, on a busy machine; alone it takes well under one."""


def line_of(number: int) -> f.LineAdded:
    sku = f"i{number}"
    return f.LineAdded(
        f.SaleId(1),
        f.LineId(number),
        ItemId(sku),
        sku,
        Unit.PIECE,
        Decimal(1),
        price_of(number),
        ("VAT20",),
        f.LineSource.COMMAND,
    )


def price_of(number: int) -> int:
    return 100 + number % 900


def test_a_full_basket_takes_no_line_more_and_sells_every_one_it_has(tmp_path: Path) -> None:
    most = POLICY.lines_max
    with shelf(tmp_path, Clock()) as catalogue, catalogue.write() as writer:
        last = range(most - FEW + 1, most + 2)
        writer.put(
            [Item(ItemId(f"i{n}"), f"i{n}", price_of(n), taxes=("VAT20",)) for n in (1, *last)]
        )
    with running(tmp_path) as it:
        open_shift(it)
        it.sells("i1")
        lines = [line_of(number) for number in range(2, most - FEW + 1)]
        it.till.journal.append(lines, actor="olena", at=it.clock())
    with running(tmp_path) as it:
        for number in range(most - FEW + 1, most + 1):
            assert took(it, c.SellItem(ItemId(f"i{number}"))) < SECONDS
        full = it.tries(c.SellItem(ItemId(f"i{most + 1}")))
        assert isinstance(full, Refusal)
        assert full.reason is Reason.BASKET_FULL
        assert took(it, c.TenderCash()) < SECONDS
        done = it.till.journal.state.done
        assert done is not None
        assert len(done.sale.live_lines) == most
        assert done.total_minor == sum(price_of(number) for number in range(1, most + 1))


def took(it: Running, request: c.Request) -> float:
    began = time.monotonic()
    it.does(request)
    return time.monotonic() - began
