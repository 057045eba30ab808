"""An SD card with a cache of its own, served to QEMU: what was not flushed may be gone after a power cut.

QEMU killed alone loses nothing that the guest has written, since its writes are in the host's memory by
then. Here they wait, as in a card, until the guest flushes; when the power goes, any of those that
wait may have reached the flash, in any order, and one of them in half. It also counts what is written.

Source: the NBD protocol (github.com/NetworkBlockDevice/nbd, doc/proto.md), fixed newstyle.
"""

from __future__ import annotations

import os
import random
import socket
import struct
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

SECTOR, PAGE = 512, 4096
CACHE_BYTES_MAX = 8 << 20
"""A card writes back by itself what does not fit its cache."""
_INIT, _OPTION, _OPTION_REPLY = b"NBDMAGIC", b"IHAVEOPT", 0x3E889045565A9
_REQUEST, _REPLY = 0x25609513, 0x67446698
_EXPORT_NAME, _ABORT, _GO = 1, 2, 7
_ACK, _INFO, _UNSUPPORTED = 1, 3, 0x80000001
_READ, _WRITE, _DISCONNECT, _FLUSH, _TRIM, _ZEROES = 0, 1, 2, 3, 4, 6
_FUA = 1
_FLAGS = 0x01 | 0x04 | 0x08 | 0x20 | 0x40  # flags, flush, FUA, trim, write zeroes
_NO_ZEROES = 2
_EINVAL = 22

Take = Callable[[int], bytes]
"""Exactly so many bytes from the board, or EOFError."""


class Plug:
    """When the card's power goes: with the write of this number, counted from now on, that touches these
    bytes. pulled: is set then."""

    def __init__(self, writes: int = 0, touching: range = range(0)) -> None:
        self.pulled = threading.Event()
        self._left, self._touching = writes, touching

    def sees(self, offset: int, length: int) -> None:
        if self._left and offset < self._touching.stop and offset + length > self._touching.start:
            self._left -= 1
            if not self._left:
                self.pulled.set()


