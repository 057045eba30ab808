"""A count is true of the shelf, whatever is sold, set aside, voided or received while it goes on."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.core import commands as c
from appliance.core.facts import StockCause, StockDelta
from tests.core.builders import MILK
from tests.till.builders import Running, open_shift, running

IN_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
STEPS = st.lists(
    st.sampled_from(["sell", "pay", "void", "suspend", "recall", "receive", "steal", "count"]),
    max_size=25,
)


@dataclass
class Shelf:
    """What really lies there, beside what the till thinks."""

    till: Running
    pieces: int = 10
    basket: int = 0

    def step(self, what: str) -> None:
        till, state = self.till, self.till.till.journal.state
        match what:
            case "sell" if self.pieces:
                till.sells("milk")
                self.pieces, self.basket = self.pieces - 1, self.basket + 1
            case "pay" if self.basket:
                till.does(c.TenderCash())
                self.basket = 0
            case "void" if self.basket:
                till.does(c.VoidSale())
                self.pieces, self.basket = self.pieces + self.basket, 0
            case "suspend" if self.basket:
                till.does(c.SuspendSale("x"))
                self.basket = 0
            case "recall" if state.suspended and not self.basket:
                parked = state.suspended[0]
                till.does(c.RecallSale(parked.sale))
                self.basket = int(sum(line.quantity for line in parked.live_lines))
            case "receive":
                till.does(c.MoveStock(StockCause.RECEIVED, (StockDelta(MILK.id, Decimal(3)),)))
                self.pieces += 3
            case "steal":
                self.pieces = max(0, self.pieces - 1)
            case "count":
                till.does(c.CountItem(1, MILK.id, Decimal(self.pieces)))
            case _:
                pass


@given(STEPS, STEPS.map(lambda steps: [step for step in steps if step != "steal"]))
@settings(max_examples=40, deadline=None)
def test_after_a_count_the_stock_is_what_lies_there(before: list[str], after: list[str]) -> None:
    with TemporaryDirectory(dir=IN_MEMORY) as folder, running(Path(folder)) as till:
        open_shift(till)
        till.does(c.SignIn("ivan"))
        till.does(c.MoveStock(StockCause.RECEIVED, (StockDelta(MILK.id, Decimal(10)),)))
        till.does(c.StartCount())
        shelf = Shelf(till)
        for step in (*before, "count", *after):
            shelf.step(step)
        till.does(c.FinishCount(1))
        for step in ("pay", "recall", "pay") * (1 + len(till.till.journal.state.suspended)):
            shelf.step(step)
        assert till.till.journal.stock_of(MILK.id) == shelf.pieces
