"""A full disk stops selling before anything is lost, and the open sale can still be paid."""

import ctypes
import os
import subprocess
from dataclasses import replace

import pytest

from appliance.core import facts as f
from appliance.journal import Journal, StorageFull, StorageReadOnly, space
from appliance.journal.backup import backup
from appliance.journal.verify import verify
from bench import shop

from .till import Ringing


def test_a_full_file_refuses_the_append_and_changes_nothing(tmp_path):
    till = Ringing(tmp_path / "j.db")
    till.open_shift()
    till.basket(2)
    state, seq = till.journal.state, till.journal.last_seq
    pages = till.journal._con.execute("PRAGMA page_count").fetchone()[0]
    till.journal._con.execute(f"PRAGMA max_page_count={pages}").fetchone()
    with pytest.raises(StorageFull, match="full"):
        till.pay()
    assert (till.journal.state, till.journal.last_seq) == (state, seq)
    till.journal._con.execute("PRAGMA max_page_count=1000000").fetchone()
    till.pay()
    till.journal.close()
    assert verify(tmp_path / "j.db", deep=True).ok


@pytest.fixture
def small_disk(tmp_path):
    """A real file system of 24 MB."""
    folder = tmp_path / "card"
    folder.mkdir()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"tmpfs", bytes(folder), b"tmpfs", 0, b"size=24m") != 0:
        pytest.xfail("only root may mount; the page limit's test above shows the same path")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def large_line(sale):
    """A line that needs more room than a half-filled page has."""
    return replace(shop.line_added(sale, 1), name=os.urandom(4_000_000).hex())


def fill(folder):
    """Takes all the room there is."""
    fd = os.open(folder / "filler", os.O_CREAT | os.O_WRONLY)
    for size in (1 << 20, 1 << 12, 1):
        try:
            while True:
                os.write(fd, bytes(size))
        except OSError:
            continue
    os.close(fd)


def test_on_a_full_disk_the_open_sale_is_finished_from_the_reserve_and_no_new_one_starts(
    small_disk,
):
    till = Ringing(small_disk / "j.db")
    till.open_shift()
    till.basket(2)
    reserve = small_disk / "j.db.reserve"
    assert reserve.stat().st_size == space.RESERVE_BYTES
    fill(small_disk)
    assert till.journal.space_left_bytes() < space.FLOOR_BYTES
    # The log's own room is used up first, then the reserve; the basket only grows.
    lines = 2
    while reserve.exists():
        lines += 1
        till.append(shop.line_added(1, lines))
    till.pay()
    state, seq = till.journal.state, till.journal.last_seq
    assert state.done.sale.sale == 1
    assert len(state.done.sale.lines) == lines > 100
    fill(small_disk)
    with pytest.raises(StorageFull):
        till.append(f.SaleStarted(f.SaleId(2), state.shift.shift), large_line(2))
    assert (till.journal.state, till.journal.last_seq) == (state, seq)
    till.journal._con.close()
    os.close(till.journal._wal_fd)
    till.journal._lock.release()
    (small_disk / "filler").unlink()
    journal = Journal.open(small_disk / "j.db", "T1")
    assert (journal.state, journal.last_seq) == (state, seq)
    assert reserve.exists()
    journal.close()
    assert verify(small_disk / "j.db", deep=True).ok


def test_a_write_protected_card_is_named_as_such(small_disk):
    Journal.open(small_disk / "j.db", "T1").close()
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with pytest.raises(StorageReadOnly):
        Journal.open(small_disk / "j.db", "T1")


def test_a_backup_that_finds_no_room_leaves_nothing_of_itself(tmp_path, small_disk):
    till = Ringing(tmp_path / "j.db")
    till.day(200)
    till.journal.close()
    fill(small_disk)
    with (small_disk / "filler").open("r+b") as filler:
        filler.truncate(filler.seek(0, os.SEEK_END) - 50_000)
    with pytest.raises(StorageFull):
        backup(tmp_path / "j.db", small_disk, at=shop.NOON)
    assert [path.name for path in small_disk.iterdir()] == ["filler"]
