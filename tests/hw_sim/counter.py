"""The counter: the rig of devices, the till on a screen, and everything that happens, as events.

The page and the scripted day both stand on it. Acts are what a person's hands do at a counter;
events are what a person would see, and what passes over the wires.
"""

from __future__ import annotations

import csv
import math
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from hw_sim import goods, toml_text, wire_notes
from hw_sim.journal_follow import JournalFollow, Told
from hw_sim.pay_book import Row
from hw_sim.pay_desk import PATIENCE_S, PayDesk, book_json
from hw_sim.printer_paper import codes, png
from hw_sim.rig import Rig
from hw_sim.till_process import Power, TillProcess
from hw_sim.till_watch import Look, TillWatch
from hw_sim.traffic import Direction, Traffic
from hw_sim.x_display import Eye, Hand, Screen, VirtualDisplay, persons_display

ROOT = Path(__file__).resolve().parents[2]
BASE_CONFIG = ROOT / "config" / "shop.demo.toml"
TILL = Path(sys.executable).with_name("till")
WIDTH, HEIGHT = 1024, 600
EVENTS_KEPT = 400
BYTES_SHOWN = 14
PAYMENT_FACTS = ("Tender", "Payment", "Reversal", "Totals", "SaleCompleted")
IMPORT_TIMEOUT_S = 120.0
DARK_S = 1.5
"""How long the till stays without power before it is plugged in again."""

Event = dict[str, Any]
OnEvent = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """data: the till's folder, kept between runs. virtual: never use the person's display.
    restarts: a till that ends by itself is started again. terminal: the protocol of the card terminal
    that stands there first. patience_s: how long the till waits for its answer. slot: a chip card reader by a
    pcscd of our own, where there can be one."""

    data: Path
    virtual: bool = False
    restarts: bool = True
    language: str = ""
    terminal: str = "privat"
    patience_s: float = PATIENCE_S
    currency: str = "UAH"
    slot: bool = False


class CounterFault(RuntimeError):
    """The counter cannot be set up; the text says what to do."""


