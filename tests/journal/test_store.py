"""The journal keeps what it is told, in order, and opens again to the same state."""

import hashlib
import json
import multiprocessing
import os
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from core.builders import Bench
from core.test_laws import commands
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.core import facts as f
from appliance.core.codec import CodecError
from appliance.core.evolve import replay
from appliance.core.state import EMPTY
from appliance.journal import (
    Journal,
    JournalLocked,
    WrongJournal,
    projections,
    record,
    registry,
    schema,
    snapshots,
)
from appliance.journal.verify import verify
from bench import shop

from .till import Ringing


def reopened(path):
    journal = Journal.open(path, "T1")
    journal.close()
    return journal


def test_state_after_reopening_is_the_state_before_closing(tmp_path):
    till = Ringing(tmp_path / "j.db")
    till.day()
    till.open_shift()
    till.basket(2)
    before = till.journal.state
    till.journal.close()
    assert reopened(tmp_path / "j.db").state == before


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(script=st.lists(commands, max_size=40), every=st.integers(1, 7))
def test_replay_equals_state_and_rebuilt_tables_equal_live_ones_after_any_commands(
    script, every, tmp_path_factory
):
    path = tmp_path_factory.mktemp("laws") / "j.db"
    bench = Bench()
    journal = Journal.open(path, "T1", snapshot_facts=every)
    for number, command in enumerate(script):
        made = bench.tries(command)
        if isinstance(made, tuple) and made:
            journal.append(made, actor="olena", at=shop.later(number), cause="")
    journal.append([f.TillStarted("1")], actor="till", at=shop.later(99), cause="")
    assert journal.state == replay(EMPTY, bench.facts)
    assert [rec.fact for rec in journal.records()][:-1] == bench.facts
    journal.close()
    assert reopened(path).state == bench.state
    verdict = verify(path, deep=True)
    assert (verdict.ok, verdict.projections, verdict.snapshots) == (True, True, True)


def test_the_hash_is_the_documented_one(tmp_path):
    till = Ringing(tmp_path / "j.db")
    at = datetime(2026, 3, 14, 9, 26, 53, 589_000, timezone(timedelta(hours=2)))
    facts = [f.TillStarted("1.0"), f.CashierSignedIn("olena", 'Олена "Л"\n')]
    first, second = till.journal.append(facts, actor="олена", at=at, cause="c1")
    start = hashlib.sha256(b'["kram journal 1","T1",1,0,""]').digest()
    header = '["T1",1,1,1773473213589,120,"олена","c1","TillStarted",1]\n'
    assert first.hash == hashlib.sha256(start + header.encode() + b'{"version":"1.0"}').digest()
    header = '["T1",1,2,1773473213589,120,"олена","c1","CashierSignedIn",1]\n'
    body = '{"name":"Олена \\"Л\\"\\n","staff":"olena"}'
    assert second.hash == hashlib.sha256(first.hash + (header + body).encode()).digest()
    assert second.at == at
    assert json.loads(second.body)["staff"] == "olena"


def test_the_dictionary_of_stored_bodies_never_changes(tmp_path):
    digest = hashlib.sha256(record.DICTIONARY).hexdigest()
    assert digest == "04ddad9fdbb2c38cfd8dbfae9f2402f2d1225583a160447dca23df5625f1b377", (
        "a changed dictionary makes every journal unreadable"
    )


def test_numbers_are_gapless_and_only_fsynced_ones_count_as_durable(tmp_path):
    till = Ringing(tmp_path / "j.db")
    till.open_shift()
    assert till.journal.durable_seq == till.journal.last_seq == 1
    till.basket(3)
    assert till.journal.durable_seq == 1
    assert till.journal.last_seq == 5
    till.journal.idle()
    assert till.journal.durable_seq == 5
    till.basket(1)
    till.pay()
    assert till.journal.durable_seq == till.journal.last_seq
    assert [rec.seq for rec in till.journal.records()] == list(range(1, 12))


def test_a_fact_that_cannot_be_stored_changes_nothing(tmp_path):
    till = Ringing(tmp_path / "j.db")
    till.open_shift()
    before = till.journal.state
    with pytest.raises(UnicodeEncodeError):
        till.append(f.CashierSignedIn("a", "\ud800"))
    assert till.journal.state is before
    till.append(f.CashierSignedIn("a", "A"))
    assert till.journal.last_seq == 2
    till.journal.close()
    assert verify(tmp_path / "j.db", deep=True).ok


def test_facts_of_a_sale_leave_out_what_was_between(tmp_path):
    till = Ringing(tmp_path / "j.db")
    till.open_shift()
    till.basket(2)
    till.append(f.SaleSuspended(f.SaleId(1), "парасоля"))
    till.sell(1)
    till.append(f.SaleRecalled(f.SaleId(1)))
    till.pay()
    kinds = shop.names([rec.fact for rec in till.journal.facts_of_sale(1, 1)])
    assert kinds == [
        *("SaleStarted", "LineAdded", "LineAdded", "SaleSuspended", "SaleRecalled"),
        *("Tendered", "SaleCompleted"),
    ]
    assert till.journal.facts_of_sale(1, 99) == ()


