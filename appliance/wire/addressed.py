"""To whom a signed body goes: {"till": uid}, {"shop": name} or {"all": true}."""

from __future__ import annotations

from typing import Any

from appliance.malformed import Malformed


def is_for(body: dict[str, Any], till: str, shop: str) -> bool:
    """Whether this till, which stands in this shop, is meant. Malformed when it names nobody."""
    match body.get("to"):
        case {"till": str(uid), **rest} if not rest:
            return uid == till
        case {"shop": str(name), **rest} if not rest:
            return name == shop
        case {"all": True, **rest} if not rest:
            return True
        case _:
            raise Malformed("to: one of till, shop or all")
