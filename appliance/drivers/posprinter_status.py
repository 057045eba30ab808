"""What an ESC/POS printer says about itself: DLE EOT answers and GS r echoes.

Source: Epson, "ESC/POS command reference", DLE EOT and GS r.
"""

from __future__ import annotations

from dataclasses import dataclass

from appliance.core.devices import Problem

REAL_TIME = tuple(b"\x10\x04" + bytes([number]) for number in (1, 2, 3, 4))
"""Printer, offline cause, error cause, paper sensors: answered at once, whatever is queued."""

IN_ORDER = b"\x1dr\x01"
"""Answered only when everything sent before it was printed."""

HOLDS = frozenset({Problem.PAPER_OUT, Problem.COVER_OPEN, Problem.OFFLINE})
"""While a printer says one of these, nothing is sent to it."""

OFFLINE = 0x08
COVER_OPEN = 0x04
PAPER_STOP = 0x20
ERROR = 0x40
ERROR_CAUSES = 0x68
PAPER_END = 0x60
NEAR_END = 0x0C


@dataclass(frozen=True, slots=True)
class Answers:
    """Bytes that came, told apart by the bits that never change."""

    real_time: bytes
    in_order: int


def sort_answers(data: bytes) -> Answers:
    """DLE EOT answers have bits 1 and 4 set and 0 and 7 clear; GS r has bits 4 and 7 clear."""
    real_time = bytes(byte for byte in data if byte & 0x93 == 0x12)
    return Answers(real_time, sum(byte & 0x90 == 0 for byte in data))


def problem_of(answers: bytes) -> tuple[Problem, str]:
    """The worst of what the four answers say, and a detail where the sentence needs one."""
    printer, offline, error, paper = answers
    if paper & PAPER_END or offline & PAPER_STOP:
        return Problem.PAPER_OUT, ""
    if offline & COVER_OPEN:
        return Problem.COVER_OPEN, ""
    if offline & ERROR or error & ERROR_CAUSES:
        return Problem.OFFLINE, f"error {error & ERROR_CAUSES:#04x}"
    if printer & OFFLINE:
        return Problem.OFFLINE, ""
    if paper & NEAR_END:
        return Problem.PAPER_NEAR_END, ""
    return Problem.NONE, ""
