"""Adds up the receipts that a terminal's batch holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from appliance.core.payment_answer import Totals
from appliance.malformed import Malformed
from appliance.payments.privat.outcome import APPROVED, PARTLY, to_minor

PURCHASE, REFUND, WITHDRAWAL = "1", "2", "3"


def add_up(receipts: Iterable[Mapping[str, str]]) -> Totals:
    """A withdrawal is a receipt of its own, or, with other terminals, what a purchase became: then
    both the payment and its return are counted."""
    held = [it for it in receipts if it.get("responseCode") in {APPROVED, PARTLY}]
    paid = {it.get("rrn") for it in held if it.get("txnType") == PURCHASE}
    payments = payments_minor = refunds = refunds_minor = 0
    for it in held:
        try:
            amount = to_minor(it.get("amount", ""))
        except Malformed:
            continue
        kind = it.get("txnType")
        became = kind == WITHDRAWAL and it.get("rrn") not in paid
        if kind == PURCHASE or became:
            payments, payments_minor = payments + 1, payments_minor + amount
        if kind in {REFUND, WITHDRAWAL}:
            refunds, refunds_minor = refunds + 1, refunds_minor + amount
    return Totals(payments, payments_minor, refunds, refunds_minor)
