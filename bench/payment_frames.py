"""Frames while cards are paid: words that change, a cable that is cut, an answer that never comes.

The whole screen in its window, drawn by the processor (llvmpipe), in a process of its own as the
till is; the terminal, its customer and the hand at its cable are in this one. The longest time
between two frames counts, not the usual one: a screen that is busy for longer than a frame misses
one. What its thread had to do meanwhile tells a slow screen from a busy machine.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from queue import Queue
from typing import Any

from bench.row import Row, median
from bench.ui import FRAMES_PER_S, HEIGHT, ROOT, WIDTH
from hw_sim.cut_proxy import CutProxy
from hw_sim.terminal import Temper
from hw_sim.x_display import VirtualDisplay, with_parent
from hw_sim.zvt_terminal import ZvtTerminal

STORIES = ("words", "silence", "cut")
ITEMS = 100
CARD_S = 0.4
"""Until the card is held to it; the terminal says its words anew fifty times a second till then."""

CUT_S = 0.05
ANSWER_S = 1.0
PAUSES_S = (0.5, 0.5)
SOON_S = 20.0
FRAME_MS = 1000 / FRAMES_PER_S


Frame = tuple[float, float]
"""In ms: the time since the last one, and the work of the screen's thread in it."""


def rows(turns: int, rounds: int) -> list[Row]:
    """rounds: of all stories in one turn. A busy moment of the machine is not in all turns."""
    played: list[list[Frame]] = []
    screen = VirtualDisplay(WIDTH, HEIGHT)
    try:
        played = [_turn(screen.screen.name, rounds) for _ in range(turns)]
    finally:
        screen.close()
    between = [max(took for took, _ in frames) for frames in played]
    work = [max(worked for _, worked in frames) for frames in played]
    payments = f"cards are paid, cut off and lost, {WIDTH}x{HEIGHT}, llvmpipe"
    return [
        Row(
            f"longest time between two frames while {payments}",
            median(between),
            "ms",
            f"2 frames of {FRAME_MS:.1f} ms",
            2 * FRAME_MS,
            "no frame missed",
            samples=tuple(took for frames in played for took, _ in frames),
        ),
        Row(
            f"longest work of the screen in one frame while {payments}",
            median(work),
            "ms",
            "one of 60 frames per second",
            FRAME_MS,
            "at most a frame",
        ),
    ]


class Heard(list[str]):
    """What the terminal heard; each money command finds no card at it."""

    def __init__(self, terminal: ZvtTerminal) -> None:
        super().__init__()
        self.asked: Queue[float] = Queue()
        self._terminal = terminal

    def append(self, control: str) -> None:
        super().append(control)
        if control == "0601":
            self._terminal.presented.clear()
            self.asked.put(time.monotonic())


def _turn(screen: str, rounds: int) -> list[Frame]:
    with ZvtTerminal() as terminal, CutProxy(terminal.port) as cable:
        heard = Heard(terminal)
        terminal.heard = heard
        terminal.next.extend(
            Temper("wait" if story == "words" else "charge_silently") for story in STORIES * rounds
        )

        def hands() -> None:
            for story in STORIES * rounds:
                heard.asked.get(timeout=SOON_S)
                if story == "words":
                    time.sleep(CARD_S)
                    terminal.present()
                elif story == "cut":
                    time.sleep(CUT_S)
                    cable.hang_up()

        threading.Thread(target=hands, name="hands", daemon=True).start()
        return _frames_ms(cable.url, screen, rounds)


def _frames_ms(url: str, screen: str, rounds: int) -> list[Frame]:
    environment = {
        **os.environ,
        "DISPLAY": screen,
        "SDL_VIDEODRIVER": "x11",
        "SDL_AUDIODRIVER": "dummy",
        "LIBGL_ALWAYS_SOFTWARE": "1",
        "PYTHONPATH": str(ROOT / "tests"),
    }
    command = [*with_parent(), sys.executable, "-m", "bench.payment_frames", url, str(rounds)]
    done = subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"no frames of payments: {done.stderr[-2000:]}")
    return [(took, worked) for took, worked in json.loads(done.stdout.splitlines()[-1])]


def _main() -> None:
    parser = argparse.ArgumentParser(description="The till of the frame bench of payments.")
    parser.add_argument("url", help="of the terminal")
    parser.add_argument("rounds", type=int)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _till(Path(folder), told.url, told.rounds * len(STORIES))


def _till(folder: Path, url: str, payments: int) -> None:
    from appliance.catalogue.store import Catalogue
    from appliance.payments.cashdesk import CashDesk
    from appliance.payments.line import line_to
    from appliance.payments.terminal import TerminalPort
    from appliance.payments.zvt.driver import Settings, ZvtDialogue
    from appliance.payments.zvt.wire import TcpWire
    from appliance.ui import app
    from appliance.ui.port import UiSettings
    from bench.payments import CARD, SHOP
    from bench.running import stock
    from bench.till import till_on

    shelf = folder / "catalogue.db"
    stock(shelf, ITEMS)
    dialogue = ZvtDialogue(TcpWire(line_to(url)), Settings(answer_s=ANSWER_S))
    port = TerminalPort("terminal", CARD, dialogue, pauses_s=PAUSES_S)
    stopping = threading.Event()
    with till_on(folder, shelf, SHOP, CashDesk([port])) as till, Catalogue(shelf) as catalogue:
        cashier = Cashier(till, payments, stopping)
        settings = UiSettings(width=WIDTH, height=HEIGHT, sounds=False)
        app.run(till, catalogue, settings, stopping, on_ready=lambda _desk: cashier.begin())
        if cashier.paid < payments:
            raise SystemExit(f"only {cashier.paid} of {payments} were paid")
        print(json.dumps(cashier.frames), flush=True)


class Cashier:
    """Sells and asks for the card, one after the other, and notes each frame meanwhile."""

    def __init__(self, till: Any, payments: int, stopping: threading.Event) -> None:
        self.paid = 0
        self.frames: list[Frame] = []
        self._till = till
        self._payments = payments
        self._stopping = stopping
        self._done: Queue[int] = Queue()
        self._last_sale = 0
        self._paying = False
        self._last = (0.0, 0.0)

    def begin(self) -> None:
        from kivy.clock import Clock

        self._till.subscribe(self._look)
        Clock.schedule_interval(lambda _dt: self._frame(), 0)
        threading.Thread(target=self._work, name="cashier", daemon=True).start()

    def _frame(self) -> None:
        now = (time.perf_counter(), time.thread_time())
        if self._paying:
            took, worked = (1000 * (it - last) for it, last in zip(now, self._last, strict=True))
            self.frames.append((took, worked))
        self._last = now

    def _look(self, look: Any) -> None:
        if look.done is not None and look.done.sale != self._last_sale:
            self._last_sale = look.done.sale
            self._done.put(self._last_sale)

    def _work(self) -> None:
        from appliance.core import commands as c
        from bench.payments import CARD
        from bench.till import codes

        try:
            time.sleep(CARD_S)
            for code in codes(self._payments, ITEMS):
                self._till.ask(c.Scan(code))
                self._paying = True
                self._till.ask(c.AskTender(CARD))
                self._done.get(timeout=SOON_S)
                time.sleep(CARD_S)  # the screen of the change is drawn
                self._paying = False
                self.paid += 1
        finally:
            self._stopping.set()


if __name__ == "__main__":
    _main()
