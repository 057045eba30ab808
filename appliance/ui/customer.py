"""The customer's window, a program of its own: opens it, feeds the board, ends when told to."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from appliance.core.view import Look
from appliance.ui.app import FRAMES_PER_S, prepare
from appliance.ui.customer_scene import THANKS_S, Topic
from appliance.ui.port import UiSettings

Watch = Callable[[Callable[[Look | None], None]], object]
"""Calls back with every new view, and with None when the till went away; from any thread."""

_POLL_S = 0.25


def run(
    watch: Watch,
    settings: UiSettings,
    stopping: threading.Event,
    *,
    corner: tuple[int, int] | None = None,
) -> None:
    """Shows the customer's window on this thread until `stopping`.

    corner: (left, top) of the second monitor on a desktop that spans both.
    """
    prepare(settings)
    from kivy.config import Config

    if corner is not None:
        Config.set("graphics", "position", "custom")
        Config.set("graphics", "left", str(corner[0]))
        Config.set("graphics", "top", str(corner[1]))
    Config.set("graphics", "show_cursor", "0")
    Config.set("graphics", "maxfps", str(FRAMES_PER_S // 2))
    from kivy.base import runTouchApp, stopTouchApp
    from kivy.clock import Clock
    from kivy.core.window import Window

    from appliance.ui.customer_board import CustomerBoard

    if Window is None:
        raise RuntimeError("no display: Kivy could open no window")
    board = CustomerBoard(settings)
    Window.clearcolor = board.kit.palette.background
    Window.set_title("Kram")
    board.resized(*Window.size)
    newest: list[Look | None] = [None]

    def draw(_dt: float) -> None:
        board.hear(newest[0], time.monotonic())
        if board.scene.topic is Topic.CHANGE:
            Clock.schedule_once(lambda _dt: board.wait(time.monotonic()), THANKS_S + 0.1)

    trigger = Clock.create_trigger(draw, -1)

    def on_look(look: Look | None) -> None:
        newest[0] = look
        trigger()

    def poll(_dt: float) -> None:
        if stopping.is_set():
            stopTouchApp()

    Window.bind(on_resize=lambda _window, width, height: board.resized(width, height))
    Clock.schedule_interval(poll, _POLL_S)
    watch(on_look)
    runTouchApp(board)
