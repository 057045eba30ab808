"""What a promotion would have cost: past baskets priced with it and without it.

A shopkeeper who thinks of "3 for 2" asks what it would have cost last week. Each past basket is
given as it was priced then: its lines with the prices of that day, its promotions, its discount,
its time, the customer's groups and coupons. The candidate is added last in the list, so that a
promotion that was already there keeps its units where the listed order counts. A coupon that nobody
had yet could not have been used: preview such a promotion without its `coupon` for the most that it
can cost, and one that starts next month without its `since`.

People buy more of what is cheaper; that is not in these figures, and cannot be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from appliance.core.pricing.conditions import holds
from appliance.core.pricing.engine import price
from appliance.core.pricing.model import Basket, Promotion


@dataclass(frozen=True, slots=True)
class Past:
    """A basket that was sold. customer: whose it was, "" of one whom nobody knew."""

    basket: Basket
    customer: str = ""


@dataclass(frozen=True, slots=True)
class SkuCost:
    """One SKU over all baskets. given: what the candidate took off its lines. cost: what the
    customers would have paid less for it. baskets: those in which the candidate lowered it."""

    given_minor: int
    cost_minor: int
    baskets: int


@dataclass(frozen=True, slots=True)
class Preview:
    """seen: all past baskets; touched: those in which the candidate took something off.

    given: what the candidate took off. cost: what customers would have paid less, added taxes too;
    less than `given` where the candidate took the place of another discount. cost_net: the same
    without tax, which is what the shop would have earned less. skus: by SKU, dearest first.
    """

    seen: int
    touched: int
    given_minor: int
    cost_minor: int
    cost_net_minor: int
    skus: Mapping[str, SkuCost]


@dataclass(slots=True)
class _Sums:
    given: int = 0
    cost: int = 0
    baskets: int = 0


@dataclass(slots=True)
class _Tally:
    candidate: Promotion
    seen: int = 0
    touched: int = 0
    given: int = 0
    cost: int = 0
    cost_net: int = 0
    skus: dict[str, _Sums] = field(default_factory=dict)
    others: tuple[Promotion, ...] = ()
    with_it: tuple[Promotion, ...] = ()

    def add(self, basket: Basket) -> bool:
        """One basket; whether the candidate lowered it."""
        if basket.promotions is not self.others or not self.with_it:
            # The engine reads a list once, by identity; a week's baskets share theirs.
            self.others, self.with_it = basket.promotions, (*basket.promotions, self.candidate)
        past = replace(basket, tenders=())
        position = len(basket.promotions)
        before = price(past)
        after = price(replace(past, promotions=self.with_it))
        lowered: set[str] = set()
        for line, was, now in zip(basket.lines, before.lines, after.lines, strict=True):
            taken = sum(r.discount_minor for r in now.promotions if r.promotion == position)
            change = was.gross_minor - now.gross_minor
            if taken or change:
                of_sku = self.skus.setdefault(line.sku, _Sums())
                of_sku.given += taken
                of_sku.cost += change
                self.cost += change
                self.cost_net += was.net_minor - now.net_minor
            if taken:
                self.given += taken
                lowered.add(line.sku)
        self.touched += bool(lowered)
        for sku in lowered:
            self.skus[sku].baskets += 1
        return bool(lowered)


def preview(sold: Iterable[Past], candidate: Promotion, most_per_customer: int = 0) -> Preview:
    """The candidate over past baskets of one currency, in the order in which they were sold.
    Tenders do not matter. most_per_customer: in so many of them a known customer may have it, and
    nobody else; 0 for any."""
    tally = _Tally(candidate)
    had: dict[str, int] = {}
    for past in sold:
        tally.seen += 1
        if most_per_customer and (
            not past.customer or had.get(past.customer, 0) >= most_per_customer
        ):
            continue
        if holds(candidate.when, past.basket) and tally.add(past.basket):
            had[past.customer] = had.get(past.customer, 0) + 1
    dearest = sorted(tally.skus.items(), key=lambda each: (-each[1].cost, each[0]))
    return Preview(
        seen=tally.seen,
        touched=tally.touched,
        given_minor=tally.given,
        cost_minor=tally.cost,
        cost_net_minor=tally.cost_net,
        skus={sku: SkuCost(sums.given, sums.cost, sums.baskets) for sku, sums in dearest},
    )
