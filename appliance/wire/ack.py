"""What the fleet acknowledges, after its own COMMIT: `down/ack`.

    {"v":1,"epoch":1,"upto":1250,"window":200,"pause_s":0,"got":[1301,1350],"hello":"7f3a"}

Cumulative: the fleet has every fact of `epoch` up to `upto`, and all epochs before it. Without this
message nothing counts as delivered; a broker's PUBACK says nothing about a database.
"""

from __future__ import annotations

from dataclasses import dataclass

from appliance.malformed import Malformed
from appliance.wire import fields

WINDOW_MAX = 100_000
PAUSE_S_MAX = 3600
HELLO_MAX = 40


@dataclass(frozen=True, slots=True)
class Ack:
    """window: so many facts a lane may have under way; 0 stops it. pause_s: nothing for so long.

    got: first and last of the batch that this answers, when it lies beyond `upto`: today's facts
    come while last week's still travel, and need not come again. hello: the id of the hello that
    this answers; only such an answer may say less than an earlier acknowledgement (the fleet came
    back from a backup). replay_from: please send again from this fact of `epoch` on. at_ms: what
    time the fleet has, in an answer to a hello.
    """

    epoch: int
    upto: int
    window: int = 200
    pause_s: int = 0
    got: tuple[int, int] | None = None
    hello: str = ""
    replay_from: int | None = None
    at_ms: int = 0


def encode(ack: Ack) -> bytes:
    said: dict[str, object] = {"epoch": ack.epoch, "upto": ack.upto, "window": ack.window}
    said["pause_s"] = ack.pause_s
    if ack.got is not None:
        said["got"] = list(ack.got)
    if ack.hello:
        said["hello"] = ack.hello
    if ack.replay_from is not None:
        said["replay_from"] = ack.replay_from
    if ack.at_ms:
        said["at"] = ack.at_ms
    return fields.message(**said)


def decode(payload: bytes) -> Ack:
    """Raises Malformed."""
    value = fields.parse(payload)
    replay = None
    if value.get("replay_from") is not None:
        replay = fields.whole(value, "replay_from", least=1)
    return Ack(
        fields.whole(value, "epoch", least=1),
        fields.whole(value, "upto"),
        min(fields.whole(value, "window", 200), WINDOW_MAX),
        min(fields.whole(value, "pause_s", 0), PAUSE_S_MAX),
        _range(value.get("got")),
        fields.text(value, "hello", "", longest=HELLO_MAX),
        replay,
        fields.whole(value, "at", 0),
    )


def _range(found: object) -> tuple[int, int] | None:
    match found:
        case None:
            return None
        case [int() as first, int() as last] if 1 <= first <= last:
            return first, last
    raise Malformed("got is the first and the last of a batch")
