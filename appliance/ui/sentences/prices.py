"""What the till says about prices, families of goods and containers."""

from __future__ import annotations

from appliance.core.refusal import Reason
from appliance.ui.sentences.mark import N_

REFUSALS: dict[Reason, str] = {
    Reason.LABEL_WRONG: N_(
        "The data in this label is wrong: “{code}”. Type the digits below the bars, or search for"
        " the item by name."
    ),
    Reason.PRICE_BELOW_MIN: N_("“{name}” is not sold below {least}. Type a higher price."),
    Reason.DISCOUNT_BELOW_MIN: N_(
        "With this discount “{name}” would cost less than {least}. Give a smaller one."
    ),
    Reason.VARIANT_NEEDED: N_("“{name}” comes in several kinds. Choose one."),
    Reason.DEPOSIT_FOLLOWS: N_("The deposit goes with “{name}”. Change that line instead."),
    Reason.NOT_A_DEPOSIT: N_("“{name}” is no deposit. Choose what came back from the list."),
    Reason.WEIGHT_UNDER_TARE: N_(
        "The scale shows no more than the container of “{name}” ({tare} kg). Put the goods in it."
    ),
}

NOTICES: dict[str, str] = {}
