"""What a till says of itself when it connects: `up/hello`.

The fleet answers with an acknowledgement that names the hello's `id` and how far it has the till's
facts; only then the till sends any.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from appliance.malformed import Malformed
from appliance.wire import fields
from appliance.wire.ack import HELLO_MAX
from appliance.wire.trust import Trust, trust_of

EPOCHS_MAX = 100
"""A till begins one at each restore; the newest so many are told."""
DOCUMENTS_MAX = 32


@dataclass(frozen=True, slots=True)
class Ended:
    """An epoch with the seq and hash of its last fact. seq 0 and the genesis: it has none yet."""

    epoch: int
    last: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Held:
    """The version of a document that the till goes by."""

    version: int
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Hello:
    """till: its uid. name: how its journal names it, as the hash chain says. epoch, max_seq: where
    the journal is now; acked: what it believes the fleet has of `epoch`. min_kept: the first fact
    of the oldest epoch told that it still holds. cert: SHA-256 of its certificate."""

    id: str
    till: str
    name: str
    epoch: int
    min_kept: int
    max_seq: int
    acked: int
    epochs: tuple[Ended, ...] = ()
    serial: str = ""
    model: str = ""
    cert: str = ""
    software: str = ""
    clock: Trust = Trust.UNKNOWN
    clock_ms: int = 0
    documents: Mapping[str, Held] = field(default_factory=dict)


def encode(hello: Hello) -> bytes:
    return fields.message(
        id=hello.id,
        till=hello.till,
        name=hello.name,
        epoch=hello.epoch,
        min_kept=hello.min_kept,
        max_seq=hello.max_seq,
        acked=hello.acked,
        epochs=[[it.epoch, it.last, it.hash.hex()] for it in hello.epochs],
        hw={"serial": hello.serial, "model": hello.model},
        cert=hello.cert,
        sw=hello.software,
        clock={"trust": hello.clock.value, "ms": hello.clock_ms},
        documents={
            name: {"version": it.version, "sha256": it.sha256.hex()}
            for name, it in hello.documents.items()
        },
    )


def decode(payload: bytes) -> Hello:
    """Raises Malformed."""
    value = fields.parse(payload)
    hardware = fields.table(value, "hw", 8)
    clock = fields.table(value, "clock", 8)
    return Hello(
        fields.text(value, "id", longest=HELLO_MAX),
        fields.text(value, "till"),
        fields.text(value, "name"),
        fields.whole(value, "epoch", least=1),
        fields.whole(value, "min_kept", 1),
        fields.whole(value, "max_seq"),
        fields.whole(value, "acked", 0),
        tuple(_ended(it) for it in fields.rows(value, "epochs", EPOCHS_MAX)),
        fields.text(hardware, "serial", ""),
        fields.text(hardware, "model", ""),
        fields.text(value, "cert", ""),
        fields.text(value, "sw", ""),
        trust_of(fields.text(clock, "trust", "unknown")),
        fields.whole(clock, "ms", 0),
        {name: _held(it) for name, it in fields.table(value, "documents", DOCUMENTS_MAX).items()},
    )


def _ended(row: object) -> Ended:
    match row:
        case [epoch, last, digest]:
            named = {"epoch": epoch, "last": last, "hash": digest}
            return Ended(
                fields.whole(named, "epoch", least=1),
                fields.whole(named, "last"),
                fields.digest(named, "hash"),
            )
    raise Malformed("an epoch is its number, its last seq and that one's hash")


def _held(row: object) -> Held:
    if not isinstance(row, dict):
        raise Malformed("a document is its version and sha256")
    return Held(fields.whole(row, "version"), fields.digest(row, "sha256", ""))
