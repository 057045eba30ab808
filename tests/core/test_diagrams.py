"""The diagrams in docs/ are drawn from the code's tables and still are."""

from __future__ import annotations

from dataclasses import replace

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.decide.phases import Phase, phase_of
from appliance.core.policy import PortRule
from scripts import command_page
from scripts.diagrams import DRAWN, MOVES, PAGES, with_diagrams

from .builders import MILK, POLICY, Bench, add


def test_the_pages_show_the_machines_of_the_code() -> None:
    texts = [page.read_text(encoding="utf-8") for page in PAGES]
    for text in texts:
        assert with_diagrams(text) == text, "run: .venv/bin/python -m scripts.diagrams"
    for name in DRAWN:
        assert sum(f"<!-- {name}: drawn" in text for text in texts) == 1


def test_every_arrow_of_the_diagram_is_a_move_that_the_machine_makes() -> None:
    half = c.TenderCash(1000)
    count = c.CountDrawer(())
    day: list[c.Command] = [
        *(c.OpenShift(0), add(MILK), c.SuspendSale("x"), c.RecallSale(f.SaleId(1))),
        *(half, c.VoidTender(1), half, c.TenderCash(), add(MILK), c.TenderCash()),
        *(add(MILK), c.VoidSale(), count, c.CloseShift("diagram", anyway=True)),
    ]
    card = c.AskTender(f.TenderType.CARD, 1000)
    no, yes, lost = (
        c.ConfirmTender(number, outcome)
        for number, outcome in (
            (1, f.TenderOutcome.DECLINED),
            (2, f.TenderOutcome.APPROVED),
            (1, f.TenderOutcome.UNKNOWN),
        )
    )
    rest = (c.AskTender(f.TenderType.CARD), c.ConfirmTender(3, f.TenderOutcome.APPROVED))
    day[-2:-2] = [add(MILK), card, no, card, yes, *rest, add(MILK), card, lost, c.SuspendSale("x")]
    shop = replace(POLICY, ports=(PortRule("terminal", f.TenderType.CARD),))
    bench, moves = Bench(shop), set()
    for command in day:
        before = phase_of(bench.state)
        bench.does(command)
        after = phase_of(bench.state)
        if after is not before:
            moves.add((before.name, after.name))
    assert moves == {(a, b) for a, b, _ in MOVES}
    assert {name for move in moves for name in move} == {p.name for p in Phase}


def test_the_page_of_commands_lists_what_the_till_takes() -> None:
    assert command_page.PAGE.read_text(encoding="utf-8") == command_page.page(), (
        "run: .venv/bin/python -m scripts.command_page"
    )
