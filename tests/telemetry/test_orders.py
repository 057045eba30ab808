"""The till's ear for its fleet: what is heard is acted upon on another thread, and told."""

from __future__ import annotations

import json
import queue
from pathlib import Path
from typing import Any

from appliance.telemetry.orders import Orders
from appliance.wire import topics
from appliance.wire.document import DocumentName
from appliance.wire.topics import Place, Topic
from telemetry.fleet_keys import TILL, step
from telemetry.test_commands import bench as with_commands
from telemetry.test_documents import GOODS
from telemetry.test_documents import bench as with_documents

PLACE = Place("kram", "shop-1", TILL)


def topic(*leaf: str) -> Topic:
    return topics.read(PLACE.down(*leaf))


def test_commands_documents_and_keys_find_their_way(tmp_path: Path) -> None:
    said: queue.Queue[tuple[str, Any]] = queue.Queue()
    for name in "ab":
        (tmp_path / name).mkdir()
    with with_commands(tmp_path / "a") as one, with_documents(tmp_path / "b") as two:
        orders = Orders(one.desk.keys, one.desk, two.desk, lambda: ())
        orders.say = lambda leaf, payload: said.put((leaf, json.loads(payload)))
        orders.start()
        orders.heard(topic("cmd", "x"), one.fleet.command("logs", id="x", args={"lines": 1}))
        assert said.get(timeout=30)[1]["state"] == "running"
        assert said.get(timeout=30) == (
            "cmd/x",
            {"v": 1, "id": "x", "state": "succeeded", "answer": {"lines": ["line 0"]}},
        )
        orders.heard(topic("cmd", "y"), b"nonsense")
        orders.heard(
            topic("desired", "catalogue"), two.fleet.plan(DocumentName.CATALOGUE, step(16, GOODS))
        )
        leaf, told = said.get(timeout=30)
        assert (leaf, told["documents"]["catalogue"]["version"]) == ("reported", 16)
        assert orders.documents()["catalogue"].version == 16
        orders.heard(topic("desired", "keys"), one.fleet.rotate())
        orders.heard(topic("cmd", "z"), one.fleet.command("logs", id="z", args={"lines": 1}))
        assert said.get(timeout=30)[1]["id"] == "z"
        orders.close()
