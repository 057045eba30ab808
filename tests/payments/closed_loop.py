"""The closed loop's driver with its host, for the story book."""

from __future__ import annotations

import tempfile
from pathlib import Path

from appliance.drivers.cards import ca_key
from appliance.drivers.cards.boundary import CardKey, load_key
from appliance.dukpt import aes
from appliance.payments.iso8583.driver import ClosedLoopDialogue, Settings
from appliance.payments.iso8583.ledger import Ledger
from appliance.payments.line import line_to
from hw_sim.card_slot import CardSlot
from hw_sim.closed_loop_host import AID, BDK, CA_LINE, ClosedLoopHost, chip_card

from .conformance import Subject

QUICK = Settings("KRAM0001", "SHOP", answer_s=0.4, card_s=2.0)
KSN = bytes.fromhex("123456789012345600000000")

_FOLDERS: dict[str, tempfile.TemporaryDirectory[str]] = {}
"""A till's data folder by its host, so that a process that comes back finds its ledger again."""


class Desk(ClosedLoopDialogue):
    """With a reader of its own, which lives as long as the wire."""

    def __init__(self, url: str, data: Path) -> None:
        self.slot = CardSlot("slot", data, AID, chip_card().transmit)
        super().__init__(line_to(url), Ledger(data / "loop.db"), QUICK, lambda: self.slot)

    def connect(self) -> None:
        super().connect()
        if self.slot._thread is None:
            self.slot.open(lambda _message: None)

    def disconnect(self) -> None:
        self.slot.close()
        super().disconnect()


def new_data(url: str) -> Path:
    """Of a till that never was: the port of a host that is gone may come again."""
    _FOLDERS.pop(url, None)
    return data_of(url)


def data_of(url: str) -> Path:
    if url not in _FOLDERS:
        _FOLDERS[url] = tempfile.TemporaryDirectory(prefix="kram-loop-")
        key = CardKey("aes", KSN, aes.initial_key(BDK, aes.Serial.read(KSN)))
        load_key(Path(_FOLDERS[url].name), "slot", key)
        ca_key.load(Path(_FOLDERS[url].name), CA_LINE)
    return Path(_FOLDERS[url].name)


def dialogue(url: str) -> Desk:
    return Desk(url, data_of(url))


SUBJECT = Subject(
    "closed_loop",
    ClosedLoopHost,
    dialogue,
    can_cancel=False,
    takes_back=True,
)
