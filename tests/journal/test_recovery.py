"""A damaged or missing file is mended from a backup and from what the chain still proves."""

import json
import random
import shutil

import pytest

from appliance.core.evolve import replay
from appliance.core.state import EMPTY
from appliance.journal import Journal, JournalDamaged, salvage, space
from appliance.journal.backup import backup
from appliance.journal.recovery import open_or_recover
from appliance.journal.verify import verify
from bench import shop

from .till import Ringing

PAGE = 512


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """A folder with a closed journal and a backup from its middle; and all its facts."""
    folder = tmp_path_factory.mktemp("good")
    till = Ringing(folder / "j.db", snapshot_facts=40)
    till.day(4)
    (folder / "backups").mkdir()
    backup(folder / "j.db", folder / "backups", at=shop.NOON)
    till.open_shift()
    for _ in range(6):
        till.sell(3)
    records = till.journal.records()
    till.journal.close()
    return folder, records


@pytest.fixture
def place(good, tmp_path):
    folder, _ = good
    shutil.copytree(folder, tmp_path / "shop")
    return tmp_path / "shop"


def recovered(place, folders=True):
    backups = [place / "backups"] if folders else []
    return open_or_recover(place / "j.db", "T1", backups=backups, at=shop.NOON)


def first_facts(records, count):
    return [rec.fact for rec in records[:count]]


def test_a_good_file_is_simply_opened(place, good):
    journal, done = recovered(place)
    assert done is None
    assert journal.last_seq == len(good[1])
    journal.close()


@pytest.mark.parametrize("seed", range(24))
def test_damage_anywhere_keeps_the_backup_and_all_that_the_chain_proves(place, good, seed):
    _, records = good
    data = bytearray((place / "j.db").read_bytes())
    rng = random.Random(seed)
    pages = len(data) // PAGE
    page = seed if seed < 3 else rng.randrange(pages)
    data[page * PAGE : page * PAGE + PAGE] = rng.randbytes(PAGE) if seed % 2 else bytes(PAGE)
    (place / "j.db").write_bytes(data)
    # As after a read that met the page while selling: everything is looked at.
    space.mark_suspect(place / "j.db", "a test")
    journal, done = recovered(place)
    if done is None:
        assert journal.last_seq == len(records)
    else:
        saved = done.from_backup + done.salvaged
        assert journal.state == replay(EMPTY, first_facts(records, saved))
        assert done.from_backup > 0
        assert journal.epoch == 2
        assert done.aside.exists()
        # One page holds some four records; what lies behind them is kept for a person.
        assert saved + done.unproven >= len(records) - 6
        kept = done.unproven_in.read_text().splitlines() if done.unproven_in else []
        assert len(kept) == done.unproven
    journal.close()
    assert verify(place / "j.db", deep=True).ok
    assert not space.beside(place / "j.db", ".suspect").exists()


def test_a_broken_root_page_of_the_facts_hides_no_record(place, good):
    _, records = good
    import sqlite3

    con = sqlite3.connect(place / "j.db")
    (root,) = con.execute("SELECT rootpage FROM sqlite_master WHERE name='fact'").fetchone()
    con.close()
    data = bytearray((place / "j.db").read_bytes())
    data[(root - 1) * PAGE : root * PAGE] = bytes(PAGE)
    (place / "j.db").write_bytes(data)
    journal, done = recovered(place, folders=False)
    assert done.backup is None
    assert done.salvaged == len(records)
    assert done.unproven == 0
    assert journal.state == replay(EMPTY, first_facts(records, len(records)))
    journal.close()


def test_records_behind_a_gap_are_told_with_their_highest_receipt(place, good):
    _, records = good
    import sqlite3

    con = sqlite3.connect(place / "j.db")
    con.execute("DELETE FROM fact WHERE id=?", (records[-30].id,))
    con.commit()
    con.execute("VACUUM")
    con.close()
    space.mark_suspect(place / "j.db", "a test")
    journal, done = recovered(place)
    assert done.unproven == 29
    assert done.last_receipt == 10
    assert done.last_at == records[-31].at
    lines = [json.loads(line) for line in done.unproven_in.read_text().splitlines()]
    assert [line["seq"] for line in lines] == [rec.seq for rec in records[-29:]]
    journal.close()


@pytest.mark.parametrize("keep", [0, 1, 100, 511, 5000])
def test_a_cut_off_file_is_never_a_silent_start_from_zero(place, good, keep):
    data = (place / "j.db").read_bytes()
    (place / "j.db").write_bytes(data[:keep])
    journal, done = recovered(place)
    assert done.from_backup > 0
    assert journal.state.last_receipt >= 4
    journal.close()


def test_a_missing_file_is_not_quietly_made_anew(place):
    (place / "j.db").unlink()
    with pytest.raises(JournalDamaged, match="gone"):
        Journal.open(place / "j.db", "T1")
    journal, done = recovered(place)
    assert done.aside is None
    assert done.from_backup > 0
    journal.close()


def test_a_damaged_newest_backup_gives_way_to_the_one_before(place):
    first = next((place / "backups").iterdir())
    newer = first.with_name("T1-20260314-130000-1-9999.journal")
    newer.write_bytes(first.read_bytes()[:3000])
    (place / "j.db").write_bytes(b"")
    journal, done = recovered(place)
    assert done.backup == first
    journal.close()


def test_records_are_read_from_the_log_of_a_file_that_was_never_moved(tmp_path):
    till = Ringing(tmp_path / "j.db")
    till.open_shift()
    till.append(*(fact for facts in shop.drafts(till.journal.state, 40) for fact in facts))
    till.pay()
    found = salvage.candidates(tmp_path / "j.db", 0)
    assert sorted(found) == [rec.id for rec in till.journal.records()]
    till.journal.close()
