"""An image onto files and what stands for cards: whole, without its holes, and never onto a disk in use."""

from __future__ import annotations

import hashlib
import lzma
import os
import subprocess
from pathlib import Path

import pytest

from appliance.provision import disks, fat, image_file, partitions
from appliance.provision.disks import Disk
from appliance.provision.image_file import ImageTrouble
from hw_sim import needs
from provision.cards import MB, PARTS, TABLES, small_image


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    table = getattr(request, "param", "gpt")
    return small_image(tmp_path_factory.mktemp("image") / "kram.img", table)


either_table = pytest.mark.parametrize("plain", TABLES, indirect=True)


def blocks(path: Path) -> int:
    return path.stat().st_blocks * 512


def quiet(_done: int, _total: int) -> None:
    pass


def test_what_is_written_is_the_image_bit_by_bit_and_as_full_of_holes(
    plain: Path, tmp_path: Path
) -> None:
    image = image_file.opened(plain, tmp_path)
    assert image.digest == hashlib.sha256(plain.read_bytes()).hexdigest()
    seen: list[int] = []
    image_file.write(image, tmp_path / "card.img", lambda done, _total: seen.append(done))
    assert (tmp_path / "card.img").read_bytes() == plain.read_bytes()
    assert blocks(tmp_path / "card.img") < plain.stat().st_size / 4
    assert seen == sorted(seen)
    assert seen[-1] == 2 * image.data_size, "written, then read back"


@pytest.mark.parametrize("packed", ["xz", "zst"])
def test_a_packed_image_is_unpacked_once_into_one_with_holes(
    plain: Path, tmp_path: Path, packed: str
) -> None:
    path = tmp_path / f"kram.img.{packed}"
    if packed == "xz":
        path.write_bytes(lzma.compress(plain.read_bytes(), preset=0))
    else:
        zstd = needs.program("zstd", package="zstd")
        subprocess.run((zstd, "-q", plain, "-o", path), check=True)
    image = image_file.opened(path, tmp_path / "cache")
    assert image.path.read_bytes() == plain.read_bytes()
    assert blocks(image.path) < plain.stat().st_size / 4
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(ImageTrouble, match="damaged"):
        image_file.opened(path, tmp_path / "cache")


@either_table
def test_zeros_are_written_where_a_file_system_counts_on_them_and_nowhere_else(
    plain: Path, tmp_path: Path
) -> None:
    image = image_file.opened(plain, tmp_path)
    found = {it.name: it for it in image.partitions}
    assert [it.name for it in image.partitions] == [name for name, _ in PARTS]

    def wiped(name: str) -> int:
        it = found[name]
        stretches = ((max(low, it.start), min(low + size, it.end)) for low, size in image.zeros)
        return sum(max(0, high - low) for low, high in stretches)

    held = sum(length for _, length in image.data)
    assert wiped("root_a") == wiped("root_b") == wiped("boot_b") == 0
    for name in ("config", "boot_a", "data"):
        it = found[name]
        data = sum(max(0, min(low + size, it.end) - max(low, it.start)) for low, size in image.data)
        assert wiped(name) + data == it.size
    assert held + sum(size for _, size in image.zeros) < image.size


