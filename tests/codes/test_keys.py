"""The file of keys: made once, private, whole or loudly damaged, rotated without losing the old."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from appliance.codes.coupons import KEYS_MAX, Coupon, CouponFault, CouponProblem, read_coupon
from appliance.codes.coupons import sign_coupon as sign
from appliance.codes.keys import FILE, KeysError, load, load_or_make, make, save

TODAY = date(2026, 11, 23)


def damaged(folder: Path, content: bytes) -> str:
    (folder / FILE).write_bytes(content)
    with pytest.raises(KeysError) as caught:
        load_or_make(folder)
    assert (folder / FILE).read_bytes() == content
    return str(caught.value)


def test_keys_are_made_once_and_found_again(tmp_path):
    made = load_or_make(tmp_path / "new")
    assert load_or_make(tmp_path / "new") == made
    assert load(tmp_path / "new") == made
    assert load_or_make(tmp_path / "other") != made
    assert len(made.pepper) == 32


def test_only_the_till_may_read_them(tmp_path):
    old = os.umask(0)
    try:
        load_or_make(tmp_path)
    finally:
        os.umask(old)
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_a_file_left_open_to_others_is_closed_and_said(tmp_path, caplog):
    load_or_make(tmp_path)
    (tmp_path / FILE).chmod(0o644)
    load(tmp_path)
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert "could be read by others" in caplog.text


def test_of_many_that_start_at_once_all_have_the_same_keys(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(load_or_make, [tmp_path] * 32))
    assert len({keys.pepper for keys in found}) == 1
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_missing_keys_are_not_made_where_they_must_exist(tmp_path):
    with pytest.raises(KeysError, match="is missing. Copy it from a backup"):
        load(tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_damaged_file_is_said_and_left_alone(tmp_path):
    load_or_make(tmp_path)
    good = (tmp_path / FILE).read_bytes()
    document = json.loads(good)

    def changed(**fields: object) -> bytes:
        return json.dumps(document | fields).encode()

    for content in (
        b"",
        good[:-20],
        good[:40] + b"\xff" + good[41:],
        b"[]",
        b"7",
        b"[" * 60_000,
        b" " * 70_000,
        changed(pepper="00"),
        changed(pepper=None),
        changed(coupons={}),
        changed(coupons=[]),
        changed(coupons={"0": "zz"}),
        changed(coupons={"32": "00" * 32}),
        changed(signing=5),
        changed(signing=[]),
        changed(version="x"),
    ):
        said = damaged(tmp_path, content)
        assert "is damaged. Put back the copy" in said
        assert document["pepper"] not in said
    assert "newer version" in damaged(tmp_path, changed(version=2))


def test_a_folder_where_nothing_can_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(KeysError, match="cannot be written: Not a directory"):
        load_or_make(tmp_path / "file" / "data")


def test_old_coupons_hold_after_a_rotation(tmp_path):
    first = load_or_make(tmp_path)
    coupon = Coupon("AUTUMN", 1, key=first.signing)
    code = sign(coupon, first.coupons).text
    save(tmp_path, first.rotated())
    second = load(tmp_path)
    assert second.pepper == first.pepper
    assert second.signing != first.signing
    assert read_coupon(code, second.coupons, TODAY) == coupon
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_a_key_that_became_known_is_thrown_away():
    first = make()
    code = sign(Coupon("AUTUMN", 1, key=first.signing), first.coupons).text
    second = first.without(first.signing)
    assert second.signing in second.coupons
    answer = read_coupon(code, second.coupons, TODAY)
    assert answer == CouponProblem(CouponFault.UNKNOWN_KEY)


def test_rotations_without_end_keep_the_latest_keys(tmp_path):
    keys = make()
    for _ in range(KEYS_MAX + 5):
        before, keys = keys, keys.rotated()
        assert keys.coupons[before.signing] == before.coupons[before.signing]
    assert len(keys.coupons) == KEYS_MAX
    save(tmp_path, keys)
    assert load(tmp_path) == keys


def test_no_log_shows_a_key():
    keys = make()
    shown = f"{keys!r} {keys}"
    assert keys.pepper.hex() not in shown
    assert repr(keys.pepper) not in shown
    assert keys.fingerprint in shown
    assert keys.fingerprint not in keys.pepper.hex()
