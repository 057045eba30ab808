"""Switched off by its button, and restarted by order: what was in the basket is there again."""

from __future__ import annotations

import time
from pathlib import Path

from appliance.ui.theme import LIGHT
from hw_sim.pi_board import Ended

from . import screens
from .asking import Asker
from .hang import pay
from .selling import send, sign_in
from .stand import Stand

OFF_S = 120.0
PLATE = 10_000
"""Pixels of a short message's plate; ink of the same colour is less on any page."""


def button(stand: Stand, pictures: Path) -> None:
    """Also what a UPS board's signal comes as: a key on a pin."""
    tally, number = stand.tally, len(stand.board.runs)
    send(stand, {"command": "sell_item", "item": "1002"})
    began = time.monotonic()
    stand.board.power_key()
    picture = pictures / "image-switching-off.png"
    said = screens.comes(stand, picture, LIGHT.toast, PLATE)
    tally.check("the screen says that it is switched off", said)
    run = stand.board.wait_end(number, OFF_S)
    tally.check("the power button switches it off in order", run.ended is Ended.OFF, run)
    tally.say(f"    off {time.monotonic() - began:.0f} s after the button")
    stand.board.cut()


def basket_is_there(stand: Stand) -> None:
    sign_in(stand)
    stand.tally.check("the basket is there again, and is paid", len(pay(stand)) == 1)
    told = stand.till("journal verify", 300)
    stand.tally.check("and the journal is whole", "proven" in told, told)


def restart(stand: Stand, asker: Asker) -> None:
    number = len(stand.board.runs)
    stand.board.shell.send(asker.command("reboot"))
    run = stand.board.wait_end(number, OFF_S)
    stand.tally.check(
        "it restarts when the till asks for it",
        (run.ended, run.command) == (Ended.RESTART, ""),
        run,
    )
    stand.board.wait_run(number + 1, 60)
