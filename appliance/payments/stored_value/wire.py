"""The ledger's protocol: JSON over HTTP/1.1 POST, each body sealed with the shop's key.

| path | asks | answers |
|---|---|---|
| `/v1/hold` | `account`, `amount_minor`, `key` | `amount_minor`, `why` |
| `/v1/release` | `key` | nothing |
| `/v1/push` | `moves` | nothing |
| `/v1/pull` | `after` | `moves`, `upto` |
| `/v1/heard` | `till` | `upto` |

The seal is HMAC-SHA-256 over "ask" or "answer", the path, the asker's nonce and the body, a line
each, with a key that is made from the shop's pepper: who has no `code-keys.json` can neither ask
nor answer. An answer repeats the nonce, so an old one is worth nothing; an old question is harmless,
since each may be repeated. Codes never travel, only their keyed hashes.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Any

from appliance.core import codec
from appliance.journal.movements import Move
from appliance.malformed import Malformed

SEAL, NONCE = "X-Kram-Seal", "X-Kram-Nonce"
BODY_MAX = 1_000_000
NONCE_CHARS = 32
_PURPOSE = b"kram stored value ledger 1"


def key_of_shop(pepper: bytes) -> bytes:
    return hmac.digest(pepper, _PURPOSE, hashlib.sha256)


def seal(key: bytes, way: str, path: str, nonce: str, body: bytes) -> str:
    """way: "ask" or "answer"."""
    head = f"{way}\n{path}\n{nonce}\n".encode()
    return hmac.digest(key, head + body, hashlib.sha256).hex()


def is_sealed(key: bytes, way: str, path: str, nonce: str, body: bytes, told: str) -> bool:
    """In constant time. A nonce that is none is never right."""
    right = seal(key, way, path, nonce, body)
    return len(nonce) == NONCE_CHARS and hmac.compare_digest(right.encode(), told.encode())


def body_of(**fields: Any) -> bytes:
    return codec.canonical(fields)


def read(body: bytes) -> dict[str, Any]:
    """The object in a body. Raises Malformed."""
    try:
        value = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise Malformed(f"no JSON: {error}") from None
    if not isinstance(value, dict):
        raise Malformed("a body is a JSON object")
    return value


def text(value: dict[str, Any], name: str) -> str:
    found = value.get(name)
    if not isinstance(found, str):
        raise Malformed(f"{name} is a text")
    return found


def whole(value: dict[str, Any], name: str) -> int:
    found = value.get(name)
    if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found < 2**63:
        raise Malformed(f"{name} is a whole number")
    return found


def moves_json(moves: Sequence[Move]) -> list[Any]:
    return [codec.to_json(it) for it in moves]


def moves_of(value: dict[str, Any]) -> tuple[Move, ...]:
    told = value.get("moves")
    if not isinstance(told, list):
        raise Malformed("moves is a list")
    try:
        return tuple(codec.from_json(Move, it) for it in told)
    except (ValueError, TypeError) as error:
        raise Malformed(f"no movement: {error}") from None
