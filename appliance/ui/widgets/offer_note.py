"""What offers took off, in a few words: "3 for 2: −24.00"; the amount is never cut off."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.core.view import OfferLook
from appliance.ui import pen as pens
from appliance.ui.kit import Kit


def offer_note(kit: Kit, offers: Sequence[OfferLook], size: int = 0, width: int = 0) -> str:
    """size, width: of the type and the room for it; where the whole does not fit, the sum stands
    first and the names are what the room cuts. Without them: the whole."""
    names = [it.name(kit.language) for it in offers]
    amounts = [kit.amount(-it.amount_minor) for it in offers]
    whole = " · ".join(f"{name}: {off}" for name, off in zip(names, amounts, strict=True))
    if not width or pens.text_width(whole, size) <= width:
        return whole
    off = kit.amount(-sum(it.amount_minor for it in offers))
    return f"{off} · {' · '.join(names)}"
