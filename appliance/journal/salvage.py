"""Reading records straight from the pages of a file that SQLite can no longer walk.

Source: "Database File Format" of SQLite's documentation, sections 1.6 (b-tree pages), 1.5.2
(record format), 1.6 (overflow) and 4.1 (WAL format). Every table leaf page, in the file and in
its log, is looked at on its own, so that a damaged index page above it hides nothing. What is
found is only a candidate: the chain's hashes tell whether it is a record.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from appliance.journal.record import EPOCH_STEP, Row
from appliance.journal.schema import PAGE_BYTES
from appliance.journal.space import beside

_LEAF = 0x0D
_WAL_HEADER = 32
_FRAME_HEADER = 24
_COLUMNS = 9
_TEXT_COLUMNS = (3, 4, 5)
_BLOB_COLUMNS = (7, 8)
_INTEGER_BYTES = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
_CHAIN_PAGES_MAX = 1 << 20
"""A body of half a gigabyte; a circle of damaged page numbers ends here."""


def candidates(journal: Path, after_id: int) -> dict[int, list[Row]]:
    """Everything that looks like a fact's row with a higher id, oldest copy of each last."""
    pages = _Pages(journal)
    found: dict[int, list[Row]] = {}
    for page, start in pages.images():
        for row in _rows(page, start, pages):
            if row[0] > after_id and row not in found.setdefault(row[0], []):
                found[row[0]].insert(0, row)
    return {row_id: rows for row_id, rows in found.items() if rows}


class _Pages:
    """The pages of a file and of the log beside it."""

    def __init__(self, journal: Path) -> None:
        self._file = journal.read_bytes() if journal.exists() else b""
        wal = beside(journal, "-wal")
        self._wal = wal.read_bytes() if wal.exists() else b""
        size = int.from_bytes(self._file[16:18], "big")
        self.size = size if size in (512, 1024, 2048, 4096, 8192) else PAGE_BYTES
        self._in_wal: dict[int, int] = {}
        for number, at in self._frames():
            self._in_wal[number] = at

    def _frames(self) -> Iterator[tuple[int, int]]:
        step = self.size + _FRAME_HEADER
        for at in range(_WAL_HEADER, len(self._wal) - step + 1, step):
            (number,) = struct.unpack_from(">I", self._wal, at)
            if number:
                yield number, at + _FRAME_HEADER

    def images(self) -> Iterator[tuple[bytes, int]]:
        """Each page's bytes and where its b-tree header starts; the file's first, then the log's."""
        for at in range(0, len(self._file) - self.size + 1, self.size):
            yield self._file[at : at + self.size], 100 if at == 0 else 0
        for number, at in self._frames():
            yield self._wal[at : at + self.size], 100 if number == 1 else 0

    def page(self, number: int) -> bytes:
        """The newest image of a page; b"" where there is none."""
        if number in self._in_wal:
            at = self._in_wal[number]
            return self._wal[at : at + self.size]
        at = (number - 1) * self.size
        return self._file[at : at + self.size] if number > 0 else b""


def _rows(page: bytes, start: int, pages: _Pages) -> Iterator[Row]:
    if page[start] != _LEAF:
        return
    (cells,) = struct.unpack_from(">H", page, start + 3)
    for number in range(cells):
        pointer = start + 8 + 2 * number
        if pointer + 2 > len(page):
            return
        (at,) = struct.unpack_from(">H", page, pointer)
        try:
            row = _cell(page, at, pages)
        except (IndexError, ValueError, TypeError, struct.error):
            continue
        if row is not None:
            yield row


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for index in range(8):
        byte = data[at + index]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + index + 1
    return value << 8 | data[at + 8], at + 9


def _cell(page: bytes, at: int, pages: _Pages) -> Row | None:
    length, at = _varint(page, at)
    row_id, at = _varint(page, at)
    if row_id <= EPOCH_STEP:
        return None
    return _record(row_id, _payload(page, at, length, pages))


def _payload(page: bytes, at: int, length: int, pages: _Pages) -> bytes:
    usable = pages.size
    if length <= usable - 35:
        return page[at : at + length]
    least = (usable - 12) * 32 // 255 - 23
    local = least + (length - least) % (usable - 4)
    if local > usable - 35:
        local = least
    parts, held = [page[at : at + local]], local
    (following,) = struct.unpack_from(">I", page, at + local)
    for _ in range(_CHAIN_PAGES_MAX):
        if held >= length:
            break
        overflow = pages.page(following)
        (following,) = struct.unpack_from(">I", overflow, 0)
        parts.append(overflow[4:usable])
        held += usable - 4
    return b"".join(parts)[:length]


def _record(row_id: int, payload: bytes) -> Row | None:
    """The nine columns of table `fact`; None when it is a row of another table."""
    header, at = _varint(payload, 0)
    kinds = []
    while at < header:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    if len(kinds) != _COLUMNS or kinds[0] != 0:
        return None
    values: list[int | bytes] = [row_id]
    for kind in kinds[1:]:
        value, at = _value(payload, at, kind)
        values.append(value)
    if any(kinds[column] < 13 or kinds[column] % 2 == 0 for column in _TEXT_COLUMNS):
        return None
    if any(kinds[column] < 12 or kinds[column] % 2 for column in _BLOB_COLUMNS):
        return None
    at_ms, offset_min, version = (_number(values[column]) for column in (1, 2, 6))
    actor, cause, kind_name = (_bytes(values[column]).decode() for column in _TEXT_COLUMNS)
    body, digest = (_bytes(values[column]) for column in _BLOB_COLUMNS)
    return row_id, at_ms, offset_min, actor, cause, kind_name, version, body, digest


def _value(payload: bytes, at: int, kind: int) -> tuple[int | bytes, int]:
    if kind in (8, 9):
        return kind - 8, at
    if kind == 0:
        return 0, at
    if kind >= 12:
        length = (kind - 12) // 2
        if at + length > len(payload):
            raise ValueError("the payload is cut off")
        return payload[at : at + length], at + length
    length = _INTEGER_BYTES.get(kind, 8)
    return int.from_bytes(payload[at : at + length], "big", signed=True), at + length


def _number(value: int | bytes) -> int:
    if isinstance(value, bytes):
        raise TypeError("a text where a number belongs")
    return value


def _bytes(value: int | bytes) -> bytes:
    if isinstance(value, int):
        raise TypeError("a number where bytes belong")
    return value
