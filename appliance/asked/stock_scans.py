"""Scans and codes that mean goods for the stock: a paper's row, a count's, a piece's number."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from appliance.asked.stock import cost_of
from appliance.asked.stock_counts import count_item
from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.barcode import Decoded, decode
from appliance.core.barcode.content import Content, content
from appliance.core.item import Item, ItemId, Unit
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.intake import Asked, Intake
from appliance.moment import Moment
from appliance.resolve import resolve


def scanned(
    intake: Intake, request: c.Scan, now: Moment, today: date
) -> c.Command | Moment | Refusal | None:
    """A scan while a stock screen listens; None: it is not for the stock."""
    if not now.stock.at or request.source is not f.LineSource.SCAN:
        return None
    if now.stock.at == "serial":
        assert now.stock.item is not None
        meaning = _meaning(intake, request.code, today)
        serial = meaning.serial or request.code.strip()
        return sell_traced(intake, c.SellTraced(now.stock.item, serial), now, today)
    if now.stock.at in ("piece", "lot", "text"):
        meaning = _meaning(intake, request.code, today)
        told = {"piece": meaning.serial, "lot": meaning.batch}.get(now.stock.at)
        return replace(now, stock=replace(now.stock, text=told or request.code.strip()))
    if now.stock.at == "receipt":
        return _of_receipt(intake, request.code, now, today)
    found = _found(intake, request.code, today)
    if isinstance(found, Refusal):
        return found
    if not isinstance(found, c.AddItem):
        return None
    if now.stock.at == "count":
        many = found.quantity or request.quantity or Decimal(1)
        add = c.CountItem(now.stock.count, found.item.id, many, add=True, lot=found.lot)
        return count_item(intake, add, now, today)
    return _with_found(intake, now, found)


def _of_receipt(intake: Intake, code: str, now: Moment, today: date) -> Moment | Refusal | None:
    """Goods, or the number on a piece, of the receipt that is up; another receipt, or a customer's
    card, is not for the stock."""
    lines = now.receipts.receipt.lines if now.receipts and now.receipts.receipt else ()
    piece = next((line for line in lines if line.serial and line.serial == code.strip()), None)
    item = intake.shelf.by_id(piece.item) if piece is not None else None
    if item is not None:
        return _with_found(intake, now, c.AddItem(item, serial=code.strip()))
    found = _found(intake, code, today)
    if not isinstance(found, c.AddItem):
        return None
    if all(line.item != found.item.id for line in lines):
        return refuse(Reason.NOT_ON_RECEIPT, name=found.item.name)
    return _with_found(intake, now, found)


def _found(intake: Intake, code: str, today: date) -> c.AddItem | c.Command | Refusal:
    """What a code is, also of goods past their day: these are written off by scanning them."""
    meaning = _meaning(intake, code, today)
    item = intake.shelf.by_gtin(meaning.gtin) if meaning.gtin and meaning.understood else None
    if item is None:
        return resolve(c.Scan(code), intake.shelf, intake.policy, today)
    return c.AddItem(
        item,
        _told_quantity(item, content(meaning)),
        lot=meaning.batch or "",
        serial=meaning.serial or "",
        expiry=meaning.expiry or "",
    )


def _meaning(intake: Intake, code: str, today: date) -> Decoded:
    policy = intake.policy
    return decode(code, region=policy.region, today=today, rules=policy.barcode_rules)


def _told_quantity(item: Item, told: Content) -> Decimal | None:
    """What the label says of goods that are counted its way."""
    if item.unit is Unit.PIECE:
        return None if told.count is None else Decimal(told.count)
    return told.weight_kg if item.unit is Unit.KILOGRAM else None


def _with_found(intake: Intake, now: Moment, found: c.AddItem) -> Moment:
    item, levels = found.item, intake.journal.stock
    return now.with_found(
        item,
        levels.quantity(item.id),
        cost_minor=cost_of(intake, item.id, item),
        quantity=found.quantity,
        lot=found.lot,
        expiry=found.expiry,
        piece=found.serial,
    )


def find(intake: Intake, request: c.FindForStock, now: Moment, today: date) -> Moment | Refusal:
    by_sku = intake.shelf.by_id(ItemId(request.code))
    found = c.AddItem(by_sku) if by_sku is not None else _found(intake, request.code, today)
    if isinstance(found, Refusal):
        return found
    if not isinstance(found, c.AddItem):
        return refuse(Reason.CODE_NOT_FOR_SALE, code=request.code)
    return _with_found(intake, now, found)


def aim(_intake: Intake, request: c.AimStock, now: Moment, _today: date) -> Moment:
    return now.aimed(request.at, count=request.count, item=request.item)


def sell_traced(
    intake: Intake, request: c.SellTraced, _now: Moment, _today: date
) -> c.AddItem | Refusal:
    item = intake.shelf.by_id(request.item)
    if item is None:
        return refuse(Reason.NO_SUCH_ITEM, item=request.item)
    return c.AddItem(
        item,
        request.quantity,
        source=request.source,
        lot=request.lot.strip(),
        serial=request.serial.strip(),
    )


ASKED: dict[type, Asked] = {
    c.AimStock: aim,
    c.FindForStock: find,
    c.SellTraced: sell_traced,
}
