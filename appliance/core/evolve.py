"""State after a fact: one match over all facts, which cannot fail on a chain that verified.

What a fact refers to (a line, a sale, an effect) is there because `decide` made the fact from the
state before; a fact that refers to nothing changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from appliance.core import facts as f
from appliance.core.devices import Outcome
from appliance.core.state import (
    CompletedSale,
    DeviceStatus,
    DrawerCount,
    DrawerPulse,
    Line,
    Matter,
    PrintJob,
    ReceiptStatus,
    Sale,
    Shift,
    State,
    Tender,
)

MATTERS_MAX = 200
"""Open matters kept in the state; older ones stay in the journal's projection."""


def replay(state: State, facts: Iterable[f.Fact]) -> State:
    """The state after all of them, in order."""
    for fact in facts:
        state = evolve(state, fact)
    return state


def evolve(state: State, fact: f.Fact) -> State:
    """The state after one fact."""
    match fact:
        case f.LineAdded():
            return _line_added(state, fact)
        case f.LineQuantityChanged(line=line, quantity=quantity):
            return _on_line(state, line, lambda it: replace(it, quantity=quantity))
        case f.LinePriceOverridden(line=line, unit_price_minor=price):
            return _on_line(
                state, line, lambda it: replace(it, unit_price_minor=price, amount_minor=None)
            )
        case f.LineDiscounted(line=line, discount=discount):
            return _on_line(state, line, lambda it: replace(it, discount=discount))
        case f.LineVoided(line=line):
            state = _on_line(state, line, lambda it: replace(it, voided=True))
            return _on_totals(state, voided_lines=1)
        case f.LineRestored(line=line):
            state = _on_line(state, line, lambda it: replace(it, voided=False))
            return _on_totals(state, voided_lines=-1)
        case f.SaleStarted(sale=sale, shift=shift):
            return replace(state, sale=Sale(sale, shift), last_sale=sale, voided=None)
        case f.BasketDiscounted(discount=discount) if state.sale:
            return replace(state, sale=replace(state.sale, discount=discount))
        case f.Tendered(tender=tender, type=kind, amount_minor=amount) if state.sale:
            taken = Tender(tender, kind, amount)
            return replace(state, sale=replace(state.sale, tenders=(*state.sale.tenders, taken)))
        case f.TenderVoided(tender=tender) if state.sale:
            tenders = tuple(
                replace(it, voided=True) if it.tender == tender else it for it in state.sale.tenders
            )
            return replace(state, sale=replace(state.sale, tenders=tenders))
        case f.SaleVoided() if state.sale:
            voided = state.sale
            state = replace(state, sale=None, voided=voided)
            return _on_totals(state, voided_sales=1 if voided.live_lines else 0)
        case f.SaleSuspended(name=name) if state.sale:
            parked = replace(state.sale, name=name)
            return replace(state, sale=None, suspended=(*state.suspended, parked))
        case f.SaleRecalled(sale=sale):
            return _recalled(state, sale)
        case f.SaleCompleted() if state.sale:
            return _completed(state, state.sale, fact)
        case _:
            return _beside_the_sale(state, fact)


def _beside_the_sale(state: State, fact: f.Fact) -> State:
    """Facts of the shift, the drawer, the printer and the devices."""
    match fact:
        case f.ShiftOpened(shift=shift, float_minor=float_minor, currency=currency):
            opened = Shift(shift, f.ShiftTotals(float_minor=float_minor))
            return replace(
                state, shift=opened, last_shift=shift, currency=currency, done=None, voided=None
            )
        case f.CashMoved(direction=f.CashDirection.PAY_IN, amount_minor=amount):
            return _on_totals(state, pay_in_minor=amount)
        case f.CashMoved(amount_minor=amount):
            return _on_totals(state, pay_out_minor=amount)
        case f.DrawerCounted() if state.shift:
            count = DrawerCount(fact.attempt, fact.counted_minor, fact.expected_minor)
            return replace(state, shift=replace(state.shift, count=count))
        case f.ShiftClosed(z_number=z) if state.shift:
            return replace(
                state, shift=None, closed_shift=state.shift, last_z=z, done=None, voided=None
            )
        case f.DrawerOpened(effect=effect, cause=cause):
            pulse = DrawerPulse(effect, cause)
            state = replace(state, effects=(*state.effects, pulse), last_effect=effect)
            return _on_totals(state, no_sales=1) if cause is f.DrawerCause.NO_SALE else state
        case f.PrintRequested():
            job = PrintJob(fact.effect, fact.what, fact.sale, fact.shift, fact.copy, fact.receipt)
            state = replace(state, effects=(*state.effects, job), last_effect=fact.effect)
            return _on_receipt(state, job, ReceiptStatus.WAITING, copies=fact.copy)
        case f.PrintSkipped(sale=sale, effect=effect):
            state = replace(state, effects=tuple(e for e in state.effects if e.effect != effect))
            if state.done and state.done.sale.sale == sale:
                return replace(
                    state, done=replace(state.done, receipt_status=ReceiptStatus.SKIPPED)
                )
            return state
        case f.EffectStarted(effect=effect):
            return _started(state, effect)
        case f.EffectEnded():
            return _ended(state, fact)
        case f.MatterClosed(effect=effect):
            left = tuple(m for m in state.matters if m.job.effect != effect)
            return replace(state, matters=left)
        case f.DeviceChanged():
            known = tuple(d for d in state.devices if d.device != fact.device)
            now = DeviceStatus(fact.device, fact.category, fact.state, fact.problem, fact.detail)
            return replace(state, devices=tuple(sorted((*known, now), key=lambda d: d.device)))
        case f.DrawerMoved(is_open=is_open):
            return replace(state, drawer_open=is_open)
        case f.CashierSignedIn(staff=staff, name=name):
            return replace(state, cashier=staff, cashier_name=name)
        case f.CatalogueApplied(version=version):
            return replace(state, catalogue_version=version)
        case _:
            return state


