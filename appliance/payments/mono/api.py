"""monobank acquiring over HTTPS: invoices made, asked about, called off, paid back.

Source: https://api.monobank.ua/docs/acquiring.html, with the token in the header X-Token. Of what the
bank answers only the members below are read: the masked card number and the like stay behind.
"""

from __future__ import annotations

import http.client
import json
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from pathlib import Path
from typing import Any

from appliance.malformed import Malformed
from appliance.payments.in_time import in_time
from appliance.payments.line import LineLost
from appliance.payments.secret_file import read_secret

ANSWER_BYTES_MAX = 4_000_000
"""A day's statement of a busy shop is a tenth of it."""


class Status(StrEnum):
    """created: nobody has paid. processing: the bank works on it. hold: reserved, not taken."""

    CREATED = "created"
    PROCESSING = "processing"
    HOLD = "hold"
    SUCCESS = "success"
    FAILURE = "failure"
    REVERSED = "reversed"
    EXPIRED = "expired"


class Refused(Exception):
    """The bank understood and did nothing; the text is its own."""


@dataclass(frozen=True, slots=True)
class Refund:
    """One of an invoice's, by the number that we gave it."""

    reference: str
    status: Status
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Invoice:
    """amount_minor: what was really paid once it is. why: of a failure, in the bank's words."""

    id: str
    status: Status
    amount_minor: int
    currency: int
    reference: str = ""
    why: str = ""
    refunds: tuple[Refund, ...] = ()


class Mono:
    """token_file: read for each connection, so that a new token needs no restart."""

    def __init__(self, address: str, token_file: Path, timeout_s: float) -> None:
        self._url = urllib.parse.urlsplit(address)
        self._path = self._url.path.rstrip("/")
        self._token_file = token_file
        self._timeout_s = timeout_s
        self._token = ""

    def connect(self) -> None:
        self._token = read_secret(self._token_file, "ascii")
        self._call("GET", "details")

    def create(
        self, amount_minor: int, currency: int, reference: str, validity_s: int, stand: str = ""
    ) -> tuple[str, str]:
        """(invoice, address of its page). stand: the id of a printed code that leads to it. Raises
        Refused: there is no invoice."""
        asked: dict[str, Any] = {
            "amount": amount_minor,
            "ccy": currency,
            "validity": validity_s,
            "merchantPaymInfo": {"reference": reference, "destination": reference},
        }
        if stand:
            asked["qrId"] = stand
        made = self._call("POST", "invoice/create", asked)
        return _text(made, "invoiceId"), _text(made, "pageUrl")

    def status(self, invoice: str) -> Invoice:
        told = self._call("GET", f"invoice/status?{urllib.parse.urlencode({'invoiceId': invoice})}")
        return _invoice(told)

    def remove(self, invoice: str) -> None:
        """Nobody can pay it from now on. Raises Refused for one that was paid."""
        self._call("POST", "invoice/remove", {"invoiceId": invoice})

    def refund(self, invoice: str, amount_minor: int, reference: str) -> None:
        asked = {"invoiceId": invoice, "extRef": reference, "amount": amount_minor}
        self._call("POST", "invoice/cancel", asked)

    def statement(self, since: int, until: int) -> list[Invoice]:
        """Payments between two moments, in seconds since 1970."""
        told = self._call(
            "GET", f"statement?{urllib.parse.urlencode({'from': since, 'to': until})}"
        )
        found = told.get("list")
        if not isinstance(found, list):
            raise Malformed("mono: a statement without a list")
        return [_invoice(it) for it in found if isinstance(it, dict)]

    def _line(self) -> http.client.HTTPConnection:
        where, timeout_s = self._url.netloc, self._timeout_s
        if self._url.scheme == "https":
            return http.client.HTTPSConnection(where, timeout=timeout_s)
        return http.client.HTTPConnection(where, timeout=timeout_s)

    def _call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        line = self._line()
        headers = {"X-Token": self._token, "Content-Type": "application/json"}
        said = None if body is None else json.dumps(body)
        try:
            with in_time(line, self._timeout_s):
                line.request(method, f"{self._path}/api/merchant/{path}", said, headers)
                answer = line.getresponse()
                text = answer.read(ANSWER_BYTES_MAX)
        except (OSError, http.client.HTTPException) as error:
            raise LineLost(f"mono: {error}") from None
        if answer.status != HTTPStatus.OK:
            raise _no(answer.status, text)
        try:
            told = json.loads(text or b"{}")
        except (ValueError, RecursionError):
            raise Malformed("mono: the answer is not JSON") from None
        if not isinstance(told, dict):
            raise Malformed("mono: the answer is no object")
        return told


def _no(status: int, text: bytes) -> Exception:
    """400 and 404 are the bank's own no; all else says nothing about what was done."""
    if status not in (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND):
        return LineLost(f"mono: HTTP {status}")
    try:
        why = json.loads(text).get("errText", "")
    except (ValueError, AttributeError, RecursionError):
        why = ""
    return Refused(str(why or f"HTTP {status}")[:150])


def _invoice(told: Mapping[str, Any]) -> Invoice:
    paid = told.get("finalAmount")
    return Invoice(
        id=_text(told, "invoiceId"),
        status=_status(told),
        amount_minor=paid if _is_whole(paid) and paid else _whole(told, "amount"),
        currency=_whole(told, "ccy"),
        reference=str(told.get("reference") or ""),
        why=str(told.get("failureReason") or "")[:150],
        refunds=tuple(
            Refund(str(it.get("extRef") or ""), _status(it), _whole(it, "amount"))
            for it in told.get("cancelList") or ()
            if isinstance(it, dict)
        ),
    )


def _status(told: Mapping[str, Any]) -> Status:
    try:
        return Status(str(told.get("status")))
    except ValueError:
        raise Malformed(f"mono: an unknown status {told.get('status')!r}") from None


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str) or not value:
        raise Malformed(f"mono: {name} is missing")
    return value


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _whole(told: Mapping[str, Any], name: str) -> int:
    value = told.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Malformed(f"mono: {name} is missing")
    return value
