"""Laws of the stock over random histories: its tables against sums made by hand."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.core import facts as f
from appliance.core.facts import LineId, LineSource, Restock, SaleId, ShiftNumber, StockCause
from appliance.core.item import ItemId, Unit
from appliance.core.stock import average_after
from appliance.journal import Journal
from appliance.journal.verify import verify

ITEMS = ("beans", "milk", "bread")
IN_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""These laws are not about the disk: hundreds of histories need no fsync."""
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
AMOUNTS = st.integers(1, 40).map(lambda quarter: Decimal(quarter) / 4)
ITEM = st.sampled_from(ITEMS)
COSTS = st.one_of(st.none(), st.integers(0, 50_000).map(lambda parts: Decimal(parts) / 7))
RECEIVED = st.tuples(st.just("receive"), ITEM, AMOUNTS, COSTS)
GONE = st.tuples(
    st.sampled_from(["write_off", "transfer_out", "supplier_return"]), ITEM, AMOUNTS, st.none()
)
SALE = st.tuples(st.just("sale"), ITEM, AMOUNTS, st.none())
CUP = st.tuples(st.just("cup"), st.just("cup"), AMOUNTS, st.none())
BACK = st.tuples(
    st.sampled_from(["back_shelf", "back_scrap", "back_supplier"]), ITEM, AMOUNTS, st.none()
)
COUNT = st.tuples(st.sampled_from(["import", "count"]), ITEM, AMOUNTS, st.none())
CLOSE = st.tuples(st.just("close"), st.just(""), st.just(Decimal(0)), st.none())
HISTORY = st.lists(st.one_of(RECEIVED, GONE, SALE, CUP, BACK, COUNT, CLOSE), max_size=25)
RECIPE = (
    f.StockMove(ItemId("beans"), Decimal("0.018")),
    f.StockMove(ItemId("milk"), Decimal("0.2")),
)


