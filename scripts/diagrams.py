"""Draws the diagrams of docs/ from the code's own tables; --check fails when a page is behind."""

from __future__ import annotations

import sys
from pathlib import Path

from appliance.core.decide.phases import REFUSED, Phase
from appliance.core.intents import NEXT, IntentState
from appliance.moment import request_name

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "architecture.md"
MARKS = "<!-- {0}: drawn by scripts/diagrams.py -->", "<!-- end of {0} -->"

MOVES = (
    ("CLOSED", "READY", "open_shift"),
    ("READY", "CLOSED", "close_shift"),
    ("READY", "SELLING", "add_item, recall_sale"),
    ("SELLING", "READY", "suspend_sale, void_sale"),
    ("SELLING", "PAYING", "tender_cash, part"),
    ("SELLING", "READY", "tender_cash, enough"),
    ("PAYING", "READY", "tender_cash, the rest; give_up_sale"),
    ("PAYING", "SELLING", "void_tender"),
    ("SELLING", "WAITING", "ask_tender"),
    ("WAITING", "SELLING", "declined"),
    ("WAITING", "PAYING", "approved, part"),
    ("WAITING", "READY", "approved, enough"),
    ("PAYING", "WAITING", "ask_tender, the rest"),
    ("WAITING", "UNSURE", "no answer"),
    ("UNSURE", "READY", "suspend_sale"),
)


def sale_machine() -> str:
    """The phases as a Mermaid diagram, and what is refused in each as a table."""
    rows = ["```mermaid", "stateDiagram-v2", "    [*] --> CLOSED"]
    rows += [f"    {a} --> {b}: {label}" for a, b, label in MOVES]
    rows += ["```", "", "| command | " + " | ".join(p.name for p in Phase) + " |"]
    rows.append("|---|" + "---|" * len(Phase))
    for command, refused in REFUSED.items():
        cells = [refused[p].value if p in refused else "✓" for p in Phase]
        rows.append(f"| `{request_name(command)}` | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def intent_machine() -> str:
    """The states of an intent, each arrow with the events that take it."""
    rows = ["```mermaid", "stateDiagram-v2", f"    [*] --> {IntentState.CREATED.value}"]
    for state, moves in NEXT.items():
        for to in dict.fromkeys(moves.values()):
            events = ", ".join(event.value for event, end in moves.items() if end is to)
            rows.append(f"    {state.value} --> {to.value}: {events}")
    return "\n".join([*rows, "```"])


DRAWN = {"sale machine": sale_machine, "intent machine": intent_machine}


def with_diagrams(text: str) -> str:
    for name, draw in DRAWN.items():
        begin, end = (mark.format(name) for mark in MARKS)
        head, _, rest = text.partition(begin)
        _, _, tail = rest.partition(end)
        text = f"{head}{begin}\n{draw()}\n{end}{tail}"
    return text


def main() -> int:
    text = PAGE.read_text(encoding="utf-8")
    drawn = with_diagrams(text)
    if "--check" in sys.argv:
        return 0 if text == drawn else 1
    PAGE.write_text(drawn, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
