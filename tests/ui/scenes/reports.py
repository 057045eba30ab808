"""Scenes of the reports."""

from __future__ import annotations

from collections.abc import Callable

from appliance.core.report_rows import ReportBy, Span
from tests.ui.past import trade
from tests.ui.rig import Rig
from tests.ui.scenes.scene import MANAGED, OPEN, Scene


def report(by: str = "", span: str = "today") -> Callable[[Rig], None]:
    def shown(rig: Rig) -> None:
        rig.desk.go("reports", by=ReportBy(by) if by else None, span=Span(span))
        rig.settle()

    return shown


def _report_days(rig: Rig) -> None:
    """The first day is chosen, the last not yet."""
    report()(rig)
    rig.tap(rig.desk.kit.t("Other days"))
    rig.tap("16")


SCENES = (
    Scene("reports", MANAGED, report(), past=trade),
    Scene("reports-week", MANAGED, report(span="week"), everywhere=False, past=trade),
    Scene("reports-hour", MANAGED, report("hour", "yesterday"), everywhere=False, past=trade),
    Scene("reports-item", MANAGED, report("item", "week"), past=trade),
    Scene("reports-margin", MANAGED, report("margin", "week"), everywhere=False, past=trade),
    Scene("reports-sums", MANAGED, report("sums", "week"), everywhere=False, past=trade),
    Scene("reports-empty", MANAGED, report(), everywhere=False),
    Scene("reports-not-allowed", OPEN, report(), everywhere=False),
    Scene("reports-days", MANAGED, _report_days, everywhere=False, past=trade),
)
