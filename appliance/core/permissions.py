"""Who may give which command, asked before any rule; what each needs stands in `needs.py`.

Only people have limits. An actor of PROGRAMS is the machine itself or somebody with access to its
socket and files; the access rights of those say who that can be. Somebody who is not, or no longer,
of the staff has the least of the usual roles.
"""

from __future__ import annotations

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.limits import Lack
from appliance.core.needs import ASKED_FIRST, IN_PERSON, NEEDS
from appliance.core.occasion import Occasion
from appliance.core.policy import Policy
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.core.roles import CASHIER, Permission, Role
from appliance.core.state import Shift, State

PROGRAMS = frozenset({"", "till", "cli", "import"})
"""Actors that are no persons: the till's own devices, and what acts from the command line."""


def refused_early(
    state: State, request: c.Request, policy: Policy, occasion: Occasion
) -> Refusal | None:
    """The same for a request that the shell acts upon before the core sees a command."""
    if type(request) not in ASKED_FIRST:
        return None
    return refused(state, request, policy, occasion)


def refused(state: State, command: c.Request, policy: Policy, occasion: Occasion) -> Refusal | None:
    """Why this person may not give this command now, even with the approver's help; or None."""
    lack = lack_of(occasion.actor, state, command, policy)
    if lack is None:
        return None
    if type(command) in IN_PERSON:
        return refuse(Reason.SIGN_IN_FIRST, permission=lack.permission)
    if occasion.approver:
        above = lack_of(occasion.approver, state, command, policy)
        if above is None and occasion.approver not in PROGRAMS:
            return None
        named = above or lack
        return refuse(Reason.APPROVER_MAY_NOT, permission=named.permission, limit=named.limit)
    return refuse(Reason.PERMISSION_NEEDED, permission=lack.permission, limit=lack.limit)


def override(
    state: State, command: c.Command, policy: Policy, occasion: Occasion
) -> f.Overridden | None:
    """The fact that names both when somebody else's permission was needed."""
    if not occasion.approver:
        return None
    lack = lack_of(occasion.actor, state, command, policy)
    if lack is None:
        return None
    return f.Overridden(
        permission=lack.permission.value,
        cashier=occasion.actor,
        approver=occasion.approver,
        command=type(command).__name__,
        detail=lack.limit,
    )


def lack_of(actor: str, state: State, command: c.Request, policy: Policy) -> Lack | None:
    """What the actor lacks for the command; None: nothing."""
    if actor in PROGRAMS:
        return None
    role = role_of(actor, policy)
    for rule in NEEDS.get(type(command), ()):
        if isinstance(rule, Permission):
            lack = None if role.may(rule) else Lack(rule)
        else:
            lack = rule(state, command, policy, role)
        if lack is not None:
            return lack
    return None


def sees_cash(
    state: State, policy: Policy, occasion: Occasion, shifts: tuple[Shift, ...] | None = None
) -> bool:
    """Whether the sums that a blind count is to find may be shown to this person now. shifts: those
    that the sums are of, where it is not the drawer in use alone."""
    if shifts is None:
        shifts = () if state.shift is None else (state.shift,)
    if not policy.blind_count or (shifts and all(it.count is not None for it in shifts)):
        return True
    who = (occasion.actor, occasion.approver or occasion.actor)
    return any(it in PROGRAMS or role_of(it, policy).may(Permission.SEE_CASH) for it in who)


def who_may(refusal: Refusal, policy: Policy) -> tuple[str, ...]:
    """Whose permission would lift the refusal. Their own limits are seen when they give it."""
    try:
        permission = Permission(refusal.params.get("permission", ""))
    except ValueError:
        return ()
    least = role_of("", policy)
    return tuple(
        person.id
        for person in policy.staff
        if (role := policy.roles.get(person.role, least)).may(permission)
        and (not refusal.params.get("limit") or role.name != least.name)
    )


def role_of(actor: str, policy: Policy) -> Role:
    person = next((it for it in policy.staff if it.id == actor), None)
    return CASHIER if person is None else policy.roles.get(person.role, CASHIER)
