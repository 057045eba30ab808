"""What facts of baskets and money mean to the fleet's tables."""

from __future__ import annotations

import json
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from appliance.core.facts import LineKind, Restock, TenderOutcome, TenderType
from appliance.core.state import TenderStatus
from appliance.core.terminals import REVERSALS_FROM
from appliance.fleet.store.bodies import (
    AMOUNT_MAX,
    Body,
    Unreadable,
    amount,
    decimal,
    number,
    parts,
    parts_of,
    plain,
    rows,
    text,
)
from appliance.fleet.store.drawn import Drawn, Movement, Told, Values
from appliance.fleet.store.running import PARKED_MAX, Basket, Running
from appliance.journal.scale import scaled

_RARE = ("kind", "restock", "lot", "serial")
_GOODS, _RETURN = LineKind.GOODS.value, LineKind.RETURN.value
_SHELF = (None, Restock.SHELF.value)
_CASH = TenderType.CASH.value
_TAKEN = TenderStatus.TAKEN.value
_AFTER = {
    TenderOutcome.APPROVED.value: _TAKEN,
    TenderOutcome.DECLINED.value: TenderStatus.DECLINED.value,
    TenderOutcome.CANCELLED.value: TenderStatus.DECLINED.value,
    TenderOutcome.UNKNOWN.value: TenderStatus.UNKNOWN.value,
}
_FINEST = Decimal("0.000001")
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


# The open basket


def started(run: Running, told: Told, body: Body, _out: Drawn) -> None:
    run.sale = new_basket(told, number(body, "sale"), number(body, "shift"))
    run.voided = None


def new_basket(told: Told, sale: int, shift: int) -> Basket:
    return {
        "sale": sale,
        "epoch": told.epoch,
        "shift": shift,
        "name": "",
        "lines": {},
        "tenders": {},
    }


def line_added(run: Running, _told: Told, body: Body, _out: Drawn) -> None:
    """Of a line only what is needed until its sale is paid."""
    parts(body, "quantity")
    kept: dict[str, Any] = {name: text(body, name) for name in ("item", "name", "unit")}
    kept |= {name: text(body, name) for name in _RARE if body.get(name) is not None}
    kept["quantity"] = body["quantity"]
    kept["unit_price_minor"] = amount(body, "unit_price_minor")
    kept["taxes"] = _codes(body)
    if "components" in body:
        kept["components"] = [(text(it, "item"), _one_part(it)) for it in rows(body, "components")]
    if run.sale is not None:
        run.sale["lines"][str(number(body, "line"))] = kept


def _one_part(component: Body) -> str:
    parts(component, "quantity")
    return str(component["quantity"])


def _codes(body: Body) -> str:
    codes = body.get("taxes", [])
    if not isinstance(codes, list) or not all(isinstance(it, str) for it in codes):
        raise Unreadable("taxes are no list of codes")
    return plain(",".join(codes))


def _line(run: Running, body: Body) -> dict[str, Any]:
    """The line that a fact is about; one that is not there is one that nobody needs."""
    if run.sale is None:
        return {}
    found: dict[str, Any] = run.sale["lines"].get(str(number(body, "line")), {})
    return found


def quantity_changed(run: Running, _told: Told, body: Body, _out: Drawn) -> None:
    parts(body, "quantity")
    _line(run, body)["quantity"] = body["quantity"]


def price_overridden(run: Running, _told: Told, body: Body, _out: Drawn) -> None:
    _line(run, body)["unit_price_minor"] = amount(body, "unit_price_minor")


def line_traced(run: Running, _told: Told, body: Body, _out: Drawn) -> None:
    _line(run, body).update(lot=text(body, "lot", ""), serial=text(body, "serial", ""))


def line_voided(run: Running, told: Told, body: Body, out: Drawn) -> None:
    _line(run, body)["voided"] = True
    out.add_person(told, voided_lines=1)


def line_restored(run: Running, told: Told, body: Body, out: Drawn) -> None:
    _line(run, body)["voided"] = False
    out.add_person(told, voided_lines=-1)


def named(run: Running, _told: Told, body: Body, _out: Drawn) -> None:
    if run.sale is not None:
        run.sale["name"] = text(body, "name", "")


def voided(run: Running, told: Told, body: Body, out: Drawn) -> None:
    total = amount(body, "total_minor")
    basket = run.sale
    if basket is None:
        return
    run.sale, run.voided = None, basket
    _aside(out, told, basket, run, "voided", total)
    if _live(basket):
        out.add_person(told, voided_sales=1, voided_minor=total)
        basket["voided_minor"] = total


def suspended(run: Running, told: Told, body: Body, out: Drawn) -> None:
    name = text(body, "name", "")
    basket = run.sale
    if basket is None:
        return
    run.sale = None
    basket["name"] = name
    while len(run.parked) >= PARKED_MAX:
        del run.parked[next(iter(run.parked))]
    run.parked[str(basket["sale"])] = basket
    _aside(out, told, basket, run, "suspended", 0)


