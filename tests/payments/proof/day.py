"""One driver's day: a till, its terminal and the cable, and case after case."""

from __future__ import annotations

import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from .cases import Story, every
from .drivers import DRIVERS, free_port
from .play import Player
from .shop import Shop
from .tally import Tally


def prove(name: str, seconds: float, seed: int) -> Tally:
    """As many of the driver's cases as fit, in an order that the seed gives."""
    began = time.monotonic()
    driver = DRIVERS[name]
    subject, tally = driver.subject, Tally(name, datetime.now(UTC).date().isoformat())
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        terminal = stack.enter_context(driver.terminal())
        cable = stack.enter_context(driver.cable(terminal.port, folder))
        data = folder / "data"
        data.mkdir()
        radio = free_port()
        options, devices = driver.options(cable.address, folder), driver.devices(data, radio)
        shop = Shop(folder, options, subject.currency, devices)
        stack.callback(shop.stop)
        shop.start()
        shop.does("sign_in", staff="ivan")
        shop.does("open_shift", float_minor=1000_00)
        player = Player(
            *(shop, terminal, cable, tally),
            can_ask=subject.can_ask,
            can_cancel=subject.can_cancel,
            card=driver.card(radio),
        )
        lengths = {it: player.length(it) for it in Story}
        tally.messages = sum(lengths.values())
        for case in every(lengths, seed):
            if time.monotonic() - began > seconds:
                break
            player.case(case)
        terminal_has, journal_has = player.day()
        assert terminal_has == journal_has, f"{name}: the day {terminal_has}, {journal_has}"
    tally.seconds = time.monotonic() - began
    return tally
