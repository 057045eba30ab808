"""Baskets that terminals with a wire have taken money for."""

from __future__ import annotations

from dataclasses import replace

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.open_matters import MONEY, MatterKind, OpenMatter, open_matters
from appliance.core.policy import PortRule

from .builders import Bench
from .paying import APPROVED, CARD, QR, SHOP, open_sale, selling

WIRED = replace(
    SHOP,
    ports=(
        PortRule("terminal", CARD, by_hand=False),
        PortRule("second", CARD, by_hand=False),
        PortRule("mono", QR, by_hand=False),
    ),
)


def paid_in_part(*ports: str) -> tuple[Bench, f.SaleId]:
    """10.00 taken by each of these terminals, and the rest open."""
    bench = selling()
    bench.policy = WIRED
    sale = open_sale(bench).sale
    for number, port in enumerate(ports, 1):
        kind = QR if port == "mono" else CARD
        bench.does(c.AskTender(kind, 10_00, port))
        bench.does(c.AnswerTender(sale, number, APPROVED, 10_00, f"R{number}"))
    return bench, sale


def of_terminals(bench: Bench) -> list[OpenMatter]:
    """What is still open, without papers and baskets."""
    mine = {*MONEY, MatterKind.TERMINAL_OPEN}
    return [it for it in open_matters(bench.state) if it.kind in mine]
