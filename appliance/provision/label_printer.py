"""Labels on a receipt printer, through the till's own driver."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from appliance.core.devices import Outcome, PrintEnded, PrintHeld, Problem
from appliance.core.remedies import ANY
from appliance.drivers import registry
from appliance.receipt.layout import Layout

EACH_S = 30.0


def print_all(port: str, layouts: Sequence[Layout]) -> str:
    """What went wrong, "" when all are on paper. A printer that waits for paper is waited for."""
    ended = threading.Condition()
    outcomes: dict[str, PrintEnded] = {}
    held: list[Problem] = []

    def told(message: object) -> None:
        with ended:
            if isinstance(message, PrintEnded):
                outcomes[message.job] = message
            if isinstance(message, PrintHeld):
                held.append(message.problem)
            ended.notify_all()

    table = {"name": "labels", "category": "POSPrinter", "driver": "escpos", "port": port}
    printer = registry.create(table)
    printer.open(told)
    try:
        for number, layout in enumerate(layouts):
            job = f"label-{number}"
            printer.submit(job, layout)  # type: ignore[attr-defined]
            with ended:
                if not ended.wait_for(lambda job=job: job in outcomes, EACH_S):  # type: ignore[misc]
                    return " ".join(ANY[held[-1] if held else Problem.NO_ANSWER])
            if outcomes[job].outcome is not Outcome.DONE:
                return outcomes[job].detail or outcomes[job].outcome.value
    finally:
        printer.close()
    return ""
