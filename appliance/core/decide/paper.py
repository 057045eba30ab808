"""Decisions about paper: receipts, copies, reports, and print jobs whose end nobody knows.

The original is printed at most once; whatever follows a job that may have left paper is a marked
copy. A job that started is never started again.
"""

from __future__ import annotations

from datetime import date, timedelta

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.decide.verdict import Decision, in_short, next_effect
from appliance.core.occasion import Occasion
from appliance.core.permissions import sees_cash
from appliance.core.policy import Policy
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.core.report_rows import ReportBy
from appliance.core.state import PrintJob, ReceiptStatus, State, TenderStatus
from appliance.core.stock_rows import StockList
from appliance.core.x_scope import BLIND, shifts_of_x

REPORT_DAYS_MAX = timedelta(3_700)
PAY_CODE = "pay_code:"
"""Amount, time, reference, code, with colons between; only the last holds any."""
FLEET_CODE, FLEET_CODE_MAX = "fleet_code:", 200
"""Code, time, page; only the last holds colons."""

PRINTS_WAITING_MAX = 100
"""As many as a printer's driver holds; whoever asks for more does not look at the printer."""

PaperCommand = (
    c.PrintReceipt
    | c.PrintCode
    | c.ShowFleetCode
    | c.SkipReceipt
    | c.PrintXReport
    | c.PrintSalesReport
    | c.PrintStockList
    | c.SettleMatter
    | c.StartEffect
    | c.EndEffect
)


def decide(state: State, command: PaperCommand, policy: Policy, occasion: Occasion) -> Decision:
    match command:
        case c.PrintReceipt(sale=sale):
            return _print_receipt(state, sale)
        case c.PrintCode():
            return _pay_code(state, command)
        case c.ShowFleetCode():
            return _fleet_code(state, command)
        case c.SkipReceipt(sale=sale):
            return _skip(state, sale)
        case c.PrintXReport(of=of):
            return _x_report(state, of, policy, occasion)
        case c.PrintSalesReport(by=by, first=first, last=last):
            return _sales_report(state, by, first, last)
        case c.PrintStockList(which=which):
            if which not in list(StockList):
                return refuse(Reason.COMMAND_WRONG)
            return _report(state, f"stock:{which}")
        case c.SettleMatter(effect=effect, reason=reason):
            if all(matter.job.effect != effect for matter in state.matters):
                return refuse(Reason.NO_SUCH_EFFECT)
            if not reason.strip():
                return refuse(Reason.REASON_NEEDED)
            return (f.MatterClosed(effect, in_short(reason)),)
        case c.StartEffect(effect=effect):
            job = next((e for e in state.effects if e.effect == effect), None)
            if not isinstance(job, PrintJob) or job.started:
                return refuse(Reason.NO_SUCH_EFFECT)
            return (f.EffectStarted(effect),)
        case c.EndEffect(effect=effect, outcome=outcome, detail=detail):
            if all(e.effect != effect for e in state.effects):
                return refuse(Reason.NO_SUCH_EFFECT)
            return (f.EffectEnded(effect, outcome, detail),)


def _pay_code(state: State, command: c.PrintCode) -> Decision:
    """Only while it can be paid: a payment that was answered is not paid a second time."""
    sale = state.sale
    tender = (
        next((it for it in sale.tenders if it.tender == command.tender), None) if sale else None
    )
    if tender is None or tender.status is not TenderStatus.PENDING or tender.voided:
        return refuse(Reason.NO_PAY_CODE)
    if any(job.slip.startswith(PAY_CODE) for job in _waiting(state)):
        return refuse(Reason.BUSY)
    told = (str(tender.amount_minor), command.until.replace(":", "."), command.reference)
    slip = f"{PAY_CODE}{':'.join((*told, command.code))}"
    return (f.PrintRequested(next_effect(state), f.PrintWhat.SLIP, slip=slip),)


