"""Every row of the table, by parts that share what is slow to make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from appliance.catalogue.store import Catalogue
from bench import (
    cards,
    catalogue,
    fleet_many,
    fleet_pages,
    fleet_store,
    fleet_wire,
    journal,
    payment_frames,
    payments,
    price_lists,
    pricing,
    receipt,
    reports,
    running,
    till,
    ui,
)
from bench.items import entries
from bench.row import Row

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of everything; `QUICK` proves that the bench runs, not that the till is fast."""

    facts: int = 1_000_000
    shift_sales: int = 10_000
    items: int = 100_000
    items_many: int = 1_000_000
    scans: int = 1_000
    sales: int = 500
    paid_sales: int = 300
    payment_turns: int = 3
    payment_rounds: int = 2
    lookups: int = 20_000
    searches: int = 1_000
    receipts: int = 200
    report_days: int = 365
    repricings: int = 1_000
    batch: int = 20_000
    fleet_facts: int = 2_500
    fleet_pages: fleet_pages.Size = field(default_factory=fleet_pages.Size)
    week_sales: int = 2_100
    fleet_tills: int = 1_000
    fleet_tills_s: float = 20.0
    fleet_connected: int = 10_000
    frame_turns: int = 3
    frames_s: float = 3.0
    session: running.Session = field(default_factory=running.Session)


FULL = Sizes()
QUICK = Sizes(
    facts=20_000,
    shift_sales=500,
    items=10_000,
    items_many=20_000,
    scans=100,
    sales=50,
    paid_sales=50,
    payment_turns=1,
    payment_rounds=1,
    lookups=1_000,
    searches=100,
    receipts=20,
    report_days=45,
    repricings=40,
    batch=500,
    fleet_facts=500,
    fleet_pages=fleet_pages.Size(tills=300, facts=30_000, rounds=2),
    week_sales=100,
    fleet_tills=60,
    fleet_tills_s=3.0,
    fleet_connected=100,
    frame_turns=1,
    frames_s=1.0,
    session=running.Session(starts=1, scans=30, idle_s=3.0),
)


