"""Scenes of the stock: lists, papers, counts."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from appliance.core import commands as c
from appliance.core.facts import StockCause, StockDelta
from appliance.till import Till
from tests.ui.rig import APPLES, BREAD, COFFEE, MILK, YOGHURT, Rig
from tests.ui.scenes.reports import report
from tests.ui.scenes.scene import OPEN, Scene, manages


def _stocked(till: Till) -> None:
    """Goods received yesterday, some of them near their day, a count begun."""
    goods = (
        (MILK, "24", "3150", "М-118", "2026-11-25"),
        (YOGHURT, "12", "1480", "Й-7", "2026-11-22"),
        (COFFEE, "6", "21900", "", "2027-09-30"),
        (BREAD, "30", "1690", "", ""),
        (APPLES, "18.4", "2210", "", ""),
    )
    moves = tuple(
        StockDelta(item, Decimal(many), lot, "", day, Decimal(cost))
        for item, many, cost, lot, day in goods
    )
    manages(
        till,
        c.MoveStock(StockCause.RECEIVED, moves, "ТОВ «Ферма»", "ВН-000417"),
        c.MoveStock(StockCause.WRITE_OFF, (StockDelta(BREAD, Decimal(2)),), reason="Зіпсовано"),
        c.SellItem(BREAD, Decimal(27)),
        c.SellItem(MILK, Decimal(9)),
        c.TenderCash(),
    )
    till.ask(c.SkipReceipt(), spoken=False)


def _short(till: Till) -> None:
    """Two loaves thrown away, and a count that found less coffee and more yoghurt."""
    _stocked(till)
    manages(
        till,
        c.StartCount(),
        c.CountItem(1, COFFEE, Decimal(5)),
        c.CountItem(1, YOGHURT, Decimal(13)),
        c.FinishCount(1),
    )
    till.ask(c.SignIn("iryna"))


def _paper(rig: Rig) -> None:
    rig.desk.go("stock_paper", cause=StockCause.RECEIVED)
    rig.settle()
    for code, typed in ((MILK, "24"), (COFFEE, "6"), (YOGHURT, "120")):
        rig.does(c.FindForStock(code))
        for char in typed:
            rig.screen.typed(char)
    rig.desk.drafts[StockCause.RECEIVED].partner = "ТОВ «Ферма»"
    rig.tap(rig.desk.kit.t("Cost"))


def _list(tab: str) -> Callable[[Rig], None]:
    def opened(rig: Rig) -> None:
        rig.desk.go("stock_lists", tab=tab)
        rig.settle()
        rig.settle()

    return opened


def _one_category(till: Till) -> None:
    _stocked(till)
    manages(till, c.StartCount("Хліб і випічка"))


def _half_counted(till: Till) -> None:
    _stocked(till)
    manages(
        till,
        c.StartCount(),
        c.CountItem(1, COFFEE, Decimal(6)),
        c.CountItem(1, YOGHURT, Decimal(13)),
        c.CountItem(1, BREAD, Decimal(0)),
    )


def _counting(rig: Rig) -> None:
    rig.desk.go("counting", count=1)
    rig.settle()
    rig.till.ask(c.CountItem(1, MILK, Decimal(12)), actor="iryna")
    rig.pump()
    rig.settle()
    rig.screen.typed("1")
    rig.settle()


def _counts(rig: Rig) -> None:
    rig.desk.go("stock_counts")
    rig.settle()


def _text(rig: Rig) -> None:
    rig.desk.go("stock_paper", cause=StockCause.WRITE_OFF)
    rig.settle()
    rig.screen._ask_who()
    rig.settle()


SCENES = (
    Scene("stock", OPEN, _list("left"), _stocked),
    Scene("stock-expiring", OPEN, _list("expiring"), _stocked),
    Scene("stock-order", OPEN, _list("order"), _stocked, everywhere=False),
    Scene("stock-papers", OPEN, _list("papers"), _stocked, everywhere=False),
    Scene("stock-paper", OPEN, _paper, _stocked),
    Scene("stock-text", OPEN, _text, everywhere=False),
    Scene("stock-counts", OPEN, _counts, _one_category, everywhere=False),
    Scene("stock-counting", OPEN, _counting, _half_counted),
    Scene("reports-shortage", OPEN, report("shortage"), _short, everywhere=False),
)
