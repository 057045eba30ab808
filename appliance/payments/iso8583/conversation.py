"""Questions to an ISO 8583 host and their answers, one after the other, with or without a MAC."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from appliance.drivers.cards.boundary import Authenticator
from appliance.drivers.cards.ksn import CannotSeal
from appliance.payments.iso8583.message import (
    Message,
    decode,
    encode,
    encode_signed,
    framed,
    mac_of,
    unframed,
)
from appliance.payments.line import SLICE_S, Line, LineLost

log = logging.getLogger(__name__)

UNPROVEN = "the host's answers carry no right authentication code"


@dataclass(frozen=True, slots=True)
class Identity:
    """Of a message, with the terminal that sends it. at: MMDDhhmmss, UTC."""

    stan: str
    at: str


class Conversation:
    """keys: for each message new ones, where host and till prove themselves; None: they do not."""

    def __init__(
        self,
        line: Line,
        terminal: str,
        merchant: str,
        answer_s: float,
        keys: Callable[[], Authenticator] | None = None,
    ) -> None:
        self._line = line
        self._terminal = terminal
        self._merchant = merchant
        self._answer_s = answer_s
        self._keys = keys
        self._buffer = b""

    def open(self) -> None:
        self._buffer = b""
        self._line.open()

    def close(self) -> None:
        self._line.close()

    def notice(self) -> None:
        """Raises LineLost for a line that died in idleness."""
        self._buffer += self._line.receive(0.0)

    def keys(self) -> Authenticator | None:
        """For the next question. Raises CannotSeal."""
        return self._keys() if self._keys else None

    def ask(self, mti: str, fields: Mapping[int, str], who: Identity) -> Message:
        """Raises LineLost and Malformed."""
        try:
            keys = self.keys()
        except CannotSeal as error:
            raise LineLost(str(error)) from error
        return self.ask_with(keys, mti, fields, who)

    def ask_with(
        self, keys: Authenticator | None, mti: str, fields: Mapping[int, str], who: Identity
    ) -> Message:
        """The answer to this very message; any other, and a forged one, is let pass."""
        whole = {**fields, 7: who.at, 11: who.stan, 41: self._terminal, 42: self._merchant}
        self._line.send(framed(_signed(mti, whole, keys)))
        wanted = f"{mti[:2]}{int(mti[2]) + 1}0"
        why = f"the host did not answer within {self._answer_s:g} s"
        until = time.monotonic() + self._answer_s
        while time.monotonic() < until:
            data, self._buffer = unframed(self._buffer)
            if data is None:
                self._buffer += self._line.receive(SLICE_S)
                continue
            answer = decode(data)
            mine = (answer.get(11), answer.get(7), answer.get(41).strip())
            if answer.mti != wanted or mine != (who.stan, who.at, self._terminal):
                continue
            if keys is None or keys.proves(*mac_of(data)):
                return answer
            log.warning("%s of message %s: wrong authentication code", answer.mti, who.stan)
            why = UNPROVEN
        raise LineLost(why)


def _signed(mti: str, fields: Mapping[int, str], keys: Authenticator | None) -> bytes:
    if keys is None:
        return encode(mti, fields)
    named = {**fields, 63: f"{keys.key.cipher}|{keys.ksn.hex()}"}
    return encode_signed(mti, named, keys.signed)
