"""The chain of facts: the hash that each must have after the one before it.

A record's hash is SHA-256 over three byte strings, one after the other:

1. the previous record's hash, 32 bytes; for the first record of an epoch `genesis`;
2. the header: the JSON array [till, epoch, seq, at_ms, offset_min, actor, cause, type, version]
   and one line feed (0x0A);
3. the body: the fact as a JSON object.

JSON here is canonical as in RFC 8785 for what occurs (no fractions): keys sorted, no spaces,
UTF-8, only `"`, `\\` and control characters escaped. at_ms counts milliseconds since 1970 UTC,
offset_min is the till's offset from UTC. The till's journal and its fleet prove the same chain.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache

from appliance.core import codec

HASH_BYTES = 32


def genesis(till: str, epoch: int, joined_seq: int, joined_hash: bytes) -> bytes:
    """What the first record of an epoch has for its previous hash.

    joined: the last record of the epoch before, as the backup held it; 0 and b"" for epoch 1.
    """
    statement = ["kram journal 1", till, epoch, joined_seq, joined_hash.hex()]
    return hashlib.sha256(codec.canonical(statement)).digest()


def link(  # noqa: PLR0913, PLR0917 - a record's header, field by field
    previous: bytes,
    till: str,
    epoch: int,
    seq: int,
    at_ms: int,
    offset_min: int,
    actor: str,
    cause: str,
    kind: str,
    version: int,
    body: bytes,
) -> bytes:
    """The hash that a record with this header and body must have after `previous`."""
    header = (
        f"[{_quoted(till)},{epoch},{seq},{at_ms},{offset_min},{_quoted(actor)},"
        f'{_quoted(cause)},"{kind}",{version}]\n'
    )
    return hashlib.sha256(previous + header.encode() + body).digest()


@lru_cache(maxsize=512)
def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
