"""What bytes on a wire mean, in a word and a value, for people who read the counter's log.

The words are keys that the page translates; the values are shown as they are.
"""

from __future__ import annotations

import re

from hw_sim.traffic import Direction, Traffic

Note = tuple[str, str]
"""A key of the page's words, and a value."""

RASTER = b"\x1dv0"
QR = b"\x1d(k"
CUT = b"\x1dV"
KICK = b"\x1bp"
_STATUS_ASKED = {1: "printer_well", 2: "printer_offline_why", 3: "printer_fault", 4: "paper_how"}


def explain(traffic: Traffic) -> Note:
    from_till = traffic.direction is Direction.FROM_TILL
    match traffic.wire:
        case "scanner":
            return ("scanned", printable(traffic.data)) if not from_till else ("", "")
        case "printer":
            return _to_printer(traffic.data) if from_till else _from_printer(traffic.data)
        case "scale":
            return _scale(traffic.data, from_till)
        case "pole":
            return ("pole_text", _pole_text(traffic.data)) if from_till else ("", "")
        case "drawer":
            return _pins(traffic.data.decode(), from_till)
    return ("", "")


def _pole_text(data: bytes) -> str:
    """Without the commands: clear, cursor to column and row, code page."""
    rows = re.split(rb"\x0c|\x1f\$..|\x1bt.|\x1bQ[AB]|\x1b@|\x1f\x01|\r", data, flags=re.DOTALL)
    return " · ".join(text for row in rows if (text := re.sub(" +", " ", printable(row))))


def _to_printer(data: bytes) -> Note:
    asked = re.fullmatch(rb"(?:\x10\x04([\x01-\x04]))+", data)
    if asked:
        return (_STATUS_ASKED[asked[1][0]], "")
    if KICK in data and len(data) < 16:
        return ("drawer_pulse", "")
    if RASTER in data:
        return ("receipt_raster", "")
    if QR in data:
        return ("receipt_qr", "")
    if CUT in data and len(data) < 16:
        return ("paper_cut", "")
    return ("receipt_text", "") if len(data) > 3 else ("", "")


def _from_printer(data: bytes) -> Note:
    """Bits as every DLE EOT answer has them: 0x60 paper out, 0x0C near its end (n = 4)."""
    last = data[-1] if data else 0
    if last & 0x60 == 0x60:
        return ("paper_out", "")
    return ("paper_low", "") if last & 0x0C == 0x0C else ("well", "")


def _scale(data: bytes, from_till: bool) -> Note:
    if from_till:
        return ("weigh_asked", "")
    weight = re.search(rb"\d\d\.\d{3}", data)
    return ("weight", f"{float(weight[0]):.3f}") if weight else ("weight_not_ready", "")


def _pins(word: str, from_till: bool) -> Note:
    level = word.endswith("1")
    if from_till:
        return ("pulse_begins" if level else "pulse_ends", "")
    return ("sensor_open" if level else "sensor_closed", "")


def printable(data: bytes) -> str:
    """The text in it: UTF-8 where it is, the Cyrillic code page 866 or 1251 otherwise."""
    for encoding in ("utf-8", "cp866"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return "".join(char for char in text if char.isprintable()).strip()
    return ""
