"""A ZVT terminal on TCP, bare or in serial frames: its bytes are put together by hand here.

It does what a badly set up one does: it sends the card number whole, with track 2 and expiry.
"""

from __future__ import annotations

import re
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from hw_sim.terminal import Charge, Link, Temper, Terminal

PAN = "4761739001010119"
ACK_S = 0.3
MERCHANTS, CUSTOMERS = b"\x01", b"\x02"
BUSY, CANCELLED, NO_RECEIPT, NOT_REVERSIBLE, ALREADY_REVERSED = 0x9C, 0x6C, 0x6B, 0xB5, 0xB4
APPROVED, NOT_ENOUGH = 0x00, 0x71


class Gone(Exception):
    """The till hung up, or does not acknowledge."""


@dataclass
class ZvtTerminal(Terminal):
    """framed: as on a serial line. slips: the last receipts, newest last; it begins with one of an
    earlier day unless `fresh`. reverses_unacknowledged: takes a payment back whose status
    information nobody acknowledged. naks: so many of the till's frames are answered by NAK.
    prints_lines: its slips come line by line."""

    framed: bool = False
    fresh: bool = False
    reverses_unacknowledged: bool = False
    unsupported: frozenset[str] = frozenset()
    status_byte: int = 0
    naks: int = 0
    prints_lines: bool = False
    clock_off_s: float = 0.0
    slips: list[bytes] = field(default_factory=list)
    printed: list[bytes] = field(default_factory=list)
    foreign: deque[bytes] = field(default_factory=deque)
    """Messages of nobody's, sent before the next command is acknowledged."""
    _prints_on_till: bool = False
    _batch_from: int = 0
    _trace: int = 100

    def __post_init__(self) -> None:
        if not self.fresh:
            self.slips.append(self._status(APPROVED, 1234, 9000))

    def serve(self, link: Link) -> None:
        mouth = FramedMouth(link, self) if self.framed else Mouth(link, self)
        try:
            while not self.stopping:
                got = mouth.next(0.05)
                if got is not None:
                    self._command(mouth, *got)
        except Gone:
            self.show("ready")

    def pay_by_hand(self, amount_minor: int) -> None:
        super().pay_by_hand(amount_minor)
        self.slips.append(self._status(APPROVED, amount_minor, int(self.ledger[-1].reference)))

    def _command(self, mouth: Mouth, control: str, data: bytes) -> None:
        if control == "8000":
            return
        self.heard.append(control)
        if control in self.unsupported:
            mouth.say("8483")
            return
        while self.foreign:
            mouth.say_raw(self.foreign.popleft())
        match control:
            case "0600":
                self._prints_on_till = data[3] & 0x06 == 0x06
                mouth.say("8000")
                mouth.tell("060F", bytes.fromhex("2700 29 00000042 49 0978"))
            case "0501":
                mouth.say("8000")
                mouth.tell("060F", bytes.fromhex("F0F0F3 312E30") + bytes([self.status_byte]))
            case "0620":
                self._repeat(mouth)
            case "0610" | "0650":
                self._count(mouth, closes=control == "0650")
            case "0670":
                self.status_byte = 0
                mouth.say("8000")
                mouth.tell("060F", b"")
            case "0601" | "0631" | "0630":
                self._operate(mouth, control, data)
            case _:
                mouth.say("8483")

    def _repeat(self, mouth: Mouth) -> None:
        mouth.say("8000")
        if not self.slips:
            mouth.tell("061E", bytes([NO_RECEIPT]))
            return
        mouth.tell("040F", self.slips[-1])
        self._print(mouth)
        mouth.tell("060F", b"")

    def _count(self, mouth: Mouth, *, closes: bool) -> None:
        batch = [
            it for it in self.ledger[self._batch_from :] if it.kind == "payment" and not it.reversed
        ]
        total = sum(it.amount_minor for it in batch)
        groups = bytes([len(batch)]) + bcd(total, 6) + bytes(7 * 6)
        totals = bytes(4) + groups
        length = bytes(0xF0 + int(digit) for digit in f"{len(totals):03}")
        if closes:
            self._batch_from = len(self.ledger)
        mouth.say("8000")
        mouth.tell("040F", b"\x27\x00\x04" + bcd(total, 6) + b"\x60" + length + totals)
        mouth.tell("060F", b"")

    def _operate(self, mouth: Mouth, control: str, data: bytes) -> None:
        amount = 0 if control == "0630" else int(data[data.index(4) + 1 :][:6].hex())
        temper = self.temper(amount)
        if temper.mood == "silent":
            return
        if temper.mood == "busy":
            mouth.say(f"84{BUSY:02X}")
            return
        mouth.say("8000")
        if control == "0630":
            self._take_back(mouth, int(data[4:6].hex()))
            return
        mouth.tell("04FF", b"\x0a\x01")
        if temper.mood == "wait" and self._shown_a_card(mouth, temper):
            temper = self.taken_up(temper)
        if temper.mood in ("wait", "cancel"):
            self.show("cancelled")
            mouth.tell("061E", bytes([CANCELLED]))
            return
        if temper.mood == "silent":
            return
        if temper.mood == "decline":
            self.show("declined")
            self.slips.append(self._status(NOT_ENOUGH, amount, len(self.ledger) + 500))
            mouth.tell("040F", self.slips[-1])
            mouth.tell("061E", bytes([NOT_ENOUGH]))
            return
        taken = amount if temper.amount_minor is None else temper.amount_minor
        made = self.charge("payment" if control == "0601" else "refund", taken)
        self.slips.append(self._status(APPROVED, taken, int(made.reference)))
        if temper.mood != "charge_silently":
            self._confirm(mouth, made)

    def _confirm(self, mouth: Mouth, made: Charge) -> None:
        try:
            mouth.tell("040F", self.slips[-1])
        except Gone:
            if self.reverses_unacknowledged:
                self.reverse(made.reference)
                original = b"\x37" + bcd(self._trace, 3)
                amount = made.amount_minor
                self.slips.append(self._status(APPROVED, amount, 700) + original)
            raise
        self._print(mouth)
        mouth.tell("060F", b"")

    def _take_back(self, mouth: Mouth, receipt: int) -> None:
        reference = f"{receipt:06d}"
        batch = {it.reference: it for it in self.ledger[self._batch_from :]}
        if reference not in batch:
            mouth.tell("061E", bytes([NOT_REVERSIBLE]))
            return
        if not self.reverse(reference):
            mouth.tell("061E", bytes([ALREADY_REVERSED]))
            return
        original = b"\x37" + bcd(self._trace, 3)
        amount = batch[reference].amount_minor
        self.slips.append(self._status(APPROVED, amount, 800 + receipt) + original)
        mouth.tell("040F", self.slips[-1])
        mouth.tell("060F", b"")

    def _shown_a_card(self, mouth: Mouth, temper: Temper) -> bool:
        """False: cancelled, or nobody came before the till had hung up."""
        while not self.presented.is_set():
            if self.stopping:
                raise Gone
            try:
                mouth.tell("04FF", b"\x0a")
                mouth.next(0.02)
            except Gone:
                if self.presented.wait(0.05):
                    return True
                raise
            if self.red.is_set() or (mouth.cancelled and not temper.deaf_to_cancel):
                return False
        return True

    def _print(self, mouth: Mouth) -> None:
        lines = [b"KARTE " + PAN.encode(), b"Summe \x84\x94\x81"]
        if not self._prints_on_till:
            self.printed += lines
            return
        if self.prints_lines:
            for line in lines:
                mouth.tell("06D1", b"\x00" + line)
            return
        block = b"".join(b"\x07" + bytes([len(line)]) + line for line in lines)
        for whose in (MERCHANTS, CUSTOMERS):
            container = b"\x1f\x07\x01" + whose + b"\x24" + bytes([len(block)]) + block
            mouth.tell("06D3", b"\x06" + bytes([len(container)]) + container)

    def _status(self, code: int, amount: int, receipt: int) -> bytes:
        self._trace += 1
        now = datetime.fromtimestamp(time.time() + self.clock_off_s)
        card = bytes.fromhex(PAN)
        return b"".join(
            (
                b"\x27" + bytes([code]),
                b"\x04" + bcd(amount, 6),
                b"\x0b" + bcd(self._trace, 3),
                b"\x87" + bcd(receipt, 2),
                b"\x0c" + bytes.fromhex(f"{now:%H%M%S}"),
                b"\x0d" + bytes.fromhex(f"{now:%m%d}"),
                b"\x0e\x30\x12",
                b"\x22\xf0\xf8" + card,
                b"\x23\xf1\xf6" + card + bytes.fromhex("D301220100000000"),
                b"\x3c\xf0\xf0\xf5" + b"Dank\x81",
            )
        )


