"""A stick in the helper's hands. The scratch machine's `mount` puts a folder where the stick would be."""

from __future__ import annotations

import errno
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from appliance.system import ask
from appliance.system import stick as stick_order
from system.conftest import Bench, Serve


def plug(bench: Bench, disk: str = "sda", parts: tuple[str, ...] = ("sda1",)) -> None:
    """The kernel's view of a stick: a disk on USB with its partitions."""
    block = bench.root / "sys/class/block"
    block.mkdir(parents=True, exist_ok=True)
    real = bench.root / "sys/devices/platform/usb1/1-1/block" / disk
    for name, folder in ((disk, real), *((part, real / part) for part in parts)):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "size").write_text("1000\n")
        if name != disk:
            (folder / "partition").write_text("1\n")
        (block / name).symlink_to(folder)


@pytest.fixture
def stick(bench: Bench) -> Path:
    """What is on the stick. `mount` makes its point, and the kernel's list of mounts says so."""
    point = bench.root / "run/kram-stick-out"
    bench.file("proc/self/mountinfo", "")
    bench.program(
        "mount",
        f"for last; do :; done; mkdir -p {bench.root}$last; "
        f'echo "1 2 8:1 / $last rw - vfat /dev/sda1 rw" >>{bench.root}/proc/self/mountinfo',
    )
    bench.program("unmount", f": >{bench.root}/proc/self/mountinfo")
    return point


def test_stick_is_mounted_read_only_and_without_programs(bench: Bench, serve: Serve, stick: Path):
    plug(bench)
    serve()
    assert bench.ask(do="stick") == {"ok": True, "path": "/run/kram-stick"}
    assert bench.told == [
        "mount --fsck=no --options=ro,nosuid,nodev,noexec /dev/sda1 /run/kram-stick"
    ]
    assert bench.ask(do="stick_off") == {"ok": True}
    assert bench.told[-1] == "unmount /run/kram-stick"
    assert bench.ask(do="stick_off") == {"ok": True}, "let go twice is let go"
    assert len(bench.told) == 2


def test_stick_that_was_pulled_meanwhile_is_mounted_anew(bench: Bench, serve: Serve, stick: Path):
    plug(bench)
    serve()
    bench.ask(do="stick")
    bench.ask(do="stick")
    assert [line.split()[0] for line in bench.told] == ["mount", "unmount", "mount"]


def test_without_a_stick_it_says_so(bench: Bench, serve: Serve, stick: Path):
    serve()
    answer = bench.ask(do="stick")
    assert answer["why"] == "no_stick"
    assert "Plug in" in answer["remedy"]


def test_disk_this_system_runs_from_is_no_stick(bench: Bench, serve: Serve, stick: Path):
    plug(bench, "sda", ("sda1", "sda2"))
    bench.file("run/kram-disk", "/dev/sda\n")
    serve()
    assert bench.ask(do="stick")["why"] == "no_stick"
    plug(bench, "sdb", ())
    assert bench.ask(do="stick")["ok"]
    assert " /dev/sdb " in bench.told[-1], "one without partitions is a file system whole"


def test_file_is_written_whole_under_its_name(
    bench: Bench, serve: Serve, stick: Path, tmp_path: Path
):
    plug(bench)
    serve()
    source = tmp_path / "bundle"
    source.write_bytes(os.urandom(3_000_001))
    with source.open("rb") as file:
        answer = ask({"do": "to_stick", "name": "kram.tar.gz"}, file=file.fileno(), path=bench.path)
    assert answer == {"ok": True, "name": "kram.tar.gz", "bytes": 3_000_001}
    assert (stick / "kram.tar.gz").read_bytes() == source.read_bytes()
    assert sorted(it.name for it in stick.iterdir()) == ["kram.tar.gz"]
    assert bench.told[-1] == "unmount /run/kram-stick-out"


@pytest.mark.parametrize("name", ["", ".hidden", "../up", "a/b", "a\nb", "x" * 101, "Звіт.txt"])
def test_name_that_is_a_path_or_no_plain_name_is_refused(
    bench: Bench, serve: Serve, stick: Path, tmp_path: Path, name: str
):
    plug(bench)
    serve()
    with (tmp_path / "socketless").open("wb+") as file:
        answer = ask({"do": "to_stick", "name": name}, file=file.fileno(), path=bench.path)
    assert answer["why"] == "order_wrong"
    assert bench.told == []


def test_stick_an_update_is_read_from_is_not_written(bench: Bench, serve: Serve, stick: Path):
    plug(bench)
    serve()
    bench.ask(do="stick")
    with Path("/dev/null").open("rb") as file:
        answer = ask({"do": "to_stick", "name": "a"}, file=file.fileno(), path=bench.path)
    assert answer["why"] == "stick_busy"


