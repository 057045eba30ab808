"""Decisions about terminals beside a sale: money back after its basket, totals of a day compared."""

from __future__ import annotations

from typing import assert_never

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.decide.verdict import Decision, Facts, in_short
from appliance.core.evolve import replay
from appliance.core.occasion import Occasion
from appliance.core.policy import Policy
from appliance.core.refusal import Reason, refuse
from appliance.core.state import Batch, Sale, State, Tender, TenderStatus
from appliance.core.terminals import (
    BY_TERMINAL,
    REVERSALS_FROM,
    asks_itself,
    batch_of,
    busy,
    difference,
    jobs,
    last_try,
    port_of,
    refused_port,
    to_give_back,
)
from appliance.core.totals import price_sale

TerminalCommand = (
    c.GiveUpSale | c.GiveBack | c.CloseReversal | c.AskTotals | c.BookTotals | c.AcceptTotals
)


def decide(state: State, command: TerminalCommand, policy: Policy, _occasion: Occasion) -> Decision:
    match command:
        case c.GiveUpSale(reason=reason):
            return _give_up(state, reason, policy)
        case c.GiveBack(sale=sale, tender=number):
            return _give_back(state, sale, number, policy)
        case c.CloseReversal(sale=sale, tender=number, reason=reason):
            return _close(state, sale, number, reason)
        case c.AskTotals(port=port, close=close):
            if not asks_itself(policy, port):
                return refuse(Reason.NO_PAYMENT_PORT)
            if busy(state, port) or batch_of(state, port).waiting:
                return refuse(Reason.PAYMENT_PORT_BUSY)
            return (f.TotalsAsked(port, close),)
        case c.BookTotals():
            return _book(state, command)
        case c.AcceptTotals(port=port, reason=reason):
            return _accept(state, port, reason)
        case _:
            assert_never(command)


def _give_up(state: State, reason: str, policy: Policy) -> Decision:
    sale = state.sale
    assert sale is not None
    if any(not _goes_back_by_itself(it) for it in sale.taken_tenders):
        return refuse(Reason.SALE_HAS_TENDERS)
    total = price_sale(sale, policy).total_minor
    facts: Facts = (
        f.SaleVoided(sale.sale, total, in_short(reason)),
        *(
            _wanted(sale.sale, it, to_give_back(sale, it))
            for it in sale.taken_tenders
            if to_give_back(sale, it)
        ),
    )
    return facts + asked_back(replay(state, facts), policy)


def _goes_back_by_itself(tender: Tender) -> bool:
    return (
        tender.type in BY_TERMINAL
        and bool(tender.port)
        and (tender.amount_minor > 0 or bool(tender.reverses))
    )


def _wanted(sale: f.SaleId, tender: Tender, amount_minor: int) -> f.ReversalWanted:
    return f.ReversalWanted(
        *(sale, tender.tender, tender.type, amount_minor, tender.port, tender.reference)
    )


def asked_back(state: State, policy: Policy) -> Facts:
    """What waits to go back and was never asked for, as far as its terminal is free now."""
    facts: Facts = ()
    for sale, tender in jobs(state):
        now = replay(state, facts)
        if last_try(sale, tender) is None and _can_ask(now, tender, policy):
            facts += (_asked(now, sale.sale, tender),)
    return facts


def _can_ask(state: State, tender: Tender, policy: Policy) -> bool:
    port = port_of(policy, tender.type, tender.port)
    return port is not None and not port.by_hand and refused_port(state, port) is None


def _asked(state: State, of: f.SaleId, tender: Tender) -> f.TenderAsked:
    sale = next(it for it in state.reversals if it.sale == of)
    number = max(REVERSALS_FROM, *(it.tender for it in sale.tenders)) + 1
    return f.TenderAsked(
        sale=of,
        tender=number,
        type=tender.type,
        amount_minor=-to_give_back(sale, tender),
        port=tender.port,
        reference=tender.reference,
        reverses=tender.tender,
    )


def _give_back(state: State, of: f.SaleId, number: int, policy: Policy) -> Decision:
    facts: Facts = ()
    stray = next((it for it in state.strays if (it.sale, it.tender) == (of, number)), None)
    if stray is not None:
        port = port_of(policy, stray.type, stray.port)
        if port is None or not stray.port or stray.amount_minor <= 0:
            return refuse(Reason.NO_PAYMENT_PORT)
        lost = Tender(
            *(number, stray.type, stray.amount_minor), port=port.name, reference=stray.reference
        )
        facts = (_wanted(of, lost, stray.amount_minor),)
        state = replay(state, facts)
    job = _job(state, of, number)
    if job is None:
        return refuse(Reason.NO_SUCH_TENDER)
    sale, tender = job
    wrong = _on_its_way(sale, tender)
    if wrong is not None:
        return refuse(wrong)
    port = port_of(policy, tender.type, tender.port)
    if port is None or port.by_hand:
        return refuse(Reason.GIVE_BACK_BY_HAND)
    cannot = refused_port(state, port)
    return cannot or (*facts, _asked(state, of, tender))


def _job(state: State, of: f.SaleId, number: int) -> tuple[Sale, Tender] | None:
    return next((it for it in jobs(state) if (it[0].sale, it[1].tender) == (of, number)), None)


def _on_its_way(sale: Sale, tender: Tender) -> Reason | None:
    attempt = last_try(sale, tender)
    if attempt is None or attempt.status in (TenderStatus.DECLINED, TenderStatus.TAKEN):
        return None
    pending = attempt.status is TenderStatus.PENDING
    return Reason.TENDER_PENDING if pending else Reason.TENDER_UNKNOWN


def _close(state: State, of: f.SaleId, number: int, reason: str) -> Decision:
    job = _job(state, of, number)
    if job is None:
        return refuse(Reason.NO_SUCH_TENDER)
    wrong = _on_its_way(*job)
    if wrong is not None:
        return refuse(wrong)
    if not reason.strip():
        return refuse(Reason.REASON_NEEDED)
    return (f.ReversalClosed(of, number, in_short(reason)),)


def _book(state: State, command: c.BookTotals) -> Decision:
    """What the terminal said; a closed batch that agrees needs nobody's hand."""
    told = f.TerminalTotals(
        *(command.port, command.told, command.count, command.amount_minor),
        *(command.refunds, command.refunds_minor, command.closed, command.detail[:200]),
    )
    agreed = told.told and told.closed and not difference(_after(state, told))
    return (told, f.TotalsAccepted(command.port)) if agreed else (told,)


def _after(state: State, told: f.TerminalTotals) -> Batch:
    return batch_of(replay(state, (told,)), told.port)


def _accept(state: State, port: str, reason: str) -> Decision:
    batch = batch_of(state, port)
    if batch.settled or batch not in state.batches:
        return refuse(Reason.NO_PAYMENT_PORT)
    if batch.waiting:
        return refuse(Reason.PAYMENT_PORT_BUSY)
    off = difference(batch)
    if off and not reason.strip():
        return refuse(Reason.REASON_NEEDED)
    count = 0 if batch.said is None else batch.said.count - batch.ours.count
    return (f.TotalsAccepted(port, count, off, in_short(reason)),)
