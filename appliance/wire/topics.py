"""The tree of topics: pos/v1/{tenant}/{shop}/{till}/up|down/...

Tenant and shop are hints for whoever routes; the broker lets a till write below its own name alone,
and the fleet's register says which shop it belongs to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from appliance.malformed import Malformed

ROOT = "pos/v1"
LEVEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
LEAF = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}")
TOPIC_MAX = 512
SHOP = "_shop"
"""In the place of a till: what is said to all tills of a shop."""
SERVER = "_srv"

EVENTS, BACKFILL = "ev", "backfill"
HELLO, HEALTH, STATE, REPORTED = "hello", "health", "state", "reported"
FIRMWARE = "firmware"
ALERT, COMMAND = "alert", "cmd"
ACK, DESIRED, STOCK, PLACE = "ack", "desired", "stock", "place"

Way = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a till is. `Place("+", "+", "+")` is every till's, to subscribe to."""

    tenant: str
    shop: str
    till: str

    def up(self, *leaf: str) -> str:
        return "/".join((ROOT, self.tenant, self.shop, self.till, "up", *leaf))

    def down(self, *leaf: str) -> str:
        return "/".join((ROOT, self.tenant, self.shop, self.till, "down", *leaf))

    def shop_down(self, *leaf: str) -> str:
        """What all tills of the shop hear."""
        return "/".join((ROOT, self.tenant, self.shop, SHOP, "down", *leaf))


EVERYWHERE = Place("+", "+", "+")


@dataclass(frozen=True, slots=True)
class Topic:
    """leaf: what comes after `up` or `down`, such as ("ev",) or ("cmd", "01J...")."""

    place: Place
    way: Way
    leaf: tuple[str, ...]

    @property
    def kind(self) -> str:
        return self.leaf[0]


def read(topic: str) -> Topic:
    """What a topic of a till, or of all tills of a shop, says. Raises Malformed."""
    match topic.split("/") if len(topic) <= TOPIC_MAX else ():
        case ["pos", "v1", tenant, shop, till, ("up" | "down") as way, *leaf] if (
            1 <= len(leaf) <= 2
            and all(map(LEVEL.fullmatch, (tenant, shop)))
            and (LEVEL.fullmatch(till) or (till == SHOP and way == "down"))
            and all(map(LEAF.fullmatch, leaf))
        ):
            return Topic(Place(tenant, shop, till), "up" if way == "up" else "down", tuple(leaf))
    raise Malformed("not a topic of a till")


def server_state(cell: str) -> str:
    """Retained: whether the fleet's side of a broker is there."""
    return f"{ROOT}/{SERVER}/{cell}/state"


def shared(group: str, pattern: str) -> str:
    """A subscription that many workers share: each message goes to one of them."""
    return f"$share/{group}/{pattern}"
