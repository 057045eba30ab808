"""The units as systemd reads them: they parse, know whom they wait for, and are shut in as far as they can be."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from configparser import RawConfigParser
from pathlib import Path

import pytest

from appliance.update.record import FILE, Record, save
from appliance.update.stages import ON_TRIAL, Stage

ROOT = Path(__file__).parents[2]
UNITS = ROOT / "systemd"
OVERLAY = ROOT / "image" / "files"
EXPOSURE_MAX = 20
"""Tenths, of `systemd-analyze security`."""

FROM_DEBIAN = {
    "/bin/grep": "grep, essential",
    "/usr/bin/touch": "coreutils, essential",
    "/usr/bin/systemd-tmpfiles": "systemd",
    "/usr/sbin/pcscd": "pcscd",
    "/usr/sbin/wpa_supplicant": "wpasupplicant",
    "/usr/bin/till": "the application's stage of the image",
}
"""Programs that units start and that neither this folder nor the overlay brings, and who does."""

AS_ROOT = {
    "kram-data.service": "gives folders to their owners",
    "kram-first-boot.service": "grows a partition, names the machine",
    "kram-blink@.service": "a light's files are root's",
    "kram-system.service": "asks systemd to power off, to mount a stick; asks RAUC",
    "kram-wifi@.service": "reads keys that only root may read",
    "pcscd.service": "readers are root's",
}

NEWER = {"RestartSteps", "RestartMaxDelaySec"}
"""Keys of the image's systemd 257 that an older one, on a desk with Debian 12, does not know."""

IN_THE_KERNEL = {"input", "ttyAMA", "ttyS", "tty", "gpiochip", "spi"}
MODULE_OF = {
    "drm": "drm",
    "hidraw": "hid",
    "usb_device": "usbserial",
    "usb": "usblp",
    "ttyUSB": "usbserial",
    "ttyACM": "cdc-acm",
    "i2c": "i2c-dev",
    "alsa": "snd",
}
"""What makes a kind of device known to Debian's kernel; usbserial and usblp bring usbcore along."""

SERVICES = sorted(UNITS.glob("*.service"))
ALL = sorted(
    it for it in UNITS.iterdir() if it.suffix in (".service", ".socket", ".timer", ".mount")
)

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed"
)


def read(unit: Path) -> RawConfigParser:
    """With what the folder for its prefix adds. Keys once each is enough here: of a list the last value."""
    parser = RawConfigParser(strict=False, interpolation=None, allow_no_value=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    added = sorted(UNITS.glob(f"{unit.name.partition('-')[0]}-{unit.suffix}.d/*.conf"))
    parser.read([unit, *added], encoding="utf-8")
    return parser


def value(unit: Path, key: str) -> str:
    return read(unit).get("Service", key, fallback="")


def exec_paths(unit: Path) -> list[str]:
    lines = re.findall(r"^Exec\w+=[-+@!:]*(\S+)", unit.read_text("utf-8"), re.MULTILINE)
    return list(lines)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root as the image's: these units among the system's own, and something at each program's place."""
    root = tmp_path_factory.mktemp("root")
    units = root / "usr/lib/systemd/system"
    shutil.copytree("/usr/lib/systemd/system", units, symlinks=True)
    shutil.copytree(UNITS, units, dirs_exist_ok=True)
    for path in {path for unit in SERVICES for path in exec_paths(unit)}:
        program = root / path.lstrip("/")
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    (root / "etc/systemd/system").mkdir(parents=True)
    return root


@needs_systemd
@pytest.mark.parametrize("unit", ALL, ids=lambda it: it.name)
def test_systemd_finds_no_fault_in_the_unit(unit: Path, stage: Path):
    name = unit.name.replace("@.", "@wlan0.")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", f"--root={stage}", name],
        capture_output=True,
        text=True,
        check=False,
    )
    ours = {it.name for it in ALL}
    complaints = [
        line
        for line in (done.stdout + done.stderr).splitlines()
        if any(it in line for it in (*ours, name, "cycle")) and not any(it in line for it in NEWER)
    ]
    assert complaints == []
    assert done.returncode == 0, done.stderr


