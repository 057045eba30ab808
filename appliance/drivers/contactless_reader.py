"""Contactless reader by nfcpy: NFC tags of types 2, 3 and 4, phones, and cards by their number.

NFC Forum Digital 1.1 and Type 2, 3 and 4 Tag operation, as nfcpy's readers do them (PN532, PN533,
RC-S380, ACR122U and others, over USB or a serial line).
"""

from __future__ import annotations

import errno

import nfc
import nfc.clf
import nfc.tag.tt4

from appliance.core.devices import CardRefused, CardTrouble, Category, Problem
from appliance.drivers.base import Driver
from appliance.drivers.cards import presented
from appliance.drivers.cards.apdu import CardGone, Transmit
from appliance.drivers.cards.presented import Presented
from appliance.drivers.cards.reader import CardReader, CardSettings, card_settings_from
from appliance.drivers.options import Options
from appliance.drivers.registry import Services
from appliance.drivers.supervised import WireFault

KINDS = ("106A", "106B", "212F")
"""ISO 14443-A and -B, FeliCa."""

PAUSE_S = 0.1
"""Between two looks for a tag, and at one that stays."""

_PEER = 0x40
"""In SEL_RES: it talks as a peer; a phone whose card emulation is another target."""


class ContactlessReader(CardReader):
    """path: as nfcpy names it: usb, usb:054c:06c3, tty:USB0:pn532, udp:host:port."""

    CATEGORY = Category.CONTACTLESS_READER

    def __init__(
        self,
        name: str,
        path: str,
        kinds: tuple[str, ...] = KINDS,
        settings: CardSettings | None = None,
    ) -> None:
        super().__init__(name, settings or CardSettings())
        self._path = path
        self._targets = [nfc.clf.RemoteTarget(kind) for kind in kinds]

    def _serve(self) -> None:
        try:
            frontend = nfc.ContactlessFrontend(self._path)
        except OSError as error:
            raise WireFault(_why(error), f"{self._path}: {error.strerror or error}") from error
        try:
            self._working()
            while not self._closing.is_set():
                self._turn(frontend)
        except OSError as error:
            raise WireFault(_why(error), f"{self._path}: {error.strerror or error}") from error
        finally:
            frontend.close()

    def _turn(self, frontend: nfc.ContactlessFrontend) -> None:
        target = frontend.sense(*self._targets, iterations=1)
        if target is None or (target.sel_res and target.sel_res[0] & _PEER):
            self._closing.wait(PAUSE_S)
            return
        tag = nfc.tag.activate(frontend, target)
        if tag is None:
            self._tell(CardRefused(self.name, CardTrouble.UNREAD))
            self._closing.wait(PAUSE_S)
            return
        transmit = _Way(tag) if isinstance(tag, nfc.tag.tt4.Type4Tag) else None
        self._at_card(transmit, lambda: self._look(tag, transmit))
        while not self._closing.wait(PAUSE_S) and tag.is_present:
            if transmit is None:
                continue
            if transmit.lost:
                return  # reader and card do not agree on where they are: it is selected anew
            if self._awaited:
                self._at_card_again(transmit)

    def _look(self, tag: nfc.tag.Tag, transmit: Transmit | None) -> Presented:
        if transmit is not None:
            message = presented.type4_message(transmit)
            bank_card = not message and presented.is_bank_card(transmit)
        else:
            message, bank_card = _message(tag), False
        return presented.said(
            message,
            bytes(tag.identifier),
            uid_counts=self._settings.uid_counts,
            bank_card=bank_card,
        )


class _Way:
    """To a card, until the first command that it did not answer."""

    def __init__(self, tag: nfc.tag.tt4.Type4Tag) -> None:
        self._tag = tag
        self.lost = False

    def __call__(self, command: bytes) -> bytes:
        try:
            return bytes(self._tag.transceive(bytearray(command)))
        except (nfc.clf.CommunicationError, nfc.tag.TagCommandError, TypeError) as error:
            # nfcpy answers a lost tag with None at places, hence the TypeError.
            self.lost = True
            raise CardGone(str(error)) from error


def _message(tag: nfc.tag.Tag) -> bytes | None:
    """What nfcpy reads of a tag of type 1, 2 or 3."""
    try:
        return None if tag.ndef is None else bytes(tag.ndef.octets)
    except (nfc.clf.CommunicationError, nfc.tag.TagCommandError) as error:
        raise CardGone(str(error)) from error


def _why(error: OSError) -> Problem:
    if error.errno in (errno.EACCES, errno.EPERM):
        return Problem.NO_PERMISSION
    if error.errno == errno.EBUSY:
        return Problem.PORT_BUSY
    return Problem.UNPLUGGED


def create(options: Options, services: Services) -> Driver:
    path = options.text("path", "usb")
    kinds = tuple(options.text("kinds", " ".join(KINDS)).split())
    if not kinds or set(kinds) - set(KINDS):
        options.wrong("kinds", f"must be some of {' '.join(KINDS)}, not {' '.join(kinds)!r}")
    settings = card_settings_from(options, services.data)
    options.finish()
    return ContactlessReader(options.device, path, kinds, settings)
