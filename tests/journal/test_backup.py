"""A backup is proven when it is made, and coming back from one never repeats a number."""

import contextlib

import pytest

from appliance.journal import (
    Journal,
    JournalDamaged,
    JournalLocked,
    StorageFull,
    WrongJournal,
    errors,
    swap,
)
from appliance.journal.backup import backup, backups, restore
from appliance.journal.mounts import removable_mounts
from appliance.journal.verify import verify
from bench import shop

from .till import Ringing


def test_a_backup_of_a_selling_till_holds_everything_so_far(tmp_path):
    till = Ringing(tmp_path / "j.db")
    till.day(3)
    till.open_shift()
    till.basket(2)
    made = backup(tmp_path / "j.db", tmp_path / "copy.journal", at=shop.NOON)
    assert made.seq == made.records == till.journal.last_seq
    assert made.size_bytes == (tmp_path / "copy.journal").stat().st_size
    assert verify(made.path, deep=True).ok
    assert not list(tmp_path.glob("copy.journal-*"))
    till.pay()
    till.journal.close()


def test_a_folder_keeps_the_newest_backups_and_nothing_else_is_touched(tmp_path):
    folder = tmp_path / "stick"
    folder.mkdir()
    (folder / "photo.jpg").write_text("mine")
    till = Ringing(tmp_path / "j.db")
    till.open_shift()
    for number in range(4):
        till.sell(1)
        backup(tmp_path / "j.db", folder, at=shop.later(number), keep=2)
    found = backups(folder, "T1")
    assert len(found) == 2
    assert verify(found[0]).head.seq == till.journal.last_seq
    assert (folder / "photo.jpg").exists()
    assert backups(folder, "T") == []
    till.journal.close()


def test_a_damaged_journal_is_not_backed_up_over_a_good_copy(tmp_path):
    till = Ringing(tmp_path / "j.db")
    till.day(1)
    backup(tmp_path / "j.db", tmp_path / "copy.journal", at=shop.NOON)
    good = (tmp_path / "copy.journal").read_bytes()
    till.journal._con.execute("UPDATE fact SET actor='x' WHERE id=1000000000003")
    with pytest.raises(JournalDamaged, match="1/3"):
        backup(tmp_path / "j.db", tmp_path / "copy.journal", at=shop.NOON)
    assert (tmp_path / "copy.journal").read_bytes() == good
    assert not list(tmp_path.glob(".*.part"))
    till.journal.close()


def test_restoring_starts_a_joined_epoch_and_keeps_the_old_file(tmp_path):
    path = tmp_path / "j.db"
    till = Ringing(path)
    till.day(2)
    made = backup(path, tmp_path / "copy.journal", at=shop.NOON)
    saved = till.journal.state
    till.open_shift()
    till.sell(2)
    after = till.journal.state
    till.journal.close()
    done = restore(made.path, path, at=shop.NOON)
    assert (done.epoch, done.records) == (2, made.records)
    assert verify(done.replaced).head.seq > made.seq
    journal = Journal.open(path, "T1")
    assert journal.state == saved
    assert (journal.epoch, journal.last_seq) == (2, 0)
    journal.append([shop.shift_opened(journal.state)], actor="olena", at=shop.NOON)
    assert journal.records()[0].seq == 1
    journal.close()
    verdict = verify(path, deep=True)
    assert verdict.ok
    assert (verdict.head.epoch, verdict.head.seq) == (2, 1)
    old = Journal.open(done.replaced, "T1")
    assert old.state == after
    old.close()


def test_an_epoch_number_is_never_used_twice(tmp_path):
    path = tmp_path / "j.db"
    till = Ringing(path)
    till.day(1)
    made = backup(path, tmp_path / "copy.journal", at=shop.NOON)
    till.journal.close()
    assert [restore(made.path, path, at=shop.NOON).epoch for _ in range(3)] == [2, 3, 4]
    assert len(list(tmp_path.glob("j.db.replaced-*[0-9]"))) == 3
    till = Ringing(path)
    till.day(1)
    till.journal.close()
    assert verify(path, deep=True).ok


def test_a_sale_open_in_the_backup_is_finished_in_the_new_epoch(tmp_path):
    path = tmp_path / "j.db"
    till = Ringing(path)
    till.open_shift()
    till.basket(2)
    made = backup(path, tmp_path / "copy.journal", at=shop.NOON)
    till.journal.close()
    restore(made.path, path, at=shop.NOON)
    till = Ringing(path)
    till.pay()
    till.finish_effects()
    till.sell(1)
    till.close_shift()
    facts = till.journal.facts_of_sale(1, 1)
    assert {rec.epoch for rec in facts} == {1, 2}
    till.journal.close()
    assert verify(path, deep=True).ok


