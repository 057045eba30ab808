"""What facts of shifts and drawers mean to the fleet's tables."""

from __future__ import annotations

from appliance.core import codec
from appliance.core.facts import CashDirection, DrawerCause
from appliance.fleet.store.bodies import Body, Unreadable, amount, number, text
from appliance.fleet.store.drawn import Drawn, Told
from appliance.fleet.store.running import Running, Shift

DRAWERS_MAX = 50
_MOVED = {
    CashDirection.PAY_IN.value: 1,
    CashDirection.PAY_OUT.value: -1,
    CashDirection.SAFE_DROP.value: -1,
}


def opened(run: Running, told: Told, body: Body, out: Drawn) -> None:
    shift: Shift = {
        "epoch": told.epoch,
        "shift": number(body, "shift"),
        "drawer": text(body, "drawer", ""),
        "owner": text(body, "owner", ""),
        "currency": text(body, "currency"),
        "day": told.day,
        "opened_ms": told.at_ms,
        "opened_by": told.actor,
        "float_minor": amount(body, "float_minor"),
        "cash_minor": 0,
        "moved_minor": 0,
        "found_minor": 0,
        "sales": 0,
        "gross_minor": 0,
    }
    run.drawer, run.currency = shift["drawer"], shift["currency"]
    if len(run.shifts) >= DRAWERS_MAX:
        run.shifts.clear()
    run.shifts[run.drawer] = shift
    run.voided = None
    out.shifts[shift["epoch"], shift["shift"]] = shift


def chosen(run: Running, _told: Told, body: Body, _out: Drawn) -> None:
    run.drawer = text(body, "drawer", "")


def cash_moved(run: Running, _told: Told, body: Body, out: Drawn) -> None:
    sign = _MOVED.get(text(body, "direction"))
    if sign is None:
        raise Unreadable("direction is none")
    _add(run, out, "moved_minor", sign * amount(body, "amount_minor"))


def handed_over(run: Running, _told: Told, body: Body, out: Drawn) -> None:
    """A count settles what the giver answers for: the taker begins with what was counted."""
    counted, expected = body.get("counted_minor"), amount(body, "expected_minor")
    off = 0 if counted is None else amount(body, "counted_minor") - expected
    taker = text(body, "taker")
    if run.shift is not None:
        run.shift["owner"] = taker
    _add(run, out, "found_minor", off)


def _add(run: Running, out: Drawn, name: str, value: int) -> None:
    if (shift := run.shift) is not None:
        shift[name] += value
        out.shifts[shift["epoch"], shift["shift"]] = shift


def drawer_opened(_run: Running, told: Told, body: Body, out: Drawn) -> None:
    if body.get("cause") == DrawerCause.NO_SALE.value:
        out.add_person(told, no_sales=1)


def closed(run: Running, told: Told, body: Body, out: Drawn) -> None:
    totals, matters = body.get("totals"), body.get("open_matters", [])
    if not isinstance(totals, dict) or not isinstance(matters, list):
        raise Unreadable("totals are none")
    ends = {
        "closed_ms": told.at_ms,
        "closed_by": told.actor,
        "z_number": number(body, "z_number"),
        "counted_minor": amount(body, "counted_minor"),
        "difference_minor": amount(body, "difference_minor"),
        "sales": amount(totals, "sales", 0),
        "gross_minor": amount(totals, "gross_minor", 0),
        "float_minor": amount(totals, "float_minor", 0),
        "reason": text(body, "reason", ""),
        "totals": codec.canonical(totals).decode(),
        "open_matters": codec.canonical(matters).decode(),
    }
    shift = run.shifts.pop(run.drawer, None)
    if shift is None or shift["shift"] != number(body, "shift"):
        # Its opening was never told.
        shift = {
            "epoch": told.epoch,
            "shift": number(body, "shift"),
            "drawer": "",
            "owner": "",
            "currency": run.currency,
            "day": told.day,
            "opened_ms": told.at_ms,
            "opened_by": told.actor,
        }
    run.voided = None
    out.shifts[shift["epoch"], shift["shift"]] = {**shift, **ends}


def row(told: Told, it: Shift) -> tuple[object, ...]:
    """In the order of SHIFT. What should lie in the drawer is what it was counted against."""
    if "closed_ms" in it:
        expected = it["counted_minor"] - it["difference_minor"]
    else:
        expected = sum(
            it[name] for name in ("float_minor", "cash_minor", "moved_minor", "found_minor")
        )
    return (
        *(told.till, it["epoch"], it["shift"], told.shop, it["drawer"], it["owner"]),
        *(it["currency"], it["day"], it["opened_ms"], it["opened_by"], it.get("closed_ms")),
        *(it.get("closed_by"), it.get("z_number"), it["float_minor"], expected),
        *(it.get("counted_minor"), it.get("difference_minor"), it["sales"], it["gross_minor"]),
        *(it.get("totals", "{}"), it.get("reason", ""), it.get("open_matters", "[]")),
    )


SHIFT = (
    *("till", "epoch", "shift", "shop", "drawer", "owner", "currency", "day", "opened_ms"),
    *("opened_by", "closed_ms", "closed_by", "z_number", "float_minor", "expected_minor"),
    *("counted_minor", "difference_minor", "sales", "gross_minor", "totals", "reason"),
    "open_matters",
)

HANDLERS = {
    "ShiftOpened": opened,
    "DrawerChosen": chosen,
    "CashMoved": cash_moved,
    "ShiftHandedOver": handed_over,
    "DrawerOpened": drawer_opened,
    "ShiftClosed": closed,
}