def test_time_may_go_back_and_order_stays(tmp_path):
    till = Ringing(tmp_path / "j.db")
    till.open_shift()
    back = till.journal.last_at - timedelta(hours=1)
    till.journal.append([f.ClockStepped(3600)], actor="till", at=back)
    assert till.journal.last_at == back
    till.journal.close()
    journal = reopened(tmp_path / "j.db")
    assert journal.last_at == back
    assert journal.last_seq == 2


def test_a_basket_of_5000_lines_is_kept_and_opened(tmp_path):
    till = Ringing(tmp_path / "j.db")
    till.open_shift()
    facts = [fact for facts in shop.drafts(till.journal.state, 5000) for fact in facts]
    for start in range(0, len(facts), 500):
        till.append(*facts[start : start + 500])
    till.pay()
    before = till.journal.state
    assert len(before.done.sale.lines) == 5000
    till.journal.close()
    assert reopened(tmp_path / "j.db").state == before
    assert verify(tmp_path / "j.db", deep=True).ok


def test_opening_replays_only_what_follows_the_snapshot(tmp_path, monkeypatch):
    till = Ringing(tmp_path / "j.db", snapshot_facts=50)
    till.day(20)
    till.journal.close()
    folded = []
    monkeypatch.setattr(
        registry, "decode", lambda *row, real=registry.decode: folded.append(row) or real(*row)
    )
    reopened(tmp_path / "j.db")
    assert folded == []


def test_another_process_names_the_shape_of_the_state_alike():
    ask = "from appliance.journal import snapshots; print(snapshots.state_schema())"
    told = {
        subprocess.run(
            [sys.executable, "-c", ask],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert told == {snapshots.state_schema()}


def test_a_snapshot_of_another_shape_or_a_damaged_one_is_passed_over(tmp_path):
    path = tmp_path / "j.db"
    till = Ringing(path, snapshot_facts=20)
    till.day(10)
    before = till.journal.state
    till.journal.close()
    con = schema.connect(path)
    assert con.execute("SELECT count(*) FROM snapshot").fetchone() == (snapshots.KEPT,)
    con.execute("UPDATE snapshot SET schema='older' WHERE id=(SELECT max(id) FROM snapshot)")
    con.execute("UPDATE snapshot SET state=x'00' WHERE id=(SELECT min(id) FROM snapshot)")
    con.close()
    assert reopened(path).state == before


def test_tables_of_another_version_are_made_anew_at_opening(tmp_path):
    path = tmp_path / "j.db"
    till = Ringing(path)
    till.day(4)
    till.journal.close()
    con = schema.connect(path)
    good = projections.dump(con)
    con.execute("DELETE FROM sale")
    schema.set_meta(con, projections.PROJECTIONS_VERSION, projections.VERSION - 1)
    con.close()
    seen = []
    Journal.open(path, "T1", progress=lambda done, total: seen.append((done, total))).close()
    con = schema.connect_reader(path)
    assert projections.dump(con) == good
    con.close()
    assert seen[-1][0] == seen[-1][1] > 0


def hold(path, ready, leave):
    journal = Journal.open(path, "T1")
    ready.set()
    leave.wait(30)
    journal.close()


def test_a_second_process_is_told_who_has_the_journal(tmp_path):
    spawn = multiprocessing.get_context("spawn")
    ready, leave = spawn.Event(), spawn.Event()
    owner = spawn.Process(target=hold, args=(tmp_path / "j.db", ready, leave))
    owner.start()
    assert ready.wait(30)
    with pytest.raises(JournalLocked, match=str(owner.pid)):
        Journal.open(tmp_path / "j.db", "T1")
    leave.set()
    owner.join(30)
    reopened(tmp_path / "j.db")


def test_a_journal_of_another_till_is_refused(tmp_path):
    reopened(tmp_path / "j.db")
    with pytest.raises(WrongJournal, match="T1"):
        Journal.open(tmp_path / "j.db", "T2")


def test_an_old_body_is_brought_up_step_by_step():
    old = {"sale": 3, "line": 1, "qty": 250, "item": "1001", "price": 4690}

    def counted_in_thousandths(body):
        body["quantity"] = str(Decimal(body.pop("qty")) / 1000)
        return body

    def named_and_taxed(body):
        body["unit_price_minor"] = body.pop("price")
        return {**body, "name": "?", "unit": "KGM", "taxes": [], "source": "scan"}

    steps = {("LineAdded", -1): counted_in_thousandths, ("LineAdded", 0): named_and_taxed}
    fact = registry.decode("LineAdded", -1, old, steps)
    assert fact.quantity == Decimal("0.25")
    assert fact.unit_price_minor == 4690
    assert "qty" in old
    with pytest.raises(registry.UnknownFact, match="way up"):
        registry.decode("LineAdded", 0, old, {})
    with pytest.raises(registry.UnknownFact):
        registry.decode("LineAdded", 2, old)
    with pytest.raises(registry.UnknownFact):
        registry.decode("Teleported", 1, {})
    with pytest.raises(CodecError):
        registry.decode("LineAdded", 1, old)
