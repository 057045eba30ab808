"""First boot on a real block device: a card in a file, its partitions and file systems the kernel's own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from appliance.cli import provision as cli
from appliance.provision import batch, deeds, document, fat, first_boot, growing, image_file, keys
from appliance.provision.card import FILE, SIGNATURE, Card
from appliance.provision.card_list import Row
from appliance.provision.deeds import Deed, Name, Run
from appliance.provision.keys import sign
from hw_sim import needs
from provision.cards import MB, NUMBERS, SIZE_MB, TABLES, small_image
from provision.files import WHOLE, card, key, public

CARD_MB = 400
app = typer.Typer()
cli.register(app)


def ran(*argv: object, stdin: bytes | None = None) -> str:
    done = subprocess.run(list(map(str, argv)), input=stdin, capture_output=True, check=True)
    return done.stdout.decode().strip()


BOTH = pytest.mark.parametrize("loop", TABLES, indirect=True)


@pytest.fixture
def loop(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A card as large as four images, with the image on it, in the kernel's hands."""
    if os.geteuid() != 0:
        pytest.skip("block devices are root's")
    for program, package in (("sfdisk", "fdisk"), ("resize2fs", "e2fsprogs"), ("mcopy", "mtools")):
        needs.program(program, package=package)
    file = tmp_path / "card.img"
    table = getattr(request, "param", "gpt")
    with file.open("wb") as made:
        made.truncate(SIZE_MB[table] * MB)
    ran("sfdisk", "-q", file, stdin="\n".join(TABLES[table]).encode())
    with file.open("r+b") as made:
        made.truncate(CARD_MB * MB)
    try:
        device = Path(ran("losetup", "-f", "--show", file))
    except subprocess.CalledProcessError:
        pytest.skip("this machine has no loop devices")
    try:
        subprocess.run(("partx", "-a", device), capture_output=True, check=False)
        ran("mkfs.vfat", "-n", "KRAM", f"{device}p1")
        ran("mkfs.ext4", "-q", f"{device}p{NUMBERS[table][-1]}")
        yield device
    finally:
        subprocess.run(("partx", "-d", device), capture_output=True, check=False)
        ran("losetup", "-d", device)


@pytest.fixture
def it(loop: Path, tmp_path: Path) -> Card:
    """A card whose data partition is not mounted: in a container a mounted one may not be resized."""
    made = card(tmp_path / "card")
    vfat = "vfat" in Path("/proc/filesystems").read_text()
    config = Path(f"{loop}p1") if vfat else tmp_path / "no such device"
    is_mbr = "label: dos" in ran("sfdisk", "-d", loop)
    data = Path(f"{loop}p{NUMBERS['mbr' if is_mbr else 'gpt'][-1]}")
    return replace(made, config=config, data_device=data, sys=Path("/sys"))


def test_a_card_is_written_where_it_counts_and_an_image_s_holes_are_wiped_where_zeros_count(
    loop: Path, tmp_path: Path
) -> None:
    image = image_file.opened(small_image(tmp_path / "kram.img"), tmp_path)
    stale = b"old" * 349_526
    with loop.open("r+b") as card_of_somebody:
        for at in range(0, 76 * MB, MB):
            os.pwrite(card_of_somebody.fileno(), stale[:MB], at)
    found = batch.put(
        batch.job_of(Row(2, WHOLE), batch.Station("olena", key(1), image=image)),
        *(loop, batch.Station("olena", key(1), image=image), lambda _done, _total: None),
    )
    assert (found.target, found.image) == (str(loop), image.digest)
    content = fat.read(loop, FILE)
    assert keys.signer(content, fat.read(loop, SIGNATURE)) == public(key(1))
    wanted = image.path.read_bytes()
    with loop.open("rb") as written:
        held = written.read(76 * MB)
    for part in image.partitions:
        if part.name in ("boot_a", "data"):
            assert held[part.start : part.end] == wanted[part.start : part.end], part.name
    for start, length in image.data:
        if start >= image.partitions[0].end:
            assert held[start : start + length] == wanted[start : start + length]


def test_a_card_that_is_mounted_is_never_written(loop: Path, tmp_path: Path) -> None:
    listed, place = tmp_path / "cards.csv", tmp_path / "mounted"
    listed.write_text("shop;number\nA;1\n")
    place.mkdir()
    ran("mount", "-o", "ro", f"{loop}p6", place)
    try:
        before = loop.read_bytes()
        words = ["provision", str(listed), "--to", str(loop), "--really", str(loop)]
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 1
        assert f"is in use ({loop}p6 {place})" in done.output
        assert loop.read_bytes() == before
    finally:
        ran("umount", place)


