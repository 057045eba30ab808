"""Print jobs, pulses and matters after a fact."""

from __future__ import annotations

from appliance.core import facts as f
from appliance.core.copies import replace
from appliance.core.devices import Outcome
from appliance.core.state import CompletedSale, DrawerPulse, Matter, PrintJob, ReceiptStatus, State

MATTERS_MAX = 200
"""Open matters kept in the state; older ones stay in the journal's projection."""


def evolve(state: State, fact: f.Fact) -> State:
    match fact:
        case f.PrintRequested():
            job = PrintJob(
                fact.effect,
                fact.what,
                fact.sale,
                fact.shift,
                fact.copy,
                fact.receipt,
                slip=fact.slip,
            )
            return replace(
                state,
                effects=(*state.effects, job),
                last_effect=fact.effect,
                done=_receipt_of(state.done, job, ReceiptStatus.WAITING, copies=fact.copy),
            )
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
        case _:
            return state


def _started(state: State, effect: f.EffectId) -> State:
    for job in state.effects:
        if job.effect == effect and isinstance(job, PrintJob):
            running = replace(job, started=True)
            effects = tuple(running if e is job else e for e in state.effects)
            done = _receipt_of(state.done, running, ReceiptStatus.PRINTING)
            return replace(state, effects=effects, done=done)
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
    left = tuple(e for e in state.effects if e is not ended)
    if isinstance(ended, DrawerPulse):
        return replace(state, effects=left)
    matters = state.matters
    if fact.outcome is not Outcome.DONE:
        matters = (*matters, Matter(ended, fact.outcome, fact.detail))[-MATTERS_MAX:]
    done = _receipt_of(state.done, ended, _AFTER[fact.outcome])
    return replace(state, effects=left, matters=matters, done=done)


def _receipt_of(
    done: CompletedSale | None, job: PrintJob, status: ReceiptStatus, copies: int | None = None
) -> CompletedSale | None:
    """The last sale, after something happened to its receipt."""
    if job.what is not f.PrintWhat.RECEIPT or done is None or done.sale.sale != job.sale:
        return done
    kept = done.copies if copies is None else copies
    return replace(done, receipt_status=status, copies=kept)
