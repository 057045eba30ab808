"""Notes into the safe and the drawer to another cashier, by touch."""

from __future__ import annotations

from collections.abc import Callable

from appliance.core import commands as c
from appliance.core import facts as f
from tests.ui.rig import BREAD, Rig
from tests.ui.scenes.scene import OPEN

Opened = Callable[..., Rig]


def newest(rig: Rig, kind: type) -> object:
    return [x.fact for x in rig.till.journal.records() if isinstance(x.fact, kind)][-1]


def test_an_amount_and_a_bag_put_notes_into_the_safe(opened: Opened) -> None:
    rig = opened(*OPEN, c.SellItem(BREAD), c.TenderCash())
    rig.desk.go("more")
    rig.tap("У сейф", "1", "0", "0")
    assert rig.key("У сейф").face.subtitle == ""
    rig.tap("У сейф")  # no bag yet: it asks for the number
    rig.tap("1", "7", "У сейф")
    moved = newest(rig, f.CashMoved)
    assert isinstance(moved, f.CashMoved)
    assert (moved.amount_minor, moved.bag) == (100_00, "17")
    assert rig.desk.name == "sale"
    assert "17" in rig.desk.toast.text


def test_more_than_lies_in_the_drawer_stays_on_the_page_and_says_so(opened: Opened) -> None:
    rig = opened(*OPEN)
    rig.desk.go("safe_drop")
    rig.tap("9", "0", "0", "0", "У сейф", "1", "У сейф")
    assert rig.desk.name == "safe_drop"
    assert rig.desk.toast.text


def test_the_drawer_goes_to_who_is_touched(opened: Opened) -> None:
    rig = opened(*OPEN)
    rig.desk.go("more")
    rig.tap("Передати шухляду", "Тарас")
    handed = newest(rig, f.ShiftHandedOver)
    assert isinstance(handed, f.ShiftHandedOver)
    assert (handed.taker, handed.counted_minor) == ("taras", None)
    assert rig.desk.name == "sale"
