"""A desk over a real Till with the demo shop, drawn off screen and touched like a screen.

No display is needed: SDL's offscreen driver gives a GL context, and the desk is drawn into a
frame buffer of whatever size a test wants.
"""

from __future__ import annotations

import itertools
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

from PIL import Image

from appliance import shop
from appliance.books import Books
from appliance.catalogue import importer
from appliance.catalogue.quick_keys import read_quick_keys
from appliance.catalogue.store import Catalogue
from appliance.config import Settings, load
from appliance.core import commands as c
from appliance.core.devices import Category, DeviceHealth, DeviceState, HealthChanged, Problem
from appliance.core.item import ItemId
from appliance.core.policy import Policy
from appliance.core.refusal import Refusal
from appliance.core.state import DrawerPulse, PrintJob
from appliance.core.view import Look
from appliance.i18n import translator
from appliance.journal import Journal
from appliance.offer_desk import OfferDesk
from appliance.payments.cashdesk import CashDesk
from appliance.people.customers import CustomerBook
from appliance.stockroom import Stockroom
from appliance.terms import Terms
from appliance.till import Till
from appliance.ui.port import Sources, UiSettings
from hw_sim.payment import SimulatedPort, silent

ROOT = Path(__file__).parent.parent.parent
NOW = datetime(2026, 11, 23, 14, 32, tzinfo=UTC)

COUPON_KEYS = {0: b"golden" * 4}

BEER, CHEESE, CHOCOLATE = map(ItemId, ("1257", "1088", "1200"))
MILK, BREAD, APPLES, YOGHURT, COFFEE = map(ItemId, ("1063", "1005", "1051", "1073", "1172"))


@dataclass
class Paper:
    """The devices of a counter where everything is done at once, or nothing is."""

    weight_kg: Decimal | None = None
    printed: list[PrintJob] = field(default_factory=list)
    kicked: list[DrawerPulse] = field(default_factory=list)

    def print(self, job: PrintJob, _journal: Journal) -> None:
        self.printed.append(job)

    def kick(self, pulse: DrawerPulse) -> bool:
        self.kicked.append(pulse)
        return True

    def weigh(self, _tag: str) -> bool:
        return False

    def display(self, _look: Look) -> None:
        pass


def prepare_kivy() -> None:
    """A GL context without a display, once per process."""
    os.environ["SDL_VIDEODRIVER"] = "offscreen"
    os.environ.pop("DISPLAY", None)
    os.environ.setdefault("KIVY_HOME", f"/tmp/kram-screen-test-{os.getpid()}")
    from appliance.ui.app import prepare

    prepare(UiSettings(width=320, height=240))
    from kivy.core.window import Window

    assert Window is not None


@cache
def demo_settings() -> Settings:
    return load(ROOT / "config" / "shop.demo.toml")


Past = Callable[[Journal, Catalogue], None]


@cache
def _shop_before(past: Past | None) -> TemporaryDirectory[str]:
    """A folder with the demo shop's goods and its past: made once, copied for every test."""
    folder = TemporaryDirectory(prefix="kram-demo-")
    with Catalogue(Path(folder.name, "catalogue.db"), clock=lambda: NOW) as catalogue:
        for name in ("catalogue.csv", "goods_more.csv"):
            importer.apply(importer.read(ROOT / "config" / "demo" / name), catalogue)
        with catalogue.write() as writer:
            writer.set_quick_keys(read_quick_keys(ROOT / "config" / "demo" / "quick_keys.toml"))
        if past is not None:
            catalogue.refresh()
            with Journal.open(Path(folder.name, "journal.db"), "till-1") as journal:
                past(journal, catalogue)
    return folder


def books(journal: Path, catalogue: Catalogue, settings: UiSettings) -> Books:
    return Books(
        journal,
        catalogue,
        translator(settings.language),
        settings.language,
        {**dict(settings.cashiers), "taras": "Тарас", "iryna": "Ірина"},
        {code: tax.name or code for code, tax in demo_settings().taxes.items()},
    )


def offers(journal: Path, catalogue: Catalogue) -> OfferDesk:
    """Those of the file beside the journal."""
    shop_settings = demo_settings()
    till = replace(shop_settings.till, data_dir=journal.parent)
    return OfferDesk(replace(shop_settings, till=till), catalogue, journal)


