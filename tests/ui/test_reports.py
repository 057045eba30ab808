"""Reports on the screen, touched as a shopkeeper does, over a fortnight of sales."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from appliance.core import commands as c
from appliance.core.refusal import Reason, Refusal
from appliance.core.report_rows import ReportBy, SalesReport
from appliance.ui.screens.reports import BY
from tests.ui.past import trade
from tests.ui.rig import MILK, NOW, Rig, demo_till


@pytest.fixture(scope="module")
def shop(kivy: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with demo_till(tmp_path_factory.mktemp("shop"), trade) as parts:
        parts[0].ask(c.SignIn("iryna"))
        parts[0].ask(c.OpenShift(100_00))
        yield parts


@pytest.fixture
def rig(shop: Any) -> Iterator[Rig]:
    made = Rig(*shop, language="en")
    made.desk.go("reports")
    made.settle()
    yield made
    made.close()


def report(rig: Rig) -> SalesReport:
    found = rig.screen.report
    assert found is not None
    return found


def choose(rig: Rig, by: ReportBy) -> None:
    """Scrolls the list at the left until the name shows, and touches it."""
    kinds = rig.screen.kinds
    row = list(BY).index(by) + 1
    kinds.show_row(row)
    y = kinds.rect.top - (row + 0.5) * kinds.row_height + kinds.offset
    rig.tap_at(kinds.rect.x + 20, y)


def test_the_tile_opens_today_at_a_glance(rig: Rig) -> None:
    rig.desk.go("more")
    rig.tap("Reports")
    glance = rig.screen.glance
    assert (glance.report.first, glance.report.last) == (NOW.date(), NOW.date())
    assert glance.report.compared == (date(2026, 11, 16), date(2026, 11, 16))
    assert glance.until == "14:32"
    assert sum(bar.amount_minor for bar in glance.report.bars) == glance.report.now.total_minor
    assert glance.items
    assert glance.tenders


def test_today_is_compared_with_the_other_day_only_up_to_now(rig: Rig) -> None:
    part = report(rig).before
    whole = rig.desk.books.report(ReportBy.HOUR, NOW.date(), NOW.date()).before
    assert 0 < part.total_minor < whole.total_minor


@pytest.mark.parametrize("by", list(ReportBy))
def test_every_report_opens_by_touch_and_is_drawn(rig: Rig, by: ReportBy) -> None:
    rig.tap("7 days")
    choose(rig, by)
    assert (rig.screen.by, report(rig).by) == (by, by)
    assert len(rig.picture().getcolors(1 << 20) or ()) > 10


def test_other_days_are_chosen_on_a_calendar_in_either_order(rig: Rig) -> None:
    rig.tap("Other days", "20", "17", "Show")
    assert (report(rig).first, report(rig).last) == (date(2026, 11, 17), date(2026, 11, 20))
    assert rig.key("17 Nov – 20 Nov")
    rig.tap("Today")
    assert report(rig).first == NOW.date()


def test_a_day_to_come_cannot_be_chosen(rig: Rig) -> None:
    rig.tap("Other days", "24")
    assert rig.screen.first is None
    assert not rig.key("Show").face.enabled


def test_the_month_before_is_one_touch_away_also_from_january(rig: Rig) -> None:
    rig.tap("Other days")
    for _ in range(11):
        rig.tap("‹")
    assert rig.screen.month == date(2025, 12, 1)
    rig.tap("›")
    assert rig.screen.month == date(2026, 1, 1)


def test_print_asks_for_these_days_told_by_this(rig: Rig) -> None:
    rig.tap("Yesterday")
    choose(rig, ReportBy.ITEM)
    rig.tap("Print")
    rig.until(lambda: bool(rig.paper.printed))
    assert rig.paper.printed[-1].slip == "sales:item:2026-11-22:2026-11-22"


def test_a_sale_meanwhile_is_counted_at_once_after_it(rig: Rig) -> None:
    before = report(rig).now.sales
    rig.does(c.SellItem(MILK), c.TenderCash())
    rig.does(c.SkipReceipt())
    rig.desk.go("reports")
    rig.settle()
    assert report(rig).now.sales == before + 1


def test_who_may_not_see_reports_is_told_what_to_do(rig: Rig) -> None:
    rig.does(c.SignIn("olena"))
    rig.settle()
    assert rig.screen.report is None
    assert not rig.key("Print").face.enabled
    refused = rig.till.ask(c.PrintSalesReport("hour", "2026-11-22", "2026-11-22"))
    assert isinstance(refused, Refusal)
    assert refused.reason is Reason.PERMISSION_NEEDED
    rig.does(c.SignIn("iryna"))
    rig.settle()
    assert rig.screen.report is not None


def test_an_empty_shop_has_a_friendly_page(opened: Callable[..., Rig]) -> None:
    rig = opened(c.SignIn("iryna"), language="en")
    rig.desk.go("reports")
    rig.settle()
    assert report(rig).bars == ()
    assert not rig.key("Print").face.enabled