def test_a_card_that_reads_differently_is_told(
    plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = image_file.opened(plain, tmp_path)
    write = image_file._write_all

    def forgetful(handle: int, chunk: bytes) -> None:
        write(handle, bytes([chunk[0] ^ 1]) + chunk[1:])

    monkeypatch.setattr(image_file, "_write_all", forgetful)
    with pytest.raises(ImageTrouble, match="take another card"):
        image_file.write(image, tmp_path / "card.img", quiet)


def test_a_file_that_is_no_image_is_told(tmp_path: Path) -> None:
    path = tmp_path / "holiday.jpg"
    path.write_bytes(os.urandom(5000))
    with pytest.raises(ImageTrouble, match="no image of a Kram card"):
        image_file.opened(path, tmp_path)


def test_an_image_that_was_cut_off_is_told_before_a_card_is_written(
    plain: Path, tmp_path: Path
) -> None:
    path = tmp_path / "kram.img"
    path.write_bytes(plain.read_bytes()[: 30 * MB])
    with pytest.raises(ImageTrouble, match="Fetch it again"):
        image_file.opened(path, tmp_path)


def test_an_older_table_of_partitions_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "old.img"
    with path.open("wb") as file:
        file.truncate(40 * MB)
    lines = "label: dos\nstart=2048, size=8MiB, type=c\nsize=8MiB, type=c\nsize=20MiB, type=83\n"
    subprocess.run(("sfdisk", "-q", path), input=lines.encode(), check=True)
    content = path.read_bytes()
    found = partitions.read(lambda at, length: content[at : at + length])
    assert [(it.number, it.start, it.is_fat) for it in found] == [
        (1, MB, True),
        (2, 9 * MB, True),
        (3, 17 * MB, False),
    ]
    assert partitions.first(found).number == 1


@either_table
def test_files_are_put_on_the_first_partition_and_old_ones_go(plain: Path, tmp_path: Path) -> None:
    card = tmp_path / "card.img"
    image_file.write(image_file.opened(plain, tmp_path), card, quiet)
    fat.put(card, {"a.json": b"first\n", "a.json.sig": b"signed"})
    fat.put(card, {"a.json": b"second"}, gone=("a.json.sig",))
    assert fat.read(card, "a.json") == b"second"
    with pytest.raises(ImageTrouble):
        fat.read(card, "a.json.sig")
    assert b"tryboot_a_b=1" in fat.read(card, "autoboot.txt"), "the rest stays"


def test_without_mtools_it_says_what_to_install(
    plain: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ImageTrouble, match="apt-get install mtools"):
        fat.put(plain, {"a": b""})


# Which disk may be written to


def machine(folder: Path, **changes: str) -> dict[str, Path]:
    """/sys of a machine with one disk of two partitions, and what is mounted."""
    said = {"removable": "1", "size": "62333952", "mounts": "", "swaps": "", "kind": "", **changes}
    disk = folder / "sys" / "devices" / "sdb"
    for part in ("sdb1", "sdb2"):
        (disk / part).mkdir(parents=True)
        (disk / part / "partition").write_text(part[-1])
    (disk / "removable").write_text(said["removable"])
    (disk / "size").write_text(said["size"])
    (disk / "device").mkdir()
    (disk / "device" / "type").write_text(said["kind"])
    (disk / "device" / "cid").write_text("035344534c333247809d4a3d2e014a00\n")
    if "holder" in said:
        (disk / "sdb2" / "holders" / said["holder"]).mkdir(parents=True)
    (folder / "sys" / "class" / "block").mkdir(parents=True)
    (folder / "sys" / "class" / "block" / "sdb").symlink_to(disk)
    (folder / "mounts").write_text(said["mounts"])
    (folder / "swaps").write_text(f"Filename Type Size Used Priority\n{said['swaps']}")
    return {"sys": folder / "sys", "mounts": folder / "mounts", "swaps": folder / "swaps"}


def test_a_card_in_a_reader_may_be_written_to(tmp_path: Path) -> None:
    it = disks.look(Path("/dev/sdb"), **machine(tmp_path))
    assert (it.size, it.is_removable, it.used) == (31_914_983_424, True, ())
    assert it.cid == "035344534c333247809d4a3d2e014a00"
    assert disks.objection(it, 10**9, named_twice=False) == ""


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"mounts": "/dev/sdb1 /media/card vfat rw 0 0\n"}, "/media/card"),
        ({"mounts": "/dev/sdb /mnt ext4 rw 0 0\n"}, "/mnt"),
        ({"swaps": "/dev/sdb2 partition 1000 0 -2\n"}, "swap"),
        ({"holder": "dm-0"}, "dm-0"),
        ({"removable": "0"}, "--really /dev/sdb"),
        ({"size": "1000"}, "the image needs"),
    ],
    ids="mounted whole swap held fixed small".split(),
)
def test_a_disk_that_is_in_use_or_fixed_or_small_is_not(tmp_path: Path, changes, said) -> None:
    it = disks.look(Path("/dev/sdb"), **machine(tmp_path, **changes))
    assert said in disks.objection(it, 10**9, named_twice=False)


def test_a_fixed_disk_named_twice_may_and_one_in_use_never(tmp_path: Path) -> None:
    it = disks.look(Path("/dev/sdb"), **machine(tmp_path, removable="0"))
    assert disks.objection(it, 1, named_twice=True) == ""
    assert disks.objection(Disk(it.path, it.size, True, ("/dev/sdb1 /",)), 1, named_twice=True)


def test_a_built_in_reader_s_card_counts_as_one(tmp_path: Path) -> None:
    assert disks.look(Path("/dev/sdb"), **machine(tmp_path, removable="0", kind="SD")).is_removable
