"""The sale machine as a table: in which phase a command is refused, and why.

    CLOSED --open shift--> READY --add item--> SELLING --tender--> PAYING --enough--> READY
                             ^                    |                   |
                             |<-- suspend, void --+ <-- void tender --+
                             |                    |
                             |                 ask terminal --> WAITING --no answer--> UNSURE
                             |                    |<-- declined --+                       |
                             |<-- approved -----------------------+                       |
                             |<-- suspend ------------------------------------------------+

A basket whose lines are all voided is READY: it can be left without a word, and a void undone.
In PAYING money lies on the counter: the basket may grow, but what was paid on does not shrink
until the tender is handed back. In WAITING a terminal or a bank was asked for money and has not
answered; in UNSURE nobody can tell whether it moved: the basket stays as it is, and is completed by
nothing but the answer, yet it can be set aside in UNSURE, so that the next customer is served.
Commands not in the table are allowed in every phase.
"""

from __future__ import annotations

from enum import Enum
from types import MappingProxyType

from appliance.core import commands as c
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.core.state import State, TenderStatus


class Phase(Enum):
    CLOSED = "closed"
    READY = "ready"
    SELLING = "selling"
    PAYING = "paying"
    WAITING = "waiting"
    UNSURE = "unsure"


def phase_of(state: State) -> Phase:
    if state.shift is None:
        return Phase.CLOSED
    if state.sale is None:
        return Phase.READY
    tenders = state.sale.live_tenders
    if tenders:
        statuses = {it.status for it in tenders}
        if TenderStatus.PENDING in statuses:
            return Phase.WAITING
        return Phase.UNSURE if TenderStatus.UNKNOWN in statuses else Phase.PAYING
    return Phase.SELLING if state.sale.live_lines else Phase.READY


_SHIFT_NEEDED = {Phase.CLOSED: Reason.NO_SHIFT}
_ON_ITS_WAY = {Phase.WAITING: Reason.TENDER_PENDING, Phase.UNSURE: Reason.TENDER_UNKNOWN}
_SALE_AT_REST = {**_SHIFT_NEEDED, **_ON_ITS_WAY}
_BASKET_NEEDED = {**_SALE_AT_REST, Phase.READY: Reason.BASKET_EMPTY}
_NO_MONEY_TAKEN = {**_BASKET_NEEDED, Phase.PAYING: Reason.SALE_HAS_TENDERS}
_BETWEEN_SALES = {
    **_SHIFT_NEEDED,
    Phase.SELLING: Reason.BASKET_OPEN,
    Phase.PAYING: Reason.BASKET_OPEN,
    Phase.WAITING: Reason.TENDER_PENDING,
    Phase.UNSURE: Reason.BASKET_OPEN,
}
_ASKED = {
    **_SHIFT_NEEDED,
    **dict.fromkeys((Phase.READY, Phase.SELLING, Phase.PAYING), Reason.NO_SUCH_TENDER),
}

