"""An image of a card: opened or unpacked once, written to many cards without its holes, read back.

A hole of the image is a part that holds nothing. On a file it stays a hole. On a card it is wiped
where a file system counts on zeros, and passed over where none does: in slots for later updates, and
behind the root file systems, which know their own size.
"""

from __future__ import annotations

import fcntl
import hashlib
import lzma
import os
import shutil
import stat
import struct
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from appliance.provision import partitions
from appliance.provision.partitions import Partition

CHUNK = 4 * 1024 * 1024
_BLKZEROOUT, _BLKFLSBUF, _BLKDISCARD = 0x127F, 0x1261, 0x1277
"""linux/fs.h: zeros as the card writes them best, reads that come from it, blocks that hold nothing."""
_ROOT = "root_"
_ZERO_PIECE = 1024 * 1024

Extent = tuple[int, int]
"""Offset and length in bytes."""
Progress = Callable[[int, int], None]
"""Bytes that are done, of how many."""


class ImageTrouble(Exception):
    """The image, or what was written, cannot be used; the sentence says what to do."""


@dataclass(frozen=True, slots=True)
class Image:
    """path: of the unpacked file. digest: SHA-256 of all of it, as it is published. data: what is no
    hole; data_digest: SHA-256 of that alone."""

    path: Path
    size: int
    digest: str
    data: tuple[Extent, ...]
    data_digest: str
    partitions: tuple[Partition, ...]

    @property
    def data_size(self) -> int:
        return sum(length for _, length in self.data)

    @property
    def zeros(self) -> tuple[Extent, ...]:
        """Holes that a card must have zeros in."""
        passed = [it for it in self.partitions if self._is_passed_over(it)]
        found = []
        for start, length in _between(self.data, self.size):
            pieces = [(start, start + length)]
            for it in passed:
                pieces = [rest for one in pieces for rest in _without(one, (it.start, it.end))]
            found += [(low, high - low) for low, high in pieces]
        return tuple(found)

    def _is_passed_over(self, it: Partition) -> bool:
        empty = not any(low < it.end and low + length > it.start for low, length in self.data)
        return empty or it.name.startswith(_ROOT)


def opened(path: Path, folder: Path) -> Image:
    """folder: where a packed one is unpacked. Raises ImageTrouble, OSError."""
    path = _unpacked(path, folder)
    size = path.stat().st_size
    with path.open("rb") as file:
        data = tuple(_extents(file.fileno(), size))
        digest, data_digest = hashlib.sha256(), hashlib.sha256()
        at = 0
        for start, length in data:
            _zeros_into(digest, start - at)
            for chunk in _chunks(file.fileno(), start, length):
                digest.update(chunk)
                data_digest.update(chunk)
            at = start + length
        _zeros_into(digest, size - at)

        def at_offset(offset: int, length: int) -> bytes:
            return os.pread(file.fileno(), length, offset)

        try:
            found = partitions.read(at_offset)
            partitions.first(found)
        except partitions.NoPartitions as error:
            raise ImageTrouble(f"{path}: {error}") from None
    if max(it.end for it in found) > size:
        raise ImageTrouble(f"{path} ends before its last partition does. Fetch it again.")
    return Image(path, size, digest.hexdigest(), data, data_digest.hexdigest(), found)


def write(image: Image, target: Path, progress: Progress) -> None:
    """target: a file, made anew, or a card. Raises OSError; ImageTrouble when it reads differently."""
    with _target(target, image.size) as (handle, is_card):
        if is_card:
            _wipe(handle, image.zeros, image.size)
        done, total = 0, 2 * image.data_size
        with image.path.open("rb") as source:
            for start, length in image.data:
                os.lseek(handle, start, os.SEEK_SET)
                for chunk in _chunks(source.fileno(), start, length):
                    _write_all(handle, chunk)
                    done += len(chunk)
                    progress(done, total)
        os.fsync(handle)
        # What is read back shall come from the card, not from this machine's memory.
        if is_card:
            fcntl.ioctl(handle, _BLKFLSBUF)
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        read_back = hashlib.sha256()
        for start, length in image.data:
            for chunk in _chunks(handle, start, length):
                read_back.update(chunk)
                done += len(chunk)
                progress(done, total)
    if read_back.hexdigest() != image.data_digest:
        raise ImageTrouble(f"{target} reads differently from what was written: take another card.")


