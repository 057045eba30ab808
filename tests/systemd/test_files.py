"""What stands beside the units: users, folders, rules and settings, read by the programs that will read them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SYSTEMD = ROOT / "systemd"
OVERLAY = ROOT / "image" / "files"


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed")


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@needs("systemd-sysusers")
def test_sysusers_makes_the_users_with_fixed_numbers(tmp_path: Path):
    (tmp_path / "etc").mkdir()
    run("systemd-sysusers", f"--root={tmp_path}", str(SYSTEMD / "sysusers.d/kram.conf"))
    users = dict(
        line.split(":")[0:3:2] for line in (tmp_path / "etc/passwd").read_text().splitlines()
    )
    assert users == {"kram": "781", "kram-update": "782", "kram-log": "783"}
    groups = (tmp_path / "etc/group").read_text()
    assert "kram-system:x:780:kram,kram-update" in groups
    assert (tmp_path / "etc/passwd").read_text().count(":/usr/sbin/nologin\n") == 3


@needs("systemd-sysusers")
@pytest.mark.parametrize("user", ["kram", "kram-log"])
def test_who_reads_the_log_in_its_unit_reads_it_by_hand_too(tmp_path: Path, user: str):
    (tmp_path / "etc").mkdir()
    run("systemd-sysusers", f"--root={tmp_path}", str(SYSTEMD / "sysusers.d/kram.conf"))
    groups = dict(
        line.split(":")[0:4:3] for line in (tmp_path / "etc/group").read_text().splitlines()
    )
    (named,) = re.findall(
        r"^SupplementaryGroups=(.*)", (SYSTEMD / f"{user}.service").read_text(), re.MULTILINE
    )
    assert "systemd-journal" in named.split()
    assert user in groups.get("systemd-journal", "").split(",")


@needs("systemd-tmpfiles")
def test_tmpfiles_makes_the_data_partitions_folders(tmp_path: Path):
    rules = tmp_path / "usr/lib/tmpfiles.d"
    rules.mkdir(parents=True)
    mine = f"{os.getuid()} {os.getgid()}"
    text = (SYSTEMD / "tmpfiles.d/kram.conf").read_text()
    # Only root may give folders away: here they stay with whoever runs the test.
    (rules / "kram.conf").write_text(
        re.sub(r"^(\S+ \S+ +\d+) +\S+ +\S+", rf"\1 {mine}", text, flags=re.MULTILINE)
    )
    run("systemd-tmpfiles", f"--root={tmp_path}", "--create", "--prefix=/data")
    for folder in ("id", "state/kram", "state/rauc", "state/update", "network", "log"):
        assert (tmp_path / "data" / folder).is_dir()
    assert (tmp_path / "data/state/kram").stat().st_mode & 0o777 == 0o750
    wifi = tmp_path / "data/network/wpa_supplicant-wlan0.conf"
    assert wifi.read_text() == "ctrl_interface=/run/wpa_supplicant\n"
    assert wifi.stat().st_mode & 0o777 == 0o600


def test_every_folder_of_data_that_a_unit_may_write_is_made():
    made = set(
        re.findall(r"^d (\S+)", (SYSTEMD / "tmpfiles.d/kram.conf").read_text(), re.MULTILINE)
    )
    for unit in SYSTEMD.glob("*.service"):
        for line in re.findall(r"^ReadWritePaths=(.*)$", unit.read_text(), re.MULTILINE):
            wanted = {path for path in line.split() if path.startswith("/data/")}
            assert wanted <= made, unit.name


RULE = re.compile(
    r"^(?:"
    r'(?:ACTION|SUBSYSTEM|KERNEL|DRIVERS|ATTR\{\w+\}|ENV\{\w+\})(?:==|!=|\+?=)"[^"]*"'
    r'|(?:GOTO|GROUP|MODE|LABEL)="[^"]*"|(?:TAG|SYMLINK|RUN)\+="[^"]*"'
    r")$"
)


def test_udev_rules_are_lists_of_keys_and_each_jump_has_its_label():
    for path in (SYSTEMD / "udev").glob("*.rules"):
        lines = [
            line for line in path.read_text().splitlines() if line and not line.startswith("#")
        ]
        for line in lines:
            parts = re.split(r",\s*(?=[A-Z])", line)
            assert all(map(RULE.match, parts)), line
        jumps = set(re.findall(r'GOTO="(\w+)"', path.read_text()))
        assert jumps == set(re.findall(r'LABEL="(\w+)"', path.read_text()))


def test_udev_gives_devices_only_to_groups_that_exist():
    made = re.findall(r"^[ug] +(\S+)", (SYSTEMD / "sysusers.d/kram.conf").read_text(), re.MULTILINE)
    given = set(re.findall(r'GROUP="(\w+)"', (SYSTEMD / "udev/60-kram.rules").read_text()))
    assert given <= {"tty", "video", "input", *made}


def test_the_initramfs_names_partitions_in_a_file_that_hides_no_rules_of_ours():
    """Of two files of one name udev reads the one in /run alone."""
    init = (ROOT / "image/initramfs/init").read_text()
    written = set(re.findall(r"/run/udev/rules\.d/(\S+)", init))
    assert written
    assert not written & {it.name for it in (SYSTEMD / "udev").iterdir()}


def test_only_root_may_command_rauc():
    path = OVERLAY / "usr/share/dbus-1/system.d/de.pengutronix.rauc.conf"
    policies = ET.parse(path).getroot().findall("policy")
    allowed = {
        it.get("user") or it.get("context")
        for it in policies
        if any(rule.get("send_destination") for rule in it.findall("allow"))
    }
    assert allowed == {"root"}
    denied = [it for it in policies if it.get("context") == "default"]
    assert denied[0].find("deny") is not None


def test_nothing_listens_for_names_and_no_login_prompt_comes_up():
    resolved = (OVERLAY / "usr/lib/systemd/resolved.conf.d/50-kram.conf").read_text()
    for line in ("DNSStubListener=no", "LLMNR=no", "MulticastDNS=no"):
        assert line in resolved
    logind = (OVERLAY / "usr/lib/systemd/logind.conf.d/50-kram.conf").read_text()
    assert "NAutoVTs=0" in logind
    assert "getty" not in (SYSTEMD / "presets/50-kram.preset").read_text()
    assert "ssh" not in (SYSTEMD / "presets/50-kram.preset").read_text()


def test_what_would_make_units_behind_our_back_is_masked():
    """A login prompt for each console, SSH on local and virtual sockets, mounts by partition type."""
    masked = OVERLAY / "etc/systemd/system-generators"
    for name in ("getty", "ssh", "gpt-auto", "sysv", "run"):
        assert (masked / f"systemd-{name}-generator").readlink() == Path("/dev/null")
    units = OVERLAY / "etc/systemd/system"
    for name in ("getty.target", "getty@.service", "serial-getty@.service", "getty-static.service"):
        assert (units / name).readlink() == Path("/dev/null")
    # What swap in memory and a technician's debug shell on the kernel's command line are made by.
    assert not (masked / "zram-generator").exists()
    assert not (masked / "systemd-debug-generator").exists()


def test_ssh_takes_keys_alone():
    ssh = (OVERLAY / "etc/ssh/sshd_config.d/50-kram.conf").read_text()
    assert "PasswordAuthentication no" in ssh
    assert "KbdInteractiveAuthentication no" in ssh


SCRIPTS = [
    path
    for path in sorted(OVERLAY.rglob("*"))
    if path.is_file() and path.read_bytes().startswith(b"#!")
]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda it: it.name)
def test_scripts_can_be_run_and_are_of_their_language(script: Path):
    assert script.stat().st_mode & 0o111
    if b"python3" in script.read_bytes().split(b"\n", 1)[0]:
        compile(script.read_text("utf-8"), script.name, "exec")
    else:
        run("sh", "-n", str(script))


def test_nothing_is_masked_that_a_unit_of_ours_waits_for():
    masked = {it.name for it in (OVERLAY / "etc/systemd/system").iterdir() if it.is_symlink()}
    for unit in SYSTEMD.glob("*.*"):
        if unit.is_file():
            lines = re.findall(r"^(?:After|Wants|Requires)=(.*)$", unit.read_text(), re.MULTILINE)
            assert not masked & {name for line in lines for name in line.split()}, unit.name