class Counter:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.goods = goods.load()
        self.latency_ms: float | None = None
        self.drawer_since: float | None = None
        self.kept: deque[Event] = deque(maxlen=EVENTS_KEPT)
        self._listeners: list[OnEvent] = []
        self._lock = threading.RLock()
        self._cutting = threading.Lock()
        self._serial = 0
        self._paper_seen = 100
        self._virtual: VirtualDisplay | None = None
        # Short: the path of a UNIX socket has at most 107 bytes.
        self.runtime = Path(tempfile.mkdtemp(prefix="kram-counter-"))
        self.config = plan.data / "shop.toml"
        self.socket = plan.data / "till.sock"
        self.rig = Rig(self.runtime)
        self._paid = threading.Event()
        self._closing = threading.Event()
        how = (plan.terminal, plan.patience_s, plan.currency)
        self.pay = PayDesk(self.runtime, self._paid.set, *how, slot=plan.slot)

    def start(self) -> None:
        """Opens the screen, prepares the till's data and starts the till."""
        self.plan.data.mkdir(parents=True, exist_ok=True)
        self.screen = self._open_screen()
        self.pay.cards.load_keys(self.plan.data)
        self._write_settings()
        self._stock_the_shop()
        self.till = TillProcess(
            self.command("run"),
            self.environment(),
            self.plan.data / "till.log",
            self._on_power,
            restarts=self.plan.restarts,
        )
        self.eye = Eye(self.screen, lambda: self.till.pid)
        self.hand = Hand(self.screen, lambda: self.till.pid)
        self.watch = TillWatch(self.socket, self._on_look)
        self.journal = JournalFollow(self.plan.data / "journal.db", self._on_fact)
        self.rig.on_traffic(self._on_traffic)
        self.rig.drawer.on_move(self._on_drawer)
        self.rig.pole.on_show(lambda lines: self.publish({"t": "pole", "lines": list(lines)}))
        self.rig.printer.on_paper(self._on_paper)
        self.journal.start()
        self.watch.start()
        self.till.start()
        threading.Thread(target=self._tell_payments, name="payments", daemon=True).start()

    def close(self) -> None:
        """Ends everything that `start` began; safe after a `start` that failed half way."""
        for name in ("till", "watch", "journal", "eye", "hand"):
            part = getattr(self, name, None)
            if part is not None:
                (part.stop if name == "till" else part.close)()
        self._closing.set()
        self._paid.set()
        self.pay.close()
        self.rig.close()
        if self._virtual is not None:
            self._virtual.close()
        shutil.rmtree(self.runtime, ignore_errors=True)

    # Setting up

    def _open_screen(self) -> Screen:
        own = None if self.plan.virtual else persons_display(WIDTH, HEIGHT)
        if own is not None:
            return own
        self._virtual = VirtualDisplay(WIDTH, HEIGHT)
        return self._virtual.screen

    def _write_settings(self) -> None:
        self.config.write_text(toml_text.dumps(self._settings()), encoding="utf-8")

    def _settings(self) -> dict[str, Any]:
        settings = tomllib.loads(BASE_CONFIG.read_text(encoding="utf-8"))
        till = settings.setdefault("till", {})
        till |= {
            "data_dir": str(self.plan.data.absolute()),
            "screen_width": self.screen.width if self.screen.own else WIDTH,
            "screen_height": self.screen.height if self.screen.own else HEIGHT,
            "fullscreen": self.screen.own,
            "sounds": not self.screen.own,
        }
        if self.plan.language:
            settings.setdefault("shop", {})["language"] = self.plan.language
        ways = settings["payments"]
        if self.plan.currency != settings["shop"]["currency"]:
            settings["shop"]["currency"] = self.plan.currency
            settings["cash"].pop("foreign")
            ways = []
        wired = self.pay.tables(self.plan.data.absolute())
        settings["payments"] = wired + [it for it in ways if it["type"] != "card"]
        settings["devices"] = self.rig.devices() + self.pay.cards.devices()
        return settings

    def command(self, *words: str) -> list[str]:
        return [str(TILL), "--config", str(self.config), *words]

    def environment(self) -> dict[str, str]:
        held = {key: value for key, value in os.environ.items() if key != "WAYLAND_DISPLAY"}
        path = [str(ROOT / "tests"), *filter(None, [held.get("PYTHONPATH")])]
        return {
            **held,
            **self.rig.environment(),
            "DISPLAY": self.screen.name,
            "SDL_VIDEODRIVER": "x11",
            "SDL_AUDIODRIVER": held.get("SDL_AUDIODRIVER", "dummy" if self.screen.own else ""),
            "KIVY_NO_ARGS": "1",
            "KIVY_HOME": str(self.plan.data / ".kivy"),
            "PYTHONPATH": os.pathsep.join(path),
            "PYTHONUNBUFFERED": "1",
        }

    def _stock_the_shop(self) -> None:
        """The demo shop's goods and offers, on the first run."""
        file = self.plan.data / "catalogue.db"
        if file.exists():
            return
        shutil.copy(goods.DEMO / "offers.toml", self.plan.data)
        self._till("catalogue", "import", str(goods.DEMO / "catalogue.csv"))
        self._till("catalogue", "import", str(goods.DEMO / "goods_more.csv"))
        self._till("catalogue", "keys", str(goods.DEMO / "quick_keys.toml"))
        for name, *how in goods.PRICE_LISTS:
            file = goods.DEMO / "prices" / f"{name}.csv"
            self._till("prices", "import", str(file), "--list", name, *how)

    def coupon(self, word: str) -> str:
        """The code of the shop's first coupon of this word."""
        made = self._till("coupons", "make", word)
        return next(csv.DictReader(made.splitlines()))["code"]

    def _till(self, *words: str) -> str:
        """What a command of the till's own printed, which must succeed."""
        done = subprocess.run(
            self.command(*words),
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=IMPORT_TIMEOUT_S,
            check=False,
        )
        if done.returncode != 0:
            said = (done.stderr or done.stdout).strip()
            raise CounterFault(f"till {words[0]} failed:\n{said}")
        return done.stdout

    # What happens

    def on_event(self, callback: OnEvent) -> None:
        """callback runs on the thread where it happens: it must be quick."""
        self._listeners.append(callback)

    def publish(self, event: Event) -> None:
        with self._lock:
            self._serial += 1
            event = {"n": self._serial, "at": time.time(), **event}
            if event["t"] in ("wire", "fact"):
                self.kept.append(event)
        for listener in list(self._listeners):
            listener(event)

    def state(self) -> Event:
        """What the counter looks like now."""
        rig = self.rig
        return {
            "power": self.till.power.value,
            "latency_ms": self.latency_ms,
            "cables": rig.plugged | self.pay.plugged,
            "paper": math.ceil(rig.printer.paper_percent),
            "cover": rig.printer.cover_is_open,
            "drawer": rig.drawer.is_open,
            "drawer_s": None if self.drawer_since is None else time.time() - self.drawer_since,
            "kg": f"{rig.scale.shown_kg:.3f}",
            "moving": rig.scale.in_motion,
            "pole": list(rig.pole.lines),
            "receipts": len(rig.printer.receipts),
            "shift": "shift" in self.watch.look if self.watch.connected else None,
            "why": list(self.till.last_lines)[-6:] if self.till.power is Power.CRASHED else [],
        }

    def payments(self) -> Event:
        """What takes money now, and what the journal says beside what was charged."""
        return {"t": "pay", **self.pay.state(), "book": book_json(self.book())}

    def book(self) -> list[Row]:
        return self.pay.book(self.plan.data / "journal.db")

    def _tell_payments(self) -> None:
        while not self._closing.is_set():
            self._paid.wait()
            self._paid.clear()
            if not self._closing.is_set():
                self.publish(self.payments())

    def _changed(self) -> None:
        self.publish({"t": "state", **self.state()})

    def _on_power(self, power: Power) -> None:
        if power is not Power.ON:
            self.latency_ms = None
        self._changed()

    def _on_look(self, look: Look) -> None:
        self.till.answered()
        self.journal.nudge()
        if look.get("scan_ns"):
            latency_ms = (look["at_ns"] - look["scan_ns"]) / 1e6
            if latency_ms != self.latency_ms:
                self.latency_ms = latency_ms
                self.publish({"t": "latency", "ms": latency_ms})

    def _on_fact(self, told: Told) -> None:
        self.publish({"t": "fact", "seq": told.seq, "type": told.type, "body": told.body})
        if told.type.startswith(PAYMENT_FACTS):
            self._paid.set()

    def _on_traffic(self, traffic: Traffic) -> None:
        paper = math.ceil(self.rig.printer.paper_percent)
        if paper != self._paper_seen:
            self._paper_seen = paper
            self._changed()
        note, value = wire_notes.explain(traffic)
        word = traffic.wire == "drawer"
        shown = traffic.data.decode() if word else traffic.data[:BYTES_SHOWN].hex(" ").upper()
        self.publish(
            {
                "t": "wire",
                "wire": traffic.wire,
                "from_till": traffic.direction is Direction.FROM_TILL,
                "shown": shown,
                "bytes": 0 if word else len(traffic.data),
                "cut": not word and len(traffic.data) > BYTES_SHOWN,
                "note": note,
                "value": value,
            }
        )

    def _on_drawer(self, is_open: bool) -> None:
        self.drawer_since = time.time() if is_open else None
        self._changed()

    def _on_paper(self) -> None:
        self.publish({"t": "receipt", "receipt": len(self.rig.printer.receipts) - 1})

    # What hands do

    def scan(self, key: str) -> None:
        """Hold goods to the scanner. Weighed ones get a label of what lies on the scale."""
        good = next(good for good in self.goods if good.key == key)
        code = good.code
        if good.plu:
            load = self.rig.scale.shown_kg
            code = goods.weight_label(good.plu, load if load > 0 else Decimal("0.436"))
        self.rig.scanner.scan(code)

    def receipt_png(self, number: int) -> bytes:
        """What came out of the printer, by its place from 0. IndexError when it did not yet."""
        return png(self.rig.printer.receipts[number])

    def scan_code(self, code: str) -> None:
        self.rig.scanner.scan(code)

    def weigh(self, kg: Decimal, *, moving: bool = False) -> None:
        self.rig.scale.in_motion = moving
        self.rig.scale.load(kg)
        self._changed()

    def scan_paper(self, kind: str = "", number: int | None = None) -> bool:
        """Hold a printed paper to the scanner: that one, or the newest with a code of this kind. False
        when there is none."""
        code = self.printed(kind, number)
        if code:
            self.rig.scanner.scan(code)
        return bool(code)

    def printed(self, kind: str = "", number: int | None = None) -> str:
        """The newest code of this kind on paper, or the first one on this paper."""
        papers = self.rig.printer.receipts
        shown = papers if number is None else papers[number : number + 1]
        found = (code for paper in reversed(shown) for code in codes(paper))
        return next((code for code in found if code.startswith(kind)), "")

    def choose_terminal(self, protocol: str) -> None:
        """Another one is put there and set up: the till reads its settings anew."""
        self.pay.choose(protocol)
        self._write_settings()
        self.till.restart()
        self._paid.set()

    def phone_scans(self) -> None:
        frame = self.eye.look()
        if frame is not None:
            self.pay.phone.scan(frame.image())

    def plug(self, cable: str, *, on: bool) -> None:
        (self.pay if cable in self.pay.plugged else self.rig).plug(cable, on=on)
        self._changed()

    def paper(self, percent: int) -> None:
        self.rig.printer.set_paper(percent)
        self._changed()

    def cover(self, *, is_open: bool) -> None:
        (self.rig.printer.open_cover if is_open else self.rig.printer.close_cover)()
        self._changed()

    def drawer(self, *, is_open: bool) -> None:
        """Pushed shut, or opened with its key."""
        if is_open != self.rig.drawer.is_open:
            (self.rig.drawer.open if is_open else self.rig.drawer.close)(bounces=2)

    def power_cut(self, dark_s: float = DARK_S) -> None:
        """The plug is pulled, and put back a moment later."""
        if not self._cutting.acquire(blocking=False):
            return
        try:
            self.till.cut()
            time.sleep(dark_s)
            self.till.start()
        finally:
            self._cutting.release()
