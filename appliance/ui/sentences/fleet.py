"""What the till says about what its fleet sends; only programs ever see most of it."""

from __future__ import annotations

from appliance.core.refusal import Reason
from appliance.ui.sentences.mark import N_

REFUSALS: dict[Reason, str] = {
    Reason.FLEET_ONLY: N_("Only the fleet's link writes this down. Do it in the fleet's console."),
    Reason.FLEET_COMMAND_KNOWN: N_(
        "This command of the fleet is being done already. Wait for its end."
    ),
    Reason.FLEET_COMMAND_UNKNOWN: N_(
        "No such command of the fleet is being done. Send it from the console."
    ),
    Reason.FLEET_DOCUMENT_OLD: N_(
        "The till has this version, or a newer one, already. Publish a newer one."
    ),
}

NOTICES: dict[str, str] = {
    "fleet_said": N_("The office says: {text}"),
}
