"""One command and all that the terminal says until it hands the word back.

Source: PA00P015, "Course of a command": the till's command is acknowledged by 80 00 00 or refused
by 84 xx 00; then the terminal leads, each of its messages is acknowledged, and 06 0F or 06 1E ends.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from appliance.payments.line import LineLost
from appliance.payments.zvt import commands, message
from appliance.payments.zvt.apdu import Apdu
from appliance.payments.zvt.message import Message
from appliance.payments.zvt.wire import Wire

ACK_S = 5.0
"""T3 of the norm: until the command is acknowledged."""

ANSWER_S = 180.0
"""T4 of the norm: from one message of the terminal to the next."""

LONGEST = 10
"""Times that long a command takes at most: who goes on talking beyond is no terminal at work."""

_ACKNOWLEDGED, _REFUSED = "8000", "84"
_COMPLETED, _ABORTED = "060F", "061E"
_STATUS, _INTERMEDIATE = "040F", "04FF"

Heard = Callable[[Message], None]


class Abandoned(Exception):
    """The process ends: what becomes of the command is not waited for."""


@dataclass(slots=True)
class Course:
    """How it went. refused: the code of 84 xx 00, before anything began; aborted: that of 06 1E;
    status: the last status information; completed: what 06 0F said."""

    refused: str = ""
    aborted: str = ""
    status: Message | None = None
    completed: dict[str, Any] | None = None


@dataclass
class Conversation:
    """cancel_wanted, closing: asked between two messages. heard: each message of the terminal."""

    wire: Wire
    charset: str = "cp437"
    ack_s: float = ACK_S
    answer_s: float = ANSWER_S
    heard: Heard = lambda _message: None
    cancel_wanted: Callable[[], bool] = lambda: False
    closing: Callable[[], bool] = lambda: False
    _cancelled: bool = field(default=False, init=False)

    def run(self, command: Apdu) -> Course:
        """Raises LineLost, Malformed and Abandoned; what became of the command is unknown then."""
        course = Course()
        self.wire.send(command)
        if not self._taken(course):
            return course
        began = time.monotonic()
        until, longest = began + self.answer_s, began + LONGEST * self.answer_s
        while True:
            apdu = self.wire.receive(until - time.monotonic())
            if apdu is not None and self._ended(course, apdu):
                return course
            if self.closing():
                raise Abandoned
            if time.monotonic() >= longest:
                raise LineLost("the terminal does not come to an end")
            if apdu is not None and not _is_reply(apdu):
                until = time.monotonic() + self.answer_s
            elif time.monotonic() >= until:
                raise LineLost("the terminal has fallen silent")
            if self.cancel_wanted() and not self._cancelled:
                self._cancelled = True
                self.wire.send(commands.ABORT)

    def _taken(self, course: Course) -> bool:
        """Whether the command was acknowledged. What an earlier one left behind is passed over."""
        until = time.monotonic() + self.ack_s
        while time.monotonic() < until:
            apdu = self.wire.receive(until - time.monotonic())
            if apdu is None:
                continue
            if apdu.control == _ACKNOWLEDGED:
                return True
            if apdu.control.startswith(_REFUSED):
                course.refused = apdu.control[2:]
                return False
            self.wire.send(commands.ACKNOWLEDGED)
        raise LineLost("no answer")

    def _ended(self, course: Course, apdu: Apdu) -> bool:
        """Takes one message of the terminal in; what answers our abort needs no answer."""
        if _is_reply(apdu):
            return False
        it = message.read(apdu, self.charset)
        self.wire.send(commands.ACKNOWLEDGED)
        self.heard(it)
        if it.control == _STATUS:
            course.status = it
        elif it.control == _COMPLETED:
            course.completed = it.fields
        elif it.control == _ABORTED:
            course.aborted = it.fields.get("result_code", "FF")
        return it.control in {_COMPLETED, _ABORTED}


def _is_reply(apdu: Apdu) -> bool:
    """80 or 84: to what we sent, and no sign that it works on the command."""
    return apdu.control == _ACKNOWLEDGED or apdu.control.startswith(_REFUSED)


def words_of(it: Message) -> str:
    """What the terminal shows meanwhile, for the till's screen; empty for other messages."""
    if it.control != _INTERMEDIATE:
        return ""
    code = it.fields.get("intermediate_status", "")
    return str(it.fields.get("text") or SHOWN.get(code, ""))


SHOWN = {
    "00": "Confirm the amount on the terminal",
    "01": "Follow the terminal",
    "02": "Follow the terminal",
    "04": "The terminal asks the bank",
    "05": "The terminal takes the payment back",
    "0A": "Insert the card or hold it to the terminal",
    "0B": "Take the card out",
    "0C": "The card cannot be read",
    "0E": "Please wait",
    "13": "Payment not possible",
    "15": "Wrong PIN",
    "17": "Please wait",
    "1C": "Approved",
    "1D": "Declined",
}
