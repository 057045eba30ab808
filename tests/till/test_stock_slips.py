"""Lists of the stock on paper: asked for at a running till, grouped by whom to call."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from appliance import shop, stock_slips
from appliance.config import load
from appliance.core import commands as c
from appliance.core.facts import StockCause, StockDelta
from appliance.core.refusal import Reason, Refusal
from appliance.core.stock_rows import StockList
from appliance.documents import Papers
from appliance.receipt.text import to_text
from appliance.stockroom import Stockroom
from tests.ui.rig import BREAD, MILK, NOW, ROOT, YOGHURT, demo_till


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with demo_till(tmp_path_factory.mktemp("shop")) as made:
        does(made, c.SignIn("iryna"), c.OpenShift(100_00))
        moves = (
            StockDelta(MILK, Decimal(10), cost_minor=Decimal(3000)),
            StockDelta(BREAD, Decimal(2), cost_minor=Decimal(1500)),
            StockDelta(YOGHURT, Decimal(4), "Й-7", expiry="2026-11-25"),
        )
        does(made, c.MoveStock(StockCause.RECEIVED, moves))
        yield made


def does(parts: Any, *requests: c.Request) -> None:
    for request in requests:
        answer = parts[0].ask(request)
        assert not isinstance(answer, Refusal), f"{request}: {answer}"


def paper(parts: Any, which: str, columns: int = 48, language: str = "en") -> str:
    till, catalogue, _ = parts
    settings = load(ROOT / "config" / "shop.demo.toml")
    names = shop.names(settings, till.journal.epoch)
    papers = Papers(shop.header(settings), till.policy, names, language)
    slip = stock_slips.slip(Stockroom(till.journal.path, catalogue), 7, lambda: NOW)
    document = slip(papers, till.journal, which)
    return to_text(shop.lay_out(settings)(document), columns)


@pytest.mark.parametrize("columns", [32, 48])
@pytest.mark.parametrize("which", list(StockList))
@pytest.mark.parametrize("language", ["uk", "en"])
def test_every_list_fits_the_paper(parts: Any, which: str, columns: int, language: str) -> None:
    told = paper(parts, which, columns, language)
    assert max(map(len, told.splitlines())) <= columns


def test_what_to_buy_is_told_by_supplier_with_what_it_will_cost(parts: Any) -> None:
    room = Stockroom(parts[0].journal.path, parts[1])
    rows = room.suggest(NOW)[: stock_slips.ROWS_PRINTED_MAX]
    told = paper(parts, "order")
    places = [told.index(supplier) for supplier in dict.fromkeys(row.supplier for row in rows)]
    assert len(places) > 1
    assert places == sorted(places)
    cost = round(sum(row.order * row.cost_minor for row in rows if row.cost_minor is not None))
    assert f"{cost // 100:,}.{cost % 100:02}" in told


def test_what_expires_is_told_by_its_day_and_what_lies_there_with_its_worth(parts: Any) -> None:
    assert "25 Nov 2026" in paper(parts, "expiring")
    assert "Stock value" in paper(parts, "left")


def test_a_list_is_printed_once_and_only_one_that_there_is(parts: Any) -> None:
    till, _, printer = parts
    wrong = till.ask(c.PrintStockList("weather"))
    assert isinstance(wrong, Refusal)
    assert wrong.reason is Reason.COMMAND_WRONG
    does(parts, c.PrintStockList("order"))
    assert [job.slip for job in printer.printed if job.slip] == ["stock:order"]
