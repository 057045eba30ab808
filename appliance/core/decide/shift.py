"""Decisions about people, the shift and the drawer's cash."""

from __future__ import annotations

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.decide.basket import leave_empty
from appliance.core.decide.verdict import Decision, in_short, next_effect
from appliance.core.drawers import (
    between_baskets,
    drawer_in_use,
    drawer_of,
    is_drawer,
    own_drawers,
    shift_of,
)
from appliance.core.money import from_minor
from appliance.core.occasion import Occasion
from appliance.core.open_matters import MONEY, counted, open_matters
from appliance.core.policy import Policy
from appliance.core.refusal import Reason, refuse
from appliance.core.state import State

RECOUNTS_MAX = 1
COUNT_MAX = 99_999
"""Pieces of one denomination: more is a slip of the finger."""


BAG_MAX = 40
"""Characters of a bag's number."""

ShiftCommand = (
    c.OpenShift
    | c.ChooseDrawer
    | c.CountDrawer
    | c.HandOver
    | c.CloseShift
    | c.MoveCash
    | c.DropToSafe
    | c.NoSale
    | c.PrintZ
)


def decide(state: State, command: ShiftCommand, policy: Policy, occasion: Occasion) -> Decision:
    match command:
        case c.MoveCash() | c.NoSale():
            return move_cash(state, command, policy)
        case c.OpenShift():
            return _open(state, command, policy, occasion)
        case c.ChooseDrawer(drawer=drawer):
            return _choose(state, drawer, policy)
        case c.CountDrawer(counts=counts):
            return _count(state, counts, policy)
        case c.HandOver():
            return _hand_over(state, command, policy)
        case c.DropToSafe():
            return _drop(state, command, policy)
        case c.CloseShift():
            return _close(state, command, policy, occasion)
        case c.PrintZ(shift=shift, epoch=epoch, copy=copy):
            number = f.ShiftNumber(shift)
            effect, what = next_effect(state), f.PrintWhat.Z_REPORT
            return (f.PrintRequested(effect, what, shift=number, copy=copy, slip=f"epoch:{epoch}"),)


def _open(state: State, command: c.OpenShift, policy: Policy, occasion: Occasion) -> Decision:
    if not 0 <= command.float_minor <= policy.total_minor_max:
        return refuse(Reason.AMOUNT_NOT_POSITIVE)
    drawer = drawer_in_use(state, policy) if command.drawer is None else command.drawer
    if not is_drawer(state, policy, drawer):
        return refuse(Reason.NO_SUCH_DRAWER, drawer=drawer)
    if shift_of(state, drawer) is not None:
        return refuse(Reason.SHIFT_ALREADY_OPEN)
    number = f.ShiftNumber(state.last_shift + 1)
    owner = state.cashier or occasion.actor
    return (
        f.ShiftOpened(number, command.float_minor, policy.currency, drawer, owner),
        f.DrawerOpened(next_effect(state), f.DrawerCause.SHIFT_OPEN),
    )


def _choose(state: State, drawer: str, policy: Policy) -> Decision:
    if not is_drawer(state, policy, drawer):
        return refuse(Reason.NO_SUCH_DRAWER, drawer=drawer)
    if drawer == state.drawer:
        return ()
    own = own_drawers(policy, state.cashier)
    if own and drawer not in own and drawer_of(policy, drawer) is not None:
        return refuse(Reason.DRAWER_NOT_YOURS, drawer=_name(policy, drawer))
    if not between_baskets(state):
        return refuse(Reason.BASKET_OPEN)
    return (*leave_empty(state), f.DrawerChosen(drawer))


def _name(policy: Policy, drawer: str) -> str:
    known = drawer_of(policy, drawer)
    return known.name if known else drawer


def _count(state: State, counts: tuple[f.DenominationCount, ...], policy: Policy) -> Decision:
    assert state.shift is not None
    known = {d.value_minor for d in policy.denominations}
    values = [row.value_minor for row in counts]
    if len(set(values)) < len(values) or not known.issuperset(values):
        return refuse(Reason.COUNT_WRONG)
    if any(not 0 <= row.count <= COUNT_MAX for row in counts):
        return refuse(Reason.COUNT_WRONG)
    before = state.shift.count
    attempt = 1 if before is None else before.attempt + 1
    if policy.blind_count and attempt > 1 + RECOUNTS_MAX:
        return refuse(Reason.ALREADY_RECOUNTED)
    total = sum(row.value_minor * row.count for row in counts)
    expected = state.shift.cash_minor
    kept = tuple(row for row in counts if row.count)
    return (
        *leave_empty(state),
        f.DrawerCounted(state.shift.shift, attempt, kept, total, expected),
    )


def _unexplained(state: State, reason: str, policy: Policy) -> bool:
    """Whether what was counted is off by more than may go without a word."""
    assert state.shift is not None
    count = state.shift.count
    if count is None or reason.strip():
        return False
    off = abs(count.counted_minor - state.shift.cash_minor)
    return off > 0 and off >= policy.difference_reason_min_minor


