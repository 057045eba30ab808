"""Where the checkout's own files go in the image, and what may not be among them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from image import overlay, places
from image.initramfs import PROGRAMS
from image.kernel import WIFI
from image.wanted import Modules, Packages


def checkout(tmp_path: Path, *names: str) -> Path:
    for name in names:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("image/files/etc/rauc/system.conf", "etc/rauc/system.conf"),
        ("systemd/kram.service", "usr/lib/systemd/system/kram.service"),
        ("systemd/pcscd.socket.d/kram.conf", "usr/lib/systemd/system/pcscd.socket.d/kram.conf"),
        ("systemd/sysusers.d/kram.conf", "usr/lib/sysusers.d/kram.conf"),
        ("systemd/udev/70-kram.rules", "usr/lib/udev/rules.d/70-kram.rules"),
        ("systemd/presets/50-kram.preset", "usr/lib/systemd/system-preset/50-kram.preset"),
    ],
)
def test_a_file_of_the_checkout_has_its_place_in_the_root(tmp_path: Path, name, place) -> None:
    top = checkout(tmp_path, name)
    assert list(overlay.files(top)) == [(top / name, place)]


def test_links_stay_links(tmp_path: Path) -> None:
    link = tmp_path / "image/files/etc/resolv.conf"
    link.parent.mkdir(parents=True)
    link.symlink_to("/run/systemd/resolve/resolv.conf")
    assert [(file.is_symlink(), place) for file, place in overlay.files(tmp_path)] == [
        (True, "etc/resolv.conf")
    ]


def test_no_two_files_of_this_checkout_want_one_place() -> None:
    taken = [place for _, place in overlay.files()]
    assert len(taken) > 20
    assert len(set(taken)) == len(taken)


def test_no_console_with_a_shell_is_in_a_release() -> None:
    for file, place in overlay.files():
        if not file.is_symlink():
            assert "getty" not in place
            assert b"/bin/bash" not in file.read_bytes(), place


def test_the_initramfs_script_is_one_that_a_shell_reads() -> None:
    subprocess.run(["/bin/dash", "-n", places.HERE / "initramfs/init"], check=True)


def test_each_program_that_the_initramfs_calls_is_linked_in_it() -> None:
    words = set((places.HERE / "initramfs/init").read_text().replace("$(", " ").split())
    known = {"mount", "umount", "insmod", "grep", "ls", "dd", "hexdump", "tr", "cat", "mv", "ln",
             "mkdir", "sleep", "sync", "stat", "date", "chroot", "switch_root", "sed", "awk", "cut",
             "cp", "rm", "touch", "chmod", "readlink", "modprobe", "head", "find", "test"}  # fmt: skip
    assert words & known == set(PROGRAMS) - {"sh"}


def test_packages_and_modules_are_named_once() -> None:
    packages = Packages.read(places.HERE / "packages.txt")
    modules = Modules.read(places.HERE / "modules.txt")
    for names in (
        (*packages.root, *packages.boot, *packages.without),
        modules.initramfs,
        modules.root,
    ):
        assert sorted(set(names)) == sorted(names)


def test_only_the_firmware_of_the_pis_own_wifi_is_taken() -> None:
    for taken in ("brcm/brcmfmac43455-sdio.bin", "cypress/cyfmac43430-sdio.bin",
                  "brcm/brcmfmac43436-sdio.raspberrypi,model-zero-2-w.bin",
                  "brcm/brcmfmac43430-sdio.raspberrypi,3-model-b.txt"):  # fmt: skip
        assert WIFI.match(taken), taken
    for left in (
        "brcm/brcmfmac4356-pcie.bin",
        "brcm/bcm4329-fullmac-4.bin",
        "brcm/brcmfmac43602.bin",
    ):
        assert not WIFI.match(left), left
