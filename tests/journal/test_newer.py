"""An update that came back: the old program sells on, over facts that a newer one wrote."""

from __future__ import annotations

import sqlite3

import pytest

from appliance.core import codec
from appliance.core.facts import Unread
from appliance.journal import WrongJournal, snapshots
from appliance.journal.recovery import open_or_recover
from appliance.journal.verify import verify
from bench import shop
from journal.newer import wrote
from journal.till import Ringing


def sold(path) -> Ringing:
    till = Ringing(path)
    till.open_shift()
    till.sell()
    till.journal.close()
    return till


def test_a_kind_of_fact_that_is_not_known_stops_no_till(tmp_path):
    path = tmp_path / "journal.db"
    sold(path)
    wrote(path, ("DroneSent", 3, {"sale": 1, "to": "Київ"}), ("TillStarted", 1, {"version": "9"}))
    till = Ringing(path)
    assert till.journal.state.unread == 1
    assert till.journal.last_seq == till.journal.records(0, 10_000)[-1].seq
    till.sell()
    till.close_shift()
    till.journal.close()
    assert verify(path, deep=True).ok


def test_what_it_wrote_is_kept_byte_for_byte(tmp_path):
    path = tmp_path / "journal.db"
    sold(path)
    wrote(path, ("DroneSent", 3, {"sale": 1, "to": "Київ"}))
    till = Ringing(path)
    kept = till.journal.records(till.journal.last_seq - 1)[0]
    assert kept.type == "DroneSent"
    assert kept.body == '{"sale":1,"to":"Київ"}'.encode()
    assert kept.fact == Unread("DroneSent", 3, (("sale", 1),))
    till.journal.close()


def test_a_number_that_it_used_is_not_used_again(tmp_path):
    path = tmp_path / "journal.db"
    before = sold(path).journal.state
    wrote(path, ("SaleTeleported", 1, {"sale": 7, "receipt": 9, "effect": 40, "shift": 1}))
    till = Ringing(path)
    state = till.journal.state
    assert (state.last_sale, state.last_receipt, state.last_effect) == (7, 9, 40)
    assert state.last_shift == before.last_shift
    till.sell()
    assert till.journal.state.last_receipt == 10
    till.journal.close()


def test_a_field_that_is_not_known_is_not_looked_at(tmp_path):
    path = tmp_path / "journal.db"
    state = sold(path).journal.state
    drafts = [fact for facts in shop.drafts(state, 1) for fact in facts]
    newer = [(type(it).__name__, 1, {**codec.to_json(it), "mood": "glad"}) for it in drafts]
    wrote(path, *newer)
    till = Ringing(path)
    assert till.journal.state.unread == 0
    assert len(till.journal.state.sale.lines) == 1
    till.pay()
    till.journal.close()


def test_a_slip_of_a_new_sort_is_passed_over(tmp_path):
    path = tmp_path / "journal.db"
    sold(path)
    wrote(path, ("PrintRequested", 1, {"effect": 90, "what": "hologram"}))
    till = Ringing(path)
    assert till.journal.state.unread == 1
    assert till.journal.state.last_effect == 90
    till.journal.close()


def test_half_understood_money_stops_the_till_and_nobody_mends_the_file(tmp_path):
    path = tmp_path / "journal.db"
    sold(path)
    wrote(path, ("Tendered", 2, {"sale": 1, "chips": 3}))
    before = path.read_bytes()
    with pytest.raises(WrongJournal, match="newer version"):
        open_or_recover(path, "T1", backups=[], at=shop.later(9))
    assert [it.name for it in tmp_path.iterdir() if "damaged" in it.name] == []
    assert path.read_bytes()[:100] == before[:100]


def test_the_old_program_has_little_to_replay_when_it_comes_back(tmp_path, monkeypatch):
    path = tmp_path / "journal.db"
    sold(path)
    ours = snapshots.state_schema()
    monkeypatch.setattr(snapshots, "state_schema", lambda: "newer")
    for _ in range(4):
        till = Ringing(path)
        till.sell()
        till.journal.close()
    con = sqlite3.connect(path)
    kept = [row[0] for row in con.execute("SELECT schema FROM snapshot ORDER BY id")]
    con.close()
    assert kept == [ours, "newer", "newer"]


def test_tables_of_a_newer_program_are_made_anew(tmp_path):
    path = tmp_path / "journal.db"
    sold(path)
    con = sqlite3.connect(path)
    con.execute("UPDATE meta SET value = 99 WHERE key = 'projections'")
    con.execute("ALTER TABLE sale ADD COLUMN mood TEXT")
    con.execute("CREATE TABLE moods (id INTEGER PRIMARY KEY, mood TEXT)")
    con.commit()
    con.close()
    till = Ringing(path)
    till.sell()
    till.journal.close()
    assert verify(path, deep=True).ok
