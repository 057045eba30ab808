"""What the screens show of drawers, of the safe, and of what the end of the day leaves open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from appliance.core.cash import notes_for
from appliance.core.drawers import (
    drawer_in_use,
    drawer_of,
    likely_float,
    open_shifts,
    own_drawers,
    shift_of,
)
from appliance.core.occasion import ANY, Occasion
from appliance.core.open_matters import OpenMatter, held_foreign, open_matters, uncounted
from appliance.core.permissions import sees_cash
from appliance.core.policy import Policy
from appliance.core.receipt import ReportSection
from appliance.core.state import Shift, State


@dataclass(frozen=True, slots=True)
class DrawerLook:
    """owner: the name of who answers for it, "" while its shift is closed. theirs: set up for
    others than who is signed in."""

    id: str
    name: str
    in_use: bool = False
    open: bool = False
    owner: str = ""
    float_minor: int = 0
    theirs: bool = False


@dataclass(frozen=True, slots=True)
class ForeignHeld:
    """Foreign notes in the drawer. expected: None before a blind count; both in their own minor
    units. waits: they came after the last count."""

    currency: str
    counted_minor: int | None = None
    expected_minor: int | None = None
    waits: bool = False


@dataclass(frozen=True, slots=True)
class PastShiftLook:
    """A closed shift. closed_at: local, ISO 8601. closed_by, drawer: names. left_open: how many
    matters were."""

    z_number: int
    epoch: int
    closed_at: str
    closed_by: str
    drawer: str
    sales: int
    gross_minor: int
    difference_minor: int
    left_open: int = 0


@dataclass(frozen=True, slots=True)
class XLook:
    """An X report on the screen. of: its scope (core/x_scope.py); scopes: those to choose from, with
    the name of a person whose sales one is of."""

    of: str
    number: str
    sections: tuple[ReportSection, ...]
    scopes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CashLook:
    """drawers: of a till that has several. sees: the person may see what a count is to find.
    full: notes should go to the safe; drop: which, as (value, count). found_minor: what handovers
    found off in this shift, None while that is nobody's business. past, x: None unless asked for."""

    drawers: tuple[DrawerLook, ...] = ()
    owner: str = ""
    owner_name: str = ""
    sees: bool = True
    full: bool = False
    drop: tuple[tuple[int, int], ...] = ()
    keep_minor: int = 0
    safe_drop_minor: int = 0
    found_minor: int | None = None
    matters: tuple[OpenMatter, ...] = ()
    foreign: tuple[ForeignHeld, ...] = ()
    past: tuple[PastShiftLook, ...] | None = None
    x: XLook | None = None


def cash_look(state: State, policy: Policy, today: date | None = None) -> CashLook:
    sees = sees_cash(state, policy, Occasion(ANY.at, state.cashier))
    shift = state.shift
    cash = shift.cash_minor if shift else 0
    full = is_full(state, policy)
    surplus = cash - policy.drawer_target_minor if full else 0
    owner = shift.owner if shift else ""
    return CashLook(
        drawers=_drawers(state, policy),
        owner=owner,
        owner_name=_name(policy, owner),
        sees=sees,
        full=full,
        drop=notes_for(surplus, policy.denominations, coarse=not sees),
        keep_minor=policy.drawer_target_minor or policy.opening_float_minor,
        safe_drop_minor=shift.totals.safe_drop_minor if shift else 0,
        found_minor=shift.found_minor if shift and sees else None,
        matters=() if state.locked else open_matters(state, today),
        foreign=_foreign(shift, sees) if shift is not None else (),
    )


def _foreign(shift: Shift, sees: bool) -> tuple[ForeignHeld, ...]:
    counts = {it.currency: it for it in shift.foreign}
    held, waiting = held_foreign(shift), uncounted(shift)
    looks = []
    for code in sorted({*held, *counts}):
        waits, known = code in waiting, counts.get(code)
        told = sees or not waits
        counted = known.counted_minor if known is not None and not waits else None
        looks.append(ForeignHeld(code, counted, held.get(code, 0) if told else None, waits))
    return tuple(looks)


def is_full(state: State, policy: Policy) -> bool:
    """More cash than a shop wants to lose at once."""
    most = policy.drawer_max_minor
    return bool(most) and state.shift is not None and state.shift.cash_minor > most


def _drawers(state: State, policy: Policy) -> tuple[DrawerLook, ...]:
    ids = [it.id for it in policy.drawers]
    ids += [it.drawer for it in open_shifts(state) if it.drawer not in ids]
    if len(ids) < 2:
        return ()
    chosen = drawer_in_use(state, policy)
    own = own_drawers(policy, state.cashier)
    looks = []
    for id_ in ids:
        known, shift = drawer_of(policy, id_), shift_of(state, id_)
        theirs = bool(known and known.staff) and id_ not in own
        looks.append(
            DrawerLook(
                id=id_,
                name=known.name if known else id_,
                in_use=id_ == chosen,
                open=shift is not None,
                owner=_name(policy, shift.owner) if shift else "",
                float_minor=likely_float(state, policy, id_),
                theirs=theirs or (bool(own) and id_ not in own),
            )
        )
    return tuple(looks)


def _name(policy: Policy, staff: str) -> str:
    return next((it.name for it in policy.staff if it.id == staff), staff)


def closed_at(at: datetime) -> str:
    return at.isoformat(timespec="minutes")
