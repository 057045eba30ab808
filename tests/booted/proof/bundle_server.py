"""Bundles over HTTP, in the pieces that a till asks for, as RAUC streams them."""

from __future__ import annotations

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self

PIECE = 1 << 20


class BundleServer:
    """sent: bytes of bundles so far, begun pieces counted whole."""

    def __init__(self, folder: Path) -> None:
        self.sent = 0
        shelf = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_HEAD(self) -> None:
                self._answer(body=False)

            def do_GET(self) -> None:
                self._answer(body=True)

            def log_message(self, *_: object) -> None:
                pass

            def _answer(self, *, body: bool) -> None:
                file = folder / Path(self.path).name
                if not file.is_file():
                    self.send_error(404)
                    return
                size = file.stat().st_size
                asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
                first = int(asked[1]) if asked else 0
                last = min(int(asked[2]) if asked and asked[2] else size - 1, size - 1)
                self.send_response(206 if asked else 200)
                self.send_header("Accept-Ranges", "bytes")
                self.send_header("Content-Length", str(last - first + 1))
                if asked:
                    self.send_header("Content-Range", f"bytes {first}-{last}/{size}")
                self.end_headers()
                if body:
                    with file.open("rb") as source:
                        source.seek(first)
                        self._pour(source.read(last - first + 1))

            def _pour(self, data: bytes) -> None:
                try:
                    for at in range(0, len(data), PIECE):
                        shelf.sent += len(data[at : at + PIECE])
                        self.wfile.write(data[at : at + PIECE])
                except OSError:
                    self.close_connection = True

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
