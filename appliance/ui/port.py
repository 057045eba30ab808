"""What the screens need from the rest of the till: a way to ask, the view, and the shelf."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from appliance.core.commands import Request
from appliance.core.intents import IntentState, PastIntent
from appliance.core.item import Item, ItemId
from appliance.core.offer_rows import OfferCost, OfferRow
from appliance.core.offers import Offer
from appliance.core.refusal import Refusal
from appliance.core.report_rows import Glance, ReportBy, SalesReport
from appliance.core.signals import SignalsReport
from appliance.core.stock_rows import DifferenceRow, LevelRow, LotRow, OrderRow, PaperRow
from appliance.core.view import Look
from appliance.ui.bench_port import Bench
from appliance.ui.machine_port import Lend, Machine
from appliance.ui.setup_port import Setup
from appliance.ui.support_port import Support

Answer = Sequence[Any] | Refusal
"""What became of a request: the journal's records, or why not."""


class TillPort(Protocol):
    """The till as the screens know it. Nothing here waits; callbacks come on the Till's thread."""

    @property
    def look(self) -> Look: ...

    def submit(
        self, request: Request, *, reply: Callable[[Answer], None] | None = None
    ) -> None: ...

    def subscribe(self, on_look: Callable[[Look], None]) -> object: ...


class QuickKey(Protocol):
    """A key of the shop's own grid. colour: RRGGBB. picture: a PNG's file name, or nothing."""

    @property
    def item(self) -> Item: ...

    @property
    def label(self) -> str: ...

    @property
    def colour(self) -> str: ...

    @property
    def picture(self) -> str: ...


class QuickPage(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def keys(self) -> Sequence[QuickKey]: ...


class Shelf(Protocol):
    """The catalogue, read only. All verbs may touch the disk: a worker calls them."""

    def search(self, text: str, limit: int = 20) -> list[Item]: ...

    def quick_keys(self) -> Sequence[QuickPage]: ...

    def by_id(self, item: ItemId) -> Item | None: ...

    def variants_of(self, family: ItemId) -> list[Item]: ...

    def deposits(self) -> list[Item]: ...


class SalesBooks(Protocol):
    """The takings told by something, read only. It reads the disk: a worker calls it."""

    def report(self, by: ReportBy, first: date, last: date) -> SalesReport: ...

    def glance(self, first: date, last: date, now: datetime) -> Glance: ...

    def signals(self, first: date, last: date) -> SignalsReport: ...

    def payments(self, states: Collection[IntentState], limit: int) -> Sequence[PastIntent]: ...


class OfferPages(Protocol):
    """The shop's offers, and what one of them cost, read only. It reads the disk: a worker calls it."""

    def list(self, now: datetime) -> list[OfferRow]: ...

    def cost(
        self, offer: Offer, first: date, last: date, wanted: Callable[[], bool] = ...
    ) -> OfferCost: ...


class StockBook(Protocol):
    """The stock in lists, read only. All verbs read the disk: a worker calls them."""

    def left(self, items: Iterable[str]) -> dict[str, Decimal]: ...

    def levels(self) -> Sequence[LevelRow]: ...

    def expiring(self, days: int, today: date) -> Sequence[LotRow]: ...

    def suggest(self, now: datetime) -> Sequence[OrderRow]: ...

    def differences(self, count: int) -> Sequence[DifferenceRow]: ...

    def uncounted(self, count: int) -> Sequence[LevelRow]: ...

    def papers(self, limit: int = 200) -> Sequence[PaperRow]: ...

    def categories(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Sources:
    """What screens read beside the till. now: the shop's own time, without an offset. machine: None
    where the till may not touch its networks. lend: what devices say, to one screen alone. setup: of a till
    that nobody has set up yet."""

    now: Callable[[], datetime] = datetime.now
    stock: StockBook | None = None
    books: SalesBooks | None = None
    offers: OfferPages | None = None
    bench: Bench | None = None
    machine: Machine | None = None
    lend: Lend | None = None
    support: Support | None = None
    setup: Setup | None = None


@dataclass(frozen=True, slots=True)
class UiSettings:
    """How this till's screen is set up. blank_after_s 0: never. pictures: the quick keys' folder.
    cashiers: (id, name) of who may sign in by touch. expiry_days: lots so near their day are listed."""

    language: str = "uk"
    theme: str = "light"
    width: int = 1024
    height: int = 600
    fullscreen: bool = False
    sounds: bool = True
    blank_after_s: int = 600
    pictures: str = ""
    cashiers: tuple[tuple[str, str], ...] = ()
    expiry_days: int = 7
