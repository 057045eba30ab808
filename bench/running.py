"""The real `till run` with its screen and its devices: how it starts, shows, rests and weighs."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.catalogue.shop_folder import load_shop
from appliance.catalogue.store import Catalogue
from appliance.core.state import ReceiptStatus
from bench.items import entries
from bench.row import Row, median, percentile
from bench.screen import Area, Watcher, likeness, own_screen
from bench.till import codes
from hw_sim import toml_text
from hw_sim.rig import Rig
from hw_sim.till_watch import ask
from hw_sim.x_display import with_parent

ROOT = Path(__file__).resolve().parents[1]
DEMO = ROOT / "config" / "demo"
WIDTH, HEIGHT = 1024, 600
SCREEN = Area(0, 0, WIDTH, HEIGHT)
BASKET = Area(0, 60, WIDTH * 2 // 5, HEIGHT - 60)
"""Where the basket's lines and the total stand, without the clock in the header."""
FRAME_MS = 16.7
SAME = 0.99
"""The clock may have turned a minute since."""
START_TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True)
class Session:
    """How much of each: starts of the till, scans to pixels, seconds of rest."""

    starts: int = 3
    scans: int = 300
    idle_s: float = 10.0


@dataclass(slots=True)
class Running:
    """A started till. started_s: until its sale screen stood and its socket answered."""

    process: subprocess.Popen[bytes]
    socket: Path
    rig: Rig
    watcher: Watcher
    started_s: float

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        answer = ask(self.socket, request)
        assert answer.get("ok"), answer
        return answer


def rows(folder: Path, journal: Path, items: int, facts: int, session: Session) -> list[Row]:
    """journal: of `till-1`, with so many facts and an open shift; it is copied."""
    shop = folder.resolve()
    stock(shop / "catalogue.db", items)
    shutil.copy(journal, shop / "journal.db")
    starts = []
    with own_screen(WIDTH, HEIGHT) as (screen, watcher), _rig() as rig:
        for _ in range(session.starts - 1):
            with running(shop, screen, rig, watcher) as till:
                starts.append(till.started_s)
        with running(shop, screen, rig, watcher) as till:
            starts.append(till.started_s)
            pixels = scan_to_pixels(till, session.scans, items)
            sell(till, items)
            weight = rss_mb(till.process.pid)
            rest = idle_cpu(till, session.idle_s)
    return [
        Row(
            f"start to a usable sale screen: {facts:,} facts, {items:,} items, median",
            median(starts),
            "s",
            "limit",
            2.5,
            "at most 2.5 s",
            samples=tuple(starts),
        ),
        Row(
            "new view to pixels on the screen (Xvfb, 1024x600), p99",
            percentile(pixels, 99),
            "ms",
            "2 frames of 16.7 ms",
            2 * FRAME_MS,
            "at most 2 frames over the view",
            samples=tuple(pixels),
        ),
        Row("memory of the running till, RSS", weight, "MB", "limit", 220.0, "at most 220 MB"),
        Row("idle CPU of the running till", rest, "%", "limit", 3.0, "at most 3 %"),
    ]


def stock(path: Path, items: int) -> None:
    """The demo shop with its quick keys, and as many items more as a supermarket has."""
    with Catalogue(path) as catalogue:
        load_shop(catalogue, DEMO)
        with catalogue.write() as writer:
            writer.put(entries(items))


