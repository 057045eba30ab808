"""Whether a till is there and what it does: `up/state`, retained, with the Will `lost`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from appliance.malformed import Malformed
from appliance.wire import fields


class Doing(StrEnum):
    """ready: a shift is open. closed: none is. lost: the broker says so when the wire broke."""

    READY = "ready"
    SELLING = "selling"
    CLOSED = "closed"
    UPDATING = "updating"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class TillState:
    """at_ms: since when, by the till's clock; of the Will: when the session began. session_ms: the
    same in all states of one session and its Will, so that a late `lost` of an old session is
    known as such."""

    doing: Doing
    at_ms: int
    session_ms: int
    software: str = ""


def encode(state: TillState) -> bytes:
    return fields.message(
        state=state.doing.value, at=state.at_ms, session=state.session_ms, sw=state.software
    )


def decode(payload: bytes) -> TillState:
    """Raises Malformed."""
    value = fields.parse(payload)
    try:
        doing = Doing(fields.text(value, "state"))
    except ValueError:
        raise Malformed("no state of a till") from None
    return TillState(
        doing,
        fields.whole(value, "at", 0),
        fields.whole(value, "session", 0),
        fields.text(value, "sw", ""),
    )
