"""The X report's page: whose sums are up, and that its paper is of the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.receipt import ReportRow
from appliance.ui.screens.x_report import Cell, in_two
from tests.ui.rig import BREAD, MILK, Rig

Opened = Callable[..., Rig]
TWO_PEOPLE = (
    *(c.SignIn("olena"), c.OpenShift(1000_00), c.SellItem(MILK), c.TenderCash()),
    *(c.SignIn("iryna"), c.SellItem(BREAD), c.TenderCash()),
)


def rows(rig: Rig) -> dict[str, ReportRow]:
    cells = (cell for column in rig.screen._columns for cell in column)
    return {cell.label: cell for cell in cells if isinstance(cell, ReportRow)}


def shown(rig: Rig) -> Rig:
    rig.desk.go("x_report")
    rig.settle()
    return rig


def test_one_touch_shows_a_persons_sales_and_the_paper_is_of_the_same(opened: Opened) -> None:
    rig = shown(opened(*TWO_PEOPLE))
    assert rows(rig)["Takings"].amount_minor == 46_90 + 24_50
    rig.tap("Олена")
    assert rows(rig)["Takings"].amount_minor == 46_90
    rig.tap("Надрукувати")
    assert (rig.paper.printed[-1].what, rig.paper.printed[-1].slip) == (
        f.PrintWhat.X_REPORT,
        "cashier:olena",
    )


def test_a_cashier_before_a_blind_count_is_offered_no_colleague(opened: Opened) -> None:
    rig = shown(opened(*TWO_PEOPLE, c.SignIn("olena")))
    assert "Takings" not in rows(rig)
    with pytest.raises(AssertionError, match="no key"):
        rig.key("Ірина")
    rig.tap("Олена")
    assert "Takings" not in rows(rig)
    assert rows(rig)["Sales"].count == 1


def test_whoever_leaves_the_page_leaves_nothing_behind(opened: Opened) -> None:
    rig = shown(opened(*TWO_PEOPLE))
    rig.tap("Назад")
    assert rig.till.look.cash.x is None


def test_columns_are_even_and_no_section_is_torn() -> None:
    blocks: list[list[Cell]] = [[f"{at}"] * size for at, size in enumerate((2, 5, 1, 4, 2))]
    left, right = in_two(blocks)
    assert (len(left), len(right)) == (7, 7)
    assert left + right == [cell for block in blocks for cell in block]
    assert in_two([]) == [[], []]
