"""One record of the chain: its bytes, its hash and its row.

Its hash is the chain's (`core/fact_chain.py`). In the file the body is stored as raw DEFLATE with the
preset dictionary that stands in the file's `meta` table: a third of the bytes on the SD card.
"""

from __future__ import annotations

import json
import zlib
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple

from appliance.core import fact_chain
from appliance.core.fact_chain import genesis as genesis  # noqa: PLC0414 - how an epoch begins
from appliance.core.facts import Fact
from appliance.journal import registry

EPOCH_STEP = 10**12
"""A row's id is epoch * EPOCH_STEP + seq, so that ids sort as the chain runs."""

DICTIONARY = (
    b'"counts":[{"count":,"value_minor":"difference_minor":"totals":{"cash_sales_minor":'
    b'"reason":"name":"detail":"problem":"state":"ready"category":"POSPrinter"device":"printer"'
    b'"discount":{"percent":"amount_minor":"copy":1,"what":"z_report"x_report"cash_slip'
    b'{"effect":,"outcome":"done"}{"cause":"sale","effect":{"effect":,"sale":,"what":"receipt"}'
    b'{"amount_minor":,"sale":,"tender":1,"type":"cash"}{"change_minor":,"discount_minor":0,'
    b'"lines":[{"discount_minor":0,"gross_minor":,"line":1,"net_minor":,"tax_minor":},'
    b'{"discount_minor":0,"gross_minor":"paid_minor":,"receipt":,"rounding_minor":0,"sale":,'
    b'"shift":1,"taxes":[{"code":"VAT","gross_minor":,"net_minor":,"tax_minor":}],"total_minor":'
    + "Молоко Хліб Сир Масло Вода Сік Кава Чай Ковбаса Пиво Цукерки Печиво Шоколад 900 мл, ".encode()
    + b'{"sale":,"shift":1}{"line":,"quantity":"0.","sale":}"source":"key","search","typed",'
    b'"unit":"KGM"{"code":"4820000","item":"1000","line":1,"name":"","quantity":"1","sale":,'
    b'"source":"scan","taxes":["VAT20","A"],"unit":"H87","unit_price_minor":'
)
"""Words of bodies, the commonest last. Format 1 of the file means exactly these bytes."""

Row = tuple[int, int, int, str, str, str, int, bytes, bytes]
"""id, at_ms, offset_min, actor, cause, type, version, packed body, hash."""

SELECT_ROWS = "SELECT id, at_ms, offset_min, actor, cause, type, version, body, hash FROM fact"
INSERT_ROW = "INSERT INTO fact VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"


class Record(NamedTuple):
    """A fact with its place, time and person. body: canonical JSON, as hashed. cause: what led to
    it, such as a command's id."""

    till: str
    epoch: int
    seq: int
    at: datetime
    actor: str
    cause: str
    type: str
    version: int
    body: bytes
    hash: bytes
    fact: Fact

    @property
    def id(self) -> int:
        return self.epoch * EPOCH_STEP + self.seq


def place(row_id: int) -> tuple[int, int]:
    """Epoch and seq of a row's id."""
    return divmod(row_id, EPOCH_STEP)


_FRESH = zlib.compressobj(6, zlib.DEFLATED, -12, 5, zlib.Z_DEFAULT_STRATEGY, DICTIONARY)
"""Copied for each body: reading the dictionary takes longer than the body. A window of 4 kB holds
both; 15 bits would cost ten times the set-up time."""


def pack(body: bytes) -> bytes:
    deflate = _FRESH.copy()
    return deflate.compress(body) + deflate.flush()


def unpack(stored: bytes) -> bytes:
    """The body; zlib.error when the bytes are damaged."""
    inflate = zlib.decompressobj(-15, DICTIONARY)
    body = inflate.decompress(stored)
    if not inflate.eof or inflate.unused_data:
        raise zlib.error("a body that is cut off or has a tail")
    return body


def times(at: datetime) -> tuple[int, int]:
    """at_ms and offset_min of an aware datetime."""
    offset = at.utcoffset()
    assert offset is not None, "a record's time is aware"
    at_ms = (at - _ORIGIN) // _MS
    return at_ms, int(offset.total_seconds()) // 60


def moment(at_ms: int, offset_min: int) -> datetime:
    return (_ORIGIN + timedelta(milliseconds=at_ms)).astimezone(_zone(offset_min))


_ORIGIN = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


@lru_cache(maxsize=64)
def _zone(offset_min: int) -> timezone:
    return timezone(timedelta(minutes=offset_min))


def chain(previous: bytes, till: str, row: Row, body: bytes) -> bytes:
    """The hash that `row` with this unpacked body must have after `previous`."""
    row_id, at_ms, offset_min, actor, cause, kind, version, _, _ = row
    epoch, seq = divmod(row_id, EPOCH_STEP)
    where = (previous, till, epoch, seq, at_ms, offset_min, actor, cause, kind, version)
    return fact_chain.link(*where, body)


def from_row(till: str, row: Row) -> Record:
    """The record of a row of a chain that was proven; registry.UnknownFact, zlib.error
    or ValueError when it was not."""
    row_id, at_ms, offset_min, actor, cause, kind, version, stored, digest = row
    epoch, seq = divmod(row_id, EPOCH_STEP)
    body = unpack(stored)
    fact = registry.read(kind, version, json.loads(body))
    at = moment(at_ms, offset_min)
    return Record(till, epoch, seq, at, actor, cause, kind, version, body, digest, fact)
