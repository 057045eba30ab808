"""Whom a payment port believes at the other end of a TLS line."""

from __future__ import annotations

import hashlib
import hmac
import socket
import ssl
from dataclasses import dataclass
from typing import Any

from appliance.payments.line import LineLost


@dataclass(frozen=True, slots=True)
class Trust:
    """ca: PEM file of who signed the other's certificate. fingerprint: SHA-256 of that very
    certificate; with a ca both must fit. hostname: the address stands in the certificate. name: what
    its common name begins with, "" for any: a terminal's certificate names it, not its address."""

    ca: str = ""
    name: str = ""
    fingerprint: str = ""
    hostname: bool = False

    def context(self) -> ssl.SSLContext:
        """Raises OSError for a file of the ca that is none."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.check_hostname = self.hostname and bool(self.ca)
        if self.ca:
            context.load_verify_locations(self.ca)
        else:
            context.verify_mode = ssl.CERT_NONE
        return context

    def secured(self, plain: socket.socket, host: str) -> ssl.SSLSocket:
        """The connection, once both sides have agreed. Raises OSError and LineLost."""
        wire = self.context().wrap_socket(plain, server_hostname=host)
        try:
            self.check(wire)
        except LineLost:
            wire.close()
            raise
        return wire

    def check(self, wire: ssl.SSLSocket) -> None:
        """Raises LineLost. Without a ca nobody is believed but by his fingerprint."""
        if self.fingerprint or not self.ca:
            seen = hashlib.sha256(wire.getpeercert(binary_form=True) or b"").hexdigest()
            if not hmac.compare_digest(seen, self.fingerprint.replace(":", "").lower()):
                raise LineLost(f"another certificate than the pinned one: {seen}")
        if (
            self.ca
            and self.name
            and not any(it.startswith(self.name) for it in _common_names(wire))
        ):
            raise LineLost(f"the certificate is not of {self.name.rstrip('.')}")


def _common_names(wire: ssl.SSLSocket) -> list[str]:
    found: Any = (wire.getpeercert() or {}).get("subject", ())
    return [value for group in found for name, value in group if name == "commonName"]
