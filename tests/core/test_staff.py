"""The staff list under any changes: somebody always stays who can look after it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.decide import decide
from appliance.core.occasion import Occasion
from appliance.core.policy import Person
from appliance.core.refusal import Reason, Refusal
from appliance.core.roles import CASHIER, ROLES, Permission, Role
from appliance.people.staff import Secrets

from .builders import POLICY, opened
from .test_restrictions import NOON

NAMES = ("ivan", "olena", "taras")
CHANGES = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.sampled_from(f.StaffChange),
        st.sampled_from(("cashier", "senior", "manager")),
    ),
    max_size=25,
)


@given(CHANGES)
def test_no_changes_ever_leave_a_shop_without_a_manager_who_gets_in(
    changes: list[tuple[str, f.StaffChange, str]],
) -> None:
    bench, policy = opened(), POLICY
    pins: frozenset[str] = frozenset()
    badges: frozenset[str] = frozenset()
    for staff, change, wished in changes:
        person = next((it for it in policy.staff if it.id == staff), None)
        if (person is None) != (change is f.StaffChange.ADDED):
            continue  # the shell knows who is there
        stays = person is not None and change is not f.StaffChange.CHANGED
        role = person.role if person is not None and stays else wished
        able = Secrets(pins, badges).after(change, staff)
        command = c.ChangeStaff(staff, change, staff, role, able)
        if isinstance(decide(bench.state, command, policy, Occasion(NOON, "cli")), Refusal):
            continue
        people = [it for it in policy.staff if it.id != staff]
        match change:
            case f.StaffChange.PIN_SET:
                pins |= {staff}
            case f.StaffChange.BADGE_GIVEN:
                badges |= {staff}
            case f.StaffChange.BADGE_BLOCKED:
                badges -= {staff}
            case f.StaffChange.REMOVED:
                pins, badges = pins - {staff}, badges - {staff}
        if change is not f.StaffChange.REMOVED:
            people.append(Person(staff, staff, role))
        policy = replace(policy, staff=tuple(people))
        managers = {it.id for it in policy.staff if it.role == "manager"}
        assert managers
        assert not pins | badges or managers & (pins | badges)


def test_whoever_is_at_the_till_is_not_removed_under_his_hands() -> None:
    bench = opened()
    command = c.ChangeStaff("olena", f.StaffChange.REMOVED, "Олена", "cashier")
    answer = decide(bench.state, command, POLICY, Occasion(NOON, "ivan"))
    assert isinstance(answer, Refusal)
    assert answer.params == {"name": "Олена"}


def test_a_deputy_looks_after_cashiers_and_makes_no_manager_not_even_of_himself() -> None:
    deputy = Role("deputy", CASHIER.permissions | {Permission.STAFF})
    shop = replace(
        POLICY,
        staff=(*POLICY.staff, Person("sofiia", "Софія", "deputy")),
        roles={**ROLES, "deputy": deputy},
    )
    changed = f.StaffChange.CHANGED
    able = frozenset({"ivan"})
    for command, taken in (
        (c.ChangeStaff("olena", changed, "Олена Б.", "cashier", able), True),
        (c.ChangeStaff("olena", f.StaffChange.PIN_SET, "Олена", "cashier", able), True),
        (c.ChangeStaff("olena", changed, "Олена", "manager", able), False),
        (c.ChangeStaff("sofiia", changed, "Софія", "manager", able), False),
        (c.ChangeStaff("ivan", f.StaffChange.PIN_SET, "Іван", "manager", able), False),
        (c.ChangeStaff("ivan", changed, "Іван", "cashier", able), False),
    ):
        answer = decide(opened(policy=shop).state, command, shop, Occasion(NOON, "sofiia"))
        assert isinstance(answer, tuple) is taken, command
        if isinstance(answer, Refusal):
            assert answer.reason is Reason.SIGN_IN_FIRST
