"""What the machine itself says: that it is being switched off, or cannot be."""

from appliance.core.refusal import Reason
from appliance.ui.sentences.mark import N_

REFUSALS: dict[Reason, str] = {}

NOTICES: dict[str, str] = {
    "switching_off": N_(
        "The till switches itself off. Leave the plug in until the screen is dark."
    ),
    "switching_off_waits": N_(
        "The till switches itself off as soon as the payment or the printing has ended."
    ),
    "switching_off_failed": N_(
        "The till cannot be switched off by its button. Pull the plug when nothing is printing."
    ),
}
