"""Messages to and from a PrivatBank terminal over one wire, with the pauses that it needs."""

from __future__ import annotations

import time
from typing import Any

from appliance.malformed import Malformed
from appliance.payments.line import SLICE_S, Line, LineLost
from appliance.payments.privat import frame
from appliance.payments.privat.outcome import SERVICE

MESSAGE_MAX = 64 * 1024
"""A receipt's text is some kilobytes; who sends more without an end speaks another protocol."""


def request(method: str, **params: str) -> dict[str, Any]:
    message: dict[str, Any] = {"method": method, "step": 0}
    return message | {"params": params} if params else message


def service(kind: str) -> dict[str, Any]:
    return request(SERVICE, msgType=kind)


def service_kind(message: dict[str, Any]) -> str:
    """What a ServiceMessage is about; "" for every other message. Blanks are seen around it."""
    params = message.get("params")
    if message.get("method") != SERVICE or not isinstance(params, dict):
        return ""
    return str(params.get("msgType", "")).strip()


class Link:
    """between_s: the least time from one message to the next one to the terminal."""

    def __init__(self, line: Line, between_s: float) -> None:
        self._line = line
        self._between_s = between_s
        self._sent_s = 0.0
        self._rest = b""
        self._ready: list[dict[str, Any]] = []

    def open(self) -> None:
        self._rest, self._ready = b"", []
        self._line.open()

    def close(self) -> None:
        self._line.close()

    def send(self, message: dict[str, Any]) -> None:
        self.settle()
        self._line.send(frame.encode(message))
        self._sent_s = time.monotonic()

    def settle(self) -> None:
        """Waits until the next message may be sent."""
        pause_s = self._sent_s + self._between_s - time.monotonic()
        if pause_s > 0:
            time.sleep(pause_s)

    def receive(self, timeout_s: float) -> dict[str, Any] | None:
        """The next message, or None when the time is over. Raises LineLost, Malformed."""
        if not self._ready:
            self._ready, self._rest = frame.decode(self._rest + self._line.receive(timeout_s))
            if len(self._rest) > MESSAGE_MAX:
                raise Malformed("a message without an end")
        return self._ready.pop(0) if self._ready else None

    def drain(self) -> None:
        """Drops what arrived before anything was asked."""
        while self.receive(0.0) is not None:
            pass

    def ask(self, message: dict[str, Any], answer_s: float) -> dict[str, Any]:
        """The answer to a question that moves no money: the same method, or that it is busy. For
        a service message: of the same kind."""
        self.send(message)
        until = time.monotonic() + answer_s
        while (left_s := until - time.monotonic()) > 0:
            answer = self.receive(min(left_s, SLICE_S))
            if answer is not None and _answers(answer, message):
                return answer
        raise LineLost(f"no answer to {service_kind(message) or message['method']}")


def _answers(answer: dict[str, Any], question: dict[str, Any]) -> bool:
    kind = service_kind(answer)
    if question["method"] == SERVICE:
        return kind in {service_kind(question), "methodNotImplemented"}
    return answer.get("method") == question["method"] or kind in {
        "deviceBusy",
        "methodNotImplemented",
    }