def _fleet_code(state: State, command: c.ShowFleetCode) -> Decision:
    if not command.code:
        return ()
    told = (command.code, command.until, command.page)
    if not command.code.isalnum() or max(map(len, told)) > FLEET_CODE_MAX:
        return refuse(Reason.COMMAND_WRONG)
    if any(job.slip.startswith(FLEET_CODE) for job in _waiting(state)):
        return refuse(Reason.BUSY)
    slip = f"{FLEET_CODE}{command.code}:{command.until.replace(':', '.')}:{command.page}"
    return (f.PrintRequested(next_effect(state), f.PrintWhat.SLIP, slip=slip),)


def _x_report(state: State, of: str, policy: Policy, occasion: Occasion) -> Decision:
    """The job remembers who may see what: a count stays blind on paper too."""
    shifts = shifts_of_x(state, of, policy)
    if isinstance(shifts, Refusal):
        return shifts
    if any(job.what is f.PrintWhat.X_REPORT for job in _waiting(state)):
        return refuse(Reason.BUSY)
    slip = of if sees_cash(state, policy, occasion, shifts) else f"{of}{BLIND}"
    what = f.PrintWhat.X_REPORT
    return (f.PrintRequested(next_effect(state), what, shift=shifts[0].shift, slip=slip),)


def _sales_report(state: State, by: str, first: str, last: str) -> Decision:
    try:
        told = ReportBy(by)
    except ValueError:
        return refuse(Reason.COMMAND_WRONG)
    return report_of_days(state, f"sales:{told.value}", first, last)


def report_of_days(state: State, slip: str, first: str, last: str) -> Decision:
    """A report on paper about some days, one at a time."""
    try:
        days = (date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        return refuse(Reason.COMMAND_WRONG)
    if not timedelta(0) <= days[1] - days[0] <= REPORT_DAYS_MAX:
        return refuse(Reason.COMMAND_WRONG)
    return _report(state, f"{slip}:{first}:{last}")


def _report(state: State, slip: str) -> Decision:
    if any(job.what is f.PrintWhat.REPORT for job in _waiting(state)):
        return refuse(Reason.BUSY)
    return (f.PrintRequested(next_effect(state), f.PrintWhat.REPORT, slip=slip),)


def _print_receipt(state: State, sale: f.SaleId | None) -> Decision:
    done = state.done
    number = sale if sale is not None else done.sale.sale if done else None
    if number is None:
        return refuse(Reason.NOTHING_TO_PRINT)
    if any(isinstance(e, PrintJob) and e.sale == number for e in state.effects):
        return refuse(Reason.BUSY)
    if len(_waiting(state)) >= PRINTS_WAITING_MAX:
        return refuse(Reason.BUSY)
    if done is not None and done.sale.sale == number:
        untouched = done.receipt_status in (ReceiptStatus.OPEN, ReceiptStatus.SKIPPED)
        copy = 0 if untouched and done.copies == 0 else done.copies + 1
        receipt = done.receipt
    else:
        copy, receipt = 1, 0
    request = f.PrintRequested(
        next_effect(state), f.PrintWhat.RECEIPT, sale=number, copy=copy, receipt=receipt
    )
    settled = tuple(
        f.MatterClosed(matter.job.effect, "copy printed")
        for matter in state.matters
        if matter.job.sale == number
    )
    return (*settled, request)


def _skip(state: State, sale: f.SaleId | None) -> Decision:
    number = sale if sale is not None else state.done.sale.sale if state.done else None
    if number is None:
        return refuse(Reason.NOTHING_TO_PRINT)
    waiting = [e for e in state.effects if isinstance(e, PrintJob) and e.sale == number]
    if any(job.started for job in waiting):
        return refuse(Reason.BUSY)
    if waiting:
        return tuple(f.PrintSkipped(number, job.effect) for job in waiting)
    if state.done is None or state.done.sale.sale != number:
        return refuse(Reason.NO_SUCH_SALE, sale=number)
    # What was printed, or may have been, stays so: its next print is a copy.
    undecided = state.done.receipt_status is ReceiptStatus.OPEN
    return (f.PrintSkipped(number),) if undecided else ()


def _waiting(state: State) -> list[PrintJob]:
    return [job for job in state.effects if isinstance(job, PrintJob) and not job.started]