@pytest.mark.parametrize("link", ["a", "a.part"])
def test_link_on_a_stick_leads_nowhere(
    bench: Bench, serve: Serve, stick: Path, tmp_path: Path, link: str
):
    plug(bench)
    own = bench.file("data/state/own", "the system's own")
    stick.mkdir(parents=True)
    (stick / link).symlink_to(own)
    serve()
    source = tmp_path / "source"
    source.write_bytes(b"a bundle")
    with source.open("rb") as file:
        answer = ask({"do": "to_stick", "name": "a"}, file=file.fileno(), path=bench.path)
    assert answer == {"ok": True, "name": "a", "bytes": 8}
    assert own.read_text() == "the system's own"
    assert sorted(it.name for it in stick.iterdir()) == ["a"]
    assert (stick / "a").is_symlink() is False


def to_stick(bench: Bench, content: bytes = b"a bundle") -> dict[str, object]:
    source = bench.root / "source"
    source.write_bytes(content)
    with source.open("rb") as file:
        return ask({"do": "to_stick", "name": "a"}, file=file.fileno(), path=bench.path)


def test_stick_that_cannot_even_be_cleared_up_is_said_for_what_it_is(
    bench: Bench, serve: Serve, stick: Path, monkeypatch: pytest.MonkeyPatch
):
    """A stick with its lock on refuses to delete what is not even there; one that was pulled, too."""
    plug(bench)
    serve()
    for code, why in ((errno.EROFS, "stick_read_only"), (errno.EIO, "stick_failed")):

        def unlink(_path: Path, *, code: int = code, **_how: bool) -> None:
            raise OSError(code, "no")

        with monkeypatch.context() as patched:
            patched.setattr(stick_order.Path, "unlink", unlink)
            assert to_stick(bench)["why"] == why
        assert bench.told[-1] == "unmount /run/kram-stick-out"


def test_stick_that_cannot_be_let_go_is_said_for_what_went_wrong_first(
    bench: Bench, serve: Serve, stick: Path, monkeypatch: pytest.MonkeyPatch
):
    """systemd has unmounted a stick that was pulled before the helper asks for it."""
    plug(bench)
    bench.program("unmount", "echo 'not mounted' >&2; exit 1")

    def pulled(_source: int, _target: int) -> None:
        raise OSError(errno.EIO, "no")

    monkeypatch.setattr(stick_order, "_copy", pulled)
    serve()
    assert to_stick(bench)["why"] == "stick_failed"


@pytest.mark.parametrize("order", ["stick", "to_stick"])
def test_stick_without_a_file_system_that_is_known_is_said_for_a_person(
    bench: Bench, serve: Serve, stick: Path, order: str
):
    plug(bench)
    bench.program("mount", "echo 'Job failed. See journalctl -xe for details.' >&2; exit 1")
    serve()
    answer = to_stick(bench) if order == "to_stick" else bench.ask(do="stick")
    assert answer["why"] == "stick_unreadable"
    assert "FAT32" in str(answer["remedy"])


def test_stick_that_is_written_to_is_not_taken_meanwhile(
    bench: Bench, serve: Serve, stick: Path, monkeypatch: pytest.MonkeyPatch
):
    plug(bench)
    begun, on = threading.Event(), threading.Event()

    def slowly(_source: int, _target: int) -> None:
        begun.set()
        assert on.wait(10)

    monkeypatch.setattr(stick_order, "_copy", slowly)
    serve()
    with ThreadPoolExecutor() as pool:
        writing = pool.submit(to_stick, bench)
        assert begun.wait(10)
        meanwhile = bench.ask(do="stick")
        on.set()
        assert writing.result()["ok"]
    assert meanwhile["why"] == "stick_busy"
    assert [line.split()[0] for line in bench.told] == ["mount", "unmount"]
    assert bench.ask(do="stick")["ok"]


def test_stick_that_a_helper_which_died_left_mounted_is_mounted_anew(
    bench: Bench, serve: Serve, stick: Path
):
    plug(bench)
    bench.file("proc/self/mountinfo", "1 2 8:1 / /run/kram-stick-out rw - vfat /dev/sda1 rw\n")
    serve()
    assert to_stick(bench)["ok"]
    assert [line.split()[0] for line in bench.told] == ["unmount", "mount", "unmount"]


def test_full_stick_is_said_and_let_go(
    bench: Bench, serve: Serve, stick: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    plug(bench)
    copy = stick_order._copy

    def copy_to_full(source: int, _target: int) -> None:
        with Path("/dev/full").open("wb") as full:
            copy(source, full.fileno())

    monkeypatch.setattr(stick_order, "_copy", copy_to_full)
    serve()
    source = tmp_path / "source"
    source.write_bytes(b"x" * 10_000)
    with source.open("rb") as file:
        answer = ask({"do": "to_stick", "name": "a"}, file=file.fileno(), path=bench.path)
    assert answer["why"] == "stick_full"
    assert bench.told[-1] == "unmount /run/kram-stick-out"
    assert not (stick / "a").exists()
