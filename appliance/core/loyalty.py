"""Points: what a purchase earns, what they are worth, and which tier a customer is in."""

from __future__ import annotations

from collections.abc import Iterable

from appliance.core.account_rules import LoyaltyRules, Tier
from appliance.core.facts import LineKind, TenderType
from appliance.core.pricing import Priced
from appliance.core.state import Sale

_EARNING = (LineKind.GOODS, LineKind.RETURN)


def points_for(amount_minor: int, rules: LoyaltyRules) -> int:
    """Points of so much spent on goods; of what is given back as many less, the same way rounded,
    so that a sale and its whole return come to nothing."""
    if rules.points <= 0:
        return 0
    steps = abs(amount_minor) // rules.step_minor
    return steps * rules.points if amount_minor >= 0 else -steps * rules.points


def earning_minor(sale: Sale, priced: Priced, rules: LoyaltyRules) -> int:
    """What of a basket counts: its goods less its returns, without what points themselves paid."""
    goods = sum(
        sold.gross_minor
        for line, sold in zip(sale.live_lines, priced.lines, strict=True)
        if line.kind in _EARNING
        and not line.account
        and rules.not_taxes.isdisjoint(line.taxes)
        and (rules.discounted or not sold.discount_minor)
    )
    by_points = sum(t.amount_minor for t in sale.taken_tenders if t.type is TenderType.LOYALTY)
    return goods - by_points


def worth_minor(points: int, rules: LoyaltyRules) -> int:
    return points * rules.value_minor


def payable_points(points: int, left_minor: int, rules: LoyaltyRules) -> int:
    """How many of the points can pay at most so much; 0 when that is fewer than one may use."""
    if rules.value_minor <= 0:
        return 0
    usable = min(points, left_minor // rules.value_minor)
    return usable if usable > 0 and usable >= rules.least else 0


def tier_of(spent_minor: int, tiers: Iterable[Tier]) -> Tier | None:
    """The highest tier that so much spent reaches."""
    reached = [tier for tier in tiers if spent_minor >= tier.spend_minor]
    return max(reached, key=lambda tier: tier.spend_minor, default=None)
