"""The list of card terminals in the shop: who looked, what is due, what was tampered with."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.decide import decide
from appliance.core.evolve import replay
from appliance.core.look import Names, look
from appliance.core.occasion import Occasion
from appliance.core.open_matters import MONEY, MatterKind, open_matters
from appliance.core.refusal import Reason, Refusal

from .builders import POLICY, Bench, opened

DAY = date(2026, 11, 2)
LISTED = c.ListTerminal(
    "P400-1", "Verifone", "P400", "counter 1", photo="a.jpg", photo_sha256="ab" * 32
)


def tries(
    bench: Bench, command: c.Command, day: date = DAY, who: str = "ivan", approver: str = ""
) -> tuple[f.Fact, ...] | Refusal:
    at = datetime.combine(day, datetime.min.time())
    answer = decide(bench.state, command, bench.policy, Occasion(at, who, approver))
    if not isinstance(answer, Refusal):
        bench.state = replay(bench.state, answer)
    return answer


def reason(answer: tuple[f.Fact, ...] | Refusal) -> Reason:
    assert isinstance(answer, Refusal)
    return answer.reason


@pytest.fixture
def bench() -> Bench:
    made = opened()
    tries(made, LISTED)
    return made


def kinds(bench: Bench, day: date = DAY) -> list[MatterKind]:
    return [it.kind for it in open_matters(bench.state, day)]


def test_a_listed_terminal_is_looked_at_by_a_person_on_a_day_and_is_due_after_its_interval(
    bench: Bench,
) -> None:
    (it,) = bench.state.terminals
    assert (it.by, it.on, it.due) == ("ivan", "2026-11-02", "2026-12-02")
    assert (it.photo, it.photo_sha256) == ("a.jpg", "ab" * 32)
    assert reason(tries(bench, LISTED)) is Reason.TERMINAL_KNOWN


@pytest.mark.parametrize("days", [0, -1, 367, 10**9])
def test_an_interval_is_one_day_to_a_year(days: int) -> None:
    wrong = c.ListTerminal("7", "Verifone", "P400", "counter", days)
    assert reason(tries(opened(), wrong)) is Reason.TERMINAL_INCOMPLETE


@pytest.mark.parametrize(
    "wrong",
    [
        c.ListTerminal(" ", "Verifone", "P400", "counter"),
        c.ListTerminal("7", "Verifone", "P400", ""),
        c.ListTerminal("7", "Verifone", "P400", "counter", photo="a.jpg"),
        c.ListTerminal("7", "Verifone", "P400", "counter", photo_sha256="ab" * 32),
        c.ListTerminal("7", "Verifone", "P400", "counter", photo="a.jpg", photo_sha256="xyz"),
    ],
)
def test_what_is_missing_is_asked_for(wrong: c.ListTerminal) -> None:
    assert reason(tries(opened(), wrong)) is Reason.TERMINAL_INCOMPLETE


def test_a_look_is_overdue_on_the_day_after_it_was_due_and_not_before(bench: Bench) -> None:
    due = DAY + timedelta(days=30)
    assert kinds(bench, due) == []
    assert kinds(bench, due + timedelta(days=1)) == [MatterKind.TERMINAL_UNSEEN]
    tries(bench, c.InspectTerminal("P400-1"), due + timedelta(days=1))
    assert kinds(bench, due + timedelta(days=1)) == []
    assert kinds(bench, due + timedelta(days=32)) == [MatterKind.TERMINAL_UNSEEN]


def test_a_terminal_tampered_with_stays_open_until_a_look_finds_it_fine(bench: Bench) -> None:
    assert reason(tries(bench, c.InspectTerminal("P400-1", tampered=True, seen=" "))) is (
        Reason.TERMINAL_SAY_WHAT
    )
    tries(bench, c.InspectTerminal("P400-1", tampered=True, seen="overlay on the keys"))
    assert kinds(bench) == [MatterKind.TERMINAL_TAMPERED]
    assert bench.state.terminals[0].seen == "overlay on the keys"
    assert MatterKind.TERMINAL_TAMPERED not in MONEY  # the day can be closed over it
    tries(bench, c.InspectTerminal("P400-1"))
    assert kinds(bench) == []
    assert bench.state.terminals[0].seen == ""


def test_a_retired_terminal_is_nobody_s_matter_and_may_come_back(bench: Bench) -> None:
    tries(bench, c.InspectTerminal("P400-1", tampered=True, seen="a new cable"))
    assert reason(tries(bench, c.RetireTerminal("P400-1", ""))) is Reason.TERMINAL_SAY_WHAT
    tries(bench, c.RetireTerminal("P400-1", "given back to the bank"))
    assert bench.state.terminals == ()
    assert kinds(bench) == []
    assert reason(tries(bench, c.InspectTerminal("P400-1"))) is Reason.TERMINAL_NOT_LISTED
    assert not isinstance(tries(bench, LISTED), Refusal)


@pytest.mark.parametrize("program", ["", "till", "cli", "import"])
def test_no_program_looks_at_a_terminal(bench: Bench, program: str) -> None:
    answer = tries(bench, c.InspectTerminal("P400-1"), who=program)
    assert reason(answer) is Reason.TERMINAL_PERSON


def test_a_cashier_needs_a_manager_who_is_then_named(bench: Bench) -> None:
    looked = c.InspectTerminal("P400-1")
    for command in (LISTED, looked, c.RetireTerminal("P400-1", "gone")):
        assert reason(tries(bench, command, who="olena")) is Reason.PERMISSION_NEEDED
    override, inspected = tries(bench, looked, who="olena", approver="ivan")  # type: ignore[misc]
    assert isinstance(override, f.Overridden)
    assert isinstance(inspected, f.TerminalInspected)
    assert inspected.by == "ivan"


def test_a_locked_till_still_tells_the_doctor(bench: Bench) -> None:
    tries(bench, c.InspectTerminal("P400-1", tampered=True, seen="a new cable"))
    shown = look(replace(bench.state, locked=True), POLICY, Names("s", "t"), DAY)
    assert shown.cash.matters == ()
    assert [it.kind for it in shown.pay.to_look_at] == [MatterKind.TERMINAL_TAMPERED]


def test_the_screen_and_the_z_report_are_told(bench: Bench) -> None:
    late = DAY + timedelta(days=40)
    shown = look(bench.state, POLICY, Names("s", "t"), late)
    assert [(it.kind, it.name) for it in shown.cash.matters] == [
        (MatterKind.TERMINAL_UNSEEN, "P400-1")
    ]
    assert [it.serial for it in shown.pay.listed] == ["P400-1"]
    tries(bench, c.CountDrawer((f.DenominationCount(100_00, 1),)), late)
    facts = tries(bench, c.CloseShift(), late)
    assert not isinstance(facts, Refusal)
    (closed,) = (it for it in facts if isinstance(it, f.ShiftClosed))
    assert closed.open_matters == ("terminal_unseen:1",)