def bcd(value: int, length: int) -> bytes:
    return bytes.fromhex(f"{value:0{2 * length}d}")


class Mouth:
    """Speaks APDUs to the till. cancelled: it asked for an abort since the last command."""

    def __init__(self, link: Link, terminal: ZvtTerminal) -> None:
        self._link = link
        self._terminal = terminal
        self._rest = b""
        self.cancelled = False

    def say(self, control: str, data: bytes = b"") -> None:
        head = bytes([len(data)]) if len(data) < 255 else b"\xff" + len(data).to_bytes(2, "little")
        self.say_raw(bytes.fromhex(control) + head + data)

    def tell(self, control: str, data: bytes) -> None:
        """And waits until it is acknowledged."""
        self.say(control, data)
        until = time.monotonic() + ACK_S
        while time.monotonic() < until and not self._terminal.stopping:
            got = self.next(0.05)
            if got is not None and got[0] == "8000":
                return
        raise Gone

    def say_raw(self, apdu: bytes) -> None:
        try:
            self._link.send(apdu)
        except OSError:
            raise Gone from None

    def next(self, timeout_s: float) -> tuple[str, bytes] | None:
        apdu = self._apdu()
        if apdu is None:
            self._fill(timeout_s)
            apdu = self._apdu()
        if apdu is None:
            return None
        control = apdu[:2].hex().upper()
        if control == "06B0":
            self._terminal.heard.append(control)
            self.cancelled = True
            self.say("8000")
            return None
        if control != "8000":
            self.cancelled = False
        return control, apdu[3:]

    def _fill(self, timeout_s: float) -> None:
        data = self._link.receive(timeout_s)
        if data is None:
            raise Gone
        self._rest += data

    def _apdu(self) -> bytes | None:
        """A till's commands are short."""
        if len(self._rest) < 3 or len(self._rest) < 3 + self._rest[2]:
            return None
        end = 3 + self._rest[2]
        apdu, self._rest = self._rest[:end], self._rest[end:]
        return apdu


class FramedMouth(Mouth):
    """The same in frames."""

    def say_raw(self, apdu: bytes) -> None:
        doubled = apdu.replace(b"\x10", b"\x10\x10")
        super().say_raw(b"\x10\x02" + doubled + b"\x10\x03" + crc(apdu + b"\x03"))

    def _apdu(self) -> bytes | None:
        found = re.search(rb"\x10\x02((?:[^\x10]|\x10\x10)*)\x10\x03(..)", self._rest, re.DOTALL)
        if found is None:
            return None
        apdu = found[1].replace(b"\x10\x10", b"\x10")
        self._rest = self._rest[found.end() :]
        if self._terminal.naks or found[2] != crc(apdu + b"\x03"):
            self._terminal.naks -= 1
            super().say_raw(b"\x15")
            return None
        super().say_raw(b"\x06")
        return apdu


def crc(data: bytes) -> bytes:
    """CRC-16/KERMIT from a table of nibbles."""
    value = 0
    for byte in data:
        for nibble in (byte & 15, byte >> 4):
            value = (value >> 4) ^ (((value ^ nibble) & 15) * 0x1081)
    return value.to_bytes(2, "little")
