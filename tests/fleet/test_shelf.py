"""The stock of a shop with several tills: counts, late sales, transfers, in whatever order they come."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.core import codec
from appliance.core import facts as f
from appliance.core.item import ItemId, Unit
from appliance.fleet.store import migrate, open_store
from appliance.fleet.store.ingest import Ingest, Site
from appliance.fleet.store.rebuild import rebuild
from appliance.journal import record
from appliance.journal.scale import QUANTITY_SCALE
from appliance.wire.batch import Batch, WireFact
from tests.fleet import tills
from tests.journal.test_stock_laws import IN_MEMORY

ONE = Site("01JTESTTILL000000000000001", "kram", "north")
TWO = Site("01JTESTTILL000000000000002", "kram", "north")
FAR = Site("01JTESTTILL000000000000003", "kram", "south")
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MILK = ItemId("milk")


class Teller:
    """A till that says what its test wants, at the test's own times, as batches of one."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.said: list[Batch] = []
        self._hash = record.genesis("T", 1, 0, b"")
        self._sales = 0

    def says(self, minute: float, *facts: f.Fact) -> None:
        at_ms = int((START + timedelta(minutes=minute)).timestamp() * 1000)
        made, prev = [], self._hash
        first = self.said[-1].last + 1 if self.said else 1
        for seq, fact in enumerate(facts, first):
            body = codec.canonical(codec.to_json(fact))
            kind = type(fact).__name__
            row = (record.EPOCH_STEP + seq, at_ms, 0, "olena", "", kind, 1, b"", b"")
            self._hash = record.chain(self._hash, "T", row, body)
            made.append(WireFact(kind, at_ms, 0, "olena", "", 1, body, self._hash))
        self.said.append(Batch(self.site.till, "T", 1, first, prev, tuple(made)))

    def sells(self, minute: float, many: int) -> None:
        self._sales += 1
        sale, line, shift = f.SaleId(self._sales), f.LineId(1), f.ShiftNumber(1)
        added = f.LineAdded(
            *(sale, line, MILK, "Молоко", Unit.PIECE, Decimal(many), 100, ()), f.LineSource.KEY
        )
        sold = f.LineSold(line, 0, 0, 0, 0)
        done = f.SaleCompleted(sale, shift, self._sales, (sold,), (), 0, 0, 0, 0, 0)
        self.says(minute, f.SaleStarted(sale, shift), added, done)

    def moves(self, minute: float, cause: f.StockCause, many: int, **more: str) -> None:
        delta = f.StockDelta(MILK, Decimal(many))
        self.says(minute, f.StockMoved(cause, (delta,), **more))

    def sets(self, minute: float, many: int) -> None:
        self.says(minute, f.StockCounted((f.StockMove(MILK, Decimal(many)),), "import"))

    def counts(self, minute: float, found: int, expected: int) -> None:
        self.says(
            minute,
            f.CountStarted(1),
            f.CountEntered(1, MILK, Decimal(found), Decimal(expected)),
            f.CountFinished(1),
        )


def hears(store, *batches: Batch) -> None:
    ingest = Ingest(store)
    sites = {it.till: it for it in (ONE, TWO, FAR)}
    for batch in batches:
        ingest.take(batch, sites[batch.till])


def milk(store, shop: str = "north") -> int:
    row = store.one("SELECT quantity FROM stock WHERE shop = :shop AND sku = 'milk'", shop=shop)
    assert row is not None
    summed = store.one(
        "SELECT sum(delta) AS many FROM movement WHERE shop = :shop AND within = 0", shop=shop
    )
    assert int(summed["many"] or 0) == row["quantity"], "the stock is the sum of its movements"
    return row["quantity"] // QUANTITY_SCALE


@pytest.fixture
def shop(store):
    tills.register(store, ONE, TWO, FAR)
    return store


def test_two_tills_sell_from_one_shelf_and_less_than_nothing_is_seen(shop):
    one, two = Teller(ONE), Teller(TWO)
    one.moves(0, f.StockCause.RECEIVED, 10)
    one.sells(1, 4)
    two.sells(2, 8)
    hears(shop, *two.said, *one.said)
    assert milk(shop) == -2
    assert shop.rows("SELECT sku FROM stock WHERE quantity < 0") == [{"sku": "milk"}]


@pytest.mark.parametrize("late", [False, True])
def test_a_sale_before_a_count_is_inside_it_however_late_it_comes(shop, late):
    one, two = Teller(ONE), Teller(TWO)
    one.moves(0, f.StockCause.RECEIVED, 20)
    two.sells(5, 3)
    one.sets(10, 16)
    two.sells(15, 2)
    hears(
        shop,
        *(one.said + two.said if late else [one.said[0], two.said[0], one.said[1], two.said[1]]),
    )
    assert milk(shop) == 14


