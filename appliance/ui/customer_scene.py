"""What the customer's screen tells at each moment, as a pure function of views and time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from appliance.core.view import BasketLook, LineLook, Look

THANKS_S = 20.0
"""The change stays up until the next item, or as long as it takes to put it into a purse."""


class Topic(Enum):
    """away: no till answers. closed: no shift. welcome: nothing in the basket. price: a price
    check. basket: goods are being entered or paid. code: there is one to scan and pay. change: a sale was just paid."""

    AWAY = "away"
    CLOSED = "closed"
    WELCOME = "welcome"
    PRICE = "price"
    BASKET = "basket"
    CODE = "code"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class Scene:
    """look: what to draw it from, None before the first view. line: the item just entered."""

    topic: Topic
    look: Look | None = None
    line: LineLook | None = None


class Story:
    """Follows the views and remembers what only their order tells: which line and sale is new."""

    def __init__(self) -> None:
        self.scene = Scene(Topic.AWAY)
        self._known = False
        self._done: int | None = None
        self._thanked_until_s = 0.0
        self._price_seen = 0

    def hear(self, look: Look | None, now_s: float) -> Scene:
        """A new view, or None when the till went away."""
        if look is None:
            self.scene = Scene(Topic.AWAY, self.scene.look)
            return self.scene
        done = int(look.done.sale) if look.done else None
        if not self._known:
            # A sale or price that was there before this screen was is nobody's any more.
            self._known, self._done = True, done
            self._price_seen = look.price.serial if look.price else 0
        elif done != self._done:
            self._done = done
            self._thanked_until_s = now_s + THANKS_S
        self.scene = self._scene(look, now_s)
        return self.scene

    def wait(self, now_s: float) -> Scene:
        """The same view, later: thanks end by themselves."""
        if self.scene.topic is Topic.CHANGE and self.scene.look is not None:
            self.scene = self._scene(self.scene.look, now_s)
        return self.scene

    def _scene(self, look: Look, now_s: float) -> Scene:
        basket = look.basket
        if basket is not None and basket.lines:
            before = self.scene.look.basket if self.scene.look else None
            held = self.scene.line.line if self.scene.line else None
            line = newest_line(basket, before)
            if line is None:
                line = next((x for x in basket.lines if x.line == held), basket.lines[-1])
            self._thanked_until_s = 0.0
            if look.pay.code is not None and look.pay.asked is not None:
                return Scene(Topic.CODE, look, line)
            return Scene(Topic.BASKET, look, line)
        if look.price_check and look.price and look.price.serial != self._price_seen:
            return Scene(Topic.PRICE, look)
        if look.done is not None and now_s < self._thanked_until_s:
            return Scene(Topic.CHANGE, look)
        return Scene(Topic.CLOSED if look.shift is None else Topic.WELCOME, look)


def newest_line(basket: BasketLook, before: BasketLook | None) -> LineLook | None:
    """The line that was entered or changed last, None when none was."""
    if before is None or before.sale != basket.sale:
        return basket.lines[-1]
    old = {line.line: line for line in before.lines}
    changed = [line for line in basket.lines if old.get(line.line) != line]
    return changed[-1] if changed else None
