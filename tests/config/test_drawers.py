"""Several drawers in the settings, and when a drawer holds too much."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance import shop
from appliance.config import ConfigError, load
from appliance.core.devices import Category
from appliance.core.facts import DrawerCause, EffectId
from appliance.core.state import DrawerPulse
from appliance.effects import Effects

SHOP = """
[shop]
name = "Крам"
[cash]
drawer_max = 3000
drawer_target = 1000
drawers = [
    { id = "left", name = "Ліва", device = "drawer", staff = ["olena"] },
    { id = "right", name = "Права", device = "drawer-2", staff = ["taras"] },
]
[[staff]]
id = "olena"
name = "Олена"
role = "manager"
[[staff]]
id = "taras"
name = "Тарас"
[[devices]]
name = "drawer"
category = "CashDrawer"
driver = "printer"
[[devices]]
name = "drawer-2"
category = "CashDrawer"
driver = "printer"
"""


def settings(folder: Path, text: str = SHOP):
    file = folder / "shop.toml"
    file.write_text(text, encoding="utf-8")
    return load(file)


def test_whose_a_drawer_is_and_when_it_is_full_reach_the_core(tmp_path: Path) -> None:
    policy = shop.policy(settings(tmp_path))
    assert [(it.id, it.name, it.staff) for it in policy.drawers] == [
        ("left", "Ліва", ("olena",)),
        ("right", "Права", ("taras",)),
    ]
    assert (policy.drawer_max_minor, policy.drawer_target_minor) == (3000_00, 1000_00)


@pytest.mark.parametrize(
    ("was", "wrong", "told"),
    [
        ('id = "right"', 'id = "left"', "id of another drawer"),
        ('device = "drawer-2", staff', 'device = "drawr", staff', "no cash drawer 'drawr'"),
        ('staff = ["taras"]', 'staff = ["tarass"]', "nobody of [[staff]]"),
        ("drawer_target = 1000", "drawer_target = 4000", "must not be above drawer_max"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, was: str, wrong: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told.replace("[", r"\[").replace("]", r"\]")):
        settings(tmp_path, SHOP.replace(was, wrong))


def test_the_pulse_goes_to_the_drawer_that_is_in_use() -> None:
    class Drawer:
        category = Category.CASH_DRAWER

        def __init__(self) -> None:
            self.kicks: list[str] = []

        def kick(self, tag: str) -> None:
            self.kicks.append(tag)

    left, right = Drawer(), Drawer()
    effects = Effects(
        documents=lambda *_: None,  # type: ignore[arg-type,return-value]
        lay_out=lambda _: None,  # type: ignore[arg-type,return-value]
        lines=lambda _: ("", ""),
        drawers={"left": "drawer", "right": "drawer-2"},
        devices={"drawer": left, "drawer-2": right},  # type: ignore[dict-item]
    )
    assert effects.kick(DrawerPulse(EffectId(7), DrawerCause.SALE, "right"))
    assert effects.kick(DrawerPulse(EffectId(8), DrawerCause.SALE, "left"))
    assert (left.kicks, right.kicks) == (["8"], ["7"])
