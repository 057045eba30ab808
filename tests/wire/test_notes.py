"""Topics, hello, acknowledgement, state, health and alert: each comes out as it went in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.malformed import Malformed
from appliance.wire import ack, alert, health, hello, state, topics
from appliance.wire.ack import Ack
from appliance.wire.alert import Severity, TillAlert
from appliance.wire.health import Health
from appliance.wire.hello import Ended, Held, Hello
from appliance.wire.state import Doing, TillState
from appliance.wire.trust import Trust

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
WHOLE = st.integers(0, 2**63 - 1)
SEQ = st.integers(1, 2**63 - 1)
HASHES = st.binary(min_size=32, max_size=32)
ACKS = st.builds(
    Ack,
    SEQ,
    WHOLE,
    st.integers(0, ack.WINDOW_MAX),
    st.integers(0, ack.PAUSE_S_MAX),
    st.none() | st.tuples(SEQ, SEQ).map(lambda it: (min(it), max(it))),
    TEXTS,
    st.none() | SEQ,
    WHOLE,
)
HELLOS = st.builds(
    Hello,
    id=TEXTS,
    till=TEXTS,
    name=TEXTS,
    epoch=SEQ,
    min_kept=WHOLE,
    max_seq=WHOLE,
    acked=WHOLE,
    epochs=st.lists(st.builds(Ended, SEQ, WHOLE, HASHES), max_size=3).map(tuple),
    serial=TEXTS,
    model=TEXTS,
    cert=TEXTS,
    software=TEXTS,
    clock=st.sampled_from(Trust),
    clock_ms=WHOLE,
    documents=st.dictionaries(TEXTS, st.builds(Held, WHOLE, HASHES), max_size=3),
)
METRICS = st.sampled_from(["disk_free_bytes", "device.printer", "clock", "sw", "fsync_p99_us"])


@given(ACKS)
def test_an_acknowledgement_comes_out_as_it_went_in(it: Ack) -> None:
    assert ack.decode(ack.encode(it)) == it


@given(HELLOS)
def test_a_hello_comes_out_as_it_went_in(it: Hello) -> None:
    assert hello.decode(hello.encode(it)) == it


@given(st.builds(TillState, st.sampled_from(Doing), WHOLE, WHOLE, TEXTS))
def test_a_state_comes_out_as_it_went_in(it: TillState) -> None:
    assert state.decode(state.encode(it)) == it


@given(
    st.builds(
        Health,
        WHOLE,
        st.dictionaries(METRICS, st.integers(-(2**62), 2**62)),
        st.dictionaries(METRICS, TEXTS),
    )
)
def test_health_comes_out_as_it_went_in(it: Health) -> None:
    assert health.decode(health.encode(it)) == it


@given(st.builds(TillAlert, TEXTS, TEXTS, TEXTS, st.sampled_from(Severity), WHOLE, TEXTS, TEXTS))
def test_an_alert_comes_out_as_it_went_in_and_has_a_topic(it: TillAlert) -> None:
    assert alert.decode(alert.encode(it)) == it
    place = topics.Place("kram", "shop-1", "01JD0000000000000000000001")
    named = alert.encode(it) and TillAlert("device", it.subject, "x", it.severity, 0).id
    assert topics.read(place.up(topics.ALERT, named)).leaf == (topics.ALERT, named)


def test_an_empty_alert_is_one_that_ended() -> None:
    assert alert.decode(b"") is None


def test_a_topic_is_read_as_it_was_made() -> None:
    place = topics.Place("kram", "shop-1", "01JD0000000000000000000001")
    assert place.up("ev") == "pos/v1/kram/shop-1/01JD0000000000000000000001/up/ev"
    assert topics.read(place.up("ev")) == topics.Topic(place, "up", ("ev",))
    assert topics.read(place.down("cmd", "01J")) == topics.Topic(place, "down", ("cmd", "01J"))
    assert topics.read(place.shop_down("stock")).place.till == topics.SHOP
    assert topics.shared("collectors", topics.EVERYWHERE.up("#")) == (
        "$share/collectors/pos/v1/+/+/+/up/#"
    )


@pytest.mark.parametrize(
    "topic",
    [
        "",
        "pos/v1",
        "pos/v1/a/b/c/up",
        "pos/v1/a/b/c/up/",
        "pos/v1/a/b/c/up/ev/x/y",
        "pos/v1/a/b/c/sideways/ev",
        "pos/v2/a/b/c/up/ev",
        "pos/v1//b/c/up/ev",
        "pos/v1/a/+/c/up/ev",
        "pos/v1/a/b/_shop/up/ev",
        "pos/v1/a/b/c\n/up/ev",
        "pos/v1/a/b/" + "c" * 65 + "/up/ev",
        "pos/v1/_srv/cell/state",
        "x" * 1000,
    ],
)
def test_a_topic_of_no_till_is_malformed(topic: str) -> None:
    with pytest.raises(Malformed):
        topics.read(topic)


@pytest.mark.parametrize(
    "told",
    [
        b'{"v":1}',
        b'{"v":1,"epoch":0,"upto":1}',
        b'{"v":1,"epoch":1,"upto":-1}',
        b'{"v":1,"epoch":1,"upto":1,"got":[2]}',
        b'{"v":1,"epoch":1,"upto":1,"got":[3,2]}',
        b'{"v":1,"epoch":1,"upto":1,"replay_from":0}',
        b'{"v":1,"epoch":1,"upto":1,"window":"all"}',
        b'{"v":1,"epoch":1,"upto":1,"hello":"' + b"x" * 41 + b'"}',
        b" " * 20_000,
    ],
)
def test_an_acknowledgement_that_is_none_is_malformed(told: bytes) -> None:
    with pytest.raises(Malformed):
        ack.decode(told)


def test_a_fleet_that_wants_too_much_gets_what_a_till_can() -> None:
    told = ack.decode(b'{"v":1,"epoch":1,"upto":1,"window":9999999,"pause_s":9999999}')
    assert (told.window, told.pause_s) == (ack.WINDOW_MAX, ack.PAUSE_S_MAX)
