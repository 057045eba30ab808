"""What proves this till to its fleet on the wire: its certificate for TLS, its key for signatures."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from appliance.telemetry import membership
from appliance.wire import seal

NEAR = timedelta(days=14)
"""A certificate that ends so soon was not renewed in time: somebody should look."""


def _unsigned(_head: bytes) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Papers:
    """The default has none: for a broker on the till's own machine. fingerprint: SHA-256 of the
    certificate, in hexadecimal."""

    sign: Callable[[bytes], str] = _unsigned
    tls: ssl.SSLContext | None = None
    fingerprint: str = ""
    until: datetime | None = None

    def near_end(self, now: datetime) -> bool:
        return self.until is not None and now.astimezone(UTC) > self.until - NEAR


def of_member(folder: Path) -> Papers:
    """Of a till that enrolled. Raises membership.NotAMember or OSError (ssl.SSLError is one).

    Names are not compared: under the fleet's own root its own machines alone are servers.
    """
    member = membership.read(folder)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    tls.minimum_version = ssl.TLSVersion.TLSv1_2
    tls.check_hostname = False
    tls.load_verify_locations(folder / membership.ROOT)
    tls.load_cert_chain(folder / membership.CERTIFICATE, folder / membership.KEY)
    return Papers(partial(seal.sign, member.key), tls, member.fingerprint, member.until)
