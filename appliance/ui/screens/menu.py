"""More: everything that is not selling, one touch away, in groups."""

from __future__ import annotations

from functools import partial
from typing import Any

from appliance.core.view import Look
from appliance.ui.rect import Rect
from appliance.ui.screens.base import Screen
from appliance.ui.screens.tiles import TILES, Group, Tile
from appliance.ui.theme import TYPE
from appliance.ui.widgets.key import Key, Kind


class MoreScreen(Screen):
    """Tabs of the groups, and the chosen group's tiles."""

    def build(self) -> None:
        t = self.kit.t
        self.groups = [group for group in Group if any(it.group is group for it in TILES)]
        self.chosen = self.groups[0]
        self.tabs = {
            group: self.key(t(group.value), partial(self.choose, group), size=TYPE.body)
            for group in self.groups
        }
        self.tiles: dict[int, Key] = {
            at: self.key(
                t(tile.title),
                partial(self._do, tile),
                tile.kind,
                icon=tile.icon,
                hotkey=tile.hotkey,
            )
            for at, tile in enumerate(TILES)
        }
        self.back = self.key(t("Back"), self.desk.home, hotkey="escape")

    def enter(self, **how: Any) -> None:
        """group: which tab is up; else the first."""
        self.choose(how.get("group", self.groups[0]))

    def choose(self, group: Group) -> None:
        self.chosen = group
        for name, key in self.tabs.items():
            key.change(kind=Kind.CHOSEN if name is group else Kind.QUIET)
        self.arrange(self.rect)

    def update(self, look: Look, before: Look) -> None:
        for at, key in self.tiles.items():
            key.change(enabled=TILES[at].enabled(look), badge=TILES[at].badge(look))

    def arrange(self, rect: Rect) -> None:
        if not rect.w:
            return
        sizes = self.kit.measures
        back, rest = rect.cut_bottom(sizes.pay_height, sizes.px(10))
        tabs, grid = rest.cut_top(sizes.touch(52), sizes.px(10))
        for key, place in zip(
            self.tabs.values(), tabs.grid(len(self.tabs), 1, sizes.gap), strict=True
        ):
            key.place(place)
        self.back.place(back.cut_left(back.w // 4)[0])
        columns, rows = (3, 4) if sizes.portrait else (4, 3)
        places = iter(grid.grid(columns, rows, sizes.gap))
        for at, key in self.tiles.items():
            if TILES[at].group is self.chosen:
                self.show(key, next(places))
            else:
                self.hide(key)

    def _do(self, tile: Tile) -> None:
        if tile.act is not None:
            tile.act(self.desk)
        else:
            self.desk.go(tile.page)
