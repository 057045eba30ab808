"""The code by which a till joins its fleet is on its screen and on paper until it is over."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import zxingcpp

from appliance import shop
from appliance.config import load
from appliance.core import commands as c
from appliance.core.facts import PrintRequested
from appliance.core.refusal import Reason, Refusal
from appliance.documents import SLIPS, Papers
from appliance.receipt.image import to_image
from appliance.receipt.metrics import for_paper
from appliance.receipt.text import to_text
from appliance.ui.sentences import fleet_wire
from tests.ui.rig import NOW, demo_till

ROOT = Path(__file__).parents[2]
PAGE = "https://fleet:8443/pair?code=WJPTX3HR"
UNTIL = f"{NOW + timedelta(minutes=15):%Y-%m-%dT%H:%M}"


def chip(look, later: timedelta = timedelta(0)) -> str:
    return fleet_wire.chip(lambda text: text, look.fleet, NOW + later)


def test_the_code_is_shown_and_printed_and_goes(tmp_path: Path) -> None:
    with demo_till(tmp_path) as (till, *_):
        (printed,) = till.ask(c.ShowFleetCode("WJPTX3HR", PAGE, UNTIL))
        assert isinstance(printed.fact, PrintRequested)
        assert chip(till.look) == "Fleet code: WJPT-X3HR"
        assert chip(till.look, timedelta(minutes=16)) == "", "it holds for a quarter of an hour"
        till.ask(c.ShowFleetCode(""))
        assert chip(till.look) == ""


@pytest.mark.parametrize(("language", "said"), [("uk", "Діє до"), ("en", "Valid until")])
@pytest.mark.parametrize("width_mm", [58, 80])
def test_the_paper_holds_the_code_for_hands_and_for_a_phone(
    tmp_path: Path, language: str, said: str, width_mm: int
) -> None:
    settings = load(ROOT / "config" / "shop.demo.toml")
    with demo_till(tmp_path) as (till, *_):
        papers = Papers(shop.header(settings), till.policy, shop.names(settings, 1), language)
        argument = f"WJPTX3HR:{UNTIL.replace(':', '.')}:{PAGE}"
        layout = shop.lay_out(settings)(SLIPS["fleet_code"](papers, till.journal, argument))
    text = to_text(layout, 32)
    assert "WJPT-X3HR" in text
    assert said in text
    assert "14:47" in text
    picture = to_image(layout, for_paper(width_mm), padding=30).convert("L")
    assert [it.text for it in zxingcpp.read_barcodes(picture)] == [PAGE]


@pytest.mark.parametrize("code", ["with:colon", "A" * 201])
def test_what_is_no_code_is_refused(tmp_path: Path, code: str) -> None:
    with demo_till(tmp_path) as (till, *_):
        answer = till.ask(c.ShowFleetCode(code, PAGE, UNTIL))
        assert isinstance(answer, Refusal)
        assert answer.reason is Reason.COMMAND_WRONG
