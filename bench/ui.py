"""Frames: a basket of 300 lines scrolling on the whole sale screen, against an empty RecycleView.

Each side is a process of its own on the same Xvfb, drawn by the processor (llvmpipe); they take
turns, so that a busy moment of the machine strikes both. Both keep the till's pace of 60 frames per
second. Without a pace an empty window measures how fast a blank picture is copied, which no screen
with anything on it can follow; so what our own frame costs then is a row of its own, in time.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.row import Row, median
from hw_sim.x_display import VirtualDisplay, with_parent

ROOT = Path(__file__).resolve().parents[1]
WIDTH, HEIGHT = 800, 480
LINES = 300
STEP = 7
"""Pixels from frame to frame: an unhurried finger."""
WARM_UP_S = 0.5
FRAMES_PER_S = 60


def scrolling(turns: int, seconds: float) -> list[Row]:
    ours, peer, free, blank = [], [], [], []
    screen = VirtualDisplay(WIDTH, HEIGHT)
    try:
        for _ in range(turns):
            ours.append(_frames_per_s("ours", seconds, FRAMES_PER_S, screen.screen.name))
            peer.append(_frames_per_s("peer", seconds, FRAMES_PER_S, screen.screen.name))
            free.append(_frames_per_s("ours", seconds, 0, screen.screen.name))
            blank.append(_frames_per_s("peer", seconds, 0, screen.screen.name))
    finally:
        screen.close()
    name = f"a {LINES}-line basket scrolling, {WIDTH}x{HEIGHT}, llvmpipe"
    return [
        Row(
            f"frames with {name}",
            median(ours),
            "fps",
            "an empty Kivy RecycleView",
            median(peer),
            "at least 0.8 of it",
            at_least=True,
            times=0.8,
        ),
        Row(
            f"time of one frame with {name}",
            1000 / median(free),
            "ms",
            f"one of 60 frames per second; an empty window: {1000 / median(blank):.1f} ms",
            1000 / FRAMES_PER_S,
            "at most a frame",
        ),
    ]


def _frames_per_s(side: str, seconds: float, limit: int, screen: str) -> float:
    environment = {
        **os.environ,
        "DISPLAY": screen,
        "SDL_VIDEODRIVER": "x11",
        "SDL_AUDIODRIVER": "dummy",
        "LIBGL_ALWAYS_SOFTWARE": "1",
        "PYTHONPATH": str(ROOT / "tests"),
    }
    command = [*with_parent(), sys.executable, "-m", "bench.ui", side, str(seconds), str(limit)]
    done = subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"no frames from {side}: {done.stderr[-2000:]}")
    return float(done.stdout.split()[-1])


def _main() -> None:
    parser = argparse.ArgumentParser(description="One side of the frame bench.")
    parser.add_argument("side", choices=("ours", "peer"))
    parser.add_argument("seconds", type=float)
    parser.add_argument("limit", type=int, help="frames per second at most; 0: as many as can be")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        (_ours if told.side == "ours" else _peer)(Path(folder), told.seconds, told.limit)


def _ours(folder: Path, seconds: float, limit: int) -> None:
    from appliance.catalogue.store import Catalogue
    from appliance.core import commands as c
    from appliance.ui import app
    from appliance.ui.port import UiSettings
    from bench.running import stock
    from bench.till import codes, till_on

    shelf = folder / "catalogue.db"
    stock(shelf, 10 * LINES)
    stopping = threading.Event()

    def ready(desk: Any) -> None:
        rows = desk.basket.rows
        way = [STEP]

        def step() -> None:
            if not 0 < rows.offset + way[0] < rows.offset_max:
                way[0] = -way[0]
            rows.scroll_to(rows.offset + way[0])

        _count(step, seconds, limit, stopping.set)

    with till_on(folder, shelf) as till, Catalogue(shelf) as catalogue:
        for code in codes(LINES, 10 * LINES):
            till.submit(c.Scan(code))
        till.ask(c.AimScanner(price_check=False))
        assert till.look.basket is not None
        assert len(till.look.basket.lines) == LINES
        settings = UiSettings(
            width=WIDTH, height=HEIGHT, sounds=False, pictures=str(ROOT / "config/demo/pictures")
        )
        app.run(till, catalogue, settings, stopping, on_ready=ready)


def _peer(_folder: Path, seconds: float, limit: int) -> None:
    from appliance.ui import app
    from appliance.ui.port import UiSettings

    app.prepare(UiSettings(width=WIDTH, height=HEIGHT))
    from kivy.base import runTouchApp, stopTouchApp
    from kivy.clock import Clock
    from kivy.core.window import Window
    from kivy.uix.recycleview import RecycleView

    from appliance.ui.waker import Waker

    # Both at the same pace: Kivy's own sleep ends some milliseconds before the frame is over.
    Waker(Clock)

    def ready(_dt: float) -> None:
        # An empty list has nothing to scroll; the window is drawn again all the same.
        _count(Window.canvas.ask_update, seconds, limit, stopTouchApp)

    Clock.schedule_once(ready, 0)
    runTouchApp(RecycleView())


def _count(
    step: Callable[[], None], seconds: float, limit: int, done: Callable[[], object]
) -> None:
    """Calls `step` before every frame, and prints how many were shown each second."""
    from kivy.clock import Clock
    from kivy.core.window import Window

    Clock._max_fps = limit
    frames = [0]
    began = [0.0]

    def flipped(_window: Any) -> None:
        now = time.perf_counter()
        if not began[0]:
            began[0] = now + WARM_UP_S
        elif now > began[0] + seconds:
            Window.unbind(on_flip=flipped)
            print(frames[0] / (now - began[0]), flush=True)
            done()
        elif now > began[0]:
            frames[0] += 1

    Window.bind(on_flip=flipped)
    Clock.schedule_interval(lambda _dt: step(), 0)


if __name__ == "__main__":
    _main()