class Finger(SimpleNamespace):
    """A touch as Kivy's event loop would make it."""

    def __init__(self, x: float, y: float) -> None:
        super().__init__(x=x, y=y, ox=x, oy=y, dx=0.0, dy=0.0, ud={}, grab_current=None)
        self.grabbed: list[Any] = []
        self.is_mouse_scrolling = False
        self.button = "left"
        self.time_start = self.time_update = time.monotonic()
        self.pos = (x, y)
        self.is_double_tap = self.is_triple_tap = False

    def grab(self, widget: Any) -> None:
        self.grabbed.append(widget)

    def ungrab(self, widget: Any) -> None:
        self.grabbed.remove(widget)

    def push(self, *_: Any) -> None: ...

    def pop(self) -> None: ...

    def apply_transform_2d(self, *_: Any) -> None: ...


class Rig:
    """A desk of one size, language and palette."""

    def __init__(self, till: Till, catalogue: Catalogue, paper: Paper, **settings: Any) -> None:
        from appliance.ui.desk import Desk
        from appliance.ui.screens.table import SCREENS

        settings.setdefault("pictures", str(ROOT / "config" / "demo" / "pictures"))
        settings.setdefault("sounds", False)
        settings.setdefault("cashiers", (("olena", "Олена"), ("ivan", "Іван")))
        self.till, self.catalogue, self.paper = till, catalogue, paper
        self.settings = UiSettings(**settings)
        room = Stockroom(till.journal.path, catalogue)
        journal = till.journal.path
        sources = Sources(
            now=lambda: NOW,
            stock=room,
            books=books(journal, catalogue, self.settings),
            offers=offers(journal, catalogue),
        )
        self.desk = Desk(till, catalogue, self.settings, SCREENS, sources)
        self.desk.toast.timed = False
        self.desk.resized(self.settings.width, self.settings.height)
        self.desk.load_pages()
        self.scans = itertools.count(1)
        self.until(lambda: bool(self.desk.pages))

    @property
    def screen(self) -> Any:
        return self.desk.screen

    def pump(self) -> None:
        """What the event loop does between two frames."""
        from kivy.clock import Clock

        if self.till.look is not self.desk.look:
            self.desk.show_look(self.till.look)
        Clock.tick()

    def until(self, ready: Callable[[], bool], timeout_s: float = 10.0) -> None:
        end = time.monotonic() + timeout_s
        while not ready():
            assert time.monotonic() < end, f"waited in vain on {self.desk.name}"
            self.pump()
        self.pump()

    def does(self, *requests: c.Request) -> None:
        """Somebody else's requests: a scanner, the socket."""
        for request in requests:
            answer = self.till.ask(request)
            assert not isinstance(answer, Refusal), f"{request}: {answer}"
        self.until(self._is_shown)

    def _is_shown(self) -> bool:
        """A view follows its answer, and may be left out while more waits."""
        state, moment, _day = self.till._showing._shown
        return state is self.till.journal.state and moment is self.till._moment

    def device(self, category: Category, state: DeviceState, problem: Problem) -> None:
        health = DeviceHealth(category.value.lower(), category, state, problem)
        self.till.tell(HealthChanged(health))
        self.until(lambda: any(d.problem is problem for d in self.desk.look.devices))

    # A finger

    def tap_at(self, x: float, y: float) -> None:
        self.desk._turned_at = 0.0
        finger = Finger(x, y)
        self.desk.on_touch_down(finger)
        self._lift(finger)

    def _lift(self, finger: Finger) -> None:
        for widget in list(finger.grabbed):
            finger.grab_current = widget
            widget.on_touch_up(finger)
        self.settle()

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        self.desk._turned_at = 0.0
        finger = Finger(*start)
        self.desk.on_touch_down(finger)
        for part in range(1, 6):
            x = start[0] + (end[0] - start[0]) * part / 5
            y = start[1] + (end[1] - start[1]) * part / 5
            finger.dx, finger.dy, finger.x, finger.y = x - finger.x, y - finger.y, x, y
            for widget in list(finger.grabbed):
                finger.grab_current = widget
                widget.on_touch_move(finger)
        self._lift(finger)

    def settle(self) -> None:
        """Until the till and the shelf have nothing left to answer."""
        done: list[bool] = []
        self.desk._worker.submit(lambda: done.append(True))
        self.till.ask(c.StartEffect(-1), actor="test", spoken=False)  # type: ignore[arg-type]
        self.until(lambda: bool(done) and self._is_shown())
        self.pump()

    def key(self, title: str) -> Any:
        """The key on the screen whose title begins so."""
        from appliance.ui.widgets.key import Key

        found = [key for key in self.screen.every(Key) if key.face.title.startswith(title)]
        exact = [key for key in found if key.face.title == title]
        titles = [key.face.title for key in self.screen.every(Key)]
        assert found, f"no key {title!r} on {self.desk.name}: {titles}"
        return (exact or found)[0]

    def tap(self, *titles: str) -> None:
        for title in titles:
            if self.desk.name == "more":
                self._leaf_to(title)
            rect = self.key(title).rect
            self.tap_at(rect.x + rect.w / 2, rect.y + rect.h / 2)

    def _leaf_to(self, title: str) -> None:
        """Looks through the tabs of "More" for a tile, as a person does."""
        titles = [key.face.title for key in self.screen.every(self._key_class())]
        if any(shown.startswith(title) for shown in titles):
            return
        for tab in list(self.screen.tabs.values()):
            self.tap_at(tab.rect.x + tab.rect.w / 2, tab.rect.y + tab.rect.h / 2)
            if any(k.face.title.startswith(title) for k in self.screen.every(self._key_class())):
                return

    @staticmethod
    def _key_class() -> Any:
        from appliance.ui.widgets.key import Key

        return Key

    def tap_icon(self, icon: str) -> None:
        from appliance.ui.widgets.key import Key

        key = next(key for key in self.screen.every(Key) if key.face.icon == icon)
        self.tap_at(key.rect.x + key.rect.w / 2, key.rect.y + key.rect.h / 2)

    # A picture

    def picture(self) -> Image.Image:
        """What the screen shows, as an image."""
        return picture_of(self.desk, self.settings.width, self.settings.height)

    def close(self) -> None:
        self.desk.close()