@needs_systemd
@pytest.mark.parametrize("unit", SERVICES, ids=lambda it: it.name)
def test_service_is_shut_in(unit: Path):
    done = subprocess.run(
        [
            *("systemd-analyze", "security", "--no-pager", "--offline=yes"),
            *(f"--threshold={EXPOSURE_MAX}", str(unit)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, "\n".join(
        line for line in done.stdout.splitlines() if "✗" in line or "Overall" in line
    )


@pytest.mark.parametrize("unit", SERVICES, ids=lambda it: it.name)
def test_nothing_runs_as_root_without_a_reason(unit: Path):
    root = value(unit, "User") in ("", "root")
    assert root == (unit.name in AS_ROOT)
    if root:
        assert re.search(r"^# .*\bRoot\b", unit.read_text("utf-8"), re.MULTILINE), (
            "the unit itself says why it is root"
        )


@pytest.mark.parametrize("unit", SERVICES, ids=lambda it: it.name)
def test_what_a_service_may_do_all_the_same_is_explained_in_it(unit: Path):
    text = unit.read_text("utf-8")
    for guard in ("PrivateDevices", "PrivateNetwork", "ProtectHostname", "MemoryDenyWriteExecute"):
        if value(unit, guard) != "yes":
            assert re.search(rf"^#.*{guard}", text, re.MULTILINE), f"{guard} is left out in silence"


@pytest.mark.parametrize("unit", sorted(UNITS.glob("kram-*.service")), ids=lambda it: it.name)
def test_what_every_service_is_kept_from_is_said_once(unit: Path):
    said = (UNITS / "kram-.service.d/shut-in.conf").read_text("utf-8").splitlines()
    assert {line for line in said if "=" in line}.isdisjoint(unit.read_text("utf-8").splitlines())


@pytest.mark.parametrize("unit", SERVICES, ids=lambda it: it.name)
def test_user_of_a_service_is_made_by_sysusers(unit: Path):
    made = re.findall(r"^[ug] +(\S+)", (UNITS / "sysusers.d/kram.conf").read_text(), re.MULTILINE)
    base = {"root", "video", "render", "input", "dialout", "lp", "tty", "audio", "systemd-journal"}
    wanted = {value(unit, "User") or "root", value(unit, "Group") or "root"}
    wanted |= set(value(unit, "SupplementaryGroups").split())
    assert wanted <= base | set(made)


@pytest.mark.parametrize("unit", SERVICES, ids=lambda it: it.name)
def test_programs_of_a_service_are_in_the_image(unit: Path):
    for path in exec_paths(unit):
        brought = OVERLAY / path.lstrip("/")
        if path in FROM_DEBIAN:
            continue
        assert brought.is_file(), f"{path}: nobody brings it"
        assert brought.stat().st_mode & 0o111, f"{path} cannot be run"


def test_driver_of_each_kind_of_device_is_loaded_before_the_till_starts():
    """systemd looks a kind's number up in /proc/devices when the service starts, and never again."""
    lines = (UNITS.parent / "image/modules.txt").read_text("utf-8").splitlines()
    loaded = {it for line in lines if line.startswith("initramfs ") for it in line.split()[1:]}
    text = (UNITS / "kram.service").read_text("utf-8")
    for kind in re.findall(r"^DeviceAllow=char-(\S+)", text, re.MULTILINE):
        assert kind in IN_THE_KERNEL or MODULE_OF[kind] in loaded, kind


def test_till_waits_neither_for_the_network_nor_for_the_whole_boot():
    unit = UNITS / "kram.service"
    parts = read(unit)["Unit"]
    assert parts["DefaultDependencies"] == "no"
    waits = [
        name
        for line in re.findall(r"^After=(.*)$", unit.read_text("utf-8"), re.MULTILINE)
        for name in line.split()
    ]
    assert not {it for it in waits if "network" in it or it.endswith(".target")}
    # PrivateTmp would add an order behind systemd-tmpfiles, which comes behind all local mounts.
    assert value(unit, "PrivateTmp") == ""


def test_the_till_s_head_start_ends_and_nothing_that_the_till_waits_for_waits_for_it():
    till, head = ((UNITS / name).read_text() for name in ("kram.service", "kram-head-start.target"))
    settings = dict(line.split("=", 1) for line in head.splitlines() if "=" in line)
    assert settings["After"] == "kram.service"
    assert settings["JobTimeoutSec"] == "10s"
    held_back = {
        name for line in re.findall("^Before=(.*)", head, re.MULTILINE) for name in line.split()
    }
    waited_for = {
        name for line in re.findall("^After=(.*)", till, re.MULTILINE) for name in line.split()
    }
    assert len(held_back) >= 8
    assert not held_back & waited_for
    assert "[Install]" not in head, (
        "only the initramfs gives it, where first boot has nothing to do"
    )


def test_every_unit_that_can_be_enabled_is_in_the_preset_and_the_other_way_round():
    preset = (UNITS / "presets/50-kram.preset").read_text().splitlines()
    assert preset[-1] == "disable *"
    enabled = {line.split()[1] for line in preset if line.startswith("enable ")}
    ours = {it.name for it in ALL if "[Install]" in it.read_text("utf-8")}
    assert ours == {it for it in enabled if it.startswith(("kram", "var-lib-", "etc-", "pcscd"))}


@pytest.mark.parametrize("stage", Stage)
def test_only_a_trial_is_judged_by_its_health_check(stage: Stage, tmp_path: Path):
    """FailureAction starts the machine again: on a system that proved itself it must never be reached."""
    text = (UNITS / "kram-health.service").read_text("utf-8")
    (condition,) = re.findall(r"^ExecCondition=(.+)$", text, re.MULTILINE)
    record = tmp_path / "update.json"
    command = [it.replace(str(FILE), str(record)) for it in shlex.split(condition)]
    assert subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode
    save(Record(stage=stage), record)
    judged = subprocess.run(command, check=False).returncode == 0
    assert judged == (stage in ON_TRIAL)


def test_the_updater_names_no_settings_that_it_may_not_be_able_to_read():
    """They are the till's alone; what it needs of them it asks at the till's socket."""
    assert "KRAM_CONFIG" not in (UNITS / "kram-update.service").read_text("utf-8")


def test_watchdogs_are_armed_and_the_log_is_in_memory():
    system = (OVERLAY / "usr/lib/systemd/system.conf.d/50-kram.conf").read_text()
    seconds = re.search(r"^RuntimeWatchdogSec=(\d+)s$", system, re.MULTILINE)
    assert seconds
    assert int(seconds[1]) <= 15, "a Raspberry Pi's watchdog counts to sixteen"
    assert value(UNITS / "kram.service", "WatchdogSec")
    journald = (OVERLAY / "usr/lib/systemd/journald.conf.d/50-kram.conf").read_text()
    assert "Storage=volatile" in journald
    assert "RuntimeMaxUse=16M" in journald
