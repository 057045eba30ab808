"""A visitor of the console without a browser: httpx to a real server on a loopback port."""

from __future__ import annotations

import re
import socket
import threading
from typing import Any

import httpx
import pyotp
import uvicorn

from appliance.fleet.console.access.people import People
from appliance.fleet.console.access.roles import Role, Scope
from appliance.fleet.console.app import make_app
from appliance.fleet.console.console import Console, Settings
from appliance.fleet.store import Store

KEY = bytes(range(32))
PASSWORD = "коза любить синій борщ"
NOW_MS = 1_780_300_800_000  # 2026-06-01 08:00 UTC


class Clock:
    def __init__(self, ms: int = NOW_MS) -> None:
        self.ms = ms

    def __call__(self) -> int:
        return self.ms

    def pass_s(self, seconds: float) -> None:
        self.ms += int(seconds * 1000)


def console_over(store: Store, clock: Clock | None = None, **settings: Any) -> Console:
    """A console over plain HTTP, English, with nobody forced to have a second factor."""
    chosen: dict[str, Any] = {"secure": False, "language": "en", "second_factor_from": None}
    return Console(store, Settings(KEY, **(chosen | settings)), clock or Clock())


class Host:
    """A real server for a whole test run, which shows one console after the other."""

    def __init__(self) -> None:
        self.app: Any = None
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(
            self._pass_on,
            interface="asgi3",
            log_config=None,
            lifespan="off",
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],))
        self._thread.start()

    def show(self, console: Console) -> None:
        self.app = make_app(console)

    async def _pass_on(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        self._socket.close()


def person(console: Console, login: str, role: Role = Role.VIEWER, scope: str = "*") -> None:
    """Somebody who has chosen PASSWORD already."""
    people = People(console.store, KEY)
    people.add(login, login.title(), role, Scope.parse(scope), console.now_ms())
    people.set_password(login, PASSWORD)


def second_factor(console: Console, login: str) -> tuple[str, list[str]]:
    """The secret in the person's app, and the recovery codes."""
    secret = pyotp.random_base32()
    before = console.now_ms() - 60_000
    return secret, console.people.enrol(login, secret, app_code(secret, before), before)


def app_code(secret: str, now_ms: int) -> str:
    """What the app on the phone shows."""
    return pyotp.TOTP(secret).at(now_ms // 1000)


class Guest:
    """Posts as a browser does: with the origin, and the token of the page it was on."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.client = httpx.Client(base_url=base, headers={"Accept-Language": "en"})
        self.csrf = ""

    @property
    def token(self) -> str:
        """What the browser holds of its session."""
        return self.client.cookies.get("kram") or ""

    @token.setter
    def token(self, token: str) -> None:
        self.client.cookies.clear()
        self.client.cookies.set("kram", token, domain="127.0.0.1")

    def get(self, path: str, **headers: str) -> httpx.Response:
        answer = self.client.get(path, headers=headers)
        found = re.search(r'name="csrf" value="(\w+)"', answer.text)
        self.csrf = found[1] if found else self.csrf
        return answer

    def post(self, path: str, data: dict | None = None, **headers: str) -> httpx.Response:
        sent = {"csrf": self.csrf} | (data or {})
        return self.client.post(path, data=sent, headers={"Origin": self.base} | headers)

    def log_in(self, login: str, password: str = PASSWORD, **fields: str) -> httpx.Response:
        self.get("/login")
        return self.post("/login", {"login": login, "password": password} | fields)
