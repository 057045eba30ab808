"""The tests run under what the image runs: its Python, and its packages in their versions."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from image import application, desk, places
from image.lock import Lock, Row
from scripts import trixie_tests
from scripts.lock_image import FROM_DEBIAN

LOCK = Lock.of((places.HERE / "versions.lock").read_text())
TWO = """\
evdev==2.0.0 \\
    --hash=sha256:ab
pydes==2.0.1 \\
    --hash=sha256:cd \\
    --hash=sha256:ef
"""


def rows(kind: str) -> dict[str, Row]:
    return {row.package: row for row in LOCK.rows if row.kind == kind}


def upstream(row: Row) -> str:
    return row.version.rpartition("-")[0]


def names_and_versions(lock: str) -> set[str]:
    return set(re.findall(r"^[a-z0-9.-]+==[^ \\]+", lock, re.MULTILINE))


def what_pip_installs() -> set[str]:
    dev_lock = (desk.LOCKS / "dev.lock").read_text()
    return names_and_versions("\n".join(desk.requirements(dev_lock, set(rows("desk")))))


def test_a_requirement_keeps_its_hashes_and_what_debian_brings_is_none() -> None:
    (pydes,) = desk.requirements(TWO, {"python3-evdev"})
    assert pydes.split() == ["pydes==2.0.1", "--hash=sha256:cd", "--hash=sha256:ef"]


def test_every_python_package_of_the_image_is_there_in_its_version() -> None:
    assert names_and_versions(application.LOCK.read_text()) <= what_pip_installs()


def test_what_the_image_has_from_debian_is_there_in_its_version() -> None:
    """But for Kivy, whose wheel brings its own SDL and needs nothing of this machine."""
    of_the_image, here = rows("root"), rows("desk")
    assert {f"python3-{name}" for name in FROM_DEBIAN} == {*here, "python3-kivy"}
    assert all(upstream(row) == upstream(of_the_image[name]) for name, row in here.items())
    assert f"kivy=={upstream(of_the_image['python3-kivy'])}" in what_pip_installs()


def test_python_itself_is_that_of_the_image() -> None:
    for package in ("python3.13-minimal", "libpython3.13-stdlib", "libsqlite3-0", "libssl3t64"):
        assert rows("tool")[package].version == (rows("root") | rows("base"))[package].version


def test_a_machine_that_cannot_fetch_it_says_so_and_is_not_blamed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KRAM_IMAGE_CACHE", str(tmp_path))
    for archive in ("KRAM_DEBIAN_MIRROR", "KRAM_SECURITY_MIRROR"):
        monkeypatch.setenv(archive, (tmp_path / "nothing").as_uri())
    assert trixie_tests.main([]) == 0
    assert capsys.readouterr().out == (
        "Skipped the tests under the image's Python:"
        " Debian 13's packages of it cannot be fetched.\n"
    )


def test_folders_that_are_left_out_exist() -> None:
    assert [
        name for name in trixie_tests.LEFT_OUT if not (places.CHECKOUT / "tests" / name).is_dir()
    ] == []
