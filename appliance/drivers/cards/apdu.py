"""Commands to a chip card and its answers (ISO/IEC 7816-4), over any reader."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

DONE = 0x9000
MORE_HEAD, WRONG_LENGTH_HEAD = 0x61, 0x6C
CHAIN_MAX = 16
"""Answers of one command that are fetched piece by piece: 4 kB, more than any record has."""

Transmit = Callable[[bytes], bytes]
"""Sends one command, gives the answer with its status word. Raises CardGone."""


class CardGone(Exception):
    """The card was taken away, or it does not answer any more."""


class Answer(NamedTuple):
    data: bytes
    status: int

    @property
    def ok(self) -> bool:
        return self.status == DONE


def exchange(transmit: Transmit, command: bytes) -> Answer:
    """One command with all of its answer: what a T=0 card keeps back is fetched."""
    answer = _split(transmit(command))
    if answer.status >> 8 == WRONG_LENGTH_HEAD:
        answer = _split(transmit(command[:4] + bytes([answer.status & 0xFF])))
    data = answer.data
    for _ in range(CHAIN_MAX):
        if answer.status >> 8 != MORE_HEAD:
            break
        answer = _split(transmit(bytes((0x00, 0xC0, 0x00, 0x00, answer.status & 0xFF))))
        data += answer.data
    return Answer(data, answer.status)


def select(transmit: Transmit, aid: bytes) -> Answer:
    """An application by its name."""
    return exchange(transmit, bytes((0x00, 0xA4, 0x04, 0x00, len(aid))) + aid + b"\x00")


def select_file(transmit: Transmit, file: bytes) -> Answer:
    return exchange(transmit, bytes((0x00, 0xA4, 0x00, 0x0C, len(file))) + file)


def read_binary(transmit: Transmit, at: int, length: int) -> Answer:
    return exchange(transmit, bytes((0x00, 0xB0, at >> 8, at & 0xFF, length)))


def read_record(transmit: Transmit, sfi: int, number: int) -> Answer:
    return exchange(transmit, bytes((0x00, 0xB2, number, sfi << 3 | 0b100, 0x00)))


def _split(answer: bytes) -> Answer:
    if len(answer) < 2:
        raise CardGone("an answer without a status word")
    return Answer(answer[:-2], int.from_bytes(answer[-2:], "big"))
