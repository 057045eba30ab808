"""A digest of alerts as JSON by HTTP, signed: docs/fleet/integrator.md has the format for its readers.

Kram-Signature: t=1767225600,v1=<hex HMAC-SHA256 of "1767225600." and the body>
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import ssl
from urllib.parse import SplitResult, urlsplit

from appliance.fleet.alerts.notices import Digest
from appliance.fleet.alerts.settings import Webhook
from appliance.fleet.alerts.words import sentence
from appliance.fleet.console.saying import Saying
from appliance.fleet.store import Row

WAIT_S = 10.0
SIGNATURE = "Kram-Signature"
_ENGLISH = Saying("en")


class Refused(Exception):
    """The other side will not take it, however often (any 4xx but 408, 425 and 429)."""


def body(digest: Digest) -> bytes:
    """`id` is the same whenever the same digest comes again."""
    name = hashlib.sha256(repr((digest.recipient.id, digest.notices)).encode()).hexdigest()[:32]
    told = {"v": 1, "id": name, "alerts": [_alert(it) for it in digest.alerts]}
    return json.dumps(told, ensure_ascii=False).encode()


def _alert(row: Row) -> dict[str, object]:
    names = ("id", "event", "rule", "severity", "tenant", "region", "shop", "till", "cause")
    return {
        **{name: row[name] for name in names},
        "opened": row["opened_ms"],
        "cleared": row["cleared_ms"],
        "detail": json.loads(row["detail"]),
        "text": sentence(_ENGLISH, row),
    }


def signature(secret: bytes, content: bytes, now_s: int) -> str:
    """With the time inside, so that nobody can say an old one again later."""
    mac = hmac.new(secret, b"%d." % now_s + content, hashlib.sha256).hexdigest()
    return f"t={now_s},v1={mac}"


def send(hook: Webhook, content: bytes, now_s: int) -> None:
    """Raises Refused, or OSError for what may work later. A redirect is not followed: the secret is for
    one address alone."""
    url = urlsplit(hook.url)
    wire = _connection(url)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Kram",
        SIGNATURE: signature(hook.secret, content, now_s),
    }
    path = f"{url.path or '/'}{'?' + url.query if url.query else ''}"
    try:
        wire.request("POST", path, content, headers)
        status = wire.getresponse().status
    except http.client.HTTPException as error:
        raise OSError(f"no answer in HTTP: {error!r}") from None
    finally:
        wire.close()
    if 200 <= status < 300:
        return
    if 300 <= status < 500 and status not in (408, 425, 429):
        raise Refused(f"HTTP {status}")
    raise OSError(f"HTTP {status}")


def _connection(url: SplitResult) -> http.client.HTTPConnection:
    host = url.hostname or ""
    if url.scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host, url.port, timeout=WAIT_S, context=context)
    return http.client.HTTPConnection(host, url.port, timeout=WAIT_S)