def test_a_running_journal_is_not_restored_over(tmp_path):
    path = tmp_path / "j.db"
    till = Ringing(path)
    till.day(1)
    made = backup(path, tmp_path / "copy.journal", at=shop.NOON)
    with pytest.raises(JournalLocked):
        restore(made.path, path, at=shop.NOON)
    till.journal.close()
    assert verify(path).head.epoch == 1


def test_a_damaged_backup_is_refused_and_the_journal_left_alone(tmp_path):
    path = tmp_path / "j.db"
    till = Ringing(path)
    till.day(2)
    made = backup(path, tmp_path / "copy.journal", at=shop.NOON)
    till.journal.close()
    data = bytearray(made.path.read_bytes())
    data[len(data) // 3 : len(data) // 3 + 2000] = bytes(2000)
    made.path.write_bytes(data)
    with pytest.raises(errors.JournalError):
        restore(made.path, path, at=shop.NOON)
    assert verify(path, deep=True).head.epoch == 1
    with pytest.raises(WrongJournal):
        backup(tmp_path / "nothing.db", tmp_path / "x", at=shop.NOON)


@pytest.mark.parametrize("renames", range(6))
def test_a_power_cut_between_the_renames_of_a_restore_loses_neither_file(
    tmp_path, monkeypatch, renames
):
    path = tmp_path / "j.db"
    till = Ringing(path)
    till.day(1)
    made = backup(path, tmp_path / "copy.journal", at=shop.NOON)
    till.journal.close()
    (tmp_path / "j.db-wal").touch()
    real = type(path).rename
    left = [renames]

    def rename(self, target):
        if left[0] == 0:
            raise KeyboardInterrupt
        left[0] -= 1
        return real(self, target)

    # `finally` must not tidy up after a power cut either.
    monkeypatch.setattr(type(path), "rename", rename)
    monkeypatch.setattr(type(path), "unlink", lambda self, missing_ok=False: None)
    with contextlib.suppress(KeyboardInterrupt):
        restore(made.path, path, at=shop.NOON)
    monkeypatch.undo()
    journal = Journal.open(path, "T1")
    assert journal.last_seq in (0, made.seq)
    assert journal.state.last_sale == 1
    journal.close()
    assert verify(path, deep=True).ok
    assert not swap.beside(path, ".swap").exists()


def test_only_writable_removable_mounts_are_offered(tmp_path):
    stick, disk = tmp_path / "my stick", tmp_path / "disk"
    stick.mkdir()
    disk.mkdir()
    blocks = tmp_path / "dev"
    for name, device, removable in (("sda", "8:1", "1"), ("mmcblk0", "179:1", "0")):
        real = tmp_path / "devices" / name / f"{name}1"
        real.mkdir(parents=True)
        (real.parent / "removable").write_text(removable + "\n")
        blocks.mkdir(exist_ok=True)
        (blocks / device).symlink_to(real)
    escaped = str(stick).replace(" ", "\\040")
    info = tmp_path / "mountinfo"
    info.write_text(
        f"36 35 8:1 / {escaped} rw - vfat /dev/sda1 rw\n"
        f"37 35 179:1 / {disk} rw - ext4 /dev/mmcblk0p1 rw\n"
        "38 35 0:5 / /proc rw - proc proc rw\n"
    )
    assert removable_mounts(info, blocks) == [stick]


def test_no_room_for_a_backup_is_said_and_leaves_nothing(tmp_path, monkeypatch):
    till = Ringing(tmp_path / "j.db")
    till.day(1)
    till.journal.close()

    def full(path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(swap, "fsync", full)
    with pytest.raises(StorageFull):
        backup(tmp_path / "j.db", tmp_path / "copy.journal", at=shop.NOON)
    assert not list(tmp_path.glob("*copy*"))


def test_a_backup_is_restored_where_there_is_no_data_folder_yet(tmp_path):
    till = Ringing(tmp_path / "j.db")
    till.day(2)
    made = backup(tmp_path / "j.db", tmp_path / "stick.journal", at=shop.NOON)
    till.journal.close()
    done = restore(made.path, tmp_path / "new" / "card" / "j.db", at=shop.NOON)
    assert done.records == made.records
    assert done.replaced is None


def test_the_part_of_a_killed_backup_is_swept_away_and_a_living_ones_is_not(tmp_path):
    till = Ringing(tmp_path / "j.db")
    till.day(2)
    stick = tmp_path / "stick"
    stick.mkdir()
    dead, alive = stick / ".stick-4194305.part", stick / ".stick-1.part"
    for part in (dead, alive):
        part.write_bytes(bytes(100))
    backup(tmp_path / "j.db", stick, at=shop.NOON)
    till.journal.close()
    assert not dead.exists()
    assert alive.exists()
