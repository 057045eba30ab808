"""Requests about goods that come back get what the journal knows: the receipt and what is left of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

from appliance.asked.customers import card_holder, known_customer
from appliance.asked.stock import in_baskets
from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.barcode.own import ReceiptCode, read_receipt
from appliance.core.decide.returns import not_returnable
from appliance.core.evolve import replay
from appliance.core.item import Item, Tracking
from appliance.core.numbers import receipt_number
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.core.returns import NOTHING_BACK, Back, came_back, late_by, money_paid
from appliance.core.returns_look import (
    PaidLook,
    ReceiptLook,
    ReceiptRow,
    ReceiptsLook,
    SoldLineLook,
)
from appliance.core.state import EMPTY, CompletedSale, Line, State
from appliance.core.stock import used_up
from appliance.core.tax_totals import rates_sold
from appliance.intake import Answered, Asked, Intake
from appliance.journal import Record
from appliance.journal.levels import IN_STOCK
from appliance.journal.past_sales import PastSale
from appliance.journal.record import EPOCH_STEP
from appliance.moment import Moment
from appliance.people.customers import Customer

SHOWN_MAX = 40
"""Characters of a strange code that a refusal repeats."""
LOWEST_DAYS = 30
"""For so long a price holds that a return without a receipt brings at most."""
ITEMS_MAX = 200
"""Items whose name holds a searched text; more is no search."""


def scanned(intake: Intake, scan: c.Scan, now: Moment, today: date) -> Moment | Refusal | None:
    """A receipt under the scanner opens itself, wherever the screen is; while receipts are listed, a
    customer's card lists theirs."""
    code = read_receipt(scan.code)
    if code is None:
        listed = now.receipts is not None and now.receipts.receipt is None
        person = card_holder(intake, scan.code) if listed else None
        return None if person is None else _of_customer(intake, person, now)
    found = _by_code(intake, code, now, today)
    if isinstance(found, Refusal) or found.receipts is None:
        return found
    return replace(found, receipts=replace(found.receipts, scanned=True))


def _of_customer(intake: Intake, person: Customer, now: Moment) -> Moment:
    rows = intake.journal.sales.found(customer=person.id)
    return _with(now, receipts=_rows(intake, rows), whose=person.name)


def find(intake: Intake, request: c.FindReceipt, now: Moment, today: date) -> Moment | Refusal:
    if request.code.strip():
        code = read_receipt(request.code) or _short_number(intake, request.code)
        if code is None:
            return refuse(Reason.RECEIPT_NOT_FOUND, text=request.code.strip()[:SHOWN_MAX])
        return _by_code(intake, code, now, today)
    sales = intake.journal.sales
    asked = bool(request.on or request.text.strip() or request.amount_minor is not None)
    if not asked and not request.newest:
        return replace(now, receipts=None)
    if not asked:
        return _with(now, receipts=_rows(intake, sales.newest()))
    since = until = None
    if request.on:
        try:
            first = date.fromisoformat(request.on)
            last = date.fromisoformat(request.to or request.on)
        except ValueError:
            return refuse(Reason.RECEIPT_NOT_FOUND, text=request.on[:SHOWN_MAX])
        # By the shop's own clock, so that a day of summer time's change is whole too.
        zone = intake.clock().tzinfo
        since = datetime.combine(first, time(), zone)
        if last < date.max:
            until = datetime.combine(last + timedelta(days=1), time(), zone)
    skus = _items(intake, request.text.strip()) if request.text.strip() else None
    rows = sales.found(since, until, request.amount_minor, skus)
    return _with(now, receipts=_rows(intake, rows))


def _short_number(intake: Intake, text: str) -> ReceiptCode | None:
    """ "118" is a receipt of this till and of today's numbers."""
    digits = text.strip()
    if not digits.isascii() or not digits.isdigit() or not 0 < len(digits) <= 12:
        return None
    number = int(digits)
    return ReceiptCode(intake.policy.till_number, intake.journal.epoch, number) if number else None


def _items(intake: Intake, text: str) -> tuple[str, ...]:
    """Items that the text may mean: the catalogue's search, and what is sold no more by its SKU."""
    search = getattr(intake.shelf, "search", None)
    found = search(text, ITEMS_MAX) if search is not None else ()
    return (text, *(str(item.id) for item in found))[:ITEMS_MAX]


def _with(
    now: Moment,
    receipts: tuple[ReceiptRow, ...] = (),
    receipt: ReceiptLook | None = None,
    whose: str = "",
) -> Moment:
    look = ReceiptsLook(now.serial + 1, receipts, receipt, whose=whose)
    return replace(now, serial=now.serial + 1, receipts=look)


