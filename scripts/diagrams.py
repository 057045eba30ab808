"""Draws the diagrams of docs/ from the code's own tables; --check fails when a page is behind."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from appliance.core.decide.phases import REFUSED, Phase
from appliance.core.intents import NEXT, IntentState
from appliance.emv.engine import contact, contactless
from appliance.emv.engine.steps import Table, Went
from appliance.moment import request_name
from appliance.update import stages

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "architecture.md"
EMV_PAGE = ROOT / "docs" / "emv.md"
UPDATE_PAGE = ROOT / "docs" / "updates.md"
PAGES = (PAGE, EMV_PAGE, UPDATE_PAGE)
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
    return _machine(NEXT, IntentState.CREATED)


def update_machine() -> str:
    """The stages of an update, without what the fleet may wish at any time while nothing of it runs."""
    anytime = {stages.Event.OFFERS, stages.Event.OBJECTS, stages.Event.WITHDRAWS}
    own = {
        stage: {event: end for event, end in moves.items() if event not in anytime}
        for stage, moves in stages.NEXT.items()
    }
    own[stages.Stage.IDLE] = dict(stages.NEXT[stages.Stage.IDLE])
    return _machine(own, stages.Stage.IDLE)


def _machine(table: Mapping[Any, Mapping[Any, Any]], first: StrEnum) -> str:
    rows = ["```mermaid", "stateDiagram-v2", f"    [*] --> {first.value}"]
    for state, moves in table.items():
        for to in dict.fromkeys(moves.values()):
            events = ", ".join(event.value for event, end in moves.items() if end is to)
            rows.append(f"    {state.value} --> {to.value}: {events}")
    return "\n".join([*rows, "```"])


def _steps(table: Table) -> str:
    """What follows what in a card's transaction; the arrow of a plain "done" has no word."""
    first = next(iter(table))
    rows = ["```mermaid", "stateDiagram-v2", f"    [*] --> {first.name}: {first.value}"]
    for step, ways in table.items():
        for went, after in ways.items():
            to = "[*]" if after.name == "END" else after.name
            rows.append(
                f"    {step.name} --> {to}" + ("" if went is Went.ON else f": {went.value}")
            )
    return "\n".join([*rows, "```"])


DRAWN = {
    "sale machine": sale_machine,
    "intent machine": intent_machine,
    "update machine": update_machine,
    "contact steps": lambda: _steps(contact.NEXT),
    "contactless steps": lambda: _steps(contactless.NEXT),
}


def with_diagrams(text: str) -> str:
    """The page with those diagrams drawn again that it has a place for."""
    for name, draw in DRAWN.items():
        begin, end = (mark.format(name) for mark in MARKS)
        if begin not in text:
            continue
        head, _, rest = text.partition(begin)
        _, _, tail = rest.partition(end)
        text = f"{head}{begin}\n{draw()}\n{end}{tail}"
    return text


def main() -> int:
    behind = 0
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        drawn = with_diagrams(text)
        behind |= text != drawn
        if "--check" not in sys.argv:
            page.write_text(drawn, encoding="utf-8")
    return behind if "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
