"""A till on the stand: a copy of the released card in a simulated board, and a printer outside it."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import tempfile
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from appliance.provision import document
from hw_sim.patience import slowness
from hw_sim.pi_board import PiBoard
from hw_sim.pi_machine import RASPI_3B, VIRT, Machine, Wiring
from hw_sim.printer import Printer
from hw_sim.printer_wires import TcpWire
from hw_sim.sd_card import SdCard
from hw_sim.sd_card_server import SdCardServer

from .tally import Tally

CARD_BYTES = 4 << 30
"""As flashed to the smallest card that is sold; QEMU's SD host wants a power of two."""
HOST = "10.0.2.2"
"""Whoever runs the guest, as the guest calls it."""
USB_SERIAL = "/dev/ttyUSB0"
BOOT_S = 240.0
THAW_S = 60.0
MEMORY_MIB = 512
CARD, FROZEN, PORT = "frozen-card.img", "frozen", "frozen-port"
READY_S = 240.0
COMMAND_S = 120.0
PROVISION = "kram-provision.json"
HEALTHY_S = 30


def override(unit: str, text: str) -> str:
    """A word for Linux's command line: settings of a unit, beside those of the image."""
    return f"systemd.set_credential_binary=systemd.unit-dropin.{unit}:{b64encode(text.encode()).decode()}"


WORDS = (
    f"systemd.setenv=KRAM_HEALTHY_S={HEALTHY_S}",
    override("kram.service", "[Service]\nWatchdogSec=5min\n"),
    override("kram-first-boot.service", "[Service]\nTimeoutStartSec=10min\n"),
)
"""The ten healthy minutes of a trial, in the time that a proof has; and time for a board that is emulated
on a busy machine: Mesa alone compiles its shaders for half a minute, and all of the till's threads wait."""
WAITS = (override("kram.service~waits", "[Unit]\nAfter=kram-first-boot.service\n"),)
"""The till is not started beside first boot, where each sector of the card costs a millisecond."""
CONFIG = 1
"""The partition where a technician's file lies."""
AS_KRAM = (
    "setpriv --reuid=kram --regid=kram --init-groups env HOME=/var/lib/kram"
    " KRAM_CONFIG=/var/lib/kram/shop.toml"
)

SETTINGS = """\
[shop]
name = "Proof"
language = "en"
currency = "UAH"

[taxes.VAT20]
rate = 20
letter = "A"

[taxes.VAT7]
rate = 7
letter = "B"

[taxes.EXC5]
rate = 5
letter = "D"
compound = true

[taxes.NONE]
rate = 0
letter = "V"

[[staff]]
id = "olena"
name = "Olena"
role = "manager"

[[devices]]
name = "printer"
category = "POSPrinter"
driver = "escpos"
port = "{printer}"
"""


