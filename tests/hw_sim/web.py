"""The counter's page in the browser: a small server on this machine only.

One websocket per page: binary messages are parts of the till's screen, text messages are events
out and acts in. A page that cannot keep up skips pictures and, when even events pile up, is hung up
on; it then connects again and gets the state as it is.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect

from hw_sim.counter import ROOT, Counter, Event
from hw_sim.goods import DEMO
from hw_sim.screen_stream import ScreenStream
from hw_sim.x_display import Frame

HOST = "127.0.0.1"
PORT, PORTS_TRIED = 8765, 20
PAGE = Path(__file__).with_name("page")
FRAME_S = 1 / 14
EVENTS_WAITING_MAX = 600
CODE_MAX = 200
SLOW_ACTS = ("power", "terminal", "terminal_restart", "hold")
LOCAL_NAMES = ["127.0.0.1", "localhost"]
SECURITY = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' blob: data:",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}


class Web:
    """Serves one counter; `start` returns when the address answers."""

    def __init__(self, counter: Counter, port: int = PORT) -> None:
        self.counter = counter
        self._socket = _free_port(port)
        self.address = f"http://{HOST}:{self._socket.getsockname()[1]}"
        self._hands = ThreadPoolExecutor(1, "hands")
        self._slow = ThreadPoolExecutor(2, "plug")
        self._eyes = ThreadPoolExecutor(1, "eyes")
        self._pages: set[asyncio.Queue[Event | None]] = set()
        self._frame: Frame | None = None
        self._frame_changed = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        config = uvicorn.Config(
            self._app(),
            log_level="warning",
            access_log=False,
            lifespan="on",
            ws="websockets-sansio",
            timeout_graceful_shutdown=2,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, name="web", daemon=True)
        self._up = threading.Event()

    def start(self) -> None:
        self._thread.start()
        if not self._up.wait(15):
            raise RuntimeError("the page's server did not start")
        self.counter.on_event(self._on_event)

    def close(self) -> None:
        self._server.should_exit = True
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._hang_up)
        if self._thread.is_alive():
            self._thread.join(10)
        for pool in (self._hands, self._slow, self._eyes):
            pool.shutdown(wait=False, cancel_futures=True)
        self._socket.close()

    def _serve(self) -> None:
        asyncio.run(self._server.serve(sockets=[self._socket]))

    def _app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/", _index),
                Route("/receipt/{number:int}.png", self._receipt),
                WebSocketRoute("/live", self._live),
                Mount("/page", StaticFiles(directory=PAGE)),
                Mount("/pictures", StaticFiles(directory=DEMO / "pictures")),
                Mount("/fonts", StaticFiles(directory=ROOT / "appliance" / "fonts")),
            ],
            # A page from elsewhere must not reach the counter by another name of this machine.
            middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=LOCAL_NAMES)],
            lifespan=self._lifespan,
        )

    @contextlib.asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        self._loop = asyncio.get_running_loop()
        watching = asyncio.create_task(self._watch_screen())
        self._up.set()
        yield
        watching.cancel()

    # What goes out: events and pictures.

    def _on_event(self, event: Event) -> None:
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._spread, event)

    def _spread(self, event: Event) -> None:
        for waiting in self._pages:
            if waiting.qsize() < EVENTS_WAITING_MAX:
                waiting.put_nowait(event)

    def _hang_up(self) -> None:
        for waiting in self._pages:
            waiting.put_nowait(None)

    async def _watch_screen(self) -> None:
        """Pictures are taken only while somebody looks."""
        loop = asyncio.get_running_loop()
        while True:
            if self._pages:
                frame = await loop.run_in_executor(self._eyes, self.counter.eye.look)
                before = self._frame
                if frame is not None and (before is None or before.bgrx != frame.bgrx):
                    self._frame = frame
                    self._frame_changed.set()
                    self._frame_changed = asyncio.Event()
            await asyncio.sleep(FRAME_S)

    async def _live(self, page: WebSocket) -> None:
        origin = urlsplit(page.headers.get("origin", "")).hostname
        if origin not in LOCAL_NAMES:
            await page.close(1008)
            return
        await page.accept()
        waiting: asyncio.Queue[Event | None] = asyncio.Queue()
        self._pages.add(waiting)
        works = [
            asyncio.create_task(work)
            for work in (self._tell(page, waiting), self._show(page), self._hear(page))
        ]
        try:
            await asyncio.wait(works, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._pages.discard(waiting)
            for work in works:
                work.cancel()
            await asyncio.gather(*works, return_exceptions=True)
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                await page.close()

    async def _tell(self, page: WebSocket, waiting: asyncio.Queue[Event | None]) -> None:
        await page.send_text(_json({"t": "hello", **self._hello()}))
        while (event := await waiting.get()) is not None:
            if waiting.qsize() >= EVENTS_WAITING_MAX - 1:
                return
            await page.send_text(_json(event))

    def _hello(self) -> Event:
        counter = self.counter
        return {
            "state": counter.state(),
            "pay": counter.payments(),
            "goods": [
                {
                    "key": good.key,
                    "name": good.name,
                    "code": good.code,
                    "plu": good.plu,
                    "colour": good.colour,
                    "picture": good.picture,
                    "price": good.price,
                    "hint": good.hint,
                }
                for good in counter.goods
            ],
            "log": list(counter.kept)[-80:],
        }

    async def _show(self, page: WebSocket) -> None:
        stream = ScreenStream()
        loop = asyncio.get_running_loop()
        while True:
            changed, frame = self._frame_changed, self._frame
            if frame is not None and frame is not stream.last:
                part = await loop.run_in_executor(None, stream.part, frame)
                if part is not None:
                    await page.send_bytes(part)
            if self._frame is frame:
                await changed.wait()

    # What comes in: acts.

    async def _hear(self, page: WebSocket) -> None:
        loop = asyncio.get_running_loop()
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                try:
                    said = json.loads(await page.receive_text())
                except (ValueError, KeyError):
                    continue
                if not isinstance(said, dict):
                    continue
                pool = self._slow if said.get("act") in SLOW_ACTS else self._hands
                loop.run_in_executor(pool, self._act, said)

    def _act(self, said: Event) -> None:
        """A wrong message is ignored: the page is ours, and nobody else may speak here."""
        act = self._acts().get(str(said.get("act")))
        if act is not None:
            with contextlib.suppress(KeyError, TypeError, ValueError, InvalidOperation, OSError):
                act(said)

    def _acts(self) -> dict[str, Callable[[Event], object]]:
        counter = self.counter
        return {
            "press": lambda s: counter.hand.press(*_point(s)),
            "move": lambda s: counter.hand.move(*_point(s)),
            "release": lambda s: counter.hand.release(*_point(s)),
            "wheel": lambda s: counter.hand.wheel(*_point(s), up=bool(s["up"])),
            "key": lambda s: counter.hand.key(_key_name(str(s["key"]))),
            "scan": lambda s: counter.scan(str(s["good"])),
            "code": lambda s: counter.scan_code(str(s["code"])[:CODE_MAX]),
            "weigh": lambda s: counter.weigh(Decimal(str(s["kg"])), moving=bool(s.get("moving"))),
            "cable": lambda s: counter.plug(str(s["cable"]), on=bool(s["on"])),
            "paper": lambda s: counter.paper(max(0, min(100, int(s["percent"])))),
            "cover": lambda s: counter.cover(is_open=bool(s["open"])),
            "drawer": lambda s: counter.drawer(is_open=bool(s["open"])),
            "power": lambda _s: counter.power_cut(),
            "paper_scan": lambda s: counter.scan_paper(number=int(s["receipt"])),
            **self._pay_acts(),
        }

    def _pay_acts(self) -> dict[str, Callable[[Event], object]]:
        counter, pay = self.counter, self.counter.pay
        return {
            "terminal": lambda s: counter.choose_terminal(str(s["protocol"])),
            "terminal_restart": lambda _s: pay.stand.restart(),
            "terminal_key": lambda s: pay.stand.press(s["key"]),
            "terminal_cut": lambda s: pay.stand.cut(str(s["where"])),
            "phone_scan": lambda _s: counter.phone_scans(),
            "phone": lambda s: pay.phone.act(s["do"]),
            "hold": lambda s: pay.cards.hold(s["card"], counter.printed("GC")),
            "gift": lambda _s: counter.scan_paper("GC"),
        }

    def _receipt(self, request: Request) -> Response:
        number = request.path_params["number"]
        try:
            picture = self.counter.receipt_png(number)
        except IndexError:
            return Response(status_code=404)
        return Response(picture, media_type="image/png", headers=SECURITY)


async def _index(_request: Request) -> Response:
    return FileResponse(PAGE / "index.html", headers=SECURITY)


def _json(event: Event) -> str:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"))


def _point(said: dict[str, Any]) -> tuple[int, int]:
    return (max(0, min(9999, int(said["x"]))), max(0, min(9999, int(said["y"]))))


_KEYS = {
    "Enter": "Return",
    "Backspace": "BackSpace",
    "Escape": "Escape",
    "Delete": "Delete",
    "ArrowLeft": "Left",
    "ArrowRight": "Right",
    "ArrowUp": "Up",
    "ArrowDown": "Down",
    "PageUp": "Prior",
    "PageDown": "Next",
    "Home": "Home",
    "End": "End",
    " ": "space",
    **{f"F{number}": f"F{number}" for number in range(1, 13)},
}


def _key_name(key: str) -> str:
    """A browser's key as X names it; letters by their Unicode number."""
    if key in _KEYS:
        return _KEYS[key]
    if len(key) != 1:
        raise ValueError(key)
    return f"U{ord(key):04X}"


def _free_port(first: int) -> socket.socket:
    """The first free port from `first` on; 0 takes any."""
    for port in range(first, first + PORTS_TRIED) if first else (0,):
        server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind((HOST, port))
        except OSError:
            server.close()
            continue
        server.listen(64)
        return server
    raise RuntimeError(f"no free port from {first} to {first + PORTS_TRIED - 1}")
