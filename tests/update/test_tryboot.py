"""RAUC's backend for a Raspberry Pi's tryboot: the very script of the image, on a real FAT image."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

BACKEND = Path(__file__).resolve().parents[2] / "image/files/usr/lib/kram/rauc-tryboot"
AUTOBOOT = "[all]\ntryboot_a_b=1\nboot_partition={}\n[tryboot]\nboot_partition={}\n"

pytestmark = pytest.mark.skipif(
    not (shutil.which("mcopy") and shutil.which("mkfs.vfat")),
    reason="needs mtools and dosfstools",
)

MOUNT = """#!/bin/sh
# mount -t vfat -o OPTIONS DEVICE PLACE, for whoever may not mount: the file is copied out ...
echo "$4" >>{log}
exec mcopy -n -i "$5" ::autoboot.txt "$6/"
"""
UMOUNT = """#!/bin/sh
# ... and what was written into it is put back where it lay.
if [ "$(tail -n 1 {log})" = "rw,noatime,umask=077" ]; then
    dd if="$1/autoboot.txt" of={disk} bs=512 seek="$({sector})" conv=notrunc 2>/dev/null
fi
rm "$1/autoboot.txt"
"""
FILEFRAG = """#!/bin/sh
[ -e {mute} ] && exit 1
at=$({sector})
echo "Filesystem type is: 4d44"
echo "File size of $3 is 62 (1 block of 512 bytes)"
echo " ext:     logical_offset:        physical_offset: length:   expected: flags:"
printf '   0:        0..       0:  %8s..  %8s:      1:             last,eof\\n' "$at" "$at"
echo "$3: 1 extent found"
"""
SECTOR = "echo $(({data} + $(mshowfat -o 0 -i {disk} ::autoboot.txt | sed 's/.* //') - 2))"


class Card:
    """A card's first partition, the firmware's word about the boot, and what the script writes."""

    def __init__(self, folder: Path, *, primary: int = 2, running: int = 2) -> None:
        self.folder = folder
        self.disk = folder / "config.vfat"
        self.state, self.reboot = folder / "state", folder / "run" / "reboot-param"
        self.log, self.mute = folder / "mounts", folder / "kernel-tells-nothing"
        self.state.mkdir()
        self.log.touch()
        subprocess.run(
            ["mkfs.vfat", "-F", "32", "-s", "1", "-C", self.disk, "34000"],
            check=True,
            capture_output=True,
        )
        text = AUTOBOOT.format(primary, 5 - primary)
        subprocess.run(
            ["mcopy", "-i", self.disk, "-", "::autoboot.txt"], input=text.encode(), check=True
        )
        self._shims()
        self.boots(running)

    def _shims(self) -> None:
        sector = self.disk.read_bytes()[:512]
        reserved = int.from_bytes(sector[14:16], "little")
        fats, size = sector[16], int.from_bytes(sector[36:40], "little")
        tools = self.folder / "bin"
        tools.mkdir()
        first = reserved + fats * size
        where = SECTOR.format(data=first, disk=self.disk)
        marks = {"log": self.log, "disk": self.disk, "mute": self.mute, "sector": where}
        for name, text in (("mount", MOUNT), ("umount", UMOUNT), ("filefrag", FILEFRAG)):
            path = tools / name
            path.write_text(text.format(**marks))
            path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def boots(self, partition: int) -> None:
        tree = self.folder / "tree"
        tree.mkdir(exist_ok=True)
        (tree / "partition").write_bytes(partition.to_bytes(4, "big"))
        self.reboot.unlink(missing_ok=True)

    def asked(self, *words: str) -> subprocess.CompletedProcess[str]:
        self.log.write_text("")
        return subprocess.run(
            ["sh", BACKEND, *words],
            env={
                "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
                "KRAM_TREE": str(self.folder / "tree"),
                "KRAM_CONFIG_PARTITION": str(self.disk),
                "KRAM_STATE": str(self.state),
                "KRAM_REBOOT": str(self.reboot),
                "KRAM_MOUNT": str(self.folder / "place"),
            },
            capture_output=True,
            text=True,
            check=False,
        )

    def says(self, *words: str) -> str:
        done = self.asked(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    @property
    def autoboot(self) -> str:
        done = subprocess.run(
            ["mtype", "-i", self.disk, "::autoboot.txt"], capture_output=True, check=True
        )
        return done.stdout.decode()


def test_the_slots_are_told_from_what_the_firmware_booted(tmp_path):
    card = Card(tmp_path, primary=2, running=3)
    assert card.says("get-primary") == "A"
    assert card.says("get-current") == "B"
    assert card.says("get-state", "A") == card.says("get-state", "B") == "good"


def test_a_trial_is_only_a_word_for_the_next_reboot(tmp_path):
    card = Card(tmp_path)
    before = card.disk.read_bytes()
    card.says("set-primary", "B")
    assert card.reboot.read_text() == "0 tryboot\n"
    assert card.disk.read_bytes() == before
    assert card.says("get-primary") == "A"
    assert "rw" not in card.log.read_text()


def test_thinking_better_of_a_trial_takes_the_word_back(tmp_path):
    card = Card(tmp_path)
    card.says("set-primary", "B")
    card.says("set-primary", "A")
    assert not card.reboot.exists()


@pytest.mark.parametrize("told", [True, False])
def test_a_slot_that_proved_itself_is_written_over_the_old_bytes_in_one_sector(tmp_path, told):
    card = Card(tmp_path, primary=2, running=3)
    if not told:
        card.mute.touch()
    before = card.disk.read_bytes()
    card.says("set-state", "B", "good")
    assert card.autoboot == AUTOBOOT.format(3, 2)
    after = card.disk.read_bytes()
    every = range(0, len(after), 512)
    changed = [at for at in every if after[at : at + 512] != before[at : at + 512]]
    assert len(changed) == 1, "no table, no directory: one sector or nothing"
    assert ("rw" in card.log.read_text()) is not told, "the file system is not even told"
    assert card.says("get-primary") == "B"


def test_a_slot_that_is_primary_already_is_not_written_again(tmp_path):
    card = Card(tmp_path)
    before = card.disk.read_bytes()
    card.says("set-state", "A", "good")
    assert card.disk.read_bytes() == before


def test_a_slot_that_does_not_run_is_never_called_good(tmp_path):
    card = Card(tmp_path, primary=2, running=2)
    done = card.asked("set-state", "B", "good")
    assert done.returncode == 1
    assert "does not run" in done.stderr
    assert card.autoboot == AUTOBOOT.format(2, 3)


def test_the_slot_that_runs_is_never_called_bad(tmp_path):
    card = Card(tmp_path, primary=2, running=2)
    assert card.asked("set-state", "A", "bad").returncode == 1
    assert card.says("get-state", "A") == "good"


def test_a_bad_slot_is_bad_until_it_is_tried_again(tmp_path):
    card = Card(tmp_path)
    card.says("set-state", "B", "bad")
    assert card.says("get-state", "B") == "bad"
    card.says("set-primary", "B")
    assert card.says("get-state", "B") == "good"


def test_a_file_that_is_not_ours_is_left_alone(tmp_path):
    card = Card(tmp_path, primary=2, running=3)
    text = b"[all]\nboot_partition=2\n"
    subprocess.run(["mcopy", "-o", "-i", card.disk, "-", "::autoboot.txt"], input=text, check=True)
    done = card.asked("set-state", "B", "good")
    assert done.returncode == 1
    assert "not ours" in done.stderr
    assert card.autoboot.encode() == text


@pytest.mark.parametrize(
    "words",
    [(), ("get-state",), ("get-state", "C"), ("set-state", "A"), ("set-primary", ""), ("dance",)],
)
def test_what_it_does_not_know_is_an_error(tmp_path, words):
    assert Card(tmp_path).asked(*words).returncode == 1


def test_a_machine_whose_firmware_says_nothing_is_an_error_and_marks_nothing(tmp_path):
    card = Card(tmp_path)
    (tmp_path / "tree" / "partition").unlink()
    assert card.asked("get-current").returncode == 1
    assert card.asked("set-state", "A", "bad").returncode == 1
    assert not list(card.state.iterdir())
