"""Files of people and of codes worth money: their owner alone may read them, from the first byte."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from appliance.cli import private


@pytest.fixture(autouse=True)
def _open_umask():
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_is_its_owners_before_a_word_is_in_it(tmp_path: Path) -> None:
    with private.text(tmp_path / "it") as stream:
        assert mode(tmp_path / "it") == 0o600
        stream.write("Марія\n")
    assert (tmp_path / "it").read_text(encoding="utf-8") == "Марія\n"


def test_a_file_that_others_could_read_is_closed_to_them_and_emptied(tmp_path: Path) -> None:
    old = tmp_path / "it"
    old.write_text("something longer that stood here before")
    old.chmod(0o666)
    with private.text(old) as stream:
        assert (mode(old), old.read_text()) == (0o600, "")
        stream.write("new")
    assert old.read_text() == "new"


def test_a_device_keeps_its_mode() -> None:
    before = mode(Path(os.devnull))
    os.close(private.create(Path(os.devnull)))
    assert mode(Path(os.devnull)) == before
