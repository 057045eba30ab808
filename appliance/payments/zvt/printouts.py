"""Slips that a ZVT terminal has printed by the till: line by line, or as one block of text.

Source: PA00P015, 06 D1 and 06 D3; tag 1F07 tells of a block whose copy it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from appliance.core.card_numbers import masked
from appliance.core.payment_answer import Printout, Whose
from appliance.emv.tlv import walk
from appliance.payments.zvt.message import Message

LINE, BLOCK = "06D1", "06D3"
RECEIPT_TYPE, CUSTOMERS = "1F07", b"\x02"

SLIPS_MAX, LINES_MAX = 6, 100
"""Two copies and an end of day; a terminal that prints more goes round in circles."""


@dataclass
class Printouts:
    """What came since `clear`. Single lines do not tell whose they are: they are the customer's."""

    _blocks: list[Printout] = field(default_factory=list)
    _lines: list[str] = field(default_factory=list)

    def clear(self) -> None:
        self._blocks, self._lines = [], []

    def take(self, it: Message) -> None:
        lines = [masked(line) for line in str(it.fields.get("text", "")).split("\n")]
        if it.control == LINE:
            self._lines = (self._lines + lines)[-LINES_MAX:]
        elif it.control == BLOCK and len(self._blocks) < SLIPS_MAX:
            whose = Whose.CUSTOMER if _type(it) in (CUSTOMERS, None) else Whose.MERCHANT
            self._blocks.append(Printout(whose, "\n".join(lines[:LINES_MAX])))

    def wanted(self, *, merchant: bool, repeated: bool = False) -> tuple[Printout, ...]:
        """Each of them once. merchant: the shop wants its own copy from the till too."""
        single = [Printout(Whose.CUSTOMER, "\n".join(self._lines))] if self._lines else []
        return tuple(
            Printout(it.whose, it.text, repeated)
            for it in (*single, *self._blocks)
            if it.text.strip() and (merchant or it.whose is Whose.CUSTOMER)
        )


def _type(it: Message) -> bytes | None:
    return next(
        (part.value for _, part in walk(it.container or ()) if part.tag == RECEIPT_TYPE), None
    )