def _rows(intake: Intake, sales: tuple[PastSale, ...]) -> tuple[ReceiptRow, ...]:
    till = intake.policy.till_number
    return tuple(
        ReceiptRow(
            f.SaleRef(till, it.epoch, f.SaleId(it.sale)),
            receipt_number(till, it.number_epoch, it.receipt),
            it.at.replace(tzinfo=None).isoformat(timespec="minutes"),
            it.due_minor,
            it.lines,
        )
        for it in sales
    )


def _by_code(intake: Intake, code: ReceiptCode, now: Moment, today: date) -> Moment | Refusal:
    if code.till != intake.policy.till_number:
        return refuse(Reason.RECEIPT_OTHER_TILL, number=code.number, till=code.till)
    place = intake.journal.sales.place(code.epoch, code.receipt)
    if place is None:
        return refuse(Reason.RECEIPT_UNKNOWN, number=code.number)
    epoch, sale = place
    earlier = earlier_sale(intake, f.SaleRef(code.till, epoch, f.SaleId(sale)))
    if earlier is None:
        return refuse(Reason.RECEIPT_UNKNOWN, number=code.number)
    return _with(now, receipt=_look(intake, earlier, today))


def _look(intake: Intake, earlier: c.EarlierSale, today: date) -> ReceiptLook:
    state = intake.journal.state
    lines = tuple(_line_look(state, line, earlier) for line in earlier.lines)
    shift = state.shift.shift if state.shift else None
    returns = earlier.voids or any(it.kind is f.LineKind.RETURN for it in earlier.lines)
    may_void = shift is not None and earlier.shift == shift and not returns
    return ReceiptLook(
        sale=earlier.ref,
        number=earlier.receipt,
        at=earlier.at,
        total_minor=earlier.total_minor,
        lines=lines,
        paid=tuple(PaidLook(it.type, it.amount_minor) for it in earlier.paid),
        late_days=late_by(earlier.at, today, intake.policy),
        may_void=may_void
        and not any(came_back(it, state, earlier.ref).quantity for it in earlier.lines),
    )


def _line_look(state: State, line: c.SoldEarlier, earlier: c.EarlierSale) -> SoldLineLook:
    back = came_back(line, state, earlier.ref)
    never = not_returnable(line)
    left = line.quantity - back.quantity
    if never is None and left <= 0:
        never = Reason.ALREADY_RETURNED
    gave = back.sold.gross_minor if back.sold else 0
    return SoldLineLook(
        line=line.line,
        item=line.item,
        name=line.name,
        unit=line.unit,
        quantity=line.quantity,
        left=max(left, left * 0),
        paid_minor=line.sold.gross_minor,
        left_minor=line.sold.gross_minor + gave,
        never=never.value if never else "",
        serial=line.serial,
        of_line=line.of_line,
        made=used_up(line.components),
    )


def earlier_sale(intake: Intake, ref: f.SaleRef) -> c.EarlierSale | None:
    """A completed sale of this till with what came back of it; None when there is none."""
    journal = intake.journal
    known = 0 < ref.epoch <= journal.epoch and 0 < ref.sale < EPOCH_STEP
    if ref.till != intake.policy.till_number or not known:
        return None
    records = journal.facts_of_sale(ref.epoch, ref.sale)
    paid = next((it for it in reversed(records) if isinstance(it.fact, f.SaleCompleted)), None)
    if paid is None:
        return None
    done = replay(EMPTY, (it.fact for it in records)).done
    return None if done is None else _earlier(intake, ref, paid, done)


def _earlier(intake: Intake, ref: f.SaleRef, paid: Record, done: CompletedSale) -> c.EarlierSale:
    completed = paid.fact
    assert isinstance(completed, f.SaleCompleted)
    back = intake.journal.sales.back_of(ref)
    rung = {line.line: line for line in done.sale.lines}
    lines = []
    for sold in completed.lines:
        gone = back.get(sold.line, NOTHING_BACK)
        line = rung[sold.line]
        rates = rates_sold(sold, line.taxes, completed.taxes)
        lines.append(_sold_earlier(line, sold, gone, rates))
    return c.EarlierSale(
        ref=ref,
        receipt=receipt_number(ref.till, paid.epoch, completed.receipt),
        at=paid.at.replace(tzinfo=None).isoformat(timespec="minutes"),
        shift=completed.shift if paid.epoch == intake.journal.epoch else None,
        total_minor=completed.total_minor,
        lines=tuple(lines),
        paid=money_paid(done.sale, completed.total_minor),
        voids=completed.voids,
        customer=known_customer(intake, done.sale.customer),
    )


def _sold_earlier(
    line: Line, sold: f.LineSold, gone: Back, rates: tuple[Decimal | None, ...]
) -> c.SoldEarlier:
    return c.SoldEarlier(
        line=line.line,
        item=line.item,
        name=line.name,
        unit=line.unit,
        quantity=line.quantity,
        unit_price_minor=line.unit_price_minor,
        taxes=line.taxes,
        sold=sold,
        kind=line.kind,
        code=line.code,
        lot=line.lot,
        serial=line.serial,
        expiry=line.expiry,
        account=line.account,
        of_line=line.of_line,
        cost_minor=line.cost_minor,
        components=line.components,
        back=gone.quantity,
        given_back=gone.sold,
        rates=rates,
    )