class Stand:
    """One card, one board, one printer. chance: what becomes of a card's unwritten cache at a cut.
    port: where the printer listens; 0: anywhere. usb_printer: it hangs on a USB serial adapter, not
    on the network. words: more for Linux's command line."""

    def __init__(
        self,
        image: Path,
        folder: Path,
        tally: Tally,
        machine: Machine = VIRT,
        *,
        memory_mib: int = MEMORY_MIB,
        chance: random.Random | None = None,
        port: int = 0,
        usb_printer: bool = False,
        words: Sequence[str] = (),
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.tally = tally
        self.folder = folder
        self.image = folder / "card.img"
        copy_card(image, self.image)
        self.card = SdCard(self.image)
        self.printer = Printer(TcpWire(port))
        self._short = Path(tempfile.mkdtemp(prefix="sd-"))
        self.served = SdCardServer(self.image, self._short / "nbd")
        port = int(self.printer.port.rpartition(":")[2])
        self._printer = USB_SERIAL if usb_printer else f"tcp://{HOST}:{port}"
        wiring = Wiring(
            # An SD host asks for each sector alone: half a minute of a start, over a socket.
            str(self.image) if machine is RASPI_3B else self.served.address,
            memory_mib=memory_mib,
            usb_serial=port if usb_printer else 0,
            words=(*WORDS, *words),
        )
        self.board = PiBoard(
            *(self.image, folder, machine, wiring, tally.say), served=self.served, chance=chance
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.board.__exit__(None, None, None)
        self.tally.saw(self.board)
        self.served.__exit__(None, None, None)
        self.printer.close()
        shutil.rmtree(self._short, ignore_errors=True)
        self.image.unlink(missing_ok=True)

    @property
    def settings(self) -> str:
        return SETTINGS.format(printer=self._printer)

    def provision(self, **said: Any) -> None:
        """Leaves a technician's file on the card."""
        it = document.Provision(card="C7F3K9QR", by="proof", settings=self.settings, **said)
        self.card.write(CONFIG, PROVISION, document.write(it))

    def freeze(self) -> Started:
        """Keeps the till as it is now, for others to go on from; this one has no power any more."""
        port = int(self.printer.port.rpartition(":")[2])
        started = Started(self.folder / CARD, self.folder / FROZEN, port)
        self.board.freeze(started.frozen)
        self.served.keep_all()
        self.board.cut()
        copy(self.image, started.card)
        (self.folder / PORT).write_text(str(port), encoding="ascii")
        return started

    # The board's life.

    def boot(self) -> None:
        """Power on, and wait for a shell."""
        self.board.plug_in()
        self.board.shell.wait(BOOT_S)

    def go_on(self, started: Started) -> None:
        """From the frozen moment; the card must be as it was then."""
        self.board.plug_in(started.frozen)
        self.board.thawed(THAW_S)

    def run(self, command: str, seconds: float = COMMAND_S) -> str:
        return self.board.shell.run(command, seconds)

    def till(self, words: str, seconds: float = COMMAND_S) -> str:
        """The till's command line, as the till's own user."""
        return self.run(f"{AS_KRAM} till {words}", seconds)

    def ready(self, seconds: float = READY_S) -> float:
        """Waits for the till's READY; seconds from the kernel's start to it. Raises TimeoutError."""
        rounds = round(seconds * slowness() / 4)
        told = self.run(
            f"for i in $(seq {rounds}); do"
            " s=$(systemctl show kram -P ActiveState); [ $s = active ] && break; sleep 4; done;"
            " systemctl show kram -p ActiveState -p ActiveEnterTimestampMonotonic -p NRestarts",
            seconds * 2,
        )
        if "ActiveState=active" not in told:
            log = self.run("journalctl -b -u kram -u kram-first-boot --no-pager | tail -40")
            raise TimeoutError(f"the till is not ready: {told}\n{log}")
        found = re.search(r"ActiveEnterTimestampMonotonic=(\d+)", told)
        assert found is not None, told
        return int(found[1]) / 1e6


@dataclass(frozen=True, slots=True)
class Started:
    """A till that runs and sells, frozen: its card and its memory."""

    card: Path
    frozen: Path
    port: int

    @classmethod
    def kept(cls, folder: Path) -> Self:
        """What `freeze` left in a folder."""
        port = int((folder / PORT).read_text(encoding="ascii"))
        return cls(folder / CARD, folder / FROZEN, port)

    @contextmanager
    def going_on(
        self, folder: Path, tally: Tally, chance: random.Random | None = None
    ) -> Iterator[Stand]:
        with Stand(self.card, folder, tally, chance=chance, port=self.port) as stand:
            stand.go_on(self)
            yield stand


def copy(source: Path, to: Path) -> None:
    """Holes stay holes."""
    subprocess.run(["cp", "--sparse=always", str(source), str(to)], check=True)


def copy_card(image: Path, to: Path) -> None:
    """Holes stay holes; the rest of the card is empty, as on one just flashed."""
    to.parent.mkdir(parents=True, exist_ok=True)
    copy(image, to)
    with to.open("r+b") as card:
        card.truncate(CARD_BYTES)


def fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
