"""Why a till is not let in, in sentences that say what to do."""

from __future__ import annotations

from appliance.wire.enrolment import Refused

BAD_CSR = Refused("bad_request", "The signing request is not one of a P-256 key.")
BAD_SHOP = Refused("bad_shop", "A shop's name has letters, digits, dots and dashes, at most 64.")
NO_TOKEN = Refused("no_token", "The fleet does not know this token. Have a new one made.")
TOKEN_USED = Refused("token_used", "This token was used by another till. Have a new one made.")
TOKEN_OLD = Refused("token_old", "This token has run out. Have a new one made.")
CODE_OLD = Refused("code_old", "Nobody typed the code in time. Start again: till enrol --pair")
CODE_TAKEN = Refused("code_taken", "Another till shows this code just now. Try again.")
TOO_MANY = Refused("too_many", "Too many tills wait for their code. Try again in some minutes.")
NO_CODE = Refused("no_code", "No till shows this code now. Look again, it holds for 15 minutes.")
FORGED = Refused(
    "forged",
    "The till that asked with this code was not connected to this fleet, but to somebody in "
    "between. Do not pair it here; look at its network.",
)
LOCKED = Refused("locked", "Too many wrong codes. Wait a quarter of an hour.")
NO_TILL = Refused("no_till", "The fleet does not know this till with this key. Enrol it again.")
DENIED = Refused("denied", "This till is locked out of the fleet. Its keeper can let it in again.")
CLONED = Refused(
    "cloned",
    "This till's card was in another machine before. If that is meant, accept the new one at the "
    "fleet: till fleet accept-hardware",
)


def same_number(shop: str, name: str) -> Refused:
    return Refused(
        "same_number",
        f"{shop} has a {name} already. Give this till another [till] number; or, when it takes the "
        "other's place, retire that one at the fleet first.",
    )
