"""Money taken, asked for and answered, and the sale it completed."""

from __future__ import annotations

from collections.abc import Callable

from appliance.core import facts as f
from appliance.core.copies import replace
from appliance.core.evolve import terminals
from appliance.core.evolve.shared import with_totals
from appliance.core.state import (
    CompletedSale,
    ForeignCount,
    Sale,
    Shift,
    State,
    Stray,
    Tender,
    TenderStatus,
)
from appliance.core.sums import sum_taxes, sum_tenders

STRAYS_MAX = 200
"""Kept in the state; a shop that has more has stopped looking."""


def evolve(state: State, fact: f.Fact) -> State:
    match fact:
        case f.Tendered() if state.sale:
            return _with_tender(state, state.sale, _taken(fact))
        case f.TenderVoided(sale=sale, tender=tender):
            return _on_tender(state, sale, tender, lambda it: replace(it, voided=True))
        case f.TenderAsked() if terminals.is_reversal(fact.tender):
            return terminals.ask_back(state, fact, _asked(fact))
        case f.TenderAsked() if state.sale:
            return _with_tender(state, state.sale, _asked(fact))
        case f.TenderSent(sale=sale, tender=tender, memo=memo):
            return _on_tender(state, sale, tender, lambda it: replace(it, sent=True, memo=memo))
        case f.TenderInquired(sale=sale, tender=tender):
            return _on_tender(state, sale, tender, _inquired)
        case f.TenderCancelAsked(sale=sale, tender=tender):
            return _on_tender(state, sale, tender, lambda it: replace(it, cancelling=True))
        case f.TenderAnswered(sale=sale, tender=tender):
            after = _on_tender(state, sale, tender, lambda it: _answered(it, fact))
            return terminals.answered(state, after, fact)
        case f.PaymentStray():
            stray = Stray(
                *(fact.sale, fact.tender, fact.amount_minor, fact.reference, fact.detail),
                *(fact.port, fact.type),
            )
            state = terminals.astray(state, fact)
            return replace(state, strays=(*state.strays, stray)[-STRAYS_MAX:])
        case f.PaymentStrayClosed(sale=sale, tender=tender):
            if fact.given_back:
                state = terminals.given_back_by_hand(state, sale, tender)
            left = tuple(it for it in state.strays if (it.sale, it.tender) != (sale, tender))
            return replace(state, strays=left)
        case f.ForeignCounted() if state.shift:
            count = ForeignCount(fact.currency, fact.counted_minor, fact.expected_minor)
            others = tuple(it for it in state.shift.foreign if it.currency != fact.currency)
            return replace(state, shift=replace(state.shift, foreign=(*others, count)))
        case f.SaleCompleted() if state.sale:
            return _completed(state, state.sale, fact)
        case _:
            return state


