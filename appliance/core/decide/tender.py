"""Decisions about money taken for the open basket; enough of it completes the sale."""

from __future__ import annotations

from dataclasses import replace

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.decide.verdict import Decision, Facts, next_effect
from appliance.core.occasion import Occasion
from appliance.core.policy import AutoPrint, Policy
from appliance.core.pricing import Priced
from appliance.core.refusal import Reason, refuse
from appliance.core.state import PrintJob, Sale, State, Tender
from appliance.core.totals import cash_due, price_sale


def decide(
    state: State, command: c.TenderCash | c.VoidTender, policy: Policy, _occasion: Occasion
) -> Decision:
    assert state.sale is not None
    match command:
        case c.TenderCash(amount_minor=amount):
            return _cash(state, state.sale, amount, policy)
        case c.VoidTender(tender=tender):
            if all(held.tender != tender for held in state.sale.live_tenders):
                return refuse(Reason.NO_SUCH_TENDER)
            return (f.TenderVoided(state.sale.sale, tender),)


def _cash(state: State, sale: Sale, amount: int | None, policy: Policy) -> Decision:
    due = cash_due(price_sale(sale, policy), policy)
    amount = due if amount is None else amount
    if amount < 0 or (amount == 0 and due > 0):
        return refuse(Reason.AMOUNT_NOT_POSITIVE)
    if amount - due > policy.change_minor_max:
        return refuse(Reason.TENDER_TOO_LARGE)
    tendered: Facts = ()
    if amount > 0:
        taken = Tender(len(sale.tenders) + 1, f.TenderType.CASH, amount)
        sale = replace(sale, tenders=(*sale.tenders, taken))
        tendered = (f.Tendered(sale.sale, taken.tender, taken.type, amount),)
    priced = price_sale(sale, policy)
    if priced.settlement.outstanding_minor > 0:
        return tendered
    return tendered + _complete(state, sale, priced, policy)


def _complete(state: State, sale: Sale, priced: Priced, policy: Policy) -> Facts:
    assert state.shift is not None
    settled = priced.settlement
    completed = f.SaleCompleted(
        sale=sale.sale,
        shift=state.shift.shift,
        receipt=state.last_receipt + 1,
        lines=tuple(
            f.LineSold(
                line.line, sold.net_minor, sold.tax_minor, sold.gross_minor, sold.discount_minor
            )
            for line, sold in zip(sale.live_lines, priced.lines, strict=True)
        ),
        taxes=tuple(
            f.TaxTotal(code, tax.net_minor, tax.tax_minor, tax.gross_minor)
            for code, tax in sorted(priced.taxes.items())
        ),
        total_minor=priced.total_minor,
        discount_minor=sum(line.discount_minor for line in priced.lines),
        rounding_minor=settled.rounding_minor,
        paid_minor=settled.paid_minor,
        change_minor=settled.change_minor,
    )
    facts: Facts = (completed,)
    if settled.paid_minor:
        facts += (f.DrawerOpened(next_effect(state), f.DrawerCause.SALE),)
    if policy.auto_print is AutoPrint.ALWAYS and _waiting(state) < policy.waiting_prints_max:
        effect = next_effect(state, facts)
        facts += (
            f.PrintRequested(
                effect, f.PrintWhat.RECEIPT, sale=sale.sale, receipt=completed.receipt
            ),
        )
    return facts


def _waiting(state: State) -> int:
    """Jobs that the printer has not begun; the receipts beyond the limit are printed on demand."""
    return sum(isinstance(job, PrintJob) and not job.started for job in state.effects)
