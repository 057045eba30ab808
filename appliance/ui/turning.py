"""Which page the till's state brings up by itself: a lock, somebody asked for, a finished sale."""

from __future__ import annotations

from appliance.core.facts import LineKind
from appliance.core.refusal import Reason
from appliance.core.view import LineLook, Look

HOME = "home"
"""Wherever the till stands: selling, opening a shift, locked."""

OF_ONE = frozenset({"staff_list", "person", "person_name", "person_role", "person_pin", "signals"})
"""Pages that whoever takes the till over does not inherit."""


def page_for(look: Look, before: Look, at: str, *, sold: bool) -> str:
    """The page to show after a new view, "" to stay. at: the page that is up; sold: a sale was
    finished since the last one that was shown."""
    people = _for_people(look, before, at)
    if people:
        return people
    card = look.accounts.card
    if card is not None and look.accounts.serial != before.accounts.serial:
        return "" if at == "card" else "card"
    if sold:
        return "done"
    if look.pay.code is not None and look.pay.code != before.pay.code:
        return "pay_code"
    if _terminal_asked(look, before):
        return "terminal"
    if _receipt_found(look, before):
        return "return_lines"
    if look.stock.at == "serial" and before.stock.at != "serial":
        return "serial"
    over = (
        (at == "serial" and look.stock.at != "serial")
        or (look.shift is None) != (before.shift is None)
        or (at in ("done", "idle", "cash", "pay") and _basket_grew(look, before))
    )
    return HOME if over else ""


def _for_people(look: Look, before: Look, at: str) -> str:
    """Locked or unlocked, a manager or an age asked for: these go before all."""
    people, then = look.people, before.people
    if people.locked != then.locked or (at in OF_ONE and look.cashier != before.cashier):
        return HOME
    wanted = people.wanted
    if wanted is not None and (then.wanted is None or then.wanted.serial != wanted.serial):
        return "age" if wanted.reason == Reason.AGE_CHECK_NEEDED else "approve"
    return HOME if wanted is None and at in ("age", "approve") else ""


def _terminal_asked(look: Look, before: Look) -> bool:
    now, then = look.pay.asked, before.pay.asked
    return now is not None and (then is None or then.tender != now.tender)


def _receipt_found(look: Look, before: Look) -> bool:
    found, known = look.receipts, before.receipts
    if found is None or found.receipt is None or (found.scanned and look.shift is None):
        return False
    return known is None or known.serial != found.serial


def _basket_grew(look: Look, before: Look) -> bool:
    """Not by a tip or a service charge: these are given on the way to paying, and paying goes on."""
    now, then = _goods(look), _goods(before)
    return now != then and bool(now)


def _goods(look: Look) -> tuple[LineLook, ...]:
    lines = look.basket.lines if look.basket else ()
    return tuple(it for it in lines if it.kind not in (LineKind.TIP, LineKind.SERVICE_CHARGE))
