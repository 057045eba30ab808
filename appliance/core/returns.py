"""Giving back what was really paid: exact amounts of returned pieces, and in which money.

Whatever is returned of a line, all that ever came back of it is the rounded share of what it came
to. So any sequence of partial returns ends at exactly the sale's own amounts, and none of them goes
beyond. A line's gross already holds its part of promotions and discounts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from appliance.core import pricing
from appliance.core.commands import SoldEarlier
from appliance.core.facts import (
    LineId,
    LineKind,
    LineSold,
    LineSource,
    PaidBy,
    PromotionShare,
    SaleRef,
    TenderType,
)
from appliance.core.item import Item, ItemId
from appliance.core.money import round_half_away
from appliance.core.policy import Policy
from appliance.core.state import Line, Sale, State, TakenBack, Tender
from appliance.core.totals import engine_line

GOES_BACK_FIRST = (
    TenderType.CARD,
    TenderType.QR,
    TenderType.GIFT_CARD,
    TenderType.VOUCHER,
    TenderType.ADVANCE,
    TenderType.ACCOUNT,
    TenderType.LOYALTY,
    TenderType.CASH,
)
"""Money goes back the way it came; the card first, so that no card sale becomes cash."""


@dataclass(frozen=True, slots=True)
class Back:
    """How much of a sold line came back already, or lies in a basket to come back."""

    quantity: Decimal = Decimal(0)
    sold: LineSold | None = None

    def and_also(self, quantity: Decimal, sold: LineSold) -> Back:
        added = sold if self.sold is None else added_up(self.sold, sold)
        return Back(self.quantity + quantity, added)


NOTHING_BACK = Back()


def share_back(line: SoldEarlier, quantity: Decimal, before: Back, number: LineId) -> LineSold:
    """What giving back `quantity` more of a sold line comes to, as amounts below zero."""
    part = Fraction(before.quantity + quantity) / Fraction(line.quantity)
    sold, done = line.sold, before.sold
    gross = _more(sold.gross_minor, part, done.gross_minor if done else 0)
    known = done.taxes if done and done.taxes else (done.tax_minor,) if done else ()
    wholes = sold.taxes or (sold.tax_minor,)
    parts = known or (0,) * len(wholes)
    taxes = tuple(_more(whole, part, gave) for whole, gave in zip(wholes, parts, strict=True))
    shares = {share.id: share.amount_minor for share in done.promotions} if done else {}
    cost = sold.cost_minor
    return LineSold(
        line=number,
        net_minor=gross - sum(taxes),
        tax_minor=sum(taxes),
        gross_minor=gross,
        discount_minor=_more(sold.discount_minor, part, done.discount_minor if done else 0),
        taxes=taxes if sold.taxes else (),
        unit_price_minor=sold.unit_price_minor,
        promotions=tuple(
            PromotionShare(
                share.id, _more(share.amount_minor, part, shares.get(share.id, 0)), share.name
            )
            for share in sold.promotions
        ),
        cost_minor=None
        if cost is None
        else _more(cost, part, (done.cost_minor or 0) if done else 0),
        rates=line.rates,
    )


def _more(whole_minor: int, part: Fraction, gave_minor: int) -> int:
    """The step from what was given back (below zero) to the rounded part of the whole; never a
    step the other way, which a line taken out of the basket could ask for."""
    target = -round_half_away(abs(whole_minor) * part)
    gave = gave_minor if whole_minor >= 0 else -gave_minor
    step = min(0, target - gave)
    return step if whole_minor >= 0 else -step


def added_up(one: LineSold, other: LineSold) -> LineSold:
    """Two returns of the same sold line as one."""
    shares = {share.id: share for share in one.promotions}
    for share in other.promotions:
        known = shares.get(share.id, PromotionShare(share.id, 0, share.name))
        total = known.amount_minor + share.amount_minor
        shares[share.id] = PromotionShare(share.id, total, share.name)
    both_taxes = zip(one.taxes, other.taxes, strict=True)
    costs = (one.cost_minor, other.cost_minor)
    return LineSold(
        line=one.line,
        net_minor=one.net_minor + other.net_minor,
        tax_minor=one.tax_minor + other.tax_minor,
        gross_minor=one.gross_minor + other.gross_minor,
        discount_minor=one.discount_minor + other.discount_minor,
        taxes=tuple(a + b for a, b in both_taxes),
        unit_price_minor=one.unit_price_minor,
        promotions=tuple(shares.values()),
        cost_minor=None if None in costs else sum(cost or 0 for cost in costs),
    )


def held_back(state: State, of: SaleRef, line: LineId) -> Back:
    """What baskets of this till hold of a sold line to come back: the open one, suspended ones."""
    back = NOTHING_BACK
    for held in _return_lines(state):
        ref = held.returns
        if ref is not None and ref.sale == of and ref.line == line and held.sold is not None:
            back = back.and_also(-held.quantity, held.sold)
    return back


def unproven_held_minor(state: State) -> int:
    """What baskets of this till are about to give back without a receipt."""
    return -sum(
        line.sold.gross_minor
        for line in _return_lines(state)
        if line.kind is LineKind.RETURN and line.returns is None and line.sold is not None
    )


def proven_held_minor(sale: Sale | None) -> int:
    """What a basket is about to give back by receipts."""
    return -sum(
        line.sold.gross_minor
        for line in (sale.live_lines if sale else ())
        if line.returns is not None and line.sold is not None
    )


def _return_lines(state: State) -> Iterator[Line]:
    baskets: Iterable[Sale | None] = (state.sale, *state.suspended)
    for sale in baskets:
        for line in sale.live_lines if sale else ():
            if line.sold is not None:
                yield line


def came_back(line: SoldEarlier, state: State, of: SaleRef) -> Back:
    """All that is back of a sold line, or about to be."""
    back = Back(line.back, line.given_back)
    held = held_back(state, of, line.line)
    return back if held.sold is None else back.and_also(held.quantity, held.sold)


def worth(item: Item, quantity: Decimal, unit_price_minor: int, policy: Policy) -> LineSold:
    """What a piece that nobody has a receipt for comes to, below zero: today's taxes, no offers.

    The mirror of a sale: priced as one and turned round."""
    line = Line(
        line=LineId(0),
        item=ItemId(item.id),
        name=item.name,
        unit=item.unit,
        quantity=quantity,
        unit_price_minor=unit_price_minor,
        list_price_minor=unit_price_minor,
        taxes=item.taxes,
        source=LineSource.COMMAND,
    )
    basket = pricing.Basket(
        lines=(engine_line(line, policy),), tax_rounding=pricing.TaxRounding(policy.tax_rounding)
    )
    priced = pricing.price(basket).lines[0]
    taxes = tuple(-tax for tax in priced.taxes)
    return LineSold(
        line=LineId(0),
        net_minor=-priced.net_minor,
        tax_minor=-priced.tax_minor,
        gross_minor=-priced.gross_minor,
        discount_minor=0,
        taxes=taxes if len(taxes) > 1 else (),
    )


def money_paid(sale: Sale, total_minor: int) -> tuple[PaidBy, ...]:
    """What a completed sale was paid with, as far as it counts towards its total, in the order in
    which it goes back. What goods of an exchange were paid with goes on to the goods taken for
    them."""
    taken = [it for it in sale.taken_tenders if it.amount_minor > 0]
    other = [_paid_by(it) for it in taken if it.type not in _CASH]
    cash = max(0, total_minor - sum(it.amount_minor for it in other))
    exchanged = _after(_money_of_returns(sale), max(0, -total_minor))
    return _in_order((*other, *exchanged, PaidBy(TenderType.CASH, cash)))


def not_yet_back(paid: tuple[PaidBy, ...], gave_minor: int) -> tuple[PaidBy, ...]:
    """What is left of the money of a sale after so much was given back."""
    return _after(paid, gave_minor)


def refund_plan(sale: Sale, total_minor: int) -> tuple[PaidBy, ...]:
    """How a basket that came to less than nothing is to be paid out: the way the money came, as far
    as it was not paid out already. Positive amounts; nothing when the customer has to pay."""
    want = max(0, -total_minor)
    plan = _first(_money_of_returns(sale), want)
    # Empty containers and money ahead go back in cash: nobody knows how they were paid.
    rest = want - sum(it.amount_minor for it in plan)
    plan = _in_order((*plan, PaidBy(TenderType.CASH, rest)))
    left = []
    gone = dict.fromkeys(TenderType, 0)
    for tender in sale.live_tenders:
        at = _its_own(plan, tender)
        if at is not None:
            rest = plan[at].amount_minor + tender.amount_minor
            plan = (*plan[:at], replace(plan[at], amount_minor=rest), *plan[at + 1 :])
            continue
        kind = TenderType.CASH if tender.type in _CASH else tender.type
        gone[kind] -= tender.amount_minor
    for it in plan:
        paid_out = min(it.amount_minor, max(0, gone[it.type]))
        gone[it.type] -= paid_out
        if it.amount_minor > paid_out:
            left.append(replace(it, amount_minor=it.amount_minor - paid_out))
    return tuple(left)


def _its_own(plan: tuple[PaidBy, ...], tender: Tender) -> int | None:
    """Where in the plan the very payment stands that a refund gave back, as far as it went."""
    for at, it in enumerate(plan):
        same = tender.original and (it.type, it.reference) == (tender.type, tender.original)
        if same and 0 < -tender.amount_minor <= it.amount_minor:
            return at
    return None


def goes_another_way(
    sale: Sale, total_minor: int, kind: TenderType, amount_minor: int | None, policy: Policy
) -> bool:
    """Whether paying out so much (None: all) in this kind of money is not how the money came. What
    coins round is nobody's other way."""
    plan = refund_plan(sale, total_minor)
    planned = sum(it.amount_minor for it in plan if it.type is kind)
    wanted = sum(it.amount_minor for it in plan) if amount_minor is None else abs(amount_minor)
    slack = policy.cash_step_minor if kind in _CASH else 0
    return total_minor < 0 and wanted > planned + slack


