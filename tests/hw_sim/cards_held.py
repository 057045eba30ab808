"""Cards and tags that a hand holds to the till's readers: a real pcscd's slot, nfcpy's radio by UDP."""

from __future__ import annotations

import contextlib
import secrets
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import ndef

from appliance.drivers.cards import ca_key
from appliance.drivers.cards.boundary import CardKey, load_key
from appliance.dukpt import aes
from hw_sim import closed_loop_host, pcsc
from hw_sim.card_files import PPSE, Card, fci
from hw_sim.nfc_tag import Tag, Type2Tag, Type4Tag

Held = Literal["", "badge", "club", "gift", "bank"]
"""badge: a tag with a number and nothing on it. club: the shop's own payment card. gift: a tag that
says a gift card's code. bank: a scheme's card, which belongs to the terminal."""

BADGE_UID = bytes.fromhex("04A1B2C3D4E5F6")
GIFT_UID = bytes.fromhex("04112233445566")
SOME_UID = bytes.fromhex("A1B2C3D4")
HELD_S = 3.0
READER, SLOT = "tags", "slot"


class CardsHeld:
    """One at a time. slot: a chip card reader too, where this machine can have one: it has one card
    service, which other programs may want."""

    def __init__(self, folder: Path, on_change: Callable[[], None], *, slot: bool = False) -> None:
        self.held: Held = ""
        self._on_change = on_change
        self._club = closed_loop_host.chip_card()
        self._port = _free_port()
        self._taken = threading.Event()
        self._hand: threading.Thread | None = None
        self._pcscd: pcsc.Daemon | None = None
        if slot and not pcsc.possible():
            self._pcscd = pcsc.Daemon(folder)
            self._pcscd.start()

    @property
    def club_reader(self) -> str:
        return READER if self._pcscd is None else SLOT

    def devices(self) -> list[dict[str, object]]:
        """The `[[devices]]` tables of the readers."""
        aid = {"aid": closed_loop_host.AID.hex()}
        path = f"udp:127.0.0.1:{self._port}"
        tags = {"name": READER, "category": "ContactlessReader", "driver": "nfcpy"}
        found: list[dict[str, object]] = [{**tags, "path": path, "kinds": "106A", **aid}]
        if self._pcscd is not None:
            slot = {"name": SLOT, "category": "SmartCardReader", "driver": "pcsc"}
            found.append({**slot, "reader": pcsc.READER, **aid})
        return found

    def load_keys(self, data: Path) -> None:
        """Each reader gets a key of the club's host that no reader had before, and the till what tells
        genuine cards."""
        ca_key.load(data, closed_loop_host.CA_LINE)
        for device in (READER, SLOT):
            ksn = secrets.token_bytes(8) + bytes(4)
            initial = aes.initial_key(closed_loop_host.BDK, aes.Serial.read(ksn))
            load_key(data, device, CardKey("aes", ksn, initial))

    def hold(self, what: Held, code: str = "") -> None:
        """For a moment, or until something else is held. code: a gift card's, for its tag."""
        self.take_away()
        if not what:
            return
        self._taken = threading.Event()
        self.held = what
        self._hand = threading.Thread(target=self._stay, args=(what, code), daemon=True)
        self._hand.start()
        self._on_change()

    def take_away(self) -> None:
        self._taken.set()
        if self._hand is not None:
            self._hand.join(5)

    def state(self) -> dict[str, Any]:
        return {"held": self.held, "slot": self._pcscd is not None}

    def close(self) -> None:
        self.take_away()
        if self._pcscd is not None:
            self._pcscd.stop()

    def _stay(self, what: Held, code: str) -> None:
        try:
            if what == "club" and self._pcscd is not None:
                card = pcsc.ChipCard(self._club.transmit)
                card.insert()
                self._taken.wait(HELD_S)
                card.pull()
            else:
                with self._tag(what, code):
                    self._taken.wait(HELD_S)
        finally:
            self.held = ""
            self._on_change()

    def _tag(self, what: Held, code: str) -> Tag:
        if what == "club":
            return Type4Tag(self._port, SOME_UID, self._club.transmit)
        if what == "gift":
            message = b"".join(ndef.message_encoder([ndef.TextRecord(code)])) if code else None
            return Type2Tag(self._port, GIFT_UID, message)
        if what == "bank":
            return Type4Tag(self._port, SOME_UID, bank_card())
        return Type2Tag(self._port, BADGE_UID, None)


def bank_card() -> Card:
    visa = bytes.fromhex("A0000000031010")
    return Card({PPSE: fci(PPSE), visa: fci(visa, "VISA")})


def _free_port() -> int:
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
