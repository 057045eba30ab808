"""Money taken, and the sale it completed."""

from __future__ import annotations

from dataclasses import replace

from appliance.core import facts as f
from appliance.core.evolve.shared import on_totals
from appliance.core.state import CompletedSale, Sale, State, Tender


def evolve(state: State, fact: f.Fact) -> State:
    match fact:
        case f.Tendered() if state.sale:
            taken = Tender(
                fact.tender,
                fact.type,
                fact.amount_minor,
                currency=fact.currency,
                foreign_minor=fact.foreign_minor,
                rate=fact.rate,
                account=fact.account,
                reference=fact.reference,
                points=fact.points,
            )
            return replace(state, sale=replace(state.sale, tenders=(*state.sale.tenders, taken)))
        case f.TenderVoided(tender=tender) if state.sale:
            tenders = tuple(
                replace(it, voided=True) if it.tender == tender else it for it in state.sale.tenders
            )
            return replace(state, sale=replace(state.sale, tenders=tenders))
        case f.SaleCompleted() if state.sale:
            return _completed(state, state.sale, fact)
        case _:
            return state


def _completed(state: State, sale: Sale, fact: f.SaleCompleted) -> State:
    done = CompletedSale(
        sale=sale,
        receipt=fact.receipt,
        total_minor=fact.total_minor,
        rounding_minor=fact.rounding_minor,
        paid_minor=fact.paid_minor,
        change_minor=fact.change_minor,
        discount_minor=fact.discount_minor,
        taxes=fact.taxes,
    )
    state = replace(
        state,
        sale=None,
        done=done,
        voided=None,
        last_receipt=fact.receipt,
        last_sale=max(state.last_sale, fact.sale),
    )
    if state.shift is not None:
        taxes = _sum_taxes(state.shift.totals.taxes, fact.taxes)
        totals = replace(state.shift.totals, taxes=taxes)
        state = replace(state, shift=replace(state.shift, totals=totals))
    return on_totals(
        state,
        sales=1,
        items=len(fact.lines),
        gross_minor=fact.total_minor,
        discount_minor=fact.discount_minor,
        rounding_minor=fact.rounding_minor,
        cash_sales_minor=fact.paid_minor - fact.change_minor,
    )


def _sum_taxes(
    before: tuple[f.TaxTotal, ...], added: tuple[f.TaxTotal, ...]
) -> tuple[f.TaxTotal, ...]:
    sums = {tax.code: tax for tax in before}
    for tax in added:
        old = sums.get(tax.code, f.TaxTotal(tax.code, 0, 0, 0))
        sums[tax.code] = f.TaxTotal(
            tax.code,
            old.net_minor + tax.net_minor,
            old.tax_minor + tax.tax_minor,
            old.gross_minor + tax.gross_minor,
        )
    return tuple(sums[code] for code in sorted(sums))
