"""What a CMS signature (RFC 5652) was made of, where that lies inside it: pure. It proves nothing."""

from __future__ import annotations

from collections.abc import Iterator

_SEQUENCE, _OCTETS, _INSIDE = 0x30, 0x04, 0xA0
_SHORT = 0x80


class NoContent(ValueError):
    """No CMS, or one that signs what lies elsewhere."""


def content(der: bytes) -> bytes:
    """ContentInfo → SignedData → encapContentInfo → eContent. Raises NoContent."""
    info = _nth(der, 0, _SEQUENCE)
    signed = _nth(_nth(info, 1, _INSIDE), 0, _SEQUENCE)
    encapsulated = _nth(signed, 2, _SEQUENCE)
    return _nth(_nth(encapsulated, 1, _INSIDE), 0, _OCTETS)


def _nth(body: bytes, number: int, tag: int) -> bytes:
    for at, (found, value) in enumerate(_values(body)):
        if at == number and found == tag:
            return value
    raise NoContent("not where CMS has it")


def _values(body: bytes) -> Iterator[tuple[int, bytes]]:
    """DER: a tag, a length, so many bytes."""
    at = 0
    while at + 2 <= len(body):
        tag, size = body[at], body[at + 1]
        at += 2
        if size >= _SHORT:
            many = size - _SHORT
            size = int.from_bytes(body[at : at + many], "big")
            at += many
        if at + size > len(body):
            raise NoContent("it breaks off")
        yield tag, body[at : at + size]
        at += size
