"""The system helper: one order a connection, each checked against a table, each written to the log.

It trusts nobody but the kernel, which says whose process asks. A caller that sends nothing, too much,
or for ever is cut off; others are served meanwhile, and each user has only so many places. It ends when
nobody asked for a while: systemd starts it again for the next caller.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import pwd
import select
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from appliance.system.order import Order, Refused, Values

log = logging.getLogger(__name__)

LINE_MAX = 65_536
"""Bytes; an update's order with its lists of revoked certificates fits."""
LINE_S = 5.0
"""For a caller to say what it wants, and to take the answer."""
CALLERS_MAX = 8
CALLERS_OF_USER_MAX = 4
IDLE_S = 60.0
_TURN_S = 0.5
_SAID_ONCE_FOR = 1_000
_FIRST_FD = 3
"""sd_listen_fds(3)"""
_CREDENTIALS = struct.Struct("3i")


@dataclass(frozen=True, slots=True)
class Caller:
    user: str
    uid: int
    pid: int

    def __str__(self) -> str:
        return f"{self.user} (pid {self.pid})"


def user_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def from_systemd() -> socket.socket | None:
    """The socket that systemd listens at for us."""
    if os.environ.get("LISTEN_PID") != str(os.getpid()) or os.environ.get("LISTEN_FDS") != "1":
        return None
    return socket.socket(fileno=_FIRST_FD)


@dataclass(slots=True)
class Helper:
    """listener: a UNIX stream socket that listens. name_of: a user's name by its number."""

    listener: socket.socket
    orders: Mapping[str, Order]
    name_of: Callable[[int], str] = user_of
    idle_s: float = IDLE_S
    line_s: float = LINE_S
    _stop: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _callers: Counter[int] = field(default_factory=Counter)
    _under_way: set[str] = field(default_factory=set)
    _turned_away: int = 0

    def serve(self) -> None:
        """Until stopped, or until nobody asked for `idle_s`."""
        last = time.monotonic()
        while not self._stop.is_set():
            ready, _, _ = select.select([self.listener], [], [], min(_TURN_S, self.idle_s))
            now = time.monotonic()
            if ready:
                last = now
                with contextlib.suppress(OSError):
                    self._welcome(self.listener.accept()[0])
            elif self._callers.total():
                last = now
            elif now - last >= self.idle_s:
                return

    def stop(self) -> None:
        self._stop.set()

    def _welcome(self, wire: socket.socket) -> None:
        wire.settimeout(self.line_s)
        raw = wire.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
        pid, uid, _ = _CREDENTIALS.unpack(raw)
        caller = Caller(self.name_of(uid), uid, pid)
        with self._lock:
            full = self._callers.total() >= CALLERS_MAX
            full |= self._callers[uid] >= CALLERS_OF_USER_MAX
            if not full:
                self._callers[uid] += 1
        if full:
            self._turn_away(wire, caller)
            return
        threading.Thread(target=self._attend, args=(wire, caller), daemon=True).start()

    def _turn_away(self, wire: socket.socket, caller: Caller) -> None:
        """Said once for so many: whoever floods us fills no log, which is kept on the card."""
        wire.close()
        if not self._turned_away % _SAID_ONCE_FOR:
            log.warning("%s: too many at once", caller)
        self._turned_away += 1

    def _attend(self, wire: socket.socket, caller: Caller) -> None:
        files: list[int] = []
        try:
            with wire:
                answer = self._answer(self._line(wire, files), caller, files)
                wire.settimeout(self.line_s)
                wire.sendall(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
        except OSError as error:
            log.warning("%s left: %s", caller, error)
        finally:
            for file in files:
                os.close(file)
            with self._lock:
                self._callers[caller.uid] -= 1

    def _line(self, wire: socket.socket, files: list[int]) -> bytes:
        """At most LINE_MAX bytes within line_s in all, however small the pieces are."""
        until = time.monotonic() + self.line_s
        line = b""
        while b"\n" not in line and len(line) <= LINE_MAX:
            left = until - time.monotonic()
            if left <= 0:
                raise TimeoutError("said nothing whole in time")
            wire.settimeout(left)
            piece, more, _, _ = socket.recv_fds(wire, 8192, 1)
            files += more
            if len(files) > 1:
                raise OSError("it passes more than one file")
            if not piece:
                break
            line += piece
        return line

    def _answer(self, line: bytes, caller: Caller, files: list[int]) -> Values:
        try:
            name, values = _parsed(line)
            order = self._allowed(name, caller)
            order.check(values)
            _check_file(order, files)
        except ValueError as error:
            log.warning("refused to %s: %s", caller, error)
            return {"ok": False, "why": "order_wrong", "remedy": str(error)}
        with self._lock:
            if name in self._under_way:
                log.warning("refused to %s: %s is under way", caller, name)
                return {"ok": False, "why": "under_way", "remedy": "Wait until it is done."}
            self._under_way.add(name)
        try:
            return self._done(
                name, order, {**values, "file": files[0]} if files else values, caller
            )
        finally:
            with self._lock:
                self._under_way.discard(name)

    def _allowed(self, name: str, caller: Caller) -> Order:
        order = self.orders.get(name)
        if order is None:
            raise ValueError(f"no such order: {name[:40]!r}")
        if caller.user != "root" and caller.user not in order.who:
            raise ValueError(f"{name} is not for {caller.user}")
        return order

    def _done(self, name: str, order: Order, values: Values, caller: Caller) -> Values:
        """The values are never logged: one of them is a password."""
        log.info("%s from %s", name, caller)
        try:
            return {"ok": True, **order.do(values)}
        except Refused as error:
            log.warning("%s from %s: %s", name, caller, error.why)
            return {"ok": False, "why": error.why, "remedy": error.remedy}
        except Exception:
            log.exception("%s from %s failed", name, caller)
            return {
                "ok": False,
                "why": "system_failed",
                "remedy": "See the log: journalctl -u kram-system",
            }


def _check_file(order: Order, files: list[int]) -> None:
    if order.takes_file != (len(files) == 1):
        raise ValueError("carries a file" if files else "carries no file")


def _parsed(line: bytes) -> tuple[str, dict[str, Any]]:
    if len(line) > LINE_MAX:
        raise ValueError(f"an order has at most {LINE_MAX} bytes")
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError("not JSON") from None
    if not isinstance(value, dict) or not isinstance(value.get("do"), str):
        raise ValueError('an order is an object with a "do"')  # noqa: TRY004 - as all wrong orders
    name = value.pop("do")
    if "file" in value:
        raise ValueError("a file is passed, not named")
    return name, value
