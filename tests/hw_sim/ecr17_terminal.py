"""An ECR17 terminal on TCP: its bytes are put together by hand here.

It sends the card's number whole, as a badly set up one does. Its customer cancels by `press_red`:
the protocol has no word for that.
"""

from __future__ import annotations

import re
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import xor

from hw_sim.terminal import Link, Terminal

PAN = "4761739001010119"
TERMINAL_ID = "00000042"
ACK_S = 0.3
COVERED = {"std": b"", "stx": b"\x02\x03", "noext": b"\x03", "stx_noext": b"\x02"}


class Gone(Exception):
    """The till hung up, or does not acknowledge."""


@dataclass
class Ecr17Terminal(Terminal):
    """mode: what its LRC covers. naks: so many of the till's messages are answered by NAK. damaged:
    so many of its own go out with a wrong LRC first. stray: sent before the next ACK. exchanges: it
    answers with a currency exchange, which names the amount."""

    mode: str = "std"
    naks: int = 0
    damaged: int = 0
    acknowledges: bool = True
    exchanges: bool = False
    clock_off_s: float = 0.0
    stray: deque[str] = field(default_factory=deque)
    results: list[str] = field(default_factory=list)
    _stan: int = 800

    def __post_init__(self) -> None:
        self.results.append(self._approved(1234))

    def pay_by_hand(self, amount_minor: int) -> None:
        super().pay_by_hand(amount_minor)
        self.results.append(self._approved(amount_minor))

    def serve(self, link: Link) -> None:
        mouth = Mouth(link, self)
        try:
            while not self.stopping:
                payload = mouth.next(0.05)
                if payload is not None:
                    self._message(mouth, payload)
        except Gone:
            self.show("ready")

    def _message(self, mouth: Mouth, payload: str) -> None:
        kind = payload[9]
        self.heard.append(kind)
        assert payload[:9] == f"{TERMINAL_ID}0"
        if kind in "PS":
            self._operate(mouth, payload)
            return
        mouth.acknowledge()
        if kind == "s":
            now = datetime.now().astimezone()
            mouth.tell(f"{TERMINAL_ID}0s0000000000{now:%d%m%y%H%M}2V1.2.3")
        elif kind == "G":
            mouth.tell(self.results[-1])

    def _operate(self, mouth: Mouth, payload: str) -> None:
        temper = self.temper(int(payload[23:31]) if payload[9] == "P" else 0)
        if temper.mood == "silent":
            return
        if temper.mood == "busy":
            for _ in range(3):
                mouth.refuse()
                if mouth.next(0.3) is None:
                    return
            return
        mouth.acknowledge()
        if payload[9] == "S":
            self._take_back(mouth, payload[18:24])
            return
        assert len(payload) == 167
        mouth.show("INSERIRE CARTA")
        if temper.mood == "wait" and self._shown_a_card(mouth):
            temper = self.taken_up(temper)
        if temper.mood in ("wait", "cancel"):
            self.show("cancelled")
            self._refuse(mouth, "ANNULLATA")
            return
        if temper.mood == "silent":
            return
        if temper.mood == "decline":
            self.show("declined")
            self._refuse(mouth, "CARTA RIFIUTATA")
            return
        amount = int(payload[23:31]) if temper.amount_minor is None else temper.amount_minor
        self.charge("payment", amount)
        self.results.append(self._approved(amount))
        if temper.mood != "charge_silently":
            mouth.tell(f"{TERMINAL_ID}0S KARTE {PAN}")
            mouth.tell(self.results[-1])

    def _take_back(self, mouth: Mouth, stan: str) -> None:
        """The last payment alone, by its STAN."""
        last = self.results[-1]
        if last[59:65] != stan or not self.ledger or not self.reverse(self.ledger[-1].reference):
            self._refuse(mouth, "STAN ERRATO")
            return
        self.results.append(self._approved(self.ledger[-1].amount_minor))
        mouth.tell(self.results[-1])

    def _refuse(self, mouth: Mouth, why: str) -> None:
        self._stan += 1
        head = f"{TERMINAL_ID}0E01{why:<24}{'0' * 11}"
        self.results.append(f"{head}1{'ACQ':<11}{self._stan:06}{self._stan:06}")
        mouth.tell(self.results[-1])

    def _approved(self, amount: int) -> str:
        self._stan += 1
        at = datetime.fromtimestamp(time.time() + self.clock_off_s)
        head = f"{TERMINAL_ID}0{'V' if self.exchanges else 'E'}00{PAN:0>19}ICCA12345{at:%j%H%M}"
        result = f"{head}2{'ACQ':<11}{self._stan:06}{self._stan:06}"
        if self.exchanges:
            result += f"000{amount:08}100012345USD{amount:012}2"
        return result

    def _shown_a_card(self, mouth: Mouth) -> bool:
        while not self.presented.is_set():
            if self.stopping:
                raise Gone
            if self.red.is_set():
                return False
            try:
                mouth.show("INSERIRE CARTA")
                mouth.next(0.02)
            except Gone:
                if self.presented.wait(0.05):
                    return True
                raise
        return True


class Mouth:
    def __init__(self, link: Link, terminal: Ecr17Terminal) -> None:
        self._link = link
        self._terminal = terminal
        self._rest = b""

    def acknowledge(self) -> None:
        while self._terminal.stray:
            self._say(self._framed(self._terminal.stray.popleft()))
        if self._terminal.acknowledges:
            self._say(self._control(b"\x06"))

    def refuse(self) -> None:
        self._say(self._control(b"\x15"))

    def show(self, text: str) -> None:
        self._say(b"\x01" + f"{text:<20}".encode() + b"\x04")

    def tell(self, payload: str) -> None:
        """And waits for the ACK; once more after a NAK."""
        frame = self._framed(payload)
        if self._terminal.damaged:
            self._terminal.damaged -= 1
            self._say(frame[:-1] + bytes([frame[-1] ^ 1]))
        else:
            self._say(frame)
        until = time.monotonic() + ACK_S
        while time.monotonic() < until and not self._terminal.stopping:
            found = re.match(rb"([\x06\x15])\x03.", self._rest, re.DOTALL)
            if found is None:
                self._fill(0.05)
                continue
            self._rest = self._rest[3:]
            if found[1] == b"\x06":
                return
            self._say(frame)
        raise Gone

    def next(self, timeout_s: float) -> str | None:
        payload = self._payload()
        if payload is None:
            self._fill(timeout_s)
            payload = self._payload()
        return payload

    def _payload(self) -> str | None:
        found = re.search(rb"\x02([^\x03]*)\x03(.)", self._rest, re.DOTALL)
        if found is None:
            return None
        self._rest = self._rest[found.end() :]
        if self._terminal.naks or found[2][0] != self._lrc(found[1]):
            self._terminal.naks -= 1
            self.refuse()
            return None
        return found[1].decode("ascii")

    def _framed(self, payload: str) -> bytes:
        data = payload.encode("ascii")
        return b"\x02" + data + b"\x03" + bytes([self._lrc(data)])

    def _control(self, byte: bytes) -> bytes:
        return byte + b"\x03" + bytes([self._lrc(byte)])

    def _lrc(self, data: bytes) -> int:
        return reduce(xor, data + COVERED[self._terminal.mode], 0x7F)

    def _fill(self, timeout_s: float) -> None:
        data = self._link.receive(timeout_s)
        if data is None:
            raise Gone
        self._rest += data

    def _say(self, data: bytes) -> None:
        try:
            self._link.send(data)
        except OSError:
            raise Gone from None
