"""A PrivatBank terminal speaking JSON ECR: a batch of receipts, one client, habits from the wild.

Its operation runs on by itself when the client goes away; only a restart forgets it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hw_sim.terminal import Kind, Link, Temper, Terminal

Message = dict[str, Any]

CARD = {
    "pan": "4761XXXXXXXX0119",
    "cardHolderName": "TEST/CARDHOLDER",
    "cardExpiryDate": "2612",
    "track1": "B4761739001010119^TEST/CARDHOLDER^26122011143804400000",
}
"""What an answer carries and a till must not keep: a published test card."""

MONEY = {"Purchase": "1", "Refund": "2", "Withdrawal": "3", "WithdrawalPartly": "3"}
TICK_S = 0.005


@dataclass
class Operation:
    message: Message
    temper: Temper
    interrupted: bool = False


@dataclass
class PrivatTerminal(Terminal):
    """receipts: of the batch, by number; charged: which of the ledger each is. knows_receipts: its
    software has GetReceiptInfo. withdraws_in_place: a withdrawal changes the purchase's receipt
    instead of adding one."""

    receipts: dict[int, dict[str, str]] = field(default_factory=dict)
    charged: dict[int, str] = field(default_factory=dict)
    last_number: int = 41
    terminal_id: str = "TSTSALE2"
    knows_receipts: bool = True
    withdraws_in_place: bool = False
    settled: int = 0
    operation: Operation | None = None

    def start(self) -> None:
        self.operation = None
        super().start()

    def serve(self, link: Link) -> None:
        rest = b""
        while not self.stopping:
            data = link.receive(TICK_S)
            if data is None:
                return
            *pieces, rest = (rest + data).split(b"\0")
            for piece in pieces:
                if piece:
                    self._heard(link, json.loads(piece))
            self._work(link)

    def print_receipt(self, kind: str, amount_minor: int, **other: str) -> dict[str, str]:
        """Also of somebody who used the terminal by hand."""
        self.last_number += 1
        now = datetime.now().astimezone()
        receipt = {
            "amount": f"{amount_minor / 100:.2f}",
            "approvalCode": "230719",
            "date": now.strftime("%d.%m.%Y"),
            "time": now.strftime("%H:%M:%S"),
            "invoiceNumber": f"{self.last_number:06d}",
            "rrn": f"{400_000_000_000 + self.last_number}",
            "merchant": "TSTMERCH",
            "terminalId": self.terminal_id,
            "responseCode": "0000",
            "txnType": kind,
            "trnStatus": "1",
            **CARD,
            **other,
        }
        self.receipts[self.last_number] = receipt
        return receipt

    def pay_by_hand(self, amount_minor: int) -> None:
        super().pay_by_hand(amount_minor)
        self.print_receipt(MONEY["Purchase"], amount_minor)
        self.charged[self.last_number] = self.ledger[-1].reference

    def _heard(self, link: Link, message: Message) -> None:
        method, params = message["method"], message.get("params", {})
        self.heard.append(method if method != "ServiceMessage" else params["msgType"])
        if method == "ServiceMessage":
            self._served(link, params["msgType"])
        elif self.operation is not None:
            _service(link, " deviceBusy")
        elif method == "PingDevice":
            _send(link, method, {"code": "00", "responseCode": "0000"})
        elif method in MONEY:
            self._begin(link, message)
        elif method == "GetReceiptInfo" and self.knows_receipts:
            self._tell_receipt(link, params["invoiceNumber"])
        elif method == "Verify":
            code = "0000" if self.receipts else "0001"
            self.settled += bool(self.receipts)
            self.receipts.clear()
            _send(link, method, {"responseCode": code, "receipt": "Z"}, error=code != "0000")
        else:
            _service(link, " methodNotImplemented")

    def _served(self, link: Link, kind: str) -> None:
        if kind == "identify":
            _service(link, kind, result="true", vendor="PAX", model="s800")
        elif kind == "getLastStatMsgCode":
            code = "9" if self.operation else "0"
            _service(link, kind, LastStatMsgCode=code)
        elif kind == "interrupt":
            if self.operation is not None:
                self.operation.interrupted = True
            _service(link, " interruptTransmitted")
        else:
            _service(link, " methodNotImplemented")

    def _tell_receipt(self, link: Link, invoice: str) -> None:
        wanted = int(invoice or 0) or max(self.receipts, default=0)
        receipt = self.receipts.get(wanted)
        if receipt is None:
            _send(link, "GetReceiptInfo", {"responseCode": "1000"}, error=True)
        else:
            _send(link, "GetReceiptInfo", receipt | {"receipt": "text-of-receipt"})

    def _begin(self, link: Link, message: Message) -> None:
        amount = message["params"].get("amount", "0")
        temper = self.temper(round(float(amount) * 100))
        if temper.mood == "busy":
            _service(link, "deviceBusy")
        elif temper.mood != "silent":
            self.operation = Operation(message, temper)

    def _work(self, link: Link) -> None:
        """One step of the operation that runs."""
        running = self.operation
        if running is None:
            return
        temper, method = running.temper, running.message["method"]
        interrupted = running.interrupted and not temper.deaf_to_cancel
        if self.red.is_set() or interrupted or temper.mood == "cancel":
            self.operation = None
            self.show("cancelled")
            _send(link, method, {"responseCode": "1001"}, error=True)
        elif temper.mood == "wait":
            if self.presented.is_set():
                running.temper = self.taken_up(temper)
        elif temper.mood == "silent":
            self.operation = None
        elif temper.mood == "decline":
            self.operation = None
            self.show("declined")
            _send(link, method, {"responseCode": "0051", "receipt": "ВІДХИЛЕНО"}, error=True)
        else:
            receipt = self._charge(running)
            self.operation = None
            if receipt is None:
                _send(link, method, {"responseCode": "1000"}, error=True)
            elif temper.mood != "charge_silently":
                _send(link, method, receipt | {"receipt": "text-of-receipt", "signVerif": "0"})

    def _charge(self, running: Operation) -> dict[str, str] | None:
        method, params = running.message["method"], running.message["params"]
        if method == "Withdrawal":
            return self._withdraw(int(params["invoiceNumber"]))
        asked = round(float(params["amount"]) * 100)
        given = running.temper.amount_minor
        amount = asked if given is None else given
        kind: Kind = "payment" if method == "Purchase" else "refund"
        self.charge(kind, amount)
        code = "0010" if amount < asked else "0000"
        receipt = self.print_receipt(MONEY[method], amount, responseCode=code)
        self.charged[self.last_number] = self.ledger[-1].reference
        return receipt

    def _withdraw(self, number: int) -> dict[str, str] | None:
        original = self.receipts.get(number)
        if original is None or not self.reverse(self.charged.get(number, "")):
            return None
        if self.withdraws_in_place:
            original |= {"txnType": "3", "trnStatus": "3"}
            return original
        amount = round(float(original["amount"]) * 100)
        return self.print_receipt("3", amount, rrn=original["rrn"])


def _service(link: Link, kind: str, **params: str) -> None:
    _send(link, "ServiceMessage", {"msgType": kind, **params})


def _send(link: Link, method: str, params: dict[str, str], *, error: bool = False) -> None:
    """As terminals do: blanks in places, the description's key misspelt."""
    answer = {
        "method": method,
        "step": 0,
        "params": params,
        "error": error,
        "errorDecsription": "Операція неможлива" if error else "",
    }
    link.send(json.dumps(answer, ensure_ascii=False).encode() + b"\0")
