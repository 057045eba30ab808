"""Chip card reader by PC/SC (pcscd, libccid): contact cards, and tags on PC/SC contactless readers.

PC/SC workgroup specification 2.01.14, parts 3 and 5, through pyscard's `scard`. One thread waits in
SCardGetStatusChange, which costs nothing while no card comes.
"""

from __future__ import annotations

from smartcard import scard

from appliance.core.devices import CardRefused, CardTrouble, Category, Problem
from appliance.drivers.base import Driver
from appliance.drivers.cards import presented
from appliance.drivers.cards.apdu import CardGone, Transmit
from appliance.drivers.cards.presented import Presented
from appliance.drivers.cards.reader import CardReader, CardSettings, card_settings_from
from appliance.drivers.options import Options
from appliance.drivers.registry import Services
from appliance.drivers.supervised import WireFault

LOOK_MS = 200
"""How long a look at the reader lasts: bounds the close, and the start of a payment."""

_PROTOCOLS = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
_NO_READER = frozenset(
    (
        scard.SCARD_E_NO_READERS_AVAILABLE,
        scard.SCARD_E_UNKNOWN_READER,
        scard.SCARD_E_READER_UNAVAILABLE,
    )
)
_COUNT_AT = 16
"""The upper half of a state counts the cards that came and went, also the quick ones."""

_GONE = scard.SCARD_STATE_UNKNOWN | scard.SCARD_STATE_UNAVAILABLE


class SmartCardReader(CardReader):
    """reader: a part of the reader's name as `pcsc_scan` shows it; empty for the first one."""

    CATEGORY = Category.SMART_CARD_READER

    def __init__(self, name: str, reader: str = "", settings: CardSettings | None = None) -> None:
        super().__init__(name, settings or CardSettings())
        self._reader = reader

    def _serve(self) -> None:
        result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
        _done(result, "pcscd")
        try:
            found = self._found(context)
            self._working()
            self._watch(context, found)
        finally:
            scard.SCardReleaseContext(context)

    def _found(self, context: int) -> str:
        result, readers = scard.SCardListReaders(context, [])
        _done(result, "no reader")
        for reader in readers:
            if self._reader.lower() in str(reader).lower():
                return str(reader)
        raise WireFault(Problem.UNPLUGGED, f'no reader "{self._reader}" among: {readers}')

    def _watch(self, context: int, reader: str) -> None:
        state, here = scard.SCARD_STATE_UNAWARE, False
        while not self._closing.is_set():
            result, [(_, now, _)] = scard.SCardGetStatusChange(context, LOOK_MS, [(reader, state)])
            if result == scard.SCARD_E_TIMEOUT:
                if here and self._awaited:
                    self._read(context, reader, again=True)
                continue
            _done(result, reader)
            if now & _GONE:
                raise WireFault(Problem.UNPLUGGED, reader)
            another = now >> _COUNT_AT != state >> _COUNT_AT
            came = bool(now & scard.SCARD_STATE_PRESENT) and (another or not here)
            here = bool(now & scard.SCARD_STATE_PRESENT)
            state = now & ~scard.SCARD_STATE_CHANGED
            if came:
                self._read(context, reader)

    def _read(self, context: int, reader: str, *, again: bool = False) -> None:
        result, card, protocol = scard.SCardConnect(
            context, reader, scard.SCARD_SHARE_SHARED, _PROTOCOLS
        )
        if result != scard.SCARD_S_SUCCESS:
            # A card the wrong way round, or one whose chip is dead.
            if not again:
                self._tell(CardRefused(self.name, CardTrouble.UNREAD))
            return
        transmit = transmit_to(card, protocol)
        try:
            if again:
                self._at_card_again(transmit)
            else:
                self._at_card(transmit, lambda: self._look(transmit))
        finally:
            scard.SCardDisconnect(card, scard.SCARD_LEAVE_CARD)

    def _is_tapped(self, transmit: Transmit) -> bool:
        return bool(presented.uid_of(transmit))

    def _look(self, transmit: Transmit) -> Presented:
        uid = presented.uid_of(transmit)
        message = presented.type4_message(transmit)
        if message is None and uid:
            message = presented.type2_message(transmit)
        return presented.said(
            message,
            uid,
            uid_counts=self._settings.uid_counts,
            bank_card=not message and presented.is_bank_card(transmit),
        )


def transmit_to(card: int, protocol: int) -> Transmit:
    pci = scard.SCARD_PCI_T1 if protocol == scard.SCARD_PROTOCOL_T1 else scard.SCARD_PCI_T0

    def transmit(command: bytes) -> bytes:
        result, answer = scard.SCardTransmit(card, pci, list(command))
        if result != scard.SCARD_S_SUCCESS:
            raise CardGone(scard.SCardGetErrorMessage(result))
        return bytes(byte & 0xFF for byte in answer)

    return transmit


def _done(result: int, what: str) -> None:
    if result == scard.SCARD_S_SUCCESS:
        return
    problem = Problem.UNPLUGGED if result in _NO_READER else Problem.NO_ANSWER
    raise WireFault(problem, f"{what}: {scard.SCardGetErrorMessage(result)}")


def create(options: Options, services: Services) -> Driver:
    reader = options.text("reader", "")
    settings = card_settings_from(options, services.data)
    options.finish()
    return SmartCardReader(options.device, reader, settings)
