"""A reader whose wire is left out: the card is there as soon as a payment waits for one."""

from __future__ import annotations

from pathlib import Path

from appliance.core.devices import Category
from appliance.drivers.cards.apdu import CardGone, Transmit
from appliance.drivers.cards.boundary import Boundary
from appliance.drivers.cards.closed_loop import ClosedLoop
from appliance.drivers.cards.reader import CardReader, CardSettings
from appliance.emv.engine.terms import CardLost


class CardSlot(CardReader):
    """card: None while nobody holds one to it. tapped: it is held to it, not put in."""

    CATEGORY = Category.SMART_CARD_READER

    def __init__(
        self,
        name: str,
        data: Path,
        aid: bytes,
        card: Transmit | None,
        *,
        static: bool = False,
        tapped: bool = False,
    ) -> None:
        loop = ClosedLoop(aid, Boundary(data, name), static)
        super().__init__(name, CardSettings(closed_loop=loop))
        self.card = card
        self.tapped = tapped

    def _is_tapped(self, _transmit: Transmit) -> bool:
        return self.tapped

    def _serve(self) -> None:
        self._working()
        while not self._closing.wait(0.005):
            if self._awaited and self.card is not None:
                self._at_card_again(_reached(self.card))


def _reached(card: Transmit) -> Transmit:
    def transmit(command: bytes) -> bytes:
        try:
            return card(command)
        except CardLost as error:
            raise CardGone from error

    return transmit
