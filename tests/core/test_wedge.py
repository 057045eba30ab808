"""Scanner keys and a person's keys in one window are told apart, and none is lost."""

from hypothesis import given
from hypothesis import strategies as st

from appliance.core.keyboard import HID_KEYS
from appliance.core.wedge import KEY_GAP_MS_MAX, Typed, Wedge, WedgeScan

MS = 1_000_000


def play(keys, wedge=None):
    """keys: (character, milliseconds since the key before)."""
    wedge = wedge or Wedge()
    out, now = [], 0
    for char, gap_ms in keys:
        now += gap_ms * MS
        out += wedge.key(char, now)
    return out + wedge.tick(now + 1000 * MS)


def typed(out):
    return "".join(part.text for part in out if isinstance(part, Typed))


def scans(out):
    return [part.data for part in out if isinstance(part, WedgeScan)]


def test_fast_keys_with_enter_are_a_scan():
    out = play([(char, 5) for char in "4820000123457\r"])
    assert scans(out) == ["4820000123457"]
    assert typed(out) == ""


def test_slow_keys_are_a_persons_and_enter_too():
    out = play([(char, 120) for char in "4820000123457\r"])
    assert scans(out) == []
    assert typed(out) == "4820000123457\r"


def test_a_short_number_typed_very_fast_is_still_a_persons():
    out = play([(char, 30) for char in "40112\r"])
    assert scans(out) == []
    assert typed(out) == "40112\r"


def test_a_quantity_typed_just_before_a_scan_stays_a_quantity():
    out = play([("2", 0), *((char, 60 if at == 0 else 4) for at, char in enumerate("48200001\r"))])
    assert typed(out) == "2"
    assert scans(out) == ["48200001"]


def test_a_key_comes_late_by_no_more_than_the_gap():
    wedge = Wedge()
    assert wedge.key("7", 0) == []
    assert wedge.waiting
    assert wedge.tick((KEY_GAP_MS_MAX + 1) * MS) == [Typed("7")]
    assert not wedge.waiting


@given(st.lists(st.tuples(st.sampled_from("0123456789ab\r"), st.integers(0, 200)), max_size=60))
def test_no_key_is_ever_lost_or_reordered(keys):
    out = play(keys)
    text = "".join(part.text if isinstance(part, Typed) else part.data + "\r" for part in out)
    assert text == "".join(char for char, _ in keys)


@given(st.lists(st.tuples(st.sampled_from("0123456789\r"), st.integers(51, 400)), max_size=60))
def test_typing_slower_than_the_gap_is_never_a_scan(keys):
    assert scans(play(keys)) == []


def test_scan_codes_of_the_window_give_the_us_layout():
    assert [HID_KEYS[usage][0] for usage in (30, 39, 4, 29, 40, 98)] == list("10az\r0")