def _hand_over(state: State, command: c.HandOver, policy: Policy) -> Decision:
    shift = state.shift
    assert shift is not None
    if all(person.id != command.taker for person in policy.staff):
        return refuse(Reason.STAFF_UNKNOWN, staff=command.taker)
    if command.taker == shift.owner:
        return refuse(Reason.DRAWER_ALREADY_THEIRS)
    known = drawer_of(policy, shift.drawer)
    if known is not None and known.staff and command.taker not in known.staff:
        return refuse(Reason.DRAWER_NOT_THEIRS, drawer=known.name)
    if _unexplained(state, command.reason, policy):
        return refuse(Reason.DIFFERENCE_REASON)
    count = shift.count
    handed = f.ShiftHandedOver(
        shift.shift,
        giver=shift.owner,
        taker=command.taker,
        expected_minor=shift.cash_minor,
        counted_minor=None if count is None else count.counted_minor,
        reason=in_short(command.reason),
    )
    slip = f"handover:{shift.shift}/{shift.handovers + 1}"
    printed = f.PrintRequested(next_effect(state), f.PrintWhat.SLIP, shift=shift.shift, slip=slip)
    return (*leave_empty(state), handed, printed)


def _drop(state: State, command: c.DropToSafe, policy: Policy) -> Decision:
    shift, bag = state.shift, command.bag.strip()
    assert shift is not None
    if not 0 < len(bag) <= BAG_MAX:
        return refuse(Reason.BAG_NEEDED)
    known = {d.value_minor for d in policy.denominations}
    if any(it.value_minor not in known or not 0 <= it.count <= COUNT_MAX for it in command.counts):
        return refuse(Reason.COUNT_WRONG)
    total = sum(it.value_minor * it.count for it in command.counts)
    amount = total if command.counts else command.amount_minor
    if amount <= 0 or (command.counts and command.amount_minor not in (0, amount)):
        return refuse(Reason.AMOUNT_NOT_POSITIVE)
    if amount > policy.total_minor_max:
        return refuse(Reason.TOTAL_TOO_LARGE)
    if amount > shift.cash_minor:
        return refuse(Reason.NOT_ENOUGH_CASH)
    cause, to_safe = f.DrawerCause.SAFE_DROP, f.CashDirection.SAFE_DROP
    moved = f.CashMoved(shift.shift, to_safe, amount, _in_words(command.counts, policy), bag)
    opened = f.DrawerOpened(next_effect(state), cause, bag)
    slip = f"drop:{shift.shift}/{shift.drops + 1}"
    effect = next_effect(state, (opened,))
    printed = f.PrintRequested(effect, f.PrintWhat.SLIP, shift=shift.shift, slip=slip)
    return (moved, opened, printed)


def _in_words(counts: tuple[f.DenominationCount, ...], policy: Policy) -> str:
    """What lies in the bag, for whoever opens it: "5 × 1000, 2 × 500"."""
    kept = sorted((it for it in counts if it.count), key=lambda it: -it.value_minor)
    parts = ((it.count, from_minor(it.value_minor, policy.currency)) for it in kept)
    return ", ".join(f"{count} × {value.normalize():f}" for count, value in parts)


def _close(state: State, command: c.CloseShift, policy: Policy, occasion: Occasion) -> Decision:
    assert state.shift is not None
    shift, bag, drop = state.shift, command.bag.strip(), command.drop_minor
    if shift.count is None:
        return refuse(Reason.NOT_COUNTED)
    if _unexplained(state, command.reason, policy):
        return refuse(Reason.DIFFERENCE_REASON)
    if not 0 <= drop <= shift.count.counted_minor:
        return refuse(Reason.NOT_ENOUGH_CASH)
    if drop and not 0 < len(bag) <= BAG_MAX:
        return refuse(Reason.BAG_NEEDED)
    matters = open_matters(state, occasion.at.date())
    if not command.anyway and any(it.kind in MONEY for it in matters):
        return refuse(Reason.MATTERS_OPEN)
    closed = f.ShiftClosed(
        shift=shift.shift,
        z_number=state.last_z + 1,
        totals=shift.totals,
        counted_minor=shift.count.counted_minor,
        difference_minor=shift.count.counted_minor - shift.totals.cash_minor,
        reason=in_short(command.reason),
        open_matters=counted(matters),
        drop_minor=drop,
        bag=bag if drop else "",
    )
    effect = next_effect(state)
    printed = f.PrintRequested(effect, f.PrintWhat.Z_REPORT, shift=shift.shift)
    return (*leave_empty(state), closed, printed)


def move_cash(state: State, command: c.MoveCash | c.NoSale, policy: Policy) -> Decision:
    """Pay-in, pay-out and no-sale; each opens the drawer and has a reason."""
    assert state.shift is not None
    reason = in_short(command.reason)
    if not reason:
        return refuse(Reason.REASON_NEEDED)
    effect = next_effect(state)
    match command:
        case c.NoSale(counting=counting):
            cause = f.DrawerCause.COUNT if counting else f.DrawerCause.NO_SALE
            return (f.DrawerOpened(effect, cause, reason),)
        case c.MoveCash(direction=direction, amount_minor=amount):
            if amount <= 0:
                return refuse(Reason.AMOUNT_NOT_POSITIVE)
            if amount > policy.total_minor_max:
                return refuse(Reason.TOTAL_TOO_LARGE)
            if direction is f.CashDirection.SAFE_DROP:
                return refuse(Reason.BAG_NEEDED)
            out = direction is f.CashDirection.PAY_OUT
            if out and amount > state.shift.cash_minor:
                return refuse(Reason.NOT_ENOUGH_CASH)
            cause = f.DrawerCause.PAY_OUT if out else f.DrawerCause.PAY_IN
            return (
                f.CashMoved(state.shift.shift, direction, amount, reason),
                f.DrawerOpened(effect, cause, reason),
            )
