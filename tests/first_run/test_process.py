"""A new till's first run in a real window: `till run` asks, writes its settings and sells by them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from appliance.local_socket import ask

pytestmark = [pytest.mark.screen, pytest.mark.alone]

TILL = str(Path(sys.executable).with_name("till"))


@contextmanager
def display() -> Iterator[str]:
    read_end, write_end = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1024x600x24", "-nolisten", "tcp"],
        pass_fds=(write_end,),
        stderr=subprocess.DEVNULL,
    )
    os.close(write_end)
    try:
        with os.fdopen(read_end) as told:
            yield f":{told.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


def until(true: Callable[[], bool], what: str, timeout_s: float = 40.0) -> None:
    end = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.1)


def test_a_new_till_asks_and_then_sells(tmp_path: Path) -> None:
    data, config = tmp_path / "d", tmp_path / "shop.toml"
    kept = data / "first-run.json"

    def page() -> str:
        return str(json.loads(kept.read_bytes())["page"]) if kept.exists() else ""

    with display() as shown:
        env = {k: v for k, v in os.environ.items() if not k.startswith(("SDL_", "KIVY_"))}
        env |= {"DISPLAY": shown, "KIVY_HOME": str(tmp_path / "kivy"), "STATE_DIRECTORY": str(data)}
        env |= {"KRAM_CONFIG": str(config)}
        till = subprocess.Popen([TILL, "run"], env=env)

        def does(*words: str) -> None:
            subprocess.run(["xdotool", *words], env=env, check=True, timeout=20)

        def on_to(wanted: str, *words: str) -> None:
            """Acts until the page is up: the window takes a moment to listen."""
            for _ in range(20):
                does(*words)
                end = time.monotonic() + 1.5
                while time.monotonic() < end:
                    if page() == wanted:
                        time.sleep(0.4)  # a trembling finger's second tap is not heard
                        return
                    time.sleep(0.05)
            pytest.fail(f"never came to {wanted}, but is at {page()!r}")

        go_on = ("mousemove", "840", "546", "click", "1")
        try:
            on_to("name", *go_on)
            does("type", "--delay", "60", "Corner 7")
            on_to("taxes", "key", "Return")
            on_to("ready", "mousemove", "470", "546", "click", "1")
            does(*go_on)
            until(config.exists, "the settings")
            until((data / "till.sock").exists, "a till that sells")
            look = ask(data / "till.sock", {"look": True})["look"]
            assert (look["shop"], look["till"]) == ("Corner 7", "Каса 1")
            assert not kept.exists()
            assert till.poll() is None
        finally:
            till.terminate()
            assert till.wait(20) == 0
