"""Sales reports on paper: asked for at a running till, laid out on narrow and wide rolls."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from appliance import sales_slips, shop
from appliance.config import load
from appliance.core import commands as c
from appliance.core.refusal import Reason, Refusal
from appliance.core.report_rows import ReportBy
from appliance.documents import Papers
from appliance.receipt.text import to_text
from appliance.ui.port import UiSettings
from tests.ui.past import trade
from tests.ui.rig import NOW, ROOT, books, demo_till

LAST = date(2026, 11, 22)
WEEK = (LAST - timedelta(6), LAST)


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with demo_till(tmp_path_factory.mktemp("shop"), trade) as made:
        yield made


def paper(parts: Any, by: ReportBy, columns: int, language: str = "en") -> str:
    till, catalogue, _ = parts
    settings = load(ROOT / "config" / "shop.demo.toml")
    names = shop.names(settings, till.journal.epoch)
    papers = Papers(shop.header(settings), till.policy, names, language)
    people = UiSettings(language=language, cashiers=(("olena", "Олена"), ("ivan", "Іван")))
    found = books(till.journal.path, catalogue, people).report(by, *WEEK)
    return to_text(shop.lay_out(settings)(sales_slips.document(papers, found, NOW)), columns)


@pytest.mark.parametrize("columns", [32, 48])
@pytest.mark.parametrize("by", list(ReportBy))
def test_every_report_fits_the_paper(parts: Any, by: ReportBy, columns: int) -> None:
    for language in ("uk", "en"):
        told = paper(parts, by, columns, language)
        assert max(map(len, told.splitlines())) <= columns


def test_the_paper_says_what_the_days_are_compared_with(parts: Any) -> None:
    told = paper(parts, ReportBy.DAY, 48)
    assert "16 Nov 2026 – 22 Nov 2026" in told
    assert "against 9 Nov 2026 – 15 Nov 2026" in told


def test_the_longest_bar_is_the_best_day(parts: Any) -> None:
    rows = [row for row in paper(parts, ReportBy.DAY, 48).splitlines() if "=" in row]
    amounts = [float(row.split()[-1].replace(",", "")) for row in rows]
    best = rows[amounts.index(max(amounts))]
    assert best.count("=") == max(row.count("=") for row in rows) == 10


def test_a_report_is_printed_once_and_of_days_that_make_sense(parts: Any) -> None:
    till, _, printer = parts
    till.ask(c.SignIn("iryna"))
    asked = c.PrintSalesReport("item", *(day.isoformat() for day in WEEK))
    assert not isinstance(till.ask(asked), Refusal)
    for wrong in (
        c.PrintSalesReport("weather", "2026-11-01", "2026-11-02"),
        c.PrintSalesReport("item", "2026-11-02", "2026-11-01"),
        c.PrintSalesReport("item", "tomorrow", "2026-11-01"),
        c.PrintSalesReport("item", "0001-01-01", "9999-12-31"),
    ):
        refused = till.ask(wrong)
        assert isinstance(refused, Refusal)
        assert refused.reason is Reason.COMMAND_WRONG
    assert [job.slip for job in printer.printed if job.slip] == ["sales:item:2026-11-16:2026-11-22"]
