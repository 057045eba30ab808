"""What is still to pay or to give back, after whatever was taken in whatever order.

The arithmetic of `pricing.settle`, which it equals wherever that is defined, and the two cases more
that a counter knows: foreign cash, whose change is in the shop's own money, and a basket that came
to less after money was taken, or to more after it was paid out. Total: it never raises.
"""

from __future__ import annotations

from dataclasses import dataclass

from appliance.core.facts import TenderType
from appliance.core.policy import Policy
from appliance.core.pricing.model import CashRounding, RoundingMode, Settlement
from appliance.core.pricing.settle import to_cash_step
from appliance.core.state import Sale


@dataclass(frozen=True, slots=True)
class Balance:
    """settled: as it stands. left: to the exact kopeck, what other money than cash may be at most;
    cash_due: the same if all of it is paid in cash. Both below zero: to be given back."""

    settled: Settlement
    left_minor: int
    cash_due_minor: int


def cash_rounding(_sale: Sale, policy: Policy) -> CashRounding | None:
    """The coins that cash is paid in, when the shop has none as small as its prices."""
    if policy.cash_step_minor <= 1:
        return None
    return CashRounding(policy.cash_step_minor, RoundingMode(policy.cash_rounding_mode))


def balance(sale: Sale, total_minor: int, policy: Policy) -> Balance:
    """Only the part paid in the shop's own cash is rounded, and only cash gives change, so it is
    the same whether the card or the cash comes first."""
    taken = sale.taken_tenders
    own = [it.amount_minor for it in taken if it.type is TenderType.CASH]
    foreign = sum(it.amount_minor for it in taken if it.type is TenderType.FOREIGN_CASH)
    paid = sum(it.amount_minor for it in taken)
    cash = sum(own)
    need = total_minor - (paid - cash - foreign)
    rest = need - foreign
    coins = cash_rounding(sale, policy)
    in_coins = rest if coins is None else to_cash_step(rest, coins)
    gives_change = need >= 0 and rest < 0
    rounding = in_coins - rest if own or gives_change else 0
    left = total_minor - paid
    if own and rounding > 0 and total_minor <= paid < total_minor + rounding:
        # Paid to the kopeck in coins that still go: nobody is asked for more.
        rounding = paid - total_minor
    due = total_minor + rounding
    change = max(0, paid - due)
    if need < 0 and change > _handed_over(sale):
        change = 0
    settled = Settlement(rounding, due, paid, change, due - paid + change)
    if settled.outstanding_minor == 0:
        return Balance(settled, 0, 0)
    return Balance(settled, left, in_coins - cash)


def _handed_over(sale: Sale) -> int:
    """The customer's cash beside money that was paid out before goods were added to a return."""
    cash = [
        it for it in sale.taken_tenders if it.type in (TenderType.CASH, TenderType.FOREIGN_CASH)
    ]
    return sum(max(0, it.amount_minor) for it in cash)