def _taken(fact: f.Tendered) -> Tender:
    return Tender(
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


def _asked(fact: f.TenderAsked) -> Tender:
    return Tender(
        fact.tender,
        fact.type,
        fact.amount_minor,
        status=TenderStatus.PENDING,
        reference=fact.reference,
        port=fact.port,
        reverses=fact.reverses,
        original=fact.reference if fact.amount_minor < 0 else "",
        account=fact.account,
        alone_minor=fact.alone_minor,
    )


def _inquired(tender: Tender) -> Tender:
    return replace(
        tender, status=TenderStatus.PENDING, inquired=tender.inquired + 1, cancelling=False
    )


_AFTER = {
    f.TenderOutcome.APPROVED: TenderStatus.TAKEN,
    f.TenderOutcome.DECLINED: TenderStatus.DECLINED,
    f.TenderOutcome.CANCELLED: TenderStatus.DECLINED,
    f.TenderOutcome.UNKNOWN: TenderStatus.UNKNOWN,
}


def _answered(tender: Tender, fact: f.TenderAnswered) -> Tender:
    approved = fact.outcome is f.TenderOutcome.APPROVED
    return replace(
        tender,
        status=_AFTER[fact.outcome],
        amount_minor=fact.amount_minor if approved else tender.amount_minor,
        reference=fact.reference or tender.reference,
        detail=fact.detail,
        cancelling=False,
    )


def _with_tender(state: State, sale: Sale, tender: Tender) -> State:
    return replace(state, sale=replace(sale, tenders=(*sale.tenders, tender)))


def _on_tender(
    state: State, sale: f.SaleId, number: int, change: Callable[[Tender], Tender]
) -> State:
    """Changes a tender of the open sale, of one set aside while its payment was unknown, or of what
    is to go back."""
    if terminals.is_reversal(number):
        return terminals.on_reversal(state, sale, number, change)

    def changed(held: Sale) -> Sale:
        tenders = tuple(change(it) if it.tender == number else it for it in held.tenders)
        return replace(held, tenders=tenders)

    if state.sale is not None and state.sale.sale == sale:
        return replace(state, sale=changed(state.sale))
    if all(held.sale != sale for held in state.suspended):
        return state
    parked = tuple(changed(held) if held.sale == sale else held for held in state.suspended)
    return replace(state, suspended=parked)


def _completed(state: State, sale: Sale, fact: f.SaleCompleted) -> State:
    done = CompletedSale(
        sale=_with_charges(sale, fact),
        receipt=fact.receipt,
        total_minor=fact.total_minor,
        rounding_minor=fact.rounding_minor,
        paid_minor=fact.paid_minor,
        change_minor=fact.change_minor,
        discount_minor=fact.discount_minor,
        taxes=fact.taxes,
    )
    return replace(
        state,
        sale=None,
        done=done,
        voided=None,
        last_receipt=fact.receipt,
        last_sale=max(state.last_sale, fact.sale),
        shift=None if state.shift is None else _with_sale(state.shift, sale, fact),
    )


def _with_sale(shift: Shift, sale: Sale, fact: f.SaleCompleted) -> Shift:
    before, taken = shift.totals, sale.taken_tenders
    back = returned_minor(sale, fact)
    added = {
        "sales": 1,
        "items": len(fact.lines),
        "gross_minor": fact.total_minor - fact.tip_minor - fact.prepaid_minor,
        "discount_minor": fact.discount_minor,
        "rounding_minor": fact.rounding_minor,
        "cash_sales_minor": cash_kept(taken, fact.change_minor),
        "returns": 1 if back else 0,
        "returns_minor": back,
        "tips_minor": fact.tip_minor,
        "prepaid_minor": fact.prepaid_minor,
    }
    return with_totals(
        shift,
        added,
        taxes=sum_taxes(before.taxes, fact.taxes),
        tenders=sum_tenders(before.tenders, tender_totals(taken, fact.change_minor)),
    )


def _with_charges(sale: Sale, fact: f.SaleCompleted) -> Sale:
    """A line that is a percentage of the others came to an amount only now."""
    if all(line.percent is None for line in sale.lines):
        return sale
    sold = {it.line: it for it in fact.lines}
    lines = tuple(
        replace(line, sold=sold[line.line])
        if line.percent is not None and line.line in sold
        else line
        for line in sale.lines
    )
    return replace(sale, lines=lines)


def returned_minor(sale: Sale, fact: f.SaleCompleted) -> int:
    """What came back to the customer for goods brought back, as a positive amount."""
    back = {line.line for line in sale.live_lines if line.kind is f.LineKind.RETURN}
    return -sum(sold.gross_minor for sold in fact.lines if sold.line in back)


def cash_kept(taken: tuple[Tender, ...], change_minor: int) -> int:
    """By how much the drawer's own money grew."""
    return sum(it.amount_minor for it in taken if it.type is f.TenderType.CASH) - change_minor


def tender_totals(taken: tuple[Tender, ...], change_minor: int) -> tuple[f.TenderTotal, ...]:
    """What a sale was paid with, by kind of money; the change went out of the cash."""
    each = tuple(
        f.TenderTotal(it.type, it.amount_minor, 1, it.currency, it.foreign_minor) for it in taken
    )
    if change_minor:
        each += (f.TenderTotal(f.TenderType.CASH, -change_minor, 0),)
    return sum_tenders((), each)
