"""The local socket: one UNIX socket, JSON lines, so that everyone outside commands the one writer.

A line in is a request ({"command": "scan", "code": "..", "id": "..", "actor": ".."}), one line out
its answer: {"ok": true, "facts": [{"seq": .., "type": .., "body": ..}]} or {"ok": false, "refusal": ..}.
{"watch": true} streams every new view instead; {"look": true} answers the present one;
{"update": {..}} is the updater's question whether it may, and its report. Access is
by file permission (owner and group); a command names its actor, one of the shop's staff, or acts as
the signed-in cashier.
"""

from __future__ import annotations

import contextlib
import errno
import json
import logging
import os
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from queue import Empty, Full, Queue
from typing import Any

from appliance.core import codec
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.core.view import Look
from appliance.local_client import ask as ask  # noqa: PLC0414 - the socket's other end
from appliance.mailbox import Answer
from appliance.requests import parse_request
from appliance.till import Till
from appliance.training import Counter

log = logging.getLogger(__name__)

LINE_MAX = 1_000_000
"""Bytes of one request; a stock count of ten thousand items fits."""
CLIENTS_MAX = 64
PATH_BYTES_MAX = 107
"""What the system takes for a socket's name."""
ANSWER_TIMEOUT_S = 30.0
ID_MAX = 200
"""Characters; a thousand answered ids are remembered."""
PROGRAMS = frozenset({"import"})
"""Actors that are no persons: the import of a catalogue sets the stock."""
SEND_TIMEOUT_S = 5.0
"""A client that takes nothing for so long is cut off: its place is for one that listens."""
_KEEPALIVE_S = 1.0
_ACCEPT_PAUSE_S = 0.1


Updates = Callable[[Any], Mapping[str, Any]]
"""What answers the updater. Raises ValueError for what is no question of its."""


class LocalSocket:
    """Serves until closed; one thread per client, few and local."""

    def __init__(self, path: Path, till: Till | Counter, updates: Updates | None = None) -> None:
        self.path = path
        self._till = till
        self._updates = updates
        self._clients = threading.BoundedSemaphore(CLIENTS_MAX)
        self._closed = threading.Event()
        self._server = _bind(path)
        self._thread = threading.Thread(target=self._accept, name="local-socket", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._closed.set()
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self.path.unlink(missing_ok=True)

    def _accept(self) -> None:
        while not self._closed.is_set():
            try:
                client, _ = self._server.accept()
            except OSError as error:
                # No descriptor left, or a caller gone again: the next one is welcome all the same.
                if not self._closed.wait(_ACCEPT_PAUSE_S):
                    log.warning("local socket: %s", error)
                continue
            if not self._clients.acquire(blocking=False):
                log.warning("local socket: more than %d clients", CLIENTS_MAX)
                client.close()
                continue
            client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _timeval(SEND_TIMEOUT_S))
            threading.Thread(
                target=self._serve, args=(client,), name="local-client", daemon=True
            ).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            with client, client.makefile("rwb") as stream:
                while line := stream.readline(LINE_MAX + 1):
                    if not self._line(line, stream):
                        return
        except OSError:
            log.debug("local client left")
        except Exception:
            log.exception("local client failed")
        finally:
            self._clients.release()

    def _line(self, line: bytes, stream: Any) -> bool:
        """Answers one line; False ends the conversation."""
        if len(line) > LINE_MAX:
            _send(stream, _wrong(f"a request has at most {LINE_MAX} bytes"))
            return False
        if not line.strip():
            return True
        try:
            value = json.loads(line)
            if not isinstance(value, dict):
                raise codec.CodecError("a request is a JSON object")
            if value.get("watch"):
                self._watch(stream)
                return False
            if value.get("look"):
                _send(stream, {"ok": True, "look": codec.to_json(self._till.look)})
                return True
            if value.get("update") and self._updates is not None:
                _send(stream, self._updates(value["update"]))
                return True
            _send(stream, self._command(value))
        except (ValueError, RecursionError) as error:
            _send(stream, _wrong(str(error)))
        return True

    def _command(self, value: Mapping[str, Any]) -> dict[str, Any]:
        request = parse_request(value)
        texts = {key: value.get(key, "") for key in ("id", "actor")}
        if not all(isinstance(text, str) and _is_short(text) for text in texts.values()):
            raise codec.CodecError(f"id and actor are texts of at most {ID_MAX} characters")
        actor = texts["actor"]
        known = PROGRAMS.union(person.id for person in self._till.policy.staff)
        if actor and actor not in known:
            return answer_json(refuse(Reason.STAFF_UNKNOWN, staff=actor))
        answer = self._till.ask(
            request,
            timeout_s=ANSWER_TIMEOUT_S,
            actor=actor or None,
            id=texts["id"],
            spoken=bool(value.get("spoken", False)),
        )
        return answer_json(answer)

    def _watch(self, stream: Any) -> None:
        """Only the newest view counts: a slow watcher skips some, the Till never waits."""
        newest: Queue[Look] = Queue(1)

        def on_look(look: Look) -> None:
            with contextlib.suppress(Empty):
                newest.get_nowait()
            with contextlib.suppress(Full):
                newest.put_nowait(look)

        end = self._till.subscribe(on_look)
        try:
            while not self._closed.is_set():
                try:
                    look = newest.get(timeout=_KEEPALIVE_S)
                except Empty:
                    _send(stream, {})
                    continue
                _send(stream, {"look": codec.to_json(look)})
        finally:
            end()


def _bind(path: Path) -> socket.socket:
    """The journal's lock says that no other daemon lives, so an old socket file is a leftover."""
    if len(os.fsencode(path)) > PATH_BYTES_MAX:
        why = f"longer than {PATH_BYTES_MAX} bytes; choose a shorter till.data_dir"
        raise OSError(errno.ENAMETOOLONG, why, str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o117)
    try:
        server.bind(str(path))
    finally:
        os.umask(before)
    server.listen(CLIENTS_MAX)
    return server


def _send(stream: Any, value: Mapping[str, Any]) -> None:
    stream.write(codec.canonical(value) + b"\n")
    stream.flush()


def _is_short(text: str) -> bool:
    """Short, and nothing that cannot be written down."""
    return len(text) <= ID_MAX and text.isprintable()


def _timeval(seconds: float) -> bytes:
    return struct.pack("ll", int(seconds), int(seconds % 1 * 1e6))


def _wrong(text: str) -> dict[str, Any]:
    text = text.encode(errors="backslashreplace").decode()
    return {"ok": False, "refusal": "command_wrong", "params": {"detail": text}}


def answer_json(answer: Answer) -> dict[str, Any]:
    """An answer as the socket sends it."""
    if isinstance(answer, Refusal):
        return {"ok": False, "refusal": answer.reason.value, "params": dict(answer.params)}
    facts = [
        {"seq": record.seq, "type": record.type, "body": codec.to_json(record.fact)}
        for record in answer
    ]
    return {"ok": True, "facts": facts}
