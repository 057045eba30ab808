"""Whoever changes a past record, or a table made of them, is found out."""

import hashlib
import json
import shutil
import sqlite3
import zlib

import pytest

from appliance.journal import chain, export, record, schema
from appliance.journal.errors import JournalError
from appliance.journal.verify import verify

from .till import Ringing


@pytest.fixture
def path(tmp_path):
    till = Ringing(tmp_path / "j.db")
    till.day(3)
    till.journal.close()
    return tmp_path / "j.db"


def write(path, statement, *values):
    con = sqlite3.connect(path)
    con.execute(statement, values)
    con.commit()
    con.close()


def test_a_good_journal_proves_all_its_records(path):
    seen = []
    verdict = verify(path, deep=True, progress=lambda *step: seen.append(step))
    assert verdict.ok
    assert verdict.records == verdict.head.seq > 30
    assert verdict.projections is verdict.snapshots is True
    assert seen


def test_every_changed_byte_of_any_body_is_found_at_its_record(path):
    con = schema.connect_reader(path)
    rows = list(chain.rows_after(con, 0))
    epochs, till = chain.joins(con), schema.till_of(con)
    con.close()
    flips = 0
    for at in range(0, len(rows), 3):
        stored = rows[at][7]
        for byte in range(len(stored)):
            damaged = stored[:byte] + bytes([stored[byte] ^ 0x41]) + stored[byte + 1 :]
            changed = [*rows[:at], (*rows[at][:7], damaged, rows[at][8]), *rows[at + 1 :]]
            with pytest.raises(chain.ChainBroken) as broken:
                list(chain.walk(changed, till, chain.first_head(till), epochs))
            assert broken.value.seq == at + 1
            flips += 1
    assert flips > 200


@pytest.mark.parametrize(
    ("change", "bad"),
    [
        ("UPDATE fact SET actor='ivan' WHERE id=1000000000007", 7),
        ("UPDATE fact SET at_ms=at_ms+1 WHERE id=1000000000007", 7),
        ("UPDATE fact SET offset_min=60 WHERE id=1000000000007", 7),
        ("UPDATE fact SET type='SaleVoided' WHERE id=1000000000007", 7),
        ("UPDATE fact SET cause=NULL WHERE id=1000000000007", None),
        ("UPDATE fact SET hash=zeroblob(32) WHERE id=1000000000007", 7),
        ("DELETE FROM fact WHERE id=1000000000007", 7),
        ("UPDATE fact SET id=1000000000900 WHERE id=1000000000007", 7),
        ("UPDATE epoch SET joined_seq=1", None),
        ("INSERT INTO epoch VALUES (2, 0, '', 5, x'00')", 1),
    ],
)
def test_a_changed_record_is_named(path, change, bad):
    try:
        write(path, change)
    except sqlite3.IntegrityError:
        return
    verdict = verify(path)
    if bad is None:
        assert verdict.ok, "epoch 1 joins nothing, whatever its row says"
    else:
        assert not verdict.ok
        assert verdict.bad.seq == bad


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE sale SET total_minor=total_minor-1 WHERE id=1000000000002",
        "DELETE FROM sale_line WHERE id=1",
        "UPDATE stock SET quantity=quantity+1",
        "UPDATE shift SET no_sales=1",
        "UPDATE meta SET value=0 WHERE key='stock_line'",
    ],
)
def test_a_changed_table_is_found_by_the_deep_check(path, change):
    write(path, change)
    assert verify(path).ok
    verdict = verify(path, deep=True)
    assert not verdict.ok
    assert verdict.projections is False


def test_a_forged_snapshot_is_found_by_the_deep_check(path):
    con = sqlite3.connect(path)
    row_id, state = con.execute("SELECT id, state FROM snapshot ORDER BY id DESC").fetchone()
    con.close()
    forged = zlib.compress(zlib.decompress(state).replace(b'"last_receipt":3', b'"last_receipt":2'))
    digest = hashlib.sha256(forged).digest()
    write(path, "UPDATE snapshot SET state=?, digest=? WHERE id=?", forged, digest, row_id)
    verdict = verify(path, deep=True)
    assert verdict.snapshots is False
    assert not verdict.ok


def test_a_running_journal_can_be_verified_and_exported(path):
    till = Ringing(path)
    till.open_shift()
    till.basket(2)
    assert verify(path, deep=True).head.seq == till.journal.last_seq
    con = schema.connect_reader(path)
    lines = [json.loads(line) for line in export.lines(con)]
    assert lines[0]["joined_seq"] == 0
    assert [line["seq"] for line in lines[1:]] == list(range(1, till.journal.last_seq + 1))
    assert lines[-1]["body"]["name"].startswith("Сир")
    newest = [json.loads(line)["seq"] for line in export.tail(con, 3)]
    assert newest == [line["seq"] for line in lines[-3:]]
    con.close()
    till.journal.close()


def test_what_is_not_a_journal_is_said_to_be_none(tmp_path):
    (tmp_path / "text").write_text("not a database, however one looks at it" * 40)
    shutil.copy(tmp_path / "text", tmp_path / "copy")
    sqlite3.connect(tmp_path / "empty.db").close()
    for name in ("copy", "empty.db", "missing"):
        with pytest.raises(JournalError):
            verify(tmp_path / name)


def test_ids_name_epoch_and_seq():
    assert record.place(3_000_000_000_042) == (3, 42)
