"""The acquiring side of monobank: invoices, their states, a statement; over plain HTTP on loopback.

Source: https://api.monobank.ua/docs/acquiring.html. The customer is a temper: pays at once, fails,
waits to be presented, pays another amount.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from hw_sim.terminal import Link, Temper, Terminal

TOKEN = "uKramTestToken_0"
CARD = "444403******1902"
SLOW_S = 0.05


@dataclass
class Bill:
    """An invoice. paid_minor: what the customer really paid."""

    id: str
    amount_minor: int
    ccy: int
    reference: str
    ends_at: float
    temper: Temper
    status: str = "created"
    paid_minor: int = 0
    refunds: list[dict[str, Any]] = field(default_factory=list)
    stand: str = ""

    def told(self) -> dict[str, Any]:
        """As the bank tells it, with the card data that nobody may keep."""
        return {
            "invoiceId": self.id,
            "status": self.status,
            "amount": self.amount_minor,
            "finalAmount": self.paid_minor,
            "ccy": self.ccy,
            "reference": self.reference,
            "failureReason": "Неправильний CVV код" if self.status == "failure" else "",
            "cancelList": self.refunds,
            "paymentInfo": {"maskedPan": CARD, "bank": "Універсал Банк", "rrn": "060189181768"},
        }


@dataclass
class MonoBank(Terminal):
    """now: seconds since 1970. slow_refunds: asked so often, a refund is still in work."""

    now: Callable[[], float] = time.time
    bills: dict[str, Bill] = field(default_factory=dict)
    slow_refunds: int = 0
    mute: set[str] = field(default_factory=set)
    """Questions that are heard and never answered."""
    drips: set[str] = field(default_factory=set)
    """Questions whose answer goes on for ever, a byte at a time."""
    answer_late_s: float = 0.0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def serve(self, link: Link) -> None:
        """One question; its connection ends with the answer."""
        asked = _request(link, lambda: self.stopping)
        if asked is None:
            return
        method, target, token, body = asked
        path = urlsplit(target).path.removeprefix("/api/merchant/")
        query = {key: it[0] for key, it in parse_qs(urlsplit(target).query).items()}
        self.heard.append(path)
        if token != TOKEN:
            _answer(link, 403, {"errCode": "FORBIDDEN", "errText": "invalid 'X-Token'"})
            return
        self._age()
        status, told = self._routed(method, path, query, body)
        if path in self.mute or status is None:
            _hang(link, lambda: self.stopping)
            return
        if path in self.drips:
            _drip(link, lambda: self.stopping)
            return
        if self.answer_late_s:
            time.sleep(self.answer_late_s)
        _answer(link, status, told)

    def pay(self, invoice: str, amount_minor: int | None = None) -> None:
        """The customer pays it, whatever became of an earlier attempt."""
        bill = self.bills[invoice]
        bill.paid_minor = bill.amount_minor if amount_minor is None else amount_minor
        bill.status = "success"
        self.charge("payment", bill.paid_minor)

    def _age(self) -> None:
        """What time and the customer did meanwhile."""
        for bill in self.bills.values():
            if bill.status != "created":
                continue
            if self.now() >= bill.ends_at:
                bill.status = "expired"
            elif bill.temper.mood != "wait" or self.presented.is_set():
                self._customer(bill)

    def _customer(self, bill: Bill) -> None:
        if bill.temper.mood == "decline":
            bill.status = "failure"
        elif bill.temper.mood != "silent":
            self.pay(bill.id, bill.temper.amount_minor)

    def _routed(
        self, method: str, path: str, query: dict[str, str], body: dict[str, Any]
    ) -> tuple[int | None, dict[str, Any]]:
        match method, path:
            case "GET", "details":
                return 200, {"merchantId": "12o4Vv7EWy", "merchantName": "На розі"}
            case "POST", "invoice/create":
                return self._created(body)
            case "GET", "invoice/status":
                bill = self.bills.get(query.get("invoiceId", ""))
                if bill is None:
                    return 404, {"errText": "invoice not found"}
                self._refunds_go_on(bill)
                return 200, bill.told()
            case "POST", "invoice/remove":
                return self._removed(body)
            case "POST", "invoice/cancel":
                return self._refunded(body)
            case "GET", "statement":
                return 200, {"list": [self._row(it) for it in self.bills.values() if it.paid_minor]}
        return 404, {"errText": "not found"}

    def _created(self, body: dict[str, Any]) -> tuple[int | None, dict[str, Any]]:
        temper = self.temper()
        if temper.mood == "busy":
            return 400, {"errCode": "INVALID_MERCHANT", "errText": "мерчант не активний"}
        bill = Bill(
            id=f"2610{len(self.bills) + 1:08d}Kram",
            amount_minor=body["amount"],
            ccy=body["ccy"],
            reference=body["merchantPaymInfo"]["reference"],
            ends_at=self.now() + body["validity"],
            temper=temper,
            stand=body.get("qrId", ""),
        )
        self.bills[bill.id] = bill
        if temper.mood not in ("wait", "silent"):
            self._customer(bill)
        if temper.mood in ("silent", "charge_silently"):
            return None, {}
        return 200, {"invoiceId": bill.id, "pageUrl": f"https://pay.mbnk.biz/{bill.id}"}

    def _removed(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        bill = self.bills[body["invoiceId"]]
        if bill.temper.deaf_to_cancel and bill.status == "created":
            self.pay(bill.id)
        if bill.status == "success":
            return 400, {"errText": "invoice is paid"}
        bill.status = "expired"
        return 200, {}

    def _refunded(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        bill = self.bills.get(body["invoiceId"])
        if bill is None or not bill.paid_minor:
            return 400, {"errText": "nothing to cancel"}
        known = any(it["extRef"] == body["extRef"] for it in bill.refunds)
        if not known:
            refund = {"extRef": body["extRef"], "amount": body["amount"], "ccy": bill.ccy}
            bill.refunds.append({**refund, "status": "processing", "maskedPan": CARD})
        self._refunds_go_on(bill)
        return 200, {"status": bill.refunds[-1]["status"]}

    def _refunds_go_on(self, bill: Bill) -> None:
        for it in bill.refunds:
            if it["status"] != "processing":
                continue
            if self.slow_refunds:
                self.slow_refunds -= 1
                continue
            it["status"] = "success"
            self.charge("refund", it["amount"])

    @staticmethod
    def _row(bill: Bill) -> dict[str, Any]:
        row = {
            key: it for key, it in bill.told().items() if key not in ("finalAmount", "paymentInfo")
        }
        return {**row, "amount": bill.paid_minor, "maskedPan": CARD, "rrn": "060189181768"}


def _request(
    link: Link, stopping: Callable[[], bool]
) -> tuple[str, str, str, dict[str, Any]] | None:
    """(method, target, token, body); None when the client hung up first."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = link.receive(0.05)
        if more is None or stopping():
            return None
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {k.strip().lower(): v.strip() for k, _, v in (it.partition(":") for it in lines)}
    while len(body) < int(headers.get("content-length", "0")):
        more = link.receive(0.05)
        if more is None or stopping():
            return None
        body += more
    method, target, _ = first.split(" ")
    return method, target, headers.get("x-token", ""), json.loads(body or b"{}")


def _hang(link: Link, stopping: Callable[[], bool]) -> None:
    """Until the client has had enough."""
    while link.receive(SLOW_S) is not None and not stopping():
        pass


def _drip(link: Link, stopping: Callable[[], bool]) -> None:
    """Quicker than any wait for the next byte, and without an end."""
    link.send(b"HTTP/1.1 200 X\r\nContent-Length: 1000000\r\n\r\n")
    while not stopping():
        link.send(b" ")
        if link.receive(SLOW_S / 10) is None:
            return


def _answer(link: Link, status: int, told: dict[str, Any]) -> None:
    body = json.dumps(told, ensure_ascii=False).encode()
    head = (
        f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    )
    link.send(head.encode() + b"Connection: close\r\n\r\n" + body)
