"""A batch of facts, as it travels: `up/ev` what just happened, `up/backfill` what lay waiting.

    {"v":1,"till":"01J...","name":"till-1","epoch":1,"first":1201,"prev":"<hash of the fact before>",
     "ev":[{"type":"SaleStarted","at":1732000000000,"off":120,"by":"olena","data":{...}},...],
     "head":"<hash of the last>","clock":"ntp","sig":"<ES256 of head>"}

A fact's seq is `first` and its place in the list. `off`, `by` are as the first fact's where they are
left out, `cause` is "" and `ver` 1. `data` is canonical JSON, the very bytes that the journal
hashed, so who receives it proves every fact from `prev` to `head` (`core/fact_chain.py`). A fact
whose names were withheld brings its own `hash`: it takes its place in the chain, unproven.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from appliance.core import codec
from appliance.core.fact_chain import link
from appliance.malformed import Malformed
from appliance.wire import fields
from appliance.wire.limits import (
    AT_MS_MAX,
    BATCH_FACTS_MAX,
    FACT_BYTES_MAX,
    PAYLOAD_BYTES_MAX,
)
from appliance.wire.trust import Trust, trust_of

PLAIN, GZIP = "application/json", "application/json+gzip"
"""The content types of MQTT 5; a broker that drops it leaves gzip's first two bytes to tell."""
_GZIP_MAGIC = b"\x1f\x8b"
_OFFSET_MAX = 24 * 60 - 1
_SIGNATURE_MAX = 200
_FRAME_BYTES = 90
"""Names, numbers and marks around a fact."""
_HASH_FIELD_BYTES = 80
FEW = 16


class ChainBroken(Malformed):
    """The facts are not those whose hash the batch names."""


@dataclass(frozen=True, slots=True)
class WireFact:
    """A fact with its person and time. body: canonical JSON, as hashed. hash: its place in the
    chain. withheld: the body lacks what nobody was to see, so the hash cannot be proven from it."""

    type: str
    at_ms: int
    offset_min: int
    actor: str
    cause: str
    version: int
    body: bytes
    hash: bytes
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """till: the uid; name: how the journal names it. prev: the hash before the first fact.
    signature: by the till's key over `head`, base64 as `seal` makes it; "" when it has none."""

    till: str
    name: str
    epoch: int
    first: int
    prev: bytes
    facts: tuple[WireFact, ...]
    clock: Trust = Trust.UNKNOWN
    signature: str = ""

    @property
    def last(self) -> int:
        return self.first + len(self.facts) - 1

    @property
    def head(self) -> bytes:
        return self.facts[-1].hash


def cloud_event_id(till: str, epoch: int, seq: int) -> str:
    """How a CloudEvent names this fact; its source is `/till/<uid>`, its type `kram.<Type>.v<ver>`."""
    return f"{till}-{epoch}-{seq}"


def encode(batch: Batch, breath: Callable[[], None] = lambda: None) -> bytes:
    """The batch as JSON. The bodies go in as they are. breath: called after every few facts."""
    lead = batch.facts[0]
    entries = []
    for at, fact in enumerate(batch.facts, 1):
        entries.append(_entry(fact, lead if at > 1 else None))
        if at % FEW == 0:
            breath()
    events = b",".join(entries)
    head = {
        "v": fields.VERSION,
        "till": batch.till,
        "name": batch.name,
        "epoch": batch.epoch,
        "first": batch.first,
        "prev": batch.prev.hex(),
    }
    tail = {"head": batch.head.hex(), "clock": batch.clock.value, "sig": batch.signature}
    return b'%b,"ev":[%b],%b' % (_dumped(head)[:-1], events, _dumped(tail)[1:])


def entry_bytes(fact: WireFact) -> int:
    """About how long a fact is in a batch; never less."""
    texts = _longest(fact.actor) + _longest(fact.cause) + len(fact.type)
    return len(fact.body) + texts + _FRAME_BYTES + _HASH_FIELD_BYTES * fact.withheld


def _longest(text: str) -> int:
    """Of a text in JSON: a quote takes two bytes, a control character six."""
    return len(text) * (2 if text.isascii() and text.isprintable() else 6)


