"""Decisions about the staff list: it never loses the last who can look after it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.decide.verdict import Decision
from appliance.core.occasion import Occasion
from appliance.core.policy import Person, Policy
from appliance.core.refusal import Reason, refuse
from appliance.core.roles import Permission, Role
from appliance.core.state import State

StaffCommand = c.SeeStaff | c.ChangeStaff


def decide(state: State, command: StaffCommand, policy: Policy, _occasion: Occasion) -> Decision:
    if isinstance(command, c.SeeStaff):
        return ()
    left = [it for it in policy.staff if it.id != command.staff]
    if command.change is not f.StaffChange.REMOVED:
        left.append(Person(command.staff, command.name, command.role))
    elif command.staff == state.cashier:
        return refuse(Reason.STAFF_AT_TILL, name=command.name)
    wrong = unmanaged(policy.staff, left, command.able, policy.roles)
    if wrong is not None:
        return refuse(wrong)
    return (f.StaffChanged(command.staff, command.change, command.name, command.role),)


def unmanaged(
    before: Iterable[Person],
    after: Iterable[Person],
    able: frozenset[str],
    roles: Mapping[str, Role],
) -> Reason | None:
    """Why a staff list may not become another one: a manager stays, and while PINs or badges are
    asked for at all, one who has some. able: who has, after the change."""
    left = _managers(after, roles)
    if not left and _managers(before, roles):
        return Reason.LAST_MANAGER
    return Reason.MANAGER_FIRST if able and not left & able else None


def _managers(people: Iterable[Person], roles: Mapping[str, Role]) -> frozenset[str]:
    known = (it for it in people if it.role in roles)
    return frozenset(it.id for it in known if roles[it.role].may(Permission.STAFF))
