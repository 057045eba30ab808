"""What may be published: signed twice, newer, for tills that there are; and the keys that sign it."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.fleet.store import Store
from appliance.fleet.updates import bundle as bundles
from appliance.fleet.updates import cms, key_files
from appliance.fleet.updates.trust import UpdateMistake
from appliance.wire import release_keys
from hw_sim.fleet_bundle import COMPATIBLE, bundle, signature, write
from tests.fleet.updates.builders import DAY_MS, Desk, plan
from tests.wire.release_builders import KEY, NEXT_KEY, OTHER_ROOT, ROOT, STRANGER, id_of


@pytest.fixture
def desk(small_store: Store, tmp_path: Path) -> Desk:
    return Desk(small_store, tmp_path / "fleet")


@pytest.fixture
def both(store: Store, tmp_path: Path) -> Desk:
    """On either database: for what asks it the most."""
    return Desk(store, tmp_path / "fleet")


@pytest.fixture
def no_rauc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)


def test_a_published_release_lies_whole_on_the_disk(both: Desk) -> None:
    sha256 = both.publish("1.4.0")
    assert bundles.digest(both.releases.path(sha256)) == sha256
    (row,) = both.releases.all()
    assert (row["version"], row["here"], both.releases.is_good(row)) == ("1.4.0", True, True)
    both.releases.path(sha256).unlink()
    assert not both.releases.all()[0]["here"]


@pytest.mark.parametrize("version", ["1.4.0", "1.3.9", "1.4"])
def test_an_older_release_is_not_published_even_after_the_newer_was_withdrawn(
    desk: Desk, version: str
) -> None:
    desk.rollouts.withdraw("olena", desk.publish("1.4.0"), "")
    with pytest.raises(UpdateMistake, match="never go back"):
        desk.publish(version)


def test_a_release_for_hardware_that_no_till_is_is_not_published(both: Desk) -> None:
    both.tills(2)
    path = write(both.folder, "1.4.0")
    found = replace(bundle(path, "1.4.0"), compatible="kram-rpi-armhf")
    text = key_files.sign(found, KEY, "0.0", "", both.now_ms, 365)
    with pytest.raises(UpdateMistake, match=COMPATIBLE):
        both.releases.publish("olena", found, text)


def test_a_release_that_a_stranger_or_a_revoked_key_signed_is_not_published(desk: Desk) -> None:
    found = bundle(write(desk.folder, "1.4.0"), "1.4.0")
    for key, said in ((STRANGER, "not signed"), (NEXT_KEY, "not signed")):
        with pytest.raises(UpdateMistake, match=said):
            desk.releases.publish(
                "olena", found, key_files.sign(found, key, "0.0", "", desk.now_ms, 365)
            )
    keys = desk.keys(serial=2, revoked=(id_of(KEY),))
    desk.releases.trust.take("olena", release_keys.signed(keys, ROOT))
    with pytest.raises(UpdateMistake, match="was revoked"):
        desk.publish("1.4.0")


def test_another_bundle_than_the_one_that_was_signed_is_not_published(desk: Desk) -> None:
    path = write(desk.folder, "1.4.0")
    text = key_files.sign(bundle(path, "1.4.0"), KEY, "0.0", "", desk.now_ms, 365)
    path.write_bytes(path.read_bytes().replace(b"1.4.0", b"1.4.1", 1))
    with pytest.raises(UpdateMistake, match="what was signed"):
        desk.releases.publish("olena", bundle(path, "1.4.0"), text)
    assert list((desk.folder / "releases").glob("*")) == []


def test_a_bundle_that_changes_between_its_check_and_its_copy_is_not_published(desk: Desk) -> None:
    path = write(desk.folder, "1.4.0")
    found = bundle(path, "1.4.0")
    text = key_files.sign(found, KEY, "0.0", "", desk.now_ms, 365)
    path.write_bytes(path.read_bytes().replace(b"1.4.0", b"1.4.1", 1))
    with pytest.raises(UpdateMistake, match="was changed"):
        desk.releases.publish("olena", found, text)
    assert list((desk.folder / "releases").glob("*")) == []
    assert desk.releases.all() == []


def test_a_bundle_of_other_blocks_than_were_signed_is_not_published(desk: Desk) -> None:
    found = bundle(write(desk.folder, "1.4.0"), "1.4.0")
    signed = replace(found, manifest="ee" * 32)
    text = key_files.sign(signed, KEY, "0.0", "", desk.now_ms, 365)
    with pytest.raises(UpdateMistake, match="what was signed"):
        desk.releases.publish("olena", found, text)


def test_what_a_killed_publication_left_is_swept_and_one_under_way_is_not(desk: Desk) -> None:
    kept = desk.publish("1.4.0")
    left, going = (desk.folder / "releases" / f"{it * 64}.part" for it in "ab")
    for part in (left, going):
        part.write_bytes(b"half a bundle")
    os.utime(left, (1, 1))
    assert desk.releases.sweep() == 1
    assert (left.exists(), going.exists()) == (False, True)
    assert desk.releases.path(kept).exists()
    shutil.rmtree(desk.folder / "releases")
    assert desk.releases.sweep() == 0


def test_a_release_that_is_not_published_takes_no_room_on_the_disk(desk: Desk) -> None:
    desk.publish("1.4.0")
    with pytest.raises(UpdateMistake, match="never go back"):
        desk.publish("1.3.0")
    assert len(list((desk.folder / "releases").glob("*.raucb"))) == 1


def test_nothing_is_given_out_after_its_end_or_that_of_the_keys(desk: Desk) -> None:
    desk.publish("1.4.0")
    (row,) = desk.releases.all()
    desk.now_ms += 366 * DAY_MS
    assert not desk.releases.is_good(row)
    with pytest.raises(UpdateMistake):
        desk.rollouts.make("olena", row["sha256"], [""], plan("till-000"))


# Bundles


def test_a_bundle_is_read_by_what_lies_beside_it(tmp_path: Path, no_rauc: None) -> None:
    path = write(tmp_path, "1.4.0")
    found = bundles.read(path)
    assert (found.version, found.compatible) == ("1.4.0", COMPATIBLE)
    assert found.size == path.stat().st_size
    with pytest.raises(UpdateMistake, match="apt install rauc"):
        bundles.read(path, tmp_path / "keyring.pem")
    path.with_name(f"{path.name}.json").unlink()
    with pytest.raises(UpdateMistake, match="nobody says"):
        bundles.read(path)


@pytest.mark.parametrize("signature", [b"", b"\x30\x03abc", b"x" * 70_000])
def test_a_bundle_that_nobody_signed_is_none(
    tmp_path: Path, no_rauc: None, signature: bytes
) -> None:
    with pytest.raises(UpdateMistake, match="no signed RAUC bundle"):
        bundles.read(write(tmp_path, "1.4.0", cms=signature))


def test_a_bundle_whose_signature_lies_beside_its_manifest_names_no_blocks(
    tmp_path: Path, no_rauc: None
) -> None:
    path = write(tmp_path, "1.4.0", cms=signature(detached=True))
    with pytest.raises(UpdateMistake, match="format=verity"):
        bundles.read(path)


@given(st.binary(max_size=300), st.integers(0, 200), st.integers(0, 255))
def test_what_is_no_cms_has_no_content(noise: bytes, at: int, byte: int) -> None:
    whole = signature()
    for der in (noise, whole[:at], whole[:at] + bytes([byte]) + whole[at + 1 :]):
        with suppress(cms.NoContent):
            assert isinstance(cms.content(der), bytes)


@pytest.mark.parametrize("content", [b"", b"hsqs", b"hsqs" + bytes(100), bytes(5000)])
def test_what_is_no_bundle_is_refused(tmp_path: Path, no_rauc: None, content: bytes) -> None:
    path = tmp_path / "a.raucb"
    path.write_bytes(content)
    with pytest.raises(UpdateMistake):
        bundles.read(path)


@pytest.mark.skipif(
    not all(map(shutil.which, ("rauc", "openssl", "mksquashfs"))), reason="apt install rauc"
)
def test_a_bundle_of_raucs_own_is_read_and_its_signature_is_checked(tmp_path: Path) -> None:
    for name in ("ours", "theirs"):
        words = f"req -x509 -newkey rsa:2048 -nodes -days 9 -subj /CN={name}"
        files = ["-keyout", f"{name}.key", "-out", f"{name}.crt"]
        command = ["openssl", *words.split(), *files]
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    content = tmp_path / "content"
    content.mkdir()
    (content / "rootfs.img").write_bytes(os.urandom(20_000))
    (content / "manifest.raucm").write_text(
        f"[update]\ncompatible={COMPATIBLE}\nversion=1.4.0\n[bundle]\nformat=verity\n"
        "[image.rootfs]\nfilename=rootfs.img\n"
    )
    path = tmp_path / "kram-1.4.0.raucb"
    subprocess.run(
        ["rauc", "bundle", "--cert=ours.crt", "--key=ours.key", str(content), str(path)],
        cwd=tmp_path, check=True, capture_output=True,
    )  # fmt: skip
    told = subprocess.run(
        ["openssl", "cms", "-verify", "-noverify", "-inform", "DER"],
        input=bundles._signature(path, path.stat().st_size), check=True, capture_output=True,
    )  # fmt: skip
    assert bundles.manifest(path) == told.stdout
    assert b"verity-hash=" in told.stdout
    for keyring in (None, tmp_path / "ours.crt"):
        found = bundles.read(path, keyring)
        assert found.manifest == hashlib.sha256(told.stdout).hexdigest()
        assert (found.version, found.compatible) == ("1.4.0", COMPATIBLE)
    with pytest.raises(UpdateMistake, match="rauc does not take"):
        bundles.read(path, tmp_path / "theirs.crt")


# Keys


def test_a_key_is_made_once_and_opens_with_its_passphrase(tmp_path: Path) -> None:
    path = tmp_path / "root.pem"
    made = key_files.make(path, "correct horse")
    assert path.stat().st_mode & 0o077 == 0
    assert id_of(key_files.load(path, lambda: "correct horse")) == id_of(made)
    with pytest.raises(UpdateMistake, match="passphrase is wrong"):
        key_files.load(path, lambda: "battery staple")
    with pytest.raises(FileExistsError):
        key_files.make(path, "")
    (id_,) = release_keys.roots_of((tmp_path / "root.pem.pub").read_text())
    assert id_ == id_of(made)


def test_the_next_list_goes_on_from_the_last_and_a_revoked_key_stays_revoked(
    tmp_path: Path,
) -> None:
    paths = []
    for name in ("first", "second"):
        key_files.make(tmp_path / name, "")
        paths.append(tmp_path / f"{name}.pub")
    one = key_files.next_list(None, paths[:1], [], 1_000_000, 9)
    (first,) = one.keys
    two = key_files.next_list(one, paths[1:], [first], 1_000_500, 9)
    three = key_files.next_list(two, paths[:1], [], 1_000_600, 9)
    assert [len(it.keys) for it in (one, two, three)] == [1, 1, 1]
    assert two.revoked == three.revoked == (first,)
    assert one.serial < two.serial < three.serial, "though it was signed in the same second"
    with pytest.raises(UpdateMistake, match="no key is called"):
        key_files.next_list(one, [], ["0000"], 1_000_500, 9)


def test_a_list_must_be_newer_and_of_a_root_that_was_named(desk: Desk) -> None:
    with pytest.raises(UpdateMistake, match="serial 1"):
        desk.releases.trust.take("olena", release_keys.signed(desk.keys(), ROOT))
    with pytest.raises(UpdateMistake, match="no root"):
        desk.releases.trust.take("olena", release_keys.signed(desk.keys(2), OTHER_ROOT))
    with pytest.raises(UpdateMistake, match="no list"):
        desk.releases.trust.take("olena", "{}")
