"""The simulated printer's own reading of ESC/POS: bytes in, ink on paper and pulses out.

Written from Epson's command reference without python-escpos, so that a mistake in the product's
encoder is not repeated here. It runs on the printer's thread: `take` waits for bytes, `gate` waits
until the printer may print (paper in, cover shut).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from PIL import Image

from hw_sim.printer_paper import (
    CELL_HEIGHT,
    CELL_WIDTH,
    Paper,
    bits,
    code_128,
    glyph,
    qr_code,
)

# ESC t numbers of the Epson TM-T20II.
CODE_PAGES = {
    0: "cp437", 2: "cp850", 3: "cp860", 4: "cp863", 5: "cp865", 13: "cp857", 14: "cp737",
    15: "iso8859_7", 16: "cp1252", 17: "cp866", 18: "cp852", 19: "cp858", 33: "cp775",
    34: "cp855", 35: "cp861", 36: "cp862", 37: "cp864", 38: "cp869", 39: "iso8859_2",
    40: "iso8859_15", 44: "cp1125", 45: "cp1250", 46: "cp1251", 47: "cp1253", 48: "cp1254",
    51: "cp1257",
}  # fmt: skip

LINE_SPACING = 30
FEED_TO_CUTTER = 110
"""The cutter sits above the print head: a cut with feed lets so many dots out first."""

ESC, GS, FS, LF, CR, HT, NUL, DLE = 0x1B, 0x1D, 0x1C, 0x0A, 0x0D, 0x09, 0x00, 0x10


@dataclass
class Hooks:
    """What the decoder needs of its printer. burn: consumes so many rows of paper, waiting for
    paper and a shut cover before each; kick: (pin, on_ms); answer: bytes to the till."""

    take: Callable[[int], bytes]
    gate: Callable[[], None]
    burn: Callable[[int], None]
    kick: Callable[[int, int], None]
    answer: Callable[[bytes], None]
    paper_status: Callable[[], int]
    cut: Callable[[], None]


@dataclass
class Modes:
    """What ESC @ sets back."""

    page: int = 0
    bold: bool = False
    width: int = 1
    height: int = 1
    align: int = 0
    spacing: int = LINE_SPACING
    units_per_inch: int = 203
    barcode_height: int = 162
    barcode_module: int = 3
    barcode_text: int = 0
    qr_module: int = 3
    qr_data: bytes = b""


@dataclass
class Decoder:
    """unknown: commands that no page of the reference explains, for tests to find none."""

    paper: Paper
    hooks: Hooks
    modes: Modes = field(default_factory=Modes)
    text: list[str] = field(default_factory=list)
    unknown: list[bytes] = field(default_factory=list)
    _line: list[tuple[Image.Image, str]] = field(default_factory=list)

    def run(self) -> None:
        """Read commands for ever; whatever `take` raises ends it."""
        while True:
            self.hooks.gate()
            self._one(self._byte())

    def _byte(self) -> int:
        return self.hooks.take(1)[0]

    def _one(self, byte: int) -> None:
        match byte:
            case 0x1B:
                self._esc(self._byte())
            case 0x1D:
                self._gs(self._byte())
            case 0x1C:
                self._fs(self._byte())
            case 0x10:
                self._real_time(self._byte())
            case 0x0A:
                self._print_line()
            case 0x00 | 0x0D:
                pass
            case 0x09:
                self._characters(" " * (8 - len(self._line) % 8))
            case _ if byte >= 0x20:
                page = CODE_PAGES.get(self.modes.page, "cp437")
                self._characters(bytes([byte]).decode(page, "replace"))
            case _:
                self.unknown.append(bytes([byte]))

    def _real_time(self, command: int) -> None:
        """Answered when it arrived; here its bytes only have to be skipped."""
        self.hooks.take({0x04: 1, 0x05: 1, 0x14: 3}.get(command, 0))

    def _esc(self, command: int) -> None:
        modes = self.modes
        match chr(command):
            case "@":
                self.modes = Modes()
                self._line.clear()
            case "t":
                modes.page = self._byte()
            case "E" | "G":
                modes.bold = bool(self._byte() & 1)
            case "a":
                modes.align = self._byte() % 48
            case "!":
                mode = self._byte()
                modes.bold = bool(mode & 0x08)
                modes.height = 2 if mode & 0x10 else 1
                modes.width = 2 if mode & 0x20 else 1
            case "J":
                self._print_line(feed=self._dots(self._byte()))
            case "d":
                self._print_line(feed=self._byte() * modes.spacing)
            case "2":
                modes.spacing = LINE_SPACING
            case "3":
                modes.spacing = self._dots(self._byte())
            case "p":
                pin, on, _off = self.hooks.take(3)
                self.hooks.kick(5 if pin % 48 else 2, on * 2)
            case "-" | "M" | "R" | "S" | "V" | " " | "r" | "{":
                self._byte()
            case _:
                self.unknown.append(bytes([ESC, command]))

    def _gs(self, command: int) -> None:
        modes = self.modes
        match chr(command):
            case "!":
                size = self._byte()
                modes.width, modes.height = (size >> 4 & 7) + 1, (size & 7) + 1
            case "v":
                self._raster()
            case "(":
                self._function()
            case "k":
                self._barcode()
            case "h":
                modes.barcode_height = self._byte()
            case "w":
                modes.barcode_module = self._byte()
            case "H":
                modes.barcode_text = self._byte() % 48
            case "P":
                _x, modes.units_per_inch = self.hooks.take(2)
            case "V":
                self._cut(self._byte())
            case "r":
                self._byte()
                self.hooks.answer(bytes([self.hooks.paper_status()]))
            case "a" | "B" | "f" | "b":
                self._byte()
            case "L" | "W":
                self.hooks.take(2)
            case _:
                self.unknown.append(bytes([GS, command]))

    def _fs(self, command: int) -> None:
        if chr(command) not in ".&":
            self.unknown.append(bytes([FS, command]))

    def _dots(self, units: int) -> int:
        return round(units * 203 / (self.modes.units_per_inch or 203))

    def _characters(self, characters: str) -> None:
        modes = self.modes
        for character in characters:
            drawn = glyph(character, modes.width, modes.height, modes.bold)
            used = sum(image.width for image, _ in self._line)
            if used + drawn.width > self.paper.width:
                self._print_line()
            self._line.append((drawn, character))

    def _print_line(self, feed: int | None = None) -> None:
        height = max((image.height for image, _ in self._line), default=0)
        if self._line:
            strip = Image.new("1", (self.paper.width, height))
            used = sum(image.width for image, _ in self._line)
            at = self._start(used)
            for image, _ in self._line:
                strip.paste(image, (at, height - image.height))
                at += image.width
            self._burn(strip)
            indent = " " * (self._start(used) // CELL_WIDTH)
            self.text.append(indent + "".join(character for _, character in self._line))
            self._line.clear()
        elif feed is None:
            self.text.append("")
        # Feeding starts where the text began: a line is its spacing high, or its type.
        rest = max(self.modes.spacing - height, 0) if feed is None else feed
        self.hooks.burn(rest)
        self.paper.feed(rest)

    def _start(self, width: int) -> int:
        spare = max(self.paper.width - width, 0)
        return {0: 0, 1: spare // 2, 2: spare}.get(self.modes.align, 0)

    def _burn(self, strip: Image.Image) -> None:
        """Row by row, as a head does: paper may end in the middle."""
        for top in range(strip.height):
            self.hooks.burn(1)
            self.paper.add(strip.crop((0, top, strip.width, top + 1)))

    def _raster(self) -> None:
        """GS v 0 m xL xH yL yH data: rows go to the head as they arrive."""
        self.hooks.take(2)
        row_bytes = int.from_bytes(self.hooks.take(2), "little")
        rows = int.from_bytes(self.hooks.take(2), "little")
        left = self._start(row_bytes * 8)
        for _ in range(rows):
            data = self.hooks.take(row_bytes)
            self._burn(bits(data, row_bytes, 1, self.paper.width, left))

    def _picture(self, image: Image.Image) -> None:
        strip = Image.new("1", (self.paper.width, image.height))
        strip.paste(image, (self._start(image.width), 0))
        self._burn(strip)

    def _function(self) -> None:
        """GS ( X pL pH ...: QR codes (cn 49) are drawn, the rest is skipped whole."""
        kind = self._byte()
        data = self.hooks.take(int.from_bytes(self.hooks.take(2), "little"))
        if chr(kind) != "k" or data[:1] != b"1":
            self.unknown.append(bytes([GS, 0x28, kind]) + data[:2])
            return
        match chr(data[1]):
            case "C":
                self.modes.qr_module = data[2]
            case "P":
                self.modes.qr_data = data[3:]
            case "Q":
                self._picture(qr_code(self.modes.qr_data, self.modes.qr_module))

    def _barcode(self) -> None:
        """GS k 73 n data: Code 128, code set B only, which is all that receipts need."""
        kind = self._byte()
        data = self.hooks.take(self._byte()) if kind == 73 else b""
        if kind != 73 or not data.startswith(b"{B"):
            self.unknown.append(bytes([GS, 0x6B, kind]) + data)
            return
        text = data[2:].replace(b"{{", b"{").decode("ascii")
        self._picture(code_128(text, self.modes.barcode_module, self.modes.barcode_height))
        if self.modes.barcode_text & 2:
            modes, self.modes = self.modes, Modes(align=self.modes.align)
            self._characters(text)
            self._print_line()
            self.modes = modes

    def _cut(self, kind: int) -> None:
        if kind in (65, 66):
            feed = FEED_TO_CUTTER + self._dots(self._byte())
            self.hooks.burn(feed)
            self.paper.feed(feed)
        self.hooks.cut()


__all__ = ["CELL_HEIGHT", "CODE_PAGES", "Decoder", "Hooks"]
