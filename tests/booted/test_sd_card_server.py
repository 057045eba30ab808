"""The served card keeps what was flushed, whatever becomes of the rest when the power goes."""

from __future__ import annotations

import random
import socket
import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hw_sim.sd_card_server import SECTOR, SdCardServer

SIZE = 64 * SECTOR
READ, WRITE, DISCONNECT, FLUSH, FUA = 0, 1, 2, 3, 1


class Board:
    """QEMU's end of the wire."""

    def __init__(self, path: Path) -> None:
        self._wire = socket.socket(socket.AF_UNIX)
        self._wire.connect(str(path))
        self._heard = self._wire.makefile("rb")
        assert self._heard.read(18)[:16] == b"NBDMAGICIHAVEOPT"
        self._wire.sendall(struct.pack(">I8sII", 3, b"IHAVEOPT", 1, 0))
        self.size, self.flags = struct.unpack(">QH", self._heard.read(10))

    def orders(self, kind, offset=0, data=b"", length=0, flags=0):
        head = struct.pack(">IHHQQI", 0x25609513, flags, kind, 7, offset, len(data) or length)
        self._wire.sendall(head + data)

    def asks(self, kind, offset=0, length=0, data=b"", flags=0):
        self.orders(kind, offset, data, length, flags)
        magic, error, cookie = struct.unpack(">IIQ", self._heard.read(16))
        assert (magic, cookie) == (0x67446698, 7)
        return error, self._heard.read(length) if kind == READ and not error else b""

    def close(self):
        self._heard.close()
        self._wire.close()


@pytest.fixture
def place(tmp_path):
    image = tmp_path / "card.img"
    image.write_bytes(bytes(SIZE))
    return image, tmp_path / "nbd"


def test_a_board_reads_what_it_wrote_before_and_after_it_is_flushed(place):
    image, path = place
    with SdCardServer(image, path) as card:
        board = Board(path)
        assert board.size == SIZE
        board.asks(WRITE, 3 * SECTOR, data=b"a" * SECTOR)
        assert board.asks(READ, 2 * SECTOR, 3 * SECTOR)[1] == bytes(SECTOR) + b"a" * SECTOR + bytes(
            SECTOR
        )
        assert image.read_bytes() == bytes(SIZE)
        board.asks(FLUSH)
        assert image.read_bytes()[3 * SECTOR : 4 * SECTOR] == b"a" * SECTOR
        assert (card.written, card.writes, card.flushes) == (SECTOR, 1, 1)
        board.close()


def test_a_forced_write_is_on_the_flash_at_once(place):
    image, path = place
    with SdCardServer(image, path):
        board = Board(path)
        board.asks(WRITE, 0, data=b"b" * SECTOR, flags=FUA)
        assert image.read_bytes()[:SECTOR] == b"b" * SECTOR
        board.close()


def test_what_lies_past_the_end_is_refused(place):
    with SdCardServer(*place):
        board = Board(place[1])
        assert board.asks(READ, SIZE, SECTOR)[0]
        assert board.asks(WRITE, SIZE - SECTOR, data=bytes(2 * SECTOR))[0]
        board.close()


_writes = st.tuples(st.integers(0, 63), st.integers(1, 4), st.integers(1, 255))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(_writes, st.none()), max_size=20), st.randoms(use_true_random=False))
def test_a_power_cut_leaves_what_was_flushed_and_of_the_rest_whole_sectors(
    tmp_path_factory, steps, chance
):
    folder = tmp_path_factory.mktemp("card")
    (folder / "img").write_bytes(bytes(SIZE))
    may = [{0} for _ in range(SIZE // SECTOR)]
    with SdCardServer(folder / "img", folder / "nbd") as card:
        board = Board(folder / "nbd")
        now = [0] * len(may)
        for step in steps:
            if step is None:
                board.asks(FLUSH)
                may = [{it} for it in now]
                continue
            first, count, value = step
            for sector in range(first, min(first + count, len(may))):
                board.asks(WRITE, sector * SECTOR, data=bytes([value]) * SECTOR)
                now[sector] = value
                may[sector].add(value)
        board.close()
        card.lose(random.Random(chance.random()))
    left = (folder / "img").read_bytes()
    for sector, values in enumerate(may):
        found = set(left[sector * SECTOR : (sector + 1) * SECTOR])
        assert len(found) == 1
        assert found <= values


def test_the_plug_is_pulled_with_a_write_that_then_waits_and_is_never_answered(place):
    image, path = place
    with SdCardServer(image, path) as card:
        board = Board(path)
        board.asks(WRITE, 0, data=b"a" * SECTOR)
        pulled = card.fails_with(2, range(4 * SECTOR, 8 * SECTOR))
        board.asks(WRITE, 4 * SECTOR, data=b"b" * SECTOR)
        board.asks(FLUSH)
        board.asks(WRITE, 8 * SECTOR, data=b"c" * SECTOR)
        assert not pulled.is_set()
        board.orders(WRITE, 5 * SECTOR, b"d" * SECTOR)
        board.orders(FLUSH)
        assert pulled.wait(5)
        board.close()
        assert card.lose(random.Random(1))[0] == 2
    assert image.read_bytes()[4 * SECTOR : 5 * SECTOR] == b"b" * SECTOR


def test_a_card_whose_plug_was_pulled_works_again_afterwards(place):
    with SdCardServer(*place) as card:
        board = Board(place[1])
        pulled = card.fails_with(1)
        board.orders(WRITE, 0, b"a" * SECTOR)
        assert pulled.wait(5)
        board.close()
        card.lose(random.Random(1))
        again = Board(place[1])
        assert again.asks(WRITE, 0, data=b"b" * SECTOR) == (0, b"")
        again.close()
