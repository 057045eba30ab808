"""The real window on a real X display, driven by a real mouse, keyboard and keyboard wedge."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty, Queue
from typing import Any

import pytest

from tests.ui.rig import ROOT

pytestmark = [pytest.mark.screen, pytest.mark.alone]


class Window:
    """A till's window in a process of its own."""

    def __init__(self, folder: Path, display: str) -> None:
        self.display = display
        env = {k: v for k, v in os.environ.items() if not k.startswith(("SDL_", "KIVY_"))}
        env |= {"DISPLAY": display, "KIVY_HOME": str(folder / "kivy")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.ui.window", str(folder)],
            cwd=ROOT,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.told: Queue[dict[str, Any]] = Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.told.put(json.loads(line))

    def until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """What the window told, from here on, until it is what was wanted."""
        heard = []
        while True:
            try:
                told = self.told.get(timeout=15)
            except Empty:
                pytest.fail(f"waited in vain; heard {heard}")
            heard.append(told)
            if wanted(told):
                return told

    def does(self, *arguments: str) -> None:
        env = {**os.environ, "DISPLAY": self.display}
        subprocess.run(["xdotool", *arguments], env=env, check=True, timeout=20)

    def click(self, x: int, y: int) -> None:
        self.does("mousemove", str(x), str(y), "click", "1")

    def scan(self, code: str) -> None:
        """As a wedge sends it: its Enter comes as close behind as every other key."""
        typed = ("type", "--args", "1", "--delay", "1", code)
        self.does(*typed, "key", "--delay", "0", "Return")

    def close(self) -> int:
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(timeout=20)


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Window]:
    read_end, write_end = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1024x600x24", "-nolisten", "tcp"],
        pass_fds=(write_end,),
        stderr=subprocess.DEVNULL,
    )
    os.close(write_end)
    with os.fdopen(read_end) as told:
        display = f":{told.readline().strip()}"
    opened = Window(tmp_path, display)
    try:
        opened.until(lambda told: "ready" in told)
        opened.until(lambda told: told.get("screen") == "sale")
        yield opened
    finally:
        if opened.process.poll() is None:
            opened.process.kill()
            opened.process.wait()
        server.terminate()
        server.wait()


def test_a_click_a_wedge_scan_and_typing_sell_and_the_green_key_ends_the_sale(
    window: Window,
) -> None:
    window.click(820, 205)
    sold = window.until(lambda told: bool(told.get("lines")))
    assert sold["lines"] == [["Хліб білий", "1"]]

    window.scan("4822570949710")
    sold = window.until(lambda told: len(told.get("lines", ())) == 2)
    assert sold["lines"][1] == ["Молоко «Яготинське» 2,6 % 900 мл", "1"]

    window.does("type", "--delay", "120", "1005")
    window.until(lambda told: told.get("text") == "1005")
    window.does("key", "Return")
    sold = window.until(lambda told: len(told.get("lines", ())) == 3)
    assert sold["lines"][2][0].startswith("Хліб Дарницький")
    window.until(lambda told: told.get("screen") == "sale")

    window.click(850, 546)
    done = window.until(lambda told: told.get("done"))
    assert done["done"] == 2200 + 4690 + 2450
    window.until(lambda told: told.get("screen") == "done")
    assert window.close() == 0


def test_a_wedge_scan_never_joins_a_number_that_is_half_typed(window: Window) -> None:
    window.click(820, 205)
    window.until(lambda told: bool(told.get("lines")))
    window.does("key", "F2")
    window.until(lambda told: told.get("screen") == "line")
    window.does("key", "--delay", "150", "2")
    window.until(lambda told: told.get("entry") == "2")
    window.scan("4822570949710")
    sold = window.until(lambda told: len(told.get("lines", ())) == 2)
    assert [quantity for _, quantity in sold["lines"]] == ["1", "1"]
    window.until(lambda told: told.get("screen") == "sale" and told.get("entry") == "")