def _line_added(state: State, fact: f.LineAdded) -> State:
    if state.sale is None:
        return state
    line = Line(
        line=fact.line,
        item=fact.item,
        name=fact.name,
        unit=fact.unit,
        quantity=fact.quantity,
        unit_price_minor=fact.unit_price_minor,
        list_price_minor=fact.unit_price_minor,
        taxes=fact.taxes,
        source=fact.source,
        amount_minor=fact.amount_minor,
        discountable=fact.discountable,
        code=fact.code,
    )
    return replace(state, sale=replace(state.sale, lines=(*state.sale.lines, line)))


def _on_line(state: State, line: f.LineId, change: Callable[[Line], Line]) -> State:
    """Lines are numbered from 1 without gaps, so a line's place is its number."""
    sale = state.sale
    if sale is None or not 0 < line <= len(sale.lines):
        return state
    at = line - 1
    lines = (*sale.lines[:at], change(sale.lines[at]), *sale.lines[at + 1 :])
    return replace(state, sale=replace(sale, lines=lines))


def _on_totals(state: State, **added: int) -> State:
    """Adds to the open shift's sums; a count made before is no longer the drawer's content."""
    if state.shift is None:
        return state
    totals = state.shift.totals
    sums = {name: getattr(totals, name) + value for name, value in added.items()}
    count = state.shift.count
    moved = "pay_in_minor" in added or "pay_out_minor" in added or "cash_sales_minor" in added
    return replace(
        state,
        shift=replace(state.shift, totals=replace(totals, **sums), count=None if moved else count),
    )


def _recalled(state: State, number: f.SaleId) -> State:
    if state.voided is not None and state.voided.sale == number:
        back = state.voided
        state = replace(state, sale=back, voided=None)
        return _on_totals(state, voided_sales=-1 if back.live_lines else 0)
    for parked in state.suspended:
        if parked.sale == number:
            left = tuple(it for it in state.suspended if it.sale != number)
            return replace(state, sale=replace(parked, name=""), suspended=left)
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
    return _on_totals(
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


def _started(state: State, effect: f.EffectId) -> State:
    for job in state.effects:
        if job.effect == effect and isinstance(job, PrintJob):
            running = replace(job, started=True)
            effects = tuple(running if e is job else e for e in state.effects)
            return _on_receipt(replace(state, effects=effects), running, ReceiptStatus.PRINTING)
    return state


_AFTER = {
    Outcome.DONE: ReceiptStatus.PRINTED,
    Outcome.UNKNOWN: ReceiptStatus.UNKNOWN,
    Outcome.FAILED: ReceiptStatus.FAILED,
}


def _ended(state: State, fact: f.EffectEnded) -> State:
    ended = next((e for e in state.effects if e.effect == fact.effect), None)
    if ended is None:
        return state
    state = replace(state, effects=tuple(e for e in state.effects if e is not ended))
    if isinstance(ended, DrawerPulse):
        return state
    if fact.outcome is not Outcome.DONE:
        matters = (*state.matters, Matter(ended, fact.outcome, fact.detail))[-MATTERS_MAX:]
        state = replace(state, matters=matters)
    return _on_receipt(state, ended, _AFTER[fact.outcome])


def _on_receipt(
    state: State, job: PrintJob, status: ReceiptStatus, copies: int | None = None
) -> State:
    done = state.done
    if job.what is not f.PrintWhat.RECEIPT or done is None or done.sale.sale != job.sale:
        return state
    kept = done.copies if copies is None else copies
    return replace(state, done=replace(done, receipt_status=status, copies=kept))
