"""What a till may install: signed, newer, for it, in time, by a key that the root vouches for."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.malformed import Malformed
from appliance.wire import release as wire
from appliance.wire import release_keys
from appliance.wire.envelope import Forged
from appliance.wire.release import Objection, Release, Running, judged
from tests.wire.release_builders import (
    KEY,
    NEXT_KEY,
    NOW_MS,
    OTHER_ROOT,
    ROOT,
    ROOTS,
    STRANGER,
    YEAR_MS,
    id_of,
    key_list,
    release,
)

RUNNING = Running("1.3.0", "kram-rpi-arm64", 4)
versions = st.lists(st.integers(0, 999_999), min_size=2, max_size=4).map(
    lambda them: ".".join(map(str, them))
)


def test_a_list_of_keys_reads_as_the_root_signed_it() -> None:
    told = key_list(KEY, NEXT_KEY, revoked=(id_of(STRANGER),))
    assert release_keys.read(release_keys.signed(told, ROOT), ROOTS) == told


def test_a_list_of_another_root_is_forged() -> None:
    with pytest.raises(Forged):
        release_keys.read(release_keys.signed(key_list(), OTHER_ROOT), ROOTS)


def test_an_image_may_hold_the_next_root_beside_the_present_one() -> None:
    both = "\n".join(
        f"{release_keys.written(release_keys.public(it))}  # {number}"
        for number, it in enumerate((ROOT, OTHER_ROOT))
    )
    for root in (ROOT, OTHER_ROOT):
        assert release_keys.read(release_keys.signed(key_list(), root), release_keys.roots_of(both))


@settings(deadline=None)
@given(st.permutations([1, 2, 3]))
def test_whatever_the_order_a_till_goes_by_the_list_with_the_highest_serial(
    serials: list[int],
) -> None:
    found = release_keys.newest([None, *(key_list(serial=it) for it in serials)])
    assert found is not None
    assert found.serial == 3


def test_a_release_reads_as_it_was_signed() -> None:
    assert wire.read(wire.signed(release(), KEY), key_list()) == release()


def test_a_release_of_a_key_that_no_root_vouched_for_is_forged() -> None:
    with pytest.raises(Forged):
        judged(wire.signed(release(), STRANGER), key_list(), RUNNING, NOW_MS)


def test_a_release_in_which_one_figure_was_changed_is_forged() -> None:
    altered = wire.signed(release(), KEY).replace("1.4.0", "9.4.0")
    with pytest.raises(Forged):
        judged(altered, key_list(), RUNNING, NOW_MS)


def test_what_a_revoked_key_signed_is_refused_even_while_it_is_on_the_list() -> None:
    keys = key_list(KEY, NEXT_KEY, revoked=(id_of(KEY),))
    text = wire.signed(release(), KEY)
    assert judged(text, keys, RUNNING, NOW_MS) is Objection.REVOKED
    with pytest.raises(Forged):
        wire.read(text, keys)
    assert isinstance(judged(wire.signed(release(), NEXT_KEY), keys, RUNNING, NOW_MS), Release)


@pytest.mark.parametrize(
    ("changed", "objection"),
    [
        ({"expires_ms": NOW_MS}, Objection.EXPIRED),
        ({"compatible": "kram-rpi-armhf"}, Objection.OTHER_HARDWARE),
        ({"version": "1.3"}, Objection.NOT_NEWER),
        ({"version": "1.2.9", "min_version": "1.0"}, Objection.NOT_NEWER),
        ({"serial": 4}, Objection.REPLAYED),
        ({"min_version": "1.3.1"}, Objection.TOO_FAR),
        ({"min_version": "1.3.0"}, None),
    ],
)
def test_a_till_takes_only_what_is_newer_and_meant_for_it(
    changed: dict[str, object], objection: Objection | None
) -> None:
    told = release(**changed)
    assert judged(wire.signed(told, KEY), key_list(), RUNNING, NOW_MS) == (objection or told)


def test_a_list_that_ended_lets_nothing_new_in() -> None:
    text, late = wire.signed(release(expires_ms=NOW_MS + 9 * YEAR_MS), KEY), NOW_MS + YEAR_MS
    assert judged(text, key_list(), RUNNING, late) is Objection.KEYS_EXPIRED


@settings(deadline=None)
@given(versions, versions, st.integers(0, 9), st.integers(1, 9))
def test_a_till_never_goes_back(runs: str, offered: str, seen: int, serial: int) -> None:
    told = release(version=offered, serial=serial, min_version="0.0")
    running = replace(RUNNING, version=runs, serial=seen)
    found = judged(wire.signed(told, KEY), key_list(), running, NOW_MS)
    if isinstance(found, Release):
        assert wire.numbers(offered) > wire.numbers(runs)
        assert serial > seen


@settings(deadline=None)
@given(versions, versions, versions)
def test_versions_stand_in_one_order(one: str, two: str, three: str) -> None:
    for low, mid, high in permutations(map(wire.numbers, (one, two, three))):
        if low < mid < high:
            assert low < high
    assert wire.numbers("1.4") == wire.numbers("1.4.0.0")
    assert wire.numbers("1.10") > wire.numbers("1.9")


@pytest.mark.parametrize("text", ["", "1", "v1.2", "1.2-rc1", "1..2", "1.2.3.4.5", "1.2\n", "١.٢"])
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        wire.read(wire.signed(release(version=text), KEY), key_list())


@pytest.mark.parametrize("text", ["", "a2V5", "!", "QUJD" * 20])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        release_keys.key_of(text)
