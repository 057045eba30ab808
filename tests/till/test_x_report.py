"""X reports: of one drawer, of the whole till, of a person; and what they keep to themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.devices import Outcome
from appliance.core.policy import Drawer, Person
from appliance.core.refusal import Reason, Refusal
from appliance.core.roles import ROLES, Role
from appliance.core.sums import sum_totals
from tests.core.builders import POLICY
from tests.till.builders import Running, open_shift, running
from tests.till.test_shift_papers import printed

TWO = replace(POLICY, drawers=(Drawer("left", "Ліва"), Drawer("right", "Права")))
ALL = c.ShowShifts()
SEEN = replace(
    TWO,
    blind_count=False,
    staff=(*TWO.staff, Person("guest", "Гість", "nobody")),
    roles={**ROLES, "nobody": Role("nobody", frozenset())},
)


def at_two_drawers(it: Running) -> None:
    """Olena sells milk at the left; Ivan and she a loaf each at the right."""
    open_shift(it)
    it.sells("milk")
    it.does(c.TenderCash())
    it.does(c.SignIn("ivan"))
    it.does(c.ChooseDrawer("right"))
    it.does(c.OpenShift(50_00))
    it.sells("bread")
    it.does(c.TenderCash())
    it.does(c.SignIn("olena"))
    it.sells("bread")
    it.does(c.TenderCash())


@pytest.fixture
def seen(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path, policy=SEEN) as it:
        at_two_drawers(it)
        yield it


@pytest.fixture
def blind(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path, policy=TWO) as it:
        at_two_drawers(it)
        yield it


def x_of(it: Running, scope: str = "") -> dict[str, str | int | None]:
    """What the screen shows; its paper says the same."""
    it.does(c.PrintXReport(scope))
    paper = printed(it, it.till.policy)
    job = it.till.journal.state.effects[-1].effect
    it.does(c.StartEffect(job))
    it.does(c.EndEffect(job, Outcome.DONE))
    it.till.ask(c.ShowX(scope))
    it.till.ask(c.NeverMind(), spoken=False)
    x = it.till.look.cash.x
    assert x is not None
    shown = [
        (row.label, row.text or row.amount_minor or row.count)
        for section in x.sections
        for row in section.rows
    ]
    assert shown == paper
    return dict(shown)


def test_a_drawer_its_own_sums_alone(seen: Running) -> None:
    rows = x_of(seen)
    assert (rows["Drawer"], rows["Sales"], rows["Takings"]) == ("Права", 2, 49_00)
    assert rows["Expected in drawer"] == 50_00 + 49_00
    assert (rows["Олена × 1"], rows["Іван × 1"]) == (24_50, 24_50)


def test_the_whole_till_is_its_drawers_together(seen: Running) -> None:
    rows = x_of(seen, "till")
    assert (rows["Права × 2"], rows["Ліва × 1"]) == (49_00, 46_90)
    assert (rows["Sales"], rows["Takings"], rows["Float"]) == (3, 95_90, 150_00)
    assert rows["Expected in drawer"] == 150_00 + 49_00 + 47_00
    assert (rows["Олена × 2"], rows["Іван × 1"]) == (71_40, 24_50)
    shifts = seen.till.journal.state
    assert shifts.shift is not None
    totals = sum_totals(it.totals for it in (shifts.shift, *shifts.other_shifts))
    assert totals.cash_minor == rows["Expected in drawer"]


def test_a_person_is_told_of_at_every_drawer_and_of_no_drawer(seen: Running) -> None:
    rows = x_of(seen, "cashier:olena")
    assert (rows["Cashier"], rows["Sales"], rows["Takings"]) == ("Олена", 2, 71_40)
    assert rows["Cash"] == 71_50
    assert not {"Float", "Expected in drawer", "Voided lines"} & rows.keys()


def test_nothing_tells_a_cashier_before_a_blind_count_what_it_is_to_find(blind: Running) -> None:
    for scope in ("", "till", "cashier:olena", "cashier:ivan"):
        rows = x_of(blind, scope)
        assert not {"Takings", "Cash", "Cash sales", "Expected in drawer"} & rows.keys()
        assert not {46_90, 24_50, 49_00, 71_40, 95_90, 47_00} & set(rows.values())
    scopes = blind.till.look.cash.x
    assert scopes is not None
    assert [scope for scope, _ in scopes.scopes] == ["", "till", "cashier:olena"]


def test_a_manager_sees_them_all_the_same(blind: Running) -> None:
    blind.does(c.SignIn("ivan"))
    rows = x_of(blind, "till")
    assert rows["Takings"] == 95_90


def test_one_drawer_counted_does_not_open_the_other(blind: Running) -> None:
    blind.does(c.CountDrawer((f.DenominationCount(50_00, 1),)))
    assert "Takings" in x_of(blind)
    assert "Takings" not in x_of(blind, "till")


@pytest.mark.parametrize("scope", ["cashier:", "cashier:nobody", "shop", "till:1"])
def test_there_is_no_x_report_of_what_is_not_there(seen: Running, scope: str) -> None:
    for request in (c.PrintXReport(scope), c.ShowX(scope)):
        answer = seen.tries(request)
        assert isinstance(answer, Refusal)
        assert answer.reason is Reason.NO_SUCH_X


def test_the_whole_till_is_told_while_the_drawer_in_use_is_closed(seen: Running) -> None:
    seen.does(c.CountDrawer(()))
    seen.does(c.CloseShift("порахую потім"))
    answer = seen.tries(c.PrintXReport())
    assert isinstance(answer, Refusal)
    assert answer.reason is Reason.NO_SHIFT
    assert x_of(seen, "till")["Takings"] == 46_90


def test_paper_that_waited_until_the_shift_was_closed_tells_how_it_ended(seen: Running) -> None:
    seen.does(c.PrintXReport())
    seen.does(c.CountDrawer(()))
    before = printed(seen, SEEN)
    seen.does(c.CloseShift("порахую потім"))
    assert printed(seen, SEEN, f.PrintWhat.X_REPORT) == before


def test_an_uncounted_drawer_that_changes_hands_keeps_its_sum_to_itself(blind: Running) -> None:
    blind.does(c.HandOver("olena"))
    rows = dict(printed(blind, TWO))
    assert rows["Counted"] == "—"
    assert "Expected in drawer" not in rows


@pytest.mark.parametrize(("shown", "left"), [(c.ShowX(), c.ShowX(None)), (ALL, c.ShowShifts(0))])
def test_sums_are_shown_to_who_may_see_them_and_anybody_leaves_the_page(
    seen: Running, shown: c.Request, left: c.Request
) -> None:
    answer = seen.tries(shown, actor="guest")
    assert isinstance(answer, Refusal)
    assert answer.reason is Reason.PERMISSION_NEEDED
    assert not isinstance(seen.tries(left, actor="guest"), Refusal)
