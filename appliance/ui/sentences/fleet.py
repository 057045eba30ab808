"""What the till says about what its fleet sends; only programs ever see most of it."""

from __future__ import annotations

from appliance.core.refusal import Reason
from appliance.ui.sentences.mark import N_

REFUSALS: dict[Reason, str] = {
    Reason.HANDOVER_NOT: N_(
        "This basket holds money, or goods that come back. Finish it at the till where it is."
    ),
    Reason.HANDOVER_TAKEN: N_("The other till has this basket. Finish it there."),
    Reason.HANDOVER_UNKNOWN: N_("This basket is not on its way any more. Look at the list again."),
    Reason.HANDOVER_UNREADABLE: N_(
        "The other till has a newer program. Finish the basket there, then update this till."
    ),
    Reason.TILL_AWAY: N_("The other till does not answer. See that it is on, or serve it there."),
    Reason.FLEET_ONLY: N_("Only the fleet's link writes this down. Do it in the fleet's console."),
    Reason.FLEET_COMMAND_KNOWN: N_(
        "This command of the fleet is being done already. Wait for its end."
    ),
    Reason.FLEET_COMMAND_UNKNOWN: N_(
        "No such command of the fleet is being done. Send it from the console."
    ),
    Reason.UPDATE_NOT_HERE: N_(
        "Only a till that runs from its own memory card is updated. Update this computer itself."
    ),
    Reason.FLEET_DOCUMENT_OLD: N_(
        "The till has this version, or a newer one, already. Publish a newer one."
    ),
}

NOTICES: dict[str, str] = {
    "basket_fetched": N_("Asking {name} for the basket"),
    "basket_recalled": N_("Asking {name} whether it has the basket"),
    "fleet_said": N_("The office says: {text}"),
    "updated": N_("This till was updated to {version}"),
    "update_wished": N_("The stick is looked at within two minutes. Leave it in."),
    "stick_missing": N_("No USB stick was found. Plug it in, and do it again."),
    "stick_empty": N_("There is no whole update on the stick. Copy all its files again."),
}
