"""What the shell makes of a request before the core sees it: codes and SKUs become items."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Protocol, TypeVar, cast

from appliance.codes.guesses import Guesses
from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.policy import Policy
from appliance.core.price_check import on_offer
from appliance.core.price_check import tell as tell_price
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.core.state import State
from appliance.journal import Journal
from appliance.moment import HasFact, Moment
from appliance.people.customers import CustomerBook
from appliance.people.staff import StaffBook
from appliance.resolve import Shelf, resolve

Found = TypeVar("Found")


class Tills(Protocol):
    """The shop's other tills, who are asked for baskets; what comes of it the till is told later."""

    def fetch(self, till: str, sale: f.SaleId, /) -> None: ...

    def take_back(self, key: str, /) -> None: ...


@dataclass(frozen=True, slots=True)
class Intake:
    """Reads the catalogue and the journal; changes neither. Used on the Till's thread only.

    customers: who buys here, staff: who works here, where the till keeps that. pepper: the key of the cards' hashes.
    tills: the shop's others, None where it is alone."""

    shelf: Shelf
    journal: Journal
    policy: Policy
    clock: Callable[[], datetime] = lambda: datetime.now().astimezone()
    customers: CustomerBook | None = None
    staff: StaffBook | None = None
    pepper: bytes = b""
    coupon_keys: Mapping[int, bytes] = field(default_factory=dict)
    guesses: Guesses = field(default_factory=Guesses)
    tills: Tills | None = None

    def today(self) -> date:
        return self.clock().date()

    def command(self, request: c.Request, now: Moment, today: date) -> c.Command | Moment | Refusal:
        """A command for the core, or the moment that a mere question leaves, or why not."""
        return self.ready(self._meant(request, now, today), today)

    def ready(self, found: Found, today: date) -> Found | Refusal:
        """A command looked over once more by the subjects it concerns."""
        checked: Found | Refusal = found
        for check in READY.get(type(found), ()):
            checked = check(self, checked, today)
            if isinstance(checked, Refusal):
                break
        return checked

    def told(self, now: Moment, before: State, answer: Answered) -> Moment:
        """The moment after an answer that a person at this till hears."""
        now = now.after(before, answer)
        for tell in TOLD:
            now = tell(self, now, before, answer)
        return now

    def _meant(self, request: c.Request, now: Moment, today: date) -> c.Command | Moment | Refusal:
        match request:
            case c.Scan():
                for listen in SCANS:
                    heard = listen(self, request, now, today)
                    if heard is not None:
                        return heard
                if now.price_check and request.source is f.LineSource.SCAN:
                    return self._price_of(request.code, now, today)
                return resolve(request, self.shelf, self.policy, today, self.clock().time())
            case c.SellItem():
                return self._sell(request)
            case c.NeverMind():
                return now
            case c.CheckPrice(code=code):
                return self._price_of(code, now, today)
            case c.AimScanner(price_check=price_check, quantity=quantity):
                return replace(now, price_check=price_check, multiplier=quantity, price=None)
            case c.PrintReceipt(sale=sale) if sale is not None and not self._was_sold(sale):
                return refuse(Reason.NO_SUCH_SALE, sale=sale)
            case c.WeighItem():
                return refuse(Reason.NO_SCALE)
            case _:
                asked = SUBJECTS.get(type(request))
                if asked is not None:
                    return asked(self, request, now, today)
                return cast("c.Command", request)

    def _was_sold(self, sale: f.SaleId) -> bool:
        done = self.journal.state.done
        if done is not None and done.sale.sale == sale:
            return True
        if not 0 < sale <= self.journal.state.last_sale:
            return False
        records = self.journal.facts_of_sale(self.journal.epoch, sale)
        return any(isinstance(record.fact, f.SaleCompleted) for record in records)

    def _sell(self, request: c.SellItem) -> c.AddItem | Refusal:
        item = self.shelf.by_id(request.item)
        if item is None:
            return refuse(Reason.NO_SUCH_ITEM, item=request.item)
        named = request.unit_price_minor is not None or request.amount_minor is not None
        if named and not item.open_price:
            # OverridePrice changes a price: with a reason, and by whoever may.
            return refuse(Reason.PRICE_FIXED, name=item.name)
        return c.AddItem(
            item,
            request.quantity,
            request.unit_price_minor,
            request.amount_minor,
            request.source,
        )

    def _price_of(self, code: str, now: Moment, today: date) -> Moment | Refusal:
        found = resolve(c.Scan(code), self.shelf, self.policy, today)
        if isinstance(found, Refusal):
            return found
        sale = self.journal.state.sale
        groups = sale.groups if sale is not None else ()
        at = self.clock().replace(tzinfo=None)
        offers = on_offer(found.item, self.policy.offers.values(), at, groups)
        told = replace(tell_price(found.item, at, groups), offers=offers)
        return now.with_price(found, self.journal.stock_of(found.item.id), told)


Asked = Callable[[Intake, Any, Moment, date], c.Command | Moment | Refusal]
SUBJECTS: dict[type, Asked] = {}
"""Requests that other modules make ready for the core, by their type."""

READY: dict[type, list[Callable[[Intake, Any, date], Any]]] = {}
"""Checks of commands just before the core sees them: each gives the command, changed or not, or
why not."""

SCANS: list[Callable[[Intake, c.Scan, Moment, date], c.Command | Moment | Refusal | None]] = []
"""Who may take a scan before the basket does."""

Answered = Sequence[HasFact] | Refusal
TOLD: list[Callable[[Intake, Moment, State, Answered], Moment]] = []
"""What subjects add to the notice of an answer."""
