"""What a collector makes of each message: of good tills, of strangers and of liars."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from appliance.fleet.hearing import Hearing, Message
from appliance.fleet.store.ingest import Site
from appliance.wire import ack, alert, batch, firmware, health, hello, state
from appliance.wire.firmware import Report, Stage
from appliance.wire.trust import Trust
from tests.fleet import tills
from tests.fleet.agree import agree
from tests.fleet.tills import SITE
from tests.journal.till import Ringing

KEY = ec.generate_private_key(ec.SECP256R1())
OTHER_KEY = ec.generate_private_key(ec.SECP256R1())
OTHER = Site("01JTESTTILL000000000000002", "kram", "shop-1")


@pytest.fixture(scope="module")
def rung(tmp_path_factory):
    path = tmp_path_factory.mktemp("till") / "j.db"
    till = Ringing(path)
    till.day(4)
    till.journal.close()
    return path


@pytest.fixture
def hearing(store):
    tills.register(store, SITE, OTHER)
    tills.certify(store, KEY)
    tills.certify(store, OTHER_KEY, OTHER)
    return Hearing(store)


def topic(leaf: str, till: str = SITE.till) -> str:
    return f"pos/v1/kram/shop-1/{till}/up/{leaf}"


def said(reply) -> ack.Ack:
    assert reply.topic == f"pos/v1/kram/shop-1/{SITE.till}/down/ack"
    return ack.decode(reply.payload)


def alerts(store) -> list[tuple[str, str]]:
    return [
        (it["rule"], it["till"]) for it in store.rows("SELECT * FROM alert ORDER BY rule, till")
    ]


def greeting(**more) -> hello.Hello:
    plain = hello.Hello("h1", SITE.till, "T1", 1, 1, 100, 0, clock=Trust.NTP, clock_ms=1)
    return replace(plain, **more)


def test_facts_are_acknowledged_as_far_as_they_are_committed(store, hearing, rung):
    first, second, third = list(tills.batches(rung, 10))[:3]
    for it, upto in ((first, 10), (third, 10), (second, 30)):
        told = said(hearing.hear(Message(topic("ev"), tills.signed(it, KEY))))
        assert (told.epoch, told.upto) == (1, upto)
        if it is third:
            assert told.got == (21, 30)
            assert told.replay_from == 11


def test_a_gzipped_backfill_is_the_same_facts(store, hearing, rung):
    for it in tills.batches(rung, 40):
        payload, content = batch.packed(tills.signed(it, KEY))
        hearing.hear(Message(topic("backfill"), payload, content))
    agree(store, rung, SITE.till, SITE.shop)


def test_a_till_that_the_register_does_not_know_or_denies_is_told_nothing(store, hearing, rung):
    first, *_ = tills.batches(rung, 15)
    payload = tills.signed(first, KEY)
    assert hearing.hear(Message(topic("ev", "01JSTRANGER"), payload)) is None
    with store.transaction() as tx:
        tx.run("UPDATE till SET status = 'denied' WHERE uid = :till", till=SITE.till)
    assert hearing.hear(Message(topic("ev"), payload)) is None
    assert store.rows("SELECT * FROM fact") == []
    assert alerts(store) == [("locked_out", "01JSTRANGER"), ("locked_out", SITE.till)]
    acts = [row["act"] for row in store.rows("SELECT act FROM audit")]
    assert acts == ["collector.locked_out"] * 2


def test_a_till_cannot_speak_as_another(store, hearing, rung):
    first, *_ = tills.batches(rung, 15)
    payload = tills.signed(first, KEY)
    assert hearing.hear(Message(topic("ev", OTHER.till), payload)) is None
    assert alerts(store) == [("impostor", OTHER.till)]
    assert store.rows("SELECT * FROM fact") == []


@pytest.mark.parametrize("key", [OTHER_KEY, None])
def test_facts_that_bear_no_signature_of_the_till_are_dropped(store, hearing, rung, key):
    first, *_ = tills.batches(rung, 15)
    payload = batch.encode(first) if key is None else tills.signed(first, key)
    assert hearing.hear(Message(topic("ev"), payload)) is None
    assert alerts(store) == [("forged", SITE.till)]
    assert store.rows("SELECT * FROM fact") == []


def test_the_signature_of_a_revoked_certificate_is_none(store, hearing, rung):
    with store.transaction() as tx:
        tx.run("UPDATE certificate SET revoked_ms = 1 WHERE till = :till", till=SITE.till)
    first, *_ = tills.batches(rung, 15)
    assert hearing.hear(Message(topic("ev"), tills.signed(first, KEY))) is None
    assert alerts(store) == [("forged", SITE.till)]


def test_a_cloned_card_is_told_to_wait_and_somebody_is_told_of_it(store, hearing, rung):
    ours, *_ = tills.batches(rung, 40)
    strange = replace(ours.facts[0], hash=b"\2" * 32, withheld=True)
    clone = replace(ours, facts=(strange,))
    hearing.hear(Message(topic("ev"), tills.signed(ours, KEY)))
    told = said(hearing.hear(Message(topic("ev"), tills.signed(clone, KEY))))
    assert (told.upto, told.pause_s) == (40, 300)
    assert alerts(store) == [("cloned", SITE.till)]


HOSTILE = (
    b"",
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"v":2}',
    b'{"v":1,"till":"\\ud800"}',
    b"\x1f\x8b\x08\x00garbage",
    b"x" * (2 << 20),
    json.dumps({"v": 1, "at": 1, "n": {"a": 10**30}}).encode(),
)


@pytest.mark.parametrize("leaf", ["ev", "backfill", "hello", "health", "cmd/1", "alert/x", "state"])
def test_hostile_payloads_on_every_topic_are_dropped_and_counted(hearing, leaf):
    for payload in HOSTILE:
        before = hearing.counts["malformed"]
        assert hearing.hear(Message(topic(leaf), payload)) is None
        ends_it = leaf in ("state", "alert/x") and not payload
        assert hearing.counts["malformed"] == before + (0 if ends_it else 1)


@pytest.mark.parametrize(
    "name", ["", "x", "pos/v1/a/b/c/up", topic("ev") + "/x", topic(""), topic("no")]
)
def test_a_topic_that_is_none_is_dropped(hearing, name):
    assert hearing.hear(Message(name, b"{}")) is None


def test_documents_reported_in_another_shape_are_dropped(store, hearing):
    for documents in (7, {"prices": 7}, {"prices": {"version": "x"}}):
        payload = json.dumps({"v": 1, "documents": documents}).encode()
        hearing.hear(Message(topic("reported"), payload))
    assert hearing.counts == {"malformed": 3}
    told = {"prices": {"version": 3, "sha256": "ab", "error": "no such tax"}}
    hearing.hear(Message(topic("reported"), json.dumps({"v": 1, "documents": told}).encode()))
    row = store.one("SELECT document, reported_version, error FROM shadow")
    assert row == {"document": "prices", "reported_version": 3, "error": "no such tax"}


def test_a_hello_is_answered_with_how_far_the_fleet_is(store, hearing, rung):
    told = said(hearing.hear(Message(topic("hello"), hello.encode(greeting()))))
    assert (told.epoch, told.upto, told.hello) == (1, 0, "h1")
    for it in tills.batches(rung, 15):
        hearing.hear(Message(topic("ev"), tills.signed(it, KEY)))
    facts = tills.journal_facts(rung)[1][1][1]
    ends = (hello.Ended(1, len(facts), facts[-1].hash),)
    more = greeting(epochs=ends, max_seq=len(facts), software="1.2", serial="pi-1")
    told = said(hearing.hear(Message(topic("hello"), hello.encode(more))))
    assert told.upto == len(facts)
    row = store.one("SELECT * FROM till WHERE uid = :till", till=SITE.till)
    assert (row["sw"], row["hw_serial"], row["clock_trust"]) == ("1.2", "pi-1", "ntp")
    assert alerts(store) == []


def test_a_card_that_went_back_in_time_or_into_another_machine_is_noticed(store, hearing, rung):
    for it in tills.batches(rung, 15):
        hearing.hear(Message(topic("ev"), tills.signed(it, KEY)))
    hearing.hear(Message(topic("hello"), hello.encode(greeting(serial="pi-1", max_seq=999))))
    ends = (hello.Ended(1, 7, b"\3" * 32),)
    back = greeting(serial="pi-2", max_seq=7, epochs=ends)
    hearing.hear(Message(topic("hello"), hello.encode(back)))
    assert alerts(store) == [("cloned", SITE.till), ("rolled_back", SITE.till)]


def test_a_till_that_threw_away_its_oldest_facts_goes_on_from_what_it_has(store, hearing, rung):
    facts = tills.journal_facts(rung)[1][1][1]
    ends = (hello.Ended(1, len(facts), facts[-1].hash),)
    told = said(
        hearing.hear(Message(topic("hello"), hello.encode(greeting(min_kept=11, epochs=ends))))
    )
    assert told.upto == 10
    part = batch.Batch(SITE.till, "T1", 1, 11, facts[9].hash, tuple(facts[10:40]))
    assert said(hearing.hear(Message(topic("ev"), tills.signed(part, KEY)))).upto == 40
    assert alerts(store) == [("gap", SITE.till)]


def test_a_late_will_of_an_old_connection_changes_nothing(store, hearing):
    def is_now() -> str:
        return store.one("SELECT state FROM till WHERE uid = :till", till=SITE.till)["state"]

    for doing, session in (("ready", 5), ("selling", 9), ("lost", 5)):
        told = state.TillState(state.Doing(doing), 1, session)
        hearing.hear(Message(topic("state"), state.encode(told)))
    assert is_now() == "selling"
    hearing.hear(Message(topic("state"), state.encode(state.TillState(state.Doing.LOST, 1, 9))))
    assert is_now() == "lost"


def test_health_is_kept_with_its_newest_values(store, hearing):
    for at, heat in ((1000, 40_000), (3000, 61_000), (2000, 50_000)):
        told = health.Health(at, {"temperature_mc": heat}, {"device.printer": "ready"})
        hearing.hear(Message(topic("health"), health.encode(told)))
    hearing.vitals.flush()
    assert store.one("SELECT count(*) AS n FROM health")["n"] == 6
    newest = {
        it["metric"]: (it["value"], it["text"]) for it in store.rows("SELECT * FROM health_now")
    }
    assert newest == {"temperature_mc": (61_000, ""), "device.printer": (None, "ready")}


def test_what_a_till_complains_of_stands_until_it_is_resolved(store, hearing):
    told = alert.TillAlert("device", "printer", "paper_out", alert.Severity.CRITICAL, 7)
    where = topic(f"alert/{told.id}")
    hearing.hear(Message(where, alert.encode(told)))
    assert store.one("SELECT problem, cleared_ms FROM complaint") == {
        "problem": "paper_out",
        "cleared_ms": None,
    }
    hearing.hear(Message(where, b""))
    assert store.one("SELECT cleared_ms FROM complaint")["cleared_ms"] is not None


def test_what_a_till_booted_is_known_and_each_return_is_kept_once(store, hearing):
    def says(**told):
        report = Report(
            **{"version": "1.3.0", "slot": "A", "stage": Stage.IDLE, "at_ms": 1, **told}
        )
        hearing.hear(Message(topic("firmware"), firmware.encode(report)))
        return store.one("SELECT * FROM till_firmware WHERE till = :it", it=SITE.till)

    first = says()
    again = says(stage=Stage.FETCHING, wanted="1.4.0", reasons=["window"], done=5, size=9)
    assert again["booted_ms"] == first["booted_ms"]
    assert (again["stage"], json.loads(again["reasons"])) == ("fetching", ["window"])
    back = {"stage": Stage.RETURNED, "wanted": "1.4.0", "since_ms": 7, "why": "boot"}
    for _ in range(2):
        says(**back)
    says(**back | {"since_ms": 8})
    returns = store.rows("SELECT at_ms, wanted, why FROM till_return ORDER BY at_ms")
    assert [it["at_ms"] for it in returns] == [7, 8]
    assert says(version="1.4.0")["booted_ms"] >= first["booted_ms"]
    assert hearing.counts["malformed"] == 0


def test_a_report_with_what_no_column_holds_is_dropped_and_told(store, hearing):
    hearing.hear(Message(topic("firmware"), b'{"v":1,"version":"1","stage":"asleep","at":1}'))
    assert store.rows("SELECT * FROM till_firmware") == []
    assert alerts(store) == [("malformed", SITE.till)]
