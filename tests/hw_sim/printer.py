"""A receipt printer at its wire: takes ESC/POS over TCP or a serial line, prints on virtual paper,
tells the truth by DLE EOT, and can go wrong in every way that a shop knows.

    with Printer(TcpWire()) as printer:
        ... the till prints to printer.port ...
        printer.wait_receipts(1)
        Path("receipt.png").write_bytes(printer.paper_png())
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol, Self

from PIL import Image

from hw_sim.printer_commands import Decoder, Hooks
from hw_sim.printer_paper import Paper, png
from hw_sim.traffic import Direction, OnTraffic, Tap

ROLL_DOTS = 80 * 1000 * 8
"""A new roll: 80 m at 8 dots a millimetre."""

NEAR_END_DOTS = 3 * 1000 * 8
BUFFER_BYTES_MAX = 64 * 1024
"""What the printer takes in before it lets the till wait."""

DLE_EOT, DLE_DC4 = b"\x10\x04", b"\x10\x14"


class PoweredOff(Exception):
    """Ends the decoder: whatever it was in the middle of is lost."""


class PrinterWire(Protocol):
    """How a printer hangs on the till. Bytes from the till go to `printer.receive`, on the wire's
    own thread; it blocks while the printer's buffer is full, and the wire must then stop reading."""

    @property
    def port(self) -> str:
        """What the till's configuration names."""

    def plug(self, printer: Printer) -> None: ...

    def pull(self) -> None: ...

    def send(self, data: bytes) -> None: ...


