"""A file that is deleted or replaced under a running till takes no sale with it."""

import shutil

import pytest

from appliance.journal import Journal, StorageFailed
from appliance.journal.recovery import open_or_recover
from appliance.journal.verify import verify
from bench import shop

from .till import Ringing

FILES = ("j.db", "j.db-wal", "j.db-shm")


@pytest.fixture
def till(tmp_path):
    till = Ringing(tmp_path / "j.db")
    till.open_shift()
    for _ in range(5):
        till.sell(3)
    yield till
    till.journal.close()


def refused(till):
    with pytest.raises(StorageFailed):
        till.basket()
    seq = till.journal.last_seq
    with pytest.raises(StorageFailed):
        till.basket()
    assert till.journal.last_seq == seq
    till.journal.close()
    return seq


@pytest.mark.parametrize("gone", [FILES, FILES[:1], FILES[1:]], ids=["all", "file", "log"])
def test_after_a_deletion_nothing_more_is_taken_and_nothing_taken_is_lost(till, tmp_path, gone):
    for name in gone:
        (tmp_path / name).unlink()
    seq = refused(till)
    assert verify(tmp_path / "j.db").ok
    journal, mended = open_or_recover(tmp_path / "j.db", "T1", at=shop.NOON)
    with journal:
        assert mended is None
        assert (journal.last_seq, journal.epoch) == (seq, 1)


def test_a_file_put_in_its_place_is_left_alone_and_the_sales_lie_beside_it(till, tmp_path):
    other = Ringing(tmp_path / "other.db")
    other.open_shift()
    other.journal.close()
    shutil.move(tmp_path / "other.db", tmp_path / "j.db")
    seq = refused(till)
    saved = verify(tmp_path / "j.db.rescued")
    assert saved.ok
    assert saved.head.seq == seq


def test_an_untouched_file_is_never_taken_for_deleted(till, tmp_path):
    till.close_shift()
    with pytest.raises(Exception, match="open in another process"):
        Journal.open(tmp_path / "j.db", "T1")
    till.open_shift()
    till.sell()
