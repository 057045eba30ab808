"""The drawer's switch, without pins: bounces are not moves, patience ends once."""

from hypothesis import given
from hypothesis import strategies as st

from appliance.drivers.drawer_sensor import MS_NS, DrawerSensor


def sensor(*, is_open=False, left_open_s=60.0):
    drawer = DrawerSensor(settle_ms=50, left_open_s=left_open_s)
    drawer.start(is_open, 0)
    return drawer


def test_a_move_counts_once_it_has_settled():
    drawer = sensor()
    assert drawer.sample(True, 10 * MS_NS) is None
    assert drawer.sample(True, 59 * MS_NS) is None
    assert drawer.sample(True, 60 * MS_NS) is True
    assert drawer.sample(True, 200 * MS_NS) is None


def test_a_bounce_between_two_looks_starts_the_settling_anew():
    drawer = sensor()
    drawer.sample(True, 10 * MS_NS)
    assert drawer.sample(True, 60 * MS_NS, edge_ns=55 * MS_NS) is None
    assert drawer.sample(True, 105 * MS_NS, edge_ns=55 * MS_NS) is True


def test_a_switch_that_chatters_and_falls_back_never_moved():
    drawer = sensor()
    for at in range(10, 60, 5):
        assert drawer.sample(bool(at % 2), at * MS_NS) is None
    assert drawer.sample(False, 200 * MS_NS) is None


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 49)), max_size=60))
def test_no_chatter_faster_than_the_settling_time_ever_counts(edges):
    drawer, now = sensor(), 0
    level = False
    for _, gap in edges:
        level = not level
        now += gap * MS_NS
        assert drawer.sample(level, now) is None


def test_a_drawer_left_open_is_told_after_the_shops_patience():
    drawer = sensor(is_open=True, left_open_s=2.0)
    assert not drawer.left_open(1999 * MS_NS)
    assert drawer.next_look_s(1500 * MS_NS) == 0.5
    assert drawer.left_open(2000 * MS_NS)
    assert drawer.next_look_s(2000 * MS_NS) is None
