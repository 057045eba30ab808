"""Where a till is and belongs: all that its agent must be told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from appliance.telemetry.outbox import Reach
from appliance.telemetry.papers import Papers
from appliance.telemetry.redial import FIRST_S
from appliance.wire.hello import Held
from appliance.wire.topics import Place, Topic


class Ear(Protocol):
    """Who hears what the fleet says besides acknowledgements; called on the agent's thread."""

    def leaves(self) -> Sequence[str]:
        """Topics below `down/`, such as "cmd/+"."""

    def heard(self, topic: Topic, payload: bytes) -> None:
        """May raise Malformed; must not wait."""

    def documents(self) -> Mapping[str, Held]:
        """What the till goes by, for its hello."""


@dataclass(frozen=True, slots=True)
class Home:
    """brokers: tried in turn. folder: where its notes are kept. papers: read anew for each
    connection, since they are renewed; raises OSError or NotAMember. fsyncs_us: how long the last
    ones took. first_s: within how many seconds a lost wire is dialled again at first. firmware: what
    the updater last reported, b"" for nothing."""

    place: Place
    brokers: tuple[str, ...]
    folder: Path
    journal: Path
    reach: Reach
    papers: Callable[[], Papers] = Papers
    share_people: bool = False
    software: str = ""
    serial: str = ""
    model: str = ""
    fsyncs_us: Callable[[], Sequence[int]] = tuple
    first_s: float = FIRST_S
    firmware: Callable[[], bytes] = bytes