class Shop:
    """Appends facts to a journal as a till would have made them."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.minute = 0
        self.count = 0
        self.append(f.ShiftOpened(ShiftNumber(1), 0, "UAH"))

    def append(self, *facts: f.Fact) -> None:
        self.minute += 1
        at = START + timedelta(minutes=self.minute)
        self.journal.append(facts, actor="olena", at=at)

    def sells(self, item: str, quantity: Decimal, **line: object) -> None:
        number = SaleId(self.journal.state.last_sale + 1)
        added = f.LineAdded(
            *(number, LineId(1), ItemId(item), item, Unit.KILOGRAM, quantity, 100, ()),
            LineSource.KEY,
            **line,  # type: ignore[arg-type]
        )
        sold = f.LineSold(LineId(1), 0, 0, 0, 0)
        receipt = self.journal.state.last_receipt + 1
        done = f.SaleCompleted(number, ShiftNumber(1), receipt, (sold,), (), 0, 0, 0, 0, 0)
        self.append(f.SaleStarted(number, ShiftNumber(1)), added, done)

    def moves(self, cause: StockCause, *deltas: f.StockDelta) -> None:
        self.append(f.StockMoved(cause, deltas))

    def counts(self, item: str, quantity: Decimal) -> None:
        self.count += 1
        expected = self.journal.stock_of(item) or Decimal(0)
        self.append(
            f.CountStarted(self.count),
            f.CountEntered(self.count, ItemId(item), quantity, expected),
            f.CountFinished(self.count),
        )

    def rolls(self) -> None:
        """As at the end of a shift."""
        self.append(f.StockCounted((), "nothing"))


@contextmanager
def shop() -> Iterator[Shop]:
    with (
        TemporaryDirectory(dir=IN_MEMORY) as folder,
        Journal.open(Path(folder) / "j.db", "T1") as journal,
    ):
        yield Shop(journal)


def play(it: Shop, step: tuple[str, str, Decimal, Decimal | None]) -> dict[str, Decimal]:
    """Does one thing; what it should add to each item, None of a count: what it is then."""
    kind, item, amount, cost = step
    if kind == "receive":
        exact = None if cost is None else cost.quantize(Decimal("0.000001"))
        it.moves(StockCause.RECEIVED, f.StockDelta(ItemId(item), amount, cost_minor=exact))
        return {item: amount}
    if kind in ("write_off", "transfer_out", "supplier_return"):
        it.moves(StockCause(kind), f.StockDelta(ItemId(item), -amount))
        return {item: -amount}
    if kind == "sale":
        it.sells(item, amount)
        return {item: -amount}
    if kind == "cup":
        it.sells("cup", amount, components=RECIPE)
        return {move.item: -move.quantity * amount for move in RECIPE}
    if kind.startswith("back"):
        restock = Restock(kind.removeprefix("back_"))
        it.sells(item, -amount, kind=f.LineKind.RETURN, restock=restock)
        return {item: amount if restock is Restock.SHELF else Decimal(0)}
    if kind == "close":
        it.rolls()
        return {}
    before = it.journal.stock_of(item) or Decimal(0)
    if kind == "import":
        it.append(f.StockCounted((f.StockMove(ItemId(item), amount),), "file"))
    else:
        it.counts(item, amount)
    return {item: amount - before}


@given(HISTORY)
@settings(max_examples=60, deadline=None)
def test_stock_is_what_came_less_what_went_and_the_same_after_a_rebuild(history: list) -> None:
    with shop() as it:
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for step in history:
            for item, added in play(it, step).items():
                sums[item] += added
            for item, total in sums.items():
                assert (it.journal.stock_of(item) or 0) == total
        verdict = verify(it.journal.path, deep=True)
        assert verdict.ok, verdict
        it.journal.rebuild()
        for item, total in sums.items():
            assert (it.journal.stock_of(item) or 0) == total


@given(HISTORY)
@settings(max_examples=40, deadline=None)
def test_what_lies_there_is_worth_what_was_paid_for_it_less_what_went(history: list) -> None:
    """value after = value before + moved x its cost, where goods mix; else the rule for less than
    nothing holds; goods that go leave the average as it is."""
    with shop() as it:
        for step in history:
            play(it, step)
        with closing(sqlite3.connect(it.journal.path)) as con:
            moves = con.execute(
                "SELECT quantity, cost, stock, average, was FROM stock_move ORDER BY id, place"
            ).fetchall()
        for quantity, cost, left, average, was in moves:
            before = left - quantity
            if cost is None:
                assert average == was
            elif was is None or before <= 0:
                assert average == cost
            else:
                worth = before * was + quantity * cost
                assert abs(left * average - worth) * 2 <= left, "half a part of each, no more"
                assert min(was, cost) <= average <= max(was, cost)


@given(st.integers(0, 10**9), st.integers(0, 10**12), st.integers(1, 10**9), st.integers(0, 10**12))
def test_goods_received_and_taken_back_leave_the_average_but_for_rounding(
    quantity: int, average: int, moved: int, cost: int
) -> None:
    after = average_after(quantity, average, moved, cost)
    assert after is not None
    back = average_after(quantity + moved, after, -moved, cost)
    assert back is not None
    left = quantity + moved
    if left * after < moved * cost or not quantity:
        assert back == after, "what is left is never worth less than nothing"
    else:
        assert abs(back - average) <= Fraction(left, 2 * quantity) + Fraction(1, 2)


LOTS = st.lists(
    st.tuples(st.integers(-5, 20), st.integers(1, 12)),
    min_size=1,
    max_size=6,
    unique_by=lambda lot: lot[0],
)


@given(LOTS, st.lists(st.integers(1, 9), max_size=8))
@settings(max_examples=60, deadline=None)
def test_lots_go_in_the_order_of_their_days_and_never_past_them(
    lots: list[tuple[int, int]], sales: list[int]
) -> None:
    today = START.date()
    with shop() as it:
        it.moves(
            StockCause.RECEIVED,
            *(
                f.StockDelta(
                    *(ItemId("milk"), Decimal(many), f"L{days}", ""),
                    (today + timedelta(days=days)).isoformat(),
                )
                for days, many in lots
            ),
        )
        left = dict(sorted(lots))
        for sold in sales:
            it.sells("milk", Decimal(sold))
            for days in [days for days in left if days >= 0]:
                taken = min(sold, left[days])
                left[days] -= taken
                sold -= taken  # noqa: PLW2901
            for days, many in left.items():
                lot = it.journal.stock.lot("milk", f"L{days}")
                assert lot is not None
                assert lot.quantity == many
        assert it.journal.stock_of("milk") == sum(many for _, many in lots) - sum(sales)
        assert verify(it.journal.path, deep=True).ok


def test_a_return_goes_back_to_the_lots_it_was_sold_from() -> None:
    with shop() as it:
        it.moves(
            StockCause.RECEIVED,
            f.StockDelta(ItemId("milk"), Decimal(2), "A", "", "2026-12-01"),
            f.StockDelta(ItemId("milk"), Decimal(5), "B", "", "2026-12-24"),
        )
        it.sells("milk", Decimal(3))
        sold = f.LineRef(f.SaleRef(1, 1, SaleId(1)), LineId(1))
        it.sells("milk", Decimal(-2), kind=f.LineKind.RETURN, returns=sold)
        lots = {lot: it.journal.stock.lot("milk", lot).quantity for lot in "AB"}  # type: ignore[union-attr]
        assert lots == {"A": 1, "B": 5}
        assert verify(it.journal.path, deep=True).ok


def test_a_piece_that_comes_back_can_be_sold_again() -> None:
    with shop() as it:
        it.moves(StockCause.RECEIVED, f.StockDelta(ItemId("phone"), Decimal(1), serial="P1"))
        it.sells("phone", Decimal(1), serial="P1")
        piece = it.journal.stock.piece("phone", "P1")
        assert piece is not None
        assert (piece.status, piece.receipt, piece.day) == ("sold", 1, "2026-11-23")
        sold = f.LineRef(f.SaleRef(1, 1, SaleId(1)), LineId(1))
        it.sells("phone", Decimal(-1), kind=f.LineKind.RETURN, returns=sold)
        piece = it.journal.stock.piece("phone", "P1")
        assert piece is not None
        assert piece.status == "in"
        it.journal.rebuild()
        assert it.journal.stock.piece("phone", "P1") == piece
