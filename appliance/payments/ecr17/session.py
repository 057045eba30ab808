"""One ECR17 message out and its answer in: ACK, progress and lines of receipt in between.

Source: Nexi, "Protocollo ECR17", physical level.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from appliance.payments.ecr17 import answers
from appliance.payments.ecr17.frames import ACK, NAK, Frame, Kind, Stream, control, wrapped
from appliance.payments.line import SLICE_S, Line, LineLost

ACK_S = 2.0
ANSWER_S = 120.0
"""From one sign of life to the next, the customer's search for a card included."""

LONGEST = 10
"""Times that long an answer takes at most, whatever the terminal shows meanwhile."""

FRAMES_MAX = 3
"""A message that was answered by NAK, and so was surely not taken, goes out this often."""


class Abandoned(Exception):
    """The process ends: what becomes of the message is not waited for."""


@dataclass
class Session:
    line: Line
    mode: str = "std"
    ack_s: float = ACK_S
    answer_s: float = ANSWER_S
    _stream: Stream = field(init=False)
    _frames: deque[Frame] = field(default_factory=deque, init=False)

    def __post_init__(self) -> None:
        self._stream = Stream(self.mode)

    def open(self) -> None:
        self.line.open()
        self._stream = Stream(self.mode)
        self._frames.clear()

    def exchange(
        self,
        payload: str,
        wanted: Callable[[str], bool],
        *,
        progress: Callable[[str], None] = lambda _text: None,
        waiting: Callable[[], None] = lambda: None,
    ) -> str:
        """The answer that is `wanted`; others are acknowledged and passed over. waiting: called
        all the while, and may raise Abandoned. Raises LineLost."""
        early = self._sent(payload, wanted)
        if early is not None:
            return early
        began = time.monotonic()
        until, longest = began + self.answer_s, began + LONGEST * self.answer_s
        while time.monotonic() < min(until, longest):
            waiting()
            frame = self._next(until)
            if frame is None:
                continue
            if frame.kind is Kind.PROGRESS:
                progress(frame.text)
                until = time.monotonic() + self.answer_s
            elif self._is_wanted(frame, wanted):
                return frame.text
        raise LineLost("the terminal has fallen silent")

    def _sent(self, payload: str, wanted: Callable[[str], bool]) -> str | None:
        """Sends until an ACK. An answer that comes in its place is the ACK as well, and returned.

        Without a word of the terminal nothing is sent again: it may have the message.
        """
        for _attempt in range(FRAMES_MAX):
            self.line.send(wrapped(payload, self.mode))
            until = time.monotonic() + self.ack_s
            while True:
                frame = self._next(until)
                if frame is not None:
                    if frame.kind is Kind.ACK:
                        return None
                    if frame.kind is Kind.NAK:
                        break
                    if self._is_wanted(frame, wanted):
                        return frame.text
                if time.monotonic() >= until:
                    raise LineLost("no answer")
        raise LineLost("the terminal takes no message")

    def _is_wanted(self, frame: Frame, wanted: Callable[[str], bool]) -> bool:
        """Acknowledges what arrived whole and asks again for what did not."""
        if frame.kind is Kind.DAMAGED:
            self.line.send(control(NAK, self.mode))
        if frame.kind is not Kind.MESSAGE:
            return False
        self.line.send(control(ACK, self.mode))
        return wanted(frame.text)

    def _next(self, until: float) -> Frame | None:
        if not self._frames:
            timeout_s = min(max(until - time.monotonic(), 0.0), SLICE_S)
            self._frames.extend(self._stream.feed(self.line.receive(timeout_s)))
        return self._frames.popleft() if self._frames else None


def is_result(payload: str) -> bool:
    return answers.kind(payload) in answers.RESULTS