def test_what_a_count_of_the_shelves_finds_holds_for_all_tills_of_the_shop(shop):
    """The counting till expected 20: it knows nothing of what the other one sold."""
    one, two = Teller(ONE), Teller(TWO)
    one.moves(0, f.StockCause.RECEIVED, 20)
    two.sells(5, 3)
    one.counts(10, 16, 20)
    two.sells(15, 2)
    hears(shop, *two.said, *one.said)
    assert milk(shop) == 14


def test_a_stocktake_remembers_how_far_each_till_had_been_heard(shop):
    one, two = Teller(ONE), Teller(TWO)
    two.sells(5, 3)
    one.sets(10, 16)
    hears(shop, *two.said, *one.said)
    row = shop.one("SELECT vector, items FROM stocktake")
    assert row == {"vector": f'{{"{ONE.till}": [1, 1], "{TWO.till}": [1, 3]}}', "items": 1}


def test_goods_between_two_shops_are_in_transit_until_they_come(shop):
    near, far = Teller(ONE), Teller(FAR)
    near.moves(0, f.StockCause.TRANSFER_OUT, -5, partner="south", document="N-7")
    hears(shop, *near.said)
    assert shop.one("SELECT sent, received FROM transit") == {
        "sent": 5 * QUANTITY_SCALE,
        "received": 0,
    }
    far.moves(90, f.StockCause.TRANSFER_IN, 4, partner="north", document="N-7")
    hears(shop, *far.said)
    row = shop.one("SELECT origin, target, sent - received AS missing FROM transit")
    assert row == {"origin": "north", "target": "south", "missing": QUANTITY_SCALE}
    assert (milk(shop), milk(shop, "south")) == (-5, 4)


STEP = st.tuples(
    st.sampled_from(("sells", "sells", "receives", "sets")), st.booleans(), st.integers(1, 9)
)


@settings(max_examples=40, deadline=None)
@given(st.lists(STEP, min_size=1, max_size=10), st.integers(0, 2**16))
def test_the_order_in_which_tills_are_heard_does_not_matter(steps, seed) -> None:
    """Against arithmetic in the order of time; and tables made again say the same."""
    one, two = Teller(ONE), Teller(TWO)
    level = 0
    for minute, (what, first, many) in enumerate(steps):
        till = one if first else two
        if what == "sells":
            till.sells(minute, many)
            level -= many
        elif what == "receives":
            till.moves(minute, f.StockCause.RECEIVED, many)
            level += many
        else:
            till.sets(minute, many)
            level = many
    chance, queues, order = random.Random(seed), [list(one.said), list(two.said)], []
    while any(queues):
        queue = chance.choice([it for it in queues if it])
        order.append(queue.pop(0))
    with TemporaryDirectory(dir=IN_MEMORY) as folder:
        store = open_store(f"sqlite:///{folder}/fleet.db")
        migrate(store)
        tills.register(store, ONE, TWO)
        hears(store, *order)
        assert milk(store) == level
        rebuild(store)
        assert milk(store) == level
        store.close()


# Epochs


def test_a_till_that_came_back_from_a_backup_goes_on_in_the_middle_of_its_sale(shop):
    """The new epoch continues the middle of the old one; what came after stays sold."""
    till = Teller(ONE)
    sale, shift = f.SaleId(1), f.ShiftNumber(1)
    line = f.LineAdded(
        *(sale, f.LineId(1), MILK, "Молоко", Unit.PIECE, Decimal(2), 100, ()), f.LineSource.KEY
    )
    till.says(0, f.ShiftOpened(shift, 0, "UAH"))
    till.says(1, f.SaleStarted(sale, shift), line)
    joined = till.said[-1]
    till.says(2, f.SaleVoided(sale, 200))
    again = Teller(ONE)
    again._hash = record.genesis("T", 2, joined.last, joined.head)
    start = again._hash
    sold = f.LineSold(f.LineId(1), 200, 0, 200, 0)
    done = f.SaleCompleted(sale, shift, 1, (sold,), (), 200, 0, 0, 200, 0)
    body = codec.canonical(codec.to_json(done))
    row = (2 * record.EPOCH_STEP + 1, 9_000, 0, "olena", "", "SaleCompleted", 1, b"", b"")
    digest = record.chain(start, "T", row, body)
    fact = WireFact("SaleCompleted", 9_000, 0, "olena", "", 1, body, digest)
    new = Batch(ONE.till, "T", 2, 1, start, (fact,))
    ingest = Ingest(shop)
    assert ingest.take(new, ONE).upto == 0
    hears(shop, *till.said)
    assert ingest.take(new, ONE).upto == 1
    assert milk(shop) == -2
    row = shop.one("SELECT joined_epoch, joined_seq FROM epoch WHERE epoch = 2")
    assert row == {"joined_epoch": 1, "joined_seq": joined.last}
    strange = replace(new, prev=b"\7" * 32, epoch=3)
    assert ingest.take(strange, ONE).upto == 1
