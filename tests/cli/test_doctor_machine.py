"""`till doctor` on an appliance, from a root folder as the image's; on a desk its lines are not there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from board.test_board import put
from hypothesis import given
from hypothesis import strategies as st

from appliance.board import booted
from appliance.core.devices import DeviceState
from appliance.finding import COMPOSED, Finding, told
from appliance.i18n import translator
from appliance.machine_findings import UPDATES, findings
from appliance.update.record import Record, Target, save
from appliance.update.stages import Stage

GOOD, LOOK, BAD = DeviceState.READY, DeviceState.ATTENTION, DeviceState.FAULT


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A Raspberry Pi 4 with a good image, on a cable."""
    put(
        tmp_path,
        {
            "run/kram-slot": "A\n",
            "usr/lib/kram/release.json": json.dumps(
                {"version": "1.4.0", "built": "2026-11-01", "compatible": "kram-rpi-arm64"}
            ),
            "proc/sys/kernel/random/boot_id": "0f1e\n",
            "proc/self/mountinfo": "1 0 0:20 / / rw - overlay overlay rw\n",
            "sys/class/watchdog/watchdog0/timeout": "15\n",
            "sys/class/watchdog/watchdog0/state": "active\n",
            "sys/class/net/cable0/type": "1\n",
            "sys/class/net/cable0/operstate": "up\n",
            "sys/class/net/cable0/device/driver": "",
            "proc/self/net/if_inet6": "20010db8000000000000000000000007 02 40 00 80 cable0\n",
            "sys/class/thermal/thermal_zone0/temp": "48312\n",
            "sys/devices/platform/soc/soc:firmware/get_throttled": "0\n",
            f"{booted.TREE}/model": "Raspberry Pi 4 Model B\0",
        },
    )
    stamp = tmp_path / booted.TREE / "chosen/bootloader/build-timestamp"
    stamp.parent.mkdir(parents=True)
    stamp.write_bytes((1705312800).to_bytes(4, "big"))
    return tmp_path


def examined(root: Path) -> dict[str, Finding]:
    return {it.subject: it for it in findings(root, root)}


def test_healthy_appliance_has_a_good_line_for_each_of_its_parts(root: Path):
    found = examined(root)
    assert {name for name, it in found.items() if it.state is not GOOD} <= {"time"}
    assert found["system"].detail == "1.4.0, A"
    assert found["watchdog"].detail == "15 s"
    assert found["network cable0"].detail == "2001:db8::7"
    assert found["bootloader"].detail == "2024-01-15"
    assert found["temperature"].detail == "48.3 °C"
    assert found["power"].detail == "0x0"
    assert found["update"].says == "None yet."


def test_desk_has_none_of_these_lines(tmp_path: Path):
    assert examined(tmp_path) == {}


WRONG = [
    ({"usr/lib/kram/release.json": "{}"}, "system", LOOK),
    ({"proc/self/mountinfo": "1 0 179:2 / / rw - ext4 /dev/mmcblk0p2 rw\n"}, "system files", BAD),
    ({"sys/class/watchdog/watchdog0/state": "inactive\n"}, "watchdog", BAD),
    ({"sys/class/watchdog/watchdog0/timeout": ""}, "watchdog", LOOK),
    ({"sys/class/net/cable0/operstate": "down\n"}, "network", LOOK),
    ({"proc/self/net/if_inet6": ""}, "network cable0", LOOK),
    ({"sys/class/thermal/thermal_zone0/temp": "85000\n"}, "temperature", LOOK),
    ({"sys/devices/platform/soc/soc:firmware/get_throttled": "50005\n"}, "power", LOOK),
    ({"sys/devices/platform/soc/soc:firmware/get_throttled": "50000\n"}, "power", LOOK),
    (
        {
            "sys/class/power_supply/ups/type": "UPS\n",
            "sys/class/power_supply/ups/status": "Discharging\n",
        },
        "battery ups",
        LOOK,
    ),
    (
        {
            "sys/class/net/wlan0/type": "1\n",
            "sys/class/net/wlan0/operstate": "up\n",
            "sys/class/net/wlan0/phy80211/name": "",
            "proc/self/net/if_inet6": "20010db8000000000000000000000007 02 40 00 80 wlan0\n",
            "proc/self/net/wireless": " wlan0: 0000   20.  -82.  -256\n",
        },
        "network wlan0",
        LOOK,
    ),
]


@pytest.mark.parametrize(
    ("files", "subject", "state"), WRONG, ids=lambda it: it if isinstance(it, str) else ""
)
def test_what_is_wrong_is_said_with_a_way_out_in_both_languages(
    root: Path, files: dict[str, str], subject: str, state: DeviceState
):
    put(root, files)
    found = examined(root)[subject]
    assert found.state is state
    for sentence in (found.says, found.remedy):
        assert sentence.endswith((".", "support-bundle"))
        assert translator("uk")(sentence) != sentence


def test_old_bootloader_cannot_take_an_update_back(root: Path):
    stamp = root / booted.TREE / "chosen/bootloader/build-timestamp"
    stamp.write_bytes((1600000000).to_bytes(4, "big"))
    assert examined(root)["bootloader"].state is BAD


@pytest.mark.parametrize("stage", Stage)
def test_last_update_is_told_and_why_it_came_back(root: Path, stage: Stage):
    target = Target(7, "1.5.0", "https://fleet/1.5.0.raucb")
    save(
        Record(stage, target, boot="0f1e", why="unhealthy", detail="sale, device printer"),
        root / "data/state/update/update.json",
    )
    found = examined(root)["update"]
    came_back = stage in (Stage.RETURNED, Stage.GIVEN_UP)
    assert (found.state is LOOK) == (came_back or stage is Stage.REFUSED)
    wrong = "a sale for trial, device printer is gone"
    assert found.detail == f"1.5.0; The new version did not work here; {wrong}"
    assert told(translator("uk"), found.detail) == (
        "1.5.0; Нова версія тут не запрацювала; пробний продаж, зник пристрій printer"
    )
    assert came_back == ("the one before runs" in found.says)


def test_a_trial_that_came_back_is_told_before_the_updater_noted_it(root: Path):
    target = Target(7, "1.5.0", "https://fleet/1.5.0.raucb")
    file = root / "data/state/update/update.json"
    save(Record(Stage.TRIAL, target, "B", boot="the one before"), file)
    found = examined(root)["update"]
    assert found.state is LOOK
    assert "the one before runs" in found.says


def test_every_word_of_an_update_is_translated():
    for says in UPDATES.values():
        assert translator("uk")(says) != says


@pytest.mark.parametrize("language", ["en", "uk"])
def test_what_is_put_together_is_told_in_the_reader_s_language(language: str):
    """The fleet has it as a text alone."""
    say = translator(language)
    for pattern in COMPOSED:
        holes = dict.fromkeys(re.findall(r"{(\w+)}", pattern), "7")
        english, told_here = pattern.format(**holes), say(pattern).format(**holes)
        assert told(say, english) == told_here
        assert (told_here == english) == (language == "en"), pattern


def test_parts_that_nobody_knows_stay_as_they_are():
    say = translator("uk")
    detail = "mqtts://fleet:8883, since 12:30, 14 facts wait, certificate until 2027-01-01, Каса 2"
    assert told(say, detail) == (
        "mqtts://fleet:8883, з 12:30, фактів чекає: 14, сертифікат до 2027-01-01, Каса 2"
    )
    assert told(say, "") == ""
    assert told(say, "usb") == "usb"


@given(st.text(max_size=60))
def test_any_text_is_told_somehow(text: str):
    assert told(translator("en"), text) == text