@contextmanager
def _rig() -> Iterator[Rig]:
    """Every device at its wire, under a short path: a UNIX socket's has at most 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="kram-bench-") as folder:
        rig = Rig(Path(folder))
        try:
            yield rig
        finally:
            rig.close()


@contextmanager
def running(shop: Path, screen: str, rig: Rig, watcher: Watcher) -> Iterator[Running]:
    """`till run` as systemd starts it, on this screen with these devices, until the end."""
    config = shop / "shop.toml"
    config.write_text(toml_text.dumps(_settings(shop, rig)), encoding="utf-8")
    till = str(Path(sys.executable).with_name("till"))
    command = [*with_parent(), till, "--config", str(config), "run", "--log-level", "WARNING"]
    with (shop / "till.log").open("ab") as log:
        began_ns = time.monotonic_ns()
        process = subprocess.Popen(
            command,
            env=_environment(shop, screen, rig),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        usable_ns = _usable_at(process, shop / "till.sock", watcher, began_ns)
        started_s = (usable_ns - began_ns) / 1e9
        yield Running(process, shop / "till.sock", rig, watcher, started_s)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _settings(shop: Path, rig: Rig) -> dict[str, Any]:
    settings = tomllib.loads((ROOT / "config" / "shop.demo.toml").read_text(encoding="utf-8"))
    settings["till"] |= {
        "data_dir": str(shop),
        "screen_width": WIDTH,
        "screen_height": HEIGHT,
        "fullscreen": True,
        "sounds": False,
    }
    return {**settings, "devices": rig.devices()}


def _environment(shop: Path, screen: str, rig: Rig) -> dict[str, str]:
    held = {key: value for key, value in os.environ.items() if key != "WAYLAND_DISPLAY"}
    return {
        **held,
        **rig.environment(),
        "DISPLAY": screen,
        "SDL_VIDEODRIVER": "x11",
        "SDL_AUDIODRIVER": "dummy",
        "KIVY_HOME": str(shop / ".kivy"),
        "PYTHONPATH": str(ROOT / "tests"),
    }


def _usable_at(
    process: subprocess.Popen[bytes], socket: Path, watcher: Watcher, began_ns: int
) -> int:
    """The later of: the socket answered; the picture stood that the screen then came to rest on."""
    pictures: list[tuple[int, bytes]] = []
    seen_ns = began_ns
    answered_ns = 0
    until = time.monotonic() + START_TIMEOUT_S
    rest_s = 0.6
    while True:
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"the till did not start: exit code {process.poll()}")
        now_ns = watcher.wait(seen_ns, 0.02)
        if now_ns:
            seen_ns = now_ns
            pictures.append((now_ns, watcher.grab(SCREEN)))
        if not answered_ns and _answers(socket):
            answered_ns = time.monotonic_ns()
        rested = time.monotonic_ns() - seen_ns > rest_s * 1e9
        if answered_ns and len(pictures) > 1 and rested:
            break
    final = pictures[-1][1]
    stood_ns = next(at for at, picture in pictures if likeness(picture, final, SCREEN) >= SAME)
    return max(answered_ns, stood_ns)


def _answers(socket: Path) -> bool:
    try:
        return bool(ask(socket, {"look": True}, timeout_s=1.0).get("ok"))
    except OSError:
        return False


def scan_to_pixels(till: Running, scans: int, items: int) -> list[float]:
    """From the new view to the change of the basket's pixels, in ms, for each of many scans."""
    samples = []
    for turn, code in enumerate(codes(scans, items)):
        if turn and turn % 10 == 0:
            till.ask({"command": "void_sale"})
        till.watcher.quiet(0.05)
        before = till.watcher.grab(BASKET)
        seen_ns = till.watcher.last_ns
        till.rig.scanner.scan(code)
        drawn_ns = _changed_at(till.watcher, before, seen_ns)
        look = till.ask({"look": True})["look"]
        samples.append((drawn_ns - look["at_ns"]) / 1e6)
    return samples


def _changed_at(watcher: Watcher, before: bytes, seen_ns: int) -> int:
    until = time.monotonic() + 5
    while time.monotonic() < until:
        now_ns = watcher.wait(seen_ns, 1.0)
        if now_ns:
            seen_ns = now_ns
            if watcher.grab(BASKET) != before:
                return now_ns
    raise RuntimeError("a scan never reached the screen")


def sell(till: Running, items: int, sales: int = 20) -> None:
    """So that the memory is that of a till that works: receipts printed, screens drawn."""
    till.ask({"command": "void_sale"})
    for code in codes(sales, items):
        till.ask({"command": "scan", "code": code})
        till.ask({"command": "tender_cash"})
        while till.ask({"look": True})["look"]["done"]["receipt"] != ReceiptStatus.PRINTED.value:
            time.sleep(0.01)


def rss_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no VmRSS")


def idle_cpu(till: Running, seconds: float) -> float:
    """Percent of one core, while the till waits on its sale screen with all devices connected."""
    till.watcher.quiet(1.5)
    began, before = time.monotonic(), _cpu_s(till.process.pid)
    time.sleep(seconds)
    return (_cpu_s(till.process.pid) - before) / (time.monotonic() - began) * 100


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
