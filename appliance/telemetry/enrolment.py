"""The till asks its fleet to be let in, and for its next certificate, over HTTPS.

It trusts one root: the one whose fingerprint its token carries; with a pairing code the one it is
shown, to which the code is bound; later the one it keeps. Names are not compared: under that root
only the fleet's own machines have certificates of a server.
"""

from __future__ import annotations

import hashlib
import http.client
import secrets
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec

from appliance.malformed import Malformed
from appliance.telemetry import membership
from appliance.wire import enrolment as wire
from appliance.wire import seal
from appliance.wire.enrolment import (
    Answer,
    Granted,
    Hardware,
    Refused,
    Renewal,
    Request,
    Token,
    Waiting,
)

TIMEOUT_S = 20.0
ASK_AGAIN_S = 2.0
_ANSWER_MAX = 64 * 1024


class NoFleet(Exception):
    """The server does not answer, or is not the fleet that was meant; the sentence says what to do."""


@dataclass(frozen=True, slots=True)
class Applicant:
    """A till that wants to join. name: as its journal is called. folder: data_dir/fleet."""

    folder: Path
    name: str
    number: int
    hardware: Hardware
    software: str


class Server:
    """The fleet's HTTPS server under a root. root: PEM."""

    def __init__(self, url: str, root: str) -> None:
        self.root = root
        self._url = url
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.check_hostname = False
        try:
            context.load_verify_locations(cadata=root)
        except (ssl.SSLError, ValueError):
            raise NoFleet(f"{url} showed no certificate of a fleet's root.") from None
        self._context = context

    @classmethod
    def shown(cls, url: str, pin: bytes = b"") -> Server:
        """The one at this address, whatever root it shows, or the one with this pin."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        status, content = _exchange(url, context, "GET", "/enrol/root", b"")
        found = cls(url, content.decode("ascii", errors="replace") if status == 200 else "")
        if not found.fingerprint.startswith(pin):
            raise NoFleet(
                f"{url} is not the fleet that this token was made for, or somebody stands in "
                "between. Look at the address and the network."
            )
        return found

    @property
    def fingerprint(self) -> bytes:
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(self.root)).digest()

    def ask(self, path: str, question: bytes) -> Answer:
        _, content = _exchange(self._url, self._context, "POST", path, question)
        try:
            return wire.decode_answer(content)
        except Malformed as error:
            raise NoFleet(f"{self._url} gave an answer that is none of a fleet: {error}") from None


def with_token(applicant: Applicant, url: str, token: Token) -> Granted | Refused:
    """The till belongs to the fleet once this returns what it was granted. Raises NoFleet, OSError."""
    server = Server.shown(url, token.pin)
    key = membership.new_key(applicant.folder)
    answer = server.ask("/enrol", _request(applicant, key, token=token.secret))
    return _joined(applicant, server, answer)


def with_code(
    applicant: Applicant,
    url: str,
    show: Callable[[str, int], None],
    given_up: threading.Event,
) -> Granted | Refused:
    """show: is told the code and until when it holds. Returns once somebody typed the code, or in
    time. Raises NoFleet, OSError."""
    server = Server.shown(url)
    key = membership.new_key(applicant.folder)
    nonce = secrets.token_bytes(wire.NONCE_BYTES)
    code = wire.pairing_code(server.fingerprint, membership.public_der(key), nonce)
    answer = server.ask("/enrol", _request(applicant, key, code=code, nonce=nonce))
    if isinstance(answer, Waiting):
        show(code, answer.until_ms)
        answer = _awaited(server, answer, given_up)
    return _joined(applicant, server, answer)


def renewed(folder: Path, url: str, hardware: Hardware) -> Granted | Refused:
    """Asks for the next certificate and keeps it; the rest of the answer, such as brokers, is the
    caller's. Raises NoFleet, NotAMember, OSError."""
    member = membership.read(folder)
    server = Server(url, (folder / membership.ROOT).read_text(encoding="ascii"))
    draft = Renewal(member.uid, membership.request(member.key, member.uid), hardware)
    asked = Renewal(draft.uid, draft.csr, hardware, seal.sign(member.key, draft.signed))
    answer = server.ask("/enrol/renew", wire.encode_renewal(asked))
    if isinstance(answer, Granted):
        membership.renew(folder, answer)
    if isinstance(answer, Waiting):
        raise NoFleet(f"{url} let the till wait for a certificate.")
    return answer


def _awaited(server: Server, waiting: Waiting, given_up: threading.Event) -> Answer:
    """The till's own clock is not asked: the fleet says when the time is over."""
    latest = time.monotonic() + wire.PAIRING_S + TIMEOUT_S
    while not given_up.wait(ASK_AGAIN_S):
        try:
            answer = server.ask("/enrol/wait", wire.encode_ticket(waiting.ticket))
        except NoFleet:
            if time.monotonic() > latest:
                raise
            continue
        if not isinstance(answer, Waiting):
            return answer
    return Refused("given_up", "Given up; the code is worth nothing now.")


def _joined(applicant: Applicant, server: Server, answer: Answer) -> Granted | Refused:
    match answer:
        case Refused():
            return answer
        case Granted() if answer.root == server.root:
            membership.join(applicant.folder, answer)
            return answer
        case _:
            raise NoFleet("The fleet's answer is not what was asked for.")


def _exchange(
    url: str, context: ssl.SSLContext, method: str, path: str, body: bytes
) -> tuple[int, bytes]:
    """Status and content of one answer; connects for each, since they are few."""
    parts = urlsplit(url)
    connection = http.client.HTTPSConnection(
        parts.hostname or "", parts.port or 443, timeout=TIMEOUT_S, context=context
    )
    try:
        connection.request(method, path, body or None, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, answer.read(_ANSWER_MAX)
    except ssl.SSLCertVerificationError:
        raise NoFleet(
            f"{url} is not the fleet that this till belongs to, or somebody stands in between."
        ) from None
    except (OSError, http.client.HTTPException) as error:
        why = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise NoFleet(
            f"{url} does not answer ({why}). Look at the address and the network."
        ) from None
    finally:
        connection.close()


def _request(
    applicant: Applicant,
    key: ec.EllipticCurvePrivateKey,
    *,
    token: str = "",
    code: str = "",
    nonce: bytes = b"",
) -> bytes:
    asked = Request(
        membership.request(key, applicant.name),
        applicant.hardware,
        applicant.name,
        applicant.number,
        applicant.software,
        token,
        code,
        nonce,
    )
    return wire.encode_request(asked)