def picture_of(widget: Any, width: int, height: int) -> Image.Image:
    from kivy.graphics import ClearBuffers, ClearColor, Fbo

    fbo = Fbo(size=(width, height))
    with fbo:
        ClearColor(0, 0, 0, 1)
        ClearBuffers()
    fbo.add(widget.canvas)
    fbo.draw()
    pixels = fbo.pixels
    fbo.remove(widget.canvas)
    image = Image.frombytes("RGBA", (width, height), pixels)
    return image.transpose(Image.Transpose.FLIP_TOP_BOTTOM).convert("RGB")


@contextmanager
def demo_till(
    folder: Path,
    past: Past | None = None,
    change: Callable[[Policy], Policy] = lambda policy: policy,
    offers: str = "",
) -> Iterator[tuple[Till, Catalogue, Paper]]:
    """The demo shop's till on a journal of its own. past: writes what was before the test. change:
    of the shop's rules. offers: the text of its offers file; without it the till has none."""
    settings = demo_settings()
    shutil.copytree(_shop_before(past).name, folder, dirs_exist_ok=True)
    paper = Paper()
    (folder / "offers.toml").write_text(offers)
    data = replace(settings.till, data_dir=folder)
    terms = Terms(replace(settings, till=data), COUPON_KEYS) if offers else None
    with (
        Catalogue(folder / "catalogue.db", clock=lambda: NOW) as catalogue,
        Journal.open(folder / "journal.db", "till-1") as journal,
        CustomerBook(folder) as customers,
    ):
        policy = change(shop.policy(settings))
        ports = [SimulatedPort(it.name, it.type, silent, by_hand=it.by_hand) for it in policy.ports]
        till = Till(
            journal,
            catalogue,
            policy,
            shop.names(settings, journal.epoch),
            paper,  # type: ignore[arg-type]
            clock=lambda: NOW,
            customers=customers,
            pepper=b"golden",
            terms=terms,
            payments=CashDesk(ports),
        )
        till.start()
        try:
            yield till, catalogue, paper
        finally:
            till.stop()
