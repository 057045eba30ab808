"""Sales rung in the guest by `till send`, and what of them was seen outside: answers and paper.

A sale counts as paid once its answer left the guest. What the journal inside has of it is compared
later; the two only meet here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from .stand import AS_KRAM, Stand

CATALOGUE = "/run/goods.csv"
GOODS = """\
sku,name,price,unit,taxes
1001,Small bag,3.00,H87,VAT20
1002,Large bag,6.00,H87,VAT20
1005,Rye bread,31.50,H87,VAT20
1063,Milk,46.90,H87,VAT20
"""
ITEMS = ("1001", "1002", "1005", "1063")
IMPORT_S = 300.0
ACTOR = "olena"


@dataclass(frozen=True, slots=True)
class Paid:
    """A completed sale: its receipt's number in its epoch of the journal, and its total."""

    receipt: int
    total_minor: int


def open_shop(stand: Stand) -> None:
    """Goods, a person, a shift."""
    stand.run(f"cat >{CATALOGUE} <<'EOT'\n{GOODS}EOT")
    stand.till(f"catalogue import {CATALOGUE}", IMPORT_S)
    sign_in(stand)


def sign_in(stand: Stand) -> None:
    """Also after a restart, where the shift is open already."""
    opened = {"command": "open_shift", "float_minor": 100_00}
    send(stand, {"command": "sign_in", "staff": ACTOR}, opened)


def close_shop(stand: Stand) -> None:
    """The drawer is counted, the shift closed: the till may be updated."""
    counted = {"command": "count_drawer", "counts": [{"value_minor": 1_00, "count": 100}]}
    send(stand, counted, {"command": "close_shift", "reason": "proof"})


def send(stand: Stand, *requests: dict[str, object]) -> list[dict[str, object]]:
    """The answers; refusals among them are answers, too."""
    lines = "\n".join(json.dumps(it) for it in requests)
    script = f"printf '%s\\n' '{lines}' | {AS_KRAM} till send - --actor {ACTOR}"
    _, said = stand.board.shell.tried(script, 180)
    return [json.loads(line) for line in said.splitlines() if line.startswith("{")]


def sale(number: int) -> list[dict[str, object]]:
    """What rings one sale of two lines, paid exactly."""
    first, second = ITEMS[number % len(ITEMS)], ITEMS[(number // 3) % len(ITEMS)]
    return [
        {"command": "sell_item", "item": first},
        {"command": "sell_item", "item": second, "quantity": str(1 + number % 3)},
        {"command": "tender_cash"},
    ]


def ring(stand: Stand, count: int = 1) -> list[Paid]:
    """So many sales, and their answers."""
    answers = send(stand, *(it for number in range(count) for it in sale(number)))
    return [it for answer in answers for it in paid_in(answer)]


def paid_in(answer: dict[str, object]) -> list[Paid]:
    """The completed sale among an answer's facts."""
    facts = answer.get("facts", [])
    assert isinstance(facts, list)
    return [
        Paid(it["body"]["receipt"], it["body"]["total_minor"])
        for it in facts
        if it["type"] == "SaleCompleted"
    ]


def in_journal(stand: Stand) -> list[Paid]:
    """Every completed sale that the journal in the guest has."""
    told = stand.run(f"{AS_KRAM} till journal export | grep -F '\"SaleCompleted\"'; true", 300)
    found = []
    for line in told.splitlines():
        if line.startswith("{"):
            body = json.loads(line)["body"]
            found.append(Paid(body["receipt"], body["total_minor"]))
    return found


def on_paper(stand: Stand) -> int:
    """How many receipts the printer cut off; they come as pictures, so nobody reads their numbers."""
    return len(stand.printer.receipts)


class Seller:
    """Rings sales one after the other, from within the guest, until the power goes."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand
        self._line = stand.board.shell.line
        self._from = 0

    def start(self) -> None:
        """Endless: its shell is not free again in this boot."""
        requests = "\n".join(json.dumps(it) for number in range(12) for it in sale(number))
        self._stand.run(f"cat >/run/sales <<'EOT'\n{requests}\nEOT")
        self._from = len(self._line.heard)
        self._line.send(
            f"while :; do cat /run/sales; done | {AS_KRAM} till send - --actor {ACTOR}\n"
        )

    def acknowledged(self) -> list[Paid]:
        """All whose answer came out whole."""
        found = []
        for line in self._line.heard[self._from :].splitlines(keepends=True):
            if line.startswith("{") and line.endswith("}\n"):
                found += paid_in(json.loads(line))
        return found

    def wait(self, count: int, seconds: float) -> None:
        """Until so many sales are paid."""
        since = self._from
        for _ in range(count):
            since = self._line.wait('"SaleCompleted"', seconds, since=since).end()
