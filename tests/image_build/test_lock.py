"""versions.lock: what is written is read again, and drift is named package by package."""

from __future__ import annotations

from dataclasses import replace

import pytest

from image import places
from image.build import PACKAGES
from image.kernel import PROVIDERS
from image.lock import Lock, Row, drift
from image.wanted import Packages

BASH = Row(
    "bash", "5.2-1", "arm64", "debian", "base", 1456340, "ab" * 32, "pool/main/b/bash_5.2-1.deb"
)
RAUC = Row("rauc", "1:1.13-2", "arm64", "security", "root", 99, "cd" * 32, "pool/r/rauc_1.13-2.deb")
LOCK = Lock(1795910400, frozenset({"rauc", "-apt"}), (BASH, RAUC))


def test_a_lock_that_was_written_is_read_again() -> None:
    assert Lock.of(LOCK.text()) == LOCK


def test_rows_are_in_one_order_whatever_the_file_says() -> None:
    shuffled = "\n".join(reversed(LOCK.text().splitlines()))
    assert Lock.of(shuffled) == LOCK


def test_a_row_that_lacks_a_word_is_named() -> None:
    with pytest.raises(ValueError, match="bash 5.2-1 arm64"):
        Lock.of("bash 5.2-1 arm64\n")


def test_equal_locks_have_not_drifted() -> None:
    assert drift(LOCK.rows, LOCK.rows) == []


def test_drift_tells_what_came_went_and_changed() -> None:
    newer = replace(BASH, version="5.3-1")
    kmod = replace(RAUC, package="kmod", version="34")
    assert drift([BASH, RAUC], [newer, kmod]) == [
        "  bash 5.2-1 -> 5.3-1",
        "+ kmod 34",
        "- rauc 1:1.13-2",
    ]


def test_the_same_version_with_another_content_is_drift() -> None:
    forged = replace(BASH, sha256="ef" * 32)
    assert drift([BASH], [forged]) == ["! bash 5.2-1: same version, another content"]


def test_the_committed_lock_is_that_of_packages_txt() -> None:
    lock = Lock.of((places.HERE / "versions.lock").read_text())
    wanted = Packages.read(PACKAGES)
    assert lock.packages == wanted.all.union(PROVIDERS["debian"].all)
    locked = {row.package for row in lock.rows}
    assert set(wanted.root) | set(wanted.boot) <= locked
    assert not locked & set(wanted.without)


def test_the_committed_lock_names_no_address() -> None:
    text = (places.HERE / "versions.lock").read_text()
    assert "://" not in text
    assert all(not row.path.startswith("/") for row in Lock.of(text).rows)