class Bench:
    """folder: on the disk that is measured; what is slow to make is made there once, when asked."""

    def __init__(self, folder: Path, sizes: Sizes, say: Say = lambda _text: None) -> None:
        self.folder = folder
        self.sizes = sizes
        self._say = say

    def own(self, name: str) -> Path:
        """A new folder for one part."""
        path = self.folder / name
        path.mkdir()
        return path

    @cached_property
    def big_journal(self) -> Path:
        self._say(f"writing a journal of {self.sizes.facts:,} facts")
        path = self.folder / "big.db"
        journal.grow(path, self.sizes.facts, sales_of_last_shift=self.sizes.shift_sales)
        return path

    @cached_property
    def shelf(self) -> Path:
        self._say(f"writing a catalogue of {self.sizes.items:,} items")
        path = self.folder / "shelf.db"
        with Catalogue(path) as shelf, shelf.write() as writer:
            writer.put(entries(self.sizes.items))
        return path

    @cached_property
    def many_items(self) -> catalogue.Imported:
        count = self.sizes.items_many
        self._say(f"writing a price list of {count:,} items")
        catalogue.price_list(self.folder, count)
        self._say(f"importing {count:,} items")
        return catalogue.import_items(self.folder, count)

    # The parts

    def durable_commit(self) -> list[Row]:
        return [journal.durable_commit(self.own("durable"), self.sizes.paid_sales)]

    def bytes_per_sale(self) -> list[Row]:
        return journal.bytes_per_sale(self.own("bytes"), self.sizes.paid_sales)

    def scan_to_view(self) -> list[Row]:
        sizes = self.sizes
        return [till.scan_to_view(self.own("scan"), self.shelf, sizes.items, sizes.scans)]

    def whole_sale(self) -> list[Row]:
        sizes = self.sizes
        return [till.whole_sale(self.own("sale"), self.shelf, sizes.items, sizes.sales)]

    def prices(self) -> list[Row]:
        return pricing.rows(self.sizes.repricings, self.sizes.batch, self.own("prices"))

    def cards(self) -> list[Row]:
        return cards.rows(self.sizes.sales, self.sizes.batch * 5, self.own("cards"))

    def payments(self) -> list[Row]:
        sizes = self.sizes
        return [payments.to_the_wire(self.own("payments"), self.shelf, sizes.items, sizes.sales)]

    def payment_frames(self) -> list[Row]:
        return payment_frames.rows(self.sizes.payment_turns, self.sizes.payment_rounds)

    def fleet_store(self) -> list[Row]:
        facts = self.sizes.fleet_facts
        path = self.own("fleet") / "till.db"
        journal.grow(path, facts, sales_of_last_shift=10)
        return fleet_store.rows(path, 6, facts)

    def fleet_pages(self) -> list[Row]:
        return fleet_pages.rows(self.sizes.fleet_pages)

    def fleet_many(self) -> list[Row]:
        sizes = self.sizes
        return [
            fleet_many.sale_to_row(self.own("many"), sizes.fleet_tills, sizes.fleet_tills_s),
            fleet_many.idle_memory(self.own("connected"), sizes.fleet_connected),
        ]

    def fleet_wire(self) -> list[Row]:
        sizes = self.sizes
        week, items = self.own("week"), sizes.items
        return [
            fleet_wire.bytes_for_a_sale(self.own("sale-bytes")),
            *fleet_wire.backfill_while_selling(week, self.shelf, items, sizes.week_sales),
        ]

    def receipts(self) -> list[Row]:
        return receipt.rows(self.sizes.receipts)

    def frames(self) -> list[Row]:
        return ui.scrolling(self.sizes.frame_turns, self.sizes.frames_s)

    def running_till(self) -> list[Row]:
        sizes = self.sizes
        return running.rows(
            self.own("running"), self.big_journal, sizes.items, sizes.facts, sizes.session
        )

    def past(self) -> list[Row]:
        """Last of those that use the big journal: opening it adds to it."""
        return [
            journal.z_report_time(self.big_journal, self.sizes.shift_sales),
            journal.open_time(self.big_journal, self.sizes.facts),
            journal.verify_speed(self.big_journal),
        ]

    def year(self) -> list[Row]:
        return [reports.slowest(self.own("year"), self.sizes.report_days, 300)]

    def codes(self) -> list[Row]:
        return [catalogue.gtin_lookup(self.many_items, self.sizes.lookups)]

    def names(self) -> list[Row]:
        return [catalogue.name_search(self.many_items, self.sizes.searches)]

    def imports(self) -> list[Row]:
        return catalogue.import_rows(self.many_items)

    def price_list(self) -> list[Row]:
        """Last of those that use the many items: the list stays with them."""
        return price_lists.rows(self.own("list"), self.many_items, self.sizes.scans)


@dataclass(frozen=True, slots=True)
class Part:
    """title: what `--only` looks in, and what is shown while it runs."""

    title: str
    run: Callable[[Bench], list[Row]]


PARTS = (
    Part("durable commit of a paid sale", Bench.durable_commit),
    Part("bytes written for one sale", Bench.bytes_per_sale),
    Part("scan to view", Bench.scan_to_view),
    Part("whole sale", Bench.whole_sale),
    Part("prices: large baskets, many promotions, batches", Bench.prices),
    Part("cards: a contactless payment, card data", Bench.cards),
    Part("payments: from the key to the wire", Bench.payments),
    Part("payments: frames meanwhile", Bench.payment_frames),
    Part("fleet: facts into PostgreSQL", Bench.fleet_store),
    Part("fleet: pages of the console", Bench.fleet_pages),
    Part("fleet: many tills, a sale to its row, idle memory", Bench.fleet_many),
    Part("a till's wire to its fleet: bytes, a week while selling", Bench.fleet_wire),
    Part("receipt to printer bytes", Bench.receipts),
    Part("frames of a scrolling basket", Bench.frames),
    Part("running till: start, scan to pixels, memory, idle CPU", Bench.running_till),
    Part("Z report, opening and verifying the journal", Bench.past),
    Part("reports over a year", Bench.year),
    Part("import of many items", Bench.imports),
    Part("GTIN lookup", Bench.codes),
    Part("name search with a typo", Bench.names),
    Part("price list of many items while selling", Bench.price_list),
)
