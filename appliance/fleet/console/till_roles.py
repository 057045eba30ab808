"""The usual roles at a till, in the reader's words; a role of a shop's own is its own word."""

from __future__ import annotations

from appliance.core.roles import ROLES
from appliance.fleet.console.saying import N_, Saying

WORDS = {"cashier": N_("cashier"), "senior": N_("senior cashier"), "manager": N_("manager")}
assert WORDS.keys() == ROLES.keys(), "every usual role has its word"


def role_words(say: Saying, role: str) -> str:
    return say.t(WORDS[role]) if role in WORDS else role