def test_a_disk_that_cannot_be_taken_out_must_be_named_twice(loop: Path, tmp_path: Path) -> None:
    listed = tmp_path / "cards.csv"
    listed.write_text("shop;number\nA;1\n")
    image = small_image(tmp_path / "kram.img")
    words = ["provision", str(listed), "--image", str(image), "--to", str(loop)]
    words += ["--log", str(tmp_path / "log.csv")]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 1
    assert f"--really {loop}" in done.output
    done = CliRunner().invoke(app, [*words, "--really", str(loop)])
    assert done.exit_code == 0, done.output
    assert b'"number": 1' in fat.read(loop, FILE)


def test_a_card_that_nobody_changed_is_not_written_over(loop: Path, tmp_path: Path) -> None:
    listed, image = tmp_path / "cards.csv", small_image(tmp_path / "kram.img")
    listed.write_text("shop;number\nA;1\nA;2\n")
    words = ["provision", str(listed), "--image", str(image), "--to", str(loop)]
    words += ["--really", str(loop), "--log", str(tmp_path / "log.csv")]
    done = CliRunner().invoke(app, words, input="y\nn\n")
    assert done.exit_code == 1
    assert f"{loop}: this card was written just now." in done.output
    assert b'"number": 1' in fat.read(loop, FILE)
    assert len((tmp_path / "log.csv").read_text().splitlines()) == 2


def do(deed: Deed) -> None:
    """Everything but what is this machine's own: its name, its services."""
    match deed:
        case Name() | Run(argv=("systemctl", *_)):
            return
        case Run(argv=("resize2fs", device)):
            # What is not mounted must be looked through first.
            ran("e2fsck", "-fp", device)
    deeds.do(deed)


def size(it: Card) -> int:
    """Of the file system."""
    told = dict(
        line.split(":", 1)
        for line in ran("dumpe2fs", "-h", it.data_device).splitlines()
        if ":" in line
    )
    return int(told["Block count"]) * int(told["Block size"])


@BOTH
def test_the_data_partition_and_its_file_system_grow_to_the_card_s_end(it: Card) -> None:
    assert size(it) <= 16 * MB
    assert first_boot.run(it, do) is None
    assert size(it) > (CARD_MB - 76) * MB * 9 // 10
    found = growing.find(it.data_device)
    assert found is not None
    assert found.tail < growing.TAIL_SECTORS_MIN
    assert "No errors detected" in ran("sfdisk", "--verify", found.disk)

    done: list[Deed] = []
    first_boot.run(it, done.append)
    assert not any(one.argv[0] in ("sfdisk", "resize2fs") for one in done if isinstance(one, Run))


class PowerCut(BaseException):
    """Not an error that anything may catch."""


@BOTH
def test_a_power_cut_at_each_command_of_growing_is_made_up_for_at_the_next_boot(it: Card) -> None:
    cuts = 0
    for after in range(10):
        left = iter([True] * after)

        def gone(deed: Deed, left: Iterator[bool] = left) -> None:
            growing_on = isinstance(deed, Run) and deed.argv[0] in ("sfdisk", "partx", "resize2fs")
            if growing_on and not next(left, False):
                raise PowerCut
            do(deed)

        try:
            assert first_boot.run(it, gone) is None
            break
        except PowerCut:
            cuts += 1
    assert cuts >= 4
    assert size(it) > (CARD_MB - 80) * MB * 9 // 10


def test_a_table_that_is_read_anew_meanwhile_does_not_take_the_file_s_partition_away(
    it: Card, loop: Path
) -> None:
    found: list[bool] = []

    def with_udev(deed: Deed) -> None:
        program = deed.argv[0] if isinstance(deed, Run) else ""
        if program == "mount":  # not every kernel here knows a FAT
            found.append(Path(f"{loop}p1").exists())
        elif program != "umount":
            do(deed)
        if program == "partx":  # what udev does then, at its leisure
            subprocess.run(("partx", "-d", "--nr", "1", loop), capture_output=True, check=False)

    assert first_boot.run(replace(it, config=Path(f"{loop}p1")), with_udev) is None
    assert found == [True]


def test_the_file_is_taken_from_a_real_fat_and_nothing_of_it_stays_there(it: Card) -> None:
    if not it.config.exists():
        pytest.skip("this kernel knows no FAT")
    content = document.write(WHOLE)
    for name, held in ((FILE, content), (SIGNATURE, sign(key(1), content))):
        ran("mcopy", "-i", it.config, "-", f"::{name}", stdin=held)
    assert first_boot.run(it, do) is None
    assert "Калина" in it.settings.read_text()
    assert WHOLE.fleet.token.encode() not in it.config.read_bytes()
    assert ran("mdir", "-b", "-i", it.config) == ""
    assert subprocess.run(("mountpoint", "-q", it.firmware), check=False).returncode != 0
