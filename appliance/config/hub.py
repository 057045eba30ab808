"""[hub]: the tills of one shop, sharing stock, baskets, customers and prices on the local network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from appliance.config.accounts import Address
from appliance.config.lines import Key

TILLS_MAX = 16


class Hub(BaseModel):
    """tills: where each till that can be the hub listens, the preferred one first; the same list in
    every till. serve: where this one listens, if it can be the hub."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tills: Annotated[tuple[Address, ...], Field(max_length=TILLS_MAX)] = ()
    serve: Address = ""


def mistakes(hub: Hub) -> Iterator[tuple[Key, str]]:
    """A till that listens and goes nowhere, or an address that is none."""
    if hub.serve and not hub.tills:
        yield ("hub", "tills"), "must be given too, as `serve` is"
    for at, place in enumerate(hub.tills):
        if not place:
            yield ("hub", "tills", at), 'must be an address and a port like "192.168.1.10:1885"'
