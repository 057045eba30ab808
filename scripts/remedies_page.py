"""Writes the table of problems and remedies of docs/technician.md from the code's own table."""

from __future__ import annotations

from pathlib import Path

from appliance.core.devices import Problem
from appliance.core.remedies import ANY, DEVICE_NAMES, OWN
from appliance.drivers.supervised import STATE_OF

PAGE = Path(__file__).resolve().parents[1] / "docs" / "technician.md"
BEGIN, END = "<!-- remedies: written by scripts/remedies_page.py -->", "<!-- end of remedies -->"


def table() -> str:
    """Each problem with what is said of any device, then of the devices that have their own words."""
    rows = ["| problem | state | device | what is said | what to do |", "|---|---|---|---|---|"]
    for problem in Problem:
        if problem is Problem.NONE:
            continue
        own = [(DEVICE_NAMES[kind], words) for (kind, of), words in OWN.items() if of is problem]
        for device, (says, do) in [("any", ANY[problem]), *own]:
            rows.append(f"| `{problem}` | {STATE_OF[problem]} | {device} | {says} | {do} |")
    return "\n".join(rows)


def with_table(text: str) -> str:
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n{table()}\n{END}{tail}"


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
