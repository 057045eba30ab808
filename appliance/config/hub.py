"""[hub]: the tills of one shop, sharing stock, baskets, customers and prices on the local network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from appliance.config.accounts import Address
from appliance.config.mistakes import Key
from appliance.config.rules import Section, limits

TILLS_MAX = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub(Section):
    """tills: where each till that can be the hub listens, the preferred one first; the same list in
    every till. serve: where this one listens, if it can be the hub."""

    tills: Annotated[tuple[Address, ...], limits(max_length=TILLS_MAX)] = ()
    serve: Address = ""


def mistakes(hub: Hub) -> Iterator[tuple[Key, str]]:
    """A till that listens and goes nowhere, or an address that is none."""
    if hub.serve and not hub.tills:
        yield ("hub", "tills"), "must be given too, as `serve` is"
    for at, place in enumerate(hub.tills):
        if not place:
            yield ("hub", "tills", at), 'must be an address and a port like "192.168.1.10:1885"'
