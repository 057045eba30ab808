"""Scenes of a day's cash: counts, hand-overs, X reports, what is left open at its close."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from appliance.core import commands as c
from appliance.core.devices import Outcome
from appliance.core.facts import CashDirection, DenominationCount, TenderType
from appliance.core.policy import Drawer, Policy
from appliance.core.state import PrintJob
from appliance.till import Till
from tests.ui.rig import BREAD, COFFEE, MILK, Rig
from tests.ui.scenes.paying import OPEN_DAY
from tests.ui.scenes.scene import APPROVED, OPEN, SALE, SOLD, Scene, does, go, manages

COUNT = ((1000_00, 1), (200_00, 1), (100_00, 2), (50_00, 1), (20_00, 2), (5_00, 1), (1_00, 1))


def _count(rig: Rig) -> None:
    rig.desk.go("close")
    for row in rig.screen.counters:
        for value, count in COUNT:
            if row.value_minor == value:
                for _ in range(count):
                    rig.screen.step(row, 1)


def _pay_out(rig: Rig) -> None:
    rig.desk.go("pay_out")
    for char in "500":
        rig.screen.typed(char)


def _unknown_print(till: Till) -> None:
    till.ask(c.PrintReceipt())
    job = next(e.effect for e in till.journal.state.effects if isinstance(e, PrintJob))
    does(till, c.StartEffect(job), c.EndEffect(job, Outcome.UNKNOWN, ""))
    does(till, c.SellItem(MILK), c.TenderCash(), c.PrintXReport())


def _tampered(till: Till) -> None:
    manages(
        till,
        c.ListTerminal("P400Plus-275", "Verifone", "P400 Plus", "counter"),
        c.InspectTerminal("P400Plus-275", tampered=True, seen="overlay"),
    )


def _safe_drop(rig: Rig) -> None:
    rig.desk.go("safe_drop")
    rig.screen._propose()
    for char in "0417":
        rig.screen.typed(char)


def _careful(policy: Policy) -> Policy:
    """A shop that wants little cash in its drawer."""
    return replace(policy, drawer_max_minor=2_000_00, drawer_target_minor=1_000_00)


def _two_drawers(policy: Policy) -> Policy:
    drawers = (Drawer("left", "Ліва шухляда", staff=("olena",)), Drawer("right", "Права шухляда"))
    return replace(policy, drawers=drawers)


def _x_report(scope: str = "") -> Callable[[Rig], None]:
    def shown(rig: Rig) -> None:
        rig.desk.go("x_report")
        rig.settle()
        if scope:
            rig.screen._ask(scope)
            rig.settle()

    return shown


def _past_shifts(rig: Rig) -> None:
    rig.desk.go("past_shifts")
    rig.settle()


def _foreign_count(rig: Rig) -> None:
    """Five euros are missing; the dollars are next."""
    rig.desk.go("foreign_count")
    for char in "20":
        rig.screen.typed(char)


COUNTED_EUROS: tuple[c.Request, ...] = (*OPEN_DAY, c.CountForeign("EUR", 45_00))

RICH: tuple[c.Request, ...] = (
    c.SignIn("iryna"),
    c.OpenShift(1_000_00),
    *SALE,
    c.TenderCash(),
    c.MoveCash(CashDirection.PAY_IN, 3_000_00, "З банку"),
)

TWO_OPEN: tuple[c.Request, ...] = (
    *OPEN,
    *SALE,
    c.TenderCash(),
    c.SignIn("iryna"),
    c.ChooseDrawer("right"),
    c.OpenShift(500_00),
    c.SellItem(COFFEE),
    c.TenderCash(),
    c.SellItem(BREAD),
    c.AskTender(TenderType.CARD),
    APPROVED,
)
"""A drawer each: Olena's at the left, the manager's at the right."""

CLOSED_TWICE: tuple[c.Request, ...] = (
    *SOLD,
    c.CountDrawer((DenominationCount(1000_00, 1), DenominationCount(100_00, 5))),
    c.CloseShift("Помилка в решті"),
    c.OpenShift(1000_00),
    c.SellItem(BREAD),
    c.SuspendSale("Пані Марія"),
    c.SellItem(MILK),
    c.TenderCash(),
    c.CountDrawer((DenominationCount(1000_00, 1), DenominationCount(50_00, 1))),
    c.CloseShift("Не записано"),
    c.OpenShift(1000_00),
)

SCENES = (
    Scene("no-sale", OPEN, go("no_sale")),
    Scene("pay-out", OPEN, _pay_out),
    Scene(
        "x-report",
        (*SOLD, c.MoveCash(CashDirection.PAY_OUT, 200_00, "bank"), c.NoSale("change")),
        _x_report(),
    ),
    Scene("x-report-till", TWO_OPEN, _x_report("till"), change=_two_drawers),
    Scene(
        "x-report-cashier",
        TWO_OPEN,
        _x_report("cashier:olena"),
        everywhere=False,
        change=_two_drawers,
    ),
    Scene("safe-drop", RICH, _safe_drop, everywhere=False, change=_careful),
    Scene("handover", SOLD, go("handover"), everywhere=False),
    Scene(
        "handover-count",
        (*SOLD, c.CountDrawer((DenominationCount(1000_00, 2),))),
        go("handover_count"),
        everywhere=False,
    ),
    Scene("past-shifts", CLOSED_TWICE, _past_shifts),
    Scene("open-matters", OPEN_DAY, go("open_matters"), _unknown_print),
    Scene("terminal-tampered", SOLD, go("open_matters"), _tampered),
    Scene("foreign-count", COUNTED_EUROS, _foreign_count, everywhere=False),
    Scene("drawers", TWO_OPEN, go("drawers"), everywhere=False, change=_two_drawers),
    Scene("close", (*SOLD, c.SellItem(MILK), c.SuspendSale("Пані Марія")), _count),
    Scene(
        "close-counted",
        (*SOLD, c.CountDrawer(tuple(DenominationCount(v, n) for v, n in COUNT))),
        go("close"),
    ),
    Scene("matters", SOLD, go("matters"), _unknown_print),
)
