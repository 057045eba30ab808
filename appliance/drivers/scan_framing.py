"""Cuts a scanner's stream of bytes into whole codes: pure, no wire, no clock of its own.

A code ends with the suffix. What never ended (cut off by an unplug, a lost suffix, silence) is
refused and never guessed: half a barcode may be the whole barcode of something else.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from appliance.core.devices import Scanned, ScanRefused
from appliance.drivers.options import Options

MS_NS = 1_000_000

CODE_BYTES_MAX = 8192
"""A QR code holds at most 7,089 digits (ISO/IEC 18004, version 40-L); anything longer is noise."""

SEPARATORS = frozenset("\x04\x1c\x1d\x1e\x1f")
"""Control characters that codes really hold: GS1's group separator and ISO/IEC 15434 envelopes."""

ENCODINGS = ("utf-8", "latin-1", "cp1251", "cp866")


@dataclass(frozen=True, slots=True)
class Framing:
    """How the scanner was set up.

    prefix: sent before each code, stripped. suffix: sent after each; "" takes any CR or LF.
    aim_required: every code starts with an AIM identifier such as "]E0"; one without is refused.
    fragment_ms: silence after which an unfinished code is given up. A scanner that sends no suffix
    at all sets gap_ends_code, and the same silence then ends the code instead.
    """

    prefix: bytes = b""
    suffix: bytes = b""
    aim_required: bool = False
    encoding: str = "utf-8"
    fragment_ms: int = 250
    gap_ends_code: bool = False


def framing_from(options: Options) -> Framing:
    """The framing keys that every kind of scanner shares."""
    return Framing(
        prefix=options.text("prefix", "").encode(),
        suffix=options.text("suffix", "").encode(),
        aim_required=options.flag("aim_required", default=False),
        encoding=options.choice("encoding", "utf-8", ENCODINGS),
        fragment_ms=options.integer("fragment_ms", 250, 20, 5000),
        gap_ends_code=options.flag("gap_ends_code", default=False),
    )


@dataclass(slots=True)
class DuplicateReads:
    """Drops the second read of one trigger pull, and nothing else.

    A read of the same code that begins within window_ms after the end of the one before is the
    same trigger. window_ms is 0 (off) unless the shop sets it: a hand scanner reads once per
    trigger and a presentation scanner has its own same-symbol timeout, while two equal items can
    follow each other as fast as a burst of buffered scans. A scanner that does stutter repeats
    within some 20 to 50 ms; a person needs over 150 ms to present the next item, so 80 is safe.
    """

    window_ms: int = 0
    _code: str = ""
    _ended_ns: int = 0

    def is_repeat(self, code: str, began_ns: int, ended_ns: int) -> bool:
        gap_ns = max(began_ns - self._ended_ns, 0)
        repeat = code == self._code and gap_ns < self.window_ms * MS_NS
        self._code, self._ended_ns = code, ended_ns
        return repeat


