"""The keys of a refund on the payment screen: back the way the money came, before all other ways."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from appliance.core import commands as c
from appliance.core.facts import TenderType
from appliance.core.view import Look, RefundLook
from appliance.ui.screens.tender_keys import TenderKey
from appliance.ui.words import N_

if TYPE_CHECKING:
    from appliance.ui.desk import Desk

_TITLES = {
    "card": N_("Back to the card"),
    "qr": N_("Back by QR code"),
    "gift_card": N_("Back to the gift card"),
    "voucher": N_("Back to the voucher"),
    "advance": N_("Back to the advance"),
    "account": N_("Back to the tab"),
    "loyalty": N_("Back to the points"),
}


def refunds(look: Look) -> Iterable[TenderKey]:
    """What was paid in cash goes back last, by the cash key: only then is it known in coins."""
    for it in look.basket.refunds if look.basket else ():
        if it.type == "cash":
            continue
        if it.type in look.pay.taken and not _without_port(it, look):
            name = f"refund:{it.type}:{it.account}:{it.reference}"
            yield TenderKey(
                name, _TITLES[it.type], partial(_back, it), "undo", most_minor=it.amount_minor
            )


def _without_port(refund: RefundLook, look: Look) -> bool:
    asked = refund.type in ("card", "qr")
    return asked and all(port.type != refund.type for port in look.pay.ports)


def _back(refund: RefundLook, desk: Desk, amount_minor: int | None) -> None:
    """amount: as typed, below zero; without one what this money paid."""
    back = refund.amount_minor if amount_minor is None else abs(amount_minor)
    if refund.account:
        desk.submit(c.RefundToOrigin(refund.account, back))
    else:
        desk.submit(c.AskTender(TenderType(refund.type), -back, origin=refund.reference))