def _entry(fact: WireFact, lead: WireFact | None) -> bytes:
    said: dict[str, Any] = {"type": fact.type, "at": fact.at_ms}
    if lead is None or fact.offset_min != lead.offset_min:
        said["off"] = fact.offset_min
    if lead is None or fact.actor != lead.actor:
        said["by"] = fact.actor
    if fact.cause:
        said["cause"] = fact.cause
    if fact.version != 1:
        said["ver"] = fact.version
    if fact.withheld:
        said["hash"] = fact.hash.hex()
    return b'%b,"data":%b}' % (_dumped(said)[:-1], fact.body)


def _dumped(said: dict[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def packed(plain: bytes) -> tuple[bytes, str]:
    """A payload with its content type: compressed where that makes it shorter."""
    small = gzip.compress(plain, 6, mtime=0)
    return (small, GZIP) if len(small) < len(plain) else (plain, PLAIN)


def decode(payload: bytes, content_type: str = "") -> Batch:
    """The batch, each fact with its proven hash.

    Raises ChainBroken when facts and `head` do not belong together, else Malformed. Whether `prev`
    is the hash of the fact before, and whether the signature is the till's, knows the receiver.
    """
    if len(payload) > PAYLOAD_BYTES_MAX:
        raise Malformed(f"{len(payload)} bytes are too long")
    if content_type == GZIP or payload.startswith(_GZIP_MAGIC):
        payload = _inflated(payload)
    value = fields.parse(payload, FACT_BYTES_MAX)
    name = fields.text(value, "name")
    epoch, first = fields.whole(value, "epoch", least=1), fields.whole(value, "first", least=1)
    prev, clock = fields.digest(value, "prev"), fields.text(value, "clock", "unknown")
    listed = fields.rows(value, "ev", BATCH_FACTS_MAX)
    if not listed or not all(isinstance(it, dict) for it in listed):
        raise Malformed("a batch is a list of facts, one at least")
    facts = tuple(_facts(listed, prev, name, epoch, first))
    if facts[-1].hash != fields.digest(value, "head"):
        raise ChainBroken(f"facts {epoch}/{first} and on are not those of the head")
    signature = fields.text(value, "sig", "", longest=_SIGNATURE_MAX)
    till = fields.text(value, "till")
    return Batch(till, name, epoch, first, prev, facts, trust_of(clock), signature)


def _inflated(payload: bytes) -> bytes:
    """One whole gzip member, and never more than a batch may hold."""
    inflate = zlib.decompressobj(wbits=31)
    try:
        plain = inflate.decompress(payload, FACT_BYTES_MAX + 1)
    except zlib.error as error:
        raise Malformed(f"no gzip: {error}") from None
    if not inflate.eof or inflate.unused_data:
        raise Malformed("gzip that is cut off, has a tail or is too long")
    return plain


def _facts(
    listed: Sequence[dict[str, Any]], prev: bytes, name: str, epoch: int, first: int
) -> Iterable[WireFact]:
    off, by = listed[0].get("off"), listed[0].get("by")
    for seq, entry in enumerate(listed, first):
        kind = fields.text(entry, "type", longest=64)
        if not (kind.isascii() and kind.isalnum()):
            raise Malformed("a fact's type is letters and figures")
        at_ms = fields.whole(entry, "at")
        offset = entry.get("off", off)
        if at_ms > AT_MS_MAX or type(offset) is not int or abs(offset) > _OFFSET_MAX:
            raise Malformed("no such time")
        actor = fields.text(entry, "by", by)
        cause = fields.text(entry, "cause", "")
        version = fields.whole(entry, "ver", 1, least=1)
        body = _body(entry.get("data"))
        withheld = "hash" in entry
        if withheld:
            prev = fields.digest(entry, "hash")
        else:
            where = (prev, name, epoch, seq, at_ms, offset, actor, cause, kind, version)
            prev = link(*where, body)
        yield WireFact(kind, at_ms, offset, actor, cause, version, body, prev, withheld)


def _body(data: object) -> bytes:
    if not isinstance(data, dict):
        raise Malformed("a fact's data is an object")
    try:
        return codec.canonical(data)
    except UnicodeEncodeError:
        raise Malformed("half a surrogate pair is no character") from None
