"""A real Chromium without a window, driven over its DevTools socket."""

from __future__ import annotations

import json
import re
import subprocess
import time
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from websockets.sync.client import connect

from hw_sim import needs

FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-extensions", "--remote-debugging-port=0",
)  # fmt: skip


class Browser:
    def __init__(self, folder: Path, width: int = 1280, height: int = 800) -> None:
        program = needs.program("chromium", "chromium-browser", package="chromium")
        self.complaints: list[str] = []
        self._number = 0
        self._process = subprocess.Popen(
            [program, *FLAGS, f"--user-data-dir={folder}", "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._process.stderr is not None
        port = next(
            found[1]
            for line in self._process.stderr
            if (found := re.search(r"DevTools listening on ws://127\.0\.0\.1:(\d+)/", line))
        )
        with urlopen(f"http://127.0.0.1:{port}/json", timeout=10) as answer:
            tabs = json.load(answer)
        page = next(tab for tab in tabs if tab["type"] == "page")
        self._socket = connect(page["webSocketDebuggerUrl"], max_size=None, legacy=True)
        for domain in ("Runtime", "Log", "Page"):
            self.tell(f"{domain}.enable")
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.tell("Emulation.setDeviceMetricsOverride", **size)

    def tell(self, method: str, **params: Any) -> dict[str, Any]:
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": params}))
        while True:
            said = json.loads(self._socket.recv(timeout=30))
            if said.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded"):
                self.complaints.append(json.dumps(said["params"], ensure_ascii=False)[:500])
            if said.get("id") == self._number:
                return said.get("result", said)

    def open(self, address: str) -> None:
        self.tell("Page.navigate", url=address)

    def run(self, script: str) -> Any:
        answer = self.tell(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def until(self, script: str, timeout_s: float = 20.0) -> Any:
        """The script's first true answer; asked once per frame of the page."""
        wait = (
            "(async () => { const end = performance.now() + 400; let seen;"
            f"do {{ seen = ({script}); if (seen) break; await new Promise((done) => "
            "setTimeout(done, 20)); } while (performance.now() < end); return seen || null; })()"
        )
        end = time.monotonic() + timeout_s
        while time.monotonic() < end:
            answer = self.tell(
                "Runtime.evaluate", expression=wait, awaitPromise=True, returnByValue=True
            )
            assert "exceptionDetails" not in answer, answer
            # A page that was left while it was asked answers nothing.
            if found := answer.get("result", {}).get("value"):
                return found
        raise AssertionError(f"never so: {script}; complaints: {self.complaints}")

    def click(self, selector: str, at: tuple[float, float] = (0.5, 0.5)) -> None:
        """With the mouse, at a share of the element's box."""
        box = self.until(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)}); if (!e) return;"
            "const b = e.getBoundingClientRect(); return [b.x, b.y, b.width, b.height]; })()"
        )
        x, y = box[0] + box[2] * at[0], box[1] + box[3] * at[1]
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            button = "none" if kind == "mouseMoved" else "left"
            self.tell("Input.dispatchMouseEvent", type=kind, x=x, y=y, button=button, clickCount=1)

    def close(self) -> None:
        self._socket.close()
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        assert self._process.stderr is not None
        self._process.stderr.close()
