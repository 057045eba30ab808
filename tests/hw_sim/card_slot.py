"""A reader whose wire is left out: the card is there as soon as a payment waits for one."""

from __future__ import annotations

from pathlib import Path

from appliance.core.devices import Category
from appliance.drivers.cards.apdu import Transmit
from appliance.drivers.cards.boundary import Boundary
from appliance.drivers.cards.closed_loop import ClosedLoop
from appliance.drivers.cards.presented import Presented
from appliance.drivers.cards.reader import CardReader, CardSettings


class CardSlot(CardReader):
    """card: None while nobody holds one to it."""

    CATEGORY = Category.SMART_CARD_READER

    def __init__(self, name: str, data: Path, aid: bytes, card: Transmit | None) -> None:
        super().__init__(name, CardSettings(closed_loop=ClosedLoop(aid, Boundary(data, name))))
        self.card = card

    def _serve(self) -> None:
        self._working()
        while not self._closing.wait(0.005):
            if self._awaited and self.card is not None:
                self._at_card(self.card, Presented)
