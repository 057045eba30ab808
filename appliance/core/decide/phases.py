"""The sale machine as a table: in which phase a command is refused, and why.

    CLOSED --open shift--> READY --add item--> SELLING --tender--> PAYING --enough--> READY
                             ^                    |                   |
                             |<-- suspend, void --+ <-- void tender --+

A basket whose lines are all voided is READY: it can be left without a word, and a void undone.
In PAYING money lies on the counter: the basket may grow, but what was paid on does not shrink
until the tender is handed back. Commands not in the table are allowed in every phase.
"""

from __future__ import annotations

from enum import Enum
from types import MappingProxyType

from appliance.core import commands as c
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.core.state import State


class Phase(Enum):
    CLOSED = "closed"
    READY = "ready"
    SELLING = "selling"
    PAYING = "paying"


def phase_of(state: State) -> Phase:
    if state.shift is None:
        return Phase.CLOSED
    if state.sale is None:
        return Phase.READY
    if state.sale.live_tenders:
        return Phase.PAYING
    return Phase.SELLING if state.sale.live_lines else Phase.READY


_SHIFT_NEEDED = {Phase.CLOSED: Reason.NO_SHIFT}
_BASKET_NEEDED = {**_SHIFT_NEEDED, Phase.READY: Reason.BASKET_EMPTY}
_NO_MONEY_TAKEN = {**_BASKET_NEEDED, Phase.PAYING: Reason.SALE_HAS_TENDERS}
_BETWEEN_SALES = {
    **_SHIFT_NEEDED,
    Phase.SELLING: Reason.BASKET_OPEN,
    Phase.PAYING: Reason.BASKET_OPEN,
}

REFUSED: MappingProxyType[type, dict[Phase, Reason]] = MappingProxyType(
    {
        c.OpenShift: dict.fromkeys(
            (Phase.READY, Phase.SELLING, Phase.PAYING), Reason.SHIFT_ALREADY_OPEN
        ),
        c.CountDrawer: _BETWEEN_SALES,
        c.CloseShift: _BETWEEN_SALES,
        c.MoveCash: _SHIFT_NEEDED,
        c.NoSale: _SHIFT_NEEDED,
        c.PrintXReport: _SHIFT_NEEDED,
        c.AddItem: _SHIFT_NEEDED,
        c.ChangeQuantity: _NO_MONEY_TAKEN,
        c.OverridePrice: _NO_MONEY_TAKEN,
        c.DiscountLine: _NO_MONEY_TAKEN,
        c.DiscountBasket: _NO_MONEY_TAKEN,
        c.VoidLine: _NO_MONEY_TAKEN,
        c.RestoreLine: {**_SHIFT_NEEDED, Phase.PAYING: Reason.SALE_HAS_TENDERS},
        c.ModifyLine: _NO_MONEY_TAKEN,
        c.AssignLine: _BASKET_NEEDED,
        c.NameSale: _BASKET_NEEDED,
        c.VoidSale: _NO_MONEY_TAKEN,
        c.SuspendSale: _NO_MONEY_TAKEN,
        c.RecallSale: _BETWEEN_SALES,
        c.TenderCash: _BASKET_NEEDED,
        c.Settle: _BASKET_NEEDED,
        c.VoidTender: {**_BASKET_NEEDED, Phase.SELLING: Reason.NO_SUCH_TENDER},
    }
)


def refused_now(state: State, command: c.Command) -> Refusal | None:
    """The table's refusal of this command in the state's phase, if any."""
    reason = REFUSED.get(type(command), {}).get(phase_of(state))
    return None if reason is None else refuse(reason)