class SdCardServer:
    """written, writes, flushes: since power was on first. address: for QEMU's `-drive file=`."""

    def __init__(self, image: Path, path: Path) -> None:
        self.address = f"nbd:unix:{path}"
        self.written = self.writes = self.flushes = 0
        self._file = os.open(image, os.O_RDWR)
        self._size = os.fstat(self._file).st_size
        self._waiting: list[tuple[int, bytes]] = []
        self._waiting_bytes = 0
        self._pages: dict[int, bytearray] = {}
        self._plug = Plug()
        self._lock = threading.Lock()
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(path))
        self._server.listen(1)
        self._idle = threading.Event()
        self._idle.set()
        threading.Thread(target=self._accept, name="sd-card", daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()
        self.keep_all()
        os.close(self._file)

    def fails_with(self, write: int, touching: range | None = None) -> threading.Event:
        """The plug is pulled with the write of this number from now on: it is in the cache, and no
        flush follows, nor an answer. Set when it is so; whoever waits then turns the board off."""
        with self._lock:
            self._plug = Plug(write, touching or range(self._size))
            return self._plug.pulled

    def keep_all(self) -> None:
        """The power stays long enough for the card to write back all it has."""
        with self._lock:
            self._flush()

    def lose(self, chance: random.Random) -> tuple[int, int]:
        """The power went: each write that waited is on the flash or not, one in half. How many waited,
        how many are gone. The board must be off."""
        self._idle.wait(10)
        with self._lock:
            waiting = self._waiting
            kept = [it for it in waiting if chance.random() < 0.5]
            chance.shuffle(kept)
            if kept:
                offset, data = kept.pop()
                cut = chance.randrange(len(data) // SECTOR + 1) * SECTOR
                kept.append((offset, data[:cut]))
            for offset, data in kept:
                os.pwrite(self._file, data, offset)
            self._forget()
            self._plug = Plug()
            return len(waiting), len(waiting) - len(kept)

    # One board at a time.

    def _accept(self) -> None:
        while True:
            try:
                wire, _ = self._server.accept()
            except OSError:
                return
            self._idle.clear()
            try:
                with wire, wire.makefile("rb") as heard:
                    self._serve(wire, partial(_exactly, heard))
            except (EOFError, OSError, struct.error):
                pass
            finally:
                self._idle.set()

    def _serve(self, wire: socket.socket, take: Take) -> None:
        wire.sendall(_INIT + _OPTION + struct.pack(">H", 1 | _NO_ZEROES))
        take(4)
        if self._agreed(wire, take):
            while self._answered(wire, take):
                pass

    def _agreed(self, wire: socket.socket, take: Take) -> bool:
        """Haggles over options; whether data may follow."""
        while True:
            magic, option, length = struct.unpack(">8sII", take(16))
            if magic != _OPTION:
                return False
            take(length)
            if option == _EXPORT_NAME:
                wire.sendall(struct.pack(">QH", self._size, _FLAGS))
                return True
            if option == _GO:
                info = struct.pack(">HQH", 0, self._size, _FLAGS)
                wire.sendall(_option_reply(option, _INFO, info) + _option_reply(option, _ACK))
                return True
            wire.sendall(_option_reply(option, _ACK if option == _ABORT else _UNSUPPORTED))
            if option == _ABORT:
                return False

    def _answered(self, wire: socket.socket, take: Take) -> bool:
        magic, flags, kind, cookie, offset, length = struct.unpack(">IHHQQI", take(28))
        if magic != _REQUEST or kind == _DISCONNECT:
            return False
        data, error = b"", 0
        given = take(length) if kind == _WRITE else b""
        with self._lock:
            if self._plug.pulled.is_set():
                return True
            if kind != _FLUSH and offset + length > self._size:
                error = _EINVAL
            elif kind == _READ:
                data = self._read(offset, length)
            elif kind in (_WRITE, _ZEROES):
                self._write(offset, given or bytes(length))
                self._plug.sees(offset, length)
                if self._plug.pulled.is_set():
                    return True
                if flags & _FUA:
                    self._flush()
            elif kind == _FLUSH:
                self.flushes += 1
                self._flush()
            elif kind != _TRIM:
                error = _EINVAL
        wire.sendall(struct.pack(">IIQ", _REPLY, error, cookie) + data)
        return True

    # The card's cache.

    def _read(self, offset: int, length: int) -> bytes:
        data = bytearray(os.pread(self._file, length, offset))
        for number in range(offset // PAGE, (offset + length - 1) // PAGE + 1):
            if (page := self._pages.get(number)) is not None:
                start = number * PAGE
                low, high = max(start, offset), min(start + PAGE, offset + length)
                data[low - offset : high - offset] = page[low - start : high - start]
        return bytes(data)

    def _write(self, offset: int, data: bytes) -> None:
        self.writes += 1
        self.written += len(data)
        self._waiting.append((offset, data))
        self._waiting_bytes += len(data)
        for number in range(offset // PAGE, (offset + len(data) - 1) // PAGE + 1):
            start = number * PAGE
            page = self._pages.get(number)
            if page is None:
                page = self._pages[number] = bytearray(os.pread(self._file, PAGE, start))
            low, high = max(start, offset), min(start + PAGE, offset + len(data))
            page[low - start : high - start] = data[low - offset : high - offset]
        if self._waiting_bytes > CACHE_BYTES_MAX:
            self._flush()

    def _flush(self) -> None:
        for number, page in self._pages.items():
            os.pwrite(self._file, page, number * PAGE)
        self._forget()

    def _forget(self) -> None:
        self._waiting, self._waiting_bytes = [], 0
        self._pages.clear()


def _exactly(heard: BinaryIO, count: int) -> bytes:
    data = heard.read(count)
    if len(data) != count:
        raise EOFError
    return data


def _option_reply(option: int, kind: int, data: bytes = b"") -> bytes:
    return struct.pack(">QIII", _OPTION_REPLY, option, kind, len(data)) + data