@dataclass(slots=True)
class Framer:
    """Holds the unfinished code between reads."""

    device: str
    framing: Framing
    duplicates: DuplicateReads = field(default_factory=DuplicateReads)
    _pending: bytearray = field(default_factory=bytearray)
    _swallowing: bool = False
    _began_ns: int = 0
    _last_ns: int = 0
    _idle_ns: int = 0

    @property
    def waiting(self) -> bool:
        """Is a code unfinished?"""
        return bool(self._pending) or self._swallowing

    def feed(self, data: bytes, at_ns: int) -> list[Scanned | ScanRefused]:
        """Take bytes that arrived at at_ns (monotonic); give the codes that they finished."""
        found = self._end_by_gap(at_ns - self._last_ns)
        if not self.waiting:
            self._began_ns = at_ns
        self._last_ns = at_ns
        self._idle_ns = 0
        self._pending += data
        while (cut := self._next_end()) is not None:
            line, after = cut
            code = bytes(self._pending[:line])
            del self._pending[:after]
            if self._swallowing:
                self._swallowing = False
            elif code:
                found += self._judge(code, at_ns)
            self._began_ns = at_ns
        if len(self._pending) > CODE_BYTES_MAX:
            if not self._swallowing:
                found.append(ScanRefused(self.device, f"no end after {CODE_BYTES_MAX} bytes"))
            self._swallowing = True
            # The end of the suffix may come with the next read, so its beginning must stay.
            keep = max(len(self.framing.suffix) - 1, 0)
            del self._pending[: len(self._pending) - keep]
        return found

    def silence(self, waited_ns: int) -> list[Scanned | ScanRefused]:
        """The wire was watched for waited_ns and nothing came: is the unfinished code over?

        Only watched silence counts. Time alone does not: when the machine is busy, the rest of a
        code may long be waiting in the kernel.
        """
        self._idle_ns += waited_ns
        if not self.waiting or self._idle_ns < self.framing.fragment_ms * MS_NS:
            return []
        return self._end_by_gap(self._idle_ns) or self.cut_off("silence before its end")

    def _end_by_gap(self, gap_ns: int) -> list[Scanned | ScanRefused]:
        """Without a suffix, a gap is all that tells one code from the next."""
        ends = self.framing.gap_ends_code and gap_ns >= self.framing.fragment_ms * MS_NS
        if not ends or self._swallowing or not self._pending:
            return []
        code = bytes(self._pending)
        self._pending.clear()
        return self._judge(code, self._last_ns)

    def cut_off(self, why: str) -> list[Scanned | ScanRefused]:
        """The wire broke or fell silent: refuse what is unfinished."""
        pending, told = bytes(self._pending), self._swallowing
        self._pending.clear()
        self._swallowing = False
        if not pending or told:
            return []
        return [ScanRefused(self.device, f"{why}: {_printable(pending)}")]

    def lost(self, why: str) -> list[Scanned | ScanRefused]:
        """Bytes went missing: refuse what is unfinished, and what still comes of it."""
        found = self.cut_off(why)
        self._swallowing = True
        self._idle_ns = 0
        return found or [ScanRefused(self.device, why)]

    def _next_end(self) -> tuple[int, int] | None:
        """Where the next code ends and where the one after it begins."""
        if self.framing.suffix:
            at = self._pending.find(self.framing.suffix)
            return None if at < 0 else (at, at + len(self.framing.suffix))
        ends = [at for at in (self._pending.find(b"\r"), self._pending.find(b"\n")) if at >= 0]
        return (min(ends), min(ends) + 1) if ends else None

    def _judge(self, code: bytes, at_ns: int) -> list[Scanned | ScanRefused]:
        """One message, or none for the second read of one trigger."""
        text, fault = self._text_of(code)
        if fault:
            return [ScanRefused(self.device, f"{fault}: {_printable(code)}")]
        if self.duplicates.is_repeat(text, self._began_ns, at_ns):
            return []
        return [Scanned(self.device, text, at_ns)]

    def _text_of(self, code: bytes) -> tuple[str, str]:
        """The code's text, and what is wrong with it."""
        prefix = self.framing.prefix
        if prefix:
            before, found, rest = code.rpartition(prefix)
            if not found:
                return "", "without its prefix"
            if before:
                return "", "two codes glued"
            code = rest
        try:
            text = code.decode(self.framing.encoding)
        except UnicodeDecodeError:
            return "", f"not {self.framing.encoding}"
        if not text or not all(char.isprintable() or char in SEPARATORS for char in text):
            return "", "not a code"
        if self.framing.aim_required and not _has_aim_identifier(text):
            return "", "without its AIM identifier"
        return text, ""


def _has_aim_identifier(text: str) -> bool:
    """ "]", a letter for the symbology, a modifier digit or letter (ISO/IEC 15424)."""
    return len(text) > 3 and text[0] == "]" and text[1].isalpha() and text[2].isalnum()


def _printable(code: bytes) -> str:
    """For people and logs: short, and without control characters."""
    return ascii(code[:40].decode("latin-1"))
