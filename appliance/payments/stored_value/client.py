"""The shop's ledger as another till serves it: one question, one connection, one answer."""

from __future__ import annotations

import http.client
import secrets
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any, TypeVar

from appliance.journal.movements import Move
from appliance.malformed import Malformed
from appliance.payments.in_time import in_time
from appliance.payments.stored_value import wire
from appliance.payments.stored_value.ledger import Granted, LedgerLost

T = TypeVar("T")

ANSWER_S = 2.0
"""A customer waits; then the till decides alone."""


class RemoteLedger:
    """key: `wire.key_of_shop`."""

    def __init__(self, address: tuple[str, int], key: bytes, timeout_s: float = ANSWER_S) -> None:
        self._address = address
        self._key = key
        self._timeout_s = timeout_s

    def hold(self, account: str, amount_minor: int, key: str) -> Granted:
        told = self._ask("/v1/hold", account=account, amount_minor=amount_minor, key=key)
        return _read(lambda: Granted(wire.whole(told, "amount_minor"), wire.text(told, "why")))

    def release(self, key: str) -> None:
        self._ask("/v1/release", key=key)

    def push(self, moves: Sequence[Move]) -> None:
        self._ask("/v1/push", moves=wire.moves_json(moves))

    def pull(self, after: int) -> tuple[tuple[Move, ...], int]:
        told = self._ask("/v1/pull", after=after)
        return _read(lambda: (wire.moves_of(told), wire.whole(told, "upto")))

    def heard(self, till: str) -> int:
        told = self._ask("/v1/heard", till=till)
        return _read(lambda: wire.whole(told, "upto"))

    def _ask(self, path: str, **fields: Any) -> dict[str, Any]:
        body, nonce = wire.body_of(**fields), secrets.token_hex(wire.NONCE_CHARS // 2)
        headers = {
            "Content-Type": "application/json",
            wire.NONCE: nonce,
            wire.SEAL: wire.seal(self._key, "ask", path, nonce, body),
        }
        line = http.client.HTTPConnection(*self._address, timeout=self._timeout_s)
        try:
            with in_time(line, self._timeout_s):
                line.request("POST", path, body, headers)
                answer = line.getresponse()
                told = answer.read(wire.BODY_MAX + 1)
        except (OSError, http.client.HTTPException) as error:
            raise LedgerLost(f"{type(error).__name__}: {error}") from error
        if answer.status == HTTPStatus.FORBIDDEN:
            raise LedgerLost("the other till has another code-keys.json")
        seal = answer.getheader(wire.SEAL, "")
        if not wire.is_sealed(self._key, "answer", path, nonce, told, seal):
            raise LedgerLost("somebody without the shop's key answered")
        if answer.status != HTTPStatus.OK:
            raise LedgerLost(f"{answer.status} {told[:200].decode(errors='replace')}")
        return _read(lambda: wire.read(told))


def _read(reading: Callable[[], T]) -> T:
    try:
        return reading()
    except Malformed as error:
        raise LedgerLost(str(error)) from None