REFUSED: MappingProxyType[type, dict[Phase, Reason]] = MappingProxyType(
    {
        c.OpenShift: dict.fromkeys(
            [phase for phase in Phase if phase is not Phase.CLOSED], Reason.SHIFT_ALREADY_OPEN
        ),
        c.BeginBenchTest: dict.fromkeys(
            [phase for phase in Phase if phase is not Phase.CLOSED], Reason.BENCH_TEST_IN_SHIFT
        ),
        c.CountDrawer: _BETWEEN_SALES,
        c.HandOver: _BETWEEN_SALES,
        c.DropToSafe: _SHIFT_NEEDED,
        c.CloseShift: _BETWEEN_SALES,
        c.MoveCash: _SHIFT_NEEDED,
        c.NoSale: _SHIFT_NEEDED,
        c.AddItem: _SALE_AT_REST,
        c.TakeBackContainers: {**_SALE_AT_REST, Phase.PAYING: Reason.SALE_HAS_TENDERS},
        c.ChangeQuantity: _NO_MONEY_TAKEN,
        c.OverridePrice: _NO_MONEY_TAKEN,
        c.DiscountLine: _NO_MONEY_TAKEN,
        c.DiscountBasket: _NO_MONEY_TAKEN,
        c.VoidLine: _NO_MONEY_TAKEN,
        c.RestoreLine: {**_SALE_AT_REST, Phase.PAYING: Reason.SALE_HAS_TENDERS},
        c.ModifyLine: _NO_MONEY_TAKEN,
        c.AssignLine: _BASKET_NEEDED,
        c.NameSale: _BASKET_NEEDED,
        c.VoidSale: _NO_MONEY_TAKEN,
        c.SuspendSale: {
            phase: reason for phase, reason in _NO_MONEY_TAKEN.items() if phase is not Phase.UNSURE
        },
        c.RecallSale: _BETWEEN_SALES,
        c.TakeOverSale: _BETWEEN_SALES,
        c.TakeBack: {**_SALE_AT_REST, Phase.PAYING: Reason.SALE_HAS_TENDERS},
        c.TakeBackUnproven: {**_SALE_AT_REST, Phase.PAYING: Reason.SALE_HAS_TENDERS},
        c.UndoSale: _BETWEEN_SALES,
        c.RefundToOrigin: _BASKET_NEEDED,
        c.TenderCash: _BASKET_NEEDED,
        c.Charge: {**_SALE_AT_REST, Phase.PAYING: Reason.SALE_HAS_TENDERS},
        c.Redeem: _BASKET_NEEDED,
        c.GiveVoucher: _ON_ITS_WAY,
        c.Advance: {**_SALE_AT_REST, Phase.PAYING: Reason.SALE_HAS_TENDERS},
        c.PayBack: _BETWEEN_SALES,
        c.SetCustomer: _ON_ITS_WAY,
        c.AddCoupon: {**_SALE_AT_REST, Phase.PAYING: Reason.SALE_HAS_TENDERS},
        c.RemoveCoupon: {**_SALE_AT_REST, Phase.PAYING: Reason.SALE_HAS_TENDERS},
        c.Settle: _BASKET_NEEDED,
        c.VoidTender: {**_BASKET_NEEDED, Phase.SELLING: Reason.NO_SUCH_TENDER},
        c.TenderForeignCash: _BASKET_NEEDED,
        c.AskTender: _BASKET_NEEDED,
        c.CancelTender: {**_ASKED, Phase.UNSURE: Reason.NO_SUCH_TENDER},
        c.ConfirmTender: _ASKED,
        c.GiveUpSale: {**_BASKET_NEEDED, Phase.SELLING: Reason.NO_SUCH_TENDER},
        c.AddTip: _NO_MONEY_TAKEN,
        c.AddServiceCharge: _NO_MONEY_TAKEN,
        c.CountForeign: _BETWEEN_SALES,
        c.CheckAge: _SHIFT_NEEDED,
        c.RefuseAge: _SHIFT_NEEDED,
        c.StartTraining: dict.fromkeys((Phase.SELLING, Phase.PAYING), Reason.BASKET_OPEN),
    }
)

NOT_WHILE_VOIDING = frozenset(
    {
        *(c.AddItem, c.TakeBackContainers, c.TakeBack, c.TakeBackUnproven, c.UndoSale),
        *(c.ChangeQuantity, c.OverridePrice, c.DiscountLine, c.DiscountBasket, c.ModifyLine),
        *(c.VoidLine, c.RestoreLine, c.SuspendSale, c.RecallSale),
        *(c.AddTip, c.AddServiceCharge, c.Charge, c.Advance, c.SetCustomer),
        *(c.AddCoupon, c.RemoveCoupon),
    }
)
"""A basket that undoes a sale is that sale the other way round, and nothing else."""


def refused_now(state: State, command: c.Command) -> Refusal | None:
    """The table's refusal of this command in the state's phase, if any."""
    if state.training and type(command) in REFUSED:
        return refuse(Reason.IN_TRAINING)
    phase = phase_of(state)
    reason = REFUSED.get(type(command), {}).get(phase)
    if reason is not None:
        return refuse(reason)
    if type(command) not in NOT_WHILE_VOIDING or state.sale is None or state.sale.voids is None:
        return None
    # A terminal that nobody can ask must not keep the next customer waiting.
    if isinstance(command, c.SuspendSale) and phase is Phase.UNSURE:
        return None
    return refuse(Reason.VOID_IN_HAND)
