"""The promise: a power cut at any moment loses no money fact and never breaks the chain."""

import itertools

import pytest

from appliance.journal import schema, store
from appliance.journal.replay import fold_tail

from .cutting_vfs import Connection, Recorder
from .till import Ringing

NUMBERS = itertools.count()


def ring(path, monkeypatch, always_full=None):
    """Two sales with a checkpoint between, on a recording disk. Returns what the disk was told
    and the bodies in order."""
    recorder = Recorder(f"cutting{next(NUMBERS)}")

    def connect(path):
        con = Connection(path, recorder.vfs.name)
        for pragma in (
            f"page_size={schema.PAGE_BYTES}",
            "journal_mode=WAL",
            "wal_autocheckpoint=0",
            "synchronous=FULL",
            "journal_size_limit=-1",
        ):
            con.execute(f"PRAGMA {pragma}")
        return con

    def fdatasync(fd, real=store.os.fdatasync):
        real(fd)
        recorder.synced(f"{path.name}-wal")

    monkeypatch.setattr(schema, "connect", connect)
    monkeypatch.setattr(store.os, "fdatasync", fdatasync)
    # Zeros that are written beside SQLite would not be seen by the recorder.
    monkeypatch.setattr(store.space, "lengthen", lambda fd, length: None)
    if always_full is False:
        monkeypatch.setattr(
            store.Journal,
            "_durability",
            lambda self, *, full: self._con.execute("PRAGMA synchronous=NORMAL"),
        )
    till = Ringing(path, snapshot_facts=15)
    real_append = till.journal.append

    def append(facts, **rest):
        records = real_append(facts, **rest)
        money = any(fact.DURABLE for fact in facts)
        acknowledged = till.journal.last_seq if money else till.journal.durable_seq
        recorder.mark("durable", max(acknowledged, till.journal.durable_seq))
        return records

    till.journal.append = append
    till.open_shift()
    till.sell(2)
    till.journal.idle()
    till.journal.checkpoint()
    till.basket(2)
    till.journal.idle()
    recorder.mark("durable", till.journal.durable_seq)
    till.pay()
    till.finish_effects()
    till.close_shift()
    till.journal.checkpoint()
    bodies = [rec.body for rec in till.journal.records()]
    events = list(recorder.events)
    till.journal.close()
    recorder.events = events
    monkeypatch.undo()
    return recorder, bodies


def losses(folder, recorder, bodies, seed):
    """How many cuts there were, and at how many of them an acknowledged money fact was missing."""
    folder.mkdir()
    cuts = lost = 0
    for number, (marks, files) in enumerate(recorder.cuts(seed, (0.0, 0.3, 0.7, 1.0))):
        if not marks:
            continue
        cuts += 1
        place = folder / str(number)
        place.mkdir()
        for name, image in files.items():
            if not name.endswith("-shm"):
                (place / name).write_bytes(image)
        con = schema.connect(place / "j.db")
        con.execute("PRAGMA synchronous=OFF")
        end = fold_tail(con, "T1", None)
        kept = [rec[0] for rec in con.execute("SELECT id FROM fact ORDER BY id")]
        con.close()
        assert kept == [10**12 + seq for seq in range(1, end.head.seq + 1)]
        assert end.head.seq <= len(bodies)
        lost += end.head.seq < max(mark[1] for mark in marks)
        for file in place.iterdir():
            file.unlink()
    return cuts, lost


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_power_cut_at_any_write_loses_no_money_fact_and_never_breaks_the_chain(
    tmp_path, monkeypatch, seed
):
    recorder, bodies = ring(tmp_path / "j.db", monkeypatch)
    cuts, lost = losses(tmp_path / "cuts", recorder, bodies, seed)
    assert cuts > 500
    assert lost == 0


def test_control_without_fsync_money_facts_are_lost_so_the_test_above_can_fail(
    tmp_path, monkeypatch
):
    recorder, bodies = ring(tmp_path / "j.db", monkeypatch, always_full=False)
    _, lost = losses(tmp_path / "cuts", recorder, bodies, 1)
    assert lost > 20
