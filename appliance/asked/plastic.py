"""A card in hand that is to become somebody's must not mean anything else, or it would do both."""

from __future__ import annotations

from datetime import date

from appliance.core import commands as c
from appliance.core.barcode.own import OwnKind, read_own
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.intake import Intake
from appliance.resolve import resolve

SHOWN_MAX = 60


def means_else(
    intake: Intake, code: str, today: date, kind: OwnKind | None = None
) -> Refusal | None:
    """Why the code is no blank card's: the till made it for something else, or goods have it.
    kind: what the till itself may have made it for."""
    own = read_own(code)
    if own is not None:
        return None if own.kind is kind else refuse(Reason.CODE_NOT_FOR_SALE, code=code[:SHOWN_MAX])
    goods = resolve(c.Scan(code), intake.shelf, intake.policy, today)
    return refuse(Reason.CARD_IS_GOODS) if isinstance(goods, c.AddItem) else None
