"""The keys of stored value on the payment screen: card, points, tab, money ahead, voucher."""

from __future__ import annotations

from collections.abc import Iterable

from appliance.core import commands as c
from appliance.core.view import Look
from appliance.ui.screens.tender_keys import TenderKey
from appliance.ui.words import N_


def accounts(look: Look) -> Iterable[TenderKey]:
    """Only what this basket and its customer have; a refund may become a voucher."""
    held, taken = look.accounts, look.pay.taken
    if look.basket and look.basket.left_minor < 0:
        if "voucher" in taken:
            yield TenderKey(
                "voucher",
                N_("As a voucher"),
                lambda desk, amount: desk.submit(
                    c.RefundToVoucher(None if amount is None else abs(amount))
                ),
                icon="voucher",
            )
        return
    if "gift_card" in taken:
        yield TenderKey(
            "gift_card",
            N_("Gift card, voucher"),
            lambda desk, amount: desk.go("card", amount_minor=amount),
            icon="gift",
        )
    if held.advance is not None and "advance" in taken:
        yield TenderKey(
            "advance",
            N_("Paid ahead"),
            lambda desk, amount: desk.submit(c.RedeemAdvance(amount)),
            icon="ahead",
            most_minor=held.advance.balance,
        )
    if held.customer is None:
        return
    if held.customer.points > 0 and held.loyalty and "loyalty" in taken:
        yield TenderKey(
            "loyalty",
            N_("Points"),
            lambda desk, _amount: desk.submit(c.RedeemPoints()),
            icon="points",
            most_minor=held.customer.points_minor,
        )
    free = held.customer.limit_minor - held.customer.owed_minor
    if free > 0 and "account" in taken:
        yield TenderKey(
            "account",
            N_("On the tab"),
            lambda desk, amount: desk.submit(c.PutOnTab(amount)),
            icon="person",
            most_minor=free,
        )