class Printer:
    """The machine. rows_per_s: 0 prints at once; 1200 is a real one's 150 mm/s."""

    def __init__(
        self,
        wire: PrinterWire,
        *,
        width: int = 576,
        rows_per_s: int = 0,
        buffer_bytes_max: int = BUFFER_BYTES_MAX,
        in_order_status: bool = True,
    ) -> None:
        self.wire = wire
        self.tap = Tap("printer")
        self.paper = Paper(width)
        self.rows_per_s = rows_per_s
        self.mute = False
        self.deaf = False
        self.bytes_received = 0
        self._in_order_status = in_order_status
        self._buffer_max = buffer_bytes_max
        self._changed = threading.Condition(threading.RLock())
        self._buffer = bytearray()
        self._recent = b""
        self._left = ROLL_DOTS
        self._cover_open = False
        self._offline = False
        self._powered = False
        self._unplugged = False
        self._vanishing: threading.Thread | None = None
        self._vanish_at: int | None = None
        self._on_paper: list[Callable[[], None]] = []
        self._thread: threading.Thread | None = None
        self.kicks: list[tuple[int, int]] = []
        self.decoder = self._new_decoder()
        self.power_on()

    # What a person at the counter can do.

    @property
    def port(self) -> str:
        return self.wire.port

    def set_paper(self, percent: float) -> None:
        """A roll that is so full; 0 takes the paper out."""
        self.set_paper_dots(round(ROLL_DOTS * percent / 100))

    def set_paper_dots(self, dots: int) -> None:
        """The paper ends after so many rows of dots (8 a millimetre)."""
        with self._changed:
            self._left = dots
            self._changed.notify_all()

    def open_cover(self) -> None:
        self._set(cover=True)

    def close_cover(self) -> None:
        self._set(cover=False)

    def go_offline(self) -> None:
        """Somebody holds the feed button, or the head is too hot."""
        self._set(offline=True)

    def go_online(self) -> None:
        self._set(offline=False)

    def unplug(self) -> None:
        """The data cable: the printer goes on with what it has, and keeps its place."""
        with self._changed:
            self._unplugged = True
            self._changed.notify_all()
        self.wire.pull()

    def replug(self) -> None:
        self._unplugged = False
        self.wire.plug(self)

    def power_off(self) -> None:
        """The mains: what was received and not printed is gone."""
        with self._changed:
            if not self._powered:
                return
            self._powered = False
            self._changed.notify_all()
        self.wire.pull()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def power_on(self) -> None:
        if self._vanishing is not None:
            self._vanishing.join()
            self._vanishing = None
        with self._changed:
            if self._powered:
                return
            self._powered = True
            self._buffer.clear()
            self._recent = b""
            self._vanish_at = None
            text, unknown = self.decoder.text, self.decoder.unknown
            self.decoder = self._new_decoder()
            self.decoder.text, self.decoder.unknown = text, unknown
            self._thread = threading.Thread(target=self._run, name="sim-printer", daemon=True)
            self._thread.start()
        self.wire.plug(self)

    def vanish_after(self, received: int) -> None:
        """Lose power in the middle of a receipt, after so many more bytes."""
        with self._changed:
            self._vanish_at = self.bytes_received + received

    # What came out.

    @property
    def receipts(self) -> list[Image.Image]:
        """Every piece cut off so far, black on white."""
        with self._changed:
            return list(self.paper.cut_off)

    @property
    def printed_text(self) -> str:
        """The rows printed in the printer's own font (not those that came as pictures)."""
        with self._changed:
            return "\n".join(self.decoder.text)

    @property
    def paper_percent(self) -> float:
        with self._changed:
            return max(self._left, 0) * 100 / ROLL_DOTS

    @property
    def cover_is_open(self) -> bool:
        return self._cover_open

    def paper_png(self) -> bytes:
        """The piece that hangs out of the printer, or the one cut off last."""
        with self._changed:
            return png(self.paper.latest())

    def on_paper(self, callback: Callable[[], None]) -> None:
        """Called whenever a piece was cut off."""
        self._on_paper.append(callback)

    def on_traffic(self, callback: OnTraffic) -> None:
        self.tap.on_traffic(callback)

    def wait_receipts(self, count: int, timeout_s: float = 8.0) -> list[Image.Image]:
        self.wait(lambda: len(self.paper.cut_off) >= count, f"{count} receipts", timeout_s)
        return self.receipts

    def wait(self, true: Callable[[], bool], what: str, timeout_s: float = 8.0) -> None:
        """Until something about the printer is so; AssertionError if it never is."""
        with self._changed:
            if not self._changed.wait_for(true, timeout_s):
                raise AssertionError(f"the printer never had {what}")

    def close(self) -> None:
        if self._vanishing is not None:
            self._vanishing.join()
        self.power_off()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # The wire's side.

    def receive(self, data: bytes) -> None:
        """Bytes from the till. Real-time commands work at once, the rest waits its turn."""
        self.tap.note(Direction.FROM_TILL, data)
        vanish = False
        with self._changed:
            at = self._vanish_at
            if at is not None and self.bytes_received + len(data) >= at:
                data = data[: max(at - self.bytes_received, 0)]
                vanish = True
                self._vanish_at = None
            self.bytes_received += len(data)
            self._real_time(data)
            for start in range(0, len(data), 512):
                self._changed.wait_for(
                    lambda: (
                        len(self._buffer) < self._buffer_max or self._unplugged or not self._powered
                    )
                )
                if self._powered and not self._unplugged:
                    self._buffer += data[start : start + 512]
                    self._changed.notify_all()
            self._changed.notify_all()
        if vanish:
            # The wire's own thread cannot pull the wire it is reading.
            self._vanishing = threading.Thread(target=self.power_off)
            self._vanishing.start()
            self.wait(lambda: not self._powered, "lost its power")

    def may_read(self) -> bool:
        """False while the printer does not even look at its wire."""
        return not self.deaf

    def _real_time(self, data: bytes) -> None:
        """DLE EOT n and DLE DC4 1 m t, found wherever they are in the stream, as real ones do."""
        stream = self._recent + data
        fresh = len(self._recent)
        for at in range(len(stream)):
            if stream.startswith(DLE_EOT, at) and at + 3 > fresh and at + 3 <= len(stream):
                self._answer(self._status(stream[at + 2]))
            if stream.startswith(DLE_DC4 + b"\x01", at) and fresh < at + 5 <= len(stream):
                self._kick(5 if stream[at + 3] else 2, stream[at + 4] * 100)
        self._recent = stream[-4:]

    def _answer(self, data: bytes) -> None:
        if data and not self.mute:
            self.tap.note(Direction.TO_TILL, data)
            self.wire.send(data)

    def _status(self, number: int) -> bytes:
        """DLE EOT n, from the command reference; 0x12 are the bits that are always set."""
        paper_out, near_end = self._left <= 0, self._left < NEAR_END_DOTS
        stopped = paper_out or self._cover_open or self._offline
        match number:
            case 1:
                return bytes([0x12 | 0x08 * stopped])
            case 2:
                return bytes([0x12 | 0x04 * self._cover_open | 0x20 * paper_out])
            case 3:
                return b"\x12"
            case 4:
                return bytes([0x12 | 0x0C * near_end | 0x60 * paper_out])
        return b""

    # The print head's side.

    def _new_decoder(self) -> Decoder:
        hooks = Hooks(
            take=self._take,
            gate=self._gate,
            burn=self._burn,
            kick=self._kick,
            answer=self._in_order_answer,
            paper_status=lambda: 0x03 if self._left < NEAR_END_DOTS else 0x00,
            cut=self._cut,
        )
        return Decoder(self.paper, hooks)

    def _run(self) -> None:
        try:
            self.decoder.run()
        except PoweredOff:
            return

    def _take(self, count: int) -> bytes:
        with self._changed:
            self._changed.wait_for(lambda: len(self._buffer) >= count or not self._powered)
            if not self._powered:
                raise PoweredOff
            data = bytes(self._buffer[:count])
            del self._buffer[:count]
            self._changed.notify_all()
            return data

    def _gate(self) -> None:
        """Wait until the printer may work."""
        with self._changed:
            self._changed.wait_for(
                lambda: (
                    not self._powered or not (self._left <= 0 or self._cover_open or self._offline)
                )
            )
            if not self._powered:
                raise PoweredOff

    def _burn(self, rows: int) -> None:
        for _ in range(rows):
            self._gate()
            with self._changed:
                self._left -= 1
        if rows and self.rows_per_s:
            # The head's own pace, not a wait for anything.
            time.sleep(rows / self.rows_per_s)

    def _cut(self) -> None:
        with self._changed:
            self.paper.cut()
            self._changed.notify_all()
        for callback in self._on_paper:
            callback()

    def _kick(self, pin: int, pulse_ms: int) -> None:
        with self._changed:
            self.kicks.append((pin, pulse_ms))
            self._changed.notify_all()

    def _in_order_answer(self, data: bytes) -> None:
        if self._in_order_status:
            self._answer(data)

    def _set(self, *, cover: bool | None = None, offline: bool | None = None) -> None:
        with self._changed:
            self._cover_open = self._cover_open if cover is None else cover
            self._offline = self._offline if offline is None else offline
            self._changed.notify_all()
