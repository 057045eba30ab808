"""A limit to a whole HTTP request: a server that drips bytes holds nobody for ever.

A socket's own timeout begins anew with every byte that comes.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
from collections.abc import Iterator


@contextlib.contextmanager
def in_time(line: http.client.HTTPConnection, limit_s: float) -> Iterator[None]:
    """Connects; what is asked inside and has no answer within limit_s of that raises TimeoutError.
    The connection is closed at the end."""
    over = threading.Event()
    with contextlib.closing(line):
        line.connect()
        clock = threading.Timer(limit_s, _cut, (line.sock, over))
        clock.start()
        try:
            yield
        except Exception as error:
            if over.is_set():
                raise TimeoutError(f"no whole answer in {limit_s:g} s") from error
            raise
        finally:
            clock.cancel()
        # A body that was cut short is the end of a body to who reads it.
        if over.is_set():
            raise TimeoutError(f"no whole answer in {limit_s:g} s")


def _cut(wire: socket.socket, over: threading.Event) -> None:
    over.set()
    with contextlib.suppress(OSError):
        wire.shutdown(socket.SHUT_RDWR)