@contextmanager
def _target(path: Path, size: int) -> Iterator[tuple[int, bool]]:
    """A card is opened for nobody else: one that is mounted is refused by the kernel, too."""
    is_card = path.exists() and stat.S_ISBLK(path.stat().st_mode)
    made = 0 if is_card else os.O_CREAT | os.O_TRUNC
    handle = os.open(path, os.O_RDWR | os.O_CLOEXEC | made | (os.O_EXCL if is_card else 0), 0o600)
    try:
        if not is_card:
            os.ftruncate(handle, size)
        yield handle, is_card
    finally:
        os.close(handle)


def _wipe(handle: int, zeros: tuple[Extent, ...], size: int) -> None:
    # A card that forgets its blocks writes faster and lives longer; many readers do not pass it on.
    with suppress(OSError):
        fcntl.ioctl(handle, _BLKDISCARD, struct.pack("QQ", 0, size))
    for start, length in zeros:
        try:
            fcntl.ioctl(handle, _BLKZEROOUT, struct.pack("QQ", start, length))
        except OSError:
            _write_zeros(handle, start, length)


def _write_zeros(handle: int, start: int, length: int) -> None:
    os.lseek(handle, start, os.SEEK_SET)
    for at in range(0, length, _ZERO_PIECE):
        _write_all(handle, bytes(min(_ZERO_PIECE, length - at)))


def _unpacked(path: Path, folder: Path) -> Path:
    if path.suffix not in (".zst", ".xz"):
        return path
    plain = folder / path.stem
    folder.mkdir(parents=True, exist_ok=True)
    with plain.open("wb") as target:
        try:
            if path.suffix == ".xz":
                with lzma.open(path) as source:
                    _copy_sparse(source.read, target.fileno())
            else:
                _zstd(path, target.fileno())
        except (lzma.LZMAError, EOFError) as error:
            raise ImageTrouble(f"{path} is damaged ({error}). Fetch it again.") from None
    return plain


def _zstd(path: Path, target: int) -> None:
    if shutil.which("zstd") is None:
        raise ImageTrouble(f"{path} needs zstd to be unpacked: sudo apt-get install zstd")
    with subprocess.Popen(("zstd", "-dcq", str(path)), stdout=subprocess.PIPE) as unpacking:
        assert unpacking.stdout is not None
        _copy_sparse(unpacking.stdout.read, target)
    if unpacking.returncode:
        raise ImageTrouble(f"{path} is damaged. Fetch it again.")


def _copy_sparse(read: Callable[[int], bytes], target: int) -> None:
    """Pieces of nothing become holes again."""
    size = 0
    while chunk := read(64 * 1024):
        if any(chunk):
            os.pwrite(target, chunk, size)
        size += len(chunk)
    os.ftruncate(target, size)


def _extents(handle: int, size: int) -> Iterator[Extent]:
    at = 0
    while at < size:
        try:
            start = os.lseek(handle, at, os.SEEK_DATA)
        except OSError:
            return
        at = os.lseek(handle, start, os.SEEK_HOLE)
        yield start, at - start


def _between(data: tuple[Extent, ...], size: int) -> Iterator[Extent]:
    at = 0
    for start, length in (*data, (size, 0)):
        if start > at:
            yield at, start - at
        at = start + length


def _without(one: tuple[int, int], cut: tuple[int, int]) -> list[tuple[int, int]]:
    """What is left of a stretch outside another."""
    (low, high), (begin, end) = one, cut
    left = [(low, min(high, begin)), (max(low, end), high)]
    return [(start, stop) for start, stop in left if start < stop]


def _chunks(handle: int, start: int, length: int) -> Iterator[bytes]:
    while length > 0:
        chunk = os.pread(handle, min(CHUNK, length), start)
        if not chunk:
            raise ImageTrouble(
                "It ends before its end: take another card, or fetch the image again."
            )
        yield chunk
        start += len(chunk)
        length -= len(chunk)


def _write_all(handle: int, chunk: bytes) -> None:
    view = memoryview(chunk)
    while view:
        view = view[os.write(handle, view) :]


def _zeros_into(digest: hashlib._Hash, length: int) -> None:
    piece = bytes(_ZERO_PIECE)
    for _ in range(length // _ZERO_PIECE):
        digest.update(piece)
    digest.update(bytes(length % _ZERO_PIECE))
