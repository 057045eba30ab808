"""The kernel's parts of an image: which packages they come from, and what of them is taken.

Two providers, and only the packages' source differs. `debian`: Debian's own kernel, for QEMU, tests
and Pi 3 and 4; it cannot boot a Pi 5 from its card and has no tryboot flag. `rpi`: Raspberry Pi's,
for releases; where its archive is must be told (KRAM_RPI_ARCHIVE), and it was never run by us.
"""

from __future__ import annotations

import gzip
import lzma
import re
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from image.tools import Stopped, run
from image.wanted import Modules

# Of all of Broadcom's firmware, that of the Pis' own Wi-Fi.
WIFI = re.compile(r"(brcm/brcmfmac|cypress/cyfmac)434(30|36|36s|55|56)[-b.]|(brcm/brcmfmac43436s)")
# What a Pi loads before the kernel; a Pi 5 has it in its EEPROM.
FIRMWARE = ("bootcode.bin", "start.elf", "fixup.dat", "start4.elf", "fixup4.dat")
DEVICE_TREES = ("bcm2837-rpi-*", "bcm2710-rpi-*", "bcm2711-rpi-*", "bcm2712*-rpi-*")


@dataclass(frozen=True, slots=True)
class Flavour:
    """One kernel on the boot partition. release: a pattern of its `uname -r`."""

    release: str
    kernel: str
    initramfs: str


@dataclass(frozen=True, slots=True)
class Provider:
    """packages: kernels, whose files are taken. installed: what the root gets besides. origins:
    archives they come from. config: lines of config.txt."""

    packages: tuple[str, ...]
    installed: tuple[str, ...]
    origins: tuple[str, ...]
    flavours: tuple[Flavour, ...]
    config: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        return self.packages + self.installed

    def takes(self, package: str) -> bool:
        """Whether it is a kernel itself, of those that `packages` bring along."""
        return package.startswith("linux-image-") and package not in self.packages


PROVIDERS = {
    "debian": Provider(
        packages=("linux-image-arm64",),
        installed=(),
        origins=("debian", "security"),
        flavours=(Flavour(r".*-arm64", "kernel8.img", "initramfs8"),),
        config=("upstream_kernel=1", "kernel=kernel8.img", "initramfs initramfs8 followkernel"),
    ),
    "rpi": Provider(
        packages=("linux-image-rpi-v8", "linux-image-rpi-2712"),
        # gpiozero's way to the pins of every Pi; Debian has none.
        installed=("python3-lgpio",),
        origins=("debian", "security", "raspberry-pi"),
        flavours=(
            Flavour(r".*-rpi-v8", "kernel8.img", "initramfs8"),
            Flavour(r".*-rpi-2712", "kernel_2712.img", "initramfs_2712"),
        ),
        config=("auto_initramfs=1", "dtoverlay=vc4-kms-v3d", "dtparam=watchdog=on"),
    ),
}


def extract(debs: Sequence[Path], into: Path) -> None:
    """The packages' files as they are; no script of theirs runs."""
    for deb in debs:
        run("dpkg-deb", "--extract", deb, into)


def releases(files: Path) -> list[str]:
    return sorted(folder.name for folder in (files / "usr/lib/modules").iterdir())


def release_of(flavour: Flavour, files: Path) -> str:
    for release in releases(files):
        if re.fullmatch(flavour.release, release):
            return release
    raise Stopped(f"No kernel like {flavour.release} among {releases(files)}")


def prune(files: Path, wanted: Modules, release: str, into: Path) -> list[str]:
    """Copies the wanted modules with what they need; the initramfs' ones, in loading order."""
    run("depmod", "-b", files / "usr", release)
    early: list[Path] = []
    for names, order in ((wanted.initramfs, early), (wanted.root, [])):
        for name in names:
            order += [file for file in _needed(files, name, release) if file not in order]
        for module in order:
            _unpack(module, into / _plain(module).relative_to(files))
    for listing in (files / "usr/lib/modules" / release).glob("modules.[ob]*"):
        # modules.builtin, .builtin.modinfo and .order, from which depmod makes the rest.
        shutil.copy(listing, into / "usr/lib/modules" / release / listing.name)
    run("depmod", "-b", into / "usr", release)
    return [str(_plain(module).relative_to(files)) for module in early]


def _needed(files: Path, name: str, release: str) -> list[Path]:
    try:
        shown = run("modprobe", "-d", files / "usr", "-S", release, "--show-depends",
                    name.removeprefix("?"))  # fmt: skip
    except Stopped:
        if name.startswith("?"):
            return []
        raise
    lines = (line.split() for line in shown.splitlines())
    return [Path(words[1]) for words in lines if words[0] == "insmod"]


def _plain(module: Path) -> Path:
    return module.with_suffix("") if module.suffix == ".xz" else module


def _unpack(module: Path, target: Path) -> None:
    """Uncompressed: the file system compresses better, and the kernel need not."""
    content = module.read_bytes()
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(lzma.decompress(content) if module.suffix == ".xz" else content)


def wifi_firmware(files: Path, into: Path) -> None:
    source = files / "usr/lib/firmware"
    for file in sorted((*source.glob("brcm/*"), *source.glob("cypress/*"))):
        name = str(file.relative_to(source))
        if WIFI.match(name):
            target = into / "usr/lib/firmware" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, target, follow_symlinks=False)


def boot_files(files: Path, flavours: Iterable[Flavour], into: Path) -> None:
    """What the boot partition gets but the initramfs: kernels, device trees, the Pi's firmware."""
    for flavour in flavours:
        release = release_of(flavour, files)
        kernel = (files / "boot" / f"vmlinuz-{release}").read_bytes()
        # A gzipped kernel is what the firmware unpacks; Raspberry Pi's comes so already.
        packed = kernel if kernel[:2] == b"\x1f\x8b" else gzip.compress(kernel, 9, mtime=0)
        (into / flavour.kernel).write_bytes(packed)
        trees = files / "usr/lib" / f"linux-image-{release}"
        for pattern in DEVICE_TREES:
            for tree in sorted((trees / "broadcom").glob(f"{pattern}.dtb")):
                shutil.copy(tree, into / tree.name)
        if (trees / "overlays").is_dir():
            shutil.copytree(trees / "overlays", into / "overlays", dirs_exist_ok=True)
    for name in FIRMWARE:
        shutil.copy(files / "usr/lib/raspi-firmware" / name, into / name)
