"""The support bundle: onto a stick and as QR codes on the screen, and nothing of a customer in it."""

from __future__ import annotations

import io
import subprocess
import tarfile
import time
from pathlib import Path

import zxingcpp
from PIL import Image

from appliance.support_frames import joined

from . import screens
from .selling import send
from .stand import Stand
from .sticks import formatted, mtools
from .usb import USUAL, plugged

NAME, PHONE, MAIL, CARD = "Одарка Забіяка", "+380671234567", "odarka@example.com", "29000077"
PRIVATE = (NAME, "Одарка", "Забіяка", PHONE, PHONE[1:], PHONE[3:], MAIL, CARD, "Rye bread", "Milk")
"""Of a customer, and what she bought."""
MADE_S, FILM_S = 150.0, 30.0
"""The report is made by a process of its own, which looks at everything."""


def customer(stand: Stand) -> None:
    """Somebody the till knows buys something; her number is typed and scanned, too."""
    answers = send(
        stand,
        {"command": "register_customer", "name": NAME, "phone": PHONE, "email": MAIL, "card": CARD},
        {"command": "find_customers", "text": PHONE},
        {"command": "scan", "code": PHONE[1:]},
        {"command": "sell_item", "item": "1063"},
        {"command": "tender_cash"},
    )
    sold = bool(answers[-1].get("ok")) and bool(answers[0].get("ok"))
    stand.tally.check("a customer of the shop buys something", sold, answers)


def on_a_stick(stand: Stand) -> None:
    with plugged(stand, formatted(stand.folder / "stick.img", USUAL), locked=False) as image:
        told = stand.till("support-bundle --stick", 240)
        stand.tally.check("the support bundle is on the stick", "is on the stick" in told, told)
        (name,) = mtools("mdir", "-b", "-i", image, "::").split()
        packed = subprocess.run(
            ["mcopy", "-i", str(image), name, "-"], check=True, capture_output=True
        ).stdout
    members = texts(packed)
    stand.tally.say("    " + ", ".join(f"{it}: {len(text)} B" for it, text in members.items()))
    (stand.folder / "support-bundle.tar.gz").write_bytes(packed)
    nothing_private(stand, "\n".join(members.values()), "the support bundle")
    lines = members.get("kram-support/log.txt", "").count("\n")
    stand.tally.check("and the log is in it", lines > 20, members.get("kram-support/log.txt"))


def texts(packed: bytes) -> dict[str, str]:
    with tarfile.open(fileobj=io.BytesIO(packed)) as bundle:
        files = [(it.name, bundle.extractfile(it)) for it in bundle.getmembers()]
        return {name: file.read().decode() for name, file in files if file is not None}


def on_the_screen(stand: Stand, pictures: Path) -> None:
    """Filmed as a telephone would, until every code was there."""
    screens.opened(stand, screens.HELP)
    picture = pictures / "image-report.png"
    seen: set[str] = set()
    screens.changes(stand, screens.shown(stand), MADE_S)
    until = time.monotonic() + FILM_S
    while time.monotonic() < until and not _whole(seen):
        screens.kept(stand, picture)
        with Image.open(picture) as shown:
            seen |= {it.text for it in zxingcpp.read_barcodes(shown)}
    screens.home(stand, screens.BACK_OF_REPORT)
    whole = _whole(seen)
    stand.tally.check("the report is read off the screen's QR codes", whole, sorted(seen))
    stand.tally.say(f"    {len(seen)} codes")
    nothing_private(stand, str(joined(sorted(seen))) if whole else "", "the report on the screen")


def _whole(seen: set[str]) -> bool:
    return bool(seen) and len(seen) == int(min(seen).split("*")[3])


def nothing_private(stand: Stand, text: str, what: str) -> None:
    found = [it for it in PRIVATE if it in text]
    stand.tally.check(f"nothing of the customer is in {what}", bool(text) and not found, found)
