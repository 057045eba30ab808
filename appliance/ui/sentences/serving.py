"""What the till says about wishes with a line, tables and who serves."""

from __future__ import annotations

from appliance.core.refusal import Reason
from appliance.ui.sentences.mark import N_

REFUSALS: dict[Reason, str] = {
    Reason.LINE_FIXED: N_("“{name}” cannot be changed. Remove it and add it anew."),
    Reason.TOO_MANY_WISHES: N_("At most {most} wishes a line. Say the rest in person."),
    Reason.WISH_NEEDED: N_("“{name}” lacks a choice: {choice}. Choose it among its wishes."),
}

NOTICES: dict[str, str] = {}