def return_lines(
    intake: Intake, request: c.ReturnLines, _now: Moment, today: date
) -> c.TakeBack | Refusal:
    earlier = earlier_sale(intake, request.sale)
    if earlier is None:
        return _no_such(intake, request.sale)
    late = late_by(earlier.at, today, intake.policy)
    return c.TakeBack(earlier, request.picks, request.reason, late)


def _no_such(intake: Intake, ref: f.SaleRef) -> Refusal:
    if ref.till != intake.policy.till_number:
        return refuse(Reason.RECEIPT_OTHER_TILL, number=f"{ref.till}-…", till=ref.till)
    return refuse(Reason.NO_SUCH_SALE, sale=ref.sale)


def void_completed(
    intake: Intake, request: c.VoidCompleted, _now: Moment, _today: date
) -> c.UndoSale | Refusal:
    ref = request.sale
    if ref is None:
        done = intake.journal.state.done
        if done is None:
            return refuse(Reason.NOTHING_TO_PRINT)
        ref = f.SaleRef(intake.policy.till_number, intake.journal.epoch, done.sale.sale)
    earlier = earlier_sale(intake, ref)
    return _no_such(intake, ref) if earlier is None else c.UndoSale(earlier, request.reason)


def without_receipt(
    intake: Intake, request: c.ReturnWithoutReceipt, _now: Moment, today: date
) -> c.TakeBackUnproven | Refusal:
    """At most the least that the item was sold for lately: nobody has the receipt to prove more."""
    item = intake.shelf.by_id(request.item)
    if item is None:
        return refuse(Reason.NO_SUCH_ITEM, item=request.item)
    since = intake.clock() - timedelta(days=LOWEST_DAYS)
    lowest = intake.journal.sales.lowest_price(item.id, since)
    most = item.price_minor if lowest is None else int(lowest)
    if not item.open_price and item.price_minor:
        most = min(most, item.price_minor)
    wrong = _wrong_piece(intake, item, request)
    if wrong is not None:
        return wrong
    price = most if request.unit_price_minor is None else request.unit_price_minor
    actor = intake.journal.state.cashier
    return c.TakeBackUnproven(
        item=item,
        quantity=request.quantity,
        reason=request.reason,
        unit_price_minor=price,
        price_max_minor=most,
        restock=request.restock,
        day_minor=intake.journal.sales.unproven_minor(today.isoformat(), actor),
        serial=request.serial.strip(),
    )


def _wrong_piece(intake: Intake, item: Item, request: c.ReturnWithoutReceipt) -> Refusal | None:
    """A piece with a number tells by it whether it was sold here, and with which receipt."""
    serial = request.serial.strip()
    if item.tracking is not Tracking.SERIAL:
        return refuse(Reason.RETURN_SERIAL_OTHER, name=item.name, serial=serial) if serial else None
    if not serial:
        return refuse(Reason.RETURN_SERIAL_NEEDED, name=item.name)
    if request.quantity != 1:
        return refuse(Reason.SERIAL_ONE, name=item.name, item=item.id)
    if in_baskets(intake.journal.state, item.id, serial):
        return refuse(Reason.SERIAL_TWICE, serial=serial)
    piece = intake.journal.stock.piece(item.id, serial)
    if piece is None:
        return None
    if piece.status == IN_STOCK:
        return refuse(Reason.SERIAL_IN_STOCK, serial=serial, name=item.name)
    if piece.receipt is None:
        return None
    number = receipt_number(intake.policy.till_number, piece.epoch, piece.receipt)
    return refuse(Reason.SERIAL_HAS_RECEIPT, serial=serial, receipt=number)


def told(_intake: Intake, now: Moment, _before: State, answer: Answered) -> Moment:
    """What was looked up is put away once it is in the basket, or when another sale is done."""
    if isinstance(answer, Refusal) or now.receipts is None:
        return now
    over = (f.ReturnBegun, f.SaleCompleted, f.ShiftClosed)
    if any(isinstance(record.fact, over) for record in answer):
        return replace(now, receipts=None)
    return now


def piece_minor(line: SoldLineLook, quantity: Fraction) -> Fraction:
    """About what so much of a line brings; the exact sum is the basket's."""
    return Fraction(line.left_minor) * quantity / Fraction(line.left) if line.left else Fraction(0)


ASKED: dict[type, Asked] = {
    c.FindReceipt: find,
    c.ReturnLines: return_lines,
    c.ReturnWithoutReceipt: without_receipt,
    c.VoidCompleted: void_completed,
}
