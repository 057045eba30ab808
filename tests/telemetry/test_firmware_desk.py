"""Between the fleet and the updater: what is wanted is read, what was reported is told again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from appliance.core import codec
from appliance.malformed import Malformed
from appliance.telemetry.appliers import NotApplicable, _firmware
from appliance.telemetry.bulletin import Bulletin
from appliance.telemetry.firmware import REPORT, FirmwareDesk
from appliance.telemetry.health import AlertBoard
from appliance.telemetry.home import Home
from appliance.telemetry.membership import folder_of
from appliance.wire import firmware, topics
from appliance.wire.firmware import Offer, Report, Stage, Wanted
from tests.telemetry.builders import PLACE

IDLE = Report("1.3.0", "A", Stage.IDLE, 1)
BACK = Report("1.3.0", "A", Stage.RETURNED, 2, wanted="1.4.0", why="health.till")


@pytest.fixture
def desk(tmp_path: Path) -> FirmwareDesk:
    (folder_of(tmp_path) / "documents").mkdir(parents=True)
    return FirmwareDesk(tmp_path)


def reports(it: Bulletin) -> list[Report]:
    found = []
    for post, done in it.due(0.0, 1, 1):
        done()
        if post.topic.endswith(f"/{topics.FIRMWARE}"):
            assert not post.retain
            found.append(firmware.decode(post.payload))
    return found


def test_what_the_fleet_wants_is_what_the_till_lives_by(desk: FirmwareDesk) -> None:
    assert desk.wanted() == {}
    content = firmware.document(Wanted("keys", Offer("release", "/releases/ab")))
    path = folder_of(desk.data) / "documents" / "firmware.json"
    path.write_bytes(codec.canonical(content))
    assert desk.wanted() == content
    path.write_bytes(b'{"v":1,"release":')
    assert desk.wanted() == {}


def test_each_report_is_told_once_and_the_last_again_on_another_connection(
    desk: FirmwareDesk,
) -> None:
    home = Home(PLACE, (), folder_of(desk.data), desk.data, lambda: (1, 0), firmware=desk.told)
    it = Bulletin(home, AlertBoard())
    assert reports(it) == []
    updater = FirmwareDesk(desk.data)  # another part of the till, the same folder
    for report in (IDLE, BACK):
        updater.report(firmware.encode(report))
        assert reports(it) == [report]
        assert reports(it) == []
    it.connected()
    assert reports(it) == [BACK]


def test_a_till_that_starts_again_tells_its_last_report(desk: FirmwareDesk) -> None:
    desk.report(firmware.encode(BACK))
    assert firmware.decode(FirmwareDesk(desk.data).told()) == BACK


def test_what_is_no_report_is_neither_kept_nor_told(desk: FirmwareDesk) -> None:
    desk.report(firmware.encode(IDLE))
    with pytest.raises(Malformed):
        desk.report(b'{"v":1,"stage":"asleep"}')
    assert firmware.decode(desk.told()) == IDLE
    path = folder_of(desk.data) / REPORT
    path.write_bytes(b"\0")
    os.utime(path, ns=(1, 1))
    assert desk.told() == b""


def test_a_document_that_is_none_is_refused_with_the_reason() -> None:
    _firmware({"v": 1})
    with pytest.raises(NotApplicable, match="window"):
        _firmware({"v": 1, "release": "r", "url": "/releases/ab", "window": "at night"})
