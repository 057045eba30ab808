"""Tell a text file's encoding, or say that it cannot be told: never import mojibake."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

_CHUNK_BYTES = 1 << 20
_SAMPLE_BYTES = 200_000
_LEGACY = ("cp1251", "cp866", "koi8_u", "cp1250", "cp1252")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_CYRILLIC_WORD = re.compile(r"[А-ЯЄІЇҐЁ]?[а-яєіїґё]+|[А-ЯЄІЇҐЁ]+")
_LATIN_WORD = re.compile(r"[A-ZÀ-ÖØ-Þ]?[a-zß-öø-ÿąćęłńśźżěščřžýáíéůúďťňőű]+|[A-ZÀ-ÖØ-ÞĄĆĘŁŃŚŹŻ]+")
# The ten most common letters of Ukrainian and of Russian make up two thirds of their texts.
_COMMON = frozenset("оанивтреслікду")
# UTF-8 Cyrillic read as windows-1251: every letter is Р or С and another sign.
_TWICE = re.compile("(?:[РС][\u0080-\u00bfА-Яа-яЂ-џ‚-›€™]){3,}")


class EncodingUnknown(ValueError):
    """The file is in none of the known encodings, or in several equally likely ones."""


def detect(path: Path) -> str:
    """The Python name of the file's encoding."""
    with path.open("rb") as source:
        head = source.read(_SAMPLE_BYTES)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    wide = _without_mark_utf16(head)
    if wide:
        return wide
    broken = _first_broken_line(path)
    if broken is None:
        return "utf-8"
    if _is_mostly_utf8(head):
        raise EncodingUnknown(
            f"{path.name}: UTF-8, but broken in line {broken}; save the file again as UTF-8"
        )
    return _guess_legacy(path, head)


def read_twice(text: str) -> bool:
    """Whether UTF-8 was once read as windows-1251 and saved: "РњРѕР»РѕРєРѕ" was "Молоко"."""
    found = _TWICE.search(text)
    if not found:
        return False
    try:
        found.group().encode("cp1251").decode("utf-8")
    except UnicodeError:
        return False
    return True


def _without_mark_utf16(head: bytes) -> str | None:
    pairs = head[: len(head) // 2 * 2]
    if not pairs or b"\0" not in pairs:
        return None
    zeros_low, zeros_high = pairs[0::2].count(0), pairs[1::2].count(0)
    return "utf-16-le" if zeros_high > zeros_low else "utf-16-be"


def _first_broken_line(path: Path) -> int | None:
    """The first line that is not UTF-8, None when all are. The whole file is looked at."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines = 1
    with path.open("rb") as source:
        while True:
            chunk = source.read(_CHUNK_BYTES)
            try:
                lines += decoder.decode(chunk, final=not chunk).count("\n")
            except UnicodeDecodeError as problem:
                return lines + problem.object[: problem.start].count(b"\n")
            if not chunk:
                return None


def _is_mostly_utf8(head: bytes) -> bool:
    """Many well-formed letters of two bytes beside few broken ones."""
    text = head.decode("utf-8", errors="replace")
    wide = sum(1 for c in text if c > "\x7f" and c != "\ufffd")
    return wide > 10 * text.count("\ufffd")


def _guess_legacy(path: Path, head: bytes) -> str:
    scores = sorted(((_likeness(head, name), name) for name in _LEGACY), reverse=True)
    best, name = scores[0]
    # cp1250 and cp1252 read most letters alike; either is right then.
    rival = next(
        (s for s, n in scores[1:] if head.decode(n, "replace") != head.decode(name, "replace")), 0.0
    )
    if best < 0.6 or best - rival < 0.05:
        raise EncodingUnknown(
            f"{path.name}: the encoding cannot be told; save the file as UTF-8, or name the encoding"
        )
    return name


def _likeness(head: bytes, encoding: str) -> float:
    """0 to 1: how much the bytes above ASCII look like words people write."""
    text = head.decode(encoding, errors="replace")
    good = total = 0.0
    for word in _WORD.findall(text):
        strange = sum(1 for c in word if c > "\x7f")
        if not strange:
            continue
        total += strange
        if _CYRILLIC_WORD.fullmatch(word):
            common = sum(1 for c in word.lower() if c in _COMMON)
            # Any bytes make capitals in some code page; small letters are better evidence.
            sure = 0.7 if word.isupper() else 1.0
            good += strange * sure * min(1.0, 0.3 + common / len(word))
        elif _LATIN_WORD.fullmatch(word) and strange <= len(word) / 2:
            good += strange * 0.9
    # Signs a price list has no use for: box drawings, C1 controls, undefined bytes.
    total += sum(
        1 for c in text if "\u2500" <= c <= "\u259f" or "\x80" <= c <= "\x9f" or c == "\ufffd"
    )
    return good / total if total else 0.0
