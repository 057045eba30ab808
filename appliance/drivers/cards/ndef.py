"""Messages on NFC tags and phones (NFC Forum NDEF 1.0, RTD Text 1.0, RTD URI 1.0), read tolerantly.

A tag is written by whoever held it last. What is whole counts, and what comes after a fault is left:
no message raises, and none takes more memory than it is long.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from appliance.core.barcode.own import read_own

MESSAGE_MAX = 4096
"""Bytes that are looked at: the shop's longest code has 256, and a link with it some more."""

CODE_MAX = 512

_LAST, _CHUNK, _SHORT, _WITH_ID = 0x40, 0x20, 0x10, 0x08
_WELL_KNOWN, _ABSOLUTE_URI, _UNCHANGED = 1, 3, 6

_PREFIXES = (
    *("", "http://www.", "https://www.", "http://", "https://", "tel:", "mailto:"),
    *("ftp://anonymous:anonymous@", "ftp://ftp.", "ftps://", "sftp://", "smb://", "nfs://"),
    *("ftp://", "dav://", "news:", "telnet://", "imap:", "rtsp://", "urn:", "pop:", "sip:"),
    *("sips:", "tftp:", "btspp://", "btl2cap://", "btgoep://", "tcpobex://", "irdaobex://"),
    *("file://", "urn:epc:id:", "urn:epc:tag:", "urn:epc:pat:", "urn:epc:raw:", "urn:epc:"),
    "urn:nfc:",
)
"""What the first byte of a URI record stands for."""


@dataclass(frozen=True, slots=True)
class Record:
    """form: the type name format, 1 for the NFC Forum's own types."""

    form: int
    type: bytes
    payload: bytes


def records(message: bytes) -> Iterator[Record]:
    """The whole records from the beginning; chunks are put together."""
    data = message[:MESSAGE_MAX]
    at, begun = 0, None
    while at < len(data):
        head = data[at]
        size = 1 if head & _SHORT else 4
        with_id = 1 if head & _WITH_ID else 0
        start = at + 2 + size + with_id
        if start > len(data):
            return
        type_length = data[at + 1]
        length = int.from_bytes(data[at + 2 : at + 2 + size], "big")
        payload_at = start + type_length + (data[at + 2 + size] if with_id else 0)
        at = payload_at + length
        if at > len(data):
            return
        form, kind = head & 0x07, data[start : start + type_length]
        payload = data[payload_at:at]
        if form == _UNCHANGED:
            if begun is None:
                return
            begun = Record(begun.form, begun.type, begun.payload + payload)
        else:
            begun = Record(form, kind, payload)
        if not head & _CHUNK:
            yield begun
            begun = None
        if head & _LAST and not head & _CHUNK:
            return


def codes(message: bytes) -> list[str]:
    """What the tag says as a scanner would: a text as it is; of a link the shop's own code in it,
    or else the whole link."""
    said = (_text_of(record) for record in records(message))
    return [text for text in said if text and len(text) <= CODE_MAX]


def _text_of(record: Record) -> str:
    if record.form == _WELL_KNOWN and record.type == b"T":
        return _text(record.payload)
    if record.form == _WELL_KNOWN and record.type == b"U" and record.payload:
        head = record.payload[0]
        prefix = _PREFIXES[head] if head < len(_PREFIXES) else ""
        return own_code_of(prefix + record.payload[1:].decode("utf-8", "replace").strip())
    if record.form == _ABSOLUTE_URI:
        return own_code_of(record.type.decode("utf-8", "replace").strip())
    return ""


def _text(payload: bytes) -> str:
    if not payload:
        return ""
    words = payload[1 + (payload[0] & 0x3F) :]
    encoding = "utf-16" if payload[0] & 0x80 else "utf-8"
    if encoding == "utf-16" and words[:2] not in (b"\xfe\xff", b"\xff\xfe"):
        encoding = "utf-16-be"  # RTD Text 3.4: without a mark it is big-endian
    return words.decode(encoding, "replace").strip(" \t\r\n\0")


def own_code_of(link: str) -> str:
    """The shop's own code that a link carries in its path, its query or after #; else the link."""
    try:
        parts = urlsplit(link)
        query = [value for _, value in parse_qsl(parts.query, max_num_fields=20)]
    except ValueError:
        return link
    carried = [*reversed(parts.path.split("/")), *query, parts.fragment]
    for word in map(unquote, carried):
        if read_own(word) is not None:
            return word
    return link
