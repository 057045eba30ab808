"""Starts the image in QEMU with a till's counter around it: a screen, a network, a printer outside.

The simulated Raspberry Pi (tests/hw_sim/pi_board.py) boots it, so that a restart, an update's trial
boot or a hanging kernel go as on a real one. The card is a copy: the image stays as it was built.
"""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import shutil
import threading
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from appliance.provision import document
from appliance.provision.card import FILE
from hw_sim import toml_text
from hw_sim.firmware import FIRST_PARTITION
from hw_sim.pi_board import PiBoard
from hw_sim.pi_machine import VIRT, Machine, Wiring
from hw_sim.printer import Printer
from hw_sim.printer_wires import TcpWire
from hw_sim.qmp import QmpFault
from hw_sim.sd_card import SdCard
from image import places
from image.layout import MIB
from image.tools import Stopped, run

# A card of 4 GB: the data partition grows into it at the first start.
CARD_MIB = 4 * 1024
# This machine, as the guest sees it through QEMU's own network.
HOST = "10.0.2.2"
VNC = 7
# Emulated, with one processor of this machine busy, a start takes most of a minute.
READY_S = 600.0
COMMAND_S = 180.0
# For a receipt that the guest prints, and for it to switch itself off.
PRINTED_S = OFF_S = 120.0
SALE = (
    {"command": "sign_in", "staff": "olena"},
    {"command": "open_shift", "float_minor": 100000},
    {"command": "scan", "code": "4828401087873"},
    {"command": "tender_cash", "amount_minor": 50000},
)


@dataclass(frozen=True, slots=True)
class Counter:
    """Where what comes out of the till is left."""

    folder: Path
    board: PiBoard
    printer: Printer

    def screen(self, name: str = "screen") -> Path:
        file = self.folder / f"{name}.png"
        fresh = file.with_suffix(".new.png")
        self.board.screenshot(fresh)
        fresh.replace(file)
        return file

    def keep_receipts(self) -> None:
        """The newest receipt as a picture, whenever the knife falls."""

        def keep() -> None:
            (self.folder / "receipt.png").write_bytes(self.printer.paper_png())

        self.printer.on_paper(keep)


def till_of_the_demo(port: int) -> bytes:
    """A provisioning file: the demo's shop, whose printer is outside the guest."""
    table = tomllib.loads((places.CHECKOUT / "config/shop.demo.toml").read_text())
    table["till"].pop("fullscreen", None)
    printer = {"name": "printer", "category": "POSPrinter", "driver": "escpos"}
    table["devices"] = [{**printer, "port": f"tcp://{HOST}:{port}"}]
    return document.write(document.Provision(settings=toml_text.dumps(table)))


def card_of(image: Path, folder: Path, provision: bytes) -> Path:
    """A copy of the image on a larger card, with the demo's provisioning file."""
    card = folder / "card.img"
    run("cp", "--sparse=always", image, card)
    with card.open("r+b") as opened:
        opened.truncate(CARD_MIB * MIB)
    SdCard(card).write(FIRST_PARTITION, FILE, provision)
    return card


def machine() -> Machine:
    """With its screen on VNC, on loopback: QEMU's own window wants a desktop."""

    def options(wiring: Wiring) -> list[str]:
        return [*VIRT.options(wiring), "-vnc", f"127.0.0.1:{VNC}"]

    return replace(VIRT, options=options)


@contextlib.contextmanager
def counter(image: Path, folder: Path) -> Iterator[Counter]:
    if not image.is_file():
        raise Stopped(f"{image} is not there. Please run: make image")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    wire = TcpWire()
    printer = Printer(wire)
    printer.replug()
    port = int(wire.port.rsplit(":", 1)[1])
    card = card_of(image, folder, till_of_the_demo(port))
    with PiBoard(card, folder, machine(), Wiring(str(card)), print) as board:
        it = Counter(folder, board, printer)
        it.keep_receipts()
        board.plug_in()
        yield it
    printer.unplug()


def wait_ready(it: Counter) -> float:
    """Seconds from the kernel's start to the till's READY, by the guest's own clock."""
    shell = it.board.shell
    shell.wait(READY_S)
    began = time.monotonic()
    while time.monotonic() - began < READY_S:
        state = shell.run(
            "systemctl show kram.service -p ActiveState -p ActiveEnterTimestampMonotonic"
        )
        told = dict(line.split("=", 1) for line in state.splitlines() if "=" in line)
        if told.get("ActiveState") == "active":
            return int(told["ActiveEnterTimestampMonotonic"]) / 1e6
        time.sleep(2)
    raise Stopped(f"The till was not ready within {READY_S:.0f} s; see {it.folder}/console.log")


def till(it: Counter, *words: str) -> str:
    """A command of the till's, by the till's own user in the guest."""
    as_kram = "setpriv --reuid=kram --regid=kram --init-groups env HOME=/var/lib/kram"
    said = f"{as_kram} KRAM_CONFIG=/var/lib/kram/shop.toml till {shlex.join(words)}"
    return it.board.shell.run(said, COMMAND_S)


def fill_shelves(it: Counter) -> None:
    """The demo's goods: a till that nobody has set up has none."""
    till(it, "catalogue", "import", "/usr/lib/kram/config/demo/catalogue.csv")
    till(it, "catalogue", "keys", "/usr/lib/kram/config/demo/quick_keys.toml")


def sell(it: Counter) -> None:
    for command in SALE:
        till(it, "send", json.dumps(command))


def look(image: Path, folder: Path) -> None:
    """Until Ctrl-C: the screen on VNC and as a picture, receipts as pictures."""
    with counter(image, folder) as it:
        print(f"\n  the screen    any VNC viewer at 127.0.0.1:{5900 + VNC} (click: a finger)")
        print(f"                or {folder}/screen.png, drawn again every two seconds")
        print(f"  receipts      {folder}/receipt.png, what the printer outside cut off last")
        print(f"  the kernel    {folder}/console.log")
        print("  Ctrl-C pulls the plug.\n", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            print(f"  ready {wait_ready(it):.0f} s after the kernel's start; filling the shelves")
            fill_shelves(it)
            while it.board.on or not it.board.runs:
                # There is no picture while the board restarts.
                with contextlib.suppress(QmpFault, OSError):
                    it.screen()
                time.sleep(2)


def headless(image: Path, folder: Path) -> int:
    """For scripts: boots, sells once, leaves screen and receipt, powers off. 0 when a receipt came."""
    with counter(image, folder) as it:
        ready_s = wait_ready(it)
        print(f"ready {ready_s:.1f} s after the kernel's start", flush=True)
        print(f"first screen: {it.screen('first')}")
        fill_shelves(it)
        printed = threading.Event()
        it.printer.on_paper(printed.set)
        sell(it)
        came = printed.wait(PRINTED_S)
        print(f"after a sale: {it.screen()}")
        (folder / "printed.bin").write_bytes(it.printer.tap.bytes_from_till())
        print(f"receipt: {folder}/receipt.png" if came else "no receipt came out")
        it.board.shell.run("systemctl poweroff")
        it.board.wait_end(len(it.board.runs), OFF_S)
    return 0 if came else 1


def main(image: Path, folder: Path) -> int:
    if os.environ.get("HEADLESS"):
        return headless(image, folder)
    look(image, folder)
    return 0
