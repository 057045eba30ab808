"""What goods still need: a typed price, a weight, one of several kinds, a wish."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from appliance.core import commands as c
from appliance.core.facts import LineId, LineSource
from appliance.core.item import Item, ItemId, Unit
from appliance.core.refusal import Reason, Refusal
from appliance.core.view import Notice

if TYPE_CHECKING:
    from appliance.ui.desk import Desk


def ask_more(desk: Desk, notice: Notice) -> bool:
    """Whether the notice became a question on the screen. A key asks by itself: it knows its item.
    Above the wishes that a line lacks the notice still says which."""
    if notice.key == Reason.WISH_NEEDED:
        desk.go("wishes", line=LineId(int(notice.params["line"])))
        return False
    item = notice.params.get("item", "")
    if desk.look.shift is None or not item:
        return False
    if notice.key == Reason.VARIANT_NEEDED:
        many = notice.params.get("quantity", "")
        desk.go("variants", family=item, quantity=Decimal(many) if many else None)
        return True
    if notice.key not in (Reason.PRICE_NEEDED, Reason.WEIGHT_NEEDED):
        return False

    def known(found: Item | None) -> None:
        if found is not None:
            _ask(desk, found, Reason(notice.key))

    desk.work(lambda: desk.shelf.by_id(ItemId(item)), known)
    return True


def _ask(desk: Desk, item: Item, reason: Reason) -> None:
    """What is weighed comes from the scale, or by hand when there is none."""

    def by_hand(refusal: Refusal) -> None:
        if refusal.reason is Reason.NO_SCALE:
            desk.go("number", item=item, ask="weight")

    if reason is Reason.PRICE_NEEDED:
        desk.go("number", item=item, ask="price")
    elif item.unit is Unit.KILOGRAM:
        desk.submit(c.WeighItem(item.id, LineSource.SCAN), refused=by_hand)
    else:
        desk.go("number", item=item, ask="weight")
