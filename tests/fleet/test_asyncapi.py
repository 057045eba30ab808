"""The AsyncAPI document is one, names every topic there is, and its examples are what the product reads."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.fleet import collector, courier
from appliance.fleet.hearing import Hearing, Message
from appliance.fleet.store import migrate, open_store
from appliance.wire import (
    ack,
    alert,
    batch,
    envelope,
    firmware,
    health,
    hello,
    keyring,
    remote_command,
    state,
    topics,
)
from appliance.wire import document as wire_document

ROOT = Path(__file__).parents[2]
DOCUMENT = yaml.safe_load((ROOT / "docs/fleet/asyncapi.yaml").read_text())
MESSAGES = DOCUMENT["components"]["messages"]
SCHEMAS = DOCUMENT["components"]["schemas"]
KEYS = keyring.believed(keyring.first(Ed25519PrivateKey.from_private_bytes(bytes(32)), 0))


def plain(raw):
    return json.loads(raw)


def signed(kind, read):
    return lambda raw: read(envelope.opened(raw, KEYS, kind))


READ = {
    "batch": lambda raw: plain(batch.encode(batch.decode(raw))),
    "ack": lambda raw: plain(ack.encode(ack.decode(raw))),
    "hello": lambda raw: plain(hello.encode(hello.decode(raw))),
    "health": lambda raw: plain(health.encode(health.decode(raw))),
    "state": lambda raw: plain(state.encode(state.decode(raw))),
    "alert": lambda raw: plain(alert.encode(alert.decode(raw))),
    "firmware": lambda raw: plain(firmware.encode(firmware.decode(raw))),
    "command": signed(remote_command.KIND, remote_command.read),
    "document": signed(wire_document.KIND, wire_document.read),
    "keys": keyring.read,
}
ROUND = {"batch", "ack", "hello", "health", "state", "alert", "firmware"}


def examples():
    for name, message in MESSAGES.items():
        for it in message.get("examples", ()):
            yield pytest.param(name, it["payload"], id=name)


def test_it_is_asyncapi_3_by_the_official_schema():
    schema = json.loads((ROOT / "tests/data/asyncapi-3.0.0.json").read_text())
    jsonschema.Draft7Validator(schema).validate(DOCUMENT)


def test_every_reference_leads_somewhere():
    for ref in re.findall(r"'?#/([A-Za-z/]+)", json.dumps(DOCUMENT)):
        found = DOCUMENT
        for step in ref.split("/"):
            found = found[step]


@pytest.mark.parametrize(("name", "payload"), list(examples()))
def test_an_example_is_what_its_schema_says(name, payload):
    jsonschema.Draft7Validator(SCHEMAS[name]).validate(payload)


@pytest.mark.parametrize(("name", "payload"), [it for it in examples() if it.id in READ])
def test_an_example_is_what_the_products_own_decoder_reads(name, payload):
    said = READ[name](json.dumps(payload, ensure_ascii=False).encode())
    assert said == payload if name in ROUND else said


def test_a_collector_hears_every_example_that_a_till_says(tmp_path):
    store = open_store(f"sqlite:///{tmp_path / 'fleet.db'}")
    migrate(store)
    till = MESSAGES["hello"]["examples"][0]["payload"]["till"]
    with store.transaction() as tx:
        tx.run("INSERT INTO shop (shop, tenant) VALUES ('shop-1', 'kram')")
        tx.run("INSERT INTO till (uid, tenant, shop) VALUES (:till, 'kram', 'shop-1')", till=till)
    hears = Hearing(store, signed=False)
    for channel in DOCUMENT["channels"].values():
        if "/up/" in channel["address"]:
            at = {"tenant": "kram", "shop": "shop-1", "till": till, "id": "x1"}
            (name,) = channel["messages"]
            payload = json.dumps(MESSAGES[name]["examples"][0]["payload"], ensure_ascii=False)
            hears.hear(Message(channel["address"].format_map(at), payload.encode()))
    said = {it: many for it, many in hears.counts.items() if it in topics_up() or it == "malformed"}
    assert said == dict.fromkeys(topics_up(), 1)
    store.close()


def topics_up():
    return (topics.EVENTS, topics.BACKFILL, topics.HELLO, topics.HEALTH, topics.STATE,
            topics.REPORTED, topics.FIRMWARE, topics.ALERT, topics.COMMAND)  # fmt: skip


def test_a_collector_subscribes_to_all_that_tills_say():
    heard = {
        it.split("/up/")[1].removesuffix("/+") for it in (*collector.SHARED, *collector.RETAINED)
    }
    assert heard == set(topics_up())


def test_every_topic_of_the_wire_is_a_channel():
    addresses = [it["address"] for it in DOCUMENT["channels"].values()]
    for address in addresses:
        topics.read(re.sub(r"{\w+}", "x1", address))
    leaves = {it.split("{till}/")[1].removesuffix("/{id}") for it in addresses}
    down = (topics.ACK, topics.COMMAND, topics.PLACE, f"{topics.DESIRED}/{{document}}",
            f"{topics.DESIRED}/{courier.KEYS}")  # fmt: skip
    assert leaves == {f"up/{it}" for it in topics_up()} | {f"down/{it}" for it in down}
