"""Terminals speaking nexo Sale to POI in the Adyen local form: sealed JSON over HTTPS, port 8443.

Source: docs.adyen.com, "Terminal API local integration". Each request has a ServiceID; by it the
terminal is asked later what became of a payment (TransactionStatus), so it is journalled before the
request leaves.
"""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from appliance.core.facts import TenderOutcome, TenderType
from appliance.malformed import Malformed
from appliance.payments.dialogue import Answer, Dialogue, Errand
from appliance.payments.json_text import read_object, write_object
from appliance.payments.line import LineLost
from appliance.payments.nexo import messages
from appliance.payments.nexo.https import Https
from appliance.payments.nexo.messages import Address, Exchange
from appliance.payments.nexo.protection import BLOCK_BYTES, KeyName, Keys, derive, open_sealed, seal
from appliance.payments.options import Options
from appliance.payments.port import PaymentPort
from appliance.payments.secret_file import read_secret
from appliance.payments.terminal import TerminalPort
from appliance.payments.tls import Trust

SERVICE_ID_LENGTH = 10
"""The longest that there may be; drawn at random none comes twice within the 48 hours."""

PORT = 8443


@dataclass(frozen=True, slots=True)
class Settings:
    """service_s: for an answer that needs no person; answer_s: for one that waits for a card.
    passphrase: read for each connection, so that a new one needs no restart; may raise LineLost."""

    address: Address
    passphrase: Callable[[], str]
    key: KeyName
    service_s: float = 10.0
    answer_s: float = 300.0


def draw_service_id() -> str:
    letters = string.ascii_letters + string.digits
    return "".join(secrets.choice(letters) for _ in range(SERVICE_ID_LENGTH))


class NexoDialogue(Dialogue):
    def __init__(
        self,
        https: Https,
        settings: Settings,
        *,
        new_id: Callable[[], str] = draw_service_id,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._https = https
        self._settings = settings
        self._keys: Keys | None = None
        self._new_id = new_id
        self._now = now

    def connect(self) -> None:
        """Each request has a connection of its own; one asks whether the terminal is there."""
        self._keys = derive(self._settings.passphrase())
        self._asked(self._exchange("Diagnosis"), messages.diagnosis())

    def disconnect(self) -> None:
        self._keys = None

    def pay(self, errand: Errand) -> Answer:
        it = errand.intent
        body = messages.payment(it.id, self._stamp(), it.amount_minor, it.currency)
        return self._move(errand, self._exchange("Payment"), body)

    def refund(self, errand: Errand) -> Answer:
        it, amount = errand.intent, -errand.intent.amount_minor
        number, _, stamp = it.original.partition(" ")
        if not number:
            body = messages.free_refund(it.id, self._stamp(), amount, it.currency)
            return self._move(errand, self._exchange("Payment"), body)
        body = messages.reversal(it.id, self._stamp(), (number, stamp), amount, it.currency)
        return self._move(errand, self._exchange("Reversal"), body)

    def inquire(self, errand: Errand) -> Answer:
        memo, it = errand.memo, errand.intent
        asked = Exchange(
            Address(memo.get("sale", ""), memo.get("poi", "")),
            memo.get("category", ""),
            memo.get("service", ""),
        )
        exchange = self._exchange("TransactionStatus")
        body = self._asked(exchange, messages.status(asked))
        answer = messages.status_meaning(body, asked, abs(it.amount_minor), it.currency)
        if answer.outcome is TenderOutcome.UNKNOWN and errand.cancel_wanted:
            self._abort(asked)
        return answer

    def _move(self, errand: Errand, exchange: Exchange, body: dict[str, Any]) -> Answer:
        """Sends a money command, once; an abort travels on a connection beside it."""
        sealed = self._sealed(exchange.request(body))
        call = self._https.open()
        aborted = False

        def between() -> bool:
            nonlocal aborted
            if errand.cancel_wanted and not aborted:
                aborted = True
                self._abort(exchange)
            return not errand.closing

        try:
            errand.leave(
                service=exchange.service,
                category=exchange.category,
                sale=exchange.address.sale_id,
                poi=exchange.address.poi_id,
            )
            call.send(sealed)
            answer = call.receive(self._settings.answer_s, between)
        finally:
            call.close()
        if answer is None:
            return Answer(TenderOutcome.UNKNOWN, detail="the terminal has not answered yet")
        it = errand.intent
        return messages.meaning(
            exchange.response_in(self._opened(answer)), abs(it.amount_minor), it.currency
        )

    def _abort(self, payment: Exchange) -> None:
        """Its own answer is empty: what counts is how the payment ends."""
        exchange = self._exchange("Abort")
        try:
            call = self._https.open()
        except LineLost:
            return
        try:
            call.send(self._sealed(exchange.request(messages.abort(payment))))
            call.receive(self._settings.service_s)
        except (LineLost, Malformed):
            pass
        finally:
            call.close()

    def _asked(self, exchange: Exchange, body: dict[str, Any]) -> dict[str, Any]:
        """The answer to a question that moves no money."""
        call = self._https.open()
        try:
            call.send(self._sealed(exchange.request(body)))
            answer = call.receive(self._settings.service_s)
        finally:
            call.close()
        if answer is None:
            raise LineLost(f"no answer to {exchange.category}")
        return exchange.response_in(self._opened(answer))

    def _exchange(self, category: str) -> Exchange:
        return Exchange(self._settings.address, category, self._new_id())

    def _sealed(self, message: dict[str, Any]) -> bytes:
        nonce = secrets.token_bytes(BLOCK_BYTES)
        secured = seal(self._held_keys(), write_object(message), self._settings.key, nonce)
        return write_object({messages.REQUEST: secured})

    def _opened(self, answer: bytes) -> dict[str, Any]:
        secured = messages.part(read_object(answer), messages.RESPONSE)
        return read_object(open_sealed(self._held_keys(), secured))

    def _held_keys(self) -> Keys:
        assert self._keys is not None, "connected first"
        return self._keys

    def _stamp(self) -> str:
        return self._now().isoformat(timespec="seconds")


def create(name: str, kind: TenderType, table: Mapping[str, object]) -> PaymentPort:
    """host, poi_id, passphrase_file with key_identifier and key_version, and ca or fingerprint."""
    options = Options(name, table)
    host, tcp_port = options.text("host"), options.whole("tcp_port", PORT)
    poi_id = options.text("poi_id")
    ca, fingerprint = options.text("ca", ""), options.text("fingerprint", "")
    named = options.yes("check_name", default=True)
    if bool(ca) is bool(fingerprint):
        raise options.wrong('ca = "/etc/kram/adyen-root.pem" is needed, or fingerprint = "..."')
    if ca and not Path(ca).is_file():
        raise options.wrong(f"there is no file {ca}")
    settings = Settings(
        Address(options.text("sale_id", "kram"), poi_id),
        partial(read_secret, Path(options.text("passphrase_file"))),
        KeyName(options.text("key_identifier"), options.whole("key_version", 1, least=0)),
        options.seconds("service_s", 10.0),
        options.seconds("answer_s", 300.0),
    )
    options.done()
    trust = Trust(ca, f"{poi_id}." if named else "", fingerprint)
    return TerminalPort(name, kind, NexoDialogue(Https(host, tcp_port, trust), settings))
