"""May the till be updated now: pure, from what it shows and what the machine measures."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from appliance.board import power
from appliance.core.devices import Category, DeviceState

if TYPE_CHECKING:
    from appliance.core.view import Look
    from appliance.wire.firmware import Window

FREE_MIN_BYTES = 50_000_000
"""Below it the till sells no more either."""
COPIES = 2
"""Of the journal, beside that: the health check makes one, and its tables anew in it."""
HEAT_MAX_MC = 75_000
"""Thousandths of a degree; a Raspberry Pi slows down at 80."""
POWER_BITS = power.LOW_NOW | power.SLOWED_NOW | power.LOW_BEFORE
"""A supply that was too weak since the start is too weak for a card that is being written."""


class Hold(StrEnum):
    """What an update waits for. payment: one whose end nobody knows. cash: a drawer that somebody
    closed without counting it is still open. outbox: facts that the fleet does not have. paper: a
    slip is being printed. till: the till itself did not answer, so nobody knows. system: what only
    root may do is not done, since its helper or RAUC does not answer."""

    BASKET = "basket"
    PAYMENT = "payment"
    SHIFT = "shift"
    CASH = "cash"
    PAPER = "paper"
    OUTBOX = "outbox"
    DISK = "disk"
    POWER = "power"
    TEMPERATURE = "temperature"
    NOT_BEFORE = "not_before"
    WINDOW = "window"
    CLOCK = "clock"
    TILL = "till"
    SYSTEM = "system"


FREE = frozenset({Hold.OUTBOX, Hold.PAPER})
"""These keep nobody from writing the other slot: only from starting it."""


@dataclass(frozen=True, slots=True)
class View:
    """shift_open: of any drawer. counted: no open drawer, or one that was counted. waiting: facts
    that the fleet has not acknowledged. minute: of the shop's day. stick: whoever stands at the till
    asked for it, so neither hour nor fleet is waited for. journal_bytes: how long
    the journal is. None: cannot be measured here."""

    basket: bool = False
    payment: bool = False
    shift_open: bool = False
    counted: bool = True
    printing: bool = False
    waiting: int = 0
    free_bytes: int | None = None
    journal_bytes: int = 0
    heat_mc: int | None = None
    power_bits: int | None = None
    now_ms: int = 0
    minute: int = 0
    clock_known: bool = True
    not_before_ms: int = 0
    window: Window | None = None
    deadline_ms: int = 0
    stick: bool = False


def may_update(view: View) -> tuple[Hold, ...]:
    """Why not now, the till's own reasons first; nothing: it may."""
    late = 0 < view.deadline_ms <= view.now_ms
    window = view.window
    wrong = {
        Hold.BASKET: view.basket,
        Hold.PAYMENT: view.payment,
        Hold.SHIFT: view.shift_open,
        Hold.CASH: not view.counted,
        Hold.PAPER: view.printing,
        Hold.OUTBOX: view.waiting > 0 and not view.stick,
        Hold.DISK: view.free_bytes is not None and view.free_bytes < _needed(view),
        Hold.POWER: bool((view.power_bits or 0) & POWER_BITS),
        Hold.TEMPERATURE: view.heat_mc is not None and view.heat_mc > HEAT_MAX_MC,
        Hold.CLOCK: _timed(view) and not view.clock_known and not view.stick,
        Hold.NOT_BEFORE: view.now_ms < view.not_before_ms and not view.stick,
        Hold.WINDOW: not (window is None or late or view.stick or window.holds(view.minute)),
    }
    return tuple(hold for hold, holds in wrong.items() if holds)


def _needed(view: View) -> int:
    return FREE_MIN_BYTES + COPIES * view.journal_bytes


def _timed(view: View) -> bool:
    return bool(view.not_before_ms) or view.window is not None


def _prints(look: Look) -> bool:
    """What waits for a printer that is away waits on after a restart; what prints now would be cut."""
    ready = any(
        it.category is Category.POS_PRINTER and it.state is DeviceState.READY for it in look.devices
    )
    return ready and any(it.waiting for it in look.matters)


def of_look(look: Look) -> View:
    """What the till's own view says; the machine's measures are put in by whoever has them."""
    open_drawers = look.shift is not None or any(it.open for it in look.cash.drawers)
    return View(
        basket=look.basket is not None or look.people.resting or look.people.basket_waits,
        payment=look.pay.asked is not None or bool(look.pay.open),
        shift_open=open_drawers,
        counted=look.shift is None or look.shift.attempt > 0,
        printing=_prints(look),
        waiting=look.fleet.waiting if look.fleet.member else 0,
    )
