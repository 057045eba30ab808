"""The journal as the outbox: what leaves it proves itself, and nothing leaves that may be undone."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.core import facts as f
from appliance.core.fact_chain import genesis
from appliance.journal import Journal
from appliance.journal.backup import backup, restore
from appliance.journal.errors import JournalDamaged
from appliance.telemetry.delivery import End
from appliance.telemetry.outbox import Outbox, Sender
from appliance.wire import batch as wire
from appliance.wire.limits import BATCH_BYTES
from appliance.wire.trust import Trust
from tests.journal.till import Ringing

UID = "01JD0000000000000000000001"
AT = datetime(2026, 11, 23, 14, 32, tzinfo=UTC)


def outbox(journal: Journal, **how: object) -> Outbox:
    sender = Sender(UID, clock=lambda: Trust.NTP, **how)  # type: ignore[arg-type]
    return Outbox(journal.path, lambda: (journal.epoch, journal.durable_seq), sender)


def test_what_leaves_is_the_journal_fact_by_fact(tmp_path: Path) -> None:
    till = Ringing(tmp_path / "journal.db")
    till.day()
    with closing(outbox(till.journal)) as box:
        sent = wire.decode(*wire.packed(wire.encode(box.batch(1, 1, 500))))
        later = box.batch(1, 4, 2)
    held = till.journal.records()
    assert [(it.body, it.hash, it.type) for it in sent.facts] == [
        (it.body, it.hash, it.type) for it in held
    ]
    assert (sent.till, sent.name, sent.prev) == (UID, "T1", genesis("T1", 1, 0, b""))
    assert (later.first, later.last, later.prev) == (4, 5, held[2].hash)
    till.journal.close()


def test_a_draft_stays_until_it_is_on_the_disk(tmp_path: Path) -> None:
    till = Ringing(tmp_path / "journal.db")
    till.open_shift()
    till.basket(2)
    durable = till.journal.durable_seq
    assert durable < till.journal.last_seq
    with closing(outbox(till.journal)) as box:
        assert box.ends() == (End(1, durable),)
        assert box.batch(1, 1, 500).last == durable
        with pytest.raises(JournalDamaged):
            box.batch(1, durable + 1, 500)
        till.journal.sync()
        assert box.ends() == (End(1, till.journal.last_seq),)
        assert box.batch(1, 1, 500).last == till.journal.last_seq
    till.journal.close()


def test_money_hurries_and_drafts_do_not(tmp_path: Path) -> None:
    till = Ringing(tmp_path / "journal.db")
    till.open_shift()
    before = till.journal.last_seq
    till.basket(2)
    drafts = till.journal.last_seq
    till.pay()
    with closing(outbox(till.journal)) as box:
        assert not box.hurries(1, before, drafts)
        assert box.hurries(1, drafts, till.journal.last_seq)
        assert box.hurries(1, 0, before)
    till.journal.close()


def test_after_a_restore_both_epochs_are_there_and_the_second_joins_the_first(
    tmp_path: Path,
) -> None:
    path = tmp_path / "journal.db"
    till = Ringing(path)
    till.open_shift()
    till.sell()
    copy = backup(path, tmp_path / "backups", at=AT)
    joined = till.journal.last_seq, till.journal.records()[-1].hash
    till.sell()
    till.journal.close()
    restore(copy.path, path, at=AT)
    till = Ringing(path)
    till.sell()
    with closing(outbox(till.journal)) as box:
        ends = box.ends()
        assert [it.epoch for it in ends] == [1, 2]
        assert ends[0].last == joined[0]
        assert box.told(ends)[0].hash == joined[1]
        second = wire.decode(wire.encode(box.batch(2, 1, 500)))
        assert second.prev == genesis("T1", 2, *joined)
        assert second.last == till.journal.durable_seq
    till.journal.close()


def test_an_epoch_without_a_fact_is_told_by_its_genesis(tmp_path: Path) -> None:
    with (
        Journal.open(tmp_path / "journal.db", "T1") as journal,
        closing(outbox(journal)) as box,
    ):
        (only,) = box.told(box.ends())
    assert (only.last, only.hash) == (0, genesis("T1", 1, 0, b""))


def test_names_of_people_stay_at_the_till_unless_the_shop_shares_them(tmp_path: Path) -> None:
    with Journal.open(tmp_path / "journal.db", "T1") as journal:
        facts = (f.CashierSignedIn("1", "Олена"), f.TillStarted("1"))
        journal.append(facts, actor="1", at=AT)
        journal.sync()
        with closing(outbox(journal)) as box:
            kept = box.batch(1, 1, 9)
        with closing(outbox(journal, share_people=True)) as box:
            shared = box.batch(1, 1, 9)
    assert "Олена" in shared.facts[0].body.decode()
    assert kept.facts[0].body == b'{"name":"","staff":"1"}'
    assert kept.facts[0].withheld
    assert kept.head == shared.head, "the chain is the same"
    assert wire.decode(wire.encode(kept)) == kept


def test_a_batch_is_no_longer_than_a_message_and_holds_one_fact_at_least(tmp_path: Path) -> None:
    till = Ringing(tmp_path / "journal.db")
    till.open_shift()
    for _ in range(24):
        till.sell(20)
    with closing(outbox(till.journal)) as box:
        sent = box.batch(1, 1, 5000)
        assert 0.8 * BATCH_BYTES < len(wire.encode(sent)) < BATCH_BYTES + 1000
        assert sent.last < till.journal.durable_seq
        assert box.batch(1, sent.last + 1, 1).last == sent.last + 1
    till.journal.close()


def test_reading_holds_nothing_up_that_the_till_writes(tmp_path: Path) -> None:
    till = Ringing(tmp_path / "journal.db")
    till.day()
    with closing(outbox(till.journal)) as box:
        box.batch(1, 1, 500)
        till.day()
        till.journal.checkpoint()
        con = till.journal._con
        busy, log, moved = con.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        assert (busy, log) == (0, moved), "no reader kept a page in the log"
        assert box.batch(1, 1, 500).last > 0
    till.journal.close()


def test_a_batch_is_signed_over_its_head(tmp_path: Path) -> None:
    with Journal.open(tmp_path / "journal.db", "T1") as journal:
        journal.append((f.TillStarted("1"),), actor="till", at=AT)
        journal.sync()
        with closing(outbox(journal, sign=lambda head: head.hex()[:8])) as box:
            sent = box.batch(1, 1, 9)
    assert sent.signature == sent.head.hex()[:8]
    assert replace(sent, signature="") != sent
