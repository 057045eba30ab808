"""`till fleet release`, as its keeper types it: from the first root to a revoked key."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from appliance.cli import fleet_release
from appliance.fleet import site
from appliance.fleet.updates import bundle as bundles
from hw_sim import fleet_bundle


class Keeper:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def types(self, *words: str, data: bool = True) -> Result:
        where = ["--data", str(self.folder / "fleet")] if data else []
        return CliRunner().invoke(fleet_release.release, [*words, *where])

    def does(self, *words: str, data: bool = True) -> str:
        found = self.types(*words, data=data)
        assert found.exit_code == 0, found.output
        return found.output

    def refused(self, *words: str, data: bool = True) -> str:
        found = self.types(*words, data=data)
        assert found.exit_code != 0, found.output
        return " ".join(found.output.split())


@pytest.fixture
def keeper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keeper:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(bundles.shutil, "which", lambda _name: None)
    site.open_site(site.Options(tmp_path / "fleet", host="localhost"), print).store.close()
    return Keeper(tmp_path)


def trusted(keeper: Keeper) -> None:
    for name in ("root", "release"):
        keeper.does("new-key", f"{name}.pem", "--plain", data=False)
    keeper.does("certify", "release.pem.pub", "--root", "root.pem", "--list", "keys", data=False)
    keeper.does("trust", "keys", "--roots", "root.pem.pub")


def test_a_release_is_published_withdrawn_and_never_published_again(keeper: Keeper) -> None:
    trusted(keeper)
    fleet_bundle.write(keeper.folder, "1.4.0")
    said = keeper.does("publish", "kram-1.4.0.raucb", "--key", "release.pem", "--notes", "Faster")
    assert "1.4.0 for kram-rpi-arm64" in said
    assert "https://localhost:8443/updates" in said
    assert "withdrawn" not in keeper.does("list")
    keeper.does("withdraw", "1.4.0", "--reason", "prints no taxes")
    assert "withdrawn" in keeper.does("list")
    again = keeper.refused("publish", "kram-1.4.0.raucb", "--key", "release.pem")
    assert "not newer" in again


def test_a_release_is_signed_where_it_is_built_and_published_elsewhere(keeper: Keeper) -> None:
    trusted(keeper)
    fleet_bundle.write(keeper.folder, "1.4.0")
    assert "is not signed" in keeper.refused("publish", "kram-1.4.0.raucb")
    keeper.does("sign", "kram-1.4.0.raucb", "--key", "release.pem", data=False)
    (keeper.folder / "release.pem").unlink()
    keeper.does("publish", "kram-1.4.0.raucb")


def test_nothing_is_published_before_a_root_vouched_for_its_key(keeper: Keeper) -> None:
    keeper.does("new-key", "release.pem", "--plain", data=False)
    fleet_bundle.write(keeper.folder, "1.4.0")
    refused = keeper.refused("publish", "kram-1.4.0.raucb", "--key", "release.pem")
    assert "till fleet release trust" in refused


def test_a_list_that_is_not_there_is_not_taken_for_a_fleet_that_is_not(keeper: Keeper) -> None:
    said = keeper.refused("trust", "none")
    assert "till fleet release certify" in said
    assert "till fleet serve" not in said


def test_a_list_that_another_root_signed_or_that_is_none_is_told_in_words(keeper: Keeper) -> None:
    trusted(keeper)
    keeper.does("new-key", "other.pem", "--plain", data=False)
    keeper.does("certify", "release.pem.pub", "--root", "other.pem", "--list", "new", data=False)
    assert "let its root sign it" in keeper.refused("trust", "new")
    (keeper.folder / "photo").write_bytes(b"\xff\xd8\xff")
    assert "this is no list of release keys" in keeper.refused("trust", "photo")


def test_another_file_of_roots_by_mistake_leaves_the_list_that_counts(keeper: Keeper) -> None:
    trusted(keeper)
    keeper.does("new-key", "other.pem", "--plain", data=False)
    assert "let its root sign it" in keeper.refused("trust", "keys", "--roots", "other.pem.pub")
    fleet_bundle.write(keeper.folder, "1.4.0")
    keeper.does("publish", "kram-1.4.0.raucb", "--key", "release.pem")


def test_a_fleet_goes_over_to_another_root(keeper: Keeper) -> None:
    trusted(keeper)
    keeper.does("new-key", "next.pem", "--plain", data=False)
    keeper.does("certify", "release.pem.pub", "--root", "next.pem", "--list", "new", data=False)
    # Both lists may be of one second; the second signing raises the serial.
    keeper.does("certify", "--root", "next.pem", "--list", "new", data=False)
    keeper.does("trust", "new", "--roots", "next.pem.pub")
    fleet_bundle.write(keeper.folder, "1.4.0")
    keeper.does("publish", "kram-1.4.0.raucb", "--key", "release.pem")


def test_a_key_that_nobody_vouched_for_is_told_how_it_is(keeper: Keeper) -> None:
    trusted(keeper)
    keeper.does("new-key", "other.pem", "--plain", data=False)
    fleet_bundle.write(keeper.folder, "1.4.0")
    refused = keeper.refused("publish", "kram-1.4.0.raucb", "--key", "other.pem")
    assert "till fleet release certify" in refused


def test_a_revoked_key_signs_nothing_more_and_what_it_signed_is_given_to_nobody(
    keeper: Keeper,
) -> None:
    trusted(keeper)
    fleet_bundle.write(keeper.folder, "1.4.0")
    said = keeper.does("publish", "kram-1.4.0.raucb", "--key", "release.pem")
    id_ = said.partition("key ")[2].split()[0]
    assert f"{id_}  revoked" in keeper.does("revoke", id_, "--root", "root.pem")
    assert "not given out any more" in keeper.does("list")
    fleet_bundle.write(keeper.folder, "1.5.0")
    refused = keeper.refused("publish", "kram-1.5.0.raucb", "--key", "release.pem")
    assert "was revoked" in refused


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("new-key", "root.pem", "--plain"), "already"),
        (("certify", "none.pub", "--root", "root.pem", "--list", "new"), "none.pub"),
        (("certify", "--root", "release.pem", "--list", "keys"), "this root signed"),
        (("certify", "--root", "root.pem", "--list", "keys", "--revoke", "0000"), "0000"),
        (("sign", "none.raucb", "--key", "release.pem"), "none.raucb"),
        (("sign", "kram-1.4.0.raucb", "--key", "none.pem"), "There is no none.pem"),
        (("sign", "cut.raucb", "--key", "release.pem"), "copy it again"),
    ],
)
def test_a_mistake_is_told_in_words(keeper: Keeper, words: tuple[str, ...], said: str) -> None:
    trusted(keeper)
    whole = fleet_bundle.write(keeper.folder, "1.4.0")
    (keeper.folder / "cut.raucb").write_bytes(whole.read_bytes()[:-100])
    assert said in keeper.refused(*words, data=False)