def recalled(run: Running, told: Told, body: Body, out: Drawn) -> None:
    sale = number(body, "sale")
    if run.voided is not None and run.voided["sale"] == sale:
        run.sale, run.voided = run.voided, None
        if _live(run.sale):
            out.add_person(told, voided_sales=-1, voided_minor=-run.sale.pop("voided_minor", 0))
    elif str(sale) in run.parked:
        run.sale = run.parked.pop(str(sale))
    if run.sale is not None:
        _aside(out, told, run.sale, run, "open", 0)


def _live(basket: Basket) -> list[dict[str, Any]]:
    return [line for line in basket["lines"].values() if not line.get("voided")]


def _aside(
    out: Drawn, told: Told, basket: Basket, run: Running, status: str, total_minor: int
) -> None:
    """The row of a sale that is not paid."""
    key = (basket["epoch"], basket["sale"])
    row = (
        *(told.till, *key, told.shop, basket["shift"], None, told.actor, told.at_ms),
        *(told.offset_min, told.day, status, len(_live(basket)), total_minor, 0, 0, 0, 0, 0, 0, 0),
        *(run.currency, "[]", basket["name"], told.seq),
    )
    out.sales[key] = row
    payments(out, told, basket)


# Money


def tendered(run: Running, _told: Told, body: Body, _out: Drawn) -> None:
    if run.sale is not None:
        run.sale["tenders"][str(number(body, "tender"))] = {
            "type": text(body, "type"),
            "amount_minor": amount(body, "amount_minor"),
            "status": _TAKEN,
            "currency": text(body, "currency", ""),
            "foreign_minor": amount(body, "foreign_minor", 0),
            "reference": text(body, "reference", ""),
        }


def tender_asked(run: Running, _told: Told, body: Body, _out: Drawn) -> None:
    tender = number(body, "tender")
    if run.sale is not None and tender < REVERSALS_FROM:
        run.sale["tenders"][str(tender)] = {
            "type": text(body, "type"),
            "amount_minor": amount(body, "amount_minor"),
            "status": TenderStatus.PENDING.value,
            "reference": text(body, "reference", ""),
            "port": text(body, "port", ""),
        }


def tender_answered(run: Running, told: Told, body: Body, out: Drawn) -> None:
    """A terminal may answer for a basket that was set aside meanwhile."""
    status = _AFTER.get(text(body, "outcome"))
    if status is None:
        raise Unreadable("outcome is none")
    change: dict[str, Any] = {"status": status}
    if status == _TAKEN:
        change["amount_minor"] = amount(body, "amount_minor", 0)
    if reference := text(body, "reference", ""):
        change["reference"] = reference
    _on_tender(run, told, body, out, change)


def tender_inquired(run: Running, told: Told, body: Body, out: Drawn) -> None:
    _on_tender(run, told, body, out, {"status": TenderStatus.PENDING.value})


def tender_voided(run: Running, told: Told, body: Body, out: Drawn) -> None:
    _on_tender(run, told, body, out, {"voided": True})


def _on_tender(run: Running, told: Told, body: Body, out: Drawn, change: dict[str, Any]) -> None:
    basket = run.basket(number(body, "sale"))
    tender = basket["tenders"].get(str(number(body, "tender"))) if basket else None
    if basket is None or tender is None:
        return
    tender.update(change)
    if basket is not run.sale:
        payments(out, told, basket)


def payments(out: Drawn, told: Told, basket: Basket) -> None:
    for tender, it in basket["tenders"].items():
        key = (basket["epoch"], basket["sale"], int(tender))
        out.payments[key] = (
            *(told.till, *key, it["type"], it["amount_minor"], it["status"]),
            *(int(it.get("voided", False)), it.get("currency", ""), it.get("foreign_minor", 0)),
            *(it["reference"], it.get("port", "")),
        )


def _cash_kept(basket: Basket, change_minor: int) -> int:
    """By how much the drawer's own money grew (core/evolve/tender.py `cash_kept`)."""
    taken = sum(
        it["amount_minor"]
        for it in basket["tenders"].values()
        if it["type"] == _CASH and it["status"] == _TAKEN and not it.get("voided")
    )
    return int(taken) - change_minor


# The paid sale


