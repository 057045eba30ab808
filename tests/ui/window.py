"""The demo till in a real window, telling what its view becomes; run by test_real_window.

python -m tests.ui.window FOLDER
"""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path
from typing import Any

from appliance.core import commands as c
from appliance.core.view import Look
from appliance.ui.port import UiSettings


def say(**told: Any) -> None:
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def main(folder: Path) -> None:
    from appliance.ui.app import run
    from tests.ui.rig import ROOT, demo_till

    settings = UiSettings(
        width=1024, height=600, pictures=str(ROOT / "config" / "demo" / "pictures"), sounds=True
    )
    stopping = threading.Event()

    def orders() -> None:
        """Closing the pipe ends the till."""
        sys.stdin.read()
        stopping.set()

    def on_look(look: Look) -> None:
        basket = look.basket
        lines = [[line.name, str(line.quantity)] for line in basket.lines] if basket else []
        say(lines=lines, done=look.done.total_minor if look.done else None)

    with demo_till(folder) as (till, catalogue, _paper):
        till.ask(c.SignIn("olena"))
        till.ask(c.OpenShift(1000_00))
        till.subscribe(on_look)
        threading.Thread(target=orders, daemon=True).start()

        def ready(desk: Any) -> None:
            say(ready=True)
            watch(desk)

        run(till, catalogue, settings, stopping, on_ready=ready)


def watch(desk: Any) -> None:
    """Tells the screen's name and its text field whenever they change and a finger is heard."""
    from kivy.clock import Clock

    from appliance.ui.desk import DEAF_AFTER_TURN_S

    told: list[Any] = [None]

    def look(_dt: float) -> None:
        if not desk.pages or time.monotonic() - desk._turned_at <= DEAF_AFTER_TURN_S:
            return
        text = getattr(desk.screen, "text", "")
        entry = getattr(getattr(desk.screen, "entry", None), "text", "")
        now = [desk.name, text, entry]
        if now != told[0]:
            told[0] = now
            say(screen=desk.name, text=text, entry=entry)

    Clock.schedule_interval(look, 0.02)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
