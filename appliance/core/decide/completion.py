"""The sale is paid: the fact that says so, and what goes with it (drawer, receipt, ledgers)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from appliance.core import facts as f
from appliance.core.decide.verdict import Facts, next_effect
from appliance.core.occasion import Occasion
from appliance.core.offers import offer_name, on_lines
from appliance.core.policy import AutoPrint, Policy
from appliance.core.pricing import Priced
from appliance.core.state import PrintJob, Sale, State
from appliance.core.stock import line_cost
from appliance.core.tax_totals import tax_totals
from appliance.core.totals import line_taxes, price_sale, price_sold, reach_of

CASH = (f.TenderType.CASH, f.TenderType.FOREIGN_CASH)

Ledger = Callable[[State, Sale, Policy, Occasion], Facts]
LEDGERS: list[Ledger] = []
"""What other subjects journal together with the completion, just before it: a gift card sold is
charged, points are earned. Each gets the sale with all its tenders; facts without effects only."""

Papers = Callable[[State, Sale, Policy, Facts], Facts]
PAPERS: list[Papers] = []
"""What other subjects print with a completed sale: a gift card's code. Each gets the facts before
its own, from which it numbers its effects."""


def complete(
    state: State, sale: Sale, policy: Policy, occasion: Occasion, before: Facts = ()
) -> Facts:
    """The facts that end a sale whose money is all there. before: those of the same decision."""
    ledgers = tuple(fact for ledger in LEDGERS for fact in ledger(state, sale, policy, occasion))
    completed = sale_completed(state, sale, price_sale(sale, policy), policy)
    facts: Facts = (*ledgers, completed)
    if any(it.type in CASH for it in sale.taken_tenders):
        effect = next_effect(state, (*before, *facts))
        facts += (f.DrawerOpened(effect, f.DrawerCause.SALE),)
    if policy.auto_print is AutoPrint.ALWAYS and _waiting(state) < policy.waiting_prints_max:
        effect = next_effect(state, (*before, *facts))
        receipt = completed.receipt
        facts += (f.PrintRequested(effect, f.PrintWhat.RECEIPT, sale=sale.sale, receipt=receipt),)
    for papers in PAPERS:
        facts += papers(state, sale, policy, (*before, *facts))
    return facts


def sale_completed(state: State, sale: Sale, priced: Priced, policy: Policy) -> f.SaleCompleted:
    """What the sale came to, line by line."""
    assert state.shift is not None
    settled, reach = priced.settlement, reach_of(sale)
    both = tuple(zip(sale.live_lines, priced.lines, strict=True))
    return f.SaleCompleted(
        sale=sale.sale,
        shift=state.shift.shift,
        receipt=state.last_receipt + 1,
        lines=tuple(
            replace(line.sold, line=line.line)
            if line.sold is not None
            else f.LineSold(
                line.line,
                sold.net_minor,
                sold.tax_minor,
                sold.gross_minor,
                sold.discount_minor,
                taxes=line_taxes(line, sold, policy, exempt=sale.tax_exempt),
                unit_price_minor=price_sold(line, reach, policy, exempt=sale.tax_exempt),
                promotions=tuple(
                    f.PromotionShare(it.id, it.discount_minor) for it in sold.promotions
                ),
                cost_minor=line_cost(line.quantity, line.cost_minor),
            )
            for line, sold in both
        ),
        taxes=tax_totals(sale.live_lines, priced.taxes, policy),
        total_minor=priced.total_minor,
        discount_minor=sum(line.discount_minor for line in priced.lines),
        rounding_minor=settled.rounding_minor,
        paid_minor=settled.paid_minor,
        change_minor=settled.change_minor,
        promotions=tuple(
            f.PromotionShare(
                it.id,
                it.discount_minor,
                offer_name(it.id, policy),
                basket=not on_lines(it.id, policy),
            )
            for it in priced.promotions
        ),
        voids=sale.voids,
        tip_minor=sum(sold.gross_minor for line, sold in both if line.kind is f.LineKind.TIP),
        prepaid_minor=sum(s.gross_minor for line, s in both if line.kind in f.HOLDS_VALUE),
    )


def _waiting(state: State) -> int:
    """Jobs that the printer has not begun; the receipts beyond the limit are printed on demand."""
    return sum(isinstance(job, PrintJob) and not job.started for job in state.effects)
