"""Finds payment card numbers where none may be, and leaves barcodes alone.

A driver's codec reads the fields that may be kept and no others, before anything else sees an
answer. What stands here behind that is an alarm: it looks at text and bytes for what got through,
as digits, as hexadecimal, as packed decimals (BCD), in base64, and in UTF-16.

One number in ten passes Luhn by chance. So the digits must also stand alone, have the first digits
and the length of a scheme, and be no right GTIN, SSCC or other number with a GS1 check digit.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import re
from collections.abc import Iterator

from appliance.core.barcode.check_digits import has_right_check_digit

KEPT = 4
"""Digits that may be shown and kept: the last ones, by which people know their card."""

_GS1_LENGTHS = frozenset({12, 13, 14, 17, 18})
_SCAN_MAX = 1_000_000
"""Characters or bytes looked at; whoever logs more logs a file."""

_GROUPED = r"\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}|\d{4}([ -])\d{6}\2\d{4,5}"
_NUMBER = re.compile(rf"(?<![0-9A-Fa-f.])(?:\d{{13,19}}|{_GROUPED})(?![0-9A-Fa-f])", re.ASCII)
_NUMBER_BYTES = re.compile(rb"(?<![0-9A-Fa-f.])\d{13,19}(?![0-9A-Fa-f])")
_TRACK_1 = re.compile(r"B(\d{13,19})\^", re.ASCII)
_HEX = re.compile(r"(?<![0-9A-Za-z.])(?:[0-9A-Fa-f]{2}[ :]?){7,}(?![0-9A-Za-z])")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{18,}={0,2}")
_TRACK_2 = re.compile(r"(?<!\d)(\d{13,19})[D=]\d{2}(?:0[1-9]|1[0-2])", re.ASCII)
_TAGGED = re.compile(r"(?:5A(?:0[7-9]|0A)|57(?:0[9A-F]|1[0-3]))(\d{13,19})", re.ASCII)
_BCD_ALONE = re.compile(r"\d{13,19}F?", re.ASCII)

_FIRST = (
    # first digits, from and to, and the lengths that cards with them have
    ("34", "34", {15}),
    ("37", "37", {15}),
    ("36", "36", {14, 16}),
    ("300", "305", {14}),
    ("38", "39", {14, 16}),
    ("3528", "3589", {16, 19}),
    ("4", "4", {13, 16, 19}),
    ("51", "55", {16}),
    ("2221", "2720", {16}),
    ("50", "50", {16, 18, 19}),
    ("56", "59", {16, 18, 19}),
    ("60", "69", {16, 18, 19}),
    ("2200", "2204", {16, 19}),
    ("9792", "9792", {16}),
    ("81", "82", {16, 19}),
)


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit that payment cards have."""
    total = 0
    for at, digit in enumerate(reversed(digits)):
        value = int(digit)
        if at % 2:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return total % 10 == 0


def is_card_number(digits: str) -> bool:
    """Of digits that stand alone: whether a person must fear that they are a card's number."""
    if not 13 <= len(digits) <= 19 or len(set(digits)) == 1 or not luhn(digits):
        return False
    if len(digits) in _GS1_LENGTHS and has_right_check_digit(digits):
        return False
    return any(
        len(digits) in lengths and low <= digits[: len(low)] <= high
        for low, high, lengths in _FIRST
    )


def masked(text: str) -> str:
    """The text with the digits of card numbers starred but for the last four; what holds one in
    another form than digits is starred whole."""
    text = _NUMBER.sub(_starred, text)
    for form in (_HEX, _BASE64):
        text = form.sub(lambda it: it[0] if not _hides(it[0]) else "*" * len(it[0]), text)
    return text if not has_card_number(text) else "*" * KEPT


def _starred(found: re.Match[str]) -> str:
    digits = _digits(found[0])
    if not is_card_number(digits):
        return found[0]
    hidden = len(digits) - KEPT
    seen = 0
    shown = ""
    for ch in found[0]:
        seen += ch.isdigit()
        shown += "*" if ch.isdigit() and seen <= hidden else ch
    return shown


def has_card_number(data: str | bytes) -> bool:
    """Whether a card's number stands in it, in any of the forms above."""
    if isinstance(data, bytes):
        return _in_bytes(data[:_SCAN_MAX])
    text = data[:_SCAN_MAX]
    if any(is_card_number(_digits(it[0])) for it in _NUMBER.finditer(text)):
        return True
    if _tracks(text):
        return True
    if any(_hides(it[0]) for form in (_HEX, _BASE64) for it in form.finditer(text)):
        return True
    return "\\x" in text and _in_bytes(_unescaped(text))


def _digits(text: str) -> str:
    return text.replace(" ", "").replace("-", "")


def _tracks(text: str) -> bool:
    found = (it[1] for track in (_TRACK_1, _TRACK_2) for it in track.finditer(text))
    return any(map(is_card_number, found))


def _hides(text: str) -> bool:
    """Whether a run of hexadecimal or base64 holds one."""
    return any(_in_bytes(data) for data in _decoded(text))


def _decoded(text: str) -> Iterator[bytes]:
    bare = text.replace(" ", "").replace(":", "")
    if len(bare) % 2 == 0:
        with contextlib.suppress(ValueError):
            yield bytes.fromhex(bare)
    bare = text.rstrip("=").replace("-", "+").replace("_", "/")
    for skipped in range(4):
        part = bare[skipped:]
        if len(part) % 4 == 1:
            part = part[:-1]
        try:
            yield base64.b64decode(part + "=" * (-len(part) % 4))
        except (ValueError, binascii.Error):
            continue


def _in_bytes(data: bytes) -> bool:
    """As digits in ASCII or UTF-16, or as packed decimals behind a tag, in a track, or alone."""
    for view in (data, data[::2], data[1::2]):
        if any(is_card_number(it[0].decode()) for it in _NUMBER_BYTES.finditer(view)):
            return True
    nibbles = data.hex().upper()
    if _BCD_ALONE.fullmatch(nibbles) and is_card_number(nibbles.rstrip("F")):
        return True
    if _tracks(nibbles):
        return True
    return any(_tagged(it, nibbles) for it in _TAGGED.finditer(nibbles))


def _tagged(found: re.Match[str], nibbles: str) -> bool:
    """The value behind 5A or 57 of a chip's answer; a tag stands on whole bytes."""
    if found.start() % 2:
        return False
    size = 2 * int(nibbles[found.start() + 2 : found.start() + 4], 16)
    value = nibbles[found.start() + 4 : found.start() + 4 + size]
    return is_card_number(re.split("[D=F]", value)[0])


def _unescaped(text: str) -> bytes:
    """The bytes of text as Python shows them: b'Z\\x08Gas'."""
    return re.sub(
        rb"\\x([0-9a-fA-F]{2})",
        lambda it: bytes([int(it[1], 16)]),
        text.encode("utf-8", "surrogatepass"),
    )
