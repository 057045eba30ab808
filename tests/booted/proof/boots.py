"""The image boots: on `virt` with a screen and a printer, on `raspi3b` from its emulated SD card."""

from __future__ import annotations

import time
from pathlib import Path

from PIL import Image

from hw_sim.pi_machine import RASPI_3B

from .page import PICTURE
from .selling import in_journal, on_paper, open_shop, ring, sale, send
from .stand import MEMORY_MIB, WAITS, Stand, Started
from .tally import Tally

READY_OVER_SHELL_S = 6.0
PRINT_S = 120.0
DRAWN_S = 90.0
COLOURS_MIN = 40
"""Distinct colours of a screen on which something is drawn."""
FREE_MIN_MB = 80
RASPI_MIB = 1024
"""QEMU's raspi3b has no other size."""
RASPI_READY_S = 400.0


def first(tally: Tally, image: Path, folder: Path, pictures: Path) -> Started:
    """A first boot with a technician's file, on a board of 512 MB; its screen, and its first sales. All
    other parts go on from here."""
    with Stand(image, folder, tally) as stand:
        stand.provision()
        stand.boot()
        first_boot(stand)
        open_shop(stand)
        drawn(stand)
        sold(stand)
        picture(stand, pictures / PICTURE)
        memory(stand)
        return stand.freeze()


def second(tally: Tally, started: Started, folder: Path) -> None:
    """It is turned off in order, and on again."""
    with started.going_on(folder, tally) as stand:
        identity = stand.run("cat /data/id/machine-id; hostname")
        stand.run("systemctl --no-block poweroff")
        stand.board.wait_end(1, 120)
        tally.check("it turns itself off when it is told to", not stand.board.on)
        stand.board.cut()
        second_boot(stand, identity)


def ready_over_shell(stand: Stand, which: str) -> None:
    ready_s = stand.ready()
    shell_s = int(stand.run("systemctl show debug-shell -P ActiveEnterTimestampMonotonic")) / 1e6
    over = ready_s - shell_s
    stand.tally.figure(
        f"kernel start to READY, over kernel start to a bare shell (virt, {which})",
        f"{ready_s:.1f} s - {shell_s:.1f} s = {over:+.1f} s",
        f"at most +{READY_OVER_SHELL_S:.0f} s",
        reached=over <= READY_OVER_SHELL_S,
    )


def first_boot(stand: Stand) -> None:
    ready_over_shell(stand, "first boot")
    check = stand.tally.check
    check("slot A is what boots first", stand.run("cat /run/kram-slot") == "A")
    name = stand.run("grep -c Proof /var/lib/kram/shop.toml; hostname")
    check("the technician's file is applied", name.startswith("1\n"), name)
    check("its name comes from the board's number", name.endswith("kram-ffee01"), name)
    told = stand.run(
        "mkdir -p /run/p1 && mount -o ro /dev/kram/config /run/p1 && ls /run/p1; umount /run/p1"
    )
    check(
        "nothing of the file is left on the card's first partition", "provision" not in told, told
    )
    grown(stand)
    told = stand.run("ls -l /dev/kram/screen; stat -Lc %G /dev/kram/screen /dev/gpiochip0")
    check("udev gives devices their names and groups", told.endswith("video\ngpio"), told)
    check("root is read-only below", "ro" in stand.run("findmnt -no OPTIONS /ro").split(","))
    failed = stand.run("systemctl --failed --no-legend --plain")
    check("no unit has failed", failed == "", failed)


def grown(stand: Stand) -> None:
    size = int(stand.run("df -Pk /data | awk 'NR==2 {print $2}'"))
    stand.tally.check(
        "the data partition has grown to the card's end", size > 2 << 20, f"{size} KiB"
    )


def drawn(stand: Stand) -> None:
    colours, until = 0, time.monotonic() + DRAWN_S
    while colours < COLOURS_MIN and time.monotonic() < until:
        stand.run("sleep 3")  # the till is ready before its first frame
        colours = len(_shown(stand).getcolors(1 << 20) or [])
    stand.tally.check(
        "the screen is drawn by Kivy through KMS", colours >= COLOURS_MIN, f"{colours} colours"
    )


def picture(stand: Stand, path: Path) -> None:
    """What stands on the screen while a sale is rung; then it is paid."""
    *lines, tender = sale(2)
    before, until = _shown(stand).tobytes(), time.monotonic() + DRAWN_S
    send(stand, *lines)
    while (shown := _shown(stand)).tobytes() == before and time.monotonic() < until:
        stand.run("sleep 3")
    stand.run("sleep 3")  # what moves has come to rest
    _shown(stand).save(path)
    changed = shown.tobytes() != before
    stand.tally.check("the lines of a sale come up on the screen", changed)
    receipts = on_paper(stand)
    send(stand, tender)
    stand.printer.wait_receipts(receipts + 1, PRINT_S)


def _shown(stand: Stand) -> Image.Image:
    path = stand.folder / "screen.png"
    stand.board.screenshot(path)
    with Image.open(path) as shown:
        return shown.convert("RGB")


def sold(stand: Stand) -> None:
    paid = ring(stand, 2)
    stand.tally.check("a sale is rung by `till send` in the guest", len(paid) == 2, paid)
    stand.printer.wait_receipts(len(paid), PRINT_S)
    stand.tally.check("its receipts come out of the printer outside", on_paper(stand) == len(paid))
    inside = in_journal(stand)
    stand.tally.check("the journal inside has the same sales", set(paid) <= set(inside), inside)
    told = stand.till("journal verify")
    stand.tally.check("`till journal verify` is whole", "proven" in told, told)


def memory(stand: Stand) -> None:
    free = int(stand.run("awk '/MemAvailable/ {print int($2 / 1024)}' /proc/meminfo"))
    stand.tally.figure(
        f"memory available while selling, of {MEMORY_MIB} MB",
        f"{free} MB",
        f"at least {FREE_MIN_MB} MB",
        reached=free >= FREE_MIN_MB,
    )


def second_boot(stand: Stand, identity: str) -> None:
    stand.boot()
    ready_over_shell(stand, "second boot")
    # The till is ready before first boot has given the machine its name.
    told = stand.run("systemctl start kram-first-boot; cat /data/id/machine-id; hostname")
    stand.tally.check(
        "the second boot has the first one's identity and name", told == identity, told
    )
    inside = in_journal(stand)
    stand.tally.check("the second boot has the first one's sales", bool(inside), inside)


def raspi_3b(tally: Tally, image: Path, folder: Path) -> None:
    """The Pi 3's own SD host, device tree, USB host and serial lines, as far as QEMU has them; its boot
    ROM reads an MBR alone."""
    with Stand(
        *(image, folder, tally, RASPI_3B),
        memory_mib=RASPI_MIB,
        usb_printer=True,
        words=WAITS,
    ) as stand:
        stand.provision()
        stand.boot()
        ready_s = stand.ready(RASPI_READY_S)
        tally.figure("kernel start to READY, first boot (raspi3b)", f"{ready_s:.1f} s")
        disk = stand.run("cat /run/kram-disk")
        tally.check("it boots from its SD card", "mmcblk" in disk, disk)
        open_shop(stand)
        sold(stand)
