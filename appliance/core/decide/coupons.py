"""Decisions about coupons: into the basket, out of it, and back to the customer when idle."""

from __future__ import annotations

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.decide import completion
from appliance.core.decide.basket import started_sale
from appliance.core.decide.verdict import Decision, Facts
from appliance.core.occasion import Occasion
from appliance.core.policy import Policy
from appliance.core.refusal import Reason, refuse
from appliance.core.state import Sale, State
from appliance.core.totals import price_sale

COUPONS_MAX = 20
"""Of one basket: more is a stack of paper, not a customer."""


def decide(
    state: State, command: c.AddCoupon | c.RemoveCoupon, policy: Policy, occasion: Occasion
) -> Decision:
    sale = state.sale
    match command:
        case c.RemoveCoupon(coupon=coupon):
            if sale is None or all(it.id != coupon for it in sale.coupons):
                return refuse(Reason.COUPON_UNKNOWN)
            return (f.CouponRemoved(sale.sale, coupon),)
        case c.AddCoupon():
            return _add(state, command, policy, occasion)


def _add(state: State, command: c.AddCoupon, policy: Policy, occasion: Occasion) -> Decision:
    sale, word = state.sale, command.promotion
    if all(offer.when.coupon != word for offer in policy.offers.values()):
        return refuse(Reason.COUPON_NOT_HERE, word=word)
    held = sale.coupons if sale else ()
    if any(it.id == command.coupon for it in held):
        return ()
    if any(it.promotion == word for it in held):
        return refuse(Reason.COUPON_TWICE, word=word)
    plain = command.coupon == word
    if not plain and any(it.id == command.coupon for it2 in state.suspended for it in it2.coupons):
        return refuse(Reason.COUPON_HELD)
    if command.customer and (sale is None or sale.customer != command.customer):
        return refuse(Reason.COUPON_NOT_YOURS)
    if len(held) >= COUPONS_MAX:
        return refuse(Reason.COUPONS_FULL, most=COUPONS_MAX)
    number, started = started_sale(state, occasion)
    return (*started, f.CouponAdded(number, command.coupon, word))


def words_at_work(sale: Sale, policy: Policy) -> frozenset[str]:
    """The coupon words for which an offer takes something off this basket."""
    taken = {it.id for it in price_sale(sale, policy).promotions}
    words = (offer.when.coupon for offer in policy.offers.values() if offer.id in taken)
    return frozenset(word for word in words if word is not None)


def idle_coupons(_state: State, sale: Sale, policy: Policy, _occasion: Occasion) -> Facts:
    """A coupon whose offer took nothing off goes back to the customer, unused."""
    if not sale.coupons:
        return ()
    working = words_at_work(sale, policy)
    return tuple(
        f.CouponRemoved(sale.sale, it.id) for it in sale.coupons if it.promotion not in working
    )


completion.LEDGERS.append(idle_coupons)