def late_by(sold_at: str, today: date, policy: Policy) -> int:
    """By how many days the time for returns is over; 0 when it is not."""
    if not policy.returns.days or not sold_at:
        return 0
    passed = (today - date.fromisoformat(sold_at[:10])).days
    return max(0, passed - policy.returns.days)


_CASH = (TenderType.CASH, TenderType.FOREIGN_CASH)


def _paid_by(tender: Tender) -> PaidBy:
    return PaidBy(
        *(tender.type, tender.amount_minor, tender.account, tender.reference, tender.port)
    )


def _money_of_returns(sale: Sale) -> tuple[PaidBy, ...]:
    """What all that comes back in a basket was paid with."""
    money = [it for begun in sale.taken_back for it in _money_of(sale, begun)]
    returned = -sum(_gross(line) for line in sale.live_lines)
    rest = returned - sum(it.amount_minor for it in money)
    return _in_order((*money, PaidBy(TenderType.CASH, max(0, rest))))


def _money_of(sale: Sale, begun: TakenBack) -> tuple[PaidBy, ...]:
    lines = [it for it in sale.live_lines if it.returns and it.returns.sale == begun.of]
    return _first(begun.paid, -sum(map(_gross, lines)))


def _gross(line: Line) -> int:
    return line.sold.gross_minor if line.sold else 0


def _in_order(money: Iterable[PaidBy]) -> tuple[PaidBy, ...]:
    """Sorted, the same money added up, nothing empty."""
    sums: dict[tuple[TenderType, str, str, str], int] = {}
    for it in money:
        key = (it.type, it.account, it.reference, it.port)
        sums[key] = sums.get(key, 0) + it.amount_minor
    found = [PaidBy(kind, amount, *named) for (kind, *named), amount in sums.items() if amount > 0]
    return tuple(sorted(found, key=lambda it: GOES_BACK_FIRST.index(it.type)))


def _first(money: Iterable[PaidBy], amount_minor: int) -> tuple[PaidBy, ...]:
    """As much of the money as makes the amount, from the front."""
    found = []
    for it in money:
        part = min(it.amount_minor, amount_minor)
        amount_minor -= part
        if part > 0:
            found.append(replace(it, amount_minor=part))
    return tuple(found)


def _after(money: Iterable[PaidBy], amount_minor: int) -> tuple[PaidBy, ...]:
    """The money without its first so much."""
    found = []
    for it in money:
        part = min(it.amount_minor, amount_minor)
        amount_minor -= part
        if it.amount_minor > part:
            found.append(replace(it, amount_minor=it.amount_minor - part))
    return tuple(found)
