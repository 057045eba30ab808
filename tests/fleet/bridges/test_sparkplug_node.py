"""What an edge node says is what a host believes, whatever happens in the shop; read by another protobuf."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.fleet.bridges.sparkplug_node import BD_SEQ, REBIRTH, EdgeNode, Shop
from appliance.fleet.bridges.sparkplug_payload import wishes
from appliance.malformed import Malformed
from fleet.bridges.sparkplug_host import Host, command

AT = 1_796_000_000_000
VALUES = st.one_of(
    st.integers(-(2**63), 2**63 - 1), st.text(st.characters(codec="utf-8"), max_size=9)
)
NAMES = ("State", "Health/temperature_mc", "Devices/printer")


METRICS = st.dictionaries(st.sampled_from(NAMES), VALUES.map(lambda it: (it, AT)))
SHOPS = st.builds(
    Shop,
    st.fixed_dictionaries({"Tills/All": st.integers(0, 99).map(lambda it: (it, AT))}),
    st.dictionaries(st.sampled_from(("a", "b", "c")), METRICS),
)


def believed(host: Host) -> dict:
    return {
        device: {name: it for name, it in thing.values.items() if name not in (BD_SEQ, REBIRTH)}
        for (_, device), thing in host.things.items()
        if thing.there
    }


def true(shop: Shop) -> dict:
    told = {"": shop.own, **shop.tills}
    return {it: {name: value for name, (value, _) in of.items()} for it, of in told.items()}


@given(st.lists(st.tuples(SHOPS, st.booleans()), min_size=1, max_size=12), st.booleans())
def test_a_host_knows_the_shop_as_it_is_after_every_round(rounds, aliases):
    node, host = EdgeNode("kram", "lviv", aliases), Host()
    node.connects(AT)
    host.heard_all(node.births(rounds[0][0], AT))
    for shop, rebirth in rounds:
        host.heard_all(node.births(shop, AT) if rebirth else node.changes(shop, AT))
        assert believed(host) == true(shop)


@given(st.dictionaries(st.sampled_from(NAMES), VALUES, min_size=1))
def test_every_value_is_read_by_another_protobuf_as_it_was(values):
    node, host = EdgeNode("kram", "lviv"), Host()
    node.connects(AT)
    host.heard_all(node.births(Shop({}, {"a": {it: (of, AT) for it, of in values.items()}}), AT))
    assert host.things["lviv", "a"].values == values


def test_seq_begins_anew_after_255_and_at_a_rebirth():
    node, host = EdgeNode("kram", "lviv"), Host()
    node.connects(AT)
    host.heard_all(node.births(Shop({"n": (0, AT)}, {}), AT))
    for number in range(1, 600):
        host.heard_all(node.changes(Shop({"n": (number, AT)}, {}), AT))
    host.heard_all(node.births(Shop({"n": (600, AT)}, {}), AT))
    assert host.things["lviv", ""].values["n"] == 600
    assert host.verbs.count("NDATA") == 599


def test_a_connections_death_names_its_births_bd_seq_also_after_a_rebirth():
    node, host = EdgeNode("kram", "lviv"), Host()
    for number in (0, 1, 255):
        node.bd_seq = number
        will = node.connects(AT)
        host.heard_all(node.births(Shop({}, {}), AT))
        host.heard_all(node.births(Shop({}, {}), AT))
        assert host.bd_seq["lviv"] == number
        host.heard(will.topic, will.payload, qos=1)
        assert not host.things["lviv", ""].there


def test_nothing_is_said_while_nothing_changes():
    node = EdgeNode("kram", "lviv")
    node.connects(AT)
    node.births(Shop({"n": (1, AT)}, {"a": {"State": ("ready", AT)}}), AT)
    assert node.changes(Shop({"n": (1, AT + 9)}, {"a": {"State": ("ready", AT + 9)}}), AT) == []


@pytest.mark.parametrize("aliases", [False, True])
def test_a_rebirth_is_asked_for_by_name_or_by_alias(aliases):
    node = EdgeNode("kram", "lviv", aliases)
    node.connects(AT)
    node.births(Shop({}, {}), AT)
    assert node.asks_rebirth(wishes(command({"name": REBIRTH, "boolean_value": True})))
    assert not node.asks_rebirth(wishes(command({"name": REBIRTH, "boolean_value": False})))
    assert not node.asks_rebirth(wishes(command({"name": "Drawer", "boolean_value": True})))
    by_alias = wishes(command({"alias": 0, "boolean_value": True}))
    assert node.asks_rebirth(by_alias) is aliases


@pytest.mark.parametrize(
    "payload", [b"\xff", b"\x12\x7f", b"\x12\x02\x0a\x05", b"\x10\x05", b"\x13", bytes(20_000)]
)
def test_a_command_that_is_none_is_malformed(payload):
    with pytest.raises(Malformed):
        wishes(payload)
