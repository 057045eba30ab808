"""The drivers that are proven, each with its simulated terminal and the settings that reach it."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from appliance.drivers.cards import ca_key
from appliance.drivers.cards.boundary import CardKey, load_key
from appliance.dukpt import aes
from hw_sim.closed_loop_host import AID, BDK, chip_card
from hw_sim.ecr17_terminal import TERMINAL_ID
from hw_sim.mono_bank import MonoBank
from hw_sim.nexo_terminal import KEY, POI_ID
from hw_sim.nfc_tag import Type4Tag
from tests.payments import caisse_ap, closed_loop, ecr17, mono, nexo, privat, zvt
from tests.payments.conformance import Subject

from . import messages
from .messages import Split
from .serial_cable import SerialCable
from .wiretap import Wiretap

Cable = Wiretap | SerialCable

READER = "cards"


@dataclass(frozen=True, slots=True)
class Driver:
    """terminal: makes the simulated one. options: what its [[payments]] table says, for a cable's
    address (a TCP port, or a serial port's name) and a folder for its files; time limits are small.
    certificate: of its TLS. reader: it needs a card reader of the till, and a card held to it."""

    name: str
    subject: Subject
    split: Split
    options: Callable[[str, Path], str]
    terminal: Callable[[], object]
    serial: bool = False
    certificate: Path | None = None
    reader: bool = False

    def cable(self, target_port: int, folder: Path) -> Cable:
        if self.serial:
            path = folder / f"{self.name}-line"
            return SerialCable(self.split, target_port=target_port, path=path)
        return Wiretap(self.split, target_port=target_port, certificate=self.certificate)

    def devices(self, data: Path, radio: int) -> str:
        """What the till has beside the terminal: a table of [[devices]], or nothing."""
        if not self.reader:
            return ""
        initial = aes.initial_key(BDK, aes.Serial.read(closed_loop.KSN))
        load_key(data, READER, CardKey("aes", closed_loop.KSN, initial))
        ca_key.load(data, closed_loop.CA_LINE)
        return (
            f'[[devices]]\nname = "{READER}"\ncategory = "ContactlessReader"\n'
            f'driver = "nfcpy"\npath = "udp:127.0.0.1:{radio}"\nkinds = "106A"\n'
            f'aid = "{AID.hex()}"\n'
        )

    def card(self, radio: int) -> Callable[[], AbstractContextManager[object]]:
        """Held to the reader by a customer, always the same one; nothing where the terminal has a
        reader of its own."""
        if not self.reader:
            return nullcontext
        return partial(Type4Tag, radio, bytes.fromhex("04A1B2C3D4E5F6"), chip_card().transmit)


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _tcp(driver: str, settings: str) -> Callable[[str, Path], str]:
    def options(address: str, folder: Path) -> str:
        del folder
        where = f'driver = "{driver}"\nhost = "127.0.0.1"\ntcp_port = {address}\n'
        return where + settings

    return options


def _serial(driver: str, settings: str) -> Callable[[str, Path], str]:
    def options(address: str, folder: Path) -> str:
        del folder
        return f'driver = "{driver}"\nport = "{address}"\n{settings}'

    return options


def _mono(address: str, folder: Path) -> str:
    token = mono.token_file(folder)
    return (
        f'driver = "mono"\ntoken_file = "{token}"\naddress = "http://127.0.0.1:{address}"\n'
        "lifetime_minutes = 0.05\nafter_s = 2\npoll_s = 0.5\ntimeout_s = 1"
    )


def _closed_loop(address: str, folder: Path) -> str:
    return (
        f'driver = "closed_loop"\nurl = "socket://127.0.0.1:{address}"\nterminal = "KRAM0001"\n'
        f'reader = "{READER}"\nledger = "{folder / "loop.db"}"\nanswer_s = 0.5\ncard_s = 10'
    )


_NEXO = f"""\
poi_id = "{POI_ID}"
passphrase_file = "{nexo.passphrase_file()}"
key_identifier = "{KEY.identifier}"
key_version = {KEY.version}
ca = "{nexo.shown().path}"
service_s = 0.5
answer_s = 1.0"""
_PRIVAT = (
    "after_ping_s = 0\nbetween_s = 0\nservice_s = 0.5\nanswer_s = 2\npoll_s = 0.1\nidle_s = 0.2"
)
_ZVT = "ack_s = 0.3\nanswer_s = 1.0"
_ECR17 = f'terminal_id = "{TERMINAL_ID}"\nack_s = 0.3\nanswer_s = 0.5'
_CAISSE_AP = "answer_s = 0.5\nquiet_s = 0.05"


def _driver(
    subject: Subject, split: Split, options: Callable[[str, Path], str], **more: object
) -> Driver:
    made = {"name": subject.name, "terminal": subject.terminal} | more
    return Driver(subject=subject, split=split, options=options, **made)  # type: ignore[arg-type]


DRIVERS: dict[str, Driver] = {
    it.name: it
    for it in (
        _driver(privat.SUBJECT, messages.privat, _tcp("privat", _PRIVAT)),
        _driver(
            privat.SUBJECT,
            messages.privat,
            _serial("privat", _PRIVAT),
            name="privat-serial",
            serial=True,
        ),
        _driver(zvt.SUBJECT, messages.zvt, _tcp("zvt", _ZVT)),
        _driver(zvt.SERIAL_SUBJECT, messages.zvt_serial, _serial("zvt", _ZVT), serial=True),
        _driver(nexo.SUBJECT, messages.http, _tcp("nexo", _NEXO), certificate=nexo.shown().path),
        _driver(caisse_ap.SUBJECT, messages.caisse_ap, _tcp("caisse_ap", _CAISSE_AP)),
        _driver(ecr17.SUBJECT, messages.ecr17, _tcp("ecr17", _ECR17)),
        _driver(closed_loop.SUBJECT, messages.iso8583, _closed_loop, reader=True),
        _driver(mono.SUBJECT, messages.http, _mono, terminal=partial(MonoBank)),
    )
}
