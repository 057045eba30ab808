"""A backup brings the people and the keys of codes along, and a restore puts them back."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance import companions
from appliance.codes.keys import load, load_or_make
from appliance.people.customers import Customer, CustomerBook

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    data.mkdir()
    load_or_make(data)
    return data


def backup(folder: Path, name: str = "till-1.journal") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"journal")
    return folder / name


def test_a_new_card_has_the_same_keys_and_people(shop: Path, tmp_path: Path) -> None:
    copy = backup(tmp_path / "stick")
    with CustomerBook(shop) as book:
        maria = book.add(Customer("", "Марія Коваленко", "067 123-45-67"))
        kept = companions.save(shop, copy)  # while the till has the file open
    assert kept is not None
    assert kept.stat().st_mode & 0o077 == 0
    new = tmp_path / "new"
    new.mkdir()
    done = companions.put_back(copy, new, AT)
    assert [path.name for path in done] == ["code-keys.json", "people.db"]
    assert load(new) == load(shop)
    assert (new / "people.db").stat().st_mode & 0o077 == 0
    with CustomerBook(new) as book:
        found = book.get(maria.id)
        assert found is not None
        assert found.name == "Марія Коваленко"


def test_what_was_there_is_kept_beside(shop: Path, tmp_path: Path) -> None:
    copy = backup(tmp_path / "stick")
    companions.save(shop, copy)
    other = tmp_path / "other"
    other.mkdir()
    before = load_or_make(other)
    companions.put_back(copy, other, AT)
    (aside,) = other.glob("code-keys.json.before-*")
    assert load(other) == load(shop) != before
    assert aside.read_bytes() != (other / "code-keys.json").read_bytes()


def test_an_old_backup_without_them_changes_nothing(shop: Path, tmp_path: Path) -> None:
    before = load(shop)
    assert companions.put_back(backup(tmp_path / "stick"), shop, AT) == []
    assert load(shop) == before


def test_a_damaged_one_is_refused_before_anything_is_put_back(shop: Path, tmp_path: Path) -> None:
    copy = backup(tmp_path / "stick")
    kept = companions.save(shop, copy)
    assert kept is not None
    damaged = bytearray(kept.read_bytes())
    damaged[len(damaged) // 3] ^= 0xFF
    kept.write_bytes(damaged)
    before = load(shop)
    with pytest.raises((zipfile.BadZipFile, OSError)):
        companions.put_back(copy, shop, AT)
    assert load(shop) == before


def test_companions_of_backups_that_are_gone_go_too(shop: Path, tmp_path: Path) -> None:
    first = backup(tmp_path / "stick", "a.journal")
    companions.save(shop, first)
    first.unlink()
    second = companions.save(shop, backup(tmp_path / "stick", "b.journal"))
    assert list((tmp_path / "stick").glob("*.shop")) == [second]


def test_a_till_without_them_saves_nothing(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert companions.save(empty, backup(tmp_path / "stick")) is None
