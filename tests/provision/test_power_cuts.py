"""The power goes during a first boot, at any step of it: nothing is lost, and no secret is left behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.config import load
from appliance.provision import first_boot, notice
from appliance.provision.card import FILE
from appliance.provision.deeds import Deed
from provision.files import SSH_KEY, WHOLE, Watched, card, do, everything, key, on_the_fat, put


class PowerCut(BaseException):
    """Not an error that anything may catch."""


class Cut:
    """Does so many deeds, then the power goes."""

    def __init__(self, after: int) -> None:
        self.left = after

    def __call__(self, deed: Deed) -> None:
        if self.left == 0:
            raise PowerCut
        self.left -= 1
        do(deed)


def test_a_power_cut_before_any_step_loses_nothing_and_leaves_no_secret(tmp_path: Path) -> None:
    whole, watched = card(tmp_path / "whole"), Watched()
    put(whole, WHOLE, key(1))
    first_boot.run(whole, watched)
    assert len(watched.deeds) > 15
    for after in range(len(watched.deeds)):
        it = card(tmp_path / str(after))
        content = put(it, WHOLE, key(1))
        with pytest.raises(PowerCut):
            first_boot.run(it, Cut(after))
        on_data = everything(it)
        assert (
            content in on_the_fat(it) or "provision/pending.json" in on_data or it.applied.exists()
        ), f"the only copy is lost after {after} steps"
        assert first_boot.run(it, do) is None
        assert everything(it) == everything(whole), f"cut after {after} steps"
        assert list(it.firmware.iterdir()) == []


def test_a_power_cut_at_every_step_one_after_the_other_ends_well(tmp_path: Path) -> None:
    it = card(tmp_path)
    put(it, WHOLE, key(1))
    for after in range(1, 40):
        try:
            first_boot.run(it, Cut(after))
            break
        except PowerCut:
            continue
    assert load(it.settings).till.number == 2
    assert on_the_fat(it) == b""


def test_settings_that_broke_while_the_power_was_away_keep_nothing_else_from_being_done(
    tmp_path: Path,
) -> None:
    it = card(tmp_path)
    put(it, WHOLE)
    with pytest.raises(PowerCut):
        first_boot.run(it, Cut(8))
    assert it.pending.exists()
    it.settings.parent.mkdir(parents=True, exist_ok=True)
    it.settings.write_text("[shop\n")
    (it.ssh).mkdir()
    (it.ssh / "authorized_keys").write_text(SSH_KEY)
    watched = Watched()
    found = first_boot.run(it, watched)
    assert found is not None
    assert "settings:1" in notice.read("en", it.run / "notice.json")[1]
    assert any("ssh-keygen" in argv for argv in watched.ran)
    assert it.pending.exists()


def test_a_copy_that_the_power_broke_off_does_not_keep_a_password(tmp_path: Path) -> None:
    it = card(tmp_path)
    put(it, WHOLE)
    it.pending.parent.mkdir()
    (it.pending.parent / ".pending.json.0a1b2c3d.part").write_bytes(on_the_fat(it))
    assert first_boot.run(it, do) is None
    assert [path.name for path in it.pending.parent.iterdir()] == ["applied.json"]


def test_the_fat_is_written_over_before_a_name_is_removed(tmp_path: Path) -> None:
    """A FAT forgets where a file lay, not what lay there."""
    it = card(tmp_path)
    put(it, WHOLE)
    second = tmp_path / "the same place under another name"
    second.hardlink_to(it.firmware / FILE)
    first_boot.run(it, do)
    left = second.read_bytes()
    assert left.strip() == b""
    assert len(left) > 100
