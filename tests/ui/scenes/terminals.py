"""Scenes of what a manager sees of terminals: every payment with its state, and who looked at which."""

from __future__ import annotations

from datetime import timedelta

from appliance.catalogue.store import Catalogue
from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.facts import TenderOutcome, TenderType
from appliance.journal import Journal
from tests.ui.rig import CHEESE, COFFEE, MILK, NOW, Rig
from tests.ui.scenes.paying import _wired, wire_answer
from tests.ui.scenes.scene import MANAGED, SOLD, Scene, go

PAID_BY_CARD: tuple[c.Request, ...] = (
    *(*MANAGED, c.SellItem(MILK), c.AskTender(TenderType.CARD)),
    wire_answer(1, 1, TenderOutcome.APPROVED, 46_90),
    *(c.SellItem(COFFEE), c.AskTender(TenderType.CARD)),
    wire_answer(2, 1, TenderOutcome.DECLINED),
    c.AskTender(TenderType.CARD),
    wire_answer(2, 2, TenderOutcome.APPROVED, 200_00),
    c.TenderCash(),
    *(c.SellItem(CHEESE), c.AskTender(TenderType.CARD)),
    wire_answer(3, 1, TenderOutcome.UNKNOWN),
    c.SuspendSale("Оплата неясна 14:31"),
)
"""Approved, declined, a part, and one of which nobody knows."""


def _past_payments(rig: Rig) -> None:
    rig.desk.go("past_payments")
    rig.until(lambda: rig.screen.count() > 0)


def _stood_there(journal: Journal, _catalogue: Catalogue) -> None:
    """One was looked at in time, one was not, and on one somebody saw a skimmer."""
    listed = (
        ("DX8000-33107", "Ingenico", "DX8000", "каса 1", "2026-11-18", "2026-12-18"),
        ("S920-0417733", "PAX", "S920", "каса 2", "2026-10-19", "2026-11-18"),
        ("P400-275-118", "Verifone", "P400 Plus", "кав’ярня", "2026-11-20", "2026-12-20"),
    )
    facts = [
        f.TerminalListed(serial, make, model, place, "iryna", on, due)
        for serial, make, model, place, on, due in listed
    ]
    odd = f.TerminalInspected(listed[2][0], "iryna", "2026-11-20", "2026-12-20", True, "накладка")
    journal.append([*facts, odd], actor="iryna", at=NOW - timedelta(days=3))


def _odd(rig: Rig) -> None:
    rig.desk.go("terminal_list")
    rig.tap(rig.desk.kit.t("Something is odd"))
    for char in "накладка":
        rig.screen._board_key(char)
    rig.settle()


SCENES = (
    Scene("past-payments", PAID_BY_CARD, _past_payments, change=_wired),
    Scene("terminal-list", MANAGED, go("terminal_list"), past=_stood_there),
    Scene("terminal-odd", MANAGED, _odd, past=_stood_there, everywhere=False),
    Scene("terminal-overdue", SOLD, go("open_matters"), past=_stood_there),
)
