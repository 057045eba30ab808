"""Money that goes back after its basket, and a terminal's batch as the journal has it."""

from __future__ import annotations

from collections.abc import Callable

from appliance.core import facts as f
from appliance.core.copies import replace
from appliance.core.state import (
    Batch,
    Doubt,
    DoubtKind,
    Sale,
    State,
    Tender,
    TenderStatus,
    TerminalSums,
)
from appliance.core.terminals import REVERSALS_FROM, batch_of, held, to_give_back

DOUBTS_MAX = 100
"""Kept to be looked through when sums differ; a day with more of them is compared by the slips."""


def evolve(state: State, fact: f.Fact) -> State:
    match fact:
        case f.ReversalWanted():
            return _wanted(state, fact)
        case f.ReversalClosed(sale=sale, tender=tender):
            return on_reversal(state, sale, tender, lambda it: replace(it, voided=True))
        case f.TotalsAsked(port=port, close=close):
            batch = batch_of(state, port)
            asked = replace(batch, asked=batch.asked + 1, waiting=True, closing=close)
            return _with(state, asked)
        case f.TerminalTotals():
            return _with(state, _said(batch_of(state, fact.port), fact))
        case f.TotalsAccepted(port=port):
            return _with(state, replace(batch_of(state, port), settled=True, doubts=()))
        case _:
            return state


def _wanted(state: State, fact: f.ReversalWanted) -> State:
    taken = Tender(
        fact.tender, fact.type, fact.amount_minor, reference=fact.reference, port=fact.port
    )
    known = next((it for it in state.reversals if it.sale == fact.sale), None)
    if known is None:
        shift = state.shift.shift if state.shift else f.ShiftNumber(state.last_shift)
        reversals = (*state.reversals, Sale(fact.sale, shift, tenders=(taken,)))
    else:
        more = replace(known, tenders=(*known.tenders, taken))
        reversals = tuple(more if it is known else it for it in state.reversals)
    astray = (fact.sale, fact.tender)
    voided = state.voided
    return replace(
        state,
        reversals=reversals,
        strays=tuple(it for it in state.strays if (it.sale, it.tender) != astray),
        # The basket cannot come back: its money is on its way out.
        voided=None if voided is not None and voided.sale == fact.sale else voided,
    )


def ask_back(state: State, asked: f.TenderAsked, tender: Tender) -> State:
    """One more try to give back money of a basket that is gone."""
    reversals = tuple(
        replace(it, tenders=(*it.tenders, tender)) if it.sale == asked.sale else it
        for it in state.reversals
    )
    return replace(state, reversals=reversals)


def on_reversal(
    state: State, sale: f.SaleId, number: int, change: Callable[[Tender], Tender]
) -> State:
    """Changes a tender of what is to go back; what has gone back is forgotten."""

    def changed(held_back: Sale) -> Sale:
        if held_back.sale != sale:
            return held_back
        tenders = tuple(change(it) if it.tender == number else it for it in held_back.tenders)
        return replace(held_back, tenders=tenders)

    left = (changed(it) for it in state.reversals)
    still = tuple(it for it in left if any(to_give_back(it, one) for one in it.tenders))
    return replace(state, reversals=still)


def is_reversal(number: int) -> bool:
    return number > REVERSALS_FROM


def answered(before: State, after: State, fact: f.TenderAnswered) -> State:
    """What was approved counts in the terminal's batch, once."""
    _, tender = held(before, fact.sale, fact.tender)
    if tender is None or tender.status is TenderStatus.TAKEN:
        return after
    amount = fact.amount_minor if fact.outcome is f.TenderOutcome.APPROVED else 0
    doubt = None
    if fact.reason:
        doubt = Doubt(
            *(fact.sale, fact.tender, tender.amount_minor, amount),
            *(DoubtKind.BY_HAND, fact.reference or tender.reference),
        )
    return counted(after, tender.port, amount, doubt, wired=not fact.by_hand)


def astray(state: State, fact: f.PaymentStray) -> State:
    doubt = Doubt(
        *(fact.sale, fact.tender, fact.amount_minor, fact.amount_minor),
        *(DoubtKind.ASTRAY, fact.reference),
    )
    return counted(state, fact.port, fact.amount_minor, doubt)


def given_back_by_hand(state: State, sale: f.SaleId, number: int) -> State:
    """A refund that a person made on the terminal itself counts in its batch as well."""
    stray = next((it for it in state.strays if (it.sale, it.tender) == (sale, number)), None)
    return state if stray is None else counted(state, stray.port, -stray.amount_minor, None)


def counted(
    state: State, port: str, amount_minor: int, doubt: Doubt | None, *, wired: bool = True
) -> State:
    """port "": of a journal that did not know which terminal it was."""
    if not port or (not amount_minor and doubt is None):
        return state
    batch = batch_of(state, port)
    if batch.settled:
        batch = Batch(port)
    ours = batch.ours
    if amount_minor > 0:
        ours = replace(ours, count=ours.count + 1, amount_minor=ours.amount_minor + amount_minor)
    elif amount_minor < 0:
        gone = ours.refunds_minor - amount_minor
        ours = replace(ours, refunds=ours.refunds + 1, refunds_minor=gone)
    doubts = batch.doubts if doubt is None else (*batch.doubts, doubt)[-DOUBTS_MAX:]
    # What the terminal said before this payment is no answer to it.
    heard = replace(batch, ours=ours, said=None, told=True, doubts=doubts)
    return _with(state, replace(heard, wired=batch.wired or wired))


def _said(batch: Batch, fact: f.TerminalTotals) -> Batch:
    said = None
    if fact.told:
        said = TerminalSums(fact.count, fact.amount_minor, fact.refunds, fact.refunds_minor)
    return replace(
        batch, said=said, told=fact.told, waiting=False, closing=False, closed=fact.closed
    )


def _with(state: State, batch: Batch) -> State:
    others = tuple(it for it in state.batches if it.port != batch.port)
    return replace(state, batches=(*others, batch))