def completed(run: Running, told: Told, body: Body, out: Drawn) -> None:
    sale, shift = number(body, "sale"), number(body, "shift")
    basket = run.sale
    if basket is None or basket["sale"] != sale:
        # Its beginning was never told: money and taxes are known, goods are not.
        basket = new_basket(told, sale, shift)
    key = (basket["epoch"], sale)
    lines, movements, back = _sold(told, basket, key, rows(body, "lines"))
    taxes = [_tax(it) for it in rows(body, "taxes")]
    total, tip = amount(body, "total_minor"), amount(body, "tip_minor", 0)
    discount, rounding = amount(body, "discount_minor"), amount(body, "rounding_minor")
    prepaid, change = amount(body, "prepaid_minor", 0), amount(body, "change_minor")
    gross, tax = total - tip - prepaid, sum(it[3] for it in taxes)
    row = (
        *(told.till, *key, told.shop, shift, number(body, "receipt"), told.actor, told.at_ms),
        *(told.offset_min, told.day, "completed", len(lines), total, discount, rounding),
        *(amount(body, "paid_minor"), change, tip, prepaid, back, run.currency),
        *(_ENCODER.encode(taxes), "", told.seq),
    )
    sums = (1, len(lines), gross, gross - tax, tax, discount, rounding, int(back != 0), back, tip)

    out.sales[key] = row
    out.lines += lines
    out.movements += movements
    out.items |= _items(basket)
    payments(out, told, basket)
    out.add_takings(told, run.currency, (*sums, prepaid))
    out.add_person(
        told,
        sales=1,
        gross_minor=gross,
        discount_minor=discount,
        returns=int(back != 0),
        returns_minor=back,
    )
    if (open_shift := run.shift) is not None:
        open_shift["sales"] += 1
        open_shift["gross_minor"] += gross
        open_shift["cash_minor"] += _cash_kept(basket, change)
        out.shifts[open_shift["epoch"], open_shift["shift"]] = open_shift
    run.sale = run.voided = None


def _tax(it: Body) -> list[Any]:
    rate = it.get("rate")
    if rate is not None:
        decimal(rate)
    sums = (amount(it, name) for name in ("net_minor", "tax_minor", "gross_minor"))
    return [text(it, "code"), rate, *sums]


def _sold(
    told: Told, basket: Basket, key: tuple[int, int], sold: list[Body]
) -> tuple[list[Values], list[Movement], int]:
    """Rows of lines, what they move, and how much went back to the customer for returned goods."""
    lines: list[Values] = []
    movements: list[Movement] = []
    back = 0
    for it in sold:
        line = number(it, "line")
        rung = basket["lines"].get(str(line), _UNKNOWN)
        kind = rung.get("kind", _GOODS)
        gross = amount(it, "gross_minor")
        price = amount(it, "unit_price_minor", rung.get("unit_price_minor", 0))
        cost = None if it.get("cost_minor") is None else amount(it, "cost_minor")
        lines.append(
            (
                *(told.till, *key, line, rung["item"], kind, parts_of(rung["quantity"]), price),
                *(amount(it, "net_minor"), amount(it, "tax_minor"), gross),
                *(amount(it, "discount_minor"), cost),
            )
        )
        if kind == _RETURN:
            back -= gross
        for sku, delta in leaving(rung):
            reason = "sale" if delta < 0 else "return"
            own = (rung.get("lot", ""), rung.get("serial", "")) if sku == rung["item"] else ()
            movements.append(Movement(told, len(movements), sku, delta, reason, *own))
    return lines, movements, back


_UNKNOWN: dict[str, Any] = {"item": "", "quantity": "0"}


def leaving(rung: dict[str, Any]) -> list[tuple[str, int]]:
    """What a line adds to the stock, by item; negative when it is sold (core/stock.py `leaves`)."""
    kind = rung.get("kind", _GOODS)
    goods = rung.get("restock") in _SHELF if kind == _RETURN else kind == _GOODS
    if not goods or rung is _UNKNOWN:
        return []
    components = rung.get("components")
    if not components:
        return [(rung["item"], -parts_of(rung["quantity"]))]
    many = decimal(rung["quantity"])
    return [(sku, -_product(decimal(each), many)) for sku, each in components]


def _product(each: Decimal, many: Decimal) -> int:
    whole = scaled((each * many).quantize(_FINEST, ROUND_HALF_UP))
    if abs(whole) > AMOUNT_MAX:
        raise Unreadable("a quantity is too large")
    return whole


def _items(basket: Basket) -> dict[str, tuple[str, str, str]]:
    return {
        line["item"]: (line["name"], line["unit"], line["taxes"])
        for line in basket["lines"].values()
    }


HANDLERS = {
    "SaleStarted": started,
    "LineAdded": line_added,
    "LineQuantityChanged": quantity_changed,
    "LinePriceOverridden": price_overridden,
    "LineTraced": line_traced,
    "LineVoided": line_voided,
    "LineRestored": line_restored,
    "SaleNamed": named,
    "SaleVoided": voided,
    "SaleSuspended": suspended,
    "SaleRecalled": recalled,
    "Tendered": tendered,
    "TenderAsked": tender_asked,
    "TenderAnswered": tender_answered,
    "TenderInquired": tender_inquired,
    "TenderVoided": tender_voided,
    "SaleCompleted": completed,
}
