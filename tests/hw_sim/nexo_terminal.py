"""A nexo terminal in the Adyen local form: a real TLS server, sealed messages, many connections.

A payment runs on by itself when its connection is gone; by its ServiceID the end is told later.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import socket
import ssl
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from appliance.payments.nexo.protection import KeyName, derive, open_sealed, seal
from hw_sim.certificates import Certificate, certificate
from hw_sim.terminal import Kind, Link, Temper, Terminal

Message = dict[str, Any]

POI_ID = "P400Plus-000000001"
OWN_NAME = f"{POI_ID}.test.terminal.adyen.com"
PASSPHRASE = "moist dune"
KEY = KeyName("till-7", 3)
CARD_DATA: Message = {"MaskedPan": "476173 **** 0119"}
TICK_S = 0.01


@dataclass
class Running:
    aborted: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)
    answer: Message | None = None


@dataclass
class NexoTerminal(Terminal):
    """answers: by ServiceID, what each payment and reversal ended with; None while it runs."""

    shown: Certificate = field(
        default_factory=lambda: certificate(Path(tempfile.mkdtemp(prefix="nexo-")), OWN_NAME)
    )
    passphrase: str = PASSPHRASE
    running: dict[str, Running] = field(default_factory=dict)
    generation: int = 0
    wires: set[socket.socket] = field(default_factory=set)

    def start(self) -> None:
        self.keys = derive(self.passphrase)
        self.generation += 1
        self.running = {name: it for name, it in self.running.items() if it.done.is_set()}
        super().start()

    def stop(self) -> None:
        for wire in list(self.wires):
            with contextlib.suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)
        super().stop()

    def _accept(self) -> None:
        """Unlike other terminals it serves several connections: an abort comes beside a payment."""
        assert self._server is not None
        server = self._server
        while not self.stopping:
            try:
                plain, _ = server.accept()
            except OSError:
                continue
            threading.Thread(target=self._serve_one, args=(plain,), daemon=True).start()

    def _serve_one(self, plain: socket.socket) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.shown.path)
        self.wires.add(plain)
        plain.settimeout(5)
        with contextlib.suppress(OSError, ValueError), plain:
            wire = context.wrap_socket(plain, server_side=True)
            self.wires.add(wire)
            with wire:
                self.serve(Link(wire))
        self.wires.discard(plain)

    def serve(self, link: Link) -> None:
        got = b""
        while b"\r\n\r\n" not in got or len(got) < _length(got):
            data = link.receive(5)
            if not data:
                return
            got += data
        outer = json.loads(got.partition(b"\r\n\r\n")[2])
        message = json.loads(open_sealed(self.keys, outer["SaleToPOIRequest"]))
        request = message["SaleToPOIRequest"]
        header = request["MessageHeader"]
        category = header["MessageCategory"]
        self.heard.append(category)
        body = self._answered(header, request[f"{category}Request"])
        if body is not None:
            self._send(link, header, body)

    def _answered(self, header: Message, body: Message) -> Message | None:
        """The body of the answer: {} for one without, None for silence."""
        category = header["MessageCategory"]
        if category == "Diagnosis":
            return {"Response": {"Result": "Success"}}
        if category == "Abort":
            asked = self.running.get(body["MessageReference"]["ServiceID"])
            if asked is not None:
                asked.aborted.set()
            return {}
        if category == "TransactionStatus":
            return self._status(header, body["MessageReference"])
        return self._operate(header, body)

    def _status(self, header: Message, reference: Message) -> Message:
        asked = self.running.get(reference["ServiceID"])
        if asked is None:
            return _failure("NotFound")
        if asked.answer is None:
            return _failure("InProgress")
        category = reference["MessageCategory"]
        repeated = header | {"MessageCategory": category, "ServiceID": reference["ServiceID"]}
        return {
            "Response": {"Result": "Success"},
            "MessageReference": reference,
            "RepeatedMessageResponse": {
                "MessageHeader": repeated | {"MessageType": "Response"},
                "RepeatedResponseMessageBody": {f"{category}Response": asked.answer},
            },
        }

    def _operate(self, header: Message, body: Message) -> Message | None:
        temper, generation = self.temper(_asked_minor(body)), self.generation
        if temper.mood == "busy":
            return _failure("Busy")
        if temper.mood == "silent":
            while not self.stopping and generation == self.generation:
                threading.Event().wait(TICK_S)
            return None
        running = self.running[header["ServiceID"]] = Running()
        if temper.mood == "wait":
            while not self.presented.wait(TICK_S):
                if self.red.is_set() or (running.aborted.is_set() and not temper.deaf_to_cancel):
                    self.show("cancelled")
                    return self._end(running, _failure("Aborted"))
                if self.stopping or generation != self.generation:
                    return None
            temper = self.taken_up(temper)
        if temper.mood == "cancel":
            self.show("cancelled")
            return self._end(running, _failure("Cancel"))
        if temper.mood == "silent":
            return None
        if temper.mood == "decline":
            self.show("declined")
            return self._end(running, _failure("Refusal"))
        answer = self._end(running, self._charge(header["MessageCategory"], body, temper))
        return None if temper.mood == "charge_silently" else answer

    def _charge(self, category: str, body: Message, temper: Temper) -> Message:
        if category == "Reversal":
            number = body["OriginalPOITransaction"]["POITransactionID"]["TransactionID"]
            if not self.reverse(number.partition(".")[2]):
                return _failure("NotFound")
            return {"Response": {"Result": "Success"}, "POIData": _poi_data(number)}
        amounts = body["PaymentTransaction"]["AmountsReq"]
        asked = _asked_minor(body)
        amount = asked if temper.amount_minor is None else temper.amount_minor
        refunds = body.get("PaymentData", {}).get("PaymentType") == "Refund"
        kind: Kind = "refund" if refunds else "payment"
        made = self.charge(kind, amount)
        return {
            "Response": {"Result": "Success" if amount >= asked else "Partial"},
            "POIData": _poi_data(f"oq3z001.{made.reference}"),
            "PaymentResult": {
                "AmountsResp": {
                    "Currency": amounts["Currency"],
                    "AuthorizedAmount": amount / 100,
                },
                "PaymentInstrumentData": {"CardData": CARD_DATA},
            },
        }

    def _end(self, running: Running, answer: Message) -> Message:
        running.answer = answer
        running.done.set()
        return answer

    def _send(self, link: Link, header: Message, body: Message) -> None:
        content = b"ok"
        if body:
            answer = {
                "SaleToPOIResponse": {
                    "MessageHeader": header | {"MessageType": "Response"},
                    f"{header['MessageCategory']}Response": body,
                }
            }
            plain = json.dumps(answer).encode()
            secured = seal(self.keys, plain, KEY, secrets.token_bytes(16))
            content = json.dumps({"SaleToPOIResponse": secured}).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(content)}\r\nConnection: close\r\n\r\n"
        link.send(head.encode() + content)


def _length(got: bytes) -> int:
    head = got.partition(b"\r\n\r\n")[0]
    for line in head.decode().splitlines():
        name, _, value = line.partition(":")
        if name.lower() == "content-length":
            return len(head) + 4 + int(value)
    raise ValueError("no length")


def _asked_minor(body: Message) -> int:
    """A reversal names none."""
    amounts = body.get("PaymentTransaction", {}).get("AmountsReq", {})
    return round(amounts.get("RequestedAmount", 0) * 100)


def _failure(condition: str) -> Message:
    return {"Response": {"Result": "Failure", "ErrorCondition": condition}}


def _poi_data(number: str) -> Message:
    return {"POITransactionID": {"TransactionID": number, "TimeStamp": "2026-11-29T08:00:00.000Z"}}
